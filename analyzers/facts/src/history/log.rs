//! Commits without their changes: ids, order, authors.

use super::record::{Signature, id_of};
use super::walk::Steps;
use super::{HistoryOptions, Person, PersonId, Since, people};
use crate::hash::HashMap;
use crate::source::{CommitId, GitContext, SourceError};
use bstr::ByteSlice;

/// Which commits to list.
#[derive(Clone, Copy)]
pub struct LogOptions<'a> {
    /// The revision whose history is listed.
    pub until: &'a str,
    /// Where it begins.
    pub since: Since<'a>,
    /// Only the first parent of each merge.
    pub first_parent: bool,
    /// Parts of names or addresses of further bots, case-insensitive.
    pub bots: &'a [String],
    /// Called between commits; true cancels with an error.
    pub cancelled: Option<&'a (dyn Fn() -> bool + Sync)>,
}

impl Default for LogOptions<'_> {
    fn default() -> Self {
        LogOptions { until: "HEAD", since: Since::Beginning, first_parent: false, bots: &[], cancelled: None }
    }
}

/// Commits without their changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommitLog {
    /// In descending order of commit time; along first parents in their order, whatever their times.
    pub commits: Vec<LoggedCommit>,
    /// Every author.
    pub people: Vec<Person>,
    /// The clone was cut off (`git clone --depth`), and this history reaches the cut.
    pub shallow: bool,
}

/// One commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedCommit {
    /// Its id.
    pub id: CommitId,
    /// The ids of its parents.
    pub parents: Vec<CommitId>,
    /// Who wrote it.
    pub author: PersonId,
    /// When it was written, in seconds since the epoch.
    pub author_time: i64,
    /// When it was committed, in seconds since the epoch.
    pub commit_time: i64,
    /// The first paragraph of its message, on one line.
    pub summary: String,
    /// Its parents are not in the clone.
    pub cut_off: bool,
}

impl CommitLog {
    /// A person's data.
    pub fn person(&self, id: PersonId) -> &Person {
        &self.people[id.0 as usize]
    }
}

impl GitContext {
    /// The commits of a revision's history.
    ///
    /// # Errors
    /// No such revision, no commit yet, an object that is missing or damaged, or the run was cancelled.
    pub fn log(&self, options: &LogOptions<'_>) -> Result<CommitLog, SourceError> {
        let head = id_of(self.commit(options.until)?.0);
        let walk = HistoryOptions {
            since: options.since,
            first_parent: options.first_parent,
            cancelled: options.cancelled,
            ..HistoryOptions::default()
        };
        let Steps { steps, .. } = self.walk(head, &walk, None)?;
        let mut numbers: HashMap<Signature, usize> = HashMap::default();
        let mut signatures: Vec<Signature> = Vec::new();
        let mut signature_of = Vec::with_capacity(steps.len());
        for step in &steps {
            let author = &step.header().author;
            let number = *numbers.entry(author.clone()).or_insert_with(|| {
                signatures.push(author.clone());
                signatures.len() - 1
            });
            signature_of.push(number);
        }
        let (people, person_of) = people::persons(&signatures, self.mailmap(), options.bots);
        let commits: Vec<LoggedCommit> = steps
            .iter()
            .zip(signature_of)
            .map(|(step, signature)| {
                let header = step.header();
                LoggedCommit {
                    id: CommitId::from_git(&step.id),
                    parents: header.parents.iter().map(|parent| CommitId(*parent)).collect(),
                    author: PersonId(person_of[signature]),
                    author_time: header.author_time,
                    commit_time: header.commit_time,
                    summary: header.summary.to_str_lossy().into_owned(),
                    cut_off: step.boundary,
                }
            })
            .collect();
        let shallow = commits.iter().any(|commit| commit.cut_off);
        Ok(CommitLog { commits, people, shallow })
    }
}
