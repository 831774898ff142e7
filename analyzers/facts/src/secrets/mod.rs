//! Credentials in source text: found by the shape that their issuer gives them, or because a random-looking literal is
//! assigned to a telling name. The value itself never leaves this module.
//!
//! One pass of an automaton over the raw bytes finds the anchors (`AKIA`, `ghp_`, `-----BEGIN`, `password`, …); only
//! what surrounds an anchor is looked at more closely. Every closer look ends after a bounded number of bytes or cannot
//! start again inside the same run of characters, so the whole is linear in the input. Bytes that are not UTF-8 are
//! ordinary input. It is meant for a gate that fails a build, so doubtful text is not reported: placeholders, samples
//! from documentation, values read from the environment and values without enough randomness are not reported.

mod anchors;
mod assignment;
mod block;
mod command;
mod dummy;
mod encoded;
mod header;
mod layout;
mod names;
mod phrase;
mod randomness;
#[cfg(test)]
mod recall;
mod shape;
#[cfg(test)]
mod tests;
mod url;
mod value;

use crate::language::{Detection, Language, detect};
use crate::model::{RepoPath, SecretFinding, Span};
use anchors::{ANCHORS, Check};
use std::ops::Range;

/// How a text assigns values to names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Text {
    /// Values are in quotes; an unquoted value is an expression.
    Code,
    /// Values may be unquoted: settings, shell scripts, files of unknown language.
    Settings,
}

impl Text {
    /// How files of a language assign values to names; files of unknown language count as settings (`.env.local`,
    /// `.netrc`).
    pub fn of(language: Option<Language>) -> Text {
        let Some(language) = language else { return Text::Settings };
        let settings = [
            "bash",
            "batch",
            "dockerfile",
            "hcl",
            "ini",
            "json",
            "makefile",
            "powershell",
            "properties",
            "text",
            "toml",
            "xml",
            "yaml",
        ];
        if settings.contains(&language.spec().id) { Text::Settings } else { Text::Code }
    }
}

impl Text {
    /// Like [`Text::of`], but by a file's path and bytes.
    pub fn of_file(path: &RepoPath, bytes: &[u8]) -> Text {
        match detect(path, Some(bytes)) {
            Detection::Known(language) => Text::of(Some(language)),
            Detection::NeedsContent | Detection::Unknown => Text::of(None),
        }
    }
}

/// The most findings that [`scan`] lists for one file; a longer list would not help anybody. A caller that lets a file
/// pass because all its findings are allowed must still reject it at this number, as there may be more. [`mask`] has
/// no limit.
pub const MAX_FINDINGS: usize = 1_000;

/// Finds credentials in `source`, in order of their start, at most [`MAX_FINDINGS`] of them.
pub fn scan(source: &[u8], text: Text) -> Vec<SecretFinding> {
    let mut place = Place { byte: 0, line: 1, line_start: 0 };
    let mut found = find(source, text);
    found.truncate(MAX_FINDINGS);
    found
        .into_iter()
        .map_while(|found| {
            let span = place.span(source, found.range)?;
            Some(SecretFinding { kind: found.kind.to_owned(), span })
        })
        .collect()
}

/// `text` with every credential replaced by `[masked: KIND]`, and how many were replaced.
pub fn mask(text: &str, kind: Text) -> (String, usize) {
    let found = find(text.as_bytes(), kind);
    let mut masked = String::with_capacity(text.len());
    let mut kept = 0;
    for secret in &found {
        // Values begin and end next to ASCII delimiters, so both ends are character boundaries.
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
    let mut kinds: Vec<_> = shape::SHAPES.iter().map(|shape| shape.kind).collect();
    kinds.extend([block::KIND, url::KIND, url::PGPASS, header::KIND, command::KIND]);
    kinds.extend([assignment::GENERIC, assignment::AWS_SECRET, assignment::HEROKU]);
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

/// The credentials of `source` in order, without overlaps.
fn find(source: &[u8], text: Text) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    // Anchors inside a credential that was already found add nothing, and each name is checked only once.
    let (mut past, mut past_name) = (0, 0);
    ANCHORS.each(source, |check, range| {
        let hit = match check {
            Check::Shape(..) | Check::Other(_) if range.start < past => None,
            Check::Shape(index, prefix) if &source[range.clone()] == prefix.as_bytes() => {
                shape::SHAPES[index].find(source, range)
            }
            Check::Shape(..) => None,
            Check::Other(find) => find(source, &range),
            Check::Command => command::find(source, &range, text),
            Check::Name if range.start < past_name => None,
            Check::Name => {
                let (name_end, hit) = assignment::find(source, &range, text);
                past_name = name_end;
                hit
            }
        };
        let Some(hit) = hit else { return };
        if rank(hit.kind) == 0 {
            past = past.max(hit.range.end);
        }
        found.push(hit);
    });
    without_overlaps(found)
}

/// 0 for the kinds that say most about the credential, higher for less specific ones.
fn rank(kind: &str) -> u8 {
    match kind {
        assignment::GENERIC => 2,
        header::KIND | command::KIND => 1,
        _ => 0,
    }
}

/// Of overlapping credentials, keeps the one of the more specific kind, else the first.
fn without_overlaps(mut found: Vec<Found>) -> Vec<Found> {
    found.sort_by_key(|found| (found.range.start, rank(found.kind), std::cmp::Reverse(found.range.end)));
    let mut apart: Vec<Found> = Vec::with_capacity(found.len());
    for hit in found {
        match apart.last_mut().filter(|last| hit.range.start < last.range.end) {
            Some(last) if rank(last.kind) > rank(hit.kind) => *last = hit,
            Some(_) => {}
            None => apart.push(hit),
        }
    }
    apart
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
