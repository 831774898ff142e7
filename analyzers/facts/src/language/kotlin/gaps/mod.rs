//! Syntax missing from the Kotlin grammar: guards (2.2), context parameters (2.2), backing fields (2.3), soft keywords
//! as names, accessors with annotations, constructors below the name of their class, arrays without elements, a last
//! member on the line of the closing brace, strings with several dollars, imports in scripts below other statements.

mod accessors;
mod heads;
mod names;
mod strings;

use crate::language::gaps::{Gaps, Reading};
use crate::language::rough::{Habits, Kind, Partners, Tokens};

const HABITS: Habits = Habits {
    nested_comments: true,
    triple_quotes: true,
    templates: false,
    directives: false,
    interpolation: true,
};

/// Words that may begin a declaration.
const DECLARATIONS: &[&[u8]] = &[
    b"fun",
    b"val",
    b"var",
    b"class",
    b"interface",
    b"object",
    b"private",
    b"public",
    b"internal",
    b"protected",
    b"override",
    b"abstract",
    b"open",
    b"suspend",
    b"inline",
    b"operator",
    b"infix",
    b"tailrec",
    b"external",
    b"data",
    b"sealed",
    b"enum",
    b"annotation",
    b"lateinit",
    b"const",
    b"expect",
    b"actual",
    b"typealias",
    b"final",
    b"value",
    b"context",
    b"constructor",
    b"inner",
    b"companion",
    b"@",
];

pub(super) fn gaps(source: &[u8], reading: Reading, gaps: &mut Gaps) {
    if reading == Reading::First {
        return;
    }
    let tokens = Tokens::of(source, HABITS);
    let partners = tokens.partners();
    let mut braces: Vec<usize> = Vec::new();
    for index in 0..tokens.all.len() {
        match tokens.text(index) {
            b"{" => braces.push(index),
            b"}" => {
                braces.pop();
                last_member(&tokens, index, gaps);
            }
            b"get" | b"set" if accessors::is_accessor(&tokens, &partners, index, braces.last().copied()) => {
                accessors::accessor(&tokens, &partners, index, gaps);
            }
            b"field" if accessors::is_backing_field(&tokens, &partners, index, braces.last().copied()) => {
                accessors::backing_field(&tokens, index, gaps);
            }
            _ if tokens.is_word(index) => word(&tokens, &partners, index, gaps),
            _ if tokens.all[index].kind == Kind::Text => strings::string(&tokens, index, gaps),
            _ => sign(&tokens, &partners, index, gaps),
        }
    }
    heads::imports(&tokens, &partners, gaps);
}

/// Handles a word that the grammar would misread.
fn word(tokens: &Tokens<'_>, partners: &Partners, index: usize, gaps: &mut Gaps) {
    let next = tokens.text(index + 1);
    match tokens.text(index) {
        b"if" if is_guard(tokens, index) => guard(tokens, index, gaps),
        b"context" if next == b"(" => context(tokens, partners, index, gaps),
        // No figure depends on this modifier; after a statement it would be an operator.
        b"suspend" if tokens.is_first(index) && matches!(next, b"fun" | b"inline") => {
            gaps.blank(tokens.span(index, index));
        }
        // `a: suspend ((A) -> B)`
        b"suspend" if next == b"(" && tokens.text(index + 2) == b"(" && tokens.before(index) == b":" => {
            gaps.blank(tokens.span(index, index));
        }
        b"constructor" if next == b"(" => heads::constructor(tokens, partners, index, gaps),
        _ if names::is_name(tokens, partners, index) => gaps.name(tokens.span(index, index)),
        _ => {}
    }
}

/// Handles a sign that the grammar does not expect.
fn sign(tokens: &Tokens<'_>, partners: &Partners, index: usize, gaps: &mut Gaps) {
    let next = tokens.text(index + 1);
    match tokens.text(index) {
        // `A?::b`
        b"?" if next == b"::" => gaps.blank(tokens.span(index, index)),
        // The grammar requires an element in the brackets; empty braces are equivalent for the figures.
        b"[" if is_empty_list(tokens, index) => {
            gaps.put(tokens.all[index].start(), b"{");
            gaps.put(tokens.all[index + 1].start(), b"}");
        }
        // `a[b,]`
        b"," if next == b"]" => gaps.blank(tokens.span(index, index)),
        // `a;; b`
        b";" if tokens.before(index) == b";" => gaps.blank(tokens.span(index, index)),
        b"(" if is_callee(tokens, index) => {
            gaps.blank(tokens.span(index, index));
            gaps.blank(tokens.span(index + 2, index + 2));
        }
        // A new statement, not a continuation of the line above.
        b"::" if tokens.is_first(index) && matches!(tokens.before(index), b"}" | b")") => {
            semicolon(tokens, index, gaps);
        }
        // `@file:A @file:B`
        b"@" if next == b"file" && !tokens.is_first(index) => semicolon(tokens, index, gaps),
        b"@" if tokens.is_first(index) => accessors::quoted_brackets(tokens, partners, index, gaps),
        _ => {}
    }
}

