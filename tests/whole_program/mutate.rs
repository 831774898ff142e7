//! Mutation testing: real mutants in real projects, run by the real binary.

use crate::program::{Run, command, finish, run, wait};
use crate::repository::Tree;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::thread;
use std::time::Duration;

const SUMS: &str = "\
def add(a, b):
    return a + b


def less(a, b):
    return a < b
";

/// Checks `add`, and runs `less` without checking it.
const TESTS: &str = "\
import unittest
from sums import add, less


class Sums(unittest.TestCase):
    def test_add(self):
        self.assertEqual(add(2, 3), 5)

    def test_less(self):
        less(1, 2)
";

pub fn python() -> Tree {
    Tree::repository(&[
        ("pyproject.toml", "[project]\nname = \"sums\"\nversion = \"1\"\n"),
        ("sums.py", SUMS),
        ("tests/__init__.py", ""),
        ("tests/test_sums.py", TESTS),
    ])
}

/// unittest is part of Python; pytest makes no difference.
const UNITTEST: [&str; 4] =
    ["pmat", "mutate", "--test-command", "python3 -m unittest discover -t . -s tests"];

pub fn mutate(tree: &Path, words: &[&str]) -> Run {
    run(tree, &[&UNITTEST, words].concat())
}

/// Number of mutants by status.
fn statuses(report: &Value) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for mutant in report["mutants"].as_array().expect("mutants") {
        *counts.entry(mutant["status"].as_str().expect("a status").to_owned()).or_default() += 1;
    }
    counts
}

fn names_with(report: &Value, status: &str) -> Vec<String> {
    let mutants = report["mutants"].as_array().expect("mutants").iter();
    let of_status = mutants.filter(|mutant| mutant["status"] == status);
    of_status.map(|mutant| mutant["name"].as_str().expect("a name").to_owned()).collect()
}

#[test]
fn what_tests_check_is_caught_and_what_they_only_run_is_missed() {
    let tree = python();
    let report = mutate(tree.path(), &["--format", "json"]).exits(0).json();
    let (caught, missed) = (names_with(&report, "caught"), names_with(&report, "missed"));
    assert!(!caught.is_empty() && caught.iter().all(|name| name.starts_with("sums.py:2:")), "{caught:?}");
    assert!(!missed.is_empty() && missed.iter().all(|name| name.starts_with("sums.py:6:")), "{missed:?}");
    let score = report["score"].as_f64().expect("a score");
    let expected = 100.0 * caught.len() as f64 / (caught.len() + missed.len()) as f64;
    assert!((score - expected).abs() < 1e-9);
    assert_eq!(report["units"][0]["tests"], 2);
    assert_eq!(tree.git(&["status", "--porcelain", "--ignored"]), "", "the tree was written to");

    let shown = mutate(tree.path(), &["--threshold", "99"]).exits(1);
    assert!(
        shown.stdout.contains("below the threshold of 99 %") && shown.stdout.contains("-    return a < b")
    );
    let few = mutate(tree.path(), &["--threshold", "5", "--failures-only"]).exits(0);
    assert!(!few.stdout.contains("sums.py:2:"), "{}", few.stdout);
}

#[test]
fn outcomes_are_kept_in_a_folder_as_cargo_mutants_lays_it_out() {
    let tree = python();
    let out = tree.join(".git/batuta/mutants");
    let report = mutate(tree.path(), &["--format", "json"]).exits(0).json();
    let list = |name: &str| fs::read_to_string(out.join("mutants.out").join(name)).expect("a list");
    let lines = |name: &str| list(name).lines().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(lines("caught.txt"), names_with(&report, "caught"));
    assert_eq!(lines("missed.txt"), names_with(&report, "missed"));
    assert_eq!((list("timeout.txt"), list("unviable.txt")), (String::new(), String::new()));
    let outcomes: Value = serde_json::from_str(&list("outcomes.json")).expect("JSON");
    let total = report["mutants"].as_array().expect("mutants").len();
    assert_eq!(
        outcomes["outcomes"].as_array().expect("outcomes").len(),
        total + 1,
        "the unchanged code comes first"
    );
    for outcome in outcomes["outcomes"].as_array().expect("outcomes").iter().skip(1) {
        let log = list(outcome["log_path"].as_str().expect("a log"));
        assert!(log.contains("$ python3 -m unittest") && log.contains("*** exit code "), "{log}");
        let diff = list(outcome["diff_path"].as_str().expect("a diff"));
        assert!(diff.contains("--- a/sums.py\n+++ b/sums.py\n@@ "), "{diff}");
    }
    let stryker = mutate(tree.path(), &["--format", "stryker"]).exits(0).json();
    assert_eq!(stryker["schemaVersion"], "2.0");
    assert_eq!(stryker["files"]["sums.py"]["mutants"].as_array().expect("mutants").len(), total);
}

