//! What the grammar of C# does not know.

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
