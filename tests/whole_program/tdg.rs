//! Grades as users see them: the same in every format, against a baseline, and none if nothing was parsed.

use crate::program::run;
use crate::repository::{CLEAN, Tree, branching};
use serde_json::Value;

fn mixed() -> Tree {
    Tree::repository(&[
        ("Cargo.toml", "[package]\nname = \"mixed\"\nversion = \"0.1.0\"\n"),
        ("src/lib.rs", CLEAN),
        ("src/tangled.rs", &branching("tangled", 40)),
        ("py/a.py", "def f(a, b, c, d, e, g):\n    return a\n"),
        ("notes.md", "# Notes\n"),
    ])
}

/// A number in the format in which every report prints points.
fn points(value: &Value) -> String {
    format!("{:.2}", value.as_f64().expect("points are a number"))
}

#[test]
fn terminal_markdown_and_json_show_the_same_figures() {
    let tree = mixed();
    let words = ["pmat", "tdg", "--components", "--top-files", "0", "--top-functions", "0"];
    let in_format = |format: &str| run(tree.path(), &[&words[..], &["--format", format]].concat()).exits(0);
    let json = in_format("json").json();
    let texts = [in_format("human").stdout, in_format("markdown").stdout];
    let mut cards: Vec<(&Value, &str)> = vec![(&json["total"], "together")];
    for list in ["files", "folders", "functions"] {
        let name = if list == "functions" { "name" } else { "path" };
        let all = json[list].as_array().expect("a list");
        assert!(!all.is_empty(), "{list}");
        cards.extend(all.iter().map(|one| (one, one[name].as_str().expect("it has a name"))));
    }
    for text in &texts {
        for (card, name) in &cards {
            let name = if text.starts_with('#') { name.replace('_', "\\_") } else { (*name).to_owned() };
            let has = |line: &&str| line.contains(&name) && line.contains(&points(&card["score"]));
            let line = text.lines().find(has).unwrap_or_else(|| panic!("{name} {card} is not in:\n{text}"));
            assert!(line.contains(card["grade"].as_str().expect("a grade")), "{line}");
            let parts = card["parts"].as_array().expect("a list").iter();
            let parts: Vec<String> = parts.map(|part| points(&part["points"])).collect();
            match name.as_str() {
                "together" => assert!(parts.iter().all(|part| text.contains(part)), "{parts:?}\n{text}"),
                _ => assert!(parts.iter().all(|part| line.contains(part.as_str())), "{parts:?}\n{line}"),
            }
        }
    }
}

#[test]
fn shown_parts_add_up_to_the_shown_score_everywhere() {
    let json = run(mixed().path(), &["pmat", "analyze", "tdg", "--format", "json"]).exits(0).json();
    let hundredths = |value: &Value| (value.as_f64().expect("a number") * 100.0).round() as i64;
    let lists =
        ["files", "folders", "functions"].iter().flat_map(|list| json[*list].as_array().expect("a list"));
    let mut seen = 0;
    for card in lists.chain([&json["total"]]) {
        let sum = |key: &str| {
            let parts = card["parts"].as_array().expect("a list").iter();
            parts.map(|part| hundredths(&part[key])).sum::<i64>()
        };
        assert_eq!((sum("points"), sum("most")), (hundredths(&card["score"]), 10_000), "{card}");
        seen += 1;
    }
    assert!(seen > 6);
}

#[test]
fn both_names_and_the_overview_give_one_answer() {
    let tree = mixed();
    let long = run(tree.path(), &["pmat", "analyze", "tdg", "--format", "json"]).exits(0);
    let short = run(tree.path(), &["pmat", "tdg", "--format", "json"]).exits(0);
    assert_eq!(long.stdout, short.stdout);
    let words = ["analyze", "--languages", "--dependencies", "--tdg"];
    let overview = run(tree.path(), &[&words[..], &["--format", "json"]].concat()).exits(0).json();
    assert_eq!(overview["tdg"], long.json()["total"]);
    assert!(overview["debt"].is_null() && overview["languages"].is_array());
    let text = run(tree.path(), &words).exits(0).stdout;
    assert!(text.contains(&points(&overview["tdg"]["score"])), "{text}");
    assert!(run(tree.path(), &["analyze", "--format", "json"]).json().get("tdg").is_none());
}

#[test]
fn a_cold_and_a_warm_run_give_the_same_bytes() {
    let tree = mixed();
    let words = ["pmat", "tdg", "--format", "json"];
    let cold = run(tree.path(), &words).exits(0).stdout;
    assert_eq!(run(tree.path(), &words).exits(0).stdout, cold);
    assert_eq!(run(tree.path(), &[&words[..], &["--no-cache", "-j1"]].concat()).exits(0).stdout, cold);
    tree.write("src/more.rs", CLEAN);
    let more = run(tree.path(), &words).exits(0).json();
    assert_eq!(more["graded_files"], 4);
}

#[test]
fn nothing_that_could_not_be_parsed_gets_a_grade() {
    let tree = Tree::repository(&[("README.md", "# Only words\n"), ("data.json", "{}\n")]);
    let run_json = run(tree.path(), &["pmat", "tdg", "--format", "json"]).exits(2).json();
    assert_eq!(run_json["total"]["value"], Value::Null);
    assert_eq!(run_json["total"]["why"], "no file is of a language with a grammar here");
    assert_eq!(run_json["files"], Value::Array(Vec::new()));
    let text = run(tree.path(), &["pmat", "tdg"]).exits(2).stdout;
    assert!(text.contains("not graded"), "{text}");
    run(tree.path(), &["pmat", "tdg", "--explain"]).fails_with("has no score");
    let gate = run(tree.path(), &["pmat", "quality-gate", "--checks", "tdg", "--format", "json"]).exits(2);
    assert_eq!(gate.json()["verdict"], "not-measured");
    run(Tree::folder(&[]).path(), &["pmat", "tdg"]).fails_with("nothing to measure");
}

