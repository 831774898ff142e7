//! Results about a whole tree, cached until the tree changes.

use super::key::Key;
use super::lookup;
use super::payload::{seal, unseal};
use super::schema::Table;
use super::session::seconds_since_1970;
use super::{Cache, CacheError};
use rusqlite::types::ValueRef;
use rusqlite::{OptionalExtension, TransactionBehavior};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::time::SystemTime;

/// How many results of one subject are kept: enough for the tree states that people switch between.
const KEPT: u32 = 12;

/// What a result is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subject {
    /// The analysis that made it, e.g. `tdg`.
    pub name: &'static str,
    /// Raised when the analysis changes: older results are then ignored.
    pub version: u32,
}

impl Cache {
    /// The remembered result of an analysis of a tree with that [fingerprint](crate::RepoFacts::fingerprint), if there
    /// is one and it is intact.
    pub fn recall<T: DeserializeOwned>(&self, subject: Subject, fingerprint: u128) -> Option<T> {
        let key = self.result_key(subject, fingerprint);
        let store = self.usable().ok()?;
        let now = seconds_since_1970(SystemTime::now());
        let read = store.read(|connection| {
            let mut statement = connection.prepare_cached(Table::Results.select())?;
            let value = statement.query_row([key.id], |row| {
                Ok(match row.get_ref(0)? {
                    ValueRef::Blob(payload) => {
                        unseal(Table::Results, key, payload, &mut Vec::new()).zip(Some(lookup::stamp(row)?))
                    }
                    _ => None,
                })
            });
            Ok(value.optional()?.flatten())
        });
        let (value, used) = read.ok().flatten()?;
        if let Some(touch) = Table::Results.touch().filter(|_| lookup::is_stale(used, now)) {
            // At worst, an unstamped row is removed too early and computed again.
            let _ = store.write(|connection| Ok(connection.execute(touch, (key.id, now))?));
        }
        Some(value)
    }

    /// Remembers a result, and forgets the oldest ones of the same subject.
    ///
    /// # Errors
    /// It could not be written and has to be computed again.
    pub fn remember<T: Serialize>(
        &self,
        subject: Subject,
        fingerprint: u128,
        result: &T,
    ) -> Result<(), CacheError> {
        let key = self.result_key(subject, fingerprint);
        let payload = seal(Table::Results, key, result);
        let group = self.keys.subject(subject.name).id;
        let now = seconds_since_1970(SystemTime::now());
        let store = self.usable()?;
        let written = store.write_rows(payload.len(), |connection| {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            transaction.execute(&Table::Results.insert(), (key.id, &payload, now, group))?;
            transaction.execute(
                "DELETE FROM results WHERE version = ?1 AND id <> ?2 AND id NOT IN \
                 (SELECT id FROM results WHERE version = ?1 ORDER BY used DESC, id LIMIT ?3)",
                (group, key.id, KEPT),
            )?;
            Ok(transaction.commit()?)
        });
        written.map_err(|why| store.error(&why))
    }

    fn result_key(&self, subject: Subject, fingerprint: u128) -> Key {
        self.keys.result(self.version, subject.name, subject.version, fingerprint)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cache::CacheDirs;

    const SUBJECT: Subject = Subject { name: "test", version: 1 };

    fn cache(folder: &std::path::Path) -> Cache {
        Cache::open_in(&CacheDirs::within(folder), None, folder)
    }

    #[test]
    fn a_result_comes_back_for_its_own_tree_subject_and_version_only() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let cache = cache(folder.path());
        cache.remember(SUBJECT, 7, &vec![1u32, 2, 3]).expect("the folder can be written to");
        assert_eq!(cache.recall(SUBJECT, 7), Some(vec![1u32, 2, 3]));
        assert_eq!(cache.recall::<Vec<u32>>(SUBJECT, 8), None);
        assert_eq!(cache.recall::<Vec<u32>>(Subject { version: 2, ..SUBJECT }, 7), None);
        assert_eq!(cache.recall::<Vec<u32>>(Subject { name: "other", ..SUBJECT }, 7), None);
    }

    #[test]
    fn old_results_are_forgotten_the_new_one_never() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let cache = cache(folder.path());
        for fingerprint in 0..40u128 {
            cache.remember(SUBJECT, fingerprint, &fingerprint).expect("the folder can be written to");
            assert_eq!(cache.recall(SUBJECT, fingerprint), Some(fingerprint));
        }
        let kept = (0..40u128).filter(|f| cache.recall::<u128>(SUBJECT, *f).is_some()).count();
        assert!((KEPT as usize..=KEPT as usize + 1).contains(&kept), "{kept}");
    }
}
