//! The history of a repository: who changed which file when, and by how many lines.
//!
//! All data that depends on a commit alone is mined once and cached under the commit's id; `.mailmap`, time windows,
//! bots and renames over several commits are applied afterwards. Changes and line counts are those of `git log
//! --numstat -M --no-merges` (Git's attributes are ignored: `-diff` and `binary` in `.gitattributes` hide no counts
//! here). Merges are commits without changes of their own. Times are the commits' own; the system clock is never used.
//! Replace refs and grafts are not applied.

mod assemble;
mod differences;
mod in_memory;
mod lineage;
mod lines;
mod log;
mod mine;
mod mining;
mod people;
mod record;
mod walk;

pub use in_memory::PlainCommit;
pub use log::{CommitLog, LogOptions, LoggedCommit};
pub use people::{Person, is_bot};

use crate::cache::{Cache, HistoryRows, HistoryWriting};
use crate::hash::{HashMap, HashSet};
use crate::model::RepoPath;
use crate::progress::Progress;
use crate::source::git_errors::own_words;
use crate::source::{CommitId, GitContext, SourceError};
use gix::ObjectId;
use mine::Miner;
use record::id_of;
use serde::Serialize;
use walk::{Route, State, Steps};

const SECONDS_PER_DAY: i64 = 24 * 60 * 60;

/// Which part of a history to read, and how.
#[derive(Clone, Copy)]
pub struct HistoryOptions<'a> {
    /// The revision whose history is read.
    pub until: &'a str,
    /// Where it begins.
    pub since: Since<'a>,
    /// Only the first parent of each merge; merges then count as the changes that they brought in.
    pub first_parent: bool,
    /// A file keeps its history when it is renamed.
    pub follow_renames: bool,
    /// Leave out commits by bots.
    pub exclude_bots: bool,
    /// Parts of names or addresses of further bots, case-insensitive.
    pub bots: &'a [String],
    /// Read no more commits than this, the newest ones.
    pub max_commits: Option<usize>,
    /// Only changes of these files and of files under these folders, and only commits with such changes; empty for all.
    pub paths: &'a [RepoPath],
    /// Called periodically, from any thread, with the number of commits instead of files.
    pub progress: Option<&'a (dyn Fn(Progress) + Sync)>,
    /// Called between commits, and within large ones; true cancels with an error, and the cache keeps the work done so
    /// far.
    pub cancelled: Option<&'a (dyn Fn() -> bool + Sync)>,
}

impl Default for HistoryOptions<'_> {
    fn default() -> Self {
        HistoryOptions {
            until: "HEAD",
            since: Since::Beginning,
            first_parent: false,
            follow_renames: true,
            exclude_bots: false,
            bots: &[],
            max_commits: None,
            paths: &[],
            progress: None,
            cancelled: None,
        }
    }
}

/// Where a history begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Since<'a> {
    /// With the first commit.
    Beginning,
    /// This many days before the newest commit.
    Days(u32),
    /// After the commits that this revision contains.
    Revision(&'a str),
}

/// Index into [`History::people`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonId(pub u32);

/// Index into [`History::paths`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PathId(pub u32);

/// Index into [`History::files`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// The history of one revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct History {
    /// The revision's commit.
    pub head: CommitId,
    /// When it was committed, in seconds since the epoch: ages count from here.
    pub time: i64,
    /// The commits in descending order of commit time; a commit always comes before its ancestors.
    pub commits: Vec<Commit>,
    /// Every author.
    pub people: Vec<Person>,
    /// Every path that occurs.
    pub paths: Vec<RepoPath>,
    /// Every file, with the newest of its paths. Several files may have had the same path one after another; the first
    /// is the newest.
    pub files: Vec<PathId>,
    /// The clone was cut off (`git clone --depth`), and this history reaches the cut.
    pub shallow: bool,
    /// [`HistoryOptions::max_commits`] left commits out.
    pub truncated: bool,
    /// Commits of bots that were left out.
    pub bot_commits_left_out: usize,
    /// How many commits came from the cache.
    pub from_cache: usize,
    /// What went wrong with the cache, if anything; the history is still right.
    pub cache_trouble: Option<String>,
}

/// One commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// Its id.
    pub id: CommitId,
    /// Who wrote it.
    pub author: PersonId,
    /// When it was written, in seconds since the epoch.
    pub author_time: i64,
    /// When it was committed, in seconds since the epoch.
    pub commit_time: i64,
    /// The first paragraph of its message, on one line.
    pub summary: String,
    /// How many parents it has; more than one for a merge.
    pub parents: usize,
    /// Its parents are not in the clone, so its changes are unknown.
    pub cut_off: bool,
    /// What it changed, sorted by path.
    pub changes: Vec<Change>,
}

/// What a commit did to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// The path after the commit; before it, when the file was removed.
    pub path: PathId,
    /// The path before the commit, when it was renamed.
    pub old_path: Option<PathId>,
    /// The file, through its renames.
    pub file: FileId,
    /// What happened.
    pub kind: ChangeKind,
    /// Lines added.
    pub added: u32,
    /// Lines removed.
    pub removed: u32,
    /// It has no lines to count.
    pub binary: bool,
}

/// What happened to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChangeKind {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// Its content or its mode changed.
    Modified,
    /// Its path changed, and perhaps its content too.
    Renamed,
}

