//! 0 fine, 1 findings above the threshold, 2 the command failed: for every command.

use crate::every_command::{CALLS, Call, On, model_folder, on_trees};
use crate::program::run;
use crate::repository::{CLEAN, Tree, branching};

const DEBT: &str = "// FIXME: wrong for negative numbers\npub fn double(x: i32) -> i32 {\n    x + x\n}\n";

/// A repository that gives every command something to report.
fn clean() -> Tree {
    let manifest = "[package]\nname = \"clean\"\nversion = \"0.1.0\"\nedition = \"2024\"\n";
    let coverage = "SF:src/lib.rs\nDA:1,1\nDA:2,1\nend_of_record\n";
    Tree::repository(&[
        ("src/lib.rs", CLEAN),
        ("Cargo.toml", manifest),
        ("message.txt", "feat: change\n"),
        ("lcov.info", coverage),
    ])
}

#[test]
fn every_command_on_a_clean_repository_exits_0() {
    let (tree, models) = (clean(), Tree::folder(&[]));
    model_folder(models.path());
    // Nothing was mutated, and no test has run, so these rules have no data.
    let needs_reports = |call: &&Call| call.words.iter().any(|word| word.contains("coverage,mutation"));
    for call in CALLS.iter().filter(|call| call.on != On::Service && !needs_reports(call)) {
        // It judges pushes to a bare repository, and Git passes them on standard input.
        let is_server_hook = call.words.contains(&"pre-receive");
        let folder = if call.on == On::Model { models.path() } else { tree.path() };
        let run = run(folder, &call.with(&["--quiet"]));
        assert_eq!(run.code, Some(0), "{call:?}\n{}{}", run.stdout, run.stderr);
        assert!(
            !run.stdout.is_empty() || call.once || is_server_hook || call.on == On::Repository,
            "{call:?}"
        );
        assert_eq!(run.stderr, "", "{call:?}");
    }
}

#[test]
fn the_gate_exits_1_on_findings_with_or_without_the_compatible_flag() {
    let tree = Tree::repository(&[("src/lib.rs", &branching("tangled", 60))]);
    for words in [&["pmat", "quality-gate"][..], &["pmat", "quality-gate", "--fail-on-violation"]] {
        let run = run(tree.path(), words).exits(1);
        assert!(run.stdout.contains("tangled") && run.stdout.contains("60"), "{}", run.stdout);
    }
}

#[test]
fn the_overview_shows_findings_but_is_no_gate() {
    let tree = Tree::repository(&[("src/lib.rs", &branching("tangled", 60))]);
    let run = run(tree.path(), &["analyze"]).exits(0);
    assert!(run.stdout.contains("tangled"), "{}", run.stdout);
}

#[test]
fn complexity_exits_1_only_when_asked_to() {
    let tree = Tree::repository(&[("src/lib.rs", &branching("tangled", 12))]);
    let complexity = |words: &[&str]| {
        let mut all = vec!["pmat", "analyze", "complexity"];
        all.extend(words);
        run(tree.path(), &all)
    };
    complexity(&["--max-cyclomatic", "11"]).exits(0);
    complexity(&["--max-cyclomatic", "11", "--fail-on-violation"]).exits(1);
    complexity(&["--max-cyclomatic", "12", "--fail-on-violation"]).exits(0);
    complexity(&["--max-cyclomatic", "0", "--fail-on-violation"]).exits(1);
}

#[test]
fn satd_exits_1_only_when_asked_to() {
    let tree = Tree::repository(&[("src/lib.rs", DEBT)]);
    let run_satd = |flag: &[&str]| run(tree.path(), &[&["pmat", "analyze", "satd"][..], flag].concat());
    let report = run_satd(&[]).exits(0);
    assert!(report.stdout.contains("wrong for negative numbers"), "{}", report.stdout);
    run_satd(&["--fail-on-violation"]).exits(1);
    run_satd(&["--strict", "--fail-on-violation"]).exits(1);
}

#[test]
fn an_empty_directory_exits_2_and_yields_no_number() {
    for tree in [Tree::folder(&[]), Tree::unborn(&[]), Tree::repository(&[])] {
        for call in on_trees() {
            let words = &call.all()[..];
            let run = run(tree.path(), words).fails_with("help:");
            assert!(!run.stderr.contains("100") && !run.stderr.contains("85"), "{}", run.stderr);
        }
    }
}

#[test]
fn a_folder_without_any_known_language_exits_2() {
    let tree = Tree::folder(&[("picture.unknownkind", "x"), ("data.unknownkind", "\0\0\0")]);
    for call in on_trees() {
        let words = &call.all()[..];
        run(tree.path(), words).fails_with("help:");
    }
}

#[test]
fn what_cannot_be_opened_exits_2() {
    let tree = Tree::repository(&[("src/lib.rs", CLEAN)]);
    for call in on_trees() {
        let words = &call.all()[..];
        run(tree.path(), &call.with(&["no/such/folder"])).fails_with("no/such/folder");
        run(tree.path(), &[words, &["--revision", "no-such-branch"][..]].concat())
            .fails_with("no-such-branch");
        run(tree.path(), &[words, &["--config", "missing.toml"][..]].concat()).fails_with("missing.toml");
        run(tree.path(), &[words, &["--output", "no/such/folder/report"][..]].concat())
            .fails_with("no/such/folder");
    }
}

#[test]
fn a_wrong_command_line_exits_2() {
    let tree = Tree::folder(&[]);
    for words in [
        &["analyse"][..],
        &["analyze", "--no-such-option"],
        &["analyze", "--threads", "0"],
        &["analyze", "--revision", "HEAD", "--staged"],
        &["pmat", "quality-gate", "--format", "pdf"],
        &[],
    ] {
        let run = run(tree.path(), words).exits(2);
        assert_eq!(run.stdout, "");
    }
}

#[test]
fn an_unknown_key_in_the_gate_file_exits_2_with_a_suggestion() {
    let tree =
        Tree::repository(&[("src/lib.rs", CLEAN), ("batuta.toml", "[rules.satd]\nlevl = \"error\"\n")]);
    for call in on_trees() {
        let words = &call.all()[..];
        let run = run(tree.path(), words).fails_with("levl");
        assert!(run.stderr.contains("level"), "{}", run.stderr);
        assert!(run.stderr.contains("batuta.toml"), "{}", run.stderr);
    }
}

#[test]
fn a_gate_that_could_not_measure_does_not_pass() {
    let tree = Tree::repository(&[("src/lib.rs", CLEAN)]);
    let run = run(tree.path(), &["pmat", "quality-gate", "--checks", "no-such-check"]);
    run.fails_with("no-such-check");
}
