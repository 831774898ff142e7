//! One number per question: a function has the same figures everywhere.

use super::security::slug;
use super::server::Server;
use crate::program::run;
use crate::repository::{Tree, branching};
use serde_json::Value;

/// Ten functions of different complexity, above the limits of the gate.
const FUNCTIONS: usize = 10;

fn cyclomatic(number: usize) -> usize {
    11 + 3 * number
}

fn name(number: usize) -> String {
    format!("branches_{number}")
}

#[test]
fn ten_functions_have_the_same_figures_everywhere() {
    let tree = Tree::folder(&[("batuta.toml", "[rules.cyclomatic-complexity]\nmax = 10\n")]);
    for number in 0..FUNCTIONS {
        tree.write(format!("src/part_{number}.rs"), branching(&name(number), cyclomatic(number)));
    }
    tree.git(&["init", "--quiet", "--initial-branch=main"]);
    tree.commit("Begin");
    let server = Server::start(tree.path(), &[]);
    let slug = slug(&server);
    server.await_commit(&slug, &tree.git(&["rev-parse", "HEAD"]));
    let screen = run(tree.path(), &["pmat", "analyze", "complexity", "--top-functions", "0"]).exits(0).stdout;
    let json = run(tree.path(), &["pmat", "analyze", "complexity", "--format", "json"]).exits(0).json();
    let sarif = run(tree.path(), &["pmat", "quality-gate", "--format", "sarif"]).json();
    for number in 0..FUNCTIONS {
        let (name, expected) = (name(number), cyclomatic(number).to_string());
        let row = screen.lines().find(|line| line.contains(&format!(" {name} "))).expect("it is on screen");
        assert_eq!(row.split_whitespace().nth(1), Some(format!("{expected}!").as_str()), "{row}");
        let functions = json["functions"].as_array().expect("a list");
        let printed = functions.iter().find(|one| one["name"] == name.as_str()).expect("it is printed");
        assert_eq!(printed["cyclomatic"].to_string(), expected);
        let served =
            server.api(&format!("/repositories/{slug}/functions?name={name}&path=src/part_{number}.rs"));
        assert_eq!(&served["items"][0], printed);
        let results = sarif["runs"][0]["results"].as_array().expect("a list");
        let result = results.iter().find(|result| {
            result["ruleId"] == "cyclomatic-complexity"
                && result.to_string().contains(&format!("part_{number}.rs"))
        });
        let message =
            result.expect("it is a finding")["message"]["text"].as_str().expect("a text").to_owned();
        assert!(message.split(|c: char| !c.is_ascii_digit()).any(|part| part == expected), "{message}");
        let findings = server.api(&format!("/repositories/{slug}/findings?path=src/part_{number}.rs"));
        let finding = findings["items"].as_array().expect("a list").iter();
        let value = finding
            .clone()
            .find(|one| one["rule"] == "cyclomatic-complexity")
            .map(|one| one["value"].clone());
        assert_eq!(value.as_ref().and_then(Value::as_f64), Some(cyclomatic(number) as f64));
        let page = server.get(&format!("/r/{slug}/file/src/part_{number}.rs")).is(200).text().to_owned();
        let row =
            page.split("<tr").find(|row| row.contains(&name) && row.contains("<td")).expect("it has a row");
        assert!(row.split(|c: char| !c.is_ascii_digit()).any(|part| part == expected), "{row}");
    }
}

