//! Who did what to each measured file, through its renames.

use super::truck_factor::{self, Deeds};
use facts::RepoFacts;
use facts::hash::HashMap;
use facts::history::{Change, ChangeKind, Commit, History, PersonId};
use facts::repo::FileRecord;
use std::collections::BTreeMap;

/// People with a smaller share of a file's commits are minor contributors (Bird, Nagappan, Murphy, Gall, Devanbu,
/// "Don't Touch My Code!", FSE 2011).
const MINOR: f64 = 0.05;

/// A measured file that is in the history.
pub struct Tracked<'a> {
    /// Its facts.
    pub record: &'a FileRecord,
    /// Commits in the window.
    pub revisions: u32,
    /// Lines added in the window.
    pub added: u64,
    /// Lines removed in the window.
    pub removed: u64,
    /// Commits in the whole history.
    pub all_revisions: u32,
    /// When it was last changed, in seconds since the epoch.
    pub last_change: i64,
    /// What each person did to it; bots do not count.
    people: BTreeMap<PersonId, Share>,
    /// Who created it, if the history goes back that far.
    creator: Option<PersonId>,
}

/// What a person did to a file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Share {
    /// Their commits.
    pub commits: u32,
    /// Lines they added.
    pub added: u64,
}

/// The person who wrote most of a file.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MainAuthor {
    /// Who.
    pub person: PersonId,
    /// Their share of the lines that people added, 0 to 1; if no line was added, their share of the commits.
    pub of_lines: f64,
    /// Their share of the commits of people, 0 to 1.
    pub of_commits: f64,
}

/// The measured files in the history, in the order of the facts, and the number of those not in it.
pub fn track<'a>(facts: &'a RepoFacts, history: &History, window_start: i64) -> (Vec<Tracked<'a>>, usize) {
    let files = history.files_by_path();
    let mut tracked = Vec::new();
    let mut place_of = HashMap::default();
    let mut unknown = 0;
    for record in &facts.files {
        match files.get(record.path()) {
            Some(file) => {
                place_of.insert(*file, tracked.len());
                tracked.push(Tracked::new(record));
            }
            None => unknown += 1,
        }
    }
    for commit in history.known() {
        let bot = history.person(commit.author).bot;
        let recent = commit.commit_time >= window_start;
        for change in &commit.changes {
            if let Some(place) = place_of.get(&change.file) {
                tracked[*place].add(commit, change, bot, recent);
            }
        }
    }
    let all = tracked.len();
    tracked.retain(|file| file.all_revisions > 0);
    let unseen = all - tracked.len();
    (tracked, unknown + unseen)
}

impl<'a> Tracked<'a> {
    fn new(record: &'a FileRecord) -> Self {
        Tracked {
            record,
            revisions: 0,
            added: 0,
            removed: 0,
            all_revisions: 0,
            last_change: i64::MIN,
            people: BTreeMap::new(),
            creator: None,
        }
    }

    /// Adds a change; changes come from the newest to the oldest.
    fn add(&mut self, commit: &Commit, change: &Change, bot: bool, recent: bool) {
        self.all_revisions += 1;
        self.last_change = self.last_change.max(commit.commit_time);
        if recent {
            self.revisions += 1;
            self.added += u64::from(change.added);
            self.removed += u64::from(change.removed);
        }
        self.creator = (change.kind == ChangeKind::Added && !bot).then_some(commit.author);
        if !bot {
            let share = self.people.entry(commit.author).or_default();
            share.commits += 1;
            share.added += u64::from(change.added);
        }
    }

    /// How many people changed it.
    pub fn authors(&self) -> usize {
        self.people.len()
    }

    /// How many of them made less than 5 % of the commits by people.
    pub fn minor_authors(&self) -> usize {
        let commits = f64::from(self.people.values().map(|share| share.commits).sum::<u32>());
        self.people.values().filter(|share| f64::from(share.commits) < MINOR * commits).count()
    }

    /// Who added most lines; ties go to more commits, then to the latest commit.
    pub fn main_author(&self) -> Option<MainAuthor> {
        let by_lines = |share: &Share| (share.added, share.commits);
        let best = self.people.iter().max_by(|a, b| by_lines(a.1).cmp(&by_lines(b.1)).then(b.0.cmp(a.0)))?;
        let (person, share) = best;
        let added: u64 = self.people.values().map(|share| share.added).sum();
        let commits: u32 = self.people.values().map(|share| share.commits).sum();
        let of_commits = f64::from(share.commits) / f64::from(commits);
        let of_lines = if added == 0 { of_commits } else { share.added as f64 / added as f64 };
        Some(MainAuthor { person: *person, of_lines, of_commits })
    }

    /// Its authors in the sense of the truck factor.
    pub fn key_authors(&self) -> Vec<PersonId> {
        let deeds = |(person, share): (&PersonId, &Share)| {
            let created = self.creator == Some(*person);
            (*person, Deeds { created, changes: share.commits - u32::from(created) })
        };
        truck_factor::authors(&self.people.iter().map(deeds).collect())
    }
}
