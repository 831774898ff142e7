//! Mined commits, stored under the commit's id.

use super::Cache;
use super::key::{Key, Keys, Version};
use super::lookup::{self, is_stale};
use super::payload::{seal, unseal};
use super::schema::Table;
use super::session::seconds_since_1970;
use super::store::Failure;
use super::writer::{self, Change, Queue};
use crate::MINING_VERSION;
use rusqlite::types::ValueRef;
use rusqlite::{CachedStatement, Connection};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::time::SystemTime;

/// The version that rows of mined commits carry.
pub(super) const VERSION: Version = Version(MINING_VERSION as i64);

/// The stored commits, read one by one over one connection.
pub(crate) struct HistoryRows<'c> {
    keys: Keys,
    select: CachedStatement<'c>,
    buffer: Vec<u8>,
    now: i64,
    /// Rows to stamp as used now.
    stale: Vec<i64>,
    failure: Option<Failure>,
}

/// The result of a look into the stored commits.
pub(crate) struct HistoryRead<R> {
    pub result: R,
    /// Rows to stamp.
    pub stale: Vec<i64>,
    pub trouble: Option<String>,
}

/// Collects mined commits and stores them in the background.
pub(crate) struct HistoryWriting<'q> {
    queue: &'q Queue,
    keys: Keys,
}

impl<'c> HistoryRows<'c> {
    fn new(connection: &'c Connection, keys: Keys) -> Result<Self, Failure> {
        let select = connection.prepare_cached(Table::History.select())?;
        let now = seconds_since_1970(SystemTime::now());
        Ok(HistoryRows { keys, select, buffer: Vec::new(), now, stale: Vec::new(), failure: None })
    }

    /// The stored record of a commit. A damaged row counts as missing, and after a failure all rows do.
    pub fn get<T: DeserializeOwned>(&mut self, commit: &[u8; 20], first_parent: bool) -> Option<T> {
        if self.failure.is_some() {
            return None;
        }
        self.row(self.keys.commit(VERSION, commit, first_parent)).unwrap_or_else(|failure| {
            self.failure = Some(failure);
            None
        })
    }

    fn row<T: DeserializeOwned>(&mut self, key: Key) -> Result<Option<T>, Failure> {
        let mut rows = self.select.query([key.id])?;
        let Some(row) = rows.next()? else { return Ok(None) };
        let ValueRef::Blob(payload) = row.get_ref(0)? else { return Ok(None) };
        let value = unseal(Table::History, key, payload, &mut self.buffer);
        let used = lookup::stamp(row)?;
        if value.is_some() && is_stale(used, self.now) {
            self.stale.push(key.id);
        }
        Ok(value)
    }
}

impl Cache {
    /// Runs `work` with the stored commits, or without them if they cannot be read.
    pub(crate) fn with_history<R>(
        &self,
        work: impl FnOnce(Option<&mut HistoryRows<'_>>) -> R,
    ) -> HistoryRead<R> {
        let store = match &self.store {
            Ok(store) => store,
            Err(why) => {
                return HistoryRead { result: work(None), stale: Vec::new(), trouble: Some(why.to_string()) };
            }
        };
        let mut work = Some(work);
        let read = store.read(|connection| {
            // One transaction: otherwise SQLite takes and drops its lock for every row.
            let transaction = connection.unchecked_transaction()?;
            let mut rows = HistoryRows::new(connection, self.keys)?;
            let result = work.take().map(|work| work(Some(&mut rows)));
            let HistoryRows { select, stale, failure, .. } = rows;
            drop(select);
            Ok((result, stale, failure.or_else(|| transaction.commit().err().map(Failure::from))))
        });
        let (result, stale, failure) = match read {
            Ok((result, stale, failure)) => (result, stale, failure),
            Err(failure) => (None, Vec::new(), Some(failure)),
        };
        let healed = failure.and_then(|failure| {
            let outcome = match &failure {
                Failure::Damaged(why) => store.heal(why),
                Failure::Refused(why) => Err(Failure::Refused(why.clone())),
            };
            outcome.err().map(|why| format!("{} was not read: {why}", store.path().display()))
        });
        let result = match (result, work) {
            (Some(result), _) => result,
            (None, Some(work)) => work(None),
            (None, None) => unreachable!("work that was taken has left its result"),
        };
        HistoryRead { result, stale, trouble: healed.or_else(|| store.take_note()) }
    }

    /// Runs `work` while storing the commits that it hands over, stamps rows, and returns what prevented the writing.
    pub(crate) fn write_history<R>(
        &self,
        stale: Vec<i64>,
        work: impl FnOnce(&HistoryWriting<'_>) -> R,
    ) -> (R, Option<String>) {
        match &self.store {
            Ok(store) => {
                let now = seconds_since_1970(SystemTime::now());
                writer::write_while(store, VERSION, now, |queue| {
                    queue.put(stale.into_iter().map(|id| Change::Touch(Table::History, id)));
                    work(&HistoryWriting { queue, keys: self.keys })
                })
            }
            Err(why) => {
                let queue = Queue::default();
                queue.refuse();
                (work(&HistoryWriting { queue: &queue, keys: self.keys }), Some(why.to_string()))
            }
        }
    }
}

impl HistoryWriting<'_> {
    /// Stores a commit.
    pub fn put<T: Serialize>(&self, commit: &[u8; 20], first_parent: bool, value: &T) {
        let key = self.keys.commit(VERSION, commit, first_parent);
        self.queue.put([Change::Put(Table::History, key, seal(Table::History, key, value))]);
    }
}
