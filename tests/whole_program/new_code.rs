//! The gate on new code, its baseline, and reviews based on it, in real repositories.

use crate::program::run;
use crate::repository::{CLEAN, Tree, branching, git};
use serde_json::Value;

/// Only the complexity of functions counts; the limit is 5.
const CONFIG: &str = "[rules.cyclomatic-complexity]\nlevel = \"error\"\nmax = 5\n";

/// A repository on a branch from `main`, where an over-complex function already existed.
fn branch() -> Tree {
    let old = format!("//! Old.\n\n{}\n{}", branching("legacy", 9), branching("other", 8));
    let tree = Tree::repository(&[("batuta.toml", CONFIG), ("src/old.rs", &old), ("src/lib.rs", CLEAN)]);
    tree.git(&["checkout", "--quiet", "-b", "topic"]);
    tree
}

fn gate(tree: &Tree, words: &[&str]) -> (Option<i32>, Value) {
    let words =
        [&["pmat", "quality-gate", "--quiet", "--checks", "complexity", "--format", "json"], words].concat();
    let run = run(tree.path(), &words);
    (run.code, run.json())
}

/// File and function of each finding.
fn found(report: &Value) -> Vec<(&str, &str)> {
    let findings = report["findings"].as_array().expect("a list");
    let text = |value: &'_ Value| -> &'static str {
        Box::leak(value.as_str().unwrap_or_default().to_owned().into_boxed_str())
    };
    findings.iter().map(|finding| (text(&finding["path"]), text(&finding["function"]))).collect()
}

#[test]
fn a_branch_is_judged_by_what_it_did_since_it_left_the_default_branch() {
    let tree = branch();
    assert_eq!(found(&gate(&tree, &[]).1).len(), 2, "all code has two findings");
    let (code, report) = gate(&tree, &["--new-code"]);
    assert_eq!((code, found(&report)), (Some(0), vec![]), "nothing was done yet");

    // Renaming, moving, commenting and shifting lines do not make a finding new.
    tree.git(&["mv", "src/old.rs", "src/renamed.rs"]);
    let moved = format!("//! Moved here.\n\n/// More.\npub struct More;\n\n{}", branching("other", 8));
    tree.write("src/moved.rs", moved);
    let kept = format!("//! Old.\n\n// One more remark.\n{}", branching("legacy", 9));
    tree.write("src/renamed.rs", kept);
    tree.commit("Move");
    let (code, report) = gate(&tree, &["--new-code"]);
    assert_eq!((code, found(&report)), (Some(0), vec![]));
    assert_eq!(report["new_code"]["older_findings"], 2);
    assert_eq!(report["new_code"]["since"], "default");
    assert_eq!(report["new_code"]["base"], tree.git(&["rev-parse", "main"]));

    // Worse code is a finding, and so is new code.
    tree.write("src/renamed.rs", format!("//! Old.\n\n{}", branching("legacy", 12)));
    tree.write("src/lib.rs", format!("{CLEAN}\n{}", branching("fresh", 6)));
    let (code, report) = gate(&tree, &["--new-code"]);
    assert_eq!(code, Some(1));
    assert_eq!(found(&report), [("src/lib.rs", "fresh"), ("src/renamed.rs", "legacy")]);
    assert_eq!(report["findings"][1]["was"], 9.0);
    assert_eq!(report["findings"][0]["first_new_line"], 9);
    // The index does not have it yet.
    assert_eq!(gate(&tree, &["--new-code", "--staged"]).0, Some(0));
    tree.git(&["add", "--all"]);
    assert_eq!(gate(&tree, &["--new-code", "--staged"]).0, Some(1));
}

