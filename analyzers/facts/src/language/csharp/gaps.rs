//! Syntax missing from the C# grammar.

use crate::language::gaps::{Gaps, Reading};
use crate::language::rough::{Habits, Partners, Tokens};

const HABITS: Habits = Habits {
    nested_comments: false,
    triple_quotes: true,
    templates: false,
    directives: true,
    interpolation: false,
};

pub(super) fn gaps(source: &[u8], reading: Reading, gaps: &mut Gaps) {
    if reading == Reading::First {
        return;
    }
    directives_of_programs(source, gaps);
    let tokens = Tokens::of(source, HABITS);
    let partners = tokens.partners();
    for index in 0..tokens.all.len() {
        match tokens.text(index) {
            b"?." if is_assigned(&tokens, &partners, index) => {
                let start = tokens.all[index].start();
                gaps.blank(start..start + 1);
            }
            b"extension" if matches!(tokens.before(index), b"{" | b"}" | b";" | b"]") => {
                extension(&tokens, &partners, index, gaps);
            }
            // `ref partial struct T`
            b"ref" if tokens.text(index + 1) == b"partial" && tokens.text(index + 2) == b"struct" => {
                gaps.blank(tokens.span(index, index));
            }
            b"allows" if tokens.text(index + 1) == b"ref" && tokens.text(index + 2) == b"struct" => {
                allows_ref_structs(&tokens, index, gaps);
            }
            b"." if tokens.text(index + 1) == b"." && is_slice(&tokens, &partners, index) => {
                slice(&tokens, index, gaps);
            }
            b"operator" => assigning_operator(&tokens, index, gaps),
            _ => {}
        }
    }
}

/// `a?.b.c = d`: null-conditional assignment, C# 14.
fn is_assigned(tokens: &Tokens<'_>, partners: &Partners, index: usize) -> bool {
    let mut at = index + 1;
    let last = (index + 64).min(tokens.all.len());
    while at < last {
        match tokens.text(at) {
            b"[" | b"(" => match partners.of(at) {
                Some(closer) => at = closer,
                None => return false,
            },
            b"." | b"?." => {}
            b"=" => return !matches!(tokens.text(at + 1), b"=" | b">"),
            b"+" | b"-" | b"*" | b"/" | b"|" | b"&" | b"?" if tokens.text(at + 1) == b"=" => return true,
            b"?" if tokens.text(at + 1) == b"?" && tokens.text(at + 2) == b"=" => return true,
            _ if tokens.is_word(at) => {}
            _ => return false,
        }
        at += 1;
    }
    false
}

/// `extension(string s) { … }`, C# 14: its members are those of the class around it.
fn extension(tokens: &Tokens<'_>, partners: &Partners, index: usize, gaps: &mut Gaps) {
    let mut at = index + 1;
    while !matches!(tokens.text(at), b"(" | b"{" | b";" | b"") && at < index + 64 {
        at += 1;
    }
    let Some(parameters) = partners.of(at).filter(|_| tokens.text(at) == b"(") else {
        return;
    };
    let mut body = parameters + 1;
    while !matches!(tokens.text(body), b"{" | b";" | b"" | b"=>" | b"=") && body < parameters + 64 {
        body += 1;
    }
    if let Some(end) = partners.of(body).filter(|_| tokens.text(body) == b"{") {
        gaps.blank(tokens.span(index, body));
        gaps.blank(tokens.span(end, end));
    }
}

/// `#:package Name@1.0` at the top of a program without a project.
fn directives_of_programs(source: &[u8], gaps: &mut Gaps) {
    let mut at = 0;
    for line in source.split_inclusive(|b| *b == b'\n') {
        let text = line.trim_ascii_start();
        if text.starts_with(b"#:") {
            gaps.blank(at..at + line.len());
        } else if !text.is_empty() && !text.starts_with(b"#") && !text.starts_with(b"//") {
            return;
        }
        at += line.len();
    }
}

/// `where T : IX, allows ref struct`, C# 13.
fn allows_ref_structs(tokens: &Tokens<'_>, index: usize, gaps: &mut Gaps) {
    match tokens.before(index) {
        b"," => gaps.blank(tokens.span(index - 1, index + 2)),
        b":" if index > 2 && tokens.text(index - 3) == b"where" => {
            gaps.blank(tokens.span(index - 3, index + 2));
        }
        _ => {}
    }
}

/// The most tokens of a list pattern that are looked at before a slice.
const MOST_TOKENS: usize = 64;

/// True for the `..` of a list pattern: `[1, .., var last]`, `[var first, .. var rest]`.
fn is_slice(tokens: &Tokens<'_>, partners: &Partners, index: usize) -> bool {
    if !matches!(tokens.before(index), b"[" | b",") {
        return false;
    }
    let mut at = index;
    for _ in 0..MOST_TOKENS {
        let Some(before) = at.checked_sub(1) else { return false };
        at = before;
        match tokens.text(at) {
            b"[" => return partners.of(at).is_some_and(|closer| is_list_pattern(tokens, at, closer)),
            b")" | b"]" | b"}" => match partners.of(at) {
                Some(opener) => at = opener,
                None => return false,
            },
            b"(" | b"{" | b";" => return false,
            _ => {}
        }
    }
    false
}

/// True for brackets where a pattern is, not a value.
fn is_list_pattern(tokens: &Tokens<'_>, opener: usize, closer: usize) -> bool {
    let before = tokens.before(opener);
    let goes_on = matches!(tokens.text(closer + 1), b"=>" | b"when" | b"and" | b"or");
    matches!(before, b"is" | b"not" | b"and" | b"or" | b"case" | b":")
        || goes_on && matches!(before, b"{" | b"," | b"(" | b"[")
}

/// A slice alone is parsed as `_`, a slice with a pattern as the pattern.
fn slice(tokens: &Tokens<'_>, index: usize, gaps: &mut Gaps) {
    match tokens.text(index + 2) {
        b"," | b"]" => {
            gaps.blank(tokens.span(index, index + 1));
            gaps.put(tokens.all[index].start(), b"_");
        }
        b"var" | b"not" | b"{" => gaps.blank(tokens.span(index, index + 1)),
        _ => {}
    }
}

/// `operator +=(int a)`, C# 14: parsed as an operator of the same length.
fn assigning_operator(tokens: &Tokens<'_>, index: usize, gaps: &mut Gaps) {
    let first = if tokens.text(index + 1) == b"checked" { index + 2 } else { index + 1 };
    let Some(last) = (first..first + 4).find(|at| tokens.text(at + 1) == b"(") else { return };
    let span = tokens.span(first, last);
    let known: &'static [u8] = match &tokens.source[span.clone()] {
        b"+=" | b"-=" | b"*=" | b"/=" | b"%=" | b"&=" | b"|=" | b"^=" => b"==",
        b"<<=" | b">>=" | b">>>=" => b">>>",
        _ => return,
    };
    gaps.blank(span.clone());
    gaps.put(span.start, known);
}
