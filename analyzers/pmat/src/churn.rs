//! How often each file changed recently, and who changed it.

use facts::hash::{HashMap, HashSet};
use facts::history::{Change, Commit, FileId, History, PersonId};
use facts::model::RepoPath;
use facts::source::CommitId;
use facts::{Measured, RepoFacts};
use schemars::JsonSchema;
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// What to report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChurnOptions {
    /// The window that the history was read for, in days before its newest commit; none for the whole history.
    pub days: Option<u32>,
    /// Report only the N most changed files.
    pub top_files: Option<usize>,
}

/// The churn of a tree.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "Churn")]
pub struct ChurnReport {
    /// The newest commit: ages and the window count back from its time.
    pub head: CommitId,
    /// When it was committed, in seconds since the epoch.
    pub time: i64,
    /// The window in days; none for the whole history.
    pub days: Option<u32>,
    /// Which part of the history the figures are about, in words.
    pub window: String,
    /// Commits in the window, merges included.
    pub commits: usize,
    /// Those of them that are merges; they change nothing of their own.
    pub merges: usize,
    /// Commits of bots that were left out.
    pub bot_commits_left_out: usize,
    /// Files changed.
    pub files_changed: usize,
    /// Lines added.
    pub added: u64,
    /// Lines removed.
    pub removed: u64,
    /// The most changed files first: by commits, then by changed lines, then by path.
    pub files: Vec<FileChurn>,
    /// Who changed what, most commits first.
    pub authors: Vec<AuthorChurn>,
}

/// The churn of a file.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct FileChurn {
    /// The newest of its paths.
    pub path: RepoPath,
    /// Commits that changed it, under this or an earlier path.
    pub commits: usize,
    /// Lines added.
    pub added: u64,
    /// Lines removed.
    pub removed: u64,
    /// Commits that changed it as a binary file, whose lines are not counted.
    pub binary_changes: usize,
    /// How many people and bots changed it.
    pub authors: usize,
    /// The last commit that changed it.
    pub last_commit: CommitId,
    /// When that was committed, in seconds since the epoch.
    pub last_change: i64,
    /// Whole days from then to the newest commit.
    pub days_since_change: u32,
    /// Lines added and removed for each source line it has now (Nagappan and Ball, "Use of Relative Code Churn Measures
    /// to Predict System Defect Density", ICSE 2005).
    pub relative_churn: Measured<f64>,
}

/// The churn of an author.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AuthorChurn {
    /// The name.
    pub name: String,
    /// The e-mail address.
    pub email: String,
    /// A program.
    pub bot: bool,
    /// Commits, merges included.
    pub commits: usize,
    /// Lines added.
    pub added: u64,
    /// Lines removed.
    pub removed: u64,
}

/// The churn that `history` shows, with the sizes that `facts` knows.
///
/// # Errors
/// There is nothing to measure, for the given reason.
pub fn analyze(facts: &RepoFacts, history: &History, options: &ChurnOptions) -> Result<ChurnReport, NoChurn> {
    if history.known().next().is_none() {
        return Err(nothing_known(history));
    }
    let mut files: HashMap<FileId, Tally> = HashMap::default();
    let mut authors: BTreeMap<PersonId, AuthorChurn> = BTreeMap::new();
    let (mut added, mut removed) = (0, 0);
    for commit in history.known() {
        let author = authors.entry(commit.author).or_insert_with(|| nothing_yet(history, commit.author));
        author.commits += 1;
        let mut counted = HashSet::default();
        for change in &commit.changes {
            author.added += u64::from(change.added);
            author.removed += u64::from(change.removed);
            added += u64::from(change.added);
            removed += u64::from(change.removed);
            let tally = files.entry(change.file).or_insert_with(|| Tally::new(commit));
            tally.add(commit, change, counted.insert(change.file));
        }
    }
    let sizes: HashMap<&RepoPath, u32> =
        facts.files.iter().map(|file| (file.path(), file.data.facts.lines.source)).collect();
    let newest = history.files_by_path();
    let mut files: Vec<(FileId, Tally)> = files.into_iter().collect();
    files.sort_unstable_by_key(|(file, _)| *file);
    let mut churns: Vec<FileChurn> = files
        .into_iter()
        .map(|(file, tally)| {
            let path = history.file_path(file);
            let size = sizes.get(path).copied().filter(|_| newest.get(path) == Some(&file));
            tally.finish(path, size, history)
        })
        .collect();
    churns.sort_by(|a, b| a.order().cmp(&b.order()));
    let files_changed = churns.len();
    churns.truncate(options.top_files.unwrap_or(usize::MAX));
    let mut authors: Vec<AuthorChurn> = authors.into_values().collect();
    authors.sort_by(|a, b| a.order().cmp(&b.order()));
    Ok(ChurnReport {
        head: history.head,
        time: history.time,
        days: options.days,
        window: window(history, options.days),
        commits: history.known().count(),
        merges: history.known().filter(|commit| commit.parents > 1).count(),
        bot_commits_left_out: history.bot_commits_left_out,
        files_changed,
        added,
        removed,
        files: churns,
        authors,
    })
}