#[test]
fn where_the_unchanged_code_fails_there_is_no_score() {
    let tree = python();
    tree.write("tests/test_sums.py", TESTS.replace("5)", "6)"));
    mutate(tree.path(), &[]).fails_with("AssertionError: 5 != 6");
    let broken = run(
        tree.path(),
        &["pmat", "mutate", "--build-command", "echo no compiler; false", "--test-command", "true"],
    );
    broken.fails_with("no compiler");
}

#[test]
fn where_no_test_says_anything_there_is_no_score() {
    let tree = python();
    tree.write("tests/test_sums.py", "");
    // From version 3.12 on unittest itself fails if it finds no test.
    let none = mutate(tree.path(), &[]).exits(2);
    assert!(none.stderr.contains("not measured") && none.stdout.is_empty(), "{}", none.stderr);
    let printed = "echo 'Ran 0 tests in 0.000s'";
    run(tree.path(), &["pmat", "mutate", "--test-command", printed]).fails_with("no test ran");
    // Tests that pass with any file content do not test these files.
    run(tree.path(), &["pmat", "mutate", "--test-command", "true"]).fails_with("do not use the files");
    // It was built, so nonsense would be noticed; but it is unknown whether a test ran.
    let build = ["--build-command", "true", "--format", "json"];
    let unknown =
        run(tree.path(), &[&["pmat", "mutate", "--test-command", "true"], &build[..]].concat()).exits(2);
    assert!(
        unknown.json()["score"]["why"].as_str().expect("a reason").contains("does not say how many tests")
    );
}

#[test]
fn without_a_way_to_test_the_error_says_how_to_name_one() {
    let tree = Tree::repository(&[("lib/a.py", SUMS)]);
    run(tree.path(), &["pmat", "mutate"]).fails_with("--test-command");
    run(tree.path(), &["pmat", "mutate", "--list"]).fails_with("--test-command");
    let tree = Tree::repository(&[("README.md", "# Nothing\n")]);
    run(tree.path(), &["pmat", "mutate"]).fails_with("there is no mutant to test");
    run(tree.path(), &["pmat", "mutate", "--target", "nowhere"]).fails_with("there is no nowhere");
    run(tree.path(), &["pmat", "mutate", "--operators", "Magic"]).fails_with("there is no operator");
}

#[test]
fn an_empty_list_says_why_it_is_empty() {
    let tree = Tree::repository(&[
        ("lib/a.rb", "def sum(a, b)\n  a + b\nend\n"),
        ("docs/conf.py", SUMS),
        ("examples/a.py", SUMS),
    ]);
    for (words, printed) in
        [(&["pmat", "mutate", "--list"][..], ""), (&["pmat", "mutate", "--list", "--json"], "[]\n")]
    {
        let ended = run(tree.path(), words).exits(2);
        assert_eq!(ended.stdout, printed, "{words:?}");
        assert!(ended.stderr.contains("no file fits, in a language that can be mutated"), "{}", ended.stderr);
    }
}

#[test]
fn a_hanging_mutant_is_a_timeout_and_its_processes_end() {
    let tree = Tree::repository(&[
        ("pyproject.toml", ""),
        ("count.py", "def count(n):\n    i = 0\n    while i < n:\n        i += 1\n    return i\n"),
        (
            "test_count.py",
            "import unittest\nfrom count import count\n\n\nclass C(unittest.TestCase):\n    def test(self):\n        self.assertEqual(count(3), 3)\n",
        ),
    ]);
    let words =
        ["pmat", "mutate", "--test-command", "python3 -m unittest", "--timeout", "1", "--format", "json"];
    let report = run(tree.path(), &[&words[..], &["--re", r"\+= with -="]].concat()).exits(0).json();
    assert_eq!(statuses(&report), BTreeMap::from([("timeout".to_owned(), 1)]));
    assert_eq!(report["score"], 100.0);
}

