use super::*;
use facts::MeasureOptions;
use facts::source::MemoryTree;

fn measured(files: &[(&str, &str)]) -> RepoFacts {
    let tree = MemoryTree::new(files.iter().map(|(path, text)| (*path, *text)));
    let options = MeasureOptions { sections: crate::SECTIONS, ..MeasureOptions::default() };
    facts::measure(&tree, None, &options).expect("memory can be read")
}

fn ranked(repo: &RepoFacts, seeds: &Seeds) -> Vec<(RepoPath, f64)> {
    let graph = trueno_graph::code::build(&MemoryTree::default(), repo);
    rank_files(repo, &graph, seeds)
}

fn order(repo: &RepoFacts, seeds: &Seeds) -> Vec<String> {
    ranked(repo, seeds).into_iter().map(|(path, _)| path.to_string()).collect()
}

fn asking(question: &str) -> Seeds {
    Seeds { question: Some(question.to_owned()), ..Seeds::default() }
}

const FILES: &[(&str, &str)] = &[
    (
        "src/http/header.rs",
        "/// Reads one line.\npub fn parse_header(line: &str) -> Header { Header::split(line) }\npub struct Header;\n",
    ),
    (
        "src/http/body.rs",
        "use crate::http::header::parse_header;\npub fn read_body() { parse_header(\"\"); }\n",
    ),
    (
        "src/cache.rs",
        "/// Drops entries that nobody asked for lately.\npub fn evict(limit: usize) {}\npub struct Lru;\n",
    ),
    (
        "src/server.rs",
        "use crate::http::body::read_body;\nuse crate::cache::evict;\npub fn serve() { read_body(); evict(3); }\n",
    ),
    ("src/lib.rs", "mod cache;\nmod http {\n    mod body;\n    mod header;\n}\nmod server;\n"),
    (
        "tests/header.rs",
        "use demo::http::header::parse_header;\n#[test]\nfn header() { parse_header(\"a: b\"); }\n",
    ),
    ("Cargo.toml", "[package]\nname = \"demo\"\n"),
    ("docs/header.md", "# Header\n"),
];

#[test]
fn a_function_named_in_the_question_leads_to_its_file() {
    let repo = measured(FILES);
    assert_eq!(order(&repo, &asking("panic in `parse_header` on an empty line"))[0], "src/http/header.rs");
    assert_eq!(order(&repo, &asking("evict() is never called"))[0], "src/cache.rs");
}

#[test]
fn a_path_named_in_the_question_comes_first() {
    let repo = measured(FILES);
    assert_eq!(
        order(&repo, &asking("thread panicked at src/http/body.rs:2:5 in parse_header"))[0],
        "src/http/body.rs"
    );
    assert_eq!(order(&repo, &asking("see cache.rs"))[0], "src/cache.rs");
}

#[test]
fn words_of_documentation_lead_to_the_file() {
    let repo = measured(FILES);
    assert_eq!(order(&repo, &asking("entries dropped too early"))[0], "src/cache.rs");
}

#[test]
fn users_of_the_answer_come_before_strangers() {
    let repo = measured(FILES);
    let order = order(&repo, &asking("header"));
    let place = |path: &str| order.iter().position(|ranked| ranked == path).expect("every file is ranked");
    assert!(place("src/http/header.rs") < place("src/http/body.rs"));
    assert!(place("src/http/body.rs") < place("src/cache.rs"));
}

#[test]
fn a_test_is_meant_when_tests_are_spoken_of() {
    let repo = measured(FILES);
    let place = |question: &str| order(&repo, &asking(question)).iter().position(|p| p == "tests/header.rs");
    assert!(place("test for the header") < place("the header is lost"));
}

#[test]
fn named_and_changed_files_lead_with_what_they_use() {
    let repo = measured(FILES);
    let seeds = Seeds { files: vec![RepoPath::from("src/server.rs")], ..Seeds::default() };
    let named = order(&repo, &seeds);
    assert_eq!(named[0], "src/server.rs");
    assert!(["src/http/body.rs", "src/cache.rs"].contains(&named[1].as_str()), "{named:?}");
    let seeds = Seeds { changed: vec![RepoPath::from("src/http")], ..Seeds::default() };
    assert!(order(&repo, &seeds)[..2].iter().all(|path| path.starts_with("src/http/")));
}

#[test]
fn without_seeds_what_the_product_uses_comes_first() {
    let repo = measured(FILES);
    let order = order(&repo, &Seeds::default());
    let used = ["src/http/body.rs", "src/http/header.rs"];
    assert!(order[..2].iter().all(|path| used.contains(&path.as_str())), "{order:?}");
    assert_eq!(order.last().map(String::as_str), Some("docs/header.md"));
}

#[test]
fn every_file_is_ranked_once_and_scores_fall() {
    let repo = measured(FILES);
    for seeds in [Seeds::default(), asking("header"), asking("zzz")] {
        let ranked = ranked(&repo, &seeds);
        assert_eq!(ranked.len(), FILES.len());
        assert!(ranked.is_sorted_by(|a, b| a.1 >= b.1));
        assert!(ranked.iter().all(|(_, score)| score.is_finite()));
    }
}

/// Paths that end alike are told apart by what the language says an import means.
#[test]
fn an_import_leads_where_the_language_says() {
    let repo = measured(&[
        ("app/util.py", "def shared():\n    return 1\n"),
        ("other/util.py", "def shared():\n    return 2\n"),
        ("other/main.py", "from app.util import shared\n\ndef main():\n    shared()\n"),
        ("other/__init__.py", ""),
        ("app/__init__.py", ""),
    ]);
    let seeds = Seeds { files: vec![RepoPath::from("other/main.py")], ..Seeds::default() };
    let order = order(&repo, &seeds);
    assert_eq!(order[..2], ["other/main.py", "app/util.py"]);
}

#[test]
fn a_library_is_no_file_that_is_called_like_it() {
    let repo = measured(&[
        ("Cargo.toml", "[package]\nname = \"a\"\n"),
        ("src/lib.rs", "mod fs;\nmod area;\nmod user;\n"),
        ("src/fs.rs", "pub fn read() {}\n"),
        ("src/area.rs", "pub fn read() {}\n"),
        ("src/user.rs", "use std::fs;\npub fn f() { fs::read(\"a\").ok(); }\n"),
    ]);
    let seeds = Seeds { files: vec![RepoPath::from("src/user.rs")], ..Seeds::default() };
    let scores: Vec<f64> = ["src/fs.rs", "src/area.rs"]
        .map(|path| {
            ranked(&repo, &seeds).iter().find(|(of, _)| of == &RepoPath::from(path)).map(|(_, score)| *score)
        })
        .into_iter()
        .flatten()
        .collect();
    assert_eq!(scores[0], scores[1]);
}
