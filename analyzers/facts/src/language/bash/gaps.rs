//! Syntax missing from the Bash grammar: a loop over the arguments with `do` on the line of its head.

use crate::language::gaps::{Gaps, Reading};
use bstr::ByteSlice;

pub(super) fn gaps(source: &[u8], reading: Reading, gaps: &mut Gaps) {
    if reading == Reading::First {
        return;
    }
    for at in source.find_iter("for") {
        if begins_command(source, at) {
            head(source, at + 3, gaps);
        }
    }
}

/// `for a do` and `for a in; do` (POSIX.1-2024, 2.10.2): inserts a semicolon before `do`, and leaves out an `in`
/// without words.
fn head(source: &[u8], at: usize, gaps: &mut Gaps) {
    let name = at + blanks(source, at);
    let end = name + source[name..].iter().take(LONGEST_NAME).take_while(|b| is_word(**b)).count();
    let next = end + blanks(source, end);
    if name == at || end == name || next == end {
        return;
    }
    if is_keyword(source, next, b"do") {
        gaps.put(next - 1, b";");
    } else if is_keyword(source, next, b"in") {
        let behind = next + 2 + blanks(source, next + 2);
        if matches!(source.get(behind), Some(b';' | b'\n' | b'\r')) {
            gaps.blank(next..next + 2);
        }
    }
}

/// The longest variable name, and the most blanks between words, that are read.
const LONGEST_NAME: usize = 256;

fn blanks(source: &[u8], at: usize) -> usize {
    source[at..].iter().take(LONGEST_NAME).take_while(|b| matches!(b, b' ' | b'\t')).count()
}

fn is_keyword(source: &[u8], at: usize, word: &[u8]) -> bool {
    source[at..].starts_with(word) && source.get(at + word.len()).is_none_or(|next| !is_word(*next))
}

/// True if a command may begin: at the start of a line, after a sign that ends a command, or after a word that takes
/// one.
fn begins_command(source: &[u8], at: usize) -> bool {
    let blanks =
        source[..at].iter().rev().take(LONGEST_NAME).take_while(|b| matches!(b, b' ' | b'\t')).count();
    let before = &source[..at - blanks];
    let Some(last) = before.last() else { return true };
    let word = ["do", "then", "else"].iter().any(|word| before.ends_with(word.as_bytes()));
    matches!(last, b'\n' | b'\r' | b';' | b'&' | b'|' | b'(' | b'{' | b'!') || blanks > 0 && word
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}
