//! Macro arguments that a function call cannot have: types, values in braces, members by name, statements.

use super::braces::{Bracket, Layout};
use super::{begins_declaration, functions, words};
use crate::language::gaps::Gaps;

/// Words whose brackets may hold a type in the grammar.
const TAKES_TYPES: &[&[u8]] = &[
    b"sizeof",
    b"offsetof",
    b"_Alignof",
    b"alignof",
    b"typeof",
    b"__typeof__",
    b"decltype",
    b"typeid",
    b"catch",
    b"for",
    b"if",
    b"while",
    b"switch",
    b"return",
    b"case",
    b"_Generic",
    b"operator",
    b"noexcept",
    b"alignas",
    b"_Alignas",
];

/// `va_arg(list, const char *)`, `container_of(p, struct item, link)`: a type in place of a value in a call.
pub(super) fn types(layout: &Layout<'_>, index: usize, gaps: &mut Gaps) {
    let Some(head) = index.checked_sub(1).filter(|_| layout.text(index) == b"(") else { return };
    let name = layout.text(head);
    if !layout.tokens.is_word(head) || TAKES_TYPES.contains(&name) || !is_called(layout, head) {
        return;
    }
    if let Some(closer) = layout.partners.of(index) {
        blank_types(layout, index, closer, gaps);
    }
}

/// `define_list(name, struct item *);` among C declarations. In C++ constructors look like this.
pub(super) fn types_of_declaring_macros(layout: &Layout<'_>, index: usize, gaps: &mut Gaps) {
    let outside = matches!(layout.around(index), Bracket::Outside | Bracket::Declarations);
    let begins = outside && begins_declaration(layout.tokens.before(index)) && layout.text(index + 1) == b"(";
    if !begins || !layout.tokens.is_word(index) || words::is_keyword(layout.text(index)) {
        return;
    }
    if let Some(closer) = layout.partners.of(index + 1).filter(|closer| layout.text(*closer + 1) == b";") {
        blank_types(layout, index + 1, closer, gaps);
    }
}

fn blank_types(layout: &Layout<'_>, opener: usize, closer: usize, gaps: &mut Gaps) {
    let takes_type = layout.tokens.before(opener) == b"va_arg";
    let commas = layout.commas(opener, closer);
    let mut first = opener + 1;
    for (argument, end) in commas.iter().copied().chain(std::iter::once(closer)).enumerate() {
        if is_type(layout, first, end, takes_type && argument == 1)
            || is_operator(layout, first, end)
            || is_no_value(layout, first, end)
        {
            let start = if argument > 0 { first - 1 } else { first };
            let last = if argument == 0 && end < closer { end } else { end - 1 };
            layout.blank(start, last, gaps);
        }
        first = end + 1;
    }
}

/// True for a name before brackets within an expression; in a declaration there is a type before the name.
fn is_called(layout: &Layout<'_>, head: usize) -> bool {
    let before = layout.tokens.before(head);
    let inside =
        matches!(layout.around(head), Bracket::Body | Bracket::Round | Bracket::Square | Bracket::Values);
    let behind_word =
        head > 0 && layout.tokens.is_word(head - 1) && !matches!(before, b"return" | b"else" | b"case");
    let dereferences = before == b"*" && head > 1 && layout.tokens.is_word(head - 2);
    inside && !behind_word && !dereferences && !matches!(before, b">" | b"~" | b"::")
}

/// True for a type alone; with `certain`, any name counts as a type.
fn is_type(layout: &Layout<'_>, first: usize, end: usize, certain: bool) -> bool {
    if first >= end {
        return false;
    }
    let of_types =
        (first..end).all(|at| layout.tokens.is_word(at) || matches!(layout.text(at), b"*" | b"::"));
    let last = layout.text(end - 1);
    let pointer = last == b"*" && end - first > 1 && layout.tokens.is_word(first);
    of_types && (certain || pointer || words::names_type(layout.text(first)))
}

