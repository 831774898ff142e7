//! Credentials in source text: found by the shape that their issuer gives them, or because a telling name is assigned a
//! literal that looks random. The value itself never leaves this module.
//!
//! One pass of a vectorised multi-string search over the raw bytes finds the anchors (`AKIA`, `ghp_`, `-----BEGIN`,
//! `password`, …); only what surrounds an anchor is looked at more closely. Every closer look ends after a bounded
//! number of bytes or cannot start again inside the same run of characters, so the whole is linear in the input. Bytes
//! that are not UTF-8 are ordinary input.
//!
//! It is meant for a gate that fails a build, so doubt speaks for the text: placeholders, samples from documentation,
//! values read from the environment and values without enough randomness are not reported.

mod assignment;
mod block;
mod dummy;
mod shape;
#[cfg(test)]
mod tests;
mod url;

use crate::model::Span;
use aho_corasick::{AhoCorasick, packed};
use bstr::Finder;
use serde::{Deserialize, Serialize};
use std::ops::Range;
use std::sync::LazyLock;

/// A credential found in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecretFinding {
    /// Which kind, e.g. `aws-access-key-id`; one of [`kinds`].
    pub kind: String,
    /// Where the value stands.
    pub span: Span,
}

/// The most findings [`scan`] lists for one file: past that a longer list helps nobody. [`mask`] has no such limit.
pub const MAX_FINDINGS: usize = 1_000;

/// Finds credentials in `source`, in order of their start, at most [`MAX_FINDINGS`] of them.
pub fn scan(source: &[u8]) -> Vec<SecretFinding> {
    let mut place = Place { byte: 0, line: 1, line_start: 0 };
    find(source, MAX_FINDINGS)
        .into_iter()
        .map_while(|found| {
            let span = place.span(source, found.range)?;
            Some(SecretFinding { kind: found.kind.to_owned(), span })
        })
        .collect()
}

/// `text` with every credential replaced by `[masked: KIND]`, and how many were replaced.
pub fn mask(text: &str) -> (String, usize) {
    let found = find(text.as_bytes(), usize::MAX);
    let mut masked = String::with_capacity(text.len());
    let mut kept = 0;
    for secret in &found {
        // Values begin and end beside ASCII delimiters, so both ends are character boundaries.
        masked.push_str(&text[kept..secret.range.start]);
        masked.push_str("[masked: ");
        masked.push_str(secret.kind);
        masked.push(']');
        kept = secret.range.end;
    }
    masked.push_str(&text[kept..]);
    (masked, found.len())
}

/// Every kind that [`scan`] reports, sorted.
pub fn kinds() -> Vec<&'static str> {
    let mut kinds: Vec<_> = shape::SHAPES.iter().chain([&shape::TWILIO]).map(|shape| shape.kind).collect();
    kinds.extend([block::KIND, url::KIND, assignment::GENERIC, assignment::AWS_SECRET]);
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

/// A credential and the bytes of its value.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Found {
    kind: &'static str,
    range: Range<usize>,
}

/// What an anchor calls for.
#[derive(Clone, Copy)]
enum Check {
    /// A token of a known shape: index into [`shape::SHAPES`].
    Shape(usize),
    /// A private key block.
    Block,
    /// A URL's user information.
    Url,
    /// The end of a telling name.
    Name,
}

/// The anchors, and what each calls for (same index).
struct Anchors {
    search: Search,
    checks: Vec<Check>,
}

/// The multi-string search: vector instructions where the processor has them.
enum Search {
    Packed(packed::Searcher),
    Automaton(AhoCorasick),
}

impl Search {
    /// Pattern index and bytes of the first anchor at or after `from`.
    fn next(&self, source: &[u8], from: usize) -> Option<(usize, Range<usize>)> {
        let found = match self {
            Search::Packed(searcher) => {
                searcher.find_in(source, aho_corasick::Span { start: from, end: source.len() })?
            }
            Search::Automaton(automaton) => automaton.find(aho_corasick::Input::new(source).range(from..))?,
        };
        Some((found.pattern().as_usize(), found.start()..found.end()))
    }
}

