//! Syntax missing from the Swift grammar: a blank between a closing brace and a semicolon.

use crate::language::gaps::{Gaps, Reading};
use crate::language::rough::{Habits, Tokens};

const HABITS: Habits = Habits {
    nested_comments: true,
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
    for index in 1..tokens.all.len() {
        let token = &tokens.all[index];
        let end = tokens.all[index - 1].end();
        let separates = tokens.text(index) == b";" && tokens.before(index) == b"}" && !token.first;
        // The semicolon moves to the brace.
        if separates && matches!(source[end], b' ' | b'\t') {
            gaps.blank(token.start()..token.end());
            gaps.put(end, b";");
        }
    }
}
