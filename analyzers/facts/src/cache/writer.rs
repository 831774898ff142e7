//! Writing: workers hand rows over, one thread puts them into the file.
//!
//! Rows do not depend on each other, so what matters is that each is whole: a transaction holds about [`CHUNK`] bytes of
//! them (for most repositories, all), the file is locked for milliseconds at a time, memory stays bounded, and a run that
//! is killed leaves what it had done.

use super::key::{Key, Version};
use super::schema::Table;
use super::store::{Failure, Store, locked};
use rusqlite::{Connection, TransactionBehavior};
use std::sync::{Condvar, Mutex, PoisonError};

/// The writer starts once this much is waiting.
const CHUNK: usize = 12 << 20;
/// Workers wait while this much is waiting.
const BUDGET: usize = 20 << 20;

/// A change to the file.
#[derive(Debug)]
pub(super) enum Change {
    /// A new or replaced row.
    Put(Table, Key, Vec<u8>),
    /// A row of [`Table::Facts`] was used today.
    Touch(i64),
    /// A row of [`Table::History`] was used today.
    TouchCommit(i64),
}

impl Change {
    fn order(&self) -> (Table, i64) {
        match self {
            Change::Put(table, key, _) => (*table, key.id),
            Change::Touch(id) => (Table::Facts, *id),
            Change::TouchCommit(id) => (Table::History, *id),
        }
    }

    fn bytes(&self) -> usize {
        match self {
            Change::Put(_, _, payload) => payload.len() + 64,
            Change::Touch(_) | Change::TouchCommit(_) => 32,
        }
    }
}

#[derive(Default)]
struct Waiting {
    changes: Vec<Change>,
    bytes: usize,
    closed: bool,
    refused: bool,
}

/// What waits to be written, in bounded memory.
#[derive(Default)]
pub(super) struct Queue {
    waiting: Mutex<Waiting>,
    room: Condvar,
    work: Condvar,
}

impl Queue {
    /// Hands changes over; waits while too many are waiting. After the file refused a write they are dropped.
    pub fn put(&self, changes: impl IntoIterator<Item = Change>) {
        let mut waiting = locked(&self.waiting);
        while waiting.bytes > BUDGET && !waiting.refused {
            waiting = self.room.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
        if waiting.refused {
            return;
        }
        for change in changes {
            waiting.bytes += change.bytes();
            waiting.changes.push(change);
        }
        if waiting.bytes >= CHUNK {
            self.work.notify_one();
        }
    }

    /// The next chunk; `None` at the end.
    fn take(&self) -> Option<Vec<Change>> {
        let mut waiting = locked(&self.waiting);
        while waiting.bytes < CHUNK && !waiting.closed {
            waiting = self.work.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
        waiting.bytes = 0;
        self.room.notify_all();
        Some(std::mem::take(&mut waiting.changes)).filter(|changes| !changes.is_empty())
    }

    fn close(&self) {
        locked(&self.waiting).closed = true;
        self.work.notify_one();
    }

    /// Drops what is waiting and what will be put.
    pub fn refuse(&self) {
        let mut waiting = locked(&self.waiting);
        waiting.refused = true;
        waiting.changes = Vec::new();
        self.room.notify_all();
    }
}

/// Ends the writer when the work is done, and when it panics.
struct CloseAtEnd<'q>(&'q Queue);

impl Drop for CloseAtEnd<'_> {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// Runs `work` while a thread writes what it puts into the queue, and says what kept that thread from writing.
pub(super) fn write_while<R>(
    store: &Store,
    version: Version,
    today: i64,
    work: impl FnOnce(&Queue) -> R,
) -> (R, Option<String>) {
    let queue = Queue::default();
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| drain(store, version, today, &queue));
        let closing = CloseAtEnd(&queue);
        let result = work(&queue);
        drop(closing);
        match writer.join() {
            Ok(trouble) => (result, trouble),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

fn drain(store: &Store, version: Version, today: i64, queue: &Queue) -> Option<String> {
    while let Some(mut changes) = queue.take() {
        // In the order of the tables' trees, so that each page is touched once.
        changes.sort_unstable_by_key(Change::order);
        if let Err(why) = store.write(|connection| apply(connection, version, today, &changes)) {
            queue.refuse();
            return Some(format!("{} was not written: {why}", store.path().display()));
        }
    }
    None
}

fn apply(
    connection: &mut Connection,
    version: Version,
    today: i64,
    changes: &[Change],
) -> Result<(), Failure> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    {
        let mut inserts = Vec::new();
        for &table in Table::ALL {
            inserts.push((table, transaction.prepare(&table.insert())?));
        }
        let mut touch = transaction.prepare("UPDATE facts SET used = ?2 WHERE id = ?1")?;
        let mut touch_commit = transaction.prepare("UPDATE history SET used = ?2 WHERE id = ?1")?;
        for change in changes {
            match change {
                Change::Touch(id) => touch.execute((id, today))?,
                Change::TouchCommit(id) => touch_commit.execute((id, today))?,
                Change::Put(table, key, payload) => {
                    let position = Table::ALL.iter().position(|known| known == table);
                    let (_, insert) = &mut inserts[position.expect("every table has its statement")];
                    match table.has_version() {
                        true => insert.execute((key.id, payload, today, version.0))?,
                        false => insert.execute((key.id, payload))?,
                    }
                }
            };
        }
    }
    Ok(transaction.commit()?)
}
