//! Detectors of admitted debt: words, the learned model, both.

use crate::program::run;
use crate::repository::Tree;
use serde_json::Value;

const SOURCE: &str = "// TODO: later\nfn a() {}\n\n// the number of rows\nfn b() {}\n\n\
    // I don't know why this is needed, but it doesn't work without it\nfn c() {}\n";

fn report(detector: &str) -> Value {
    let tree = Tree::folder(&[("src/lib.rs", SOURCE)]);
    let out =
        run(tree.path(), &["pmat", "analyze", "satd", "--format", "json", "--detector", detector]).exits(0);
    serde_json::from_str(&out.stdout).expect("JSON")
}

fn found(report: &Value) -> Vec<(u64, &str)> {
    let items = report["items"].as_array().expect("items");
    items
        .iter()
        .map(|item| (item["line"].as_u64().unwrap_or(0), item["marker"].as_str().unwrap_or("")))
        .collect()
}

#[test]
fn the_model_finds_what_has_no_marker() {
    let words = report("words");
    assert_eq!(found(&words), [(1, "TODO")]);
    assert_eq!(words["detector"], "words");
    assert!(words["items"][0].get("probability").is_none());

    let learned = report("learned");
    assert_eq!(found(&learned), [(1, "learned"), (7, "learned")]);

    let both = report("both");
    assert_eq!(found(&both), [(1, "TODO"), (7, "learned")]);
    for item in both["items"].as_array().expect("items") {
        let probability = item["probability"].as_f64().expect("a number");
        assert!((0.05..=1.0).contains(&probability), "{item}");
    }
}

#[test]
fn an_unknown_detector_is_named() {
    let tree = Tree::folder(&[("src/lib.rs", SOURCE)]);
    let out = run(tree.path(), &["pmat", "analyze", "satd", "--detector", "magic"]).exits(2);
    assert!(out.stderr.contains("words, learned, both"), "{}", out.stderr);
}
