//! What the grammars of TypeScript and JavaScript do not know.

use crate::language::gaps::{Gaps, Reading};
use crate::language::rough::{Habits, Partners, Tokens};

const HABITS: Habits =
    Habits { nested_comments: false, triple_quotes: false, templates: true, directives: false };

/// What may stand before a type.
const BEFORE_TYPE: &[&[u8]] = &[
    b":",
    b"=",
    b"|",
    b"&",
    b"<",
    b",",
    b"=>",
    b"(",
    b"[",
    b"?",
    b"extends",
    b"as",
    b"satisfies",
    b"keyof",
    b"implements",
    b"readonly",
    b"is",
];

/// Modifiers before `accessor`.
const MODIFIERS: &[&[u8]] =
    &[b"abstract", b"static", b"override", b"public", b"private", b"protected", b"readonly", b"declare"];

pub(in crate::language) fn gaps(source: &[u8], reading: Reading, gaps: &mut Gaps) {
    if reading == Reading::First {
        return;
    }
    let tokens = Tokens::of(source, HABITS);
    let partners = tokens.partners();
    for index in 0..tokens.all.len() {
        let (before, next) = (tokens.before(index), tokens.text(index + 1));
        match tokens.text(index) {
            _ if is_unknown_word(&tokens, index) => gaps.blank(tokens.span(index, index)),
            b"import" if next == b"(" && BEFORE_TYPE.contains(&before) => {
                import_type(&tokens, &partners, index, gaps);
            }
            b"<" if tokens.is_first(index) => call_signature(&tokens, &partners, index, gaps),
            _ => {}
        }
    }
}

/// A word that the grammar does not know, and that changes no figure.
fn is_unknown_word(tokens: &Tokens<'_>, index: usize) -> bool {
    let (before, next) = (tokens.before(index), tokens.text(index + 1));
    match tokens.text(index) {
        // `export type * from`: 5.0.
        b"type" => before == b"export" && next == b"*",
        // `import defer * as a from`: 5.9; `import source a from`: a proposal of ECMAScript.
        b"defer" | b"source" => before == b"import" && (next == b"*" || is_default_import(tokens, index)),
        // Variance: 4.7.
        b"in" | b"out" => matches!(before, b"<" | b"," | b"in" | b"const") && tokens.is_word(index + 1),
        // Auto-accessors: 4.9.
        b"accessor" => MODIFIERS.contains(&before) && (tokens.is_word(index + 1) || next == b"#"),
        _ => false,
    }
}

fn is_default_import(tokens: &Tokens<'_>, index: usize) -> bool {
    tokens.is_word(index + 1) && tokens.text(index + 2) == b"from" && tokens.text(index + 1) != b"from"
}

/// `import("a").B<C>`: the grammar knows the type without arguments only.
fn import_type(tokens: &Tokens<'_>, partners: &Partners, index: usize, gaps: &mut Gaps) {
    let Some(closer) = partners.of(index + 1) else { return };
    if tokens.text(closer + 1) != b"." {
        return;
    }
    let mut at = closer + 2;
    while tokens.is_word(at) && tokens.text(at + 1) == b"." {
        at += 2;
    }
    if tokens.is_word(at) && tokens.text(at + 1) == b"<" {
        gaps.blank(tokens.span(index, closer + 1));
    }
}

/// A call signature on a line of its own, below a member that ends with its line: a semicolon goes before it.
fn call_signature(tokens: &Tokens<'_>, partners: &Partners, index: usize, gaps: &mut Gaps) {
    let ends_member =
        index > 0 && (tokens.is_word(index - 1) || matches!(tokens.before(index), b")" | b"]" | b"}" | b">"));
    let start = tokens.all[index].start();
    let Some(close) = closing_angle(tokens, index) else { return };
    let parameters = partners.of(close + 1).filter(|_| tokens.text(close + 1) == b"(");
    let is_signature = parameters.is_some_and(|closer| tokens.text(closer + 1) == b":");
    if ends_member && is_signature && start > 0 && matches!(tokens.source[start - 1], b' ' | b'\t') {
        gaps.put(start - 1, b";");
    }
}

/// The `>` that closes the type parameters at `index`.
fn closing_angle(tokens: &Tokens<'_>, index: usize) -> Option<usize> {
    let mut depth = 0;
    for at in index..(index + 400).min(tokens.all.len()) {
        match tokens.text(at) {
            b"<" => depth += 1,
            b">" => depth -= 1,
            b";" => return None,
            _ => {}
        }
        if depth == 0 {
            return Some(at);
        }
    }
    None
}
