//! Files that are both complex and often changed, so worth improving first (Tornhill, "Your Code as a Crime Scene",
//! 2015), with their authors, their age and the files that change with them.

mod knowledge;
mod ownership;
pub mod truck_factor;

#[cfg(test)]
mod tests;

pub use knowledge::{KeyPerson, Knowledge, Owner};

use crate::churn::{self, NoChurn};
use crate::coverage::Coverage;
use facts::hash::HashMap;
use facts::history::{FileId, History};
use facts::model::RepoPath;
use facts::source::CommitId;
use facts::{FileFacts, Measured, RepoFacts};
use knowledge::Attendance;
use ownership::Tracked;
use schemars::JsonSchema;
use serde::Serialize;
use std::cmp::Reverse;
use trueno_graph::cochange::{CoChangeLimits, co_changes};

const SECONDS_PER_DAY: i64 = 24 * 60 * 60;
/// The revisions in the window at which their factor of the score is one half; below, the same for complexity.
const HALF_REVISIONS: f64 = 10.0;
const HALF_COGNITIVE: f64 = 100.0;
const HALF_SOURCE_LINES: f64 = 500.0;

/// What to report.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HotspotOptions {
    /// Length of the window in days before the newest commit; none for the whole history.
    pub days: Option<u32>,
    /// How complexity is measured.
    pub by: ComplexityBy,
    /// Report only the N hottest files.
    pub top: Option<usize>,
    /// People without a commit in the last this many days before the newest one count as having left.
    pub former_after: u32,
    /// What counts as changing together.
    pub coupling: CoChangeLimits,
}

impl Default for HotspotOptions {
    fn default() -> Self {
        HotspotOptions {
            days: Some(365),
            by: ComplexityBy::Cognitive,
            top: None,
            former_after: 365,
            coupling: CoChangeLimits { max_files: 30, min_shared: 5, min_confidence: 0.5 },
        }
    }
}

/// What the complexity of a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ComplexityBy {
    /// Cognitive complexity of all its functions and of the code outside them; only where the language has a grammar.
    Cognitive,
    /// Its source lines.
    SourceLines,
}

/// Hotspots, knowledge and coupling of a tree.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "Hotspots")]
pub struct HotspotReport {
    /// The newest commit: ages and the window count back from its time.
    pub head: CommitId,
    /// When it was committed, in seconds since the epoch.
    pub time: i64,
    /// The window in days; none for the whole history.
    pub days: Option<u32>,
    /// Which part of the history revisions are counted in, in words.
    pub window: String,
    /// What [`Hotspot::complexity`] is.
    pub complexity_by: ComplexityBy,
    /// Commits in the window, merges included.
    pub commits: usize,
    /// Commits in the whole history.
    pub all_commits: usize,
    /// Commits of bots that were left out.
    pub bot_commits_left_out: usize,
    /// Measured files that changed in the window and have a score.
    pub changed_files: usize,
    /// Measured files without a change in the window.
    pub unchanged_files: usize,
    /// Measured files whose complexity is not known, so that they have no score.
    pub without_complexity: usize,
    /// Measured files that are in no commit of the history.
    pub not_in_history: usize,
    /// The hottest files first.
    pub files: Vec<Hotspot>,
    /// Files that change together, the closest first.
    pub coupling: Vec<Coupling>,
    /// Who knows the tree.
    pub knowledge: Knowledge,
    /// Who knows its upper folders.
    pub folders: Vec<Knowledge>,
    /// Main authors of files with code, most source lines first.
    pub owners: Vec<Owner>,
    /// Main authors who have left.
    pub former_owners: usize,
    /// What was not measured.
    pub coverage: Coverage,
}

