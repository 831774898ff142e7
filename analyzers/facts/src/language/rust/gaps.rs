//! Syntax missing from the Rust grammar: several attributes of one parameter, the qualifiers of extern blocks (2024),
//! `~` and a lone `$` in macros, conditions of structs without fields, lifetimes before the other bounds of a `dyn`,
//! attributes in patterns, negative numbers among type arguments, a comma after the last parameter of a closure.

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
    for (at, byte) in source.iter().enumerate() {
        match *byte {
            b'~' => punctuation(source, at, gaps),
            b'$' if is_lone(&source[at + 1..]) => punctuation(source, at, gaps),
            b'@' => binding(source, at, gaps),
            b'|' => last_parameter(source, at, gaps),
            b'-' if is_type_argument(source, at) => gaps.blank(at..at + 1),
            b'\'' => first_bound(source, at, gaps),
            _ => {}
        }
    }
    for at in source.find_iter("macro_rules ! ") {
        gaps.put(at + b"macro_rules".len(), b"! ");
    }
    for at in source.find_iter("where") {
        conditions(source, at, gaps);
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

/// True for text that cannot follow the `$` of a variable or a repetition.
fn is_lone(behind: &[u8]) -> bool {
    behind.trim_ascii_start().first().is_none_or(|next| *next != b'(' && !is_word(*next))
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// Replaces a sign among a macro's tokens with one that the grammar knows. In strings and comments the change does not
/// matter.
fn punctuation(source: &[u8], at: usize, gaps: &mut Gaps) {
    // `~const A`, from nightly compilers, is not part of a macro.
    let behind = source[at + 1..].trim_ascii_start();
    if source[at] == b'~' && behind.starts_with(b"const ") {
        gaps.blank(at..source.len() - behind.len() + b"const".len());
    } else {
        gaps.put(at, b"+");
    }
}

/// `char @ ('(' | ')')`: a binding named like a primitive type.
fn binding(source: &[u8], at: usize, gaps: &mut Gaps) {
    let before = source[..at].trim_ascii_end();
    let length = before.iter().rev().take_while(|b| is_word(**b)).count();
    let start = before.len() - length;
    if PRIMITIVES.contains(&&before[start..]) {
        gaps.name(start..before.len());
    }
}

const PRIMITIVES: &[&[u8]] = &[
    b"bool", b"char", b"str", b"u8", b"u16", b"u32", b"u64", b"u128", b"usize", b"i8", b"i16", b"i32",
    b"i64", b"i128", b"isize", b"f32", b"f64",
];

/// `| a: A, | -> B { … }` over several lines: leaves out the comma before the closing bar.
fn last_parameter(source: &[u8], at: usize, gaps: &mut Gaps) {
    let behind = source[at + 1..].trim_ascii_start();
    let before = source[..at].trim_ascii_end();
    if before.ends_with(b",") && (behind.starts_with(b"{") || behind.starts_with(b"->")) {
        gaps.blank(before.len() - 1..before.len());
    }
}

/// True for the minus sign of a number in `A<-1>` and `A<B, -1>`.
fn is_type_argument(source: &[u8], at: usize) -> bool {
    let opens = source[..at].trim_ascii_end().last().is_some_and(|last| matches!(last, b'<' | b','));
    let number = source[at + 1..].iter().take_while(|b| is_word(**b)).count();
    let end = at + 1 + number;
    opens && source[at + 1..].first().is_some_and(u8::is_ascii_digit) && source.get(end) == Some(&b'>')
}

/// `dyn 'a + B`: the grammar knows a lifetime only after the other bounds.
fn first_bound(source: &[u8], at: usize, gaps: &mut Gaps) {
    let before = source[..at].trim_ascii_end();
    let keyword = before.len() < at && (before.ends_with(b"dyn") || before.ends_with(b"impl"));
    let end = at + 1 + source[at + 1..].iter().take_while(|b| is_word(**b)).count();
    let behind = source[end..].trim_ascii_start();
    if keyword && end > at + 1 && behind.starts_with(b"+") {
        gaps.blank(at..source.len() - behind.len() + 1);
    }
}

/// Longest list of conditions that is searched.
const LONGEST_CONDITIONS: usize = 1024;

/// `struct A<T> where T: B;`: the grammar knows conditions only before fields.
fn conditions(source: &[u8], at: usize, gaps: &mut Gaps) {
    let end = at + b"where".len();
    let apart = |byte: Option<&u8>| byte.is_some_and(|byte| !is_word(*byte));
    if !apart(source.get(end)) || !apart(at.checked_sub(1).and_then(|before| source.get(before))) {
        return;
    }
    let text = &source[end..source.len().min(end + LONGEST_CONDITIONS)];
    let Some(length) = text.iter().position(|b| matches!(b, b';' | b'{' | b'}')) else { return };
    if text[length] == b';' && is_bare_struct(&source[at.saturating_sub(LONGEST_CONDITIONS)..at]) {
        gaps.blank(at..end + length);
    }
}

/// True for text that ends with `struct A` or `struct A<…>`.
fn is_bare_struct(text: &[u8]) -> bool {
    let Some(keyword) = text.rfind("struct ") else { return false };
    let head = text[keyword + b"struct ".len()..].trim_ascii();
    let name = head.iter().take_while(|b| is_word(**b)).count();
    let parameters = head[name..].trim_ascii();
    let begins = keyword.checked_sub(1).is_none_or(|before| !is_word(text[before]));
    let in_angles = parameters.is_empty() || parameters.starts_with(b"<") && parameters.ends_with(b">");
    begins && name > 0 && in_angles && !parameters.contains_str("(")
}

/// True in the fields of a pattern: `let A { #[b] c, .. } = …`.
fn is_in_pattern(source: &[u8], at: usize) -> bool {
    let text = &source[at.saturating_sub(LONGEST)..at];
    let Some(brace) = text.iter().rposition(|b| matches!(b, b'{' | b'}' | b';')) else { return false };
    let head = &text[..brace];
    let start = head.iter().rposition(|b| matches!(b, b'{' | b'}' | b';' | b'(')).map_or(0, |at| at + 1);
    text[brace] == b'{' && head[start..].trim_ascii_start().starts_with(b"let ")
}

/// Leaves out the attributes of a parameter except the last one, and all attributes in a pattern. Returns their end.
fn attributes(source: &[u8], at: usize, gaps: &mut Gaps) -> usize {
    let pattern = is_in_pattern(source, at);
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
    last.filter(|_| pattern).into_iter().for_each(|last| gaps.blank(last));
    end
}

/// Longest attribute that is searched.
const LONGEST: usize = 4096;

/// The length of the attribute at the beginning of `text`.
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