#[test]
fn a_base_is_a_branch_a_tag_a_commit_or_a_day() {
    let tree = branch();
    tree.git(&["tag", "before"]);
    tree.write("src/lib.rs", format!("{CLEAN}\n{}", branching("fresh", 6)));
    tree.commit("Worse");
    tree.write("src/b.rs", format!("//! B.\n\n{}", branching("fresher", 6)));
    tree.commit("Worse still");
    let functions = |words: &[&str]| -> Vec<&'static str> {
        let (_, report) = gate(&tree, words);
        found(&report)
            .into_iter()
            .map(|(_, function)| Box::leak(function.to_owned().into_boxed_str()) as &str)
            .collect()
    };
    assert_eq!(functions(&["--base", "before"]), ["fresher", "fresh"]);
    assert_eq!(functions(&["--base", "HEAD~1"]), ["fresher"]);
    assert_eq!(functions(&["--base", "main", "--revision", "HEAD~1"]), ["fresh"]);
    // All commits are of 2024-03-01.
    assert_eq!(functions(&["--base", "2024-03-01"]), [""; 0]);
    assert_eq!(functions(&["--base", "2024-02-29"]).len(), 4, "nothing was before");
    run(tree.path(), &["pmat", "quality-gate", "--base", "nowhere"])
        .fails_with("nowhere is not a known revision");
    run(tree.path(), &["pmat", "quality-gate", "--base", "2024-02-30"]).exits(2);
    let folder = Tree::folder(&[("a.rs", CLEAN)]);
    run(folder.path(), &["pmat", "quality-gate", "--new-code"]).fails_with("is in no Git repository");
}

#[test]
fn coverage_of_new_code_is_that_of_its_lines() {
    let tree = Tree::repository(&[("src/lib.rs", CLEAN), (".gitignore", "lcov.info\n")]);
    tree.git(&["checkout", "--quiet", "-b", "topic"]);
    let new = format!("{CLEAN}\n/// Twice.\npub fn twice(a: i32) -> i32 {{\n    let b = a;\n    a + b\n}}\n");
    tree.write("src/lib.rs", &new);
    tree.commit("Add twice");
    // The old function never ran; three of the four new lines did.
    let lcov = "SF:src/lib.rs\nDA:4,0\nDA:5,0\nDA:6,0\nDA:9,1\nDA:10,1\nDA:11,0\nDA:12,1\nend_of_record\n";
    tree.write("lcov.info", lcov);
    let report = |words: &[&str]| {
        let words = [&["pmat", "quality-gate", "--quiet", "--checks", "coverage", "--format", "json"], words]
            .concat();
        run(tree.path(), &words).json()
    };
    let all = report(&[]);
    assert_eq!(all["findings"][0]["value"], 300.0 / 7.0);
    let new = report(&["--new-code"]);
    assert_eq!(new["findings"][0]["value"], 75.0);
    assert_eq!(
        new["findings"][0]["message"],
        "1 of 4 new lines never ran (11); of all new lines 75.0 % ran, 80 % must (lcov.info)"
    );
    tree.write("batuta.toml", "[rules.coverage]\nmin-new = 75\n");
    assert_eq!(report(&["--new-code"])["findings"], serde_json::json!([]));
    // A damaged report is no coverage of any code.
    tree.write("lcov.info", "SF:src/lib.rs\nDA:1,x\n");
    let damaged = report(&["--new-code"]);
    assert_eq!(damaged["verdict"], "not-measured");
}

