//! The project score as users see it, and the rules on it and on line coverage.

use crate::program::run;
use crate::repository::{CLEAN, Tree};
use serde_json::Value;

fn project() -> Tree {
    Tree::repository(&[
        (
            "Cargo.toml",
            "[package]\nname = \"shown\"\nversion = \"0.1.0\"\nedition = \"2024\"\nlicense = \"MIT\"\n",
        ),
        ("Cargo.lock", "version = 4\n"),
        ("src/lib.rs", CLEAN),
        (".github/workflows/ci.yml", "on: push\njobs:\n  all:\n    steps:\n      - run: cargo test\n"),
        ("LICENSE", "MIT\n"),
    ])
}

fn score(tree: &Tree) -> Value {
    run(tree.path(), &["pmat", "repo-score", "--format", "json"]).exits(0).json()
}

fn check<'r>(report: &'r Value, id: &str) -> &'r Value {
    let checks = report["checks"].as_array().expect("a list");
    checks.iter().find(|check| check["id"] == id).unwrap_or_else(|| panic!("there is no check {id}"))
}

#[test]
fn the_table_adds_up_to_211_and_the_score_to_its_parts() {
    let report = score(&project());
    let sum = |list: &str, key: &str| -> u64 {
        report[list].as_array().expect("a list").iter().map(|one| one[key].as_u64().expect("points")).sum()
    };
    assert_eq!(report["table"], 211);
    assert_eq!(sum("checks", "points"), 211);
    assert_eq!(sum("categories", "table"), 211);
    assert_eq!(sum("categories", "earned"), report["earned"].as_u64().expect("points"));
    assert_eq!(sum("categories", "possible"), report["possible"].as_u64().expect("points"));
}

#[test]
fn a_removed_file_takes_exactly_its_points() {
    let tree = project();
    let before = score(&tree);
    let points = check(&before, "license")["points"].as_u64().expect("points");
    std::fs::remove_file(tree.join("LICENSE")).expect("it was written");
    let after = score(&tree);
    assert_eq!(before["possible"], after["possible"]);
    assert_eq!(
        before["earned"].as_u64().expect("points") - points,
        after["earned"].as_u64().expect("points")
    );
}

#[test]
fn what_was_not_measured_leaves_the_denominator_and_says_so() {
    let tree = project();
    let before = score(&tree);
    let coverage = check(&before, "coverage-80");
    assert_eq!(coverage["answer"], "not-measured", "{coverage}");
    let lines = CLEAN.lines().count();
    let hits: String = (1..=lines).map(|line| format!("DA:{line},1\n")).collect();
    tree.write("lcov.info", format!("SF:src/lib.rs\n{hits}end_of_record\n"));
    let after = score(&tree);
    assert_eq!(check(&after, "coverage-80")["answer"], "earned");
    let possible = |report: &Value| report["possible"].as_u64().expect("points");
    assert_eq!(possible(&after) - possible(&before), 13, "coverage-60 and coverage-80");
}

#[test]
fn the_least_share_is_a_threshold() {
    let tree = project();
    run(tree.path(), &["pmat", "repo-score", "--min-percent", "1"]).exits(0);
    run(tree.path(), &["pmat", "repo-score", "--min-percent", "100"]).exits(1);
    run(tree.path(), &["pmat", "rust-project-score"]).exits(0);
    std::fs::remove_file(tree.join("Cargo.toml")).expect("it was written");
    run(tree.path(), &["pmat", "rust-project-score"]).fails_with("no Cargo project");
}

#[test]
fn the_coverage_rule_reads_reports() {
    let tree = project();
    let gate = ["pmat", "quality-gate", "--checks", "coverage", "--fail-on", "warning"];
    tree.write("batuta.toml", "[rules.coverage]\nlevel = \"error\"\nmin = 80\n");
    let missing = run(tree.path(), &gate).exits(2);
    assert!(missing.stdout.contains("there is no coverage report"), "{}", missing.stdout);
    let report = |hits: [u32; 4]| {
        let lines: String = (1..).zip(hits).map(|(line, hits)| format!("DA:{line},{hits}\n")).collect();
        format!("SF:src/lib.rs\n{lines}end_of_record\n")
    };
    tree.write("lcov.info", report([1, 1, 1, 1]));
    run(tree.path(), &gate).exits(0);
    tree.write("lcov.info", report([1, 0, 0, 0]));
    let low = run(tree.path(), &gate).exits(1);
    assert!(low.stdout.contains("25"), "{}", low.stdout);
}