#[test]
fn only_changed_lines_when_asked_for() {
    let tree = python();
    tree.write("sums.py", SUMS.replace("a + b", "b + a"));
    let listed = |since: &str| mutate(tree.path(), &["--list", "--in-diff", since]).exits(0).stdout;
    let since_head = listed("HEAD");
    assert!(
        !since_head.is_empty() && since_head.lines().all(|line| line.starts_with("sums.py:2:")),
        "{since_head}"
    );
    fs::write(tree.join(".git/p.diff"), tree.git(&["diff"]) + "\n").expect("Git's folder can be written to");
    assert_eq!(listed(".git/p.diff"), since_head);
    tree.write("sums.py", SUMS);
    mutate(tree.path(), &["--in-diff", ".git/p.diff"]).fails_with("does not fit");
    mutate(tree.path(), &["--in-diff", "HEAD"]).fails_with("no code under test changed since HEAD");
    mutate(tree.path(), &["--in-diff", "nonsense"]).fails_with("nonsense");
}

#[test]
fn shards_add_up_to_all_mutants() {
    let tree = python();
    let list = |words: &[&str]| mutate(tree.path(), &[&["--list"], words].concat()).exits(0).stdout;
    let mut parts: Vec<String> = ["0/2", "1/2"]
        .iter()
        .flat_map(|part| list(&["--shard", part]).lines().map(str::to_owned).collect::<Vec<_>>())
        .collect();
    let mut all: Vec<String> = list(&[]).lines().map(str::to_owned).collect();
    parts.sort();
    all.sort();
    assert_eq!(parts, all);
    let sample = mutate(tree.path(), &["--max-mutants", "1"]).exits(0);
    assert!(sample.stdout.contains("an estimate from a sample of 1"), "{}", sample.stdout);
}

#[test]
fn what_no_test_reaches_is_not_run_and_counts() {
    let tree = python();
    tree.write("lcov.info", "SF:sums.py\nDA:1,1\nDA:2,1\nDA:5,1\nDA:6,0\nend_of_record\n");
    let report = mutate(tree.path(), &["--lcov", "lcov.info", "--format", "json"]).exits(0).json();
    let unreached = names_with(&report, "no-coverage");
    assert!(!unreached.is_empty() && unreached.iter().all(|name| name.starts_with("sums.py:6:")));
    assert!(report["score"].as_f64().expect("a score") < 100.0);
}