impl History {
    /// A person's data.
    pub fn person(&self, id: PersonId) -> &Person {
        &self.people[id.0 as usize]
    }

    /// A path.
    pub fn path(&self, id: PathId) -> &RepoPath {
        &self.paths[id.0 as usize]
    }

    /// The newest path of a file.
    pub fn file_path(&self, id: FileId) -> &RepoPath {
        self.path(self.files[id.0 as usize])
    }

    /// The files by their newest path; if several had a path one after another, the newest of them.
    pub fn files_by_path(&self) -> HashMap<&RepoPath, FileId> {
        let mut files = HashMap::default();
        for index in 0..self.files.len() {
            let file = FileId(index as u32);
            files.entry(self.file_path(file)).or_insert(file);
        }
        files
    }

    /// Commits whose changes are known: all except those at the cut of a shallow clone.
    pub fn known(&self) -> impl Iterator<Item = &Commit> {
        self.commits.iter().filter(|commit| !commit.cut_off)
    }

    /// Whole days from a time to the newest commit, at least 0.
    pub fn days_before_head(&self, time: i64) -> u32 {
        u32::try_from((self.time.saturating_sub(time)).max(0) / SECONDS_PER_DAY).unwrap_or(u32::MAX)
    }
}

impl GitContext {
    /// The history of a revision. Mined commits are taken from `cache` and stored there. The result does not depend on
    /// the number of threads or on what the cache held, apart from [`History::from_cache`] and
    /// [`History::cache_trouble`].
    ///
    /// # Errors
    /// No such revision, no commit yet, an object that is missing or damaged, or the run was cancelled.
    pub fn history(
        &self,
        options: &HistoryOptions<'_>,
        cache: Option<&Cache>,
    ) -> Result<History, SourceError> {
        let head = id_of(self.commit(options.until)?.0);
        let mut trouble = None;
        let read = |rows: Option<&mut HistoryRows<'_>>| self.walk(head, options, rows);
        let (walked, stale) = match cache {
            Some(cache) => {
                let read = cache.with_history(read);
                trouble = read.trouble;
                (read.result, read.stale)
            }
            None => (read(None), Vec::new()),
        };
        let Steps { steps, truncated } = walked?;
        let from_cache = steps.iter().filter(|step| matches!(step.state, State::Known(_))).count();
        let new = steps.len() - from_cache;
        let mine = |writing: Option<&HistoryWriting<'_>>| mining::mine(self, steps, options, writing);
        let mined = match cache {
            Some(cache) if new > 0 || !stale.is_empty() => {
                let (mined, refused) = cache.write_history(stale, |writing| mine(Some(writing)));
                trouble = trouble.or(refused);
                mined
            }
            _ => mine(None),
        }?;
        let newest = Miner::new(self.local()).header(head)?;
        let repository = self.local();
        let tree = repository.find_tree(newest.tree).ok();
        let present = |path: &RepoPath| {
            let parts = path.as_bytes().split(|byte| *byte == b'/');
            tree.as_ref().is_some_and(|tree| tree.lookup_entry(parts).is_ok_and(|entry| entry.is_some()))
        };
        let mailmap = self.mailmap();
        let time = newest.header.commit_time;
        let mut history = assemble::assemble(head, time, mined, options, mailmap, &present);
        history.truncated = truncated;
        history.from_cache = from_cache;
        history.cache_trouble = trouble;
        Ok(history)
    }

    fn walk(
        &self,
        head: ObjectId,
        options: &HistoryOptions<'_>,
        mut rows: Option<&mut HistoryRows<'_>>,
    ) -> Result<Steps, SourceError> {
        let miner = Miner::new(self.local());
        let route = Route {
            miner: &miner,
            shallow: self.cut_off_commits()?,
            first_parent: options.first_parent,
            max_commits: options.max_commits.unwrap_or(usize::MAX),
            cancelled: options.cancelled,
        };
        let mut oldest = None;
        let mut excluded = HashSet::default();
        match options.since {
            Since::Beginning => {}
            Since::Days(days) => {
                let newest = miner.header(head)?.header.commit_time;
                oldest = Some(newest.saturating_sub(i64::from(days) * SECONDS_PER_DAY));
            }
            Since::Revision(revision) => {
                let base = id_of(self.commit(revision)?.0);
                let whole = Route {
                    max_commits: usize::MAX,
                    first_parent: false,
                    shallow: route.shallow.clone(),
                    ..route
                };
                let before = whole.walk(base, None, &HashSet::default(), rows.as_deref_mut())?;
                excluded.extend(before.steps.into_iter().map(|step| step.id));
            }
        }
        route.walk(head, oldest, &excluded, rows)
    }

    /// The commits of a shallow clone whose parents are missing.
    fn cut_off_commits(&self) -> Result<HashSet<ObjectId>, SourceError> {
        let repository = self.local();
        let unreadable = |error: gix::Error| {
            SourceError::new(format!(
                "the file `shallow` of {} cannot be read: {}; restore it, or clone again",
                repository.git_dir().display(),
                own_words(&error)
            ))
        };
        let commits = repository.shallow_commits().map_err(unreadable)?;
        Ok(commits.map_or_else(HashSet::default, |commits| commits.iter().copied().collect()))
    }
}
