//! How many calls of small programs, whose calls were written down by hand, lead to the right definition.
//!
//! A folder of `tests/cases` holds a program and `expected.txt`: its calls, as `from -> to`, written before the program
//! was ever resolved. The floors below stand in `docs/graph.md`.

use facts::source::MemoryTree;
use facts::{MeasureOptions, RepoFacts, measure};
use std::collections::BTreeMap;
use std::path::Path;
use trueno_graph::code::{self, CodeGraph, EdgeKind};

/// Language, least precision and least recall of the calls that are more likely than not.
const FLOORS: &[(&str, f64, f64)] = &[
    ("bash", 0.9, 0.9),
    ("c", 0.9, 0.9),
    ("cpp", 0.9, 0.8),
    ("go", 0.9, 0.9),
    ("java", 0.9, 0.9),
    ("javascript", 0.9, 0.9),
    ("python", 0.9, 0.9),
    ("rust", 0.9, 0.9),
    ("typescript", 0.9, 0.9),
];
/// Calls of at least this confidence count.
const CONFIDENT: f32 = 0.5;

/// Calls by (from, to), with the highest confidence: that of all overloads of a name together.
type Calls = BTreeMap<(String, String), f32>;

fn resolved(language: &str) -> Calls {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(language);
    let mut files = Vec::new();
    read(&folder, "", &mut files);
    let tree = MemoryTree::new(files);
    let options = MeasureOptions { sections: code::SECTIONS, ..MeasureOptions::default() };
    let facts = measure(&tree, None, &options).expect("the program can be read");
    let graph = code::build(&tree, &facts);
    let mut calls = Calls::new();
    for edge in graph.edges.iter().filter(|edge| edge.kind == EdgeKind::Call) {
        let pair = (name(&facts, &graph, edge.from), name(&facts, &graph, edge.to));
        *calls.entry(pair).or_default() += edge.confidence;
    }
    calls
}

/// The files of a program, in order.
#[expect(clippy::disallowed_methods, reason = "the cases are files")]
fn read(folder: &Path, prefix: &str, files: &mut Vec<(String, Vec<u8>)>) {
    let entries = std::fs::read_dir(folder).expect("the program is there");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("the folder can be read").path()).collect();
    paths.sort();
    for path in paths {
        let name = path.file_name().expect("an entry has a name").to_string_lossy();
        if path.is_dir() {
            read(&path, &format!("{prefix}{name}/"), files);
        } else {
            files.push((format!("{prefix}{name}"), std::fs::read(&path).expect("the file can be read")));
        }
    }
}

fn name(facts: &RepoFacts, graph: &CodeGraph, node: u32) -> String {
    let node = graph.nodes[node as usize];
    let file = &facts.files[node.file as usize];
    match node.definition {
        Some(definition) => {
            format!("{}:{}", file.path(), file.data.symbols().definitions[definition as usize].qualified_name)
        }
        None => file.path().to_string(),
    }
}

#[expect(clippy::disallowed_methods, reason = "the cases are files")]
fn expected(language: &str) -> Vec<(String, String)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(language).join("expected.txt");
    let text = std::fs::read_to_string(path).expect("the calls are written down");
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    lines
        .map(|line| line.split_once(" -> ").expect("a line is `from -> to`"))
        .map(|(from, to)| (from.to_owned(), to.to_owned()))
        .collect()
}

/// Precision, recall, and a line for each call that is wrong or missing.
fn rates(language: &str) -> (f64, f64, Vec<String>) {
    let calls = resolved(language);
    let expected = expected(language);
    let confident =
        |pair: &(String, String)| calls.get(pair).is_some_and(|confidence| *confidence >= CONFIDENT);
    let right = expected.iter().filter(|pair| confident(pair)).count();
    let all = calls.values().filter(|confidence| **confidence >= CONFIDENT).count();
    let mut differences = Vec::new();
    for ((from, to), confidence) in calls.iter().filter(|(_, confidence)| **confidence >= CONFIDENT) {
        if !expected.contains(&(from.clone(), to.clone())) {
            differences.push(format!("{language}: wrong {confidence:.2} {from} -> {to}"));
        }
    }
    for pair in expected.iter().filter(|pair| !confident(pair)) {
        let confidence = calls.get(pair).copied().unwrap_or_default();
        differences.push(format!("{language}: missing {confidence:.2} {} -> {}", pair.0, pair.1));
    }
    (right as f64 / all as f64, right as f64 / expected.len() as f64, differences)
}

#[test]
fn calls_lead_where_a_reader_says_they_do() {
    let mut report = String::new();
    let mut fine = true;
    for (language, precision, recall) in FLOORS {
        let (measured_precision, measured_recall, differences) = rates(language);
        fine &= measured_precision >= *precision && measured_recall >= *recall;
        report += &format!("{language}: precision {measured_precision:.3}, recall {measured_recall:.3}\n");
        report += &differences.iter().map(|line| format!("  {line}\n")).collect::<String>();
    }
    assert!(fine, "{report}");
}

/// The rows of the table in `docs/graph.md`, made from what is measured.
#[test]
#[expect(clippy::disallowed_methods, reason = "the cases are files")]
fn the_documentation_states_the_measured_rates() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/graph.md");
    let docs = std::fs::read_to_string(docs).expect("the documentation is there");
    let row = |(language, least_precision, least_recall): &(&str, f64, f64)| {
        let (precision, recall, _) = rates(language);
        let calls = expected(language).len();
        format!(
            "| {language} | {calls} | {precision:.3} | {recall:.3} | {least_precision} and {least_recall} |"
        )
    };
    let rows: Vec<String> = FLOORS.iter().map(row).collect();
    let rows = rows.join("\n");
    assert!(docs.contains(&rows), "docs/graph.md should have the rows\n{rows}");
}
