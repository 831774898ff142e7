//! Syntax missing from the grammars of TypeScript and JavaScript.

mod markup;

use crate::language::gaps::{Gaps, Reading};
use crate::language::rough::{Habits, Kind, Partners, Tokens};

const HABITS: Habits = Habits {
    nested_comments: false,
    triple_quotes: false,
    templates: true,
    directives: false,
    interpolation: false,
};

/// Tokens that may come before a type.
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

/// Words that are operators in an expression or a type, and may also be member names.
const OPERATORS: &[&[u8]] = &[b"in", b"instanceof", b"as", b"satisfies", b"extends", b"is"];

/// The most tokens before an `import()` that are searched for the bracket of a list of type arguments.
const MAX_ARGUMENTS: usize = 64;
/// The deepest nested lists of type arguments that are looked at.
const MAX_ARGUMENT_DEPTH: usize = 4;

pub(in crate::language) fn gaps(source: &[u8], reading: Reading, gaps: &mut Gaps) {
    if reading == Reading::First {
        return;
    }
    let tokens = Tokens::of(source, HABITS);
    let partners = tokens.partners();
    for index in 0..tokens.all.len() {
        let next = tokens.text(index + 1);
        match tokens.text(index) {
            _ if is_unknown_word(&tokens, index) => gaps.blank(tokens.span(index, index)),
            b"import" if next == b"(" => import_of_type(&tokens, &partners, index, gaps),
            b"<" if tokens.is_first(index) => call_signature(&tokens, &partners, index, gaps),
            b"with" | b"assert" if next == b"{" && is_module_path(&tokens, index) => {
                if let Some(end) = partners.of(index + 1) {
                    gaps.blank(tokens.span(index, end));
                }
            }
            word if is_name(&tokens, &partners, index, word) => gaps.name(tokens.span(index, index)),
            b"&" => markup::ampersand(&tokens, index, gaps),
            text if tokens.all[index].kind == Kind::Text => {
                tagged_template(&tokens, index, gaps);
                markup::attribute(text, tokens.all[index].start(), gaps);
            }
            _ => {}
        }
    }
}

/// True for a word that the grammar takes for an operator, but which is a member name or only begins like an operator.
fn is_name(tokens: &Tokens<'_>, partners: &Partners, index: usize, word: &[u8]) -> bool {
    OPERATORS.contains(&word) && is_member(tokens, partners, index)
        || tokens.is_first(index) && begins_like_operator(word)
}

/// `import("a")` in place of a type.
fn import_of_type(tokens: &Tokens<'_>, partners: &Partners, index: usize, gaps: &mut Gaps) {
    if is_type_argument(tokens, index) || is_query(tokens, index) {
        import_argument(tokens, partners, index, gaps);
    } else if BEFORE_TYPE.contains(&tokens.before(index)) {
        import_type(tokens, partners, index, gaps);
    }
}

/// True for a word that the grammar does not know and that affects no figure.
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

/// `in1`: the grammar's scanner reads letters only, and continues the line above.
fn begins_like_operator(word: &[u8]) -> bool {
    let letters = word.iter().take_while(|b| b.is_ascii_alphabetic()).count();
    letters < word.len() && matches!(&word[..letters], b"in" | b"instanceof")
}

/// `import("a").B<C>` and `import("a").B[]`: the grammar knows only the type without these.
fn import_type(tokens: &Tokens<'_>, partners: &Partners, index: usize, gaps: &mut Gaps) {
    let Some(closer) = partners.of(index + 1) else { return };
    if tokens.text(closer + 1) != b"." {
        return;
    }
    let mut at = closer + 2;
    while tokens.is_word(at) && tokens.text(at + 1) == b"." {
        at += 2;
    }
    if !tokens.is_word(at) {
        return;
    }
    if tokens.text(at + 1) == b"<" {
        gaps.blank(tokens.span(index, closer + 1));
    }
    // Blank only the array brackets, so that the import stays visible.
    while tokens.text(at + 1) == b"[" && tokens.text(at + 2) == b"]" {
        gaps.blank(tokens.span(at + 1, at + 2));
        at += 2;
    }
}

