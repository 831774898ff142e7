//! Values that an analysis keeps under its own keys: figures of a blob, figures of a commit.

use super::key::Key;
use super::lookup::{self, is_stale};
use super::payload::{seal, unseal};
use super::schema::Table;
use super::session::seconds_since_1970;
use super::store::Failure;
use super::{Cache, CacheError, Subject};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, TransactionBehavior};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::time::SystemTime;

/// Values with the rows to stamp as used now.
type Rows<T> = (Vec<Option<T>>, Vec<i64>);

impl Cache {
    /// The values kept under keys, in the order of the keys. Values are missing that another extractor or another
    /// version of the subject kept, that are damaged, or that cannot be read.
    pub fn kept<T: DeserializeOwned>(&self, subject: Subject, keys: &[u128]) -> Vec<Option<T>> {
        let nothing = || keys.iter().map(|_| None).collect();
        if keys.is_empty() {
            return nothing();
        }
        let Ok(store) = self.usable() else { return nothing() };
        let keys: Vec<Key> = keys.iter().map(|key| self.kept_key(subject, *key)).collect();
        let now = seconds_since_1970(SystemTime::now());
        let (values, stale) = match store.read(|connection| rows(connection, &keys, now)) {
            Ok(found) => found,
            Err(Failure::Damaged(why)) => {
                // If it cannot be repaired now, the next writer sees the damage again and reports it.
                let _ = store.heal(&why);
                return nothing();
            }
            Err(Failure::Refused(_)) => return nothing(),
        };
        if !stale.is_empty() {
            // At worst, an unstamped row is removed too early and computed again.
            let _ = store.write(|connection| stamp(connection, &stale, now));
        }
        values
    }

    /// Keeps values under keys, in one transaction; existing values under the same keys are replaced.
    ///
    /// # Errors
    /// They could not be written and have to be computed again.
    pub fn keep<T: Serialize>(&self, subject: Subject, values: &[(u128, T)]) -> Result<(), CacheError> {
        if values.is_empty() {
            return Ok(());
        }
        let store = self.usable()?;
        let now = seconds_since_1970(SystemTime::now());
        let mut sealed: Vec<(Key, Vec<u8>)> = values
            .iter()
            .map(|(key, value)| {
                let key = self.kept_key(subject, *key);
                (key, seal(Table::Kept, key, value))
            })
            .collect();
        // In the order of the table's tree, so that each page is touched once.
        sealed.sort_unstable_by_key(|(key, _)| key.id);
        let bytes = sealed.iter().map(|(_, payload)| payload.len()).sum();
        let written = store.write_rows(bytes, |connection| {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            {
                let mut insert = transaction.prepare_cached(&Table::Kept.insert())?;
                for (key, payload) in &sealed {
                    insert.execute((key.id, payload, now, self.version.number()))?;
                }
            }
            Ok(transaction.commit()?)
        });
        written.map_err(|why| store.error(&why))
    }

    fn kept_key(&self, subject: Subject, key: u128) -> Key {
        self.keys.kept(self.version, subject.name, subject.version, key)
    }
}

fn rows<T: DeserializeOwned>(connection: &Connection, keys: &[Key], now: i64) -> Result<Rows<T>, Failure> {
    // One transaction: otherwise SQLite takes and drops its lock for every row.
    let transaction = connection.unchecked_transaction()?;
    let mut values = Vec::with_capacity(keys.len());
    let mut stale = Vec::new();
    {
        let mut select = transaction.prepare_cached(Table::Kept.select())?;
        let mut buffer = Vec::new();
        for key in keys {
            let mut rows = select.query([key.id])?;
            let Some(row) = rows.next()? else {
                values.push(None);
                continue;
            };
            let value = match row.get_ref(0)? {
                ValueRef::Blob(payload) => unseal(Table::Kept, *key, payload, &mut buffer),
                _ => None,
            };
            let used = lookup::stamp(row)?;
            if value.is_some() && is_stale(used, now) {
                stale.push(key.id);
            }
            values.push(value);
        }
    }
    transaction.commit()?;
    Ok((values, stale))
}

