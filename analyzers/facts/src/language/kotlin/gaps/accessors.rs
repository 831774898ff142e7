//! Property accessors and backing fields, and calls of functions with the same names.

use crate::language::gaps::Gaps;
use crate::language::rough::{Kind, Partners, Tokens};

/// The most tokens before a brace that are searched for the head of a class.
const LONGEST_HEAD: usize = 400;
/// The most annotations and modifiers before an accessor.
const MOST_MODIFIERS: usize = 16;

/// The most tokens of an annotation that are searched.
const LONGEST_ANNOTATION: usize = 200;

/// True for the `get` or `set` of an accessor. `brace` opens the surrounding body, if any.
pub(super) fn is_accessor(
    tokens: &Tokens<'_>,
    partners: &Partners,
    index: usize,
    brace: Option<usize>,
) -> bool {
    let before = tokens.before(index);
    if matches!(before, b"." | b"?." | b"::" | b"@" | b"fun" | b"val" | b"var" | b"=" | b"," | b"(")
        || brace.is_some_and(|brace| !is_class_body(tokens, partners, brace))
    {
        return false;
    }
    let next = tokens.text(index + 1);
    if next != b"(" {
        let ends = tokens.is_first(index + 1) && !matches!(next, b"." | b"?." | b"=")
            || matches!(next, b";" | b"}" | b"/");
        return ends && (tokens.is_first(index) || is_modifier(before) || before == b")");
    }
    let Some(closer) = partners.of(index + 1) else { return false };
    let fits = match tokens.text(index) {
        b"get" => closer == index + 2,
        _ => is_parameter(tokens, index + 2, closer),
    };
    fits && matches!(tokens.text(closer + 1), b"=" | b"{" | b":")
}

/// The parameter of a setter: a name, optionally with a type or an annotation.
fn is_parameter(tokens: &Tokens<'_>, first: usize, closer: usize) -> bool {
    let name = if tokens.text(first) == b"@" { first + 2 } else { first };
    let behind = tokens.text(name + 1);
    tokens.is_word(name) && (behind == b":" || name + 1 == closer || behind == b"," && name + 2 == closer)
}

/// True for the brace that opens the body of a class, an interface or an object.
pub(super) fn is_class_body(tokens: &Tokens<'_>, partners: &Partners, brace: usize) -> bool {
    let mut at = brace;
    for _ in 0..LONGEST_HEAD {
        let Some(before) = at.checked_sub(1) else { return false };
        at = before;
        match tokens.text(at) {
            b"class" if tokens.before(at) == b"::" => return false,
            b"class" | b"interface" | b"object" => return true,
            b"{" | b"}" | b";" | b"(" | b"[" | b"fun" | b"=" | b"->" | b"return" => return false,
            b")" | b"]" => match partners.of(at) {
                Some(opener) => at = opener,
                None => return false,
            },
            _ => {}
        }
    }
    false
}

/// Leaves out the annotations of an accessor, which the grammar attaches to a lambda after the previous getter, and the
/// semicolon after its property.
pub(super) fn accessor(tokens: &Tokens<'_>, partners: &Partners, index: usize, gaps: &mut Gaps) {
    let mut start = index;
    for _ in 0..MOST_MODIFIERS {
        if start > 0 && is_modifier(tokens.before(start)) {
            start -= 1;
        } else if let Some(first) = annotation_before(tokens, partners, start) {
            gaps.blank(tokens.span(first, start - 1));
            start = first;
        } else {
            break;
        }
    }
    if tokens.before(start) == b";" && !tokens.is_first(start) {
        gaps.blank(tokens.span(start - 1, start - 1));
    }
}

/// The start of the annotation that ends right before that token.
pub(super) fn annotation_before(tokens: &Tokens<'_>, partners: &Partners, end: usize) -> Option<usize> {
    let mut at = end.checked_sub(1)?;
    if tokens.text(at) == b")" {
        at = partners.of(at)?.checked_sub(1)?;
    }
    for _ in 0..MOST_MODIFIERS {
        if !tokens.is_word(at) {
            return None;
        }
        at = at.checked_sub(1)?;
        match tokens.text(at) {
            b"@" => return Some(at),
            b"." | b":" => at = at.checked_sub(1)?,
            _ => return None,
        }
    }
    None
}

/// Modifiers that an accessor or a constructor may have.
pub(super) fn is_modifier(word: &[u8]) -> bool {
    matches!(
        word,
        b"private"
            | b"public"
            | b"internal"
            | b"protected"
            | b"inline"
            | b"external"
            | b"actual"
            | b"expect"
            | b"override"
            | b"final"
            | b"open"
            | b"abstract"
    )
}

/// Replaces brackets in the strings of an annotation: the grammar's scanner counts them when it looks for an accessor
/// after it.
pub(super) fn quoted_brackets(tokens: &Tokens<'_>, partners: &Partners, index: usize, gaps: &mut Gaps) {
    let opener = index + 2;
    if !tokens.is_word(index + 1) || tokens.text(opener) != b"(" {
        return;
    }
    let Some(closer) = partners.of(opener) else { return };
    for at in opener + 1..closer.min(opener + LONGEST_ANNOTATION) {
        let token = &tokens.all[at];
        if token.kind != Kind::Text {
            continue;
        }
        let brackets = tokens.text(at).iter().enumerate().filter(|(_, b)| matches!(b, b'(' | b')'));
        brackets.for_each(|(place, _)| gaps.put(token.start() + place, b"x"));
    }
}

/// The most tokens of a type that are searched.
const LONGEST_TYPE: usize = 64;

/// True for the `field` of `field = value` and `field: Type = value` below a property without a value. `brace` opens
/// the surrounding body, if any.
pub(super) fn is_backing_field(
    tokens: &Tokens<'_>,
    partners: &Partners,
    index: usize,
    brace: Option<usize>,
) -> bool {
    let first = first_of_field(tokens, index);
    let assigns =
        tokens.text(index + 1) == b":" || tokens.text(index + 1) == b"=" && tokens.text(index + 2) != b"=";
    if !assigns
        || !tokens.is_first(first)
        || matches!(tokens.before(first), b"," | b"(")
        || brace.is_some_and(|brace| !is_class_body(tokens, partners, brace))
    {
        return false;
    }
    let mut head = (first.saturating_sub(LONGEST_TYPE)..first).rev().map(|at| tokens.text(at));
    let end = head.find(|text| {
        matches!(*text, b"val" | b"var" | b"=" | b"{" | b"}" | b";" | b"by" | b"fun" | b"get" | b"set")
    });
    matches!(end, Some(b"val" | b"var"))
}

/// The first token of a backing field: `field`, or a modifier before it.
fn first_of_field(tokens: &Tokens<'_>, index: usize) -> usize {
    if is_modifier(tokens.before(index)) { index - 1 } else { index }
}

/// An explicit backing field is parsed as the value of its property.
pub(super) fn backing_field(tokens: &Tokens<'_>, index: usize, gaps: &mut Gaps) {
    let first = first_of_field(tokens, index);
    if tokens.text(index + 1) == b"=" {
        return gaps.blank(tokens.span(first, index));
    }
    let end = (index + 2..index + LONGEST_TYPE)
        .find(|at| matches!(tokens.text(*at), b"=" | b"{" | b"}" | b";" | b""))
        .filter(|end| tokens.text(*end) == b"=");
    if let Some(end) = end {
        gaps.blank(tokens.span(first, end - 1));
    }
}
