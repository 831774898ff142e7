//! If nothing could be measured, nothing is graded, scored, or passed.

use crate::every_command::{CALLS, Call};
use crate::program::{Run, run};
use crate::repository::Tree;

/// Every command that grades, scores or judges.
fn judging() -> Vec<Vec<&'static str>> {
    let of_table = CALLS.iter().filter(|call| call.judges).map(Call::all);
    let more: [&[&str]; 3] = [
        &["pmat", "analyze", "tdg", "--min-grade", "F"],
        &["pmat", "analyze", "complexity", "--fail-on-violation"],
        &["pmat", "mutate"],
    ];
    of_table.chain(more.map(<[&str]>::to_vec)).collect()
}

/// The output contains no grade, no share, and no pass.
fn judges_nothing(outcome: Run, words: &[&str]) {
    let outcome = outcome.exits(2);
    for line in outcome.stdout.lines() {
        assert!(!line.starts_with("Score: "), "{words:?}: {line}");
        assert!(!line.contains("Gate: passed"), "{words:?}: {line}");
        assert!(!line.contains("A+"), "{words:?}: {line}");
    }
}

#[test]
fn an_empty_repository_is_not_judged() {
    let tree = Tree::unborn(&[]);
    for words in judging() {
        judges_nothing(run(tree.path(), &words), &words);
    }
}

#[test]
fn a_repository_of_unknown_languages_is_not_judged() {
    let tree =
        Tree::repository(&[("notes.txt", "hello\n"), ("a.unknown", "x = 1\n"), ("x.bin", "\0\x01\x02")]);
    for words in judging() {
        judges_nothing(run(tree.path(), &words), &words);
    }
}

#[test]
fn a_repository_that_no_parser_understands_is_not_judged() {
    let tree = Tree::repository(&[("b.rs", "fn (((\n"), ("c.py", ")]}>= def\n")]);
    tree.write("d.py", [0xff, 0xfe, b'x', 0]);
    tree.commit("Add UTF-16");
    for words in judging() {
        judges_nothing(run(tree.path(), &words), &words);
    }
}

#[test]
fn json_says_why_there_is_no_grade_and_no_score() {
    let tree = Tree::repository(&[("notes.txt", "hello\n")]);
    let tdg = run(tree.path(), &["pmat", "tdg", "--format", "json"]).exits(2).json();
    assert!(tdg["total"]["value"].is_null());
    assert!(tdg["total"]["why"].as_str().is_some_and(|why| why.contains("no file")));
    let score = run(tree.path(), &["pmat", "repo-score", "--format", "json"]).exits(2).json();
    assert!(score["percent"]["value"].is_null());
    assert!(score["percent"]["why"].as_str().is_some_and(|why| why.contains("no file")));
}
