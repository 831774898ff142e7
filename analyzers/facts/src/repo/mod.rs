//! The facts of a whole tree.

mod many;
mod measure;

pub use many::{ContentKey, ManyTrees, measuring_many};
pub use measure::measure;

use crate::cache::Version;
use crate::language::Language;
use crate::model::{BlobId, Comment, FileFacts, LineCounts, ParseStatus, RepoPath, Symbols, TokenStream};
use crate::source::{Entry, Listing, Skipped, SourceError, SourceTree};
use crate::test_code::FileRole;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;
use xxhash_rust::xxh3::Xxh3;

/// The facts of every file of a tree.
#[derive(Debug, Clone)]
pub struct RepoFacts {
    /// What was analysed, e.g. `work tree`.
    pub tree: String,
    /// Every listed file whose language is known, sorted by path.
    pub files: Vec<FileRecord>,
    /// What was left out, sorted by path, with the reason.
    pub skipped: Vec<Skipped>,
    /// How many of the files came from the cache.
    pub from_cache: usize,
    /// What went wrong with the cache, if anything; the facts are right all the same.
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

    /// What the facts follow from: the extractor, and path, content and language of every file. Trees with equal
    /// fingerprints have equal facts.
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

    /// The files that the parser did not fully understand: their figures hold for the rest of them only.
    pub fn partial(&self) -> impl Iterator<Item = &FileRecord> {
        self.files.iter().filter(|file| matches!(file.data.facts.parse, ParseStatus::Partial { .. }))
    }
}

/// One measured file.
#[derive(Debug, Clone, PartialEq)]
pub struct FileRecord {
    /// Where it stands in the tree; with its stat and blob, as [`SourceTree::read`] wants it.
    pub entry: Entry,
    /// Git's id of the bytes that were measured.
    pub blob: BlobId,
    /// Its facts; files of many trees may share them.
    pub data: Arc<FileData>,
    /// What it is to the tests of its tree.
    pub role: FileRole,
}

impl FileRecord {
    /// A file by itself: what it is to the tests of a tree, the whole tree says.
    pub fn new(entry: Entry, blob: BlobId, data: Arc<FileData>) -> Self {
        FileRecord { entry, blob, data, role: FileRole::default() }
    }

    /// The path in the tree.
    pub fn path(&self) -> &RepoPath {
        &self.entry.path
    }
}

/// The facts of a file with the sections that were asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct FileData {
    /// Always there.
    pub facts: FileFacts,
    /// See [`FileData::comments`].
    pub comments: Option<Vec<Comment>>,
    /// See [`FileData::symbols`].
    pub symbols: Option<Symbols>,
    /// See [`FileData::tokens`].
    pub tokens: Option<TokenStream>,
}

impl FileData {
    /// The comments in order.
    ///
    /// # Panics
    /// When [`Sections::comments`] was not asked for.
    pub fn comments(&self) -> &[Comment] {
        self.comments.as_ref().expect("the analysis asked for the comments section")
    }

    /// Definitions, references, imports.
    ///
    /// # Panics
    /// When [`Sections::symbols`] was not asked for.
    pub fn symbols(&self) -> &Symbols {
        self.symbols.as_ref().expect("the analysis asked for the symbols section")
    }

    /// The token stream.
    ///
    /// # Panics
    /// When [`Sections::tokens`] was not asked for.
    pub fn tokens(&self) -> &TokenStream {
        self.tokens.as_ref().expect("the analysis asked for the tokens section")
    }
}

impl FileData {
    /// The same without the sections that are not in `sections`.
    pub(crate) fn trimmed(self, sections: Sections) -> FileData {
        FileData {
            facts: self.facts,
            comments: self.comments.filter(|_| sections.comments),
            symbols: self.symbols.filter(|_| sections.symbols),
            tokens: self.tokens.filter(|_| sections.tokens),
        }
    }
}

/// Which bulky sections to load; what is not asked for costs nothing on a warm run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sections {
    /// Load comments.
    pub comments: bool,
    /// Load symbols.
    pub symbols: bool,
    /// Load tokens.
    pub tokens: bool,
}

impl Sections {
    /// The union of two wishes.
    pub fn or(self, other: Sections) -> Sections {
        Sections {
            comments: self.comments || other.comments,
            symbols: self.symbols || other.symbols,
            tokens: self.tokens || other.tokens,
        }
    }
}

/// How to measure.
#[derive(Clone, Copy)]
pub struct MeasureOptions<'a> {
    /// Sections to load.
    pub sections: Sections,
    /// Files over this many bytes are listed, not parsed.
    pub max_file_size: u64,
    /// Called now and then, from any thread.
    pub progress: Option<&'a (dyn Fn(Progress) + Sync)>,
    /// Asked while files are listed, and between files; true ends the run with an error, the cache keeps what was done.
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

/// The listing of a tree, which ends when the run is cancelled.
fn listed(tree: &dyn SourceTree, options: &MeasureOptions<'_>) -> Result<Listing, SourceError> {
    match options.cancelled {
        Some(cancelled) => tree.listing_unless(cancelled),
        None => tree.listing(),
    }
}

/// How far a run has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Files done.
    pub done: usize,
    /// Files in all.
    pub total: usize,
}