fn stamp(connection: &mut Connection, stale: &[i64], now: i64) -> Result<(), Failure> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    {
        let mut update = transaction.prepare_cached(Table::Kept.touch().expect("values carry stamps"))?;
        for id in stale {
            update.execute((id, now))?;
        }
    }
    Ok(transaction.commit()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cache::key::Version;
    use crate::cache::store::Limits;
    use crate::cache::{CacheDirs, Prune};
    use std::path::Path;

    const SUBJECT: Subject = Subject { name: "test", version: 1 };

    fn of_version(folder: &Path, version: Version) -> Cache {
        Cache::open_with(&CacheDirs::within(folder), None, folder, version, Limits::default())
    }

    fn cache(folder: &Path) -> Cache {
        of_version(folder, Version::current())
    }

    fn folder() -> tempfile::TempDir {
        tempfile::tempdir().expect("a temporary folder")
    }

    fn raw(folder: &Path) -> Connection {
        Connection::open(folder.join("cache.sqlite")).expect("the cache is an SQLite file")
    }

    fn stamps(folder: &Path) -> Vec<i64> {
        let raw = raw(folder);
        let mut statement = raw.prepare("SELECT used FROM kept ORDER BY used").expect("the table is there");
        let rows = statement.query_map([], |row| row.get(0)).expect("it can be read");
        rows.collect::<Result<_, _>>().expect("stamps are numbers")
    }

    #[test]
    fn values_come_back_in_the_order_of_the_keys_for_their_own_subject_and_version_only() {
        let folder = folder();
        let own = cache(folder.path());
        own.keep(SUBJECT, &[(7, "seven".to_owned()), (8, "eight".to_owned())]).expect("it can be written");
        let read = |cache: &Cache, subject| cache.kept::<String>(subject, &[8, 9, 7]);
        assert_eq!(read(&own, SUBJECT), [Some("eight".to_owned()), None, Some("seven".to_owned())]);
        assert_eq!(read(&own, Subject { version: 2, ..SUBJECT }), [None, None, None]);
        assert_eq!(read(&own, Subject { name: "other", ..SUBJECT }), [None, None, None]);
        let next = of_version(folder.path(), Version((i64::from(crate::EXTRACTOR_VERSION) + 1) << 32));
        assert_eq!(read(&next, SUBJECT), [None, None, None]);
        own.keep(SUBJECT, &[(7, "other".to_owned())]).expect("it can be written");
        assert_eq!(own.kept::<String>(SUBJECT, &[7]), [Some("other".to_owned())]);
        assert!(own.kept::<String>(SUBJECT, &[]).is_empty());
    }

    #[test]
    fn a_damaged_row_is_as_good_as_none() {
        let folder = folder();
        let cache = cache(folder.path());
        cache.keep(SUBJECT, &[(1, 10_u32), (2, 20)]).expect("it can be written");
        let key = cache.kept_key(SUBJECT, 1);
        let payload = seal(Table::Kept, cache.kept_key(SUBJECT, 2), &20_u32);
        raw(folder.path())
            .execute("UPDATE kept SET payload = ?1 WHERE id = ?2", (payload, key.id))
            .expect("a row");
        assert_eq!(cache.kept::<u32>(SUBJECT, &[1, 2]), [None, Some(20)]);
    }

    #[test]
    fn what_is_used_is_stamped_once_a_day_and_what_is_not_can_be_pruned() {
        const DAY: i64 = 24 * 60 * 60;
        let folder = folder();
        let cache = cache(folder.path());
        cache.keep(SUBJECT, &[(1, 10_u32), (2, 20)]).expect("it can be written");
        let now = seconds_since_1970(SystemTime::now());
        let age = |stamp: &i64| now.saturating_sub(*stamp).saturating_add(DAY / 2) / DAY;
        let days = || stamps(folder.path()).iter().map(age).collect::<Vec<_>>();
        assert_eq!(days(), [0, 0]);
        let set = |used: i64| raw(folder.path()).execute("UPDATE kept SET used = ?1", [used]).expect("rows");
        set(now - DAY + 600);
        cache.kept::<u32>(SUBJECT, &[1]);
        assert_eq!(days(), [1, 1], "used within a day");
        for used in [now - 7 * DAY, i64::MAX, i64::MIN] {
            set(used);
            cache.kept::<u32>(SUBJECT, &[1]);
            assert_eq!(days().iter().filter(|days| **days == 0).count(), 1, "stamped {used}");
        }
        set(now - 7 * DAY);
        cache.kept::<u32>(SUBJECT, &[1]);
        cache.prune(Prune { unused_days: Some(6), ..Prune::default() }).expect("it can be pruned");
        assert_eq!(cache.kept::<u32>(SUBJECT, &[1, 2]), [Some(10), None]);
    }

    #[test]
    fn values_of_other_extractors_can_be_pruned_alone() {
        let folder = folder();
        let old = of_version(folder.path(), Version(1));
        old.keep(SUBJECT, &[(1, 1_u32)]).expect("it can be written");
        let own = cache(folder.path());
        own.keep(SUBJECT, &[(1, 2_u32)]).expect("it can be written");
        own.prune(Prune { other_versions: true, ..Prune::default() }).expect("it can be pruned");
        assert_eq!(
            (old.kept::<u32>(SUBJECT, &[1]), own.kept::<u32>(SUBJECT, &[1])),
            (vec![None], vec![Some(2)])
        );
    }

    #[test]
    fn without_a_place_nothing_is_kept_and_writing_says_so() {
        let folder = folder();
        let file = folder.path().join("file");
        std::fs::write(&file, "no folder").expect("a file");
        let cache = cache(&file);
        assert!(cache.keep(SUBJECT, &[(1, 1_u32)]).is_err());
        assert_eq!(cache.kept::<u32>(SUBJECT, &[1, 2]), [None, None]);
    }
}
