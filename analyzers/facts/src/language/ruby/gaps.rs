//! What the grammar of Ruby does not know: a here-document in the code of another one.

use crate::language::gaps::{Gaps, Reading};
use bstr::ByteSlice;

pub(super) fn gaps(source: &[u8], reading: Reading, gaps: &mut Gaps) {
    if reading == Reading::First || !source.contains_str("<<") {
        return;
    }
    let mut line = 0;
    // Closing words of the texts that are open, outermost first, and the depth of braces in the code of each.
    let mut open: Vec<(Vec<u8>, usize)> = Vec::new();
    while line < source.len() {
        let end = source[line..].find_byte(b'\n').map_or(source.len(), |at| line + at);
        let text = &source[line..end];
        match open.last().map(|(word, _)| word.as_slice() == text.trim_ascii()) {
            Some(true) => {
                if open.len() > 1 {
                    gaps.blank(line..end);
                }
                open.pop();
            }
            Some(false) => in_text(source, line..end, &mut open, gaps),
            None => open.extend(words(text).into_iter().rev().map(|(_, word)| (word, 0))),
        }
        if open.len() > DEEPEST {
            return;
        }
        line = end + 1;
    }
}

/// Here-documents in one another that are followed.
const DEEPEST: usize = 16;

/// A line of a here-document's text: another one may begin in its code, and is then a string of blanks.
fn in_text(source: &[u8], line: std::ops::Range<usize>, open: &mut Vec<(Vec<u8>, usize)>, gaps: &mut Gaps) {
    let text = &source[line.clone()];
    let nested = open.len() > 1;
    let Some((_, depth)) = open.last_mut() else { return };
    let in_code = *depth > 0 || text.contains_str("#{");
    *depth += text.find_iter("{").count();
    *depth = depth.saturating_sub(text.find_iter("}").count());
    if nested {
        gaps.blank(line);
        return;
    }
    if !in_code {
        return;
    }
    for (range, word) in words(text).into_iter().rev() {
        let (start, end) = (line.start + range.start, line.start + range.end);
        gaps.blank(start..end);
        gaps.put(start, b"\"");
        gaps.put(end - 1, b"\"");
        open.push((word, 0));
    }
}

/// The here-documents that a line begins: their heads and their words.
fn words(line: &[u8]) -> Vec<(std::ops::Range<usize>, Vec<u8>)> {
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
