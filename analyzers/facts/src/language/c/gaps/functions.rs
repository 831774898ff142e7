//! Function heads written by macros, in whole or in part. Only in C and Objective-C: in C++ they look like
//! constructors.

use super::braces::{Bracket, Layout};
use super::{begins_declaration, is_macro_name, words};
use crate::language::gaps::Gaps;

/// Words before a type.
const SPECIFIERS: &[&[u8]] =
    &[b"static", b"inline", b"extern", b"const", b"volatile", b"register", b"typedef"];

/// `DEFINE_FUN(name, int a) {` and `DEFINE_FUN(name, int, a) {`: a function of that name with those parameters.
pub(super) fn heads_by_macros(layout: &Layout<'_>, index: usize, gaps: &mut Gaps) {
    let (name, comma) = (index + 2, index + 3);
    let fits = is_macro_name(layout.text(index))
        && layout.text(index + 1) == b"("
        && layout.tokens.is_word(name)
        && !words::is_keyword(layout.text(name))
        && layout.text(comma) == b",";
    if !fits || !begins_head(layout, index) {
        return;
    }
    let Some(closer) = layout.partners.of(index + 1).filter(|closer| layout.text(*closer + 1) == b"{") else {
        return;
    };
    let mut commas = layout.commas(comma, closer);
    let mut first = comma + 1;
    let ends = commas.iter().copied().chain(std::iter::once(closer));
    let parts: Vec<(usize, usize)> = ends.map(|end| (std::mem::replace(&mut first, end + 1), end)).collect();
    let declare = parts.iter().all(|(first, end)| is_parameter(layout, *first, *end));
    let pairs = parts.len().is_multiple_of(2) && parts.chunks(2).all(|pair| is_pair(layout, pair));
    if !declare && !pairs {
        return;
    }
    layout.blank(index, index + 1, gaps);
    gaps.put(layout.tokens.all[index].start(), b"int");
    gaps.put(layout.tokens.all[comma].start(), b"(");
    // The comma between a type and a name.
    commas.retain(|_| !declare);
    commas.iter().step_by(2).for_each(|comma| layout.blank(*comma, *comma, gaps));
}

/// `unsigned int, name`: two arguments that form one parameter.
fn is_pair(layout: &Layout<'_>, pair: &[(usize, usize)]) -> bool {
    let [(first, end), (name, last)] = *pair else { return false };
    let of_type = |at: usize| layout.tokens.is_word(at) || layout.text(at) == b"*";
    let types = first < end && layout.tokens.is_word(first) && (first..end).all(of_type);
    types && name + 1 == last && is_plain_word(layout, name)
}

/// True where the head of a function may begin: among declarations, after specifiers at most.
fn begins_head(layout: &Layout<'_>, index: usize) -> bool {
    let mut first = index;
    while first > 0 && SPECIFIERS.contains(&layout.tokens.before(first)) {
        first -= 1;
    }
    matches!(layout.around(index), Bracket::Outside | Bracket::Declarations)
        && begins_declaration(layout.tokens.before(first))
}

/// `type name`, `type *name`, `type name[2]`.
fn is_parameter(layout: &Layout<'_>, first: usize, end: usize) -> bool {
    let plain = |at: usize| layout.tokens.is_word(at) || matches!(layout.text(at), b"*" | b"[" | b"]");
    let name = (first..end).rev().find(|at| layout.tokens.is_word(*at));
    name.is_some_and(|name| name > first && !words::is_keyword(layout.text(name)))
        && layout.tokens.is_word(first)
        && (first..end).all(plain)
}

/// `static int internal weak name (int a)`: words between the type and the name of a function.
pub(super) fn words_before_name(layout: &Layout<'_>, index: usize, gaps: &mut Gaps) {
    let outside = matches!(layout.around(index), Bracket::Outside | Bracket::Declarations);
    let names = layout.text(index + 1) == b"(" && is_plain_word(layout, index);
    if !outside || !names || is_macro_name(layout.text(index)) || !takes_parameters(layout, index + 1) {
        return;
    }
    let mut at = index;
    while let Some(word) = at.checked_sub(1) {
        if layout.text(word) == b")" {
            // An attribute with arguments stays, unless there is a pointer before it.
            let Some(head) = attribute_before(layout, at) else { return };
            if layout.tokens.before(head) == b"*" {
                return layout.blank(head, word, gaps);
            }
            at = head;
            continue;
        }
        let behind_type = is_behind_type(layout, word)
            || attribute_before(layout, word).is_some_and(|head| is_behind_type(layout, head));
        if !is_plain_word(layout, word) || !behind_type {
            return;
        }
        layout.blank(word, word, gaps);
        at = word;
    }
}

