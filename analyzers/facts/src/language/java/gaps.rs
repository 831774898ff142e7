//! Syntax missing from the Java grammar: alternative patterns (22), statements before the call of another constructor
//! (25), imports of modules (25).

use crate::language::gaps::{Gaps, Reading};
use crate::language::rough::{Habits, Partners, Tokens};

const HABITS: Habits = Habits {
    nested_comments: false,
    triple_quotes: true,
    templates: false,
    directives: false,
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
            b"case" => alternatives(&tokens, &partners, index, gaps),
            b"super" | b"this" if is_late_call(&tokens, &partners, index) => {
                gaps.name(tokens.span(index, index));
            }
            b"module" if tokens.before(index) == b"import" && tokens.is_word(index + 1) => {
                gaps.blank(tokens.span(index, index));
            }
            _ => {}
        }
    }
}

/// The most tokens of a label that are looked at.
const LONGEST_LABEL: usize = 128;

/// `case A _, B _ -> …`: leaves out all patterns but the last one.
fn alternatives(tokens: &Tokens<'_>, partners: &Partners, index: usize, gaps: &mut Gaps) {
    let mut comma = None;
    let mut is_pattern = false;
    let mut at = index + 1;
    while at < index + LONGEST_LABEL {
        match tokens.text(at) {
            b"->" | b":" => break,
            b"(" | b"[" => match partners.of(at) {
                Some(closer) => {
                    let last = closer.min(at + LONGEST_LABEL);
                    is_pattern |= (at..last).any(|inner| tokens.text(inner) == b"_");
                    at = closer;
                }
                None => return,
            },
            b"," => comma = Some(at),
            b"_" => is_pattern = true,
            b"{" | b"}" | b";" | b"" => return,
            _ => {}
        }
        at += 1;
    }
    if let Some(comma) = comma.filter(|comma| is_pattern && comma - index < LONGEST_LABEL) {
        gaps.blank(tokens.span(index + 1, comma));
    }
}

/// `super(…);` below other statements is parsed as the call of a method.
fn is_late_call(tokens: &Tokens<'_>, partners: &Partners, index: usize) -> bool {
    let below = matches!(tokens.before(index), b";" | b"}") && tokens.text(index + 1) == b"(";
    below && partners.of(index + 1).is_some_and(|closer| tokens.text(closer + 1) == b";")
}