/// Puts a semicolon before a token, if there is a blank.
fn semicolon(tokens: &Tokens<'_>, index: usize, gaps: &mut Gaps) {
    let start = tokens.all[index].start();
    if start > 0 && matches!(tokens.source[start - 1], b' ' | b'\t') {
        gaps.put(start - 1, b";");
    }
}

/// `{ (f)(a) }`: the grammar parses the first brackets of a lambda as its parameters.
fn is_callee(tokens: &Tokens<'_>, index: usize) -> bool {
    tokens.before(index) == b"{"
        && tokens.is_word(index + 1)
        && tokens.text(index + 2) == b")"
        && matches!(tokens.text(index + 3), b"(" | b"." | b"?." | b"[")
}

/// `[]` as the value of an argument.
fn is_empty_list(tokens: &Tokens<'_>, index: usize) -> bool {
    tokens.text(index + 1) == b"]" && matches!(tokens.before(index), b"=" | b"(" | b",")
}

/// The `if` of a guard: a guard of its branch, or a part of `else if`.
fn guard(tokens: &Tokens<'_>, index: usize, gaps: &mut Gaps) {
    match tokens.before(index) {
        b"else" => gaps.blank(tokens.span(index - 1, index)),
        _ => gaps.guard(tokens.all[index].start()),
    }
}

/// `context(a: A)` before a declaration.
fn context(tokens: &Tokens<'_>, partners: &Partners, index: usize, gaps: &mut Gaps) {
    if let Some(end) = partners.of(index + 1)
        && introduces(tokens, partners, index, end)
    {
        gaps.blank(tokens.span(index, end));
    }
}

/// `is A if b -> …` and `else if b -> …`: an `if` behind an operand, with the arrow on the same line.
fn is_guard(tokens: &Tokens<'_>, index: usize) -> bool {
    if tokens.all[index].first || index == 0 {
        return false;
    }
    let before = &tokens.all[index - 1];
    let behind_operand = matches!(before.kind, Kind::Word | Kind::Number | Kind::Text)
        || matches!(tokens.before(index), b")" | b"]" | b">");
    let mut depth = 0;
    for at in index + 1..(index + 400).min(tokens.all.len()) {
        match tokens.text(at) {
            b"(" | b"[" => depth += 1,
            b")" | b"]" => depth -= 1,
            b"->" if depth == 0 => return behind_operand,
            b"{" | b"}" | b";" | b"else" | b"return" | b"=" if depth == 0 && !compares(tokens, at) => {
                return false;
            }
            _ => {}
        }
        if depth < 0 {
            return false;
        }
    }
    false
}

/// True for the `=` of `==`, `!=`, `<=` and `>=`.
fn compares(tokens: &Tokens<'_>, at: usize) -> bool {
    tokens.text(at) == b"="
        && (tokens.text(at + 1) == b"=" || matches!(tokens.before(at), b"=" | b"!" | b"<" | b">"))
}

/// True if `context(…)` is before a declaration or in a function type.
fn introduces(tokens: &Tokens<'_>, partners: &Partners, index: usize, end: usize) -> bool {
    let next = tokens.text(end + 1);
    if DECLARATIONS.contains(&next) {
        return tokens.is_first(index) || matches!(tokens.before(index), b"{" | b"}" | b";" | b")");
    }
    let behind = partners.of(end + 1);
    next == b"(" && behind.is_some_and(|closer| tokens.text(closer + 1) == b"->")
}

/// A member may end with the closing brace of its class; the grammar expects a line break or a semicolon.
fn last_member(tokens: &Tokens<'_>, index: usize, gaps: &mut Gaps) {
    let start = tokens.all[index].start();
    let opens = matches!(tokens.before(index), b"{" | b";" | b"," | b"->" | b"(" | b"");
    if !tokens.all[index].first && !opens && tokens.source[start - 1] == b' ' {
        gaps.put(start - 1, b";");
    }
}
