//! A `&` in the text and the attributes of JSX that does not begin an entity: the grammars know only entities.

use crate::language::gaps::Gaps;
use crate::language::rough::Tokens;

/// The most tokens after a `&` that are searched for the end of the text.
const LONGEST_TEXT: usize = 60;
/// Longest name of an entity.
const LONGEST_ENTITY: usize = 32;

/// Words that may come before or after an operand of a `&`.
const BESIDE_OPERAND: &[&[u8]] = &[
    b"keyof",
    b"typeof",
    b"readonly",
    b"infer",
    b"unique",
    b"new",
    b"abstract",
    b"await",
    b"void",
    b"in",
    b"instanceof",
    b"of",
    b"as",
    b"satisfies",
    b"extends",
    b"is",
    b"implements",
    b"else",
    b"while",
];

/// The `&` signs in the string of an attribute. In other strings the change does not matter.
pub(super) fn attribute(text: &[u8], start: usize, gaps: &mut Gaps) {
    if !matches!(text.first(), Some(b'"' | b'\'')) {
        return;
    }
    for at in bstr::ByteSlice::find_iter(text, "&") {
        if !is_entity(&text[at + 1..]) {
            gaps.put(start + at, b"x");
        }
    }
}

/// A `&` between words of a text.
pub(super) fn ampersand(tokens: &Tokens<'_>, index: usize, gaps: &mut Gaps) {
    let (start, end) = (tokens.all[index].start(), tokens.all[index].end());
    let doubled = tokens.before(index) == b"&" || tokens.text(index + 1) == b"&";
    if !doubled && !is_entity(&tokens.source[end..]) && is_text(tokens, index + 1) {
        gaps.put(start, b"x");
    }
}

/// True if two words follow one another, or a closing tag follows: neither happens in an expression or type.
fn is_text(tokens: &Tokens<'_>, first: usize) -> bool {
    let is_plain = |at: usize| tokens.is_word(at) && !BESIDE_OPERAND.contains(&tokens.text(at));
    // A statement may begin on a new line.
    let mut same_line = true;
    for at in first..first + LONGEST_TEXT {
        same_line &= at == first || !tokens.is_first(at);
        match tokens.text(at) {
            b"<" => return tokens.text(at + 1) == b"/",
            b"," | b"." | b"!" | b"?" | b"-" => {}
            _ if !tokens.is_word(at) => return false,
            _ if at > first && same_line && is_plain(at) && is_plain(at - 1) => return true,
            _ => {}
        }
    }
    false
}

/// True for the text after the `&` of `&amp;` and `&#160;`.
fn is_entity(text: &[u8]) -> bool {
    let name = text.strip_prefix(b"#").unwrap_or(text);
    let length = name.iter().take(LONGEST_ENTITY).take_while(|b| b.is_ascii_alphanumeric()).count();
    length > 0 && name.get(length) == Some(&b';')
}