/// True for an `import()` in the type arguments of a call: `f<typeof import("a")>()`, `f<A, B<import("a").C>>()`.
fn is_type_argument(tokens: &Tokens<'_>, index: usize) -> bool {
    let mut depth = 0;
    for at in (index.saturating_sub(MAX_ARGUMENTS)..index).rev() {
        match tokens.text(at) {
            b"<" => {
                let called = at > 0 && tokens.is_word(at - 1);
                depth += 1;
                if !called || depth > MAX_ARGUMENT_DEPTH {
                    return false;
                }
                if closing_angle(tokens, at).is_some_and(|close| tokens.text(close + 1) == b"(") {
                    return true;
                }
            }
            b"," | b"|" | b"&" | b"." | b"[" | b"]" | b"(" | b")" => {}
            _ if tokens.is_word(at) || tokens.all[at].kind == Kind::Text => {}
            _ => return false,
        }
    }
    false
}

/// `(typeof import("a").b)[number]`: it must be a type, because nobody asks for the `typeof` of a promise at run time.
fn is_query(tokens: &Tokens<'_>, index: usize) -> bool {
    tokens.before(index) == b"typeof" && tokens.before(index - 1) == b"("
}

/// `typeof import("a").B<C>` where the grammar does not expect `import`: only the path is parsed, as a string type.
fn import_argument(tokens: &Tokens<'_>, partners: &Partners, index: usize, gaps: &mut Gaps) {
    let Some(closer) = partners.of(index + 1) else { return };
    if tokens.all.get(index + 2).is_none_or(|path| path.kind != Kind::Text) {
        return;
    }
    let mut end = closer;
    while tokens.text(end + 1) == b"." && tokens.is_word(end + 2) {
        end += 2;
    }
    if tokens.text(end + 1) == b"<" {
        end = closing_angle(tokens, end + 1).unwrap_or(end);
    }
    let start = if tokens.before(index) == b"typeof" { index - 1 } else { index };
    gaps.blank(tokens.span(start, index + 1));
    gaps.blank(tokens.span(index + 3, end));
}

/// True after the path of an import or export statement: `export { a } from "./a.json" with { type: "json" }`.
fn is_module_path(tokens: &Tokens<'_>, index: usize) -> bool {
    index > 1 && tokens.all[index - 1].kind == Kind::Text && tokens.text(index - 2) == b"from"
}

/// True for a member on its own line whose name would continue the line above, where the previous member ends at its
/// line end.
fn is_member(tokens: &Tokens<'_>, partners: &Partners, index: usize) -> bool {
    let next = if tokens.text(index + 1) == b"?" { index + 2 } else { index + 1 };
    let is_typed = match tokens.text(next) {
        b":" => true,
        b"(" => partners.of(next).is_some_and(|closer| tokens.text(closer + 1) == b":"),
        _ => false,
    };
    tokens.is_first(index) && is_typed
}

/// A tagged template may contain invalid escapes (ECMAScript 2018): leaves out the backslash.
fn tagged_template(tokens: &Tokens<'_>, index: usize, gaps: &mut Gaps) {
    let text = tokens.text(index);
    let tagged = index > 0 && (tokens.is_word(index - 1) || matches!(tokens.before(index), b")" | b"]"));
    if !tagged || text.first() != Some(&b'`') {
        return;
    }
    let start = tokens.all[index].start();
    let mut at = 0;
    while at + 1 < text.len() {
        if text[at] != b'\\' {
            at += 1;
            continue;
        }
        if !is_escape(&text[at + 1..]) {
            gaps.blank(start + at..start + at + 1);
        }
        at += 2;
    }
}

/// True if the text after a backslash is a valid string escape.
fn is_escape(text: &[u8]) -> bool {
    let digits = |from: usize, count: usize| {
        text.get(from..from + count).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    };
    match text {
        [b'x', ..] => digits(1, 2),
        [b'u', b'{', rest @ ..] => {
            let length = rest.iter().take(8).take_while(|byte| byte.is_ascii_hexdigit()).count();
            length > 0 && rest.get(length) == Some(&b'}')
        }
        [b'u', ..] => digits(1, 4),
        _ => true,
    }
}

/// A call signature on its own line, below a member that ends at its line end: puts a semicolon before it.
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