/// A file that changes.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Hotspot {
    /// 1 for the hottest; equal scores have the same rank.
    pub rank: usize,
    /// The file.
    pub path: RepoPath,
    /// 0 to 100: `100 · r / (r + 10) · c / (c + h)` of `r` revisions in the window and complexity `c`, where `h` is 100 for
    /// cognitive complexity and 500 for source lines. It rises with either and depends on no other file.
    pub score: f64,
    /// Commits in the window that changed it, under this or an earlier path.
    pub revisions: u32,
    /// Its complexity.
    pub complexity: u64,
    /// Source lines.
    pub source_lines: u32,
    /// Lines added in the window.
    pub added: u64,
    /// Lines removed in the window.
    pub removed: u64,
    /// Commits in the whole history that changed it.
    pub all_revisions: u32,
    /// Code age: whole days from its last change to the newest commit.
    pub days_since_change: u32,
    /// People who ever changed it, without bots.
    pub authors: usize,
    /// Those who made less than 5 % of these commits.
    pub minor_authors: usize,
    /// Who added most of its lines.
    pub main_author: Measured<MainAuthor>,
    /// How many people can leave before it has no author left (in the sense of the truck factor).
    pub truck_factor: Measured<usize>,
}

/// The person who added most lines to a file.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct MainAuthor {
    /// The name.
    pub name: String,
    /// The e-mail address.
    pub email: String,
    /// Their share of the lines that people added, 0 to 1.
    pub share_of_lines: f64,
    /// Their share of the commits of people, 0 to 1.
    pub share_of_commits: f64,
    /// They have left.
    pub former: bool,
}

/// Two files that change together.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Coupling {
    /// The first by path.
    pub a: RepoPath,
    /// The other.
    pub b: RepoPath,
    /// Commits that change both.
    pub shared: u32,
    /// Commits that change the first.
    pub revisions_a: u32,
    /// Commits that change the other.
    pub revisions_b: u32,
    /// Shared commits among those that change either, 0 to 1.
    pub jaccard: f64,
    /// Shared commits among those of the file that changes less often, 0 to 1.
    pub confidence: f64,
}

/// The hotspots of a tree. `history` is the whole history: revisions are counted in the window, people in all of it.
///
/// # Errors
/// There is nothing to measure, for the given reason.
pub fn analyze(
    facts: &RepoFacts,
    history: &History,
    options: &HotspotOptions,
) -> Result<HotspotReport, NoChurn> {
    if history.known().next().is_none() {
        return Err(churn::nothing_known(history));
    }
    let start =
        options.days.map_or(i64::MIN, |days| history.time.saturating_sub(i64::from(days) * SECONDS_PER_DAY));
    let (tracked, not_in_history) = ownership::track(facts, history, start);
    if tracked.is_empty() {
        return Err(NoChurn::NoFile);
    }
    let attendance = Attendance::of(history, options.former_after);
    let mut files: Vec<Hotspot> = tracked
        .iter()
        .filter(|file| file.revisions > 0)
        .filter_map(|file| hotspot(file, history, &attendance, options.by))
        .collect();
    files.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.path.cmp(&b.path)));
    let mut rank = 0;
    for index in 0..files.len() {
        let tied = index > 0 && files[index].score.total_cmp(&files[index - 1].score).is_eq();
        rank = if tied { rank } else { index + 1 };
        files[index].rank = rank;
    }
    let unchanged_files = tracked.iter().filter(|file| file.revisions == 0).count();
    let changed_files = files.len();
    let without_complexity = tracked.len() - unchanged_files - changed_files;
    files.truncate(options.top.unwrap_or(usize::MAX));
    let (knowledge, folders) = knowledge::knowledge(&tracked, &attendance);
    let owners = knowledge::owners(&tracked, &attendance);
    let former_owners = knowledge::former_owners(&owners);
    Ok(HotspotReport {
        head: history.head,
        time: history.time,
        days: options.days,
        window: churn::window(history, options.days),
        complexity_by: options.by,
        commits: history.known().filter(|commit| commit.commit_time >= start).count(),
        all_commits: history.known().count(),
        bot_commits_left_out: history.bot_commits_left_out,
        changed_files,
        unchanged_files,
        without_complexity,
        not_in_history,
        files,
        coupling: coupling(facts, history, start, options.coupling),
        knowledge,
        folders,
        owners,
        former_owners,
        coverage: Coverage::of(facts),
    })
}

