//! What the grammar of Kotlin does not know: guards (2.2), context parameters (2.2), soft keywords as names, arrays without
//! elements, a last member on the line of the closing brace.

use crate::language::gaps::{Gaps, Reading};
use crate::language::rough::{Habits, Kind, Partners, Tokens};

const HABITS: Habits =
    Habits { nested_comments: true, triple_quotes: true, templates: false, directives: false };

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
    for index in 0..tokens.all.len() {
        match tokens.text(index) {
            b"if" if is_guard(&tokens, index) => guard(&tokens, index, gaps),
            b"context" if tokens.text(index + 1) == b"(" => context(&tokens, &partners, index, gaps),
            // A modifier that no figure depends on; behind a statement it would be an operator.
            b"suspend" if tokens.is_first(index) && matches!(tokens.text(index + 1), b"fun" | b"inline") => {
                gaps.blank(tokens.span(index, index));
            }
            b"constructor" if tokens.text(index + 1) == b"(" => head_of_constructor(&tokens, index, gaps),
            // `A?::b`
            b"?" if tokens.text(index + 1) == b"::" => gaps.blank(tokens.span(index, index)),
            b"suspend" if is_name(&tokens, index) => gaps.name(tokens.span(index, index)),
            // The grammar wants an element in the brackets; braces without one mean as little.
            b"[" if is_empty_list(&tokens, index) => {
                gaps.put(tokens.all[index].start(), b"{");
                gaps.put(tokens.all[index + 1].start(), b"}");
            }
            b"}" => last_member(&tokens, index, gaps),
            _ => {}
        }
    }
    for at in bstr::ByteSlice::find_iter(source, "$$\"") {
        let signs = source[..at].iter().rev().take_while(|b| **b == b'$').count();
        gaps.blank(at - signs..at + 2);
    }
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

/// Annotations and modifiers of a constructor on a line below the name of the class.
fn head_of_constructor(tokens: &Tokens<'_>, index: usize, gaps: &mut Gaps) {
    let mut start = index;
    while start > 0 {
        let annotation = start > 1 && tokens.text(start - 2) == b"@";
        if annotation {
            start -= 2;
        } else if matches!(tokens.before(start), b"private" | b"public" | b"internal" | b"protected") {
            start -= 1;
        } else {
            break;
        }
    }
    let head = (start.saturating_sub(40)..start).rev().map(|at| tokens.text(at));
    let mut head = head.take_while(|text| !matches!(*text, b"{" | b"}" | b"(" | b")" | b";"));
    if tokens.is_first(start) && head.any(|word| word == b"class") {
        gaps.blank(tokens.span(start, index));
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

/// A `=` of `==`, `!=`, `<=` and `>=`.
fn compares(tokens: &Tokens<'_>, at: usize) -> bool {
    tokens.text(at) == b"="
        && (tokens.text(at + 1) == b"=" || matches!(tokens.before(at), b"=" | b"!" | b"<" | b">"))
}

/// True when `context(…)` stands before a declaration or in a function type.
fn introduces(tokens: &Tokens<'_>, partners: &Partners, index: usize, end: usize) -> bool {
    let next = tokens.text(end + 1);
    if DECLARATIONS.contains(&next) {
        return tokens.is_first(index) || matches!(tokens.before(index), b"{" | b"}" | b";" | b")");
    }
    let behind = partners.of(end + 1);
    next == b"(" && behind.is_some_and(|closer| tokens.text(closer + 1) == b"->")
}

/// `suspend` as the name of a function or a value, not as a modifier.
fn is_name(tokens: &Tokens<'_>, index: usize) -> bool {
    let before = tokens.before(index);
    match tokens.text(index + 1) {
        b"(" => {
            matches!(before, b"fun" | b"." | b"?." | b">" | b"}" | b"{" | b";" | b"=")
                || tokens.all[index].first
        }
        b"{" => before != b"fun",
        b"=" | b"." | b"?." | b")" | b"," | b":" | b"<" | b"}" => true,
        _ => false,
    }
}

/// A member may end with the closing brace of its class; the grammar wants a line break or a semicolon.
fn last_member(tokens: &Tokens<'_>, index: usize, gaps: &mut Gaps) {
    let start = tokens.all[index].start();
    let opens = matches!(tokens.before(index), b"{" | b";" | b"," | b"->" | b"(" | b"");
    if !tokens.all[index].first && !opens && tokens.source[start - 1] == b' ' {
        gaps.put(start - 1, b";");
    }
}