/// The most tokens of an argument that are looked at.
const MOST_TOKENS: usize = 60;
/// Words that may be next to a name in an expression.
const BESIDE_NAMES: &[&[u8]] = &[
    b"and",
    b"or",
    b"not",
    b"xor",
    b"bitand",
    b"bitor",
    b"not_eq",
    b"compl",
    b"await",
    b"co_await",
    b"co_yield",
    b"__extension__",
    b"_Nonnull",
    b"in",
];

/// True for a declaration, or words that cannot be an expression: `f(static int a)`, `f(vec4 a = b)`, `f(LOWER UPPER)`.
fn is_no_value(layout: &Layout<'_>, first: usize, end: usize) -> bool {
    let cast = matches!(layout.text(first + 1), b"(" | b"{" | b"::");
    let begins = matches!(layout.text(first), b"static" | b"extern" | b"typedef" | b"typeof" | b"__typeof__");
    if begins || !cast && end > first + 1 && words::names_type(layout.text(first)) {
        return true;
    }
    let names = |at: usize| {
        layout.tokens.is_word(at)
            && !words::is_keyword(layout.text(at))
            && !BESIDE_NAMES.contains(&layout.text(at))
    };
    let mut at = first;
    while at + 1 < end && at - first < MOST_TOKENS {
        match layout.text(at) {
            b"(" | b"[" | b"{" => at = layout.partners.of(at).unwrap_or(at),
            _ if names(at) && names(at + 1) => return true,
            _ => {}
        }
        at += 1;
    }
    false
}

/// True for an operator alone: `integer(+, a, b)`.
fn is_operator(layout: &Layout<'_>, first: usize, end: usize) -> bool {
    let sign = |at: usize| matches!(layout.text(at), [sign] if b"+-*/%&|^<>=!".contains(sign));
    first < end && end - first <= 2 && (first..end).all(sign)
}

/// Values in braces with more tokens are left alone.
const MOST_VALUES: usize = 400;

/// `CHOICE(name, {"a", 0}, {.b = 1})` in C: only macros take values in braces. They are parsed as terms between
/// brackets.
pub(super) fn values_in_braces(layout: &Layout<'_>, index: usize, gaps: &mut Gaps) {
    let opens = layout.text(index) == b"{" && matches!(layout.tokens.before(index), b"(" | b",");
    if !opens || layout.around(index) != Bracket::Round {
        return;
    }
    let Some(closer) = layout.partners.of(index).filter(|closer| closer - index < MOST_VALUES) else {
        return;
    };
    if (index..closer).any(|at| layout.text(at) == b";") {
        return;
    }
    let mut at = index;
    while at <= closer {
        at = as_term(layout, at, gaps) + 1;
    }
}

/// Turns one token of a value in braces into part of a term; returns the last token that was read.
fn as_term(layout: &Layout<'_>, at: usize, gaps: &mut Gaps) -> usize {
    let start = layout.tokens.all[at].start();
    match layout.text(at) {
        // Braces after a type are a term already.
        b"{" if layout.tokens.before(at) == b")" => return layout.partners.of(at).unwrap_or(at),
        b"{" if layout.text(at + 1) == b"}" => {
            gaps.put(start, b"0");
            layout.blank(at + 1, at + 1, gaps);
            return at + 1;
        }
        b"{" => gaps.put(start, b"("),
        b"}" => gaps.put(start, b")"),
        b"," if layout.text(at + 1) == b"}" => layout.blank(at, at, gaps),
        _ if matches!(layout.tokens.before(at), b"{" | b",") => blank_designator(layout, at, gaps),
        _ => {}
    }
    at
}

/// Turns `.name =` and `[index] =` into an assignment.
fn blank_designator(layout: &Layout<'_>, at: usize, gaps: &mut Gaps) {
    match layout.text(at) {
        b"." if layout.tokens.is_word(at + 1) && matches!(layout.text(at + 2), b"=" | b"." | b"[") => {
            layout.blank(at, at, gaps);
        }
        b"[" => {
            let closer = layout.partners.of(at).filter(|closer| layout.text(*closer + 1) == b"=");
            for bracket in closer.into_iter().flat_map(|closer| [at, closer]) {
                layout.blank(bracket, bracket, gaps);
            }
        }
        _ => {}
    }
}

