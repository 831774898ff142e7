//! The facts of one file: the extractor creates them, the cache keeps them, and every analysis reads them.
//!
//! A file's facts depend on its bytes, its language and [`EXTRACTOR_VERSION`](crate::EXTRACTOR_VERSION) only.

use crate::language::Language;
use crate::model::{
    BlobId, Comment, FileTests, Function, Halstead, Indentation, LineCounts, ParseStatus, RepoPath,
    SecretFinding, Symbols, TokenStream, TopLevel, Types,
};
use crate::source::Entry;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// One measured file.
#[derive(Debug, Clone, PartialEq)]
pub struct FileRecord {
    /// Where it is in the tree; with its stat and blob, as [`SourceTree::read`](crate::source::SourceTree::read) wants it.
    pub entry: Entry,
    /// Git's id of the bytes that were measured.
    pub blob: BlobId,
    /// Its facts; files of many trees may share them.
    pub data: Arc<FileData>,
    /// Its role in the tests of its tree.
    pub role: FileRole,
}

impl FileRecord {
    /// A file on its own: its role in the tests of a tree depends on the whole tree.
    pub fn new(entry: Entry, blob: BlobId, data: Arc<FileData>) -> Self {
        FileRecord { entry, blob, data, role: FileRole::default() }
    }

    /// The path in the tree.
    pub fn path(&self) -> &RepoPath {
        &self.entry.path
    }

    /// The same file with other sections.
    pub(crate) fn with(&self, data: FileData) -> FileRecord {
        FileRecord { entry: self.entry.clone(), blob: self.blob, data: Arc::new(data), role: self.role }
    }
}

/// The facts of a file with the requested sections. Each part is shared: a version of the file with more or fewer
/// sections copies nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct FileData {
    /// Always there.
    pub facts: Arc<FileFacts>,
    /// See [`FileData::comments`].
    pub comments: Option<Arc<[Comment]>>,
    /// See [`FileData::symbols`].
    pub symbols: Option<Arc<Symbols>>,
    /// See [`FileData::tokens`].
    pub tokens: Option<Arc<TokenStream>>,
    /// See [`FileData::types`].
    pub types: Option<Arc<Types>>,
}

impl FileData {
    /// The comments in order.
    ///
    /// # Panics
    /// When [`Sections::comments`] was not asked for.
    pub fn comments(&self) -> &[Comment] {
        self.comments.as_deref().expect("the analysis asked for the comments section")
    }

    /// Definitions, references, imports.
    ///
    /// # Panics
    /// When [`Sections::symbols`] was not asked for.
    pub fn symbols(&self) -> &Symbols {
        self.symbols.as_deref().expect("the analysis asked for the symbols section")
    }

    /// The token stream.
    ///
    /// # Panics
    /// When [`Sections::tokens`] was not asked for.
    pub fn tokens(&self) -> &TokenStream {
        self.tokens.as_deref().expect("the analysis asked for the tokens section")
    }

    /// Its type information; empty in languages whose types are not inferred.
    ///
    /// # Panics
    /// When [`Sections::types`] was not asked for.
    pub fn types(&self) -> &Types {
        self.types.as_deref().expect("the analysis asked for the types section")
    }
}

impl FileData {
    /// The same with only the given `sections`.
    pub(crate) fn trimmed(self, sections: Sections) -> FileData {
        FileData {
            facts: self.facts,
            comments: self.comments.filter(|_| sections.comments),
            symbols: self.symbols.filter(|_| sections.symbols),
            tokens: self.tokens.filter(|_| sections.tokens),
            types: self.types.filter(|_| sections.types),
        }
    }

    /// The same with the sections of `more` added to its own.
    pub(crate) fn joined(self, more: FileData) -> FileData {
        FileData {
            facts: self.facts,
            comments: self.comments.or(more.comments),
            symbols: self.symbols.or(more.symbols),
            tokens: self.tokens.or(more.tokens),
            types: self.types.or(more.types),
        }
    }
}

/// Which bulky sections to load; sections that are not requested cost nothing on a warm run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sections {
    /// Load comments.
    pub comments: bool,
    /// Load symbols.
    pub symbols: bool,
    /// Load tokens.
    pub tokens: bool,
    /// Load types.
    pub types: bool,
}

impl Sections {
    /// The sections that are in either set.
    pub fn or(self, other: Sections) -> Sections {
        Sections {
            comments: self.comments || other.comments,
            symbols: self.symbols || other.symbols,
            tokens: self.tokens || other.tokens,
            types: self.types || other.types,
        }
    }

    /// The sections of this set that are not in another.
    pub fn without(self, other: Sections) -> Sections {
        Sections {
            comments: self.comments && !other.comments,
            symbols: self.symbols && !other.symbols,
            tokens: self.tokens && !other.tokens,
            types: self.types && !other.types,
        }
    }
}

/// A file's role in the tests of its tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FileRole {
    /// The whole file is test code.
    pub(crate) test: bool,
    /// Test frameworks look for tests in files with this kind of name.
    pub(crate) named: bool,
}

/// The information in one file's bytes, apart from the bulky sections ([`Comment`]s, [`Symbols`], [`TokenStream`]) that
/// are stored next to it and loaded on demand.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FileFacts {
    /// The language the file was read as.
    pub language: Language,
    /// How far the parser got.
    pub parse: ParseStatus,
    /// Lines of the whole file.
    pub lines: LineCounts,
    /// How its lines are indented.
    pub indentation: Indentation,
    /// Operators and operands of the whole file.
    pub halstead: Halstead,
    /// Complexity of the code outside every function.
    pub top_level: TopLevel,
    /// Functions in order of their start; empty for languages without a grammar.
    pub functions: Vec<Function>,
    /// Information about test code beyond its functions.
    pub tests: FileTests,
    /// Credentials found in the bytes; the values themselves are never stored.
    pub secrets: Vec<SecretFinding>,
    /// First line (1-based) of each unresolved merge conflict.
    pub conflict_markers: Vec<u32>,
}

impl FileFacts {
    /// True if functions and complexity were measured: the language has a grammar, and the file fits it at least in part.
    pub fn has_functions(&self) -> bool {
        !matches!(self.parse, ParseStatus::LinesOnly | ParseStatus::Failed { .. })
    }

    /// Why functions and complexity were not measured, if they were not.
    pub fn why_no_functions(&self) -> String {
        let language = self.language.name();
        match self.parse {
            ParseStatus::Failed { .. } => format!("batuta's grammar of {language} does not fit most of it"),
            _ if self.language.has_sections() => "it holds no script that could be read".to_owned(),
            _ => format!("{language} has no grammar here: lines and comments only"),
        }
    }
}