#[test]
fn a_baseline_accepts_what_there_is_and_only_gets_shorter() {
    let tree = branch();
    let baseline = |words: &[&str]| {
        let words = [&["pmat", "quality-gate", "--checks", "complexity", "--baseline"], words].concat();
        run(tree.path(), &words)
    };
    baseline(&["check"]).fails_with("there is no baseline batuta-baseline.json");
    baseline(&["write"]).exits(1);
    let accepted =
        baseline(&["write", "--accept-new", "--reason", "older than the gate", "--expires", "2030-12-31"])
            .exits(0);
    assert!(accepted.stderr.contains("note: batuta-baseline.json accepts 2 findings"), "{}", accepted.stderr);
    for told in ["Baseline: 2 findings accepted", "Gate: passed, no findings"] {
        assert!(accepted.stdout.contains(told), "the state after writing: {}", accepted.stdout);
    }
    let first = std::fs::read_to_string(tree.join("batuta-baseline.json")).expect("it was written");
    assert_eq!(first.matches("older than the gate").count(), 2);
    assert!(baseline(&["check"]).exits(0).stdout.contains("Baseline: 2 findings accepted"));
    // One rule alone, or another folder, does not affect the rest: it stays accepted.
    tree.write("docs/a.rs", "fn a() {}\n");
    for part in [&["--checks", "secrets"][..], &["--checks", "complexity", "docs"]] {
        let arguments = [&["pmat", "quality-gate", "--baseline", "write"], part].concat();
        let text = run(tree.path(), &arguments).exits(0).stdout;
        assert!(text.contains("Baseline: 0 findings accepted, 2 not judged now"), "{text}");
        let now = std::fs::read_to_string(tree.join("batuta-baseline.json")).expect("it is there");
        assert_eq!(now, first, "{part:?}");
    }
    // Contradictory options are refused.
    run(tree.path(), &["pmat", "quality-gate", "--baseline", "off", "--baseline-file", "x.json"])
        .fails_with("--baseline off judges without the file");
    baseline(&["write", "--accept-new", "--expires", "2001-01-01"]).fails_with("the day is past");
    baseline(&["check", "--output", "batuta-baseline.json"]).fails_with("is the baseline");
    assert_eq!(std::fs::read_to_string(tree.join("batuta-baseline.json")).expect("it is there"), first);
    tree.commit("Accept");

    // Edits above, a rename of the file: still accepted.
    let old = std::fs::read_to_string(tree.join("src/old.rs")).expect("it is there");
    tree.write("src/old.rs", format!("// A remark.\n// Another.\n{old}"));
    tree.git(&["mv", "src/old.rs", "src/older.rs"]);
    baseline(&["check"]).exits(0);
    // Improvements become the new limit, resolved findings are dropped.
    tree.write("src/older.rs", format!("//! Old.\n\n{}", branching("legacy", 7)));
    let text = baseline(&["check"]).exits(0).stdout;
    assert!(
        text.contains("Baseline: 1 finding accepted, 1 gone (--baseline write drops what is gone)"),
        "{text}"
    );
    baseline(&["write"]).exits(0);
    let tightened = std::fs::read_to_string(tree.join("batuta-baseline.json")).expect("it was written");
    assert!(tightened.lines().count() < first.lines().count());
    tree.write("src/older.rs", format!("//! Old.\n\n{}", branching("legacy", 9)));
    let text = baseline(&["check"]).exits(1).stdout;
    assert!(text.contains("(it was 7)"), "{text}");
    // Without --accept-new, writing accepts no more than before.
    baseline(&["write"]).exits(1);

    // The configuration can name it: then every gate uses it, and reports if it is missing.
    tree.write("batuta.toml", format!("[gate]\nbaseline = \"accepted.json\"\n{CONFIG}"));
    run(tree.path(), &["pmat", "quality-gate"]).fails_with("there is no baseline accepted.json");
    baseline(&["write", "--accept-new"]).exits(0);
    assert!(tree.join("accepted.json").exists());
    run(tree.path(), &["pmat", "quality-gate", "--checks", "complexity"]).exits(0);
    run(tree.path(), &["pmat", "quality-gate", "--checks", "complexity", "--baseline", "off"]).exits(1);
    tree.write("accepted.json", "{}");
    run(tree.path(), &["pmat", "quality-gate"]).fails_with("the baseline accepted.json cannot be used");
}

