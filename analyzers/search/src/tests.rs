use super::*;
use facts::model::RepoPath;
use facts::source::MemoryTree;
use facts::{MeasureOptions, RepoFacts, Sections, measure};

fn facts(files: &[(&str, &str)]) -> RepoFacts {
    let sections = Sections { symbols: true, ..Sections::default() };
    let options = MeasureOptions { sections, ..MeasureOptions::default() };
    measure(&MemoryTree::new(files.iter().copied()), None, &options).expect("memory can be read")
}

fn update(index: &mut SearchIndex, facts: &RepoFacts) {
    let sources: Vec<SearchSource<'_>> =
        facts.files.iter().map(|file| SearchSource { path: file.path(), blob: file.blob }).collect();
    let symbols =
        |path: &RepoPath| facts.files.iter().find(|file| file.path() == path).map(|file| file.data.symbols());
    index.update(&sources, 1, symbols).expect("the index can be written");
    assert!(index.is_current(&sources, 1));
    assert!(!index.is_current(&sources, 2) || sources.is_empty());
}

/// Names and scores, the best first, equal ones by name.
fn search(index: &SearchIndex, query: &str) -> Vec<(String, f32)> {
    let found = index.search(&Query::parse(query)).expect("the index can be read");
    let name = |found: &Found| index.stored(found).expect("it was stored").qualified_name;
    let mut names: Vec<(String, f32)> = found.iter().map(|found| (name(found), found.score)).collect();
    names.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    names
}

fn names(index: &SearchIndex, query: &str) -> Vec<String> {
    search(index, query).into_iter().map(|(name, _)| name).collect()
}

const A: (&str, &str) = (
    "src/http.rs",
    "/// Reads the headers of a request.\npub fn parse_http_header(text: &str) -> usize { text.len() }\n\
     /// Opens a socket.\npub fn connect(port: u16) -> u16 { retry(port) }\nfn retry(port: u16) -> u16 { port }\n",
);
const B: (&str, &str) =
    ("src/json.rs", "pub struct JSONParser;\nimpl JSONParser { pub fn parse(&self) {} }\n");

#[test]
fn names_split_into_their_parts() {
    assert_eq!(words("parseHTTPHeader2"), ["parse", "http", "header", "2", "parsehttpheader2"]);
    assert_eq!(words("MAX_RETRIES, a-b"), ["max", "retry", "maxretries", "a", "b"]);
    assert_eq!(words("class address bus status"), ["class", "address", "bus", "status"]);
    assert_eq!(words("größeÄndern"), ["größe", "ändern", "größeändern"]);
    assert_eq!(words("__init__ 3.14"), ["init", "3", "14"]);
}

#[test]
fn the_name_counts_more_than_the_documentation_and_that_more_than_the_body() {
    let mut index = SearchIndex::in_memory();
    update(&mut index, &facts(&[A, B]));
    assert_eq!(names(&index, "retry")[..2], ["retry", "connect"]);
    assert_eq!(names(&index, "http header")[0], "parse_http_header");
    assert_eq!(names(&index, "parsehttpheader")[0], "parse_http_header");
    assert_eq!(names(&index, "open socket")[0], "connect");
    assert_eq!(names(&index, "requests")[0], "parse_http_header", "plurals are no other words");
}

#[test]
fn signs_and_quotes_narrow_the_search() {
    let mut index = SearchIndex::in_memory();
    update(&mut index, &facts(&[A, B]));
    assert!(names(&index, "parse -json").iter().all(|name| !name.contains("JSON")));
    assert_eq!(names(&index, "+socket parse"), ["connect"]);
    assert_eq!(names(&index, "\"headers of a request\""), ["parse_http_header"]);
    assert!(names(&index, "\"request of headers\"").is_empty());
    assert!(Query::parse("  - + \"\" ").is_empty());
    assert!(names(&index, "-json").is_empty(), "what must not occur alone searches for nothing");
    assert!(names(&index, "nowhere").is_empty());
}

#[test]
fn scores_do_not_depend_on_how_the_index_came_about() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (old, new) = (facts(&[A, ("src/gone.rs", "fn parse_gone() {}\nfn retry() {}\n")]), facts(&[A, B]));
    {
        let mut grown = SearchIndex::open(folder.path()).expect("the folder can be written to");
        update(&mut grown, &old);
    }
    let mut grown = SearchIndex::open(folder.path()).expect("the folder can be read");
    update(&mut grown, &new);
    let mut fresh = SearchIndex::in_memory();
    update(&mut fresh, &new);
    for query in ["parse", "retry port", "http json headers", "\"opens a socket\""] {
        assert_eq!(search(&grown, query), search(&fresh, query), "{query}");
    }
    let reopened = SearchIndex::open(folder.path()).expect("the folder can be read");
    assert_eq!(search(&reopened, "parse"), search(&fresh, "parse"));
}

#[test]
fn a_damaged_index_is_made_anew() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let here = facts(&[A, B]);
    update(&mut SearchIndex::open(folder.path()).expect("the folder can be written to"), &here);
    std::fs::write(folder.path().join("meta.json"), "{").expect("the file can be written");
    let mut index = SearchIndex::open(folder.path()).expect("it is made anew");
    assert_eq!(index.definitions().expect("it can be read"), 0);
    update(&mut index, &here);
    assert_eq!(names(&index, "retry")[0], "retry");
}

#[test]
fn a_signal_that_is_not_known_does_not_count() {
    let weights = Weights::default();
    let signals = |lexical, centrality| Signals { lexical, centrality, semantic: None };
    assert!((weights.score(&signals(0.5, None)) - 0.5).abs() < 1e-12);
    assert!(weights.score(&signals(0.5, Some(1.0))) > weights.score(&signals(0.5, Some(0.0))));
    let results = vec![("b", signals(0.5, None)), ("a", signals(0.5, None)), ("c", signals(0.9, None))];
    let ranked = rank(results, &weights, 2, |name| *name);
    assert_eq!(ranked.iter().map(|ranked| ranked.item).collect::<Vec<_>>(), ["c", "a"]);
}
