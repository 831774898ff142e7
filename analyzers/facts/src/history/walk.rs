//! Which commits belong to a history, newest first.

use super::mine::{Miner, Read};
use super::record::{Header, Record, bytes_of, id_of};
use crate::cache::HistoryRows;
use crate::hash::HashSet;
use crate::source::{SourceError, bounds};
use gix::ObjectId;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// The most bytes of commits without their changes that a walk loads: 1.5 million of them (Chromium) take some 600 MB.
const MOST_BYTES: usize = 3 << 30;

/// A commit of the walk.
pub struct Step {
    pub id: ObjectId,
    pub state: State,
    /// The clone was cut off here: the parents are missing.
    pub boundary: bool,
}

/// What is known about a commit.
pub enum State {
    /// The cache has the whole record.
    Known(Record),
    /// It has to be mined.
    New(Read),
}

impl Step {
    pub fn header(&self) -> &Header {
        match &self.state {
            State::Known(record) => &record.header,
            State::New(read) => &read.header,
        }
    }
}

/// The settings of a walk.
pub struct Route<'a> {
    pub miner: &'a Miner,
    pub shallow: HashSet<ObjectId>,
    pub first_parent: bool,
    pub max_commits: usize,
    pub cancelled: Option<&'a (dyn Fn() -> bool + Sync)>,
}

/// The end of a walk.
pub struct Steps {
    pub steps: Vec<Step>,
    /// There were more commits than requested.
    pub truncated: bool,
}

impl Route<'_> {
    /// `head` and its ancestors in descending order of commit time (as `git log` shows them), without those committed
    /// before the limit and everything behind them.
    pub fn walk(
        &self,
        head: ObjectId,
        oldest: Option<i64>,
        excluded: &HashSet<ObjectId>,
        mut rows: Option<&mut HistoryRows<'_>>,
    ) -> Result<Steps, SourceError> {
        let mut seen: HashSet<ObjectId> = HashSet::default();
        let mut open: BinaryHeap<Open> = BinaryHeap::new();
        let mut steps = Vec::new();
        let (mut number, mut size) = (0, 0);
        let mut push =
            |open: &mut BinaryHeap<Open>, rows: &mut Option<&mut HistoryRows<'_>>, id: ObjectId| {
                if excluded.contains(&id) || !seen.insert(id) {
                    return Ok(());
                }
                let step = self.step(id, rows.as_deref_mut())?;
                number += 1;
                open.push(Open { time: step.header().commit_time, number: Reverse(number), step });
                Ok::<(), SourceError>(())
            };
        push(&mut open, &mut rows, head)?;
        while let Some(Open { time, step, .. }) = open.pop() {
            if oldest.is_some_and(|oldest| time < oldest) {
                continue;
            }
            if steps.len() == self.max_commits {
                return Ok(Steps { steps, truncated: true });
            }
            bounds::go_on(self.cancelled)?;
            size += step.header().size();
            if size > MOST_BYTES {
                return Err(SourceError::new(format!(
                    "the history is too large: the first {} commits take more than {MOST_BYTES} bytes; take a part of it",
                    steps.len()
                )));
            }
            if !step.boundary {
                let parents = if self.first_parent { 1 } else { usize::MAX };
                for parent in step.header().parents.clone().into_iter().take(parents) {
                    push(&mut open, &mut rows, id_of(parent))?;
                }
            }
            steps.push(step);
        }
        Ok(Steps { steps, truncated: false })
    }

    fn step(&self, id: ObjectId, rows: Option<&mut HistoryRows<'_>>) -> Result<Step, SourceError> {
        let boundary = self.shallow.contains(&id);
        let known = rows.and_then(|rows| self.known(rows, &bytes_of(&id)));
        let state = match known {
            Some(record) => State::Known(record),
            None => State::New(self.miner.header(id)?),
        };
        Ok(Step { id, state, boundary })
    }
}

impl Route<'_> {
    /// The cached record of a commit. Merges are stored twice: without changes, and compared with their first parent.
    fn known(&self, rows: &mut HistoryRows<'_>, id: &[u8; 20]) -> Option<Record> {
        let record: Option<Record> = rows.get(id, false);
        match record {
            Some(record) if record.header.parents.len() < 2 || !self.first_parent => Some(record),
            _ if self.first_parent => rows.get(id, true),
            _ => None,
        }
    }
}

/// A commit that waits for its turn: the newest first, and of equally new ones the one found first.
struct Open {
    time: i64,
    number: Reverse<u64>,
    step: Step,
}

impl Open {
    fn rank(&self) -> (i64, Reverse<u64>) {
        (self.time, self.number)
    }
}

impl PartialEq for Open {
    fn eq(&self, other: &Self) -> bool {
        self.rank() == other.rank()
    }
}

impl Eq for Open {}

impl PartialOrd for Open {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Open {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.rank().cmp(&other.rank())
    }
}
