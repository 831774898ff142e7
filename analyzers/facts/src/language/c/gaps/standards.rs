//! Syntax of newer standards and of GNU C that the grammars do not know.

use super::braces::{Bracket, Layout};
use super::{is_macro_name, words};
use crate::language::gaps::Gaps;

/// One form: checks a token, and fills the gap that begins there.
type Form = fn(&Layout<'_>, usize, &mut Gaps);

/// Forms of C, C++ and Objective-C.
const OF_ALL: &[Form] = &[
    atomic_types,
    label_addresses,
    computed_gotos,
    nameless_bit_fields,
    attributes_of_enumerations,
    attribute_namespaces,
    labels_at_the_end,
    calls_without_commas,
    types_of_nameless_enumerations,
];
/// Forms of C and Objective-C only.
const OF_C_ALONE: &[Form] = &[attributes_of_structures, types_of_enumerations, inferred_types];
/// Forms of C++ only.
const OF_CPP: &[Form] = &[namespaces, static_lambdas];

pub(super) fn forms(source: &[u8], cpp: bool, gaps: &mut Gaps) {
    let layout = Layout::of(source);
    for index in 0..layout.tokens.all.len() {
        let of_language = if cpp { OF_CPP } else { OF_C_ALONE };
        OF_ALL.iter().chain(of_language).for_each(|form| form(&layout, index, gaps));
    }
}

/// `_Atomic(int) a` is parsed as `int a`.
fn atomic_types(layout: &Layout<'_>, index: usize, gaps: &mut Gaps) {
    if layout.text(index) != b"_Atomic" || layout.text(index + 1) != b"(" {
        return;
    }
    if let Some(closer) = layout.partners.of(index + 1) {
        layout.blank(index, index + 1, gaps);
        layout.blank(closer, closer, gaps);
    }
}

/// `&&label` of GNU C is parsed as the address of a variable.
fn label_addresses(layout: &Layout<'_>, index: usize, gaps: &mut Gaps) {
    let begins = matches!(layout.tokens.before(index), b"=" | b"{" | b"," | b"?" | b"return");
    let takes = layout.text(index) == b"&" && layout.text(index + 1) == b"&";
    if begins && takes && layout.tokens.is_word(index + 2) {
        layout.blank(index + 1, index + 1, gaps);
    }
}

/// The most tokens of a jump's target, and of a type, that are looked at.
const MOST_TOKENS: usize = 64;

/// `goto *table[a];` of GNU C is parsed as a jump to a label.
fn computed_gotos(layout: &Layout<'_>, index: usize, gaps: &mut Gaps) {
    let star = index + 1;
    if layout.text(index) != b"goto" || layout.text(star) != b"*" {
        return;
    }
    let end = (star + 1..star + MOST_TOKENS).find(|at| matches!(layout.text(*at), b";" | b"{" | b"}" | b""));
    let Some(end) = end.filter(|end| layout.text(*end) == b";") else { return };
    if !layout.tokens.is_word(star + 1) {
        layout.blank(star, end - 1, gaps);
        return gaps.put(layout.tokens.all[star].start(), b"x");
    }
    layout.blank(star, star, gaps);
    if end > star + 2 {
        layout.blank(star + 2, end - 1, gaps);
    }
}

/// `int : 0;` among members.
fn nameless_bit_fields(layout: &Layout<'_>, index: usize, gaps: &mut Gaps) {
    let width = layout.text(index + 1).first().is_some_and(u8::is_ascii_alphanumeric);
    if layout.text(index) != b":" || !width || layout.text(index + 2) != b";" {
        return;
    }
    let before = layout.tokens.before(index);
    let named = before.ends_with(b"_t") && layout.around(index) == Bracket::Declarations;
    if named || words::BASIC_TYPES.contains(&before) {
        layout.blank(index, index + 1, gaps);
    }
}

/// The last token of the attribute `[[…]]` that begins at `index`.
fn end_of_attribute(layout: &Layout<'_>, index: usize) -> Option<usize> {
    let begins = layout.text(index) == b"[" && layout.text(index + 1) == b"[";
    layout.partners.of(index).filter(|_| begins)
}

/// `enum [[a]] name {`, `enum class [[a]] name {` and `enum { ONE [[a]] = 1 }`.
fn attributes_of_enumerations(layout: &Layout<'_>, index: usize, gaps: &mut Gaps) {
    let Some(closer) = end_of_attribute(layout, index).filter(|_| index > 0) else { return };
    let before = layout.tokens.before(index);
    let scoped = matches!(before, b"class" | b"struct") && layout.tokens.before(index - 1) == b"enum";
    let of_value = layout.around(index) == Bracket::Enumeration && layout.tokens.is_word(index - 1);
    if before == b"enum" || scoped || of_value {
        layout.blank(index, closer, gaps);
    }
}

/// `struct [[a]] name {`
fn attributes_of_structures(layout: &Layout<'_>, index: usize, gaps: &mut Gaps) {
    if let Some(closer) = end_of_attribute(layout, index)
        && matches!(layout.tokens.before(index), b"struct" | b"union")
    {
        layout.blank(index, closer, gaps);
    }
}

/// `[[using gnu: pure]]`
fn attribute_namespaces(layout: &Layout<'_>, index: usize, gaps: &mut Gaps) {
    let opens = index > 1 && layout.tokens.before(index) == b"[" && layout.tokens.before(index - 1) == b"[";
    if opens && layout.text(index) == b"using" && layout.text(index + 2) == b":" {
        layout.blank(index, index + 2, gaps);
    }
}

/// A label before a closing brace (C23): the grammars expect a statement after it.
fn labels_at_the_end(layout: &Layout<'_>, index: usize, gaps: &mut Gaps) {
    let ends = layout.text(index + 1) == b":" && layout.text(index + 2) == b"}";
    let other = matches!(
        layout.text(index),
        b"default" | b"public" | b"private" | b"protected" | b"signals" | b"slots" | b"Q_SIGNALS"
    );
    if ends && !other && layout.begins_statement(index) && !layout.is_branch(index) {
        layout.blank(index, index + 1, gaps);
    }
}

/// Operators of C++ that are words.
const OPERATORS: &[&[u8]] = &[
    b"and", b"or", b"xor", b"not", b"compl", b"bitand", b"bitor", b"and_eq", b"or_eq", b"xor_eq", b"not_eq",
];

/// `{ X(a) X(b) }`: calls of macros that write the commas between values themselves.
fn calls_without_commas(layout: &Layout<'_>, index: usize, gaps: &mut Gaps) {
    let is_called = |at: usize| {
        let name = layout.text(at);
        layout.tokens.is_word(at)
            && layout.text(at + 1) == b"("
            && !words::is_keyword(name)
            && !OPERATORS.contains(&name)
    };
    let begins = matches!(layout.tokens.before(index), b"{" | b"," | b")");
    if layout.around(index) != Bracket::Values || !begins || !is_called(index) {
        return;
    }
    let Some(closer) = layout.partners.of(index + 1).filter(|closer| is_called(closer + 1)) else { return };
    let place = layout.tokens.all[closer + 1].start() - 1;
    if layout.tokens.is_first(closer + 1) {
        // The others are left out as lines of values.
        if !layout.tokens.is_first(index) || !is_macro_name(layout.text(index)) {
            layout.blank(index, closer, gaps);
        }
    } else if matches!(layout.tokens.source[place], b' ' | b'\t') {
        gaps.put(place, b",");
    }
}

/// `enum : unsigned char {`
fn types_of_nameless_enumerations(layout: &Layout<'_>, index: usize, gaps: &mut Gaps) {
    if layout.text(index) == b"enum" {
        underlying_type(layout, index + 1, gaps);
    }
}

/// `enum name : unsigned char {` (C23)
fn types_of_enumerations(layout: &Layout<'_>, index: usize, gaps: &mut Gaps) {
    if layout.text(index) == b"enum" && layout.tokens.is_word(index + 1) {
        underlying_type(layout, index + 2, gaps);
    }
}

/// Leaves out the type behind that colon.
fn underlying_type(layout: &Layout<'_>, colon: usize, gaps: &mut Gaps) {
    let names = |at: usize| layout.tokens.is_word(at) || layout.text(at) == b"::";
    let end = (colon + 1..colon + MOST_TOKENS).find(|at| !names(*at)).unwrap_or(colon);
    if layout.text(colon) == b":" && end > colon + 1 && matches!(layout.text(end), b"{" | b";") {
        layout.blank(colon, end - 1, gaps);
    }
}

/// `auto a = 1;` (C23)
fn inferred_types(layout: &Layout<'_>, index: usize, gaps: &mut Gaps) {
    let named = layout.tokens.is_word(index + 1) && !words::is_keyword(layout.text(index + 1));
    if layout.text(index) == b"auto" && named && layout.text(index + 2) == b"=" {
        gaps.put(layout.tokens.all[index].start(), b"int ");
    }
}

/// `namespace API_EXPORT name {`, `namespace __attribute__((a)) name {` and `namespace name __attribute__((a)) {`.
fn namespaces(layout: &Layout<'_>, index: usize, gaps: &mut Gaps) {
    if layout.text(index) != b"namespace" {
        return;
    }
    let (first, second) = (index + 1, index + 2);
    let attribute =
        [first, second].into_iter().find(|at| matches!(layout.text(*at), b"__attribute__" | b"__attribute"));
    if let Some(attribute) = attribute {
        let closer = layout.partners.of(attribute + 1);
        return closer.into_iter().for_each(|closer| layout.blank(attribute, closer, gaps));
    }
    let next = layout.text(index + 3);
    let named = layout.tokens.is_word(first) && layout.tokens.is_word(second);
    if !named || !matches!(next, b"{" | b"::") {
        return;
    }
    let behind = next == b"{" && is_macro_name(layout.text(second)) && !is_macro_name(layout.text(first));
    let word = if behind { second } else { first };
    layout.blank(word, word, gaps);
}

/// `[](int a) static { … }` (C++23)
fn static_lambdas(layout: &Layout<'_>, index: usize, gaps: &mut Gaps) {
    let behind = matches!(layout.tokens.before(index), b")" | b"]");
    let before_body = matches!(layout.text(index + 1), b"{" | b"->" | b"noexcept");
    if layout.text(index) == b"static" && behind && before_body {
        layout.blank(index, index, gaps);
    }
}
