//! What serialises by hand, or is flat among other members, is as its schema says.

use super::{SUM_OF_PRIMES, tree};
use crate::score::{self, Measurements};
use crate::tdg::{Points, Within};
use crate::trend::{Figures, FileFigures, LanguageLines, Point, TreeFigures};
use clones::LineShare;
use facts::language::Language;
use facts::model::RepoPath;
use facts::source::CommitId;
use facts::{MeasureOptions, Measured, measure};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

/// Asserts that a value is as its type's schema says, and that the schema takes no member more and none of `required` less.
fn is_as_described<T: JsonSchema + Serialize>(value: &T, required: &[&str]) {
    let schema = facts::schema::generator("/$defs").into_root_schema_for::<T>().to_value();
    let validator = jsonschema::validator_for(&schema).expect("it is a schema");
    let written = serde_json::to_value(value).expect("it has a JSON form");
    let wrong: Vec<String> =
        validator.iter_errors(&written).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(wrong.is_empty(), "{wrong:#?}\n{written:#}\n{schema:#}");
    let mut more = written.clone();
    more["no-such-member"] = Value::Null;
    assert!(!validator.is_valid(&more), "{schema:#}");
    for name in required {
        let mut less = written.clone();
        let removed = less.as_object_mut().and_then(|members| members.remove(*name));
        assert!(removed.is_some() && !validator.is_valid(&less), "{name}: {schema:#}");
    }
}

#[test]
fn the_checks_of_a_score_lie_flat_beside_their_answers() {
    let measured = Measurements {
        tdg: Measured::not_asked("not asked for"),
        duplicated: Measured::not_asked("not asked for"),
        import_cycles: Measured::Value(0),
        coverage: Measured::not_asked("not asked for"),
        mutation: Measured::not_asked("not asked for"),
        advisories: Measured::not_asked("not asked for"),
    };
    let tree = tree(&[("src/lib.rs", SUM_OF_PRIMES), ("LICENSE", "MIT\n")]);
    let options = MeasureOptions { sections: score::SECTIONS, ..MeasureOptions::default() };
    let facts = measure(&tree, None, &options).expect("a tree in memory can be read");
    let report = score::analyze(&tree, &facts, &measured).expect("memory can be listed");
    is_as_described(&report, &["tree", "percent", "checks"]);
    let mut answers: Vec<Value> = Vec::new();
    for check in &report.checks {
        is_as_described(check, &["id", "points", "answer"]);
        answers.push(serde_json::to_value(check).expect("it has a JSON form")["answer"].clone());
    }
    for answer in ["earned", "missed", "not-measured", "not-applicable"] {
        assert!(answers.iter().any(|one| one == answer), "{answer} is not among {answers:?}");
    }
}

#[test]
fn a_past_commit_holds_each_metric_by_its_name() {
    let point = |figures| Point {
        commit: CommitId([7; 20]),
        time: 1,
        commit_time: 1,
        tags: vec!["v1".to_owned()],
        author: "A".to_owned(),
        email: "a@example.org".to_owned(),
        summary: "Begin".to_owned(),
        parents: 0,
        figures,
    };
    let rust = LanguageLines { language: Language::Rust, files: 1, source_lines: 2 };
    let files = FileFigures { languages: vec![rust], ..FileFigures::nothing() };
    let tree = TreeFigures {
        tdg: Measured::Value(Points::whole(90)),
        duplication: LineShare { compared: 10, duplicated: 1 },
    };
    let measured = point(Figures { files: Measured::Value(files), tree: Measured::Value(tree) });
    let missing = point(Figures {
        files: Measured::not_asked("not asked for"),
        tree: Measured::not_asked("not asked for"),
    });
    for point in [measured, missing] {
        is_as_described(&point, &["commit", "figures", "grade", "languages"]);
    }
}

#[test]
fn what_is_explained_has_the_members_of_its_kind() {
    let path = || RepoPath::from("src/lib.rs");
    is_as_described(&Within::Repository, &["kind"]);
    is_as_described(&Within::Folder { path: path() }, &["kind", "path"]);
    let function = Within::Function { path: path(), name: "f".to_owned(), line: 1, file: 0, function: 0 };
    is_as_described(&function, &["kind", "path", "name", "line"]);
}
