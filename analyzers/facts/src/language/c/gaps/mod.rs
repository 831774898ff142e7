//! Syntax missing from the grammars of C, C++ and Objective-C: macros that the preprocessor would have replaced with
//! something else, or nothing, before compilation; newer standards; lines continued before CR LF.

mod arguments;
mod braces;
mod conditions;
mod directives;
mod forms;
mod functions;
mod heads;
mod loops;
mod macros;
mod standards;
#[cfg(test)]
mod tests;
mod words;

use crate::language::gaps::{Gaps, Reading};
use crate::language::rough::{Habits, Tokens};
use bstr::ByteSlice;

const HABITS: Habits = Habits {
    nested_comments: false,
    triple_quotes: false,
    templates: false,
    directives: true,
    interpolation: false,
};

/// Gaps of C and Objective-C.
pub(in crate::language) fn of_c(source: &[u8], reading: Reading, gaps: &mut Gaps) {
    match reading {
        Reading::First => at_first(source, false, gaps),
        Reading::Again => again(source, false, gaps),
    }
}

/// Gaps of C++: those of C, and modules.
pub(in crate::language) fn of_cpp(source: &[u8], reading: Reading, gaps: &mut Gaps) {
    match reading {
        Reading::First => {
            at_first(source, true, gaps);
            forms::emits(source, gaps);
            heads::test_groups(source, gaps);
        }
        Reading::Again => {
            heads::before_templates(source, gaps);
            again(source, true, gaps);
            if source.contains_str("export ") || source.contains_str("import ") {
                modules(source, gaps);
            }
        }
    }
}

fn at_first(source: &[u8], cpp: bool, gaps: &mut Gaps) {
    continued_lines(source, gaps);
    heads::export_macros(source, gaps);
    loops::loops(source, cpp, gaps);
}

/// Each kind of gap is searched in what the previous ones have left: brackets match once the conditions are gone.
fn again(source: &[u8], cpp: bool, gaps: &mut Gaps) {
    directives::defines(source, gaps);
    let text = gaps.filled(source);
    conditions::conditions(&text, cpp, gaps);
    let text = gaps.filled(source);
    standards::forms(&text, cpp, gaps);
    let text = gaps.filled(source);
    loops::loops(&text, cpp, gaps);
    loops::blocks(&text, gaps);
    forms::forms(&text, cpp, gaps);
    let text = gaps.filled(source);
    macros::macros(&text, gaps);
    header_questions(source, gaps);
}

/// A backslash before CR LF continues the line (C11 5.1.1.2, with the line ends of the file): moves the backslash after
/// the CR.
fn continued_lines(source: &[u8], gaps: &mut Gaps) {
    for at in source.find_iter(b"\\\r\n") {
        gaps.put(at, b" \\");
    }
}

/// `__has_include(<a>)`: the answer is unknown here, and does not matter.
fn header_questions(source: &[u8], gaps: &mut Gaps) {
    for at in source.find_iter("__has_include") {
        let rest = &source[at..];
        let end =
            rest.iter().take(400).position(|b| matches!(b, b')' | b'\n')).filter(|end| rest[*end] == b')');
        if let Some(end) = end {
            gaps.blank(at..at + end + 1);
            gaps.put(at, b"1");
        }
    }
}

/// Endings of macro names that come before declarations, even if the names begin with lower-case letters.
const MACRO_ENDS: &[&str] =
    &["_EXPORT", "_EXPORTS", "_API", "_DLL", "_EXTERN", "_PUBLIC", "_INLINE", "_DEPRECATED"];

/// True for a typical macro name: capital letters, digits, underscores.
pub(super) fn is_macro_name(name: &[u8]) -> bool {
    name.len() > 2
        && name.iter().any(u8::is_ascii_uppercase)
        && (name.iter().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || *b == b'_')
            || MACRO_ENDS.iter().any(|end| name.ends_with(end.as_bytes())))
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// True if a declaration may begin after this token.
fn begins_declaration(before: &[u8]) -> bool {
    matches!(before, b"" | b"{" | b"}" | b";" | b":")
}

/// `export` before declarations, and declarations of modules (C++20, module.unit).
fn modules(source: &[u8], gaps: &mut Gaps) {
    let tokens = Tokens::of(source, HABITS);
    for index in 0..tokens.all.len() {
        let begins = begins_declaration(tokens.before(index)) || tokens.before(index) == b"export";
        if !begins || !tokens.is_word(index) {
            continue;
        }
        match tokens.text(index) {
            b"export" => gaps.blank(tokens.span(index, index)),
            b"module" | b"import" if !matches!(tokens.text(index + 1), b"=" | b"(" | b"." | b"->" | b"[") => {
                let rest = (index + 1..tokens.all.len()).take(64);
                if let Some(end) = rest.into_iter().find(|at| tokens.text(*at) == b";") {
                    gaps.blank(tokens.span(index, end));
                }
            }
            _ => {}
        }
    }
}
