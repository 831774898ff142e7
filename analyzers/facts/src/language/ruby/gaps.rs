//! What the grammar of Ruby does not know: a here-document in the code of another one.

use crate::language::gaps::{Gaps, Reading};
use bstr::ByteSlice;
use std::ops::Range;

pub(super) fn gaps(source: &[u8], reading: Reading, gaps: &mut Gaps) {
    if reading == Reading::First || !source.contains_str("<<") {
        return;
    }
    let mut line = 0;
    let mut open: Vec<HereDocument> = Vec::new();
    while line < source.len() {
        let end = source[line..].find_byte(b'\n').map_or(source.len(), |at| line + at);
        let text = &source[line..end];
        match open.last() {
            None => {
                open.extend(words(text).into_iter().rev().map(|(_, word)| HereDocument::new(word, false)))
            }
            Some(last) if last.word == text.trim_ascii() => {
                if last.is_inner {
                    gaps.blank(line..end);
                }
                open.pop();
            }
            Some(last) if last.is_inner => gaps.blank(line..end),
            Some(_) => in_text(source, line..end, &mut open, gaps),
        }
        if open.len() > DEEPEST {
            return;
        }
        line = end + 1;
    }
}

/// Here-documents in one another that are followed.
const DEEPEST: usize = 16;

/// An open here-document.
struct HereDocument {
    word: Vec<u8>,
    /// Braces that are open in the code within it.
    braces: usize,
    /// It is in the code of another one.
    is_inner: bool,
}

impl HereDocument {
    fn new(word: Vec<u8>, is_inner: bool) -> Self {
        HereDocument { word, braces: 0, is_inner }
    }
}

/// A line of a here-document's text: another one may begin in its code, and is then a string of blanks.
fn in_text(source: &[u8], line: Range<usize>, open: &mut Vec<HereDocument>, gaps: &mut Gaps) {
    let text = &source[line.clone()];
    let Some(last) = open.last_mut() else { return };
    let in_code = last.braces > 0 || text.contains_str("#{");
    last.braces += text.find_iter("{").count();
    last.braces = last.braces.saturating_sub(text.find_iter("}").count());
    if !in_code {
        return;
    }
    for (range, word) in words(text).into_iter().rev() {
        let (start, end) = (line.start + range.start, line.start + range.end);
        gaps.blank(start..end);
        gaps.put(start, b"\"");
        gaps.put(end - 1, b"\"");
        open.push(HereDocument::new(word, true));
    }
}

/// The here-documents that a line begins: their heads and their words.
fn words(line: &[u8]) -> Vec<(Range<usize>, Vec<u8>)> {
    let mut found = Vec::new();
    for at in line.find_iter("<<") {
        let mut start = at + 2;
        let squiggly = matches!(line.get(start), Some(b'~' | b'-'));
        start += usize::from(squiggly);
        let quote = line.get(start).copied().filter(|b| matches!(b, b'"' | b'\'' | b'`'));
        start += usize::from(quote.is_some());
        let length = line[start.min(line.len())..]
            .iter()
            .take_while(|b| b.is_ascii_alphanumeric() || **b == b'_')
            .count();
        let first = line.get(start).copied().unwrap_or(b' ');
        // `a << B` and `class << self` are no heads.
        let begins = first.is_ascii_uppercase()
            || (squiggly || quote.is_some()) && (first.is_ascii_alphabetic() || first == b'_');
        let closed = quote.is_none_or(|quote| line.get(start + length) == Some(&quote));
        if begins && closed && length > 0 {
            let end = start + length + usize::from(quote.is_some());
            found.push((at..end, line[start..start + length].to_vec()));
        }
    }
    found
}