#[test]
fn tests_are_counted_alike_on_every_surface() {
    let tree = Tree::repository(&[
        ("batuta.toml", "[rules.cyclomatic-complexity]\nmax = 10\ntests = false\n"),
        (
            "a.test.js",
            "describe('add', () => {\n  it('adds', () => {});\n  it.each([1, 2])('adds %d', (n) => {});\n});\n",
        ),
        ("add_test.cc", "TEST_F(Add, Zero) {\n}\n"),
        ("test_a.py", "def test_a():\n    pass\n\n\ndef helper():\n    pass\n"),
        ("src/test_plan.rs", "pub fn plan() {}\npub fn test_drive() {}\n"),
    ]);
    let screen = run(tree.path(), &["pmat", "analyze", "complexity"]).exits(0).stdout;
    assert!(screen.contains("8 functions in 4 files, 4 tests among them"), "{screen}");
    let json = run(tree.path(), &["pmat", "analyze", "complexity", "--format", "json"]).exits(0).json();
    assert_eq!(json["total"]["tests"], 4);
    let overview = run(tree.path(), &["analyze", "--format", "json"]).json();
    assert_eq!(overview["complexity"]["tests"], 4);
    let score = run(tree.path(), &["pmat", "repo-score", "--format", "json"]).json();
    let checks = score["checks"].as_array().expect("a list");
    let share = checks.iter().find(|check| check["id"] == "test-share").expect("it is in the table");
    assert!(share.to_string().contains("4 tests, 2 other functions"), "{share}");
    let gate = run(tree.path(), &["pmat", "quality-gate", "--format", "json"]).json();
    let rules = gate["rules"].as_array().expect("a list");
    let rule = rules.iter().find(|rule| rule["id"] == "cyclomatic-complexity").expect("it is on");
    assert_eq!(rule["checked"], 2, "what is no test code");
    let server = Server::start(tree.path(), &[]);
    let slug = slug(&server);
    server.await_commit(&slug, &tree.git(&["rev-parse", "HEAD"]));
    assert_eq!(server.api(&format!("/repositories/{slug}/summary"))["complexity"]["tests"], 4);
    let page = server.get(&format!("/r/{slug}")).is(200).text().to_owned();
    assert!(page.contains("4 tests"), "the dashboard says so");
}

#[test]
fn a_baseline_counts_where_the_configuration_names_it_and_nowhere_else() {
    let tree = Tree::repository(&[("src/lib.rs", &branching("tangled", 30))]);
    run(tree.path(), &["pmat", "quality-gate", "--baseline", "write", "--accept-new"]);
    tree.commit("Accept it");
    let server = Server::start(tree.path(), &[]);
    let slug = slug(&server);
    let accepts = || {
        let commit = tree.git(&["rev-parse", "HEAD"]);
        server.await_commit(&slug, &commit);
        let open = server.api(&format!("/repositories/{slug}/findings"))["total"].as_u64();
        let gate =
            run(tree.path(), &["pmat", "quality-gate", "--revision", "HEAD", "--format", "json"]).json();
        assert_eq!(open, gate["findings"].as_array().map(|findings| findings.len() as u64));
        open == Some(0)
    };
    assert!(!accepts(), "nothing names the file");
    tree.write("batuta.toml", "[gate]\nbaseline = \"batuta-baseline.json\"\n");
    tree.commit("Name it");
    assert!(accepts());
}

/// Two modules that import each other at load time and two that do so later, a duplicated function, and admitted debt.
fn with_cycles_copies_and_debt(configuration: &str) -> Tree {
    let body: String = (0..12).map(|n| format!("    total += rows[{n}].price * rows[{n}].count\n")).collect();
    let copied = |name: &str| format!("def {name}(rows):\n    total = 0\n{body}    return total\n");
    let tree = Tree::folder(&[
        ("batuta.toml", configuration),
        ("shop/__init__.py", ""),
        ("shop/a.py", &format!("from shop import b\n\n\n{}", copied("one"))),
        ("shop/b.py", &format!("from shop import a\n\n\n{}", copied("two"))),
        ("shop/c.py", "if __name__ == \"__main__\":\n    from shop import d\n    d.run()\n"),
        ("shop/d.py", concat!("from shop import c\n\n\ndef run():\n    # TO", "DO: write\n    return c\n")),
    ]);
    tree.git(&["init", "--quiet", "--initial-branch=main"]);
    tree.commit("Begin");
    tree
}

/// The figure on the dashboard card with this title.
fn card_figure(page: &str, title: &str) -> String {
    let card = page.split(&format!("<h3>{title}</h3>")).nth(1).expect("the page has such a card");
    let figure = card.split("<p class=\"figure\">").nth(1).and_then(|rest| rest.split("</p>").next());
    figure.expect("a card has a figure").to_owned()
}

