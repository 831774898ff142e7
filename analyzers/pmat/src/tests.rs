//! The reports over small trees whose figures are counted by hand.

mod schemas;

use crate::complexity::{self, ComplexityOptions, Distribution, Figure};
use crate::dependencies;
use crate::overview::{self, OverviewOptions};
use crate::satd::{self, Attribution, Mode, SatdOptions};
use facts::manifest::{DependencyScope, Ecosystem};
use facts::model::RepoPath;
use facts::source::{BlamedCommit, CommitId, MemoryTree, SourceError};
use facts::{MeasureOptions, Measured, RepoFacts, measure};
use std::sync::Arc;

fn facts_of(tree: &MemoryTree) -> RepoFacts {
    let options = MeasureOptions { sections: SatdOptions::SECTIONS, ..MeasureOptions::default() };
    measure(tree, None, &options).expect("a tree in memory can be read")
}

fn tree(files: &[(&str, &str)]) -> MemoryTree {
    MemoryTree::new(files.iter().map(|(path, text)| (*path, *text)))
}

/// `sumOfPrimes` of the white paper "Cognitive Complexity" (cyclomatic 4, cognitive 7), in Rust.
const SUM_OF_PRIMES: &str = "\
fn sum_of_primes(max: u32) -> u32 {
    let mut total = 0;
    'out: for i in 1..=max {
        for j in 2..i {
            if i % j == 0 {
                continue 'out;
            }
        }
        total += i;
    }
    total
}
";

#[test]
fn percentiles_are_by_nearest_rank() {
    let Measured::Value(spread) = Distribution::of([15, 20, 35, 40, 50]) else { panic!("there are values") };
    assert_eq!((spread.median, spread.p90, spread.max, spread.sum), (35, 50, 50, 160));
    assert!((spread.mean - 32.0).abs() < 1e-12);
    let Measured::Value(ten) = Distribution::of(1..=10) else { panic!("there are values") };
    assert_eq!((ten.median, ten.p90, ten.max), (5, 9, 10));
    assert!(matches!(Distribution::of([]), Measured::Missing(_)));
}

#[test]
fn the_white_paper_s_example_has_its_values_and_breaks_its_limits() {
    let repo = facts_of(&tree(&[("a.rs", SUM_OF_PRIMES)]));
    let options =
        ComplexityOptions { max_cyclomatic: Some(3), max_cognitive: Some(7), ..ComplexityOptions::default() };
    let report = complexity::analyze(&repo, &options);
    assert_eq!(report.functions.len(), 1);
    let function = &report.functions[0];
    assert_eq!((function.cyclomatic, function.cognitive, function.nesting), (4, 7, 3));
    assert_eq!((function.line, function.end_line, function.parameters), (1, 12, 1));
    let violations: Vec<_> = report.violations.iter().map(|v| (v.figure, v.value, v.limit, v.line)).collect();
    assert_eq!(violations, [(Figure::Cyclomatic, 4, 3, 1)], "a value at its limit is fine");
}

#[test]
fn equal_functions_stand_in_the_order_of_their_places() {
    let two = "fn b() { if x() { y() } }\nfn a() { if x() { y() } }\n";
    let repo = facts_of(&tree(&[("z.rs", two), ("m.rs", two)]));
    let report = complexity::analyze(&repo, &ComplexityOptions::default());
    let order: Vec<_> = report.functions.iter().map(|f| format!("{}:{}", f.path, f.name)).collect();
    assert_eq!(order, ["m.rs:b", "m.rs:a", "z.rs:b", "z.rs:a"]);
    let top =
        ComplexityOptions { top_functions: Some(2), top_files: Some(1), ..ComplexityOptions::default() };
    let short = complexity::analyze(&repo, &top);
    assert_eq!((short.functions.len(), short.files.len(), short.total.functions), (2, 1, 4));
    assert_eq!(short.functions[..], report.functions[..2]);
    assert_eq!(complexity::worst_functions(&repo, 3), report.functions[..3]);
    assert_eq!(complexity::worst_functions(&repo, 0), []);
}