#[test]
fn a_grade_below_the_lowest_allowed_exits_with_1() {
    let tree = mixed();
    run(tree.path(), &["pmat", "tdg"]).exits(0);
    run(tree.path(), &["pmat", "tdg", "--min-grade", "F"]).exits(0);
    run(tree.path(), &["pmat", "tdg", "--min-grade", "a+"]).exits(1);
    run(tree.path(), &["pmat", "tdg", "--fail-on-violation"]).exits(0);
    tree.write("batuta.toml", "[rules.tdg]\nmin-grade = \"A+\"\nlevel = \"error\"\n");
    run(tree.path(), &["pmat", "tdg", "--fail-on-violation"]).exits(1);
    let gate =
        run(tree.path(), &["pmat", "quality-gate", "--checks", "tdg", "--format", "json"]).exits(1).json();
    assert_eq!(gate["findings"][0]["rule"], "tdg");
    let total = run(tree.path(), &["pmat", "tdg", "--format", "json"]).json()["total"].clone();
    assert_eq!(gate["findings"][0]["value"], total["score"]);
    run(tree.path(), &["pmat", "tdg", "--min-grade", "E"]).fails_with("is no grade");
}

#[test]
fn a_baseline_shows_what_changed_and_fails_when_it_got_worse() {
    let tree = mixed();
    let words = ["pmat", "tdg", "--baseline", "HEAD", "--fail-on-violation"];
    let same = run(tree.path(), &[&words[..], &["--format", "json"]].concat()).exits(0).json();
    assert_eq!((&same["change"], &same["files"]), (&Value::from(0.0), &Value::Array(Vec::new())));
    tree.write("src/lib.rs", branching("worse", 60));
    let worse = run(tree.path(), &[&words[..], &["--format", "json"]].concat()).exits(1).json();
    assert!(worse["change"].as_f64().expect("a number") < 0.0);
    assert_eq!(
        (&worse["files"][0]["path"], &worse["files"][0]["status"]),
        (&"src/lib.rs".into(), &"worsened".into())
    );
    let now = run(tree.path(), &["pmat", "tdg", "--format", "json"]).json();
    assert_eq!(worse["after"]["score"], now["total"]["score"]);
    let then = run(tree.path(), &["pmat", "tdg", "--revision", "HEAD", "--format", "json"]).json();
    assert_eq!(worse["before"]["score"], then["total"]["score"]);
    run(tree.path(), &["pmat", "tdg", "--baseline", "HEAD"]).exits(0);
    run(tree.path(), &["pmat", "tdg", "--baseline", "no-such-revision"]).fails_with("no-such-revision");
    let folder = Tree::folder(&[("a.py", "def f():\n    return 1\n")]);
    run(folder.path(), &["pmat", "tdg", "--baseline", "HEAD"]).fails_with("in no Git repository");
}

#[test]
fn explanations_name_lines_and_points_that_add_up() {
    let tree = mixed();
    for what in ["src/tangled.rs", "tangled", "src", "."] {
        let found = run(tree.path(), &["pmat", "tdg", "--explain", what, "--format", "json"]).exits(0).json();
        let lost: f64 =
            found["losses"].as_array().expect("a list").iter().filter_map(|loss| loss["cost"].as_f64()).sum();
        let score = found["card"]["score"].as_f64().expect("a number");
        assert!((100.0 - score - lost).abs() < 0.02, "{what}: {score} and {lost}");
    }
    let text = run(tree.path(), &["pmat", "tdg", "--explain", "src/tangled.rs"]).exits(0).stdout;
    assert!(text.contains("cyclomatic complexity 40 (free up to 5)") && text.contains("lines 2-"), "{text}");
    run(tree.path(), &["pmat", "tdg", "--explain", "nowhere.rs"]).fails_with("no file, folder or function");
}

#[test]
fn explanations_and_the_query_filter_grade_as_the_report_does() {
    let tree = mixed();
    let json = |words: &[&str]| run(tree.path(), &[words, &["--format", "json"]].concat()).exits(0).json();
    let report = json(&["pmat", "tdg", "--top-files", "0", "--top-functions", "0"]);
    let grade = |card: &Value| (card["score"].clone(), card["grade"].clone(), card["parts"].clone());
    assert_eq!(grade(&json(&["pmat", "tdg", "--explain", "."])["card"]), grade(&report["total"]));
    for list in ["files", "functions"] {
        for card in report[list].as_array().expect("a list") {
            let name = if list == "functions" { &card["name"] } else { &card["path"] };
            let name = name.as_str().expect("it has a name");
            assert_eq!(grade(&json(&["pmat", "tdg", "--explain", name])["card"]), grade(card), "{name}");
        }
    }
    let tangled = report["functions"].as_array().expect("a list").iter().find(|one| one["name"] == "tangled");
    let tangled = tangled.expect("it is listed")["grade"].as_str().expect("a grade");
    let found = |lowest: &str| json(&["pmat", "query", "tangled", "--min-grade", lowest])["results"].clone();
    assert_eq!(found(tangled)[0]["grade"], tangled);
    assert_ne!(tangled, "A+");
    assert_eq!(found("A+"), Value::Array(Vec::new()));
}
