use super::*;
use facts::MeasureOptions;
use facts::source::MemoryTree;
use std::fmt::Write as _;

fn report(files: &[(&str, &str)], level: Level) -> GraphReport {
    let tree = MemoryTree::new(files.iter().map(|(path, text)| (*path, *text)));
    let options = MeasureOptions { sections: code::SECTIONS, ..MeasureOptions::default() };
    let facts = facts::measure(&tree, None, &options).expect("memory can be read");
    let graph = code::build(&tree, &facts);
    let cycles = code::import_cycles(&facts, &graph.imports, code::CycleOptions::default(), &|_| true);
    let options = Options {
        filter: Filter { level, kinds: Vec::new(), min_confidence: 0.0 },
        rows: None,
        drawn: None,
        focus: None,
        between: None,
        cycles_only: false,
        communities: true,
    };
    analyze(&facts, &graph, &cycles, &options).expect("no names are asked for")
}

/// A class of three methods of cyclomatic complexity 16 each. Method `i` accesses `self.<own[i]>`; the first accesses `foreign`
/// attributes of another object.
fn class(own: [&str; 3], foreign: usize) -> String {
    let mut text = String::from("class Ruler:\n");
    for (method, own) in own.iter().enumerate() {
        let _ = writeln!(text, "    def method_{method}(self, other):\n        x = self.{own}");
        for value in 0..15 {
            let _ = writeln!(text, "        if x == {value}:\n            x = {value} + 1");
        }
        for attribute in 0..if method == 0 { foreign } else { 0 } {
            let _ = writeln!(text, "        x = other.attribute_{attribute}");
        }
    }
    text
}

#[test]
fn a_god_class_is_complex_busy_with_others_data_and_not_cohesive() {
    let found = |own, foreign| report(&[("ruler.py", &class(own, foreign))], Level::File).god_classes;
    let god = found(["a", "b", "c"], 6);
    assert_eq!(god.types, 1);
    assert!(matches!(god.fence, Measured::Missing(_)));
    let [ruler] = god.found.as_slice() else { panic!("{:?}", god.found) };
    assert_eq!((ruler.wmc, ruler.atfd, ruler.methods), (48, 6, 3));
    assert_eq!((&ruler.tcc, ruler.signs.as_slice()), (&Measured::Value(0.0), &[Sign::GodClass][..]));
    // Two of the three pairs share an attribute; five foreign attributes are few.
    assert_eq!(found(["a", "a", "a"], 6).found, []);
    assert_eq!(found(["a", "b", "c"], 5).found, []);
    // One pair of three is exactly a third, which is not less.
    assert_eq!(found(["a", "a", "c"], 6).found, []);
}

const FILES: &[(&str, &str)] = &[
    ("lib/base.py", "def ground():\n    return 1\n"),
    ("lib/top.py", "from lib.base import ground\n\ndef summit():\n    return ground()\n"),
    ("main.py", "from lib.base import ground\n\nprint(ground())\n"),
    ("other.txt", "nothing\n"),
];

#[test]
fn what_all_use_is_most_central_and_what_uses_nothing_is_alone() {
    let report = report(FILES, Level::File);
    assert_eq!(report.central[0].name, "lib/base.py");
    assert_eq!((report.central[0].used_by, report.central[0].uses), (2, 0));
    let ranks: f64 = report.drawing.nodes.iter().map(|node| node.pagerank).sum();
    assert!((ranks - 1.0).abs() < 1e-9);
    assert_eq!(report.communities.count, 1);
    assert_eq!(report.communities.alone + report.communities.groups[0].size, report.counts.nodes);
    assert_eq!(report.import_cycles, []);
}

#[test]
fn folders_are_joined_by_the_uses_of_their_files() {
    let report = report(FILES, Level::Folder);
    let names: Vec<&str> = report.drawing.nodes.iter().map(|node| node.name.as_str()).collect();
    assert_eq!(names, ["lib", "."]);
    let [edge] = report.drawing.edges.as_slice() else { panic!("{:?}", report.drawing.edges) };
    assert_eq!((edge.source, edge.target, edge.kinds.as_str()), (1, 0, "calls, imports"));
}

#[test]
fn without_uses_figures_are_missing_and_nothing_is_central() {
    let report = report(&[("a.py", "def lonely():\n    return 1\n")], Level::Definition);
    assert_eq!(report.central, []);
    assert!(matches!(report.resolution.part, Measured::Missing(_)));
    assert!(matches!(report.communities.modularity, Measured::Missing(_)));
}
