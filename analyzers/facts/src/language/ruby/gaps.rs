//! Syntax missing from the Ruby grammar: a here-document in the code of another one, and a command as the value of an
//! endless method.

use crate::language::gaps::{Gaps, Reading};
use bstr::ByteSlice;
use std::ops::Range;

pub(super) fn gaps(source: &[u8], reading: Reading, gaps: &mut Gaps) {
    if reading == Reading::First {
        return;
    }
    commands(source, gaps);
    if source.contains_str("<<") {
        here_documents(source, gaps);
    }
}

/// `def name = command argument`: the grammar expects brackets around the arguments. The brackets replace them, because
/// the line has no room for a closing bracket.
fn commands(source: &[u8], gaps: &mut Gaps) {
    let mut start = 0;
    for line in source.split_inclusive(|b| *b == b'\n') {
        if let Some(arguments) = arguments_of_command(line) {
            let (first, end) = (start + arguments.start, start + arguments.end);
            gaps.blank(first..end);
            gaps.put(first - 1, b"(");
            gaps.put(end - 1, b")");
        }
        start += line.len();
    }
}

/// Words that are not the name of a command, nor the beginning of an argument.
const KEYWORDS: &[&[u8]] = &[
    b"if",
    b"unless",
    b"while",
    b"until",
    b"case",
    b"for",
    b"begin",
    b"return",
    b"yield",
    b"super",
    b"not",
    b"and",
    b"or",
    b"in",
    b"do",
    b"then",
    b"rescue",
    b"def",
    b"class",
    b"module",
    b"alias",
    b"undef",
    b"break",
    b"next",
    b"defined?",
];
/// Text in arguments that are more than plain values.
const NOT_PLAIN: &[&str] = &[
    "#", "{", "|", "?", "&&", ";", "\\", "<<", "->", " do ", " if ", " unless ", " while ", " until ",
    " rescue ", " and ", " or ", " case ", " begin ", " in ",
];

/// The arguments in `def name = command argument, argument`, if they are plain values.
fn arguments_of_command(line: &[u8]) -> Option<Range<usize>> {
    let text = line.trim_ascii_end();
    let definition = text.find("def ").filter(|at| *at == 0 || matches!(text[*at - 1], b' ' | b'\t'))?;
    let is_before = |b: &u8| b.is_ascii_alphabetic() || matches!(b, b'_' | b' ' | b'\t');
    if !text[..definition].iter().all(is_before) {
        return None;
    }
    let mut at = definition + "def ".len();
    at += names(&text[at..]);
    at += parameters(&text[at..])?;
    let value = text[at..].strip_prefix(b" = ")?;
    let command = &value[..names(value)];
    let arguments = value[command.len()..].strip_prefix(b" ")?;
    let calls = command.first().is_some_and(|b| b.is_ascii_alphabetic() || matches!(b, b'_' | b'@'));
    let first = text.len() - arguments.len();
    (calls && !KEYWORDS.contains(&command) && are_plain(arguments)).then_some(first..text.len())
}

/// True for values, separated by commas, that end on their line.
fn are_plain(arguments: &[u8]) -> bool {
    let in_word = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'"' | b'\'');
    let begins = arguments.first().is_some_and(|b| in_word(b) || matches!(b, b':' | b'@'));
    let ends = arguments.last().is_some_and(|b| in_word(b) || matches!(b, b')' | b']'));
    let word = &arguments[..names(arguments)];
    begins
        && ends
        && !KEYWORDS.contains(&word)
        && !arguments.ends_with(b" do")
        && !NOT_PLAIN.iter().any(|sign| arguments.contains_str(sign))
        && arguments.find_iter("\"").count().is_multiple_of(2)
}

/// The length of the names, and the signs between them, at the beginning of `text`.
fn names(text: &[u8]) -> usize {
    text.iter().take_while(|b| is_name(**b)).count()
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b':' | b'?' | b'!' | b'@' | b'&')
}

/// The length of the parameters in brackets at the beginning of `text`: zero if there are none.
fn parameters(text: &[u8]) -> Option<usize> {
    if text.first() != Some(&b'(') {
        return Some(0);
    }
    let mut depth = 0usize;
    for (at, byte) in text.iter().enumerate() {
        match byte {
            b'(' => depth += 1,
            b')' if depth == 1 => return Some(at + 1),
            b')' => depth -= 1,
            _ => {}
        }
    }
    None
}

fn here_documents(source: &[u8], gaps: &mut Gaps) {
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

/// The deepest nested here-documents that are followed.
const DEEPEST: usize = 16;

/// An open here-document.
struct HereDocument {
    word: Vec<u8>,
    /// The number of open braces in the code within it.
    braces: usize,
    /// It is in the code of another one.
    is_inner: bool,
}

impl HereDocument {
    fn new(word: Vec<u8>, is_inner: bool) -> Self {
        HereDocument { word, braces: 0, is_inner }
    }
}

/// A line of a here-document's text: its code may begin another one, which becomes a string of blanks.
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

/// The here-documents that begin on a line: their heads and their words.
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
        // `a << B` and `class << self` are not heads.
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
