//! Macro definitions that compilers accept and the grammars do not.

use super::is_word;
use crate::language::gaps::Gaps;
use bstr::ByteSlice;

/// Checks each `#define`.
pub(super) fn defines(source: &[u8], gaps: &mut Gaps) {
    let mut at = 0;
    while at < source.len() {
        let line = source[at..].find_byte(b'\n').map_or(source.len(), |end| at + end);
        let text = source[at..line].trim_ascii_start();
        let word = text.strip_prefix(b"#").map(<[u8]>::trim_ascii_start);
        at = match word.and_then(|word| word.strip_prefix(b"define")).filter(|rest| starts_apart(rest)) {
            Some(rest) => define(source, line - rest.len(), gaps) + 1,
            None => line + 1,
        };
    }
}

fn starts_apart(rest: &[u8]) -> bool {
    rest.first().is_some_and(u8::is_ascii_whitespace)
}

/// Checks the definition after the word `define`; returns its end.
fn define(source: &[u8], from: usize, gaps: &mut Gaps) -> usize {
    let name = from + source[from..].iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
    let parameters = name + source[name..].iter().take_while(|b| is_word(**b)).count();
    if source.get(parameters) == Some(&b'(') {
        rest_of_parameters(source, parameters, gaps);
    }
    let mut at = parameters;
    while at < source.len() {
        at += match &source[at..] {
            [b'\n', ..] => return at,
            [b'\\', b'\r', b'\n', ..] => 3,
            [b'\\', _, ..] => 2,
            [b'/', b'/', ..] => return source[at..].find_byte(b'\n').map_or(source.len(), |end| at + end),
            [b'/', b'*', rest @ ..] => {
                let Some(length) = rest.find(b"*/").map(|end| end + 4) else { return source.len() };
                comment(source, at, length, gaps);
                length
            }
            [quote @ (b'"' | b'\''), rest @ ..] => {
                1 + rest.iter().position(|b| b == quote || matches!(b, b'\\' | b'\n')).map_or(
                    rest.len(),
                    |end| {
                        if rest[end] == *quote { end + 1 } else { end }
                    },
                )
            }
            _ => 1,
        };
    }
    source.len()
}

/// A comment within a definition: for the grammar the definition ends there.
fn comment(source: &[u8], at: usize, length: usize, gaps: &mut Gaps) {
    let text = &source[at..at + length];
    let behind = source[at + length..].iter().find(|b| !matches!(b, b' ' | b'\t' | b'\r'));
    let lines = text.find_iter(b"\n").count();
    let joined = text.find_iter(b"\\\n").count() + text.find_iter(b"\\\r\n").count();
    if behind.is_none_or(|b| *b == b'\n') || lines != joined {
        return;
    }
    let mut start = at;
    for line in text.lines_with_terminator() {
        // Keep the backslash that continues the line.
        let joins = line.ends_with(b"\n");
        let shown = line.trim_end().strip_suffix(b"\\").filter(|_| joins).unwrap_or(line);
        gaps.blank(start..start + shown.len());
        start += line.len();
    }
}

/// Longest parameter list that is looked at, in bytes.
const LONGEST_PARAMETERS: usize = 1_000;

/// `#define F(a, rest...)` of GNU C: leaves out the name before the dots.
fn rest_of_parameters(source: &[u8], opener: usize, gaps: &mut Gaps) {
    let window = &source[opener..source.len().min(opener + LONGEST_PARAMETERS)];
    let Some(end) = window.iter().position(|b| matches!(b, b')' | b'\n')) else { return };
    let Some(points) = window[..end].find(b"...") else { return };
    let name = window[..points].iter().rev().take_while(|b| is_word(**b)).count();
    gaps.blank(opener + points - name..opener + points);
}