/// `kill -9` at several moments; each time the run resumes, and its report equals that of an uninterrupted run.
#[test]
fn a_killed_run_goes_on_and_reports_the_same() {
    let tree = python();
    let more: String = (0..4).map(|n| format!("def f{n}(a, b):\n    return a * b < a - {n}\n\n\n")).collect();
    tree.write("more.py", more);
    tree.commit("Add more");
    let slow = "sleep 0.1; python3 -m unittest discover -t . -s tests";
    let words = |output: &'static str| {
        ["pmat", "mutate", "--format", "json", "--test-command", slow, "--output", output]
    };
    let whole = run(tree.path(), &words(".git/whole")).exits(0);
    let total = whole.json()["mutants"].as_array().expect("mutants").len();
    let journal = tree.join(".git/killed/journal.jsonl");
    let found = || fs::read_to_string(&journal).unwrap_or_default().matches("{\"mutant\":").count();
    for least in [1, 4, 7] {
        let mut child = command(tree.path(), &words(".git/killed"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        while found() < least && child.try_wait().expect("a child can be asked").is_none() {
            thread::sleep(Duration::from_millis(5));
        }
        child.kill().expect("it is running");
        wait(&mut child);
        assert!((least..total).contains(&found()), "killed in the middle: {} of {total}", found());
    }
    let before = found();
    let resumed = run(tree.path(), &words(".git/killed")).exits(0);
    assert!(resumed.stderr.contains(&format!("{before} outcome")), "{}", resumed.stderr);
    assert_eq!(resumed.stdout, whole.stdout);
    for file in ["report.json", "mutation.json", "mutants.out/caught.txt", "mutants.out/missed.txt"] {
        let read = |folder: &str| fs::read(tree.join(folder).join(file)).expect("a finished run leaves it");
        assert_eq!(read(".git/killed"), read(".git/whole"), "{file}");
    }
    // Asked again it knows everything; another state of the tree is a different matter.
    let again = run(tree.path(), &words(".git/killed")).exits(0);
    assert_eq!(again.stdout, whole.stdout);
    tree.write("README.md", "new");
    let other = run(tree.path(), &words(".git/killed")).exits(0);
    assert!(!other.stderr.contains("known from an earlier run"), "{}", other.stderr);
}

#[test]
fn jobs_do_not_change_the_report() {
    let tree = python();
    let with = |jobs: &str, output: &str| {
        mutate(tree.path(), &["--format", "json", "--jobs", jobs, "--output", output]).exits(0).stdout
    };
    assert_eq!(with("1", ".git/one"), with("3", ".git/three"));
}

#[test]
fn the_gate_reads_the_last_report() {
    let tree = python();
    tree.write("batuta.toml", "[rules.mutation]\nlevel = \"error\"\nmin = 90\n");
    let gate = ["pmat", "quality-gate", "--checks", "mutation"];
    let none = run(tree.path(), &gate).exits(2);
    assert!(none.stdout.contains("was not run on this tree"), "{}", none.stdout);
    mutate(tree.path(), &[]).exits(0);
    let failed = run(tree.path(), &gate).exits(1);
    assert!(
        failed.stdout.contains("no test notices this change") && failed.stdout.contains("6:"),
        "{}",
        failed.stdout
    );
    tree.write("tests/test_sums.py", TESTS.replace("        less(1, 2)", "        self.assertTrue(less(1, 2))\n        self.assertFalse(less(2, 2))\n        self.assertFalse(less(3, 2))"));
    let stale = run(tree.path(), &gate).exits(2);
    assert!(stale.stdout.contains("another state of the code: tests/test_sums.py"), "{}", stale.stdout);
    mutate(tree.path(), &["--threshold", "100"]).exits(0);
    run(tree.path(), &gate).exits(0);
}

/// A crate whose tests check one function, with a mutant that does not build.
#[test]
fn a_crate_is_built_and_tested_by_cargo() {
    let tree = Tree::repository(&[
        ("Cargo.toml", "[package]\nname = \"sums\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[workspace]\n"),
        (".gitignore", "target\nCargo.lock\n"),
        (
            "src/lib.rs",
            "pub struct Token(u8);\n\n\
             pub fn token(x: u8) -> Token {\n    Token(x)\n}\n\n\
             pub fn twice(x: u8) -> u8 {\n    x * 2\n}\n\n\
             pub fn unused(x: u8) -> bool {\n    x > 3\n}\n\n\
             #[cfg(test)]\nmod tests {\n    #[test]\n    fn twice() {\n        assert_eq!(super::twice(3), 6);\n    }\n}\n",
        ),
    ]);
    let words = ["pmat", "mutate", "--format", "json", "--exclude-re", "unused -> bool", "--", "--lib"];
    let report = run(tree.path(), &words).exits(0).json();
    assert_eq!(report["units"][0]["test"], "cargo test --package sums --lib");
    assert_eq!(report["units"][0]["tests"], 1);
    assert!(names_with(&report, "caught").iter().all(|name| name.contains("twice")));
    assert!(names_with(&report, "unviable").iter().any(|name| name.contains("token")), "{report}");
    assert!(names_with(&report, "missed").iter().any(|name| name.contains("unused")), "{report}");
    assert!(!tree.join("target").exists() && !tree.join("Cargo.lock").exists(), "the tree was written to");
}

/// The environment visible to a repository's tests: the user's settings, and none of this program's secrets.
#[test]
fn tests_see_no_secret_of_this_program_and_no_repository_of_a_hook() {
    let tree = python();
    let told = tree.join(".git/told");
    let tests = format!("env > {}; python3 -m unittest discover -t . -s tests", told.display());
    let mut mutate = command(tree.path(), &["pmat", "mutate", "--test-command", &tests]);
    mutate.env("BATUTA_TOKEN", "0123456789abcdef").env("GIT_PREFIX", "sub/").env("DATABASE_URL", "test");
    finish(mutate).exits(0);
    let told = fs::read_to_string(told).expect("the tests ran");
    assert!(told.contains("DATABASE_URL=test") && told.contains("PATH="), "{told}");
    assert!(!told.contains("0123456789abcdef") && !told.contains("GIT_PREFIX"), "{told}");
}

/// Every setting of the Rust build names a program that leaves a mark.
#[test]
fn listing_starts_nothing_whatever_the_manifests_name() {
    let tree = python();
    tree.write("evil.sh", "#!/bin/sh\ntouch \"$(dirname \"$0\")/STARTED\"\n");
    let evil = tree.join("evil.sh").display().to_string();
    let status = std::process::Command::new("chmod").args(["755", &evil]).status().expect("chmod runs");
    assert!(status.success());
    tree.write(".venv/bin/python", fs::read(tree.join("evil.sh")).expect("it was written"));
    tree.write("Cargo.toml", "[workspace]\nmembers = [\"crates/*\"]\n");
    tree.write("crates/a/Cargo.toml", "[package]\nname = \"a\"\nversion = \"0.1.0\"\nedition = \"2024\"\n");
    tree.write("crates/a/src/lib.rs", "pub fn sum(a: u8, b: u8) -> u8 {\n    a + b\n}\n");
    tree.write(".cargo/config.toml", format!("[build]\nrustc = \"{evil}\"\nrustc-wrapper = \"{evil}\"\n"));
    tree.write("rust-toolchain.toml", format!("[toolchain]\npath = \"{evil}\"\n"));
    let listed = run(tree.path(), &["pmat", "mutate", "--list"]).exits(0).stdout;
    assert!(listed.contains("crates/a/src/lib.rs:2:") && listed.contains("sums.py:2:"), "{listed}");
    assert!(!tree.join("STARTED").exists() && !tree.join(".venv/bin/STARTED").exists());
}

/// The keys are those of cargo-mutants; the command line takes precedence.
#[test]
fn settings_of_cargo_mutants_choose_mutants() {
    let code = "pub fn sum(a: u8, b: u8) -> u8 {\n    a + b\n}\n";
    let tree = Tree::repository(&[
        ("Cargo.toml", "[package]\nname = \"p\"\nversion = \"0.1.0\"\nedition = \"2024\"\n"),
        ("src/lib.rs", "pub mod kept;\npub mod left;\npub mod generated;\n"),
        ("src/kept.rs", code),
        ("src/left.rs", code),
        ("src/generated/mod.rs", code),
        ("tool.py", "def sum(a, b):\n    return a + b\n"),
    ]);
    tree.write(
        ".cargo/mutants.toml",
        "exclude_globs = [\"src/left.rs\", \"generated\"]\nexclude_re = [\"replace \\\\+ with \\\\*\"]\n",
    );
    let listed =
        |words: &[&str]| run(tree.path(), &[&["pmat", "mutate", "--list"], words].concat()).exits(0).stdout;
    let of_rust = |text: &str| -> Vec<String> {
        let rust = text.lines().filter(|line| line.starts_with("src/"));
        rust.map(|line| line.split(": ").nth(1).unwrap_or_default().to_owned()).collect()
    };
    let all = listed(&[]);
    assert_eq!(
        of_rust(&all),
        ["replace sum -> u8 with 0", "replace sum -> u8 with 1", "replace + with - in sum"]
    );
    assert!(
        all.lines().filter(|line| line.starts_with("src/")).all(|line| line.starts_with("src/kept.rs")),
        "{all}"
    );
    assert!(listed(&["--test-command", "true"]).contains("tool.py:2"), "other languages are left alone");
    let chosen = listed(&["--exclude", "src/kept.rs", "--exclude-re", "nothing"]);
    assert!(chosen.contains("src/left.rs") && chosen.contains("replace + with *"), "{chosen}");
    tree.write(".cargo/mutants.toml", "exclude_globs = 7\n");
    run(tree.path(), &["pmat", "mutate", "--list"]).fails_with(".cargo/mutants.toml cannot be used");
}
