use super::*;
use facts::model::RepoPath;
use facts::source::MemoryTree;
use facts::stores::{Place, Secret, StoreFolder};
use facts::{MeasureOptions, RepoFacts, Sections, measure};
use std::fs;
use std::path::Path;

fn facts(files: &[(&str, &str)]) -> RepoFacts {
    let sections = Sections { symbols: true, ..Sections::default() };
    let options = MeasureOptions { sections, ..MeasureOptions::default() };
    measure(&MemoryTree::new(files.iter().copied()), None, &options).expect("memory can be read")
}

fn store(folder: &Path) -> StoreFolder {
    Place::named(folder, &[]).make().expect("a temporary folder can be used")
}

fn open(folder: &Path) -> Result<SearchIndex, SearchError> {
    SearchIndex::open(&store(folder), &secret(b'a'))
}

fn secret(byte: u8) -> Secret {
    Secret::of_text(&[byte; 32]).expect("it is long enough")
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

/// Names and scores, the best first; equal scores sorted by name.
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
fn repeated_words_count_once_and_only_some_dozens_are_allowed() {
    assert_eq!(Query::parse("retry port retry +port +port \"port\""), Query::parse("retry port +port"));
    assert_eq!(Query::parse("\"a b\" \"a b\" a-b"), Query::parse("\"a b\" a b"));
    assert_ne!(Query::parse("\"a b\""), Query::parse("\"b a\""));
    let letters =
        (b'a'..=b'z').map(|letter| format!("w{} ", char::from(letter))).collect::<Vec<_>>().concat();
    assert!(!Query::parse(&letters.repeat(1_000)).is_too_long());
    let others = letters.replace('w', "v") + &letters.replace('w', "q");
    assert!(Query::parse(&(letters.clone() + &others)).is_too_long());
    assert!(!Query::parse(&"a ".repeat(7_600)).is_too_long());
    assert!(!Query::parse(&format!("\"{}\"", "a ".repeat(MOST_WORDS))).is_too_long());
    assert!(Query::parse(&format!("\"{}\"", "a ".repeat(MOST_WORDS + 1))).is_too_long(), "a long phrase");
    let mut index = SearchIndex::in_memory();
    update(&mut index, &facts(&[A, B]));
    assert_eq!(search(&index, "retry port retry retry"), search(&index, "retry port"));
}

#[test]
fn scores_do_not_depend_on_how_the_index_came_about() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (old, new) = (facts(&[A, ("src/gone.rs", "fn parse_gone() {}\nfn retry() {}\n")]), facts(&[A, B]));
    {
        let mut grown = open(folder.path()).expect("the folder can be written to");
        update(&mut grown, &old);
    }
    let mut grown = open(folder.path()).expect("the folder can be read");
    update(&mut grown, &new);
    let mut fresh = SearchIndex::in_memory();
    update(&mut fresh, &new);
    for query in ["parse", "retry port", "http json headers", "\"opens a socket\""] {
        assert_eq!(search(&grown, query), search(&fresh, query), "{query}");
    }
    let reopened = open(folder.path()).expect("the folder can be read");
    assert_eq!(search(&reopened, "parse"), search(&fresh, "parse"));
}

#[test]
fn a_damaged_index_is_made_anew() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let here = facts(&[A, B]);
    update(&mut open(folder.path()).expect("the folder can be written to"), &here);
    fs::write(folder.path().join("meta.json"), "{").expect("the file can be written");
    let mut index = open(folder.path()).expect("it is made anew");
    assert_eq!(index.definitions().expect("it can be read"), 0);
    update(&mut index, &here);
    assert_eq!(names(&index, "retry")[0], "retry");
}

/// An index of the two files in a new folder.
fn filled() -> (tempfile::TempDir, RepoFacts) {
    let (folder, here) = (tempfile::tempdir().expect("a temporary folder"), facts(&[A, B]));
    update(&mut open(folder.path()).expect("the folder can be written to"), &here);
    (folder, here)
}

/// The index in the folder is empty, and can be filled again.
fn is_made_anew(folder: &Path, here: &RepoFacts, what: &str) {
    let mut index = open(folder).unwrap_or_else(|error| panic!("after {what}: {error}"));
    assert_eq!(index.definitions().expect("it can be read"), 0, "after {what}");
    update(&mut index, here);
    assert_eq!(names(&index, "retry")[0], "retry", "after {what}");
}

#[test]
fn a_list_that_names_files_elsewhere_removes_none_of_them() {
    let outer = tempfile::tempdir().expect("a temporary folder");
    let victim = outer.path().join("victim");
    let folder = outer.path().join("index");
    let hostile =
        ["../victim", victim.to_str().expect("UTF-8"), "..\\victim", "./../victim", "a/../../victim"];
    for name in hostile {
        fs::write(&victim, "precious").expect("a file");
        let here = facts(&[A, B]);
        update(&mut open(&folder).expect("the folder can be written to"), &here);
        let list = folder.join(".managed.json");
        let mut names: Vec<serde_json::Value> =
            serde_json::from_slice(&fs::read(&list).expect("the list is there")).expect("it is JSON");
        names.push(name.into());
        fs::write(&list, serde_json::to_vec(&names).expect("JSON")).expect("the list can be written");
        is_made_anew(&folder, &here, name);
        for round in 0..3 {
            let more = format!("pub fn more{round}() {{}}\n");
            update(&mut open(&folder).expect("it is there"), &facts(&[A, ("src/more.rs", &more)]));
        }
        assert_eq!(fs::read_to_string(&victim).expect("it is still there"), "precious", "{name}");
        fs::remove_dir_all(&folder).expect("it is there");
    }
}

