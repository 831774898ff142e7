//! What the facts of a file consist of: places, functions and their figures, comments, symbols, tokens, types. All of it is plain data.

mod code;
mod comment;
mod function;
mod metrics;
mod path;
mod position;
mod secret;
mod symbols;
mod tokens;
mod types;

pub use code::{Code, CodeReader, Op, PathLevel, Prefix, write_number};
pub use comment::{Comment, CommentKind};
pub use function::{Function, FunctionKind, TestMark};
pub use metrics::{Abc, Decisions, Halstead, Indentation, LineCounts, maintainability_index};
pub use path::{BlobId, RepoPath};
pub use position::Span;
pub use secret::SecretFinding;
pub use symbols::{Definition, DefinitionKind, Import, Reference, Symbols, Visibility};
pub use tokens::{Token, TokenStream};
pub use types::{
    Alias, Contents, Declarations, DeclaredType, FunctionResult, MAX_TYPE_PARTS, NameId, NameTable,
    TypeDeclaration, TypeId, Types, UNKNOWN_TYPE, WrittenType,
};

use serde::{Deserialize, Serialize};

/// What a file says about test code, apart from what its functions say about themselves.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileTests {
    /// All of it is compiled for tests only (Rust's `#![cfg(test)]`).
    pub whole: bool,
    /// Modules in files of their own that it declares for tests only (Rust's `#[cfg(test)] mod name;`): their names with
    /// those of the modules around them, joined by `/`, or the path that an attribute gives, which ends in `.rs`.
    pub modules: Vec<String>,
    /// It imports a test framework.
    pub framework: bool,
    /// File name patterns (shell style) with which it tells pytest where to look for tests (`python_files`).
    pub pytest_files: Vec<String>,
}

/// Complexity of the statements that are outside every function (scripts, module initialisers).
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
    /// At least half of the bytes were skipped, and no definition was found in the rest. Only lines are measured; all
    /// non-blank lines count as source.
    Failed {
        /// Number of error and missing nodes.
        errors: u32,
        /// Line of the first of them, 1-based.
        first_line: u32,
    },
    /// The language has no grammar here, or the document has no script: only lines and comments are measured.
    LinesOnly,
}
