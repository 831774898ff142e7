//! Times a search alone: an index on disk that is up to date, as `pmat query` has it after its first run.
//!
//! `cargo run --release -p search --example search_speed -- TREE… [--] QUESTION…` puts the definitions of all trees into one index
//! and prints, for each question, how many definitions match and the median milliseconds of 21 searches, in each of which
//! all matches are scored and the first ten are read.
#![allow(clippy::print_stdout, reason = "an example talks to its user")]

use facts::model::{BlobId, DefinitionKind, RepoPath, Symbols};
use facts::source::{ExcludeRules, Which};
use facts::stores::{Place, Secret};
use facts::{MeasureOptions, Sections, measure};
use search::{Query, SearchIndex, SearchSource};
use std::collections::HashMap;
use std::path::Path;
use std::time::Instant;

type Failure = Box<dyn std::error::Error>;

const RUNS: usize = 21;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut parts = arguments.split(|argument| argument == "--");
    let (trees, questions) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let mut files: Vec<(RepoPath, BlobId, Symbols)> = Vec::new();
    for tree in trees {
        let source = facts::source::open(Path::new(tree), &Which::WorkTree, &ExcludeRules::none())?;
        let sections = Sections { symbols: true, ..Sections::default() };
        let facts =
            measure(source.as_ref(), None, &MeasureOptions { sections, ..MeasureOptions::default() })?;
        for file in facts.files.into_iter().filter(|file| file.data.facts.has_functions()) {
            let path = RepoPath::from(format!("{tree}/{}", file.path()).as_str());
            files.extend(file.data.symbols.as_deref().cloned().map(|symbols| (path, file.blob, symbols)));
        }
    }
    let is_function = |kind| matches!(kind, DefinitionKind::Function | DefinitionKind::Method);
    let definitions = files.iter().flat_map(|(_, _, symbols)| &symbols.definitions);
    let functions = definitions.filter(|definition| is_function(definition.kind)).count();
    let folder = tempfile::tempdir()?;
    let (store, secret) = (Place::named(folder.path(), &[]).make()?, Secret::random()?);
    let mut index = SearchIndex::open(&store, &secret)?;
    let sources: Vec<SearchSource<'_>> =
        files.iter().map(|(path, blob, _)| SearchSource { path, blob: *blob }).collect();
    let by_path: HashMap<&RepoPath, &Symbols> =
        files.iter().map(|(path, _, symbols)| (path, symbols)).collect();
    let start = Instant::now();
    index.update(&sources, facts::extractor_id(), |path| by_path.get(path).copied())?;
    let (all, seconds) = (index.definitions()?, start.elapsed().as_secs_f64());
    println!("{all} definitions, {functions} of them functions, indexed in {seconds:.2} s");
    drop(index);
    let index = SearchIndex::open(&store, &secret)?;
    for question in questions {
        let (matches, median) = time(&index, question)?;
        println!("{question}: {matches} matches, {:.2} ms", median * 1e3);
    }
    Ok(())
}

fn time(index: &SearchIndex, question: &str) -> Result<(usize, f64), Failure> {
    let mut seconds = Vec::new();
    let mut matches = 0;
    for _ in 0..RUNS {
        let start = Instant::now();
        let found = index.search(&Query::parse(question))?;
        for best in found.iter().take(10) {
            index.stored(best)?;
        }
        seconds.push(start.elapsed().as_secs_f64());
        matches = found.len();
    }
    seconds.sort_by(f64::total_cmp);
    Ok((matches, seconds[RUNS / 2]))
}