#[test]
fn names_that_lead_elsewhere_are_refused_also_with_the_right_seal() {
    use tantivy::Directory;
    let outer = tempfile::tempdir().expect("a temporary folder");
    let victim = outer.path().join("victim");
    fs::write(&victim, "precious").expect("a file");
    let directory = sealed_directory::SealedDirectory::new(store(&outer.path().join("index")), &secret(b'a'));
    for name in ["../victim", victim.to_str().expect("UTF-8"), "..", "", "a/b", "..\\victim"] {
        let path = Path::new(name);
        assert!(directory.delete(path).is_err() && directory.get_file_handle(path).is_err(), "{name}");
        assert!(
            directory.open_write(path).is_err() && directory.atomic_write(path, b"{}").is_err(),
            "{name}"
        );
        assert!(directory.atomic_read(path).is_err() && directory.exists(path).is_err(), "{name}");
    }
    assert_eq!(fs::read_to_string(&victim).expect("it is there"), "precious");
}

#[test]
fn an_index_of_another_secret_is_none() {
    let (folder, here) = filled();
    let mut index = SearchIndex::open(&store(folder.path()), &secret(b'b')).expect("it is made anew");
    assert_eq!(index.definitions().expect("it can be read"), 0);
    update(&mut index, &here);
    drop(index);
    is_made_anew(folder.path(), &here, "another user's index");
}

#[test]
fn files_that_are_cut_off_or_garbled_are_not_believed() {
    let (folder, here) = filled();
    let files = || {
        let entries = fs::read_dir(folder.path()).expect("the folder is there");
        let mut paths: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
        paths.retain(|path| path.extension().is_none_or(|ending| ending != "lock"));
        paths.sort();
        paths
    };
    let names_of = |index: &SearchIndex| {
        let found = index.search(&Query::parse("retry"))?;
        let name = |found: &Found| Ok(index.stored(found)?.qualified_name);
        let mut names = found.iter().map(name).collect::<Result<Vec<_>, SearchError>>()?;
        names.sort();
        Ok::<_, SearchError>(names)
    };
    let right = names_of(&open(folder.path()).expect("it is there")).expect("it can be read");
    let count = files().len();
    assert!(count > 5, "{:?}", files());
    for number in 0..count {
        for damage in ["cut", "garbled", "emptied", "sparse"] {
            // A rebuilt index may have fewer files: some of its segments may have been merged.
            let Some(path) = files().get(number).cloned() else { break };
            let mut bytes = fs::read(&path).expect("it can be read");
            match damage {
                "cut" => bytes.truncate(bytes.len() / 2),
                "garbled" => bytes.iter_mut().for_each(|byte| *byte ^= 0x5a),
                "emptied" => bytes.clear(),
                _ => fs::File::options()
                    .write(true)
                    .open(&path)
                    .and_then(|file| file.set_len(1 << 45))
                    .unwrap_or(()),
            }
            if damage != "sparse" {
                fs::write(&path, bytes).expect("it can be written");
            }
            let index = open(folder.path()).expect("it is opened or made anew");
            if let Ok(found) = names_of(&index) {
                assert!(found == right || found.is_empty(), "{damage} {}: {found:?}", path.display());
            }
            drop(index);
            fs::remove_dir_all(folder.path()).expect("it is there");
            fs::create_dir(folder.path()).expect("it was there");
            update(&mut open(folder.path()).expect("the folder can be written to"), &here);
        }
    }
}

#[cfg(unix)]
#[test]
fn links_and_pipes_in_the_folder_are_not_followed_and_folders_are_not_removed() {
    let (folder, here) = filled();
    let victim = tempfile::NamedTempFile::new().expect("a temporary file");
    fs::write(victim.path(), "precious").expect("a file");
    for name in ["meta.json", ".managed.json", ".tantivy-writer.lock", ".tantivy-meta.lock", "x.idx"] {
        let path = folder.path().join(name);
        let _ = fs::remove_file(&path);
        std::os::unix::fs::symlink(victim.path(), &path).expect("a link");
        is_made_anew(folder.path(), &here, name);
        assert_eq!(fs::read_to_string(victim.path()).expect("it is there"), "precious", "{name}");
    }
    let lock = folder.path().join(".opening.lock");
    let _ = fs::remove_file(&lock);
    std::os::unix::fs::symlink(victim.path(), &lock).expect("a link");
    open(folder.path()).expect("it is there");
    assert_eq!(fs::read_to_string(victim.path()).expect("it is there"), "precious");
    fs::create_dir(folder.path().join("inner")).expect("a folder");
    fs::write(folder.path().join("inner/keep"), "precious").expect("a file");
    assert!(open(folder.path()).is_err(), "the caller does without");
    assert!(folder.path().join("inner/keep").is_file());
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
