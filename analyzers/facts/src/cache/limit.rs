//! The size limit of the file: the least recently used entries are removed first.

use super::lookup;
use super::schema::Table;
use super::store::Failure;
use rusqlite::{Connection, TransactionBehavior};
use std::fmt;
use std::str::FromStr;

/// 220 revisions of a repository of 15 MB took 622 MB, so the whole history of most repositories fits without filling
/// the disk.
pub const DEFAULT: Size = Size(1 << 30);
/// The empty tables alone take 160 KiB.
const LEAST: u64 = 1 << 20;
/// The write-ahead log may take this fraction of the limit, and at most this much.
const LARGEST_LOG: u64 = 32 << 20;
/// How much is left after a clearing, in per cent of the file's limit: not every run has to clear.
const LEFT_PER_CENT: u64 = 80;
/// Rows removed in one transaction.
const BATCH: usize = 4_000;

/// A size in bytes, written `512M`, `2G`, or `none` for no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Size(
    /// Bytes; the largest number is no limit.
    pub u64,
);

impl Size {
    /// No limit.
    pub const NONE: Size = Size(u64::MAX);

    /// The limit of the log.
    fn log(self) -> u64 {
        (self.0 / 4).min(LARGEST_LOG)
    }

    /// The limit of the file itself.
    fn file(self) -> u64 {
        self.0 - self.log()
    }

    /// How many bytes of rows one transaction may hold.
    pub(super) fn transaction(self, most: usize) -> usize {
        usize::try_from(self.log() / 2).unwrap_or(most).min(most)
    }

    /// After how many pages the log is copied into the file.
    pub(super) fn checkpoint_pages(self, page: u64) -> u64 {
        (self.log() / 4 / page.max(1)).clamp(1, 1_000)
    }

    /// The size that the log is truncated to after it was copied.
    pub(super) fn kept_log(self) -> u64 {
        self.log() / 2
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            u64::MAX => f.write_str("none"),
            bytes if bytes % (1 << 30) == 0 => write!(f, "{}G", bytes >> 30),
            bytes if bytes % (1 << 20) == 0 => write!(f, "{}M", bytes >> 20),
            bytes => write!(f, "{bytes}"),
        }
    }
}

/// Why a text is not a valid cache size.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoSize {
    /// It is not a number with a unit.
    #[error("{0:?} is no size (512M, 2G, a number of bytes, or none)")]
    Unknown(String),
    /// The size is too small for any entry.
    #[error("{0:?} is too small: at least {least}", least = Size(LEAST))]
    TooSmall(String),
}

impl FromStr for Size {
    type Err = NoSize;

    fn from_str(text: &str) -> Result<Size, NoSize> {
        if text.eq_ignore_ascii_case("none") {
            return Ok(Size::NONE);
        }
        let wrong = || NoSize::Unknown(text.to_owned());
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let number: u64 = text[..digits].parse().map_err(|_| wrong())?;
        let shift = match text[digits..].to_ascii_lowercase().as_str() {
            "" | "b" => 0,
            "k" | "kb" | "kib" => 10,
            "m" | "mb" | "mib" => 20,
            "g" | "gb" | "gib" => 30,
            "t" | "tb" | "tib" => 40,
            _ => return Err(wrong()),
        };
        let bytes = number.checked_mul(1 << shift).ok_or_else(wrong)?;
        match bytes {
            0..LEAST => Err(NoSize::TooSmall(text.to_owned())),
            _ => Ok(Size(bytes)),
        }
    }
}

/// The size of the file.
struct Pages {
    /// Bytes of one page.
    size: u64,
    all: u64,
    free: u64,
}

impl Pages {
    fn of(connection: &Connection) -> rusqlite::Result<Pages> {
        let number = |pragma: &str| {
            connection.pragma_query_value(None, pragma, |row| row.get::<_, i64>(0)).map(|n| n.max(0) as u64)
        };
        Ok(Pages { size: number("page_size")?, all: number("page_count")?, free: number("freelist_count")? })
    }

    fn bytes(&self) -> u64 {
        self.all.saturating_mul(self.size)
    }

    fn used(&self) -> u64 {
        self.all.saturating_sub(self.free).saturating_mul(self.size)
    }
}

/// True if a run that stores something may have to make room: then it first stamps the rows that it used.
pub(super) fn is_filling(connection: &Connection, limit: Size) -> rusqlite::Result<bool> {
    Ok(limit != Size::NONE && Pages::of(connection)?.used() > limit.file() / 2)
}

/// Makes room for this many bytes of rows. As long as they fit, this only reads the file's first page. False if all
/// remaining rows were used since the run `began`: storing more would only replace rows that the next run needs.
pub(super) fn make_room(
    connection: &mut Connection,
    limit: Size,
    bytes: usize,
    (began, now): (i64, i64),
) -> Result<bool, Failure> {
    if limit == Size::NONE {
        return Ok(true);
    }
    let pages = Pages::of(connection)?;
    // Rows leave some of their pages empty.
    let needed = bytes as u64 + bytes as u64 / 4 + 16 * pages.size;
    let fits = |pages: &Pages| pages.used() + needed <= limit.file();
    if fits(&pages) {
        return Ok(true);
    }
    let target = (limit.file() / 100 * LEFT_PER_CENT).saturating_sub(needed);
    let mut before = pages.used() + 1;
    let mut pages = pages;
    // How much space removed rows free is only known afterwards: pages shared with other rows stay.
    while !fits(&pages) && pages.used() < before {
        before = pages.used();
        shrink_to(connection, target, (began, now))?;
        pages = Pages::of(connection)?;
    }
    if pages.bytes() > limit.file() {
        // The limit was lowered or exceeded: only now are the freed pages useless.
        give_back(connection)?;
    }
    Ok(Pages::of(connection)?.used() + needed <= limit.file())
}