/// `parameters(.width = 1, .height = 2,)`: members by name, and empty arguments between commas.
pub(super) fn members(layout: &Layout<'_>, index: usize, gaps: &mut Gaps) {
    let begins = matches!(layout.tokens.before(index), b"(" | b",");
    if layout.around(index) != Bracket::Round {
        return;
    }
    if layout.text(index) == b"," && (begins || layout.text(index + 1) == b")") {
        layout.blank(index, index, gaps);
    } else if begins {
        blank_designator(layout, index, gaps);
    }
}

/// `EACH(a, b, *c++ = a;)`: the statement is parsed as an expression.
pub(super) fn statements(layout: &Layout<'_>, index: usize, gaps: &mut Gaps) {
    if layout.text(index) != b";" || layout.around(index) != Bracket::Round {
        return;
    }
    let head = layout.opener(index).and_then(|opener| opener.checked_sub(1));
    let of_macro = head.is_some_and(|head| {
        layout.tokens.is_word(head)
            && !words::is_keyword(layout.text(head))
            && layout.text(head) != b"catch"
            && is_called(layout, head)
    });
    if !of_macro {
        return;
    }
    let place = |at: usize| layout.tokens.all[at].start();
    match layout.text(index + 1) {
        // The statement ends after the brackets.
        b")" if layout.text(index + 2) != b";" && head.is_some_and(|head| begins_statement(layout, head)) => {
            gaps.put(place(index), b")");
            gaps.put(place(index + 1), b";");
        }
        b")" | b"," | b";" => layout.blank(index, index, gaps),
        _ => gaps.put(place(index), b","),
    }
}

fn begins_statement(layout: &Layout<'_>, head: usize) -> bool {
    layout.begins_statement(head)
        || layout.around(head) == Bracket::Body
            && layout.tokens.is_first(head)
            && functions::is_behind_line(layout, head)
}

/// `(typeof(a->b))c` and `typeof(&f) g` among parameters: the grammar knows this kind of type only before declarations.
pub(super) fn types_of_values(layout: &Layout<'_>, index: usize, gaps: &mut Gaps) {
    let is_typeof = matches!(layout.text(index), b"typeof" | b"__typeof__" | b"__typeof");
    if !is_typeof || layout.around(index) != Bracket::Round || layout.text(index + 1) != b"(" {
        return;
    }
    let Some(closer) = layout.partners.of(index + 1) else { return };
    let head = layout.opener(index).and_then(|opener| opener.checked_sub(1));
    let argument = head.is_some_and(|head| layout.tokens.is_word(head) && is_called(layout, head));
    if !argument {
        layout.blank(index, closer, gaps);
        gaps.put(layout.tokens.all[index].start(), b"int");
    }
}

/// `offsetof(struct a, b.c)` is parsed with the first member only, `__alignof__(*a)` as a size.
pub(super) fn of_layout(layout: &Layout<'_>, index: usize, gaps: &mut Gaps) {
    if layout.text(index + 1) != b"(" {
        return;
    }
    match layout.text(index) {
        b"offsetof" | b"__builtin_offsetof" => {
            let Some(closer) = layout.partners.of(index + 1) else { return };
            let member = layout.commas(index + 1, closer).first().map_or(closer, |comma| comma + 1);
            if member + 1 < closer && layout.tokens.is_word(member) {
                layout.blank(member + 1, closer - 1, gaps);
            }
        }
        b"__alignof__" | b"__alignof" | b"_Alignof" | b"alignof" if layout.text(index + 2) == b"*" => {
            layout.blank(index, index, gaps);
            gaps.put(layout.tokens.all[index].start(), b"sizeof");
        }
        _ => {}
    }
}
