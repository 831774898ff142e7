//! Accessors of properties, and calls of functions that are called like them.

use crate::language::gaps::Gaps;
use crate::language::rough::{Kind, Partners, Tokens};

/// Tokens before a brace that are looked through for the head of a class.
const LONGEST_HEAD: usize = 400;
/// Annotations and modifiers before an accessor.
const MOST_MODIFIERS: usize = 16;

/// Tokens of an annotation that are looked through.
const LONGEST_ANNOTATION: usize = 200;

/// True for the `get` or `set` of an accessor. `brace` opens the body that it is in, if any.
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

/// The parameter of a setter: a name, perhaps with a type, perhaps behind an annotation.
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

/// Leaves out the annotations of an accessor, which the grammar takes for those of a lambda behind the getter before it, and
/// the semicolon behind its property.
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

/// Where the annotation begins that ends before that token.
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

/// Brackets in the strings of an annotation: the grammar's scanner counts them when it looks for an accessor behind it.
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