/// Removes the least recently used rows until the others take `target` bytes, but no row that was used since the run
/// `began`. Returns how many entries were removed.
pub(super) fn shrink_to(
    connection: &mut Connection,
    target: u64,
    (began, now): (i64, i64),
) -> Result<u64, Failure> {
    remove_strays(connection)?;
    let used = Pages::of(connection)?.used();
    let mut rows = rows(connection, now)?;
    let payloads = rows.iter().map(|row| row.bytes).sum::<u64>().max(1);
    let mut excess = used.saturating_sub(target);
    // A row takes more than its payload: a proportional share of the pages.
    let share = |bytes: u64| (u128::from(bytes) * u128::from(used) / u128::from(payloads)) as u64;
    rows.sort_unstable_by_key(|row| (row.used, row.table, row.id));
    let count = rows
        .iter()
        .take_while(|row| {
            let goes = excess > 0 && row.used < began;
            excess = excess.saturating_sub(share(row.bytes).max(1));
            goes
        })
        .count();
    let mut entries = 0;
    for batch in rows[..count].chunks_mut(BATCH) {
        // In the order of the tables' trees, so that each page is touched once.
        batch.sort_unstable_by_key(|row| (row.table, row.id));
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for row in batch {
            for table in row.tables() {
                let mut delete = transaction.prepare_cached(table.delete())?;
                delete.execute([row.id])?;
            }
            entries += u64::from(row.table == Table::Facts);
        }
        transaction.commit()?;
    }
    Ok(entries)
}

/// Returns freed pages to the file system.
pub(super) fn give_back(connection: &Connection) -> Result<(), Failure> {
    connection.execute_batch("VACUUM")?;
    connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")?;
    Ok(())
}

struct Row {
    used: i64,
    table: Table,
    id: i64,
    bytes: u64,
}

impl Row {
    /// Its table: facts also stand for their sections.
    fn tables(&self) -> &'static [Table] {
        match self.table {
            Table::Facts => &[Table::Comments, Table::Symbols, Table::Tokens, Table::Types, Table::Facts],
            Table::Languages => &[Table::Languages],
            Table::Sightings => &[Table::Sightings],
            Table::Results => &[Table::Results],
            Table::History => &[Table::History],
            Table::Kept => &[Table::Kept],
            // Removed with their facts.
            Table::Comments | Table::Symbols | Table::Tokens | Table::Types => &[],
        }
    }
}

fn rows(connection: &Connection, now: i64) -> rusqlite::Result<Vec<Row>> {
    let mut rows = Vec::new();
    for &table in Table::ALL.iter().filter(|table| table.has_version()) {
        let name = table.name();
        let sections = match table {
            Table::Facts => Table::SECTIONS
                .iter()
                .map(|section| {
                    let section = section.name();
                    format!(
                        " + ifnull((SELECT length(payload) FROM {section} WHERE {section}.id = {name}.id), 0)"
                    )
                })
                .collect::<String>(),
            _ => String::new(),
        };
        let sql = format!("SELECT id, used, ifnull(length(payload), 0){sections} FROM {name}");
        let mut statement = connection.prepare(&sql)?;
        let mut found = statement.query([])?;
        while let Some(row) = found.next()? {
            let used = row.get::<_, Option<i64>>(1).ok().flatten().unwrap_or_default();
            let bytes = row.get::<_, i64>(2).unwrap_or_default().max(0) as u64;
            // A stamp far in the future was forged, or the clock was wrong.
            let used = if used > now && lookup::is_stale(used, now) { 0 } else { used };
            rows.push(Row { used, table, id: row.get(0)?, bytes });
        }
    }
    Ok(rows)
}

/// Sections whose facts are gone have no stamp of their own.
pub(super) fn remove_strays(connection: &Connection) -> rusqlite::Result<()> {
    for section in Table::SECTIONS {
        let name = section.name();
        connection.execute(&format!("DELETE FROM {name} WHERE id NOT IN (SELECT id FROM facts)"), [])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_as_people_write_them() {
        let of = |text: &str| text.parse::<Size>();
        for (text, bytes) in [
            ("1048576", 1 << 20),
            ("2M", 2 << 20),
            ("2mib", 2 << 20),
            ("3G", 3 << 30),
            ("2048K", 2 << 20),
            ("none", u64::MAX),
        ] {
            assert_eq!(of(text), Ok(Size(bytes)), "{text}");
        }
        for text in ["", "M", "-1M", "1.5G", "10", "0", "5 apples", "99999999999T", "1MM"] {
            assert!(of(text).is_err(), "{text}");
        }
        assert_eq!(
            [DEFAULT, Size(5 << 20), Size(1_500_000), Size::NONE].map(|size| size.to_string()),
            ["1G", "5M", "1500000", "none"]
        );
    }

    #[test]
    fn the_file_and_its_log_share_the_limit() {
        for bytes in [1 << 20, 4 << 20, 1 << 30, 1 << 40] {
            let size = Size(bytes);
            assert_eq!(size.file() + size.log(), bytes);
            assert!(
                size.transaction(12 << 20) as u64 <= size.log() / 2 && size.checkpoint_pages(16 << 10) > 0
            );
        }
    }
}
