//! Macros in the heads of classes.

use super::{HABITS, begins_declaration, is_macro_name, is_word};
use crate::language::gaps::Gaps;
use crate::language::rough::Tokens;
use bstr::ByteSlice;
use std::ops::Range;

/// Words between `class`, `struct`, `union` or `enum` and the defined name: `class API_EXPORT Name {`.
pub(super) fn export_macros(source: &[u8], gaps: &mut Gaps) {
    let tokens = Tokens::of(source, HABITS);
    for index in 0..tokens.all.len() {
        let keyword = tokens.text(index);
        let end = tokens.all[index].end();
        let spaced = source.get(end).is_some_and(|b| b.is_ascii_whitespace());
        if spaced && matches!(keyword, b"class" | b"struct" | b"union" | b"enum") {
            export_macros_behind(source, end, keyword == b"class", gaps);
        }
    }
}

/// `API_EXPORT template <…>`: a macro before a template stands for attributes, or for nothing.
pub(super) fn before_templates(source: &[u8], gaps: &mut Gaps) {
    let tokens = Tokens::of(source, HABITS);
    for index in 1..tokens.all.len() {
        let before = index - 1;
        let is_template = tokens.text(index) == b"template" && tokens.text(index + 1) == b"<";
        // A new line begins after a directive.
        let begins = || begins_declaration(tokens.before(before)) || tokens.is_first(before);
        if is_template && tokens.is_word(before) && is_macro_name(tokens.text(before)) && begins() {
            gaps.blank(tokens.span(before, before));
        }
    }
}

/// A word in the head of a class: its bytes, including arguments.
struct HeadWord {
    start: usize,
    name_end: usize,
    end: usize,
}

/// Longest class head that is looked at, in bytes.
const LONGEST_HEAD: usize = 400;

fn export_macros_behind(source: &[u8], from: usize, is_class: bool, gaps: &mut Gaps) {
    let last = source.len().min(from + LONGEST_HEAD);
    let mut words: Vec<HeadWord> = Vec::new();
    let mut directives = Vec::new();
    let mut at = from;
    let opener = loop {
        at += source[at..last].iter().take_while(|b| b.is_ascii_whitespace()).count();
        let Some(&byte) = source[..last].get(at) else { return };
        if is_word(byte) && !byte.is_ascii_digit() {
            let name_end = at + source[at..last].iter().take_while(|b| is_word(**b)).count();
            let text = &source[at..name_end];
            if matches!(text, b"final" | b"sealed" | b"abstract") && !words.is_empty() {
                break b':';
            }
            if matches!(text, b"class" | b"struct") && words.is_empty() {
                at = name_end;
                continue;
            }
            let end = bracketed(source, name_end, last, b'(', b')');
            words.push(HeadWord { start: at, name_end, end });
            at = end;
        } else if source[at..last].starts_with(b"::") {
            // A qualified name is one name.
            let Some(word) = words.last_mut() else { return };
            at += 2;
            at += source[at..last].iter().take_while(|b| is_word(**b)).count();
            word.end = at;
            word.name_end = at;
        } else if byte == b'<' && !words.is_empty() {
            at = bracketed(source, at, last, b'<', b'>');
        } else if let Some(length) = passed_over(&source[at..last]) {
            if byte == b'#' {
                directives.push(at..at + length);
            }
            at += length;
        } else {
            break byte;
        }
    };
    conditional_bases(source, at, directives, gaps);
    blank_all_but_the_name(source, &words, (opener, at), is_class, gaps);
}

/// The length of a comment, a directive or an attribute at the beginning of `rest`.
fn passed_over(rest: &[u8]) -> Option<usize> {
    let end = match rest {
        [b'#', ..] | [b'/', b'/', ..] => rest.find_byte(b'\n'),
        [b'/', b'*', ..] => rest.find(b"*/").map(|end| end + 2),
        [b'[', b'[', ..] => rest.find(b"]]").map(|end| end + 2),
        _ => return None,
    };
    Some(end.unwrap_or(rest.len()))
}

/// Leaves out preprocessor conditions around the bases of a class and keeps the bases. If there is a choice between two
/// heads, leaves everything in.
fn conditional_bases(source: &[u8], at: usize, mut directives: Vec<Range<usize>>, gaps: &mut Gaps) {
    if directives.is_empty() {
        return;
    }
    let brace = source[at..].iter().take(LONGEST_HEAD).position(|b| matches!(b, b'{' | b';'));
    let Some(end) = brace.map(|found| at + found).filter(|end| source[*end] == b'{') else { return };
    let mut line = at;
    while let Some(found) = source[line..end].find(b"\n#") {
        let start = line + found + 1;
        line = start + source[start..end].find_byte(b'\n').unwrap_or(end - start);
        directives.push(start..line);
    }
    let starts = |range: &Range<usize>, word: &str| {
        source[range.clone()].trim_start_with(|c| c == '#' || c == ' ').starts_with(word.as_bytes())
    };
    let opened = directives.iter().filter(|range| starts(range, "if")).count();
    let closed = directives.iter().filter(|range| starts(range, "endif")).count();
    if opened == closed && opened + closed == directives.len() {
        directives.into_iter().for_each(|range| gaps.blank(range));
    }
}