#[test]
fn a_baseline_expires_with_the_first_commit_after_its_last_day() {
    let tree = branch();
    let words = ["pmat", "quality-gate", "--checks", "complexity", "--baseline"];
    let gate = |more: &[&str]| run(tree.path(), &[&words[..], more].concat());
    // The repository's commits are of 2024-03-01.
    gate(&["write", "--accept-new", "--expires", "2024-03-01"]).exits(0);
    gate(&["check"]).exits(0);
    let baseline = std::fs::read_to_string(tree.join("batuta-baseline.json")).expect("it was written");
    tree.write("batuta-baseline.json", baseline.replace("2024-03-01", "2024-02-29"));
    let text = gate(&["check"]).exits(1).stdout;
    assert!(text.contains("it was accepted until 2024-02-29"), "{text}");
    assert!(text.contains("2 expired"), "{text}");
}

#[test]
fn a_review_comments_on_the_first_new_line_of_each_finding() {
    let tree = branch();
    tree.write("src/lib.rs", format!("{CLEAN}\n{}", branching("fresh", 6)));
    tree.commit("Worse");
    let review = |format: &str, words: &[&str]| {
        let words =
            [&["pmat", "quality-gate", "--quiet", "--checks", "complexity", "--format", format], words]
                .concat();
        run(tree.path(), &words)
    };
    review("github-review", &[]).fails_with("a review comments on new lines");
    let github = review("github-review", &["--new-code"]).exits(1).json();
    assert_eq!(github["event"], "REQUEST_CHANGES");
    assert_eq!(github["commit_id"], tree.git(&["rev-parse", "HEAD"]));
    let comments = github["comments"].as_array().expect("a list");
    assert_eq!(comments.len(), 1);
    assert_eq!((&comments[0]["path"], &comments[0]["line"]), (&"src/lib.rs".into(), &9.into()));
    assert!(
        comments[0]["body"].as_str().expect("a text").contains("`fresh` has a cyclomatic complexity of 6")
    );
    assert!(github["body"].as_str().expect("a text").starts_with("# Quality gate: failed"));

    let gitlab = review("gitlab-review", &["--new-code"]).exits(1).json();
    let threads = gitlab.as_array().expect("a list");
    assert_eq!(threads.len(), 2);
    let position = &threads[1]["position"];
    assert_eq!(position["base_sha"], tree.git(&["rev-parse", "main"]));
    assert_eq!(position["head_sha"], tree.git(&["rev-parse", "HEAD"]));
    assert_eq!((&position["new_path"], &position["new_line"]), (&"src/lib.rs".into(), &9.into()));
}

/// git-merge-base(1) ends with 1 if there is none: then the changes of the branch are unknown.
#[test]
fn without_a_merge_base_nothing_is_told_but_what_to_fetch() {
    let tree = branch();
    tree.write("src/topic.rs", CLEAN);
    tree.commit("Topic");
    tree.git(&["checkout", "--quiet", "main"]);
    for n in 0..2 {
        tree.write("src/main_side.rs", format!("{CLEAN}// {n}\n"));
        tree.commit("Main goes on");
    }
    tree.git(&["checkout", "--quiet", "topic"]);
    let clones = Tree::folder(&[]);
    let url = format!("file://{}", tree.path().display());
    git(clones.path(), &["clone", "--quiet", "--depth", "1", "--no-single-branch", &url, "shallow"]);
    let shallow = clones.join("shallow");
    for words in [
        &["pmat", "quality-gate", "--base", "origin/main"][..],
        &["pmat", "mutate", "--list", "--in-diff", "origin/main"],
    ] {
        run(&shallow, words).fails_with("git fetch --unshallow");
    }
    git(&shallow, &["fetch", "--quiet", "--unshallow"]);
    run(&shallow, &["pmat", "quality-gate", "--base", "origin/main"]).exits(0);

    // Two unrelated histories.
    tree.git(&["checkout", "--quiet", "--orphan", "other"]);
    tree.commit("Begin anew");
    run(tree.path(), &["pmat", "quality-gate", "--base", "main"]).fails_with("their histories never met");
}
