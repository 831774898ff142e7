//! Mining many commits at once.

use super::HistoryOptions;
use super::mine::Miner;
use super::record::{Record, bytes_of, id_of};
use super::walk::{State, Step};
use crate::cache::HistoryWriting;
use crate::hash::HashMap;
use crate::progress::Progress;
use crate::source::{GitContext, SourceError};
use gix::ObjectId;
use rayon::prelude::*;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// Neighbouring commits that one thread mines in a row: they share trees and blobs.
const RUN: usize = 48;
/// The most file changes that one run mines: twice those of Chromium's 1.5 million commits, some 100 bytes each.
const MOST_CHANGES: usize = 25_000_000;

/// A commit with its changes.
pub struct Mined {
    pub id: ObjectId,
    pub record: Record,
    /// Its parents are not in the clone.
    pub cut_off: bool,
}

/// The record of every commit, in the order of the steps; commits that are not in the cache are mined in parallel.
pub fn mine(
    git: &GitContext,
    steps: Vec<Step>,
    options: &HistoryOptions<'_>,
    writing: Option<&HistoryWriting<'_>>,
) -> Result<Vec<Mined>, SourceError> {
    let trees: HashMap<ObjectId, ObjectId> = steps
        .iter()
        .filter_map(|step| match &step.state {
            State::New(read) => Some((step.id, read.tree)),
            State::Known(_) => None,
        })
        .collect();
    let work = Work {
        git,
        options,
        writing,
        trees,
        idle: Mutex::default(),
        done: AtomicUsize::new(0),
        changes: AtomicUsize::new(0),
        total: steps.len(),
    };
    let mut runs = Vec::with_capacity(steps.len() / RUN + 1);
    let mut steps = steps.into_iter();
    loop {
        let run: Vec<Step> = steps.by_ref().take(RUN).collect();
        if run.is_empty() {
            break;
        }
        runs.push(run);
    }
    let mined: Vec<Vec<Mined>> =
        runs.into_par_iter().with_max_len(1).map(|run| work.mine_run(run)).collect::<Result<_, _>>()?;
    Ok(mined.into_iter().flatten().collect())
}

/// The state that the threads share.
struct Work<'a> {
    git: &'a GitContext,
    options: &'a HistoryOptions<'a>,
    writing: Option<&'a HistoryWriting<'a>>,
    /// Trees of the commits to mine.
    trees: HashMap<ObjectId, ObjectId>,
    /// Miners keep caches of objects, so each thread borrows one and returns it with its cache filled.
    idle: Mutex<Vec<Miner>>,
    done: AtomicUsize,
    /// Changes of files mined so far.
    changes: AtomicUsize,
    total: usize,
}

impl Work<'_> {
    fn mine_run(&self, run: Vec<Step>) -> Result<Vec<Mined>, SourceError> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut miner = idle.unwrap_or_else(|| Miner::new(self.git.local()));
        let mut mined = Vec::with_capacity(run.len());
        for step in run {
            if self.options.cancelled.is_some_and(|cancelled| cancelled()) {
                return Err(SourceError::new("interrupted"));
            }
            mined.push(self.mine_one(&mut miner, step)?);
        }
        let done = self.done.fetch_add(mined.len(), Ordering::Relaxed) + mined.len();
        if let Some(progress) = self.options.progress {
            progress(Progress { done, total: self.total });
        }
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(miner);
        Ok(mined)
    }

    fn mine_one(&self, miner: &mut Miner, step: Step) -> Result<Mined, SourceError> {
        let read = match step.state {
            State::Known(mut record) => {
                if step.boundary {
                    record.changes.clear();
                }
                return Ok(Mined { id: step.id, record, cut_off: step.boundary });
            }
            State::New(read) => read,
        };
        let header = read.header;
        if step.boundary {
            let record = Record { header, changes: Vec::new() };
            return Ok(Mined { id: step.id, record, cut_off: true });
        }
        let merge = header.parents.len() > 1;
        let changes = match header.parents.first() {
            _ if merge && !self.options.first_parent => Vec::new(),
            None => miner.changes(read.tree, None, self.options.cancelled)?,
            Some(parent) => {
                let parent = id_of(*parent);
                let tree = match self.trees.get(&parent) {
                    Some(tree) => *tree,
                    None => miner.header(parent)?.tree,
                };
                miner.changes(read.tree, Some(tree), self.options.cancelled)?
            }
        };
        let known = self.changes.fetch_add(changes.len(), Ordering::Relaxed) + changes.len();
        if known > MOST_CHANGES {
            return Err(SourceError::new(format!(
                "the history is too large: more than {MOST_CHANGES} changes of files; take a part of it (--since, --days)"
            )));
        }
        let record = Record { header, changes };
        if let Some(writing) = self.writing {
            writing.put(&bytes_of(&step.id), merge && self.options.first_parent, &record);
        }
        Ok(Mined { id: step.id, record, cut_off: false })
    }
}
