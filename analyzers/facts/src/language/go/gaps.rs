//! Syntax missing from the Go grammar: the last constant or variable of a list in brackets on one line.

use crate::language::gaps::{Gaps, Reading};
use crate::language::rough::{Habits, Tokens};

const HABITS: Habits = Habits {
    nested_comments: false,
    triple_quotes: false,
    templates: true,
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
        let lists = matches!(tokens.text(index), b"const" | b"var") && tokens.text(index + 1) == b"(";
        let Some(closer) = partners.of(index + 1).filter(|closer| lists && !tokens.is_first(*closer)) else {
            continue;
        };
        let place = tokens.all[closer].start() - 1;
        let ends = !matches!(tokens.before(closer), b"(" | b";");
        if ends && matches!(source[place], b' ' | b'\t') {
            gaps.put(place, b";");
        }
    }
}
