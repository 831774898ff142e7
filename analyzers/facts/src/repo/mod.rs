//! The facts of a whole tree.

mod many;
mod measure;

pub use crate::file::FileRecord;
pub use many::{ContentKey, ManyTrees, measuring_many};
pub use measure::measure;

use crate::cache::Version;
use crate::file::{FileData, Sections};
use crate::language::Language;
use crate::model::{LineCounts, ParseStatus};
use crate::progress::Progress;
use crate::source::{Listing, Skipped, SourceError, SourceTree};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use xxhash_rust::xxh3::Xxh3;

/// The facts of every file of a tree.
#[derive(Debug, Clone)]
pub struct RepoFacts {
    /// The analysed tree, e.g. `work tree`.
    pub tree: String,
    /// Every listed file whose language is known, sorted by path.
    pub files: Vec<FileRecord>,
    /// Files and folders that were left out, sorted by path, with the reason.
    pub skipped: Vec<Skipped>,
    /// How many of the files came from the cache.
    pub from_cache: usize,
    /// What went wrong with the cache, if anything; the facts are still right.
    pub cache_trouble: Option<String>,
}

/// The files of one language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LanguageTotal {
    /// The language.
    pub language: Language,
    /// How many files.
    pub files: usize,
    /// Their lines.
    pub lines: LineCounts,
}

impl RepoFacts {
    /// Files and lines per language, the one with most source lines first, ties by name.
    pub fn languages(&self) -> Vec<LanguageTotal> {
        let mut totals = BTreeMap::new();
        for file in &self.files {
            let language = file.data.facts.language;
            let empty = LanguageTotal { language, files: 0, lines: LineCounts::default() };
            let total = totals.entry(language).or_insert(empty);
            total.files += 1;
            total.lines += file.data.facts.lines;
        }
        let mut totals: Vec<LanguageTotal> = totals.into_values().collect();
        totals.sort_by_key(|total| (Reverse(total.lines.source), total.language.name()));
        totals
    }

    /// A hash of everything that determines the facts: the extractor, and path, content and language of every file.
    /// Trees with equal fingerprints have equal facts.
    pub fn fingerprint(&self) -> u128 {
        let mut hasher = Xxh3::new();
        hasher.update(&Version::current().number().to_le_bytes());
        for file in &self.files {
            hasher.update(&(file.path().as_bytes().len() as u64).to_le_bytes());
            hasher.update(file.path().as_bytes());
            hasher.update(&file.blob.0);
            hasher.update(file.data.facts.language.spec().id.as_bytes());
        }
        hasher.digest128()
    }

    /// The same with only these sections. The kept sections are shared with these facts, not copied.
    #[must_use]
    pub fn trimmed(&self, sections: Sections) -> RepoFacts {
        let files = self.files.iter().map(|file| file.with(FileData::clone(&file.data).trimmed(sections)));
        RepoFacts { files: files.collect(), ..self.without_files() }
    }

    /// The same with the sections of `other` added, shared with both. `None` if `other` is of another state of the
    /// tree.
    #[must_use]
    pub fn joined(&self, other: &RepoFacts) -> Option<RepoFacts> {
        if self.fingerprint() != other.fingerprint() {
            return None;
        }
        let files = self.files.iter().zip(&other.files);
        let files = files
            .map(|(file, more)| file.with(FileData::clone(&file.data).joined(FileData::clone(&more.data))));
        Some(RepoFacts { files: files.collect(), ..self.without_files() })
    }

    fn without_files(&self) -> RepoFacts {
        RepoFacts {
            tree: self.tree.clone(),
            files: Vec::new(),
            skipped: self.skipped.clone(),
            from_cache: self.from_cache,
            cache_trouble: self.cache_trouble.clone(),
        }
    }

    /// How many tests the tree defines.
    pub fn tests(&self) -> usize {
        self.files.iter().map(|file| file.tests().count()).sum()
    }

    /// The files that the parser did not fully understand: their figures hold for the rest of them only.
    pub fn partial(&self) -> impl Iterator<Item = &FileRecord> {
        self.files.iter().filter(|file| matches!(file.data.facts.parse, ParseStatus::Partial { .. }))
    }
}

/// How to measure.
#[derive(Clone, Copy)]
pub struct MeasureOptions<'a> {
    /// Sections to load.
    pub sections: Sections,
    /// Files over this many bytes are listed, not parsed.
    pub max_file_size: u64,
    /// Called periodically, from any thread.
    pub progress: Option<&'a (dyn Fn(Progress) + Sync)>,
    /// Called while files are listed, and between files; true cancels the run with an error, and the cache keeps the
    /// work done so far.
    pub cancelled: Option<&'a (dyn Fn() -> bool + Sync)>,
}

impl Default for MeasureOptions<'_> {
    fn default() -> Self {
        MeasureOptions {
            sections: Sections::default(),
            max_file_size: 4 << 20,
            progress: None,
            cancelled: None,
        }
    }
}

/// The listing of a tree, which stops when the run is cancelled.
fn listed(tree: &dyn SourceTree, options: &MeasureOptions<'_>) -> Result<Listing, SourceError> {
    match options.cancelled {
        Some(cancelled) => tree.listing_unless(cancelled),
        None => tree.listing(),
    }
}
