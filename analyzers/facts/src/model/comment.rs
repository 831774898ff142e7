use super::Span;
use serde::{Deserialize, Serialize};

/// One comment as the parser (or, for languages without a grammar, the lexical scanner) sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comment {
    /// Where it is, delimiters included.
    pub span: Span,
    /// Line, block or documentation.
    pub kind: CommentKind,
    /// True if there is code before it on its first line.
    pub trailing: bool,
    /// The comment with its delimiters; bytes that are not UTF-8 are replaced by U+FFFD.
    pub text: String,
}

/// How a comment is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CommentKind {
    /// To the end of the line.
    Line,
    /// Between delimiters.
    Block,
    /// A documentation comment of the language, line or block.
    Doc,
}