#[test]
fn what_was_not_measured_is_listed_with_its_reason() {
    let repo = facts_of(&tree(&[
        ("good.rs", "fn f() {}\n"),
        ("broken.rs", "fn f() { if }\nfn g( {{{\n"),
        ("data.json", "{}\n"),
        ("blob.rs", "fn f() {\0\0\0}\n"),
        ("thing.unknown-kind", "?\n"),
    ]));
    let report = complexity::analyze(&repo, &ComplexityOptions::default());
    let listed: Vec<_> = report.not_measured.iter().map(|n| n.path.to_string()).collect();
    assert_eq!(listed, ["blob.rs", "data.json", "thing.unknown-kind"]);
    assert!(report.not_measured.iter().all(|n| !n.why.is_empty()));
    assert_eq!(report.coverage.partly_parsed.len(), 1);
    assert_eq!(report.coverage.partly_parsed[0].path.to_string(), "broken.rs");
    assert_eq!(report.coverage.lines_only[0].language, "JSON");
    assert_eq!((report.coverage.files, report.coverage.with_functions), (3, 2));
}

const WITH_DEBT: &str = "\
// Licence of this file: none.
fn f() {
    g(); // TODO(ann): handle errors
    /* One thing
       and FIXME: another */
    // this should really
    // be somewhere else
    let s = \"TODO: no comment\";
}
";

#[test]
fn items_stand_at_the_marker_s_line_and_column() {
    let repo = facts_of(&tree(&[("a.rs", WITH_DEBT), ("b.rs", "fn h() {}\n")]));
    let report = satd::analyze(&repo, &SatdOptions::default());
    let places: Vec<_> = report.items.iter().map(|i| (i.line, i.column, i.marker)).collect();
    assert_eq!(places, [(3, 13, "TODO"), (5, 12, "FIXME"), (6, 13, "should rather")]);
    assert!(report.items.iter().all(|item| item.function.as_deref() == Some("f")));
    assert_eq!(report.items[0].owner.as_deref(), Some("ann"));
    assert_eq!((report.total, report.files_with_items), (3, 1));
    assert_eq!(report.by_category.iter().map(|c| c.count).sum::<usize>(), 3);
    assert_eq!(report.by_severity.iter().map(|c| c.count).sum::<usize>(), 3);
    // Four lines of code in a.rs, one in b.rs.
    assert_eq!(report.density, Measured::Value(3.0 * 1_000.0 / 5.0));
    let strict = SatdOptions { mode: Mode::Strict, ..SatdOptions::default() };
    assert_eq!(satd::analyze(&repo, &strict).total, 2);
}

#[test]
fn authors_and_ages_come_from_blame_and_count_from_the_analysed_commit() {
    let repo = facts_of(&tree(&[("a.rs", WITH_DEBT)]));
    let day = 86_400;
    let commit = |days: i64| {
        Some(Arc::new(BlamedCommit {
            commit: CommitId([7; 20]),
            name: "Ann".to_owned(),
            email: "ann@host".to_owned(),
            time: 1_000 * day - days * day,
        }))
    };
    let lines = vec![commit(0), commit(1), commit(30), commit(2), None, commit(-5), None, None, None];
    let blame = |_: &RepoPath| Ok::<_, SourceError>(lines.clone());
    let options = SatdOptions {
        attribution: Some(Attribution { blame: &blame, at: 1_000 * day, shallow: false }),
        ..SatdOptions::default()
    };
    let items = satd::analyze(&repo, &options).items;
    let days = |index: usize| items[index].written.as_ref().and_then(|age| age.value()).map(|age| age.days);
    assert_eq!((days(0), days(1), days(2)), (Some(30), None, Some(0)));
    assert_eq!(items[1].written, Some(Measured::unsupported("not committed yet")));

    let failing = |_: &RepoPath| Err(SourceError::new("something is not there"));
    let options = |shallow| SatdOptions {
        attribution: Some(Attribution { blame: &failing, at: 0, shallow }),
        ..SatdOptions::default()
    };
    let report = satd::analyze(&repo, &options(false));
    assert!(report.items.iter().all(|item| item.written == Some(Measured::failed("something is not there"))));
    assert_eq!(report.not_attributed, None);
    // A history that was cut off is one reason for all.
    let report = satd::analyze(&repo, &options(true));
    assert!(report.items.iter().all(|item| item.written.is_none()));
    let said = report.not_attributed.expect("the reason is said once");
    assert!(said.contains("3 items") && said.contains("git fetch --unshallow"), "{said}");
}

