//! Inspecting and clearing the cache.

use super::history;
use super::key::Version;
use super::limit::{self, Size};
use super::schema::Table;
use super::session::seconds_since_1970;
use super::store::Failure;
use super::{Cache, CacheError};
use rusqlite::{Connection, TransactionBehavior};
use std::path::PathBuf;
use std::time::SystemTime;

const SECONDS_PER_DAY: i64 = 24 * 60 * 60;

/// What the cache holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CacheInfo {
    /// The file.
    pub path: PathBuf,
    /// Its size on disk, the write-ahead log included.
    pub bytes: u64,
    /// How large it may grow.
    pub limit: Size,
    /// Better places that were skipped, each with the reason.
    pub passed_over: Vec<String>,
    /// Files whose facts (or reason to have none) it holds, in all versions.
    pub entries: u64,
    /// The entries by the extractor that wrote them, this program's first, then newest first.
    pub versions: Vec<VersionInfo>,
}

/// The entries of one extractor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionInfo {
    /// Its [`EXTRACTOR_VERSION`](crate::EXTRACTOR_VERSION).
    pub extractor: u32,
    /// True for the extractor of this program; another one may have the same number but other sources.
    pub current: bool,
    /// How many entries it wrote.
    pub entries: u64,
}

/// What to remove.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Prune {
    /// Entries that were not used for more than this many days. Uses are recorded to the day.
    pub unused_days: Option<u32>,
    /// Entries of extractors other than this program's.
    pub other_versions: bool,
    /// The least recently used entries, until the file is no larger than this.
    pub max_size: Option<Size>,
}

/// What was removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pruned {
    /// How many entries.
    pub entries: u64,
    /// How many bytes smaller the file is.
    pub bytes: u64,
}

impl Cache {
    /// What the cache holds.
    pub fn info(&self) -> Result<CacheInfo, CacheError> {
        let store = self.usable()?;
        let counted = store.write(|connection| Ok(entries_by_version(connection)?));
        let mut versions: Vec<VersionInfo> = counted
            .map_err(|why| store.error(&why))?
            .into_iter()
            .map(|(version, entries)| VersionInfo {
                extractor: version.extractor(),
                current: version == self.version,
                entries,
            })
            .collect();
        versions
            .sort_by_key(|version| std::cmp::Reverse((version.current, version.extractor, version.entries)));
        let entries = versions.iter().map(|version| version.entries).sum();
        let path = store.path().to_owned();
        let (bytes, limit, passed_over) = (store.bytes(), store.limit(), self.passed_over.clone());
        Ok(CacheInfo { path, bytes, limit, passed_over, entries, versions })
    }

    /// Removes old entries and gives their space back.
    pub fn prune(&self, what: Prune) -> Result<Pruned, CacheError> {
        let now = seconds_since_1970(SystemTime::now());
        let oldest = what.unused_days.map_or(i64::MIN, |days| now - i64::from(days) * SECONDS_PER_DAY);
        self.shrink(|connection| {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let mut entries = 0;
            for table in [Table::Facts, Table::Languages] {
                let sql = format!("DELETE FROM {} WHERE used < ?1 OR (?2 AND version <> ?3)", table.name());
                let removed = transaction.execute(&sql, (oldest, what.other_versions, self.version.0))?;
                entries += if table == Table::Facts { removed as u64 } else { 0 };
            }
            // Sightings have no version; losing one costs reading a file again.
            transaction.execute("DELETE FROM sightings WHERE used < ?1", [oldest])?;
            // Results are kept too: those of another version are never found again and are removed by age.
            transaction.execute("DELETE FROM results WHERE used < ?1", [oldest])?;
            let commits = "DELETE FROM history WHERE used < ?1 OR (?2 AND version <> ?3)";
            transaction.execute(commits, (oldest, what.other_versions, history::VERSION.number()))?;
            let kept = "DELETE FROM kept WHERE used < ?1 OR (?2 AND version <> ?3)";
            transaction.execute(kept, (oldest, what.other_versions, self.version.0))?;
            limit::remove_strays(&transaction)?;
            transaction.commit()?;
            if let Some(Size(bytes)) = what.max_size {
                entries += limit::shrink_to(connection, bytes, (i64::MAX, now))?;
            }
            Ok(entries)
        })
    }

    /// Removes everything.
    pub fn clear(&self) -> Result<Pruned, CacheError> {
        self.shrink(|connection| {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let entries =
                transaction.query_row("SELECT COUNT(*) FROM facts", [], |row| row.get::<_, i64>(0))?;
            for table in Table::ALL {
                transaction.execute(&format!("DELETE FROM {}", table.name()), [])?;
            }
            transaction.commit()?;
            Ok(entries as u64)
        })
    }

    /// Runs a deletion and returns the freed pages to the file system.
    fn shrink(&self, delete: impl Fn(&mut Connection) -> Result<u64, Failure>) -> Result<Pruned, CacheError> {
        let store = self.usable()?;
        let before = store.bytes();
        let removed = store.write(|connection| {
            let entries = delete(connection)?;
            limit::give_back(connection)?;
            Ok(entries)
        });
        let entries = removed.map_err(|why| store.error(&why))?;
        Ok(Pruned { entries, bytes: before.saturating_sub(store.bytes()) })
    }
}

fn entries_by_version(connection: &Connection) -> rusqlite::Result<Vec<(Version, u64)>> {
    let mut statement = connection.prepare("SELECT version, COUNT(*) FROM facts GROUP BY version")?;
    let rows = statement.query_map([], |row| Ok((Version(row.get(0)?), row.get::<_, i64>(1)? as u64)))?;
    rows.collect()
}
