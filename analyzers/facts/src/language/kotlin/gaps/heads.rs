//! Constructors below the name of their class, and imports below other statements.

use super::accessors::{annotation_before, is_modifier};
use crate::language::gaps::Gaps;
use crate::language::rough::{Partners, Tokens};

/// The most tokens before a constructor that are searched for the name of its class.
const LONGEST_HEAD: usize = 60;
/// The most annotations and modifiers of a constructor.
const MOST_MODIFIERS: usize = 16;

/// Leaves out the annotations and modifiers of a constructor on a line below the name of its class. For a constructor
/// within the class, its parameters are not properties.
pub(super) fn constructor(tokens: &Tokens<'_>, partners: &Partners, index: usize, gaps: &mut Gaps) {
    let mut start = index;
    for _ in 0..MOST_MODIFIERS {
        if start > 0 && is_modifier(tokens.before(start)) {
            start -= 1;
        } else if let Some(first) = annotation_before(tokens, partners, start) {
            start = first;
        } else {
            break;
        }
    }
    let head = (start.saturating_sub(LONGEST_HEAD)..start).rev().map(|at| tokens.text(at));
    let mut head = head.take_while(|text| !matches!(*text, b"{" | b"}" | b"(" | b")" | b";"));
    if !head.any(|word| word == b"class") {
        properties(tokens, partners, index + 1, gaps);
    } else if start < index && (start..=index).any(|at| tokens.is_first(at)) {
        gaps.blank(tokens.span(start, index - 1));
    }
}

/// `constructor(val a: A)` within a class: some compiler versions only warn about it.
fn properties(tokens: &Tokens<'_>, partners: &Partners, opener: usize, gaps: &mut Gaps) {
    let Some(closer) = partners.of(opener) else { return };
    let mut at = opener + 1;
    while at < closer {
        if matches!(tokens.text(at), b"val" | b"var") && matches!(tokens.before(at), b"(" | b",") {
            gaps.blank(tokens.span(at, at));
        }
        at = match tokens.text(at) {
            b"(" | b"[" | b"{" => partners.of(at).unwrap_or(at) + 1,
            _ => at + 1,
        };
    }
}

/// Imports in a script below its first statements (`plugins { … }`): the grammar expects them above.
pub(super) fn imports(tokens: &Tokens<'_>, partners: &Partners, gaps: &mut Gaps) {
    let mut above = true;
    let mut at = 0;
    while at < tokens.all.len() {
        let text = tokens.text(at);
        let begins = tokens.all[at].first;
        let end = partners.of(at).filter(|end| *end > at);
        if begins && text == b"import" && tokens.is_word(at + 1) {
            let mut last = at + 1;
            while !tokens.is_first(last + 1) {
                last += 1;
            }
            if !above {
                gaps.blank(tokens.span(at, last));
            }
            at = last;
        } else if begins && end.is_none() {
            let is_file = text == b"@" && tokens.text(at + 1) == b"file";
            above &= is_file || text == b"package" || text == b"#";
        }
        at = end.unwrap_or(at) + 1;
    }
}