static ANCHORS: LazyLock<Anchors> = LazyLock::new(|| {
    let mut texts: Vec<&'static str> = Vec::new();
    let mut checks = Vec::new();
    let mut add = |text, check| {
        texts.push(text);
        checks.push(check);
    };
    for (index, shape) in shape::SHAPES.iter().enumerate() {
        for anchor in shape.anchors() {
            add(anchor, Check::Shape(index));
        }
    }
    add(block::ANCHOR, Check::Block);
    add(url::ANCHOR, Check::Url);
    for ending in assignment::NAME_ENDINGS {
        add(ending, Check::Name);
    }
    let packed = packed::Config::new()
        .match_kind(packed::MatchKind::LeftmostFirst)
        .heuristic_pattern_limits(false)
        .builder()
        .extend(&texts)
        .build();
    let search = match packed {
        Some(searcher) => Search::Packed(searcher),
        None => Search::Automaton(
            AhoCorasick::builder()
                .match_kind(aho_corasick::MatchKind::LeftmostFirst)
                .build(&texts)
                .expect("a few dozen short anchors fit an automaton"),
        ),
    };
    Anchors { search, checks }
});

/// The credentials of `source` in order, at most `limit`, none overlapping another.
fn find(source: &[u8], limit: usize) -> Vec<Found> {
    let anchors = &*ANCHORS;
    let mut found: Vec<Found> = Vec::new();
    let mut from = 0;
    while let Some((pattern, anchor)) = anchors.search.next(source, from) {
        from = anchor.end;
        let hit = match anchors.checks[pattern] {
            Check::Shape(index) => shape::SHAPES[index].find(source, anchor),
            Check::Block => block::find(source, anchor),
            Check::Url => url::find(source, anchor),
            Check::Name => assignment::find(source, anchor),
        };
        let Some(hit) = hit else { continue };
        if hit.kind != assignment::GENERIC {
            // A telling name may be assigned a token of a known shape: then the literal is not skipped.
            from = from.max(hit.range.end);
        }
        if !push(&mut found, hit, limit) {
            break;
        }
    }
    add_twilio(source, &mut found);
    found.truncate(limit);
    found
}

/// Adds the keys of [`shape::TWILIO`] in their places. A name they are assigned to may have found them already: the
/// more telling kind stays.
fn add_twilio(source: &[u8], found: &mut Vec<Found>) {
    static PREFIX: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("SK"));
    let mut from = 0;
    let mut keys = Vec::new();
    while let Some(at) = PREFIX.find(&source[from..]) {
        keys.extend(shape::TWILIO.find(source, from + at..from + at + 2));
        from += at + 2;
    }
    if keys.is_empty() {
        return;
    }
    let overlaps = |secret: &Found| {
        let next = keys.partition_point(|key| key.range.end <= secret.range.start);
        keys.get(next).is_some_and(|key| key.range.start < secret.range.end)
    };
    found.retain(|secret| !overlaps(secret));
    found.append(&mut keys);
    found.sort_by_key(|secret| secret.range.start);
}

/// Adds `hit`, which a more telling one that overlaps it replaces. False when there is no more room.
fn push(found: &mut Vec<Found>, hit: Found, limit: usize) -> bool {
    if let Some(last) = found.last_mut().filter(|last| hit.range.start < last.range.end) {
        if last.kind == assignment::GENERIC && hit.kind != assignment::GENERIC {
            *last = hit;
        }
        return true;
    }
    let room = found.len() < limit;
    if room {
        found.push(hit);
    }
    room
}

/// A position in the source that only moves forward, so that lines are counted once.
struct Place {
    byte: usize,
    line: u32,
    line_start: usize,
}

impl Place {
    /// The span of `range`; `None` past the 4 GB that a span can name.
    fn span(&mut self, source: &[u8], range: Range<usize>) -> Option<Span> {
        self.advance(source, range.start);
        let (start_line, start_column) = (self.line, range.start - self.line_start + 1);
        self.advance(source, range.end - 1);
        Some(Span {
            start_byte: u32::try_from(range.start).ok()?,
            end_byte: u32::try_from(range.end).ok()?,
            start_line,
            end_line: self.line,
            start_column: u32::try_from(start_column).ok()?,
        })
    }

    fn advance(&mut self, source: &[u8], to: usize) {
        for (offset, byte) in source[self.byte..to].iter().enumerate() {
            if *byte == b'\n' {
                self.line += 1;
                self.line_start = self.byte + offset + 1;
            }
        }
        self.byte = to;
    }
}
