//! What the grammar of Rust does not know: several attributes of one parameter, the qualifiers of extern blocks (2024).

use crate::language::gaps::{Gaps, Reading};
use bstr::ByteSlice;
use std::ops::Range;

pub(super) fn gaps(source: &[u8], reading: Reading, gaps: &mut Gaps) {
    if reading == Reading::First {
        return;
    }
    for at in source.find_iter("safe") {
        qualifier(source, at, gaps);
    }
    let mut done = 0;
    for at in source.find_iter("#[") {
        if at >= done {
            done = attributes(source, at, gaps);
        }
    }
}

/// `safe fn f();`, `safe static A: B;` and `unsafe static A: B;` in an extern block.
fn qualifier(source: &[u8], at: usize, gaps: &mut Gaps) {
    let end = at + 4;
    let next = source[end..].trim_ascii_start();
    let is_static = next.starts_with(b"static ");
    let start = if source[..at].ends_with(b"un") { at - 2 } else { at };
    let before = source[..start].trim_ascii_end();
    let begins = before.ends_with(b"pub") || before.last().is_some_and(|last| b"{};)]".contains(last));
    let apart = before.len() < start && next.len() < source.len() - end;
    if apart && begins && (is_static || start == at && next.starts_with(b"fn ")) {
        gaps.blank(start..end);
    }
}

/// Attributes of a parameter: all but the last are left out. Gives back where they end.
fn attributes(source: &[u8], at: usize, gaps: &mut Gaps) -> usize {
    let opens = source[..at].trim_ascii_end().last().is_some_and(|last| matches!(last, b'(' | b','));
    let mut end = at;
    let mut last: Option<Range<usize>> = None;
    while source[end..].starts_with(b"#[") {
        let Some(length) = attribute(&source[end..]) else { return end + LONGEST };
        if let Some(before) = last.replace(end..end + length).filter(|_| opens) {
            gaps.blank(before);
        }
        end += length;
        end += source[end..].iter().take_while(|b| b.is_ascii_whitespace()).count();
    }
    end
}

/// Longest attribute that is looked through.
const LONGEST: usize = 4096;

/// How long the attribute is that `text` begins with.
fn attribute(text: &[u8]) -> Option<usize> {
    let (mut depth, mut quoted, mut at) = (0u32, false, 1);
    while at < text.len().min(LONGEST) {
        match text[at] {
            b'\\' => at += 1,
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b'[' => depth += 1,
            b']' if depth == 1 => return Some(at + 1),
            b']' => depth -= 1,
            _ => {}
        }
        at += 1;
    }
    None
}
