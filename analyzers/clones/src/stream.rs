//! A file's tokens in the form that clone detection compares.

use crate::mixing::mix;
use crate::symbols::{self, Kind, Role};
use crate::{LineRange, LineShare};
use facts::repo::FileRecord;
use std::ops::Range;

/// How two tokens are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Likeness {
    /// By kind and spelling.
    Exact,
    /// Names by the distance to their previous occurrence, literals by their kind, everything else exactly.
    Renamed,
}

/// The compared tokens of one file, without imports.
#[derive(Debug, Clone)]
pub struct Stream {
    /// Index of the file.
    pub file: u32,
    /// Files of different families are never compared.
    pub family: u8,
    /// The tokens in order.
    pub tokens: Vec<Symbol>,
    /// Token ranges of the functions, in order of their start, the outer one first.
    pub functions: Vec<Extent>,
    /// For each function, the index of the enclosing one.
    pub enclosing: Vec<Option<u32>>,
}

/// One token.
#[derive(Debug, Clone, Copy)]
pub struct Symbol {
    /// Hash of kind and spelling.
    pub exact: u64,
    /// Kind within the family.
    pub kind: u16,
    /// Tokens back to the same name; 0 if there is none within 65,535 tokens, and for tokens that are not names.
    pub back: u16,
    /// Line from 1, and role: packed into one number, because half of the time goes into moving tokens through the
    /// caches.
    line_and_role: u32,
}

/// A range of a stream's tokens, the end exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Extent {
    /// First token.
    pub start: u32,
    /// One past the last.
    pub end: u32,
}

impl Extent {
    /// Number of tokens.
    pub fn len(self) -> u32 {
        self.end - self.start
    }

    /// True if `other` is entirely inside.
    pub fn contains(self, other: Extent) -> bool {
        self.start <= other.start && other.end <= self.end
    }
}

/// Bits for a [`Role`]. The rest is for lines: 2²⁹ is more than a file may have bytes.
const ROLE_BITS: u32 = 3;

impl Symbol {
    /// A token without an earlier occurrence of its name.
    pub fn new(exact: u64, kind: Kind, line: u32) -> Symbol {
        let line_and_role = line << ROLE_BITS | kind.role as u32;
        Symbol { exact, kind: kind.code, back: 0, line_and_role }
    }

    /// Line from 1.
    pub fn line(&self) -> u32 {
        self.line_and_role >> ROLE_BITS
    }

    /// The role of the token.
    pub fn role(&self) -> Role {
        Role::ALL[(self.line_and_role & ((1 << ROLE_BITS) - 1)) as usize]
    }

    /// True if this token, `offset` tokens into its fragment, is like `other` at the same offset of another fragment.
    pub fn is_like(&self, other: &Symbol, offset: u32, likeness: Likeness, reach: u32) -> bool {
        match likeness {
            Likeness::Exact => self.exact == other.exact,
            Likeness::Renamed => {
                self.kind == other.kind && self.back_within(offset, reach) == other.back_within(offset, reach)
            }
        }
    }

    /// Tokens back to the same name if that is inside the fragment and less than `reach` tokens back, else 0.
    pub fn back_within(&self, offset: u32, reach: u32) -> u16 {
        let back = u32::from(self.back);
        if back <= offset && back < reach { self.back } else { 0 }
    }
}

impl Stream {
    /// The stream of a file; `None` if its language has no grammar.
    pub fn of(index: usize, record: &FileRecord) -> Option<Stream> {
        let kinds = symbols::of(record.data.facts.language)?;
        let stream = record.data.tokens();
        let mut line = 1;
        let mut tokens = Vec::with_capacity(stream.tokens.len());
        let mut texts = Vec::with_capacity(stream.tokens.len());
        for token in &stream.tokens {
            line += token.line_delta;
            let kind = kinds.kind(token.kind);
            let text = token.text.checked_sub(1).and_then(|text| stream.texts.get(text as usize));
            let exact = mix(u64::from(kind.code) ^ text.copied().unwrap_or_default());
            texts.push(if kind.role == Role::Name { token.text } else { 0 });
            tokens.push(Symbol::new(exact, kind, line));
        }
        leave_imports_out(&mut tokens, &mut texts, &stream.imports);
        let mut last: Vec<u32> = vec![u32::MAX; stream.texts.len() + 1];
        for (place, (token, text)) in tokens.iter_mut().zip(&texts).enumerate() {
            if *text == 0 {
                continue;
            }
            let before = std::mem::replace(&mut last[*text as usize], place as u32);
            if before != u32::MAX {
                token.back = u16::try_from(place as u32 - before).unwrap_or(0);
            }
        }
        let functions = functions(record, &tokens);
        let enclosing = enclosing(&functions);
        Some(Stream { file: index as u32, family: kinds.family, tokens, functions, enclosing })
    }

    /// Counts the lines with tokens that are in the given disjoint, sorted ranges.
    pub fn share(&self, duplicated: &[LineRange]) -> LineShare {
        let mut share = LineShare::default();
        let mut ranges = duplicated.iter().peekable();
        for tokens in self.tokens.chunk_by(|a, b| a.line() == b.line()) {
            let line = tokens[0].line();
            while ranges.next_if(|range| range.last < line).is_some() {}
            share.compared += 1;
            share.duplicated += u64::from(ranges.peek().is_some_and(|range| range.first <= line));
        }
        share
    }
}

/// Removes the tokens of imports: lists of imports are similar without being copied. Ranges are sorted by their ends;
/// nested ranges come before the outer one.
fn leave_imports_out(tokens: &mut Vec<Symbol>, texts: &mut Vec<u32>, imports: &[Range<u32>]) {
    let mut outer: Vec<Range<usize>> = Vec::with_capacity(imports.len());
    for range in imports.iter().filter(|range| range.end as usize <= tokens.len()) {
        let range = range.start as usize..range.end as usize;
        while outer.pop_if(|last| last.start >= range.start).is_some() {}
        outer.push(range);
    }
    let (mut kept, mut place) = (0, 0);
    for range in outer.into_iter().chain(std::iter::once(tokens.len()..tokens.len())) {
        tokens.copy_within(place..range.start, kept);
        texts.copy_within(place..range.start, kept);
        kept += range.start - place;
        place = range.end;
    }
    tokens.truncate(kept);
    texts.truncate(kept);
}

fn functions(record: &FileRecord, tokens: &[Symbol]) -> Vec<Extent> {
    let mut functions: Vec<Extent> = record
        .data
        .facts
        .functions
        .iter()
        .map(|function| {
            let start = tokens.partition_point(|token| token.line() < function.span.start_line) as u32;
            let end = tokens.partition_point(|token| token.line() <= function.span.end_line) as u32;
            Extent { start, end }
        })
        .filter(|extent| extent.end > extent.start)
        .collect();
    functions.sort_by_key(|extent| (extent.start, std::cmp::Reverse(extent.end)));
    functions.dedup();
    functions
}

/// For each function, the innermost earlier one that has not ended when it begins.
fn enclosing(functions: &[Extent]) -> Vec<Option<u32>> {
    let mut open: Vec<u32> = Vec::new();
    let mut enclosing = Vec::with_capacity(functions.len());
    for (place, function) in functions.iter().enumerate() {
        while open.last().is_some_and(|last| functions[*last as usize].end <= function.start) {
            open.pop();
        }
        enclosing.push(open.last().copied());
        open.push(place as u32);
    }
    enclosing
}