/// The cognitive complexity of a file's functions and of the code outside them; none if the language has no grammar.
pub fn cognitive(facts: &FileFacts) -> Option<u64> {
    let functions: u64 = facts.functions.iter().map(|function| u64::from(function.cognitive)).sum();
    facts.has_functions().then_some(functions + u64::from(facts.top_level.cognitive))
}

/// The score of a file with this complexity that changed `revisions` times; see [`Hotspot::score`].
pub fn score(revisions: u32, complexity: u64, by: ComplexityBy) -> f64 {
    let half = match by {
        ComplexityBy::Cognitive => HALF_COGNITIVE,
        ComplexityBy::SourceLines => HALF_SOURCE_LINES,
    };
    let part = |value: f64, half: f64| value / (value + half);
    100.0 * part(f64::from(revisions), HALF_REVISIONS) * part(complexity as f64, half)
}

fn hotspot(
    file: &Tracked<'_>,
    history: &History,
    attendance: &Attendance<'_>,
    by: ComplexityBy,
) -> Option<Hotspot> {
    let facts = &file.record.data.facts;
    let complexity = match by {
        ComplexityBy::Cognitive => cognitive(facts)?,
        ComplexityBy::SourceLines => u64::from(facts.lines.source),
    };
    let main_author = file.main_author().map(|main| {
        let person = history.person(main.person);
        MainAuthor {
            name: person.name.clone(),
            email: person.email.clone(),
            share_of_lines: main.of_lines,
            share_of_commits: main.of_commits,
            former: attendance.is_former(main.person),
        }
    });
    let authors = file.key_authors().len();
    let truck_factor = match (history.shallow, authors) {
        (true, _) => Measured::unsupported("the clone is shallow: who created the file is not known"),
        (false, 0) => Measured::unsupported("nobody did enough to it to be its author"),
        (false, authors) => Measured::Value(authors),
    };
    Some(Hotspot {
        rank: 0,
        path: file.record.path().clone(),
        score: score(file.revisions, complexity, by),
        revisions: file.revisions,
        complexity,
        source_lines: facts.lines.source,
        added: file.added,
        removed: file.removed,
        all_revisions: file.all_revisions,
        days_since_change: history.days_before_head(file.last_change),
        authors: file.authors(),
        minor_authors: file.minor_authors(),
        main_author: main_author
            .map_or_else(|| Measured::unsupported("only bots changed it"), Measured::Value),
        truck_factor,
    })
}

/// The measured files that change together in the window. The size of a commit counts all of its files.
fn coupling(facts: &RepoFacts, history: &History, start: i64, limits: CoChangeLimits) -> Vec<Coupling> {
    let newest = history.files_by_path();
    let place_of: HashMap<FileId, u32> = (0_u32..)
        .zip(&facts.files)
        .filter_map(|(place, file)| Some((*newest.get(file.path())?, place)))
        .collect();
    let commits: Vec<Vec<u32>> = history
        .known()
        .filter(|commit| commit.commit_time >= start && commit.changes.len() <= limits.max_files)
        .map(|commit| {
            commit.changes.iter().filter_map(|change| place_of.get(&change.file).copied()).collect()
        })
        .collect();
    let path = |place: u32| facts.files[place as usize].path().clone();
    let mut pairs: Vec<Coupling> = co_changes(commits.iter().map(Vec::as_slice), limits)
        .into_iter()
        .map(|pair| Coupling {
            a: path(pair.a),
            b: path(pair.b),
            shared: pair.shared,
            revisions_a: pair.revisions_a,
            revisions_b: pair.revisions_b,
            jaccard: pair.jaccard(),
            confidence: pair.confidence(),
        })
        .collect();
    pairs.sort_by(|a, b| {
        let closest = b.jaccard.total_cmp(&a.jaccard).then(Reverse(a.shared).cmp(&Reverse(b.shared)));
        closest.then_with(|| (&a.a, &a.b).cmp(&(&b.a, &b.b)))
    });
    pairs
}
