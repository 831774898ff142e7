//! The facts of one file: what the extractor stores and every analysis reads.
//!
//! All of it is plain data. A file's facts depend on its bytes and on
//! [`EXTRACTOR_VERSION`](crate::EXTRACTOR_VERSION) only.

mod comment;
mod function;
mod metrics;
mod path;
mod position;
mod symbols;
mod tokens;

pub use comment::{Comment, CommentKind};
pub use function::{Function, FunctionKind, TestMark};
pub use metrics::{Abc, Decisions, Halstead, Indentation, LineCounts, maintainability_index};
pub use path::{BlobId, RepoPath};
pub use position::Span;
pub use symbols::{Definition, DefinitionKind, Import, Reference, Symbols, Visibility};
pub use tokens::{Token, TokenStream};

use crate::language::Language;
use crate::secrets::SecretFinding;
use serde::{Deserialize, Serialize};

/// What one file's bytes say, apart from the bulky sections ([`Comment`]s, [`Symbols`], [`TokenStream`]) that are stored
/// beside it and loaded on demand.
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
    /// What it says of test code besides its functions.
    pub tests: FileTests,
    /// Credentials found in the bytes; the values themselves are never stored.
    pub secrets: Vec<SecretFinding>,
    /// First line (1-based) of each unresolved merge conflict.
    pub conflict_markers: Vec<u32>,
}

/// What a file says of test code, apart from what its functions say of themselves.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileTests {
    /// All of it is compiled for tests only (Rust's `#![cfg(test)]`).
    pub whole: bool,
    /// Modules in files of their own that it declares for tests only (Rust's `#[cfg(test)] mod name;`): their names with
    /// those of the modules around them, joined by `/`, or the path that an attribute gives, which ends in `.rs`.
    pub modules: Vec<String>,
}

/// Complexity of the statements that stand outside every function (scripts, module initialisers).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TopLevel {
    /// Decision points by kind.
    pub decisions: Decisions,
    /// Cognitive complexity.
    pub cognitive: u32,
    /// Depth of the deepest nested control structure.
    pub nesting: u16,
}

/// How far the parser got with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ParseStatus {
    /// The whole file fits the grammar.
    Complete,
    /// The parser had to skip or invent text; figures hold for the rest.
    Partial {
        /// Number of error and missing nodes.
        errors: u32,
        /// Line of the first of them, 1-based.
        first_line: u32,
        /// Bytes inside error nodes.
        skipped_bytes: u32,
    },
    /// At least half of the bytes were skipped, and no definition was found in the rest: lines are measured, nothing else, and
    /// all that are not blank are source.
    Failed {
        /// Number of error and missing nodes.
        errors: u32,
        /// Line of the first of them, 1-based.
        first_line: u32,
    },
    /// The language has no grammar here, or the document no script: lines and comments are measured, nothing else.
    LinesOnly,
}

impl FileFacts {
    /// True where functions and complexity were measured: the language has a grammar, and the file fits it at least in part.
    pub fn has_functions(&self) -> bool {
        !matches!(self.parse, ParseStatus::LinesOnly | ParseStatus::Failed { .. })
    }

    /// Why functions and complexity were not measured, where they were not.
    pub fn why_no_functions(&self) -> String {
        let language = self.language.name();
        match self.parse {
            ParseStatus::Failed { .. } => format!("batuta's grammar of {language} does not fit most of it"),
            _ if self.language.has_sections() => "it holds no script that could be read".to_owned(),
            _ => format!("{language} has no grammar here: lines and comments only"),
        }
    }
}
