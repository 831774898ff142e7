//! Judging new code only: what a change did, not what was there before.
//!
//! The base is judged by the same rules. A finding that the base had, too, is not new, wherever renaming and moving brought
//! it, unless its figure is worse now. Rules about a share of something (duplication, coverage, documentation) compute the
//! share over the new lines instead.

use crate::evidence::Evidence;
use crate::rule::{Draft, REPOSITORY, Rule};
use facts::RepoFacts;
use facts::model::RepoPath;
use facts::source::{Additions, CommitId, SourceTree};
use serde::Serialize;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// What is new in the judged tree, and what was before.
pub struct NewCode<'a> {
    /// How the user named the base, e.g. `origin/main`.
    pub since: String,
    /// The commit that is judged, or that the judged tree is based on.
    pub head: Option<CommitId>,
    /// The new lines.
    pub additions: &'a Additions,
    /// The tree before; none where there was none.
    pub base: Option<BaseTree<'a>>,
}

/// The tree that a change started from.
#[derive(Clone, Copy)]
pub struct BaseTree<'a> {
    /// The tree.
    pub tree: &'a dyn SourceTree,
    /// Its facts, with the sections that the rules need.
    pub facts: &'a RepoFacts,
    /// Where results about it are remembered.
    pub evidence: &'a dyn Evidence,
}

/// How a rule tells findings on new code from others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OnNewCode {
    /// The base is judged, too; what it had is not new.
    Compared,
    /// A finding is new when it stands on a new line, or in a file with new lines when it is about the file.
    ByLine,
    /// The rule looks at the new lines itself.
    ByItself,
    /// The rule is about the repository as a whole, and counts as off.
    Never,
}

/// What a report on new code says of its extent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewCodeExtent {
    /// How the user named the base.
    pub since: String,
    /// The commit that the tree was compared with; none where there was none, so that everything is new.
    pub base: Option<String>,
    /// The commit that was judged, or that the judged tree is based on.
    pub head: Option<String>,
    /// Files that differ.
    pub files: usize,
    /// New lines that are not blank.
    pub lines: usize,
    /// Findings that are not new.
    pub older_findings: usize,
    /// The paths at the base of files that were renamed.
    #[serde(skip)]
    pub old_paths: BTreeMap<RepoPath, RepoPath>,
}

impl NewCodeExtent {
    /// For a person, e.g. `New code since main (1a2b3c4): 12 lines in 2 files; 3 older findings are not judged.`
    pub fn sentence(&self) -> String {
        let count = |count: usize, one: &str, many: &str| match count {
            1 => format!("1 {one}"),
            _ => format!("{count} {many}"),
        };
        let base = match &self.base {
            Some(base) => format!("since {} ({})", self.since, &base[..7.min(base.len())]),
            None => format!("since {} (there is no commit before, so all of it)", self.since),
        };
        format!(
            "New code {base}: {} in {}; {} not judged.",
            count(self.lines, "line", "lines"),
            count(self.files, "file", "files"),
            match self.older_findings {
                0 => "no older finding was".to_owned(),
                1 => "1 older finding was".to_owned(),
                many => format!("{many} older findings were"),
            }
        )
    }
}

/// A finding of the base.
pub(crate) struct BaseFinding {
    pub rule: &'static Rule,
    pub draft: Draft,
    matched: bool,
}

impl BaseFinding {
    pub fn new(rule: &'static Rule, draft: Draft) -> Self {
        BaseFinding { rule, draft, matched: false }
    }
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

/// A finding as it is compared with those of the base.
pub(crate) type Current<'a> = (&'static Rule, &'a Draft);

/// What became of each finding, in their order. Those of one file are matched before moved ones, each with one of the base.
pub(crate) fn compare(
    current: &[Current<'_>],
    mut base: Vec<BaseFinding>,
    additions: &Additions,
) -> Vec<Since> {
    let mut since = vec![Since::New; current.len()];
    for stage in [same_place, renamed_definition, moved] {
        for (index, (rule, draft)) in current.iter().enumerate() {
            if since[index] != Since::New || rule.on_new_code != OnNewCode::Compared {
                continue;
            }
            let fits = |old: &&mut BaseFinding| {
                !old.matched && old.rule.id == rule.id && stage(draft, &old.draft, additions)
            };
            if let Some(old) = base.iter_mut().find(fits) {
                old.matched = true;
                since[index] = older_or_worse(draft, &old.draft);
            }
        }
    }
    for ((rule, draft), since) in current.iter().zip(&mut since) {
        if rule.on_new_code == OnNewCode::ByLine && !on_new_lines(draft, additions) {
            *since = Since::Older;
        }
    }
    since
}

/// The same definition in the same file, whatever its file was called; or a finding about the whole repository.
fn same_place(now: &Draft, then: &Draft, additions: &Additions) -> bool {
    let here = additions.origin(&now.path) == Some(&then.path);
    let everywhere = now.span.is_none() && now.context == REPOSITORY;
    (here || everywhere || is_about_several(then))
        && now.symbol == then.symbol
        && same_context(now, then, additions)
}

/// True where the context names the file itself: then the finding is about all files named there, and it stands in the first.
fn is_about_several(draft: &Draft) -> bool {
    draft.context.contains(' ')
        && draft.context.split(' ').any(|word| word.as_bytes() == draft.path.as_bytes())
}

/// True when both were found on the same, though files that the context names may have other names now.
fn same_context(now: &Draft, then: &Draft, additions: &Additions) -> bool {
    let at_base = |word: &str| {
        let path = RepoPath::from(word);
        let file = additions.files.get(&path);
        file.and_then(|file| file.origin.as_ref()).map_or_else(|| word.to_owned(), ToString::to_string)
    };
    let sorted = |mut words: Vec<String>| {
        words.sort();
        words
    };
    now.context == then.context
        || sorted(now.context.split(' ').map(at_base).collect())
            == sorted(then.context.split(' ').map(str::to_owned).collect())
}

/// A definition of the same file that has another name now and is for the most part not new.
fn renamed_definition(now: &Draft, then: &Draft, additions: &Additions) -> bool {
    let here = additions.origin(&now.path) == Some(&then.path);
    here && now.span.is_some() && now.context == then.context && mostly_old(now, additions)
}

/// What stands in another file now and is for the most part not new.
fn moved(now: &Draft, then: &Draft, additions: &Additions) -> bool {
    let same_name = last_part(now) == last_part(then);
    now.span.is_some() && same_name && now.context == then.context && mostly_old(now, additions)
}

/// The name without what it is a part of: moving a method to another type changes only that.
fn last_part(draft: &Draft) -> Option<&str> {
    let symbol = draft.symbol.as_deref()?;
    symbol.rsplit(['.', ':', '#', '/', ' ']).next()
}

fn mostly_old(draft: &Draft, additions: &Additions) -> bool {
    lines(draft).is_some_and(|lines| {
        let all = lines.end() - lines.start() + 1;
        additions.new_lines(&draft.path, lines) * 2 < all
    })
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

/// True when `value` is further beyond `limit` than `before` was; limits are maxima or minima, as the value tells.
pub(crate) fn is_worse(value: f64, limit: f64, before: f64) -> bool {
    if value > limit { value > before } else { value < before }
}

#[cfg(test)]
mod tests;