/// The word of an attribute with arguments that ends right before the token.
fn attribute_before(layout: &Layout<'_>, index: usize) -> Option<usize> {
    let closer = index.checked_sub(1).filter(|closer| layout.text(*closer) == b")")?;
    let head = layout.partners.of(closer)?.checked_sub(1)?;
    is_attribute(layout.text(head)).then_some(head)
}

/// True after a pointer, a plain word or a type.
fn is_behind_type(layout: &Layout<'_>, index: usize) -> bool {
    let before = layout.tokens.before(index);
    let named =
        index > 0 && is_plain_word(layout, index - 1) && !is_macro_name(before) && !before.starts_with(b"__");
    before == b"*" || named || words::BASIC_TYPES.contains(&before)
}

/// True for brackets that begin with a word (or are empty) and are followed by a body, a semicolon or old-style
/// declarations.
fn takes_parameters(layout: &Layout<'_>, opener: usize) -> bool {
    let Some(closer) = layout.partners.of(opener) else { return false };
    let begins = layout.tokens.is_word(opener + 1) || opener + 1 == closer;
    let old_style = layout.tokens.is_word(closer + 1) && layout.tokens.is_first(closer + 1);
    begins && (old_style || matches!(layout.text(closer + 1), b"{" | b";"))
}

/// `weak_alias (name, other)` on its own lines without a semicolon, and `CASES(name):`.
pub(super) fn lines_of_macros(layout: &Layout<'_>, index: usize, gaps: &mut Gaps) {
    let among = matches!(layout.around(index), Bracket::Outside | Bracket::Declarations | Bracket::Body);
    let begins = begins_declaration(layout.tokens.before(index)) || is_behind_line(layout, index);
    if !among || !begins || !layout.tokens.is_first(index) || !is_plain_word(layout, index) {
        return;
    }
    let Some(closer) = layout.partners.of(index + 1).filter(|_| layout.text(index + 1) == b"(") else {
        return;
    };
    let next = closer + 1;
    if layout.text(next) == b":" && layout.around(index) == Bracket::Body {
        return layout.blank(index, next, gaps);
    }
    // If there is a semicolon right before the closing bracket, it is a statement.
    let ends = layout.tokens.is_first(next)
        && layout.tokens.before(closer) != b";"
        && (layout.tokens.is_word(next) || matches!(layout.text(next), b"" | b"}"));
    let is_type = layout.around(index) != Bracket::Body && needs_type(layout, next);
    if ends && !is_type && !is_old_style(layout, next) {
        layout.blank(index, closer, gaps);
    }
}

/// True for the name of a function or variable: the text before it is its type, like `PyAPI_FUNC(int)`.
fn needs_type(layout: &Layout<'_>, name: usize) -> bool {
    if !is_plain_word(layout, name) {
        return false;
    }
    match layout.text(name + 1) {
        b"(" => {
            let closer = layout.partners.of(name + 1).unwrap_or(name + 1);
            matches!(layout.text(closer + 1), b";" | b"{")
        }
        b";" | b"=" | b"[" | b"," => true,
        _ => false,
    }
}

/// True if another macro line ends right before the token.
pub(super) fn is_behind_line(layout: &Layout<'_>, index: usize) -> bool {
    let closer = index.checked_sub(1).filter(|closer| layout.text(*closer) == b")");
    let opener = closer.and_then(|closer| layout.partners.of(closer));
    opener
        .and_then(|opener| opener.checked_sub(1))
        .is_some_and(|head| is_plain_word(layout, head) && layout.tokens.is_first(head))
}

/// The most tokens of old-style parameters that are looked at.
const MOST_OLD_STYLE: usize = 120;

/// `f(a) int a; {`: parameter declarations, followed by the body.
fn is_old_style(layout: &Layout<'_>, first: usize) -> bool {
    let mut rest = first..layout.tokens.all.len().min(first + MOST_OLD_STYLE);
    let end = rest.find(|at| matches!(layout.text(*at), b"(" | b"{" | b"}" | b"="));
    end.is_some_and(|end| layout.text(end) == b"{" && layout.tokens.before(end) == b";")
}

fn is_plain_word(layout: &Layout<'_>, index: usize) -> bool {
    layout.tokens.is_word(index)
        && !words::is_keyword(layout.text(index))
        && !is_attribute(layout.text(index))
}

fn is_attribute(word: &[u8]) -> bool {
    matches!(word, b"__attribute__" | b"__attribute" | b"__declspec")
}
