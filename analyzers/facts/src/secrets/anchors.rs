//! The texts that call for a closer look, and the search for them.

use super::{Found, assignment, block, command, encoded, header, phrase, shape, url};
use aho_corasick::automaton::Automaton;
use aho_corasick::dfa::DFA;
use aho_corasick::{Anchored, MatchKind};
use std::ops::Range;
use std::sync::LazyLock;

/// What an anchor calls for.
#[derive(Clone, Copy)]
pub(super) enum Check {
    /// A token of a known shape, whose prefix is written just so: index into [`shape::SHAPES`].
    Shape(usize, &'static str),
    /// Part of a telling name.
    Name,
    /// The beginning of a program's name.
    Command,
    /// Anything else.
    Other(fn(&[u8], &Range<usize>) -> Option<Found>),
}

/// The anchors, and what each calls for (same index).
pub(super) struct Anchors {
    search: DFA,
    checks: Vec<Check>,
}

pub(super) static ANCHORS: LazyLock<Anchors> = LazyLock::new(|| {
    let mut texts: Vec<&'static str> = Vec::new();
    let mut checks = Vec::new();
    let mut add = |anchors: &[&'static str], check: fn(&'static str) -> Check| {
        texts.extend(anchors);
        checks.extend(anchors.iter().map(|anchor| check(anchor)));
    };
    add(&[block::ANCHOR], |_| Check::Other(block::find));
    add(&[block::PUTTY], |_| Check::Other(block::find_putty));
    add(&[encoded::BLOCK_ANCHOR], |_| Check::Other(encoded::find_block));
    add(&[url::ANCHOR], |_| Check::Other(url::find));
    add(&[url::PGPASS_ANCHOR], |_| Check::Other(url::find_pgpass));
    add(header::BEARER, |_| Check::Other(header::bearer));
    add(header::BASIC, |_| Check::Other(header::basic));
    add(&[phrase::IDENTIFIED], |_| Check::Other(phrase::identified));
    add(&[phrase::SECURE_STRING], |_| Check::Other(phrase::secure_string));
    add(command::USER, |_| Check::Other(command::user));
    add(command::ANCHORS, |_| Check::Command);
    add(assignment::NAME_PARTS, |_| Check::Name);
    for (index, shape) in shape::SHAPES.iter().enumerate() {
        texts.extend(shape.anchors());
        checks.extend(shape.anchors().iter().map(|anchor| Check::Shape(index, anchor)));
    }
    let search = DFA::builder()
        .match_kind(MatchKind::Standard)
        .ascii_case_insensitive(true)
        .prefilter(false)
        .build(&texts)
        .expect("a few hundred short anchors fit an automaton");
    Anchors { search, checks }
});

impl Anchors {
    /// Calls `on` for every anchor in `source`, also where they overlap, in order of their ends.
    ///
    /// This is the one loop that looks at each byte of each file: it asks the automaton directly, which takes half the
    /// instructions of the iterator over overlapping matches.
    pub(super) fn each(&self, source: &[u8], mut on: impl FnMut(Check, Range<usize>)) {
        let search = &self.search;
        let mut state = search.start_state(Anchored::No).expect("the automaton searches without an anchor");
        for (at, byte) in source.iter().enumerate() {
            state = search.next_state(Anchored::No, state, *byte);
            if !search.is_match(state) {
                continue;
            }
            for index in 0..search.match_len(state) {
                let pattern = search.match_pattern(state, index);
                let end = at + 1;
                on(self.checks[pattern.as_usize()], end - search.pattern_len(pattern)..end);
            }
        }
    }
}
