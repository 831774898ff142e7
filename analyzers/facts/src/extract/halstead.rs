//! The tokens of a file: operators and operands for Halstead's figures, and the stream that clone detection reads.

use crate::hash::HashMap;
use crate::model::{Halstead, Token, TokenStream};
use xxhash_rust::xxh3::xxh3_64;

/// What a token counts as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenClass {
    Operator,
    Operand,
    /// A closing bracket: its opening one was counted.
    Closer,
}

#[derive(Debug, Clone, Copy)]
struct RawToken {
    kind: u16,
    class: TokenClass,
    /// Index into `texts` for operands.
    text: u32,
    line: u32,
}

/// Collects tokens in order; operand spellings are interned.
#[derive(Default)]
pub(super) struct Tokens<'t> {
    tokens: Vec<RawToken>,
    texts: Vec<&'t [u8]>,
    by_text: HashMap<&'t [u8], u32>,
}

impl<'t> Tokens<'t> {
    /// Room for the tokens of a file of this many bytes.
    pub fn for_bytes(bytes: usize) -> Self {
        Tokens { tokens: Vec::with_capacity(bytes / 5), ..Tokens::default() }
    }

    /// Number of tokens so far: the position of the next one.
    pub fn position(&self) -> usize {
        self.tokens.len()
    }

    /// Adds an operator or a closing bracket.
    pub fn sign(&mut self, kind: u16, class: TokenClass, line: u32) {
        self.tokens.push(RawToken { kind, class, text: 0, line });
    }

    /// Adds an operator or keyword that is known by its spelling alone; returns its number among the node kinds, which
    /// is above the numbers of any grammar and the same in every file.
    pub fn named_sign(&mut self, text: &[u8], line: u32) -> u16 {
        let kind = 0x8000 | (xxh3_64(text) & 0x3FFF) as u16;
        self.sign(kind, TokenClass::Operator, line);
        kind
    }

    /// The number of a spelling.
    pub fn intern(&mut self, text: &'t [u8]) -> u32 {
        let next = self.texts.len() as u32;
        let id = *self.by_text.entry(text).or_insert(next);
        if id == next {
            self.texts.push(text);
        }
        id
    }

    /// Adds an operand; returns the number of its spelling.
    pub fn operand(&mut self, kind: u16, text: &'t [u8], line: u32) -> u32 {
        let id = self.intern(text);
        self.tokens.push(RawToken { kind, class: TokenClass::Operand, text: id, line });
        id
    }

    /// The spelling with that number.
    pub fn text(&self, id: u32) -> &'t [u8] {
        self.texts[id as usize]
    }

    /// Halstead counts of each given range of token positions.
    pub fn halstead(&self, ranges: &[std::ops::Range<usize>]) -> Vec<Halstead> {
        let kinds = self.tokens.iter().map(|token| token.kind as usize + 1).max().unwrap_or(0);
        let mut seen_operator = vec![u32::MAX; kinds];
        let mut seen_operand = vec![u32::MAX; self.texts.len()];
        let mut stamp = 0;
        let count = |range: &std::ops::Range<usize>| {
            let mut counts = Halstead::default();
            for token in &self.tokens[range.clone()] {
                let (total, distinct, seen) = match token.class {
                    TokenClass::Closer => continue,
                    TokenClass::Operator => (
                        &mut counts.total_operators,
                        &mut counts.distinct_operators,
                        &mut seen_operator[token.kind as usize],
                    ),
                    TokenClass::Operand => (
                        &mut counts.total_operands,
                        &mut counts.distinct_operands,
                        &mut seen_operand[token.text as usize],
                    ),
                };
                *total += 1;
                if *seen != stamp {
                    *seen = stamp;
                    *distinct += 1;
                }
            }
            stamp += 1;
            counts
        };
        ranges.iter().map(count).collect()
    }

    /// The stream in its stored form, with the positions of the import statements.
    pub fn into_stream(self, imports: Vec<std::ops::Range<u32>>) -> TokenStream {
        let mut line = 1;
        let tokens = self.tokens.iter().map(|token| {
            let line_delta = token.line - line;
            line = token.line;
            let text = if token.class == TokenClass::Operand { token.text + 1 } else { 0 };
            Token { kind: token.kind, text, line_delta }
        });
        let texts = self.texts.iter().map(|text| xxh3_64(text)).collect();
        TokenStream { tokens: tokens.collect(), texts, imports }
    }
}
