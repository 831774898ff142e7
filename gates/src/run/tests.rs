//! Suppressions, fingerprints and verdicts, on facts from the real extractor.

use super::*;
use crate::{EvidenceError, NoEvidence, Status, Verdict};
use facts::MeasureOptions;
use facts::source::MemoryTree;

fn gate(files: &[(&str, &str)], config: &str) -> GateReport {
    let tree = MemoryTree::new(files.iter().copied());
    let config = Config::parse(config, "test").expect("a valid configuration");
    let options = MeasureOptions { sections: sections(&config), ..MeasureOptions::default() };
    let facts = facts::measure(&tree, None, &options).expect("memory can be read");
    run(&tree, &facts, &config, &NoEvidence)
}

/// Rule and line of each finding.
fn found(report: &GateReport) -> Vec<(&str, u32)> {
    let line = |finding: &Finding| finding.location.map_or(0, |location| location.line);
    report.findings.iter().map(|finding| (finding.rule, line(finding))).collect()
}

/// Every function breaks `parameter-count`.
const NO_PARAMETERS: &str = "[rules.parameter-count]\nlevel = \"error\"\nmax = 0\n";

#[test]
fn a_suppression_above_a_function_covers_it_and_what_it_holds() {
    let source = "\
/// Documented.
// batuta: allow(parameter-count, \"mirrors the C function\")
#[inline]
#[allow(
    clippy::all
)]
/// More.
fn outer(a: u8) {
    fn inner(b: u8) {}
}

fn next(c: u8) {}
";
    let report = gate(&[("a.rs", source)], NO_PARAMETERS);
    assert_eq!(found(&report), [("parameter-count", 12)]);
    let lines: Vec<u32> =
        report.suppressed.iter().filter_map(|allowed| Some(allowed.finding.location?.line)).collect();
    assert_eq!(lines, [8, 9]);
    assert!(
        report
            .suppressed
            .iter()
            .all(|allowed| allowed.reason == "mirrors the C function" && allowed.line == 2)
    );
    let rule = report.rules.iter().find(|rule| rule.id == "parameter-count").expect("a rule");
    assert_eq!((rule.status, rule.checked, rule.findings, rule.suppressed), (Status::Failed, 3, 1, 2));
}

#[test]
fn a_trailing_suppression_covers_its_line_only() {
    let source = "fn a(x: u8) {} // batuta: allow(parameter-count, \"why\")\nfn b(x: u8) {}\n";
    assert_eq!(found(&gate(&[("a.rs", source)], NO_PARAMETERS)), [("parameter-count", 2)]);
}

#[test]
fn a_blank_line_separates_a_suppression_from_what_follows() {
    let source = "// batuta: allow(parameter-count, \"why\")\n\nfn a(x: u8) {}\n";
    let report = gate(&[("a.rs", source)], NO_PARAMETERS);
    assert_eq!(found(&report), [("unused-suppression", 1), ("parameter-count", 3)]);
}

#[test]
fn allow_file_covers_the_file_and_only_its_rule() {
    let source = "#!/usr/bin/env python3\n# batuta: allow-file(parameter-count, \"protocol\")\ndef a(x):\n    pass\n\n\ndef b(y):\n    pass\n";
    let config = format!("{NO_PARAMETERS}[rules.cyclomatic-complexity]\nmax = 0\n");
    let report = gate(&[("a.py", source)], &config);
    assert_eq!(found(&report), [("cyclomatic-complexity", 3), ("cyclomatic-complexity", 7)]);
    assert_eq!(report.suppressed.len(), 2);
}

#[test]
fn a_suppression_without_a_reason_is_ignored() {
    let source = "// batuta: allow(parameter-count)\nfn a(x: u8) {}\n";
    let report = gate(&[("a.rs", source)], NO_PARAMETERS);
    assert_eq!(found(&report), [("suppression-without-reason", 1), ("parameter-count", 2)]);
    assert!(report.suppressed.is_empty());
}

#[test]
fn an_unknown_rule_is_named_with_a_suggestion() {
    let report = gate(&[("a.rs", "// batuta: allow(paramter-count, \"why\")\nfn a(x: u8) {}\n")], "");
    assert_eq!(found(&report), [("invalid-suppression", 1)]);
    assert_eq!(
        report.findings[0].message,
        "this suppression is ignored: there is no rule \"paramter-count\"; did you mean \"parameter-count\"?"
    );
}

#[test]
fn a_suppression_for_a_rule_that_is_off_is_not_called_unused() {
    let source = "// batuta: allow(parameter-count, \"why\")\nfn a(x: u8) {}\n";
    assert_eq!(found(&gate(&[("a.rs", source)], "[rules.parameter-count]\nlevel = \"off\"\n")), []);
}

#[test]
fn a_suppression_in_a_string_is_text() {
    let source = "fn a(x: u8) {\n    let _ = \"// batuta: allow(parameter-count, \\\"why\\\")\";\n}\n";
    assert_eq!(found(&gate(&[("a.rs", source)], NO_PARAMETERS)), [("parameter-count", 1)]);
}