#[test]
fn an_empty_tree_yields_no_figures() {
    let empty = tree(&[]);
    let repo = facts_of(&empty);
    let overview = overview::analyze(&empty, &repo, &OverviewOptions::default());
    assert!(overview.languages.is_empty() && overview.worst_functions.is_empty());
    assert!(matches!(overview.total, Measured::Missing(_)));
    assert!(matches!(overview.debt, Measured::Missing(_)));
    assert!(matches!(overview.complexity.functions, Measured::Missing(_)));
    assert!(matches!(overview.complexity.cyclomatic, Measured::Missing(_)));
    assert!(matches!(satd::analyze(&repo, &SatdOptions::default()).density, Measured::Missing(_)));
    let json = serde_json::to_value(&overview).expect("it serialises");
    assert_eq!(json["total"]["value"], serde_json::Value::Null);
    assert_eq!(json["total"]["why"], "no file was measured");
}

const MANIFESTS: [(&str, &str); 9] = [
    (
        "Cargo.toml",
        "[workspace.dependencies]\nserde = \"1.0.9\"\nunused = \"2\"\ninner = { path = \"inner\" }\n",
    ),
    ("inner/Cargo.toml", "[dependencies]\nserde.workspace = true\n[dev-dependencies]\nserde_json = \"1\"\n"),
    ("outer/Cargo.toml", "[dependencies]\nserde = \"1\"\ninner.workspace = true\n"),
    ("go.mod", "module x\nrequire a.b/c v1.0.0 // indirect\n"),
    ("py/requirements.txt", "Foo_Bar>=1\n"),
    ("py/setup.cfg", "[options]\ninstall_requires = foo-bar\n"),
    ("py/setup.py", "import os\n"),
    ("web/package.json", "{\n  \"dependencies\": [\n"),
    ("a.rs", SUM_OF_PRIMES),
];

#[test]
fn the_overview_counts_languages_and_finds_the_worst_function() {
    let tree = tree(&MANIFESTS);
    let repo = facts_of(&tree);
    let overview = overview::analyze(&tree, &repo, &OverviewOptions { functions: 1 });

    let rust = overview.languages.iter().find(|share| share.id == "rust").expect("there is Rust");
    assert_eq!((rust.files, rust.lines.physical, rust.lines.source), (1, 12, 12));
    assert_eq!(rust.functions, Measured::Value(1));
    assert_eq!(overview.worst_functions[0].name, "sum_of_primes");
}

#[test]
fn dependencies_are_gathered_by_ecosystem_and_scope() {
    let tree = tree(&MANIFESTS);
    let dependencies = &dependencies::of(&tree, &facts_of(&tree));
    let unread: Vec<_> = dependencies.not_read.iter().map(|n| n.why.as_str()).collect();
    assert_eq!(unread[0], "py/setup.py: not read: would need to be executed");
    assert!(unread[1].starts_with("web/package.json:"), "{}", unread[1]);
    assert_eq!((dependencies.manifests, unread.len()), (6, 2));

    let of = |ecosystem| {
        let found =
            dependencies.ecosystems.iter().find(|e| e.ecosystem == ecosystem).expect("declared above");
        let scopes = found
            .scopes
            .iter()
            .flat_map(|scope| scope.packages.iter().map(move |package| (scope.scope, package)));
        scopes
            .map(|(scope, p)| (scope, p.name.clone(), p.requirements.join(" "), p.manifests.len()))
            .collect::<Vec<_>>()
    };
    let row = |scope, name: &str, requirements: &str, manifests| {
        (scope, name.to_owned(), requirements.to_owned(), manifests)
    };
    assert_eq!(
        of(Ecosystem::Cargo),
        [
            row(DependencyScope::Runtime, "serde", "1 1.0.9", 2),
            row(DependencyScope::Development, "serde_json", "1", 1),
            row(DependencyScope::Inherited, "unused", "2", 1),
        ]
    );
    assert_eq!(of(Ecosystem::PyPi), [row(DependencyScope::Runtime, "Foo_Bar", ">=1", 2)]);
    assert_eq!(of(Ecosystem::Go), [row(DependencyScope::Runtime, "a.b/c", "v1.0.0", 1)]);
}
