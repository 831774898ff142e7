//! Pairs of small trees, with the new lines stated by hand.

use crate::{BaseTree, Config, Finding, Gate, GateReport, NewCode, NoEvidence};
use facts::model::RepoPath;
use facts::source::{Additions, CommitId, FileAdditions, MemoryTree};
use facts::{MeasureOptions, RepoFacts};
use std::ops::RangeInclusive;

/// Path, path at the base, new lines.
type Changed<'a> = (&'a str, Option<&'a str>, &'a [RangeInclusive<u32>]);

fn measured(tree: &MemoryTree, config: &Config) -> RepoFacts {
    let options = MeasureOptions { sections: crate::sections(config), ..MeasureOptions::default() };
    facts::measure(tree, None, &options).expect("memory can be read")
}

fn judged(
    before: &[(&str, &str)],
    now: &[(&str, &str)],
    changed: &[Changed<'_>],
    config: &str,
) -> GateReport {
    let config = Config::parse(config, "test").expect("a valid configuration");
    let (before, now) = (MemoryTree::new(before.iter().copied()), MemoryTree::new(now.iter().copied()));
    let (base_facts, facts) = (measured(&before, &config), measured(&now, &config));
    let files = changed.iter().map(|(path, origin, lines)| {
        let additions = FileAdditions { origin: origin.map(RepoPath::from), lines: lines.to_vec() };
        (RepoPath::from(*path), additions)
    });
    let additions = Additions { base: Some(CommitId([7; 20])), files: files.collect() };
    let base = BaseTree { tree: &before, facts: &base_facts, evidence: &NoEvidence };
    let new = NewCode {
        since: "main".to_owned(),
        head: Some(CommitId([9; 20])),
        additions: &additions,
        base: Some(base),
    };
    let mut gate = Gate::new(&now, &facts, &config, &NoEvidence);
    gate.new_code = Some(&new);
    gate.run()
}

fn told(report: &GateReport) -> Vec<(String, Option<f64>, Option<u32>)> {
    let tell = |finding: &Finding| {
        let what = finding.function.clone().unwrap_or_else(|| finding.path.to_string());
        (format!("{} {what}", finding.rule), finding.was, finding.first_new_line)
    };
    report.findings.iter().map(tell).collect()
}

/// One parameter is too many; everything else is off.
const ONE_RULE: &str = "[rules.parameter-count]\nlevel = \"error\"\nmax = 1\n";

#[test]
fn what_the_base_had_is_not_new_unless_it_is_worse() {
    let before = [(
        "a.rs",
        "fn kept(a: u8, b: u8) {}\nfn worse(a: u8, b: u8) {}\nfn better(a: u8, b: u8, c: u8) {}\n",
    )];
    let now = "fn kept(x: u8, y: u8) {}\nfn worse(a: u8, b: u8, c: u8) {}\nfn better(a: u8, b: u8) {}\nfn new(a: u8, b: u8) {}\n";
    let report = judged(&before, &[("a.rs", now)], &[("a.rs", Some("a.rs"), &[1..=4])], ONE_RULE);
    assert_eq!(
        told(&report),
        [
            ("parameter-count worse".to_owned(), Some(2.0), Some(2)),
            ("parameter-count new".to_owned(), None, Some(4))
        ]
    );
    let extent = report.new_code.expect("only new code was judged");
    assert_eq!((extent.older_findings, extent.files, extent.lines), (2, 1, 4));
    assert_eq!(
        extent.sentence(),
        "New code since main (0707070): 4 lines in 1 file; 2 older findings were not judged."
    );
}

#[test]
fn renaming_a_file_or_a_function_and_moving_one_make_nothing_new() {
    let long = "fn long(a: u8, b: u8) {\n    one();\n    two();\n    three();\n}\n";
    let moved = format!("struct S;\nimpl S {{\n{long}}}\n");
    let renamed = long.replace("fn long", "fn longer");
    let before = [("old.rs", long), ("from.rs", long), ("same.rs", long), ("to.rs", "struct S;\n")];
    let now = [("new.rs", long), ("same.rs", renamed.as_str()), ("to.rs", moved.as_str())];
    let changed: [Changed<'_>; 3] = [
        ("new.rs", Some("old.rs"), &[]),
        ("same.rs", Some("same.rs"), &[1..=1]),
        ("to.rs", Some("to.rs"), &[2..=2, 8..=8]),
    ];
    let report = judged(&before, &now, &changed, ONE_RULE);
    assert_eq!(told(&report), []);
    assert_eq!(report.new_code.expect("only new code was judged").older_findings, 3);
    // A second copy of the function is new: one finding of the base accounts for one finding.
    let twice = format!("{moved}\n{long}");
    let now = [("new.rs", long), ("same.rs", renamed.as_str()), ("to.rs", twice.as_str())];
    let changed: [Changed<'_>; 3] =
        [changed[0], changed[1], ("to.rs", Some("to.rs"), &[2..=2, 8..=8, 10..=14])];
    assert_eq!(told(&judged(&before, &now, &changed, ONE_RULE)).len(), 1);
}

#[test]
fn another_function_of_the_same_name_is_new_though_the_old_one_is_gone() {
    let before = [("a.rs", "fn run(a: u8, b: u8) {\n    old();\n}\n")];
    let now = [("b.rs", "fn run(a: u8, b: u8) {\n    other();\n}\n")];
    let report = judged(&before, &now, &[("b.rs", None, &[1..=3])], ONE_RULE);
    assert_eq!(told(&report), [("parameter-count run".to_owned(), None, Some(1))]);
}

#[test]
fn a_removed_suppression_makes_its_finding_new() {
    let before = [("a.rs", "// batuta: allow(parameter-count, \"why\")\nfn f(a: u8, b: u8) {}\n")];
    let now = [("a.rs", "fn f(a: u8, b: u8) {}\n")];
    let report = judged(&before, &now, &[("a.rs", Some("a.rs"), &[])], ONE_RULE);
    assert_eq!(told(&report), [("parameter-count f".to_owned(), None, None)]);
}

#[test]
fn secrets_count_by_line_whatever_the_base_had() {
    // Assembled here, so that this file contains no secret.
    let (old, new) = (
        format!("KEY = \"AKIA{}\"\n", "Q3EGRIPZX7TNVBHW"),
        format!("\nKEY = \"AKIA{}\"\n", "W7HNVBTXZ3PIRGEQ"),
    );
    let before = [("a.py", old.as_str())];
    let now = [("a.py", new.as_str())];
    let config = "[rules.secrets]\nlevel = \"error\"\n";
    let changed = judged(&before, &now, &[("a.py", Some("a.py"), &[2..=2])], config);
    assert_eq!(told(&changed), [("secrets a.py".to_owned(), None, Some(2))]);
    let unchanged = judged(&before, &before, &[], config);
    assert_eq!(told(&unchanged), []);
    assert_eq!(unchanged.new_code.expect("only new code was judged").older_findings, 1);
}

#[test]
fn documentation_is_judged_by_what_is_new() {
    let before = "/// Said.\npub fn said() {}\npub fn unsaid() {}\n";
    let now = format!("{before}pub fn new() {{}}\n");
    let config = "[rules.doc-coverage]\nlevel = \"error\"\nmin = 50\n";
    let report =
        judged(&[("a.rs", before)], &[("a.rs", now.as_str())], &[("a.rs", Some("a.rs"), &[4..=4])], config);
    assert_eq!(told(&report), [("doc-coverage new".to_owned(), None, Some(4))]);
    assert_eq!(report.rules.iter().find(|rule| rule.id == "doc-coverage").map(|rule| rule.checked), Some(1));
    let documented = format!("{before}/// New.\npub fn new() {{}}\n");
    let changed: [Changed<'_>; 1] = [("a.rs", Some("a.rs"), &[4..=5])];
    assert_eq!(told(&judged(&[("a.rs", before)], &[("a.rs", documented.as_str())], &changed, config)), []);
}

#[test]
fn duplication_is_judged_by_the_new_lines() {
    let function = "def longest(words, limit):
    best = None
    for word in words:
        if len(word) > limit:
            continue
        if best is None or len(word) > len(best):
            best = word
    return best
";
    let config = "[rules.duplication]\nlevel = \"error\"\nmin-tokens = 30\nmin-lines = 5\nmax = 40\n";
    let before = [("a.py", function), ("b.py", function)];
    let now = [("a.py", function), ("b.py", function), ("c.py", function)];
    let report = judged(&before, &now, &[("c.py", None, &[1..=8])], config);
    assert_eq!(told(&report), [("duplication c.py".to_owned(), None, Some(1))]);
    assert!(report.findings[0].message.contains("100.0 % of the new lines are duplicated, 40 % are allowed"));
    assert!(report.findings[0].message.contains("a.py:1-8, b.py:1-8"), "{}", report.findings[0].message);
    // No new line is duplicated, although all of the old code is.
    let with_new = format!("{function}\n\nprint(longest([], 1))\n");
    let now = [("a.py", with_new.as_str()), ("b.py", function)];
    assert_eq!(told(&judged(&before, &now, &[("a.py", Some("a.py"), &[11..=11])], config)), []);
}

#[test]
fn a_rule_about_the_whole_repository_is_off() {
    let report =
        judged(&[("a.rs", "")], &[("a.rs", "fn f() {}\n")], &[], "[rules.score]\nlevel = \"error\"\n");
    let score = report.rules.iter().find(|rule| rule.id == "score").expect("a rule");
    assert_eq!(score.status, crate::Status::Off);
    assert_eq!(score.why.as_deref(), Some("it is about the whole repository, only new code is judged"));
}

#[test]
fn an_import_cycle_is_the_same_when_one_of_its_files_is_renamed() {
    let config = "[rules.cycles]\nlevel = \"error\"\n";
    let before = [("pkg/__init__.py", ""), ("pkg/a.py", "import pkg.b\n"), ("pkg/b.py", "import pkg.a\n")];
    let now = [("pkg/__init__.py", ""), ("pkg/c.py", "import pkg.b\n"), ("pkg/b.py", "import pkg.c\n")];
    let changed: [Changed<'_>; 2] =
        [("pkg/c.py", Some("pkg/a.py"), &[]), ("pkg/b.py", Some("pkg/b.py"), &[1..=1])];
    let report = judged(&before, &now, &changed, config);
    assert_eq!(told(&report), []);
    assert_eq!(report.new_code.expect("only new code was judged").older_findings, 1);
}

#[test]
fn what_was_moved_and_renamed_at_once_is_new() {
    let long = "fn long(a: u8, b: u8) {\n    one();\n    two();\n    three();\n}\n";
    let other = long.replace("fn long", "fn other");
    let before = [("from.rs", long), ("to.rs", "struct S;\n")];
    let now = format!("struct S;\n{other}");
    let changed: [Changed<'_>; 1] = [("to.rs", Some("to.rs"), &[2..=2])];
    let report = judged(&before, &[("to.rs", now.as_str())], &changed, ONE_RULE);
    assert_eq!(told(&report), [("parameter-count other".to_owned(), None, Some(2))]);
    // A method moved to another type keeps its own name; half of its lines being new is too much.
    let method = format!("struct S;\nimpl S {{\n{long}}}\n");
    let moved = |lines: &[RangeInclusive<u32>]| {
        let changed: [Changed<'_>; 1] = [("to.rs", Some("to.rs"), lines)];
        told(&judged(&before, &[("to.rs", method.as_str())], &changed, ONE_RULE)).len()
    };
    assert_eq!(moved(&[2..=4, 8..=8]), 0, "two of its five lines are new");
    assert_eq!(moved(&[2..=5, 8..=8]), 1, "three of its five lines are new");
}

#[test]
fn a_grade_of_the_whole_repository_is_the_same_finding_wherever_it_shows() {
    let nested = "pub fn nested(a: i32, b: i32, c: i32, d: i32) -> i32 {
    if a > 0 {
        if b > 0 {
            if c > 0 {
                if d > 0 {
                    return 1;
                }
            }
        }
    }
    0
}
";
    let config = "[rules.tdg]\nlevel = \"error\"\nmin-grade = \"A+\"\n";
    let report = judged(&[("a.rs", nested), ("b.rs", nested)], &[("b.rs", nested)], &[], config);
    assert_eq!(told(&report), []);
    assert_eq!(report.new_code.expect("only new code was judged").older_findings, 1);
}

/// A file of anonymous functions, each with too many parameters and its own text. They are not passed as arguments,
/// because then their parameters would be prescribed.
fn callbacks(names: &[&str]) -> String {
    let callback = |name: &&str| {
        format!("[\"{name}\", (a, b) => {{\n  use{name}(a);\n  use{name}(b);\n  return a;\n}}];\n")
    };
    names.iter().map(callback).collect()
}

/// Line and old figure of each finding, and the number of older ones.
fn places(before: &str, now: &str, new: &[RangeInclusive<u32>]) -> (Vec<(u32, Option<f64>)>, usize) {
    let report = judged(&[("a.js", before)], &[("a.js", now)], &[("a.js", Some("a.js"), new)], ONE_RULE);
    let line = |finding: &Finding| finding.location.expect("in a line").line;
    let found = report.findings.iter().map(|finding| (line(finding), finding.was)).collect();
    (found, report.new_code.expect("only new code was judged").older_findings)
}

#[test]
fn an_inserted_callback_is_the_new_one_wherever_it_stands() {
    let before = callbacks(&["A", "B", "C"]);
    for (now, first) in [(["X", "A", "B", "C"], 1), (["A", "X", "B", "C"], 6), (["A", "B", "C", "X"], 16)] {
        let now = callbacks(&now);
        assert_eq!(places(&before, &now, &[first..=first + 4]), (vec![(first, None)], 3), "{first}");
    }
    // One is removed, another takes its place.
    let now = callbacks(&["A", "X", "C"]);
    assert_eq!(places(&before, &now, &[6..=9]), (vec![(6, None)], 2));
    // Of two with the same text, the one on new lines is new.
    let now = callbacks(&["A", "A", "B", "C"]);
    assert_eq!(places(&before, &now, &[1..=5]), (vec![(1, None)], 3));
    assert_eq!(places(&before, &now, &[6..=10]), (vec![(6, None)], 3));
}

#[test]
fn an_edited_callback_is_compared_with_itself() {
    let before = callbacks(&["A", "B"]);
    let edited = callbacks(&["X", "A", "B"]).replace("\"B\", (a, b)", "\"B\", (a, b, c)");
    assert_eq!(places(&before, &edited, &[1..=5, 11..=11]), (vec![(1, None), (11, Some(2.0))], 1));
    let swapped = callbacks(&["B", "A"]);
    assert_eq!(places(&before, &swapped, &[]), (vec![], 2));
}

#[test]
fn a_finding_is_no_other_definitions_because_that_one_was_mended() {
    let before = "fn grown(a: u8) {\n    one(a);\n    two(a);\n    three(a);\n}\nfn mended(a: u8, b: u8) {\n    x(a);\n    y(b);\n    z();\n}\n";
    let now = before
        .replace("grown(a: u8)", "grown(a: u8, b: u8)")
        .replace("mended(a: u8, b: u8)", "mended(a: u8)");
    let changed: [Changed<'_>; 1] = [("a.rs", Some("a.rs"), &[1..=1, 6..=6])];
    let report = judged(&[("a.rs", before)], &[("a.rs", now.as_str())], &changed, ONE_RULE);
    assert_eq!(told(&report), [("parameter-count grown".to_owned(), None, Some(1))]);
}

/// Overloads share a name; the text tells them apart.
#[test]
fn an_inserted_overload_is_the_new_one() {
    let overload = |kind: &str| {
        format!(
            "  int put({kind} a, {kind} b) {{\n    check{kind}(a);\n    check{kind}(b);\n    return 1;\n  }}\n"
        )
    };
    let class = |kinds: &[&str]| {
        format!("class A {{\n{}}}\n", kinds.iter().map(|kind| overload(kind)).collect::<String>())
    };
    let (before, now) = (class(&["int", "long"]), class(&["byte", "int", "long"]));
    let changed: [Changed<'_>; 1] = [("A.java", Some("A.java"), &[2..=6])];
    let report = judged(&[("A.java", &before)], &[("A.java", &now)], &changed, ONE_RULE);
    let lines: Vec<u32> =
        report.findings.iter().map(|finding| finding.location.expect("in a line").line).collect();
    assert_eq!((lines, report.new_code.expect("only new code was judged").older_findings), (vec![2], 2));
}

#[test]
fn findings_on_new_code_have_the_fingerprints_of_the_full_report() {
    let before = callbacks(&["A", "B"]);
    let now = callbacks(&["A", "X", "A", "B", "Y"]);
    let tree = MemoryTree::new([("a.js", now.as_str())]);
    let config = Config::parse(ONE_RULE, "test").expect("a valid configuration");
    let full = Gate::new(&tree, &measured(&tree, &config), &config, &NoEvidence).run();
    let changed: [Changed<'_>; 1] = [("a.js", Some("a.js"), &[1..=10, 21..=25])];
    let new = judged(&[("a.js", &before)], &[("a.js", &now)], &changed, ONE_RULE);
    assert_eq!(new.findings.len(), 3);
    for finding in &new.findings {
        let same = |other: &&Finding| other.fingerprint == finding.fingerprint;
        let found = full.findings.iter().find(same).expect("the full report has it");
        assert_eq!(found.location, finding.location);
    }
    // The text of a callback affects only its own fingerprint.
    let old = MemoryTree::new([("a.js", before.as_str())]);
    let old = Gate::new(&old, &measured(&old, &config), &config, &NoEvidence).run();
    let kept = old
        .findings
        .iter()
        .filter(|finding| full.findings.iter().any(|now| now.fingerprint == finding.fingerprint));
    assert_eq!(kept.count(), 2);
}

/// The rule looks only at new lines, so its findings in the rest are unknown.
#[test]
fn a_suppression_of_a_rule_that_is_not_judged_in_full_is_not_called_useless() {
    let function = "def longest(words, limit):
    best = None
    for word in words:
        if len(word) > limit:
            continue
        if best is None or len(word) > len(best):
            best = word
    return best
";
    let allowed = format!("# batuta: allow-file(duplication, \"why\")\n{function}");
    let config = "[rules.duplication]\nlevel = \"error\"\nmin-tokens = 30\nmin-lines = 5\n[rules.unused-suppression]\nlevel = \"error\"\n";
    let before = [("a.py", function), ("b.py", function)];
    let now = [("a.py", allowed.as_str()), ("b.py", function)];
    assert_eq!(told(&judged(&before, &now, &[("a.py", Some("a.py"), &[1..=1])], config)), []);
}

/// An additional finding does not make the others worse.
#[test]
fn what_the_whole_has_too_much_of_is_no_figure_of_one_finding() {
    let config = "[rules.dead-code]\nlevel = \"error\"\n";
    let before = "fn main() {}\n\nfn dead() {}\n";
    let now = "fn main() {}\n\nfn dead() {}\n\nfn deader() {}\n";
    let report = judged(
        &[("src/main.rs", before)],
        &[("src/main.rs", now)],
        &[("src/main.rs", Some("src/main.rs"), &[5..=5])],
        config,
    );
    let found: Vec<Option<&str>> =
        report.findings.iter().map(|finding| finding.function.as_deref()).collect();
    assert_eq!(found, [Some("deader")]);
}