#[test]
fn a_block_comment_suppresses_too() {
    let source = "/*\n * batuta: allow(parameter-count, \"why\")\n */\nint f(int a) { return a; }\n";
    let report = gate(&[("a.c", source)], NO_PARAMETERS);
    assert_eq!((found(&report).len(), report.suppressed.len()), (0, 1));
    assert_eq!(report.suppressed[0].line, 2);
}

/// The fingerprint of the only finding.
fn fingerprint(source: &str) -> String {
    let report = gate(&[("a.rs", source)], NO_PARAMETERS);
    assert_eq!(report.findings.len(), 1, "{:?}", report.findings);
    report.findings[0].fingerprint.clone()
}

#[test]
fn fingerprints_stay_when_lines_shift_and_figures_change() {
    let base = fingerprint("fn a(x: u8) {}\n");
    assert_eq!(base.len(), 32);
    assert_eq!(base, fingerprint("//! Words.\n\n\nfn a(x: u8) {}\n"));
    assert_eq!(base, fingerprint("fn a(x: u8, y: u8) {\n    let _ = x;\n}\n"));
    assert_ne!(base, fingerprint("fn b(x: u8) {}\n"));
}

#[test]
fn equal_findings_have_different_fingerprints() {
    let source = "mod m {\n    impl B {\n        fn f(&self, x: u8) {}\n    }\n    impl B {\n        fn f(&self, x: u8) {}\n    }\n}\n";
    let report = gate(&[("a.rs", source)], NO_PARAMETERS);
    let mut all: Vec<&str> = report.findings.iter().map(|finding| finding.fingerprint.as_str()).collect();
    assert_eq!(all.len(), 2);
    all.dedup();
    assert_eq!(all.len(), 2);
}

#[test]
fn a_column_counts_code_points() {
    let source = "mod ü { /* äöü */ fn a(x: u8) {} }\n";
    let report = gate(&[("a.rs", source)], NO_PARAMETERS);
    let location = report.findings[0].location.expect("a place");
    assert_eq!((location.line, location.column), (1, 19));
}

#[test]
fn warnings_fail_the_gate_only_when_asked() {
    let files = [("a.rs", "fn a(x: u8) {}\n")];
    let warning = "[rules.parameter-count]\nlevel = \"warning\"\nmax = 0\n";
    let report = gate(&files, warning);
    assert_eq!(report.verdict, Verdict::Pass);
    let status = |report: &GateReport| {
        report.rules.iter().find(|rule| rule.id == "parameter-count").map(|rule| rule.status)
    };
    assert_eq!(status(&report), Some(Status::Warned));
    let report = gate(&files, &format!("{warning}[gate]\nfail-on = \"warning\"\n"));
    assert_eq!((report.verdict, status(&report)), (Verdict::Fail, Some(Status::Failed)));
    assert_eq!([Verdict::Pass, Verdict::Fail, Verdict::NotMeasured].map(Verdict::exit_code), [0, 1, 2]);
}

#[test]
fn a_gate_whose_rules_are_all_off_has_judged_nothing() {
    let off: String = rules::ids().map(|id| format!("[rules.{id}]\nlevel = \"off\"\n")).collect();
    assert_eq!(gate(&[("a.rs", "fn a() {}\n")], &off).verdict, Verdict::NotMeasured);
}

#[test]
fn partly_measured_files_are_listed() {
    let report = gate(&[("a.rs", "fn a() {}\nfn b( {\n")], "");
    assert_eq!(report.not_measured.len(), 1);
    assert!(report.not_measured[0].why.starts_with("partly measured: "), "{:?}", report.not_measured);
}

#[test]
fn the_same_tree_gives_the_same_report() {
    let files = [("b.rs", "fn a(x: u8) {}\nfn b(x: u8) {}\n"), ("a.rs", "fn a(x: u8) {}\n")];
    assert_eq!(gate(&files, NO_PARAMETERS), gate(&files, NO_PARAMETERS));
    let paths: Vec<String> =
        gate(&files, NO_PARAMETERS).findings.iter().map(|finding| finding.path.to_string()).collect();
    assert_eq!(paths, ["a.rs", "b.rs", "b.rs"]);
}

/// Panics when a report is read, like a faulty rule.
struct Panicking;

impl Evidence for Panicking {
    fn report(&self, _: &str) -> Result<Option<Vec<u8>>, EvidenceError> {
        panic!("a fault on purpose")
    }
}

#[test]
fn a_rule_that_panics_is_not_measured_and_the_others_judge() {
    let tree = MemoryTree::new([("a.rs", "fn f(a: u8) {}\n")]);
    let text = format!("{NO_PARAMETERS}[rules.coverage]\nlevel = \"error\"\nreport = \"lcov.info\"\n");
    let config = Config::parse(&text, "test").expect("a valid configuration");
    let options = MeasureOptions { sections: sections(&config), ..MeasureOptions::default() };
    let facts = facts::measure(&tree, None, &options).expect("memory can be read");
    let report = run(&tree, &facts, &config, &Panicking);
    let coverage = report.rules.iter().find(|rule| rule.id == "coverage").expect("it is listed");
    assert_eq!(coverage.status, Status::NotMeasured);
    assert!(
        coverage.why.as_ref().is_some_and(|why| why.contains("a fault inside of batuta")),
        "{coverage:?}"
    );
    assert_eq!(found(&report), [("parameter-count", 1)]);
}