/// In `MACRO … Name {`, blanks everything but the name. Leaves a variable (`struct point p {1, 2}`) alone.
fn blank_all_but_the_name(
    source: &[u8],
    words: &[HeadWord],
    (opener, at): (u8, usize),
    is_class: bool,
    gaps: &mut Gaps,
) {
    let name = |word: &HeadWord| &source[word.start..word.name_end];
    let known = |word: &HeadWord| matches!(name(word), b"alignas" | b"__attribute__" | b"_Alignas");
    let [first, .., last] = words else { return };
    // If the last word has parameters, it is a function that returns the type.
    if last.end > last.name_end && !known(last) {
        return;
    }
    let defines = match opener {
        b'{' if !is_class => match body(source, at) {
            Body::Statements => true,
            Body::Unknown => is_macro_name(name(first)),
            Body::Values => false,
        },
        b';' => words.iter().rev().skip(1).all(|word| is_macro_name(name(word))) && is_class,
        opener => matches!(opener, b':' | b'{'),
    };
    if !defines || !is_class && name(last).contains_str("::") && !is_macro_name(name(first)) {
        return;
    }
    let kept = if says_final(name(last)) { words.len() - 2 } else { words.len() - 1 };
    for (index, word) in words.iter().enumerate() {
        if index != kept && !known(word) {
            gaps.blank(word.start..word.end);
        }
    }
}

/// The last word of `class Name FINAL {`.
fn says_final(word: &[u8]) -> bool {
    is_macro_name(word) && [&b"FINAL"[..], b"SEALED", b"ABSTRACT"].iter().any(|end| word.ends_with(end))
}

/// The content of braces.
enum Body {
    /// Something in it ends with a semicolon, as members do.
    Statements,
    /// Values (`struct point p {1, 2}`).
    Values,
    /// Empty, the words of an enumeration, or too long to look at.
    Unknown,
}

/// The content of the braces that open at `at`.
fn body(source: &[u8], at: usize) -> Body {
    let inside = &source[at + 1..source.len().min(at + LONGEST_HEAD)];
    let Some(end) = inside.iter().position(|b| matches!(b, b';' | b'}')) else { return Body::Unknown };
    let values = inside[..end].trim_ascii();
    if inside[end] == b';' {
        Body::Statements
    } else if values.first().is_none_or(|b| is_word(*b) && !b.is_ascii_digit()) {
        Body::Unknown
    } else {
        Body::Values
    }
}

/// The position after the brackets that open at `at` (ignoring white space), or `at` if there are none.
fn bracketed(source: &[u8], at: usize, last: usize, open: u8, close: u8) -> usize {
    let start = at + source[at..last].iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
    if source[..last].get(start) != Some(&open) {
        return at;
    }
    let mut depth = 0;
    for (index, byte) in source[start..last].iter().enumerate() {
        if *byte == open {
            depth += 1;
        } else if *byte == close {
            depth -= 1;
            if depth == 0 {
                return start + index + 1;
            }
        }
    }
    last
}

/// Macros that write the head of a class, and the text parsed in their place.
const CLASS_MACROS: &[(&str, &[u8])] =
    &[("TEST_GROUP", b"struct"), ("TEST_GROUP_BASE", b"struct"), ("TEST_CLASS", b"struct")];
/// The macro of doctest that groups tests.
const SUITE_MACRO: &str = "TEST_SUITE";

/// `TEST_GROUP(Name) {` of CppUTest and `TEST_CLASS(Name) {` of MSTest are classes; `TEST_SUITE("title") {` of doctest
/// holds tests like a namespace.
pub(super) fn test_groups(source: &[u8], gaps: &mut Gaps) {
    for (name, keyword) in CLASS_MACROS {
        for (start, brackets) in calls_before_blocks(source, name) {
            gaps.blank(start..brackets.start + 1);
            gaps.put(start, keyword);
            gaps.blank(brackets.end - 1..brackets.end);
            if let Some(comma) = source[brackets.clone()].find_byte(b',') {
                gaps.put(brackets.start + comma, b":");
            }
        }
    }
    for (start, brackets) in calls_before_blocks(source, SUITE_MACRO) {
        let inside = brackets.start + 1..brackets.end - 1;
        let Some(title) = source[inside.clone()].trim_ascii().strip_prefix(b"\"") else { continue };
        let plain = title.iter().take_while(|b| is_word(**b)).count();
        let quote = inside.start + source[inside].find_byte(b'"').unwrap_or(0);
        gaps.blank(start..quote + 1);
        gaps.put(start, b"namespace");
        // If the title could be a name, use it as the name.
        let named = plain > 0 && !title[0].is_ascii_digit() && title.get(plain) == Some(&b'"');
        gaps.blank(if named { quote + 1 + plain } else { quote }..brackets.end);
    }
}

/// The start and the brackets of calls of that name that begin a line and are followed by a block.
fn calls_before_blocks(source: &[u8], name: &str) -> Vec<(usize, Range<usize>)> {
    let mut found = Vec::new();
    for start in source.find_iter(name) {
        let end = start + name.len();
        let last = source.len().min(end + LONGEST_HEAD);
        let before = &source[start.saturating_sub(LONGEST_HEAD)..start];
        let indent = before.iter().rev().take_while(|b| matches!(b, b' ' | b'\t')).count();
        let first = indent == start || start > indent && source[start - indent - 1] == b'\n';
        if source.get(end) != Some(&b'(') || !first {
            continue;
        }
        let closed = bracketed(source, end, last, b'(', b')');
        if source[closed..].trim_ascii_start().first() == Some(&b'{') {
            found.push((start, end..closed));
        }
    }
    found
}
