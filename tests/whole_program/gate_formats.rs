//! Every output format of the gate, byte for byte, from the real program on a fixed small tree.

use crate::program::run;
use crate::repository::{Tree, branching};

/// A tree with at least one finding of several rules, one allowed finding, and one file that is not measured.
fn tree() -> Tree {
    // Assembled here, so that this repository contains nothing in the form of a credential.
    let key = ["AKIA", "QYLPMN5HHHFPZAM2"].concat();
    let config = format!("// Settings.\nconst KEY: &str = \"{key}\";\n");
    let allowed =
        "// batuta: allow(satd, \"the fix waits for the next release\")\n// FIXME: later\nfn g() {}\n";
    Tree::repository(&[
        ("src/lib.rs", &branching("tangled", 40)),
        ("src/config.rs", &config),
        ("src/allowed.rs", allowed),
        ("src/broken.py", "def f(:\n    return ][\n"),
        ("web/größe, 100%.js", "// FIXME: \"quoted\" <b>bold</b> & 100% | pipe\nfunction f() {}\n"),
        ("blob.rs", "\0\0\0\0"),
    ])
}

#[track_caller]
fn report(format: &str) -> String {
    run(tree().path(), &["pmat", "quality-gate", "--format", format]).exits(1).stdout
}

#[track_caller]
fn check(format: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.add_filter(
        concat!("\\b", env!("CARGO_PKG_VERSION_MAJOR"), "\\.\\d+\\.\\d+\\b( \\([0-9a-f]+\\))?"),
        "[version]",
    );
    settings.set_prepend_module_to_snapshot(false);
    settings.bind(|| insta::assert_snapshot!(format!("gate_{format}"), report(format)));
}

#[test]
fn summary() {
    check("summary");
}

#[test]
fn human() {
    check("human");
}

#[test]
fn json() {
    check("json");
    let report: serde_json::Value = serde_json::from_str(&report("json")).expect("it is JSON");
    assert_eq!(report["schema"], "batuta/gate/1");
    assert_eq!(report["verdict"], "fail");
}

#[test]
fn sarif() {
    check("sarif");
    let log: serde_json::Value = serde_json::from_str(&report("sarif")).expect("it is JSON");
    assert_eq!(log["version"], "2.1.0");
    assert!(log["runs"][0]["results"].as_array().is_some_and(|results| !results.is_empty()));
}

#[test]
fn junit() {
    check("junit");
}

#[test]
fn markdown() {
    check("markdown");
}

#[test]
fn github() {
    check("github");
    let report = report("github");
    assert!(report.lines().all(|line| line.starts_with("::")), "{report}");
}

#[test]
fn gitlab() {
    check("gitlab");
    let report: serde_json::Value = serde_json::from_str(&report("gitlab")).expect("it is JSON");
    for issue in report.as_array().expect("it is a list") {
        for key in ["description", "check_name", "fingerprint", "severity", "location"] {
            assert!(!issue[key].is_null(), "{key} is missing in {issue}");
        }
    }
}
