use serde::{Deserialize, Serialize};
use std::ops::Range;

/// The file's tokens in order, comments and white space left out: the input of clone detection.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenStream {
    /// Hash (xxh3, 64 bits) of each distinct spelling of a name or literal; [`Token::text`] points here.
    pub texts: Vec<u64>,
    /// The tokens.
    pub tokens: Vec<Token>,
    /// Positions in [`TokenStream::tokens`] of the statements that only import something or name the package, in order
    /// of their ends.
    pub imports: Vec<Range<u32>>,
}

/// One token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Token {
    /// The grammar's node kind; names, numbers and strings differ in kind, each keyword and operator has its own.
    pub kind: u16,
    /// 0 if the kind alone identifies the token, else 1 + an index into [`TokenStream::texts`].
    pub text: u32,
    /// Lines since the previous token's line (the first token counts from line 1).
    pub line_delta: u32,
}
