//! `pmat query` as users run it.

use crate::program::run;
use crate::repository::{Tree, branching};
use serde_json::Value;

fn library() -> Tree {
    Tree::repository(&[
        (
            "src/http.rs",
            "/// Parses the header of an HTTP request.\npub fn parse_http_header(text: &str) -> usize {\n    text.len()\n}\n\n\
             /// Opens a connection.\npub fn connect(host: &str) -> usize {\n    parse_http_header(host)\n}\n",
        ),
        ("src/tangled.rs", &branching("parse_everything", 30)),
        (
            "py/header.py",
            "class HeaderParser:\n    \"\"\"Parses headers.\"\"\"\n\n    def parse(self, text):\n        return text\n",
        ),
    ])
}

fn names(report: &Value) -> Vec<&str> {
    let results = report["results"].as_array().expect("a list");
    results.iter().map(|result| result["qualified_name"].as_str().expect("a name")).collect()
}

fn query(tree: &Tree, words: &[&str]) -> Value {
    run(tree.path(), &[&["pmat", "query"], words, &["--format", "json"]].concat()).exits(0).json()
}

#[test]
fn names_are_found_by_their_words_and_documentation() {
    let tree = library();
    assert_eq!(names(&query(&tree, &["http header"]))[0], "parse_http_header");
    assert_eq!(names(&query(&tree, &["connection"])), ["connect"]);
    assert_eq!(query(&tree, &["nowhere"])["matches"], 0);
}

#[test]
fn filters_leave_what_they_say() {
    let tree = library();
    let all = query(&tree, &["parse"]);
    assert!(names(&all).contains(&"parse_everything"), "{all}");
    assert!(!names(&query(&tree, &["parse", "--max-complexity", "10"])).contains(&"parse_everything"));
    let python = query(&tree, &["parse", "--language", "python"]);
    assert!(python["results"].as_array().expect("a list").iter().all(|one| one["path"] == "py/header.py"));
    assert!(
        names(&python).contains(&"HeaderParser::parse") || names(&python).contains(&"HeaderParser.parse")
    );
    assert_eq!(names(&query(&tree, &["parse", "--type", "class"])), ["HeaderParser"]);
    let rust = query(&tree, &["parse", "--path", "src/**"]);
    assert!(rust["results"].as_array().expect("a list").iter().all(|one| one["language"] == "Rust"));
    let graded = query(&tree, &["parse", "--min-grade", "A+"]);
    let grades: Vec<&Value> =
        graded["results"].as_array().expect("a list").iter().map(|one| &one["grade"]).collect();
    assert!(!grades.is_empty() && grades.iter().all(|grade| **grade == "A+"), "{graded}");
    assert!(!names(&graded).contains(&"parse_everything"));
}

#[test]
fn the_index_follows_the_tree() {
    let tree = library();
    assert_eq!(query(&tree, &["teapot"])["matches"], 0);
    tree.write("src/tea.rs", "/// Brews.\npub fn teapot() -> u8 {\n    1\n}\n");
    assert_eq!(names(&query(&tree, &["teapot"])), ["teapot"]);
    std::fs::remove_file(tree.join("src/tea.rs")).expect("it was written");
    assert_eq!(query(&tree, &["teapot"])["matches"], 0);
}

#[test]
fn without_a_cache_the_answer_is_the_same() {
    let tree = library();
    let words = ["pmat", "query", "parse header", "--format", "json"];
    let kept = run(tree.path(), &words).exits(0);
    let again = run(tree.path(), &words).exits(0);
    let fresh = run(tree.path(), &[&words[..], &["--no-cache"]].concat()).exits(0);
    assert_eq!(kept.stdout, again.stdout);
    assert_eq!(kept.stdout, fresh.stdout);
}

#[test]
fn bad_questions_are_refused() {
    let tree = library();
    run(tree.path(), &["pmat", "query", "--", "-"]).fails_with("no word");
    let many = (0..26 * 26).map(|n| [b'a' + (n / 26) as u8, b'a' + (n % 26) as u8, b' ']);
    let many = String::from_utf8(many.flatten().collect()).expect("ASCII");
    run(tree.path(), &["pmat", "query", &many]).fails_with("more than 64 words");
    run(tree.path(), &["pmat", "query", "x", "--language", "klingon"]).fails_with("no language");
    run(tree.path(), &["pmat", "query", "x", "--min-grade", "Z"]).fails_with("no grade");
}
