//! Judging new code only: what a change did, not what was there before.
//!
//! The base is judged by the same rules. A finding that the base also had is not new, even if it was renamed or moved,
//! unless its figure is worse now. Rules about a share of something (duplication, coverage, documentation) compute the
//! share over the new lines instead.

use crate::evidence::Evidence;
use crate::rule::{Draft, OnNewCode};
use facts::RepoFacts;
use facts::source::{Additions, CommitId, SourceTree};
use std::ops::RangeInclusive;

mod matching;
mod passage;

pub(crate) use matching::{Passages, Placed, is_anonymous};
pub(crate) use passage::Passage;

/// What is new in the judged tree, and the base that it is compared with.
pub struct NewCode<'a> {
    /// How the user named the base, e.g. `origin/main`.
    pub since: String,
    /// The commit that is judged, or that the judged tree is based on.
    pub head: Option<CommitId>,
    /// The new lines.
    pub additions: &'a Additions,
    /// The tree before; none if there was none.
    pub base: Option<BaseTree<'a>>,
}

/// The tree that a change started from.
#[derive(Clone, Copy)]
pub struct BaseTree<'a> {
    /// The tree.
    pub tree: &'a dyn SourceTree,
    /// Its facts, with the sections that the rules need.
    pub facts: &'a RepoFacts,
    /// Its evidence, with the cache for results about it.
    pub evidence: &'a dyn Evidence,
}

/// What became of a finding since the base.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Since {
    /// The base did not have it.
    New,
    /// The base had it, with a better figure.
    Worse(f64),
    /// The base had it.
    Older,
}

/// What became of each finding, in their order.
pub(crate) fn compare(
    current: &[Placed<'_>],
    base: &[Placed<'_>],
    additions: &Additions,
    read: &mut Passages<'_>,
) -> Vec<Since> {
    let of_base = matching::matched(current, base, additions, read);
    let since = |(now, then): (&Placed<'_>, Option<usize>)| match (now.rule.on_new_code, then) {
        (OnNewCode::ByLine, _) if !on_new_lines(now.draft, additions) => Since::Older,
        (_, Some(then)) => older_or_worse(now.draft, base[then].draft),
        (_, None) => Since::New,
    };
    current.iter().zip(of_base).map(since).collect()
}

fn on_new_lines(draft: &Draft, additions: &Additions) -> bool {
    match lines(draft) {
        Some(lines) => additions.new_lines(&draft.path, lines) > 0,
        None => additions.files.get(&draft.path).is_some_and(|file| !file.lines.is_empty()),
    }
}

fn lines(draft: &Draft) -> Option<RangeInclusive<u32>> {
    draft.span.map(|span| span.start_line..=span.end_line.max(span.start_line))
}

/// Worse when the figure is further beyond its limit than it was.
fn older_or_worse(now: &Draft, then: &Draft) -> Since {
    match (now.value, now.limit, then.value) {
        (Some(value), Some(limit), Some(before)) if is_worse(value, limit, before) => Since::Worse(before),
        _ => Since::Older,
    }
}

/// True if `value` is further beyond `limit` than `before` was; limits are maxima or minima, as the value tells.
pub(crate) fn is_worse(value: f64, limit: f64, before: f64) -> bool {
    if value > limit { value > before } else { value < before }
}

#[cfg(test)]
mod tests;