/// Why a history gives no churn for a tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoChurn {
    /// It has no commit.
    NoCommit,
    /// All of its commits were made by bots.
    Bots(usize),
    /// The changes of every commit are unknown.
    CutOff,
    /// It contains none of the tree's files.
    NoFile,
}

impl std::fmt::Display for NoChurn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            NoChurn::NoCommit => f.write_str("no commit changed anything there in that time"),
            NoChurn::Bots(bots) => write!(f, "all {bots} commits are of bots, which were left out"),
            NoChurn::CutOff => f.write_str(
                "the clone is cut off right behind its newest commit (`git clone --depth 1`), so nobody knows what was \
                 changed; `git fetch --unshallow` brings the history",
            ),
            NoChurn::NoFile => f.write_str("none of the measured files is in any commit of the history"),
        }
    }
}

impl std::error::Error for NoChurn {}

/// The reason for a history without any commit whose changes are known.
pub fn nothing_known(history: &History) -> NoChurn {
    match (history.commits.len(), history.bot_commits_left_out) {
        (0, 0) => NoChurn::NoCommit,
        (0, bots) => NoChurn::Bots(bots),
        _ => NoChurn::CutOff,
    }
}

/// `the last 30 days`, `the whole history`, or their form for a shallow clone.
pub fn window(history: &History, days: Option<u32>) -> String {
    let wanted = match days {
        Some(1) => "the last day".to_owned(),
        Some(days) => format!("the last {days} days"),
        None => "the whole history".to_owned(),
    };
    match (history.shallow, history.truncated) {
        (true, _) => format!("{wanted}, since the clone's depth (it is shallow)"),
        (_, true) => format!("{wanted}, the newest {} commits", history.commits.len()),
        _ => wanted,
    }
}

fn nothing_yet(history: &History, author: PersonId) -> AuthorChurn {
    let person = history.person(author).clone();
    AuthorChurn { name: person.name, email: person.email, bot: person.bot, commits: 0, added: 0, removed: 0 }
}

impl AuthorChurn {
    fn order(&self) -> (Reverse<(usize, u64)>, &str, &str) {
        (Reverse((self.commits, self.added + self.removed)), &self.name, &self.email)
    }
}

impl FileChurn {
    fn order(&self) -> (Reverse<(usize, u64)>, &RepoPath, Reverse<i64>, CommitId) {
        (
            Reverse((self.commits, self.added + self.removed)),
            &self.path,
            Reverse(self.last_change),
            self.last_commit,
        )
    }
}

/// The counts of one file, starting with its newest commit.
struct Tally {
    commits: usize,
    added: u64,
    removed: u64,
    binary_changes: usize,
    authors: HashSet<PersonId>,
    last_commit: CommitId,
    last_change: i64,
}

impl Tally {
    fn new(newest: &Commit) -> Tally {
        Tally {
            commits: 0,
            added: 0,
            removed: 0,
            binary_changes: 0,
            authors: HashSet::default(),
            last_commit: newest.id,
            last_change: newest.commit_time,
        }
    }

    fn add(&mut self, commit: &Commit, change: &Change, first_in_commit: bool) {
        self.commits += usize::from(first_in_commit);
        self.added += u64::from(change.added);
        self.removed += u64::from(change.removed);
        self.binary_changes += usize::from(change.binary);
        self.authors.insert(commit.author);
    }

    fn finish(self, path: &RepoPath, source_lines: Option<u32>, history: &History) -> FileChurn {
        let changed = self.added + self.removed;
        let relative_churn = match source_lines {
            Some(0) => Measured::unsupported("it has no source lines"),
            Some(lines) => Measured::Value(changed as f64 / f64::from(lines)),
            None => Measured::unsupported("it is no measured file of the tree"),
        };
        FileChurn {
            path: path.clone(),
            commits: self.commits,
            added: self.added,
            removed: self.removed,
            binary_changes: self.binary_changes,
            authors: self.authors.len(),
            last_commit: self.last_commit,
            last_change: self.last_change,
            days_since_change: history.days_before_head(self.last_change),
            relative_churn,
        }
    }
}