/// The text of a check of the project score.
fn score(tree: &Tree, id: &str) -> String {
    let report = run(tree.path(), &["pmat", "repo-score", "--format", "json"]).exits(0).json();
    let checks = report["checks"].as_array().expect("a list").iter();
    let check = checks.clone().find(|check| check["id"] == id).expect("there is such a check");
    check["why"].as_str().or(check["evidence"][0]["what"].as_str()).expect("it says why").to_owned()
}

#[test]
fn duplication_cycles_and_debt_are_one_figure_each_everywhere() {
    for (extra, percent_is_zero, cycles) in [
        ("", false, 1),
        (
            "[rules.duplication]\nmax = 0\nmin-tokens = 400\n[rules.cycles]\nlevel = \"error\"\ndeferred = true\n",
            true,
            2,
        ),
        (
            "[rules.duplication]\nmax = 0\nexclude = [\"shop/b.py\"]\n[rules.cycles]\nexclude = [\"shop/b.py\"]\n",
            true,
            0,
        ),
    ] {
        let rules = if extra.is_empty() {
            "[rules.duplication]\nmax = 0\n[rules.cycles]\nlevel = \"error\"\n"
        } else {
            extra
        };
        let tree = with_cycles_copies_and_debt(rules);
        let printed = |words: &[&str]| run(tree.path(), &[words, &["--format", "json"]].concat()).json();
        let server = Server::start(tree.path(), &[]);
        let slug = slug(&server);
        server.await_commit(&slug, &tree.git(&["rev-parse", "HEAD"]));
        let summary = server.api(&format!("/repositories/{slug}/summary"));
        let page = server.get(&format!("/r/{slug}")).is(200).text().to_owned();
        let gate = printed(&["pmat", "quality-gate"]);
        let findings = |rule: &str| -> Vec<Value> {
            let all = gate["findings"].as_array().expect("a list").iter();
            all.filter(|finding| finding["rule"] == rule).cloned().collect()
        };

        let clones = printed(&["pmat", "analyze", "duplicates"]);
        let percent = clones["total"]["duplicated_percent"].as_f64().expect("it was measured");
        assert_eq!(percent == 0.0, percent_is_zero, "{rules}: {percent}");
        let screen = run(tree.path(), &["pmat", "analyze", "duplicates"]).exits(0).stdout;
        assert!(screen.contains(&format!("lines are duplicated: {percent:.1} %")), "{screen}");
        assert_eq!(summary["duplicated_percent"].as_f64(), Some(percent), "{rules}");
        assert!(score(&tree, "duplication").starts_with(&format!("{percent:.2} % ")), "{rules}");
        let share = format!("({percent:.1} % of all lines are duplicated");
        let found = findings("duplication");
        assert!(found.iter().all(|one| one["message"].as_str().is_some_and(|text| text.contains(&share))));
        assert_eq!(found.is_empty(), percent_is_zero, "{rules}");
        assert_eq!(card_figure(&page, "Duplication"), format!("{percent:.1} %"), "{rules}");

        let graph = printed(&["pmat", "analyze", "graph"]);
        assert_eq!(graph["import_cycles"].as_array().map(Vec::len), Some(cycles), "{rules}");
        assert_eq!(summary["import_cycles"].as_u64(), Some(cycles as u64), "{rules}");
        let said = score(&tree, "import-cycles");
        assert!(if cycles == 0 {
            said.starts_with("no cycle")
        } else {
            said.starts_with(&format!("{cycles} group"))
        });
        if rules.contains("level = \"error\"") {
            assert_eq!(findings("cycles").len(), cycles, "{rules}");
        }
        let shown = server.get(&format!("/r/{slug}/graph")).is(200).text().to_owned();
        let circles =
            ["<p>No files or packages import each other", "<p>1 cycle with", "<p>2 cycles with"][cycles];
        assert!(shown.contains(circles), "{rules}: {circles}");

        let debt = printed(&["pmat", "analyze", "satd"])["total"].as_u64().expect("a number");
        assert_eq!(debt, 1);
        assert_eq!(summary["debt"]["total"].as_u64(), Some(debt));
        assert_eq!(findings("satd").len() as u64, debt);
        assert!(score(&tree, "admitted-debt").ends_with(&format!("({debt})")));
        assert_eq!(card_figure(&page, "Self-admitted debt"), debt.to_string());
    }
}
