//! Writing: workers hand rows over, one thread writes them to the file. Rows are independent, so each one only has to
//! be complete. A transaction holds about [`CHUNK`] bytes of them (for most repositories, all). The file is locked for
//! milliseconds at a time, memory stays bounded, and a killed run keeps what it had written.

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
    /// A row was used.
    Touch(Table, i64),
}

impl Change {
    fn table(&self) -> Table {
        match self {
            Change::Put(table, ..) | Change::Touch(table, _) => *table,
        }
    }

    /// Each table in the order of its tree, so that each page is touched once. Facts are next to their sections, so
    /// that a run that has to stop leaves whole entries.
    fn order(&self) -> (bool, i64, Table) {
        match self {
            Change::Put(table, key, _) => (true, key.id, *table),
            Change::Touch(table, id) => (false, *id, *table),
        }
    }

    fn bytes(&self) -> usize {
        match self {
            Change::Put(_, _, payload) => payload.len() + 64,
            Change::Touch(..) => 32,
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

/// The queue of changes to write, in bounded memory.
#[derive(Default)]
pub(super) struct Queue {
    waiting: Mutex<Waiting>,
    room: Condvar,
    work: Condvar,
}

impl Queue {
    /// Adds changes to the queue; blocks while too many are waiting. After a failed write they are dropped.
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

    /// Drops all waiting and all future changes.
    pub fn refuse(&self) {
        let mut waiting = locked(&self.waiting);
        waiting.refused = true;
        waiting.changes = Vec::new();
        self.room.notify_all();
    }
}

/// Stops the writer when the work is done or panics.
struct CloseAtEnd<'q>(&'q Queue);

impl Drop for CloseAtEnd<'_> {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// Runs `work` while a thread writes the changes from the queue, and returns what stopped that thread from writing.
pub(super) fn write_while<R>(
    store: &Store,
    version: Version,
    now: i64,
    work: impl FnOnce(&Queue) -> R,
) -> (R, Option<String>) {
    let queue = Queue::default();
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| drain(store, version, now, &queue));
        let closing = CloseAtEnd(&queue);
        let result = work(&queue);
        drop(closing);
        match writer.join() {
            Ok(trouble) => (result, trouble),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

fn drain(store: &Store, version: Version, now: i64, queue: &Queue) -> Option<String> {
    while let Some(mut changes) = queue.take() {
        changes.sort_unstable_by_key(Change::order);
        if let Err(why) = write(store, version, now, &changes) {
            queue.refuse();
            return Some(format!("{} was not written: {why}", store.path().display()));
        }
    }
    None
}

/// Rows are stamped before others are added, so that making room does not remove them.
fn write(store: &Store, version: Version, now: i64, changes: &[Change]) -> Result<(), Failure> {
    let first_put = changes.partition_point(|change| matches!(change, Change::Touch(..)));
    let (touched, put) = changes.split_at(first_put);
    if !touched.is_empty() {
        store.write(|connection| apply(connection, version, now, touched))?;
    }
    for part in parts(put, store.largest_transaction(CHUNK)) {
        let bytes = part.iter().map(Change::bytes).sum();
        store.write_rows(bytes, |connection| apply(connection, version, now, part))?;
    }
    Ok(())
}

/// Pieces of at most this many bytes. A larger single row is left out and computed again next time.
fn parts(changes: &[Change], most: usize) -> Vec<&[Change]> {
    let mut parts = Vec::new();
    let (mut start, mut bytes) = (0, 0);
    for (index, change) in changes.iter().enumerate() {
        let own = change.bytes();
        if bytes + own > most {
            parts.push(&changes[start..index]);
            (start, bytes) = (index, 0);
        }
        if own > most {
            start = index + 1;
        } else {
            bytes += own;
        }
    }
    parts.push(&changes[start..]);
    parts.retain(|part| !part.is_empty());
    parts
}

fn apply(connection: &mut Connection, version: Version, now: i64, changes: &[Change]) -> Result<(), Failure> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    {
        let mut statements = Vec::new();
        for &table in Table::ALL {
            let touch = table.touch().map(|sql| transaction.prepare(sql)).transpose()?;
            statements.push((table, transaction.prepare(&table.insert())?, touch));
        }
        for change in changes {
            let table = change.table();
            let position = Table::ALL.iter().position(|known| *known == table);
            let (_, insert, touch) = &mut statements[position.expect("every table has its statements")];
            match (change, touch) {
                (Change::Touch(_, id), Some(touch)) => touch.execute((id, now))?,
                // Sections have the same age as their facts.
                (Change::Touch(..), None) => 0,
                (Change::Put(_, key, payload), Some(_)) => {
                    insert.execute((key.id, payload, now, version.0))?
                }
                (Change::Put(_, key, payload), None) => insert.execute((key.id, payload))?,
            };
        }
    }
    Ok(transaction.commit()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_cut_into_pieces_that_fit_and_what_never_fits_is_left_out() {
        let put = |bytes: usize| {
            Change::Put(Table::Kept, Key { id: bytes as i64, seal: [0; 32] }, vec![0; bytes - 64])
        };
        let changes: Vec<Change> = [100, 100, 300, 100, 201, 150, 100].map(put).into();
        let pieces = |changes: &[Change], most| {
            let sizes = |part: &&[Change]| part.iter().map(Change::bytes).collect::<Vec<_>>();
            parts(changes, most).iter().map(sizes).collect::<Vec<_>>()
        };
        assert_eq!(pieces(&changes, 250), [vec![100, 100], vec![100], vec![201], vec![150, 100]]);
        assert_eq!(pieces(&changes, 10_000).len(), 1);
        assert_eq!(pieces(&[], 250), Vec::<Vec<usize>>::new());
        assert_eq!(pieces(&[put(900)], 250), Vec::<Vec<usize>>::new());
    }
}
