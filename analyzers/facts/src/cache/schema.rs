//! The tables. Every row is `(id, …, payload)`: the id is the key's hash, the payload contains its own checksum.

use rusqlite::{Connection, TransactionBehavior};

/// Raised when the tables change: a file with another number is rebuilt.
const SCHEMA_VERSION: i64 = 5;

/// A table of the cache. The sections are in separate tables so that a run reads only the ones it needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Table {
    Facts = 1,
    Comments = 2,
    Symbols = 3,
    Tokens = 4,
    Languages = 5,
    Sightings = 6,
    Results = 7,
    History = 8,
    Kept = 9,
    Types = 10,
}

impl Table {
    pub const ALL: &[Table] = &[
        Table::Facts,
        Table::Comments,
        Table::Symbols,
        Table::Tokens,
        Table::Languages,
        Table::Sightings,
        Table::Results,
        Table::History,
        Table::Kept,
        Table::Types,
    ];
    /// The tables whose rows belong to a row of [`Table::Facts`] with the same id.
    pub const SECTIONS: [Table; 4] = [Table::Comments, Table::Symbols, Table::Tokens, Table::Types];

    pub fn name(self) -> &'static str {
        match self {
            Table::Facts => "facts",
            Table::Comments => "comments",
            Table::Symbols => "symbols",
            Table::Tokens => "tokens",
            Table::Languages => "languages",
            Table::Sightings => "sightings",
            Table::Results => "results",
            Table::History => "history",
            Table::Kept => "kept",
            Table::Types => "types",
        }
    }

    fn is_section(self) -> bool {
        Table::SECTIONS.contains(&self)
    }

    /// `used` is the time of the last use, to the day, in seconds since 1970; see [`prune`](super::Cache::prune).
    fn create(self) -> String {
        match self.is_section() {
            true => format!("CREATE TABLE {} (id INTEGER PRIMARY KEY, payload BLOB)", self.name()),
            false => format!(
                "CREATE TABLE {} (id INTEGER PRIMARY KEY, used INTEGER, version INTEGER, payload BLOB)",
                self.name()
            ),
        }
    }

    pub fn select(self) -> &'static str {
        match self {
            Table::Facts => "SELECT payload, used FROM facts WHERE id = ?1",
            Table::Comments => "SELECT payload FROM comments WHERE id = ?1",
            Table::Symbols => "SELECT payload FROM symbols WHERE id = ?1",
            Table::Tokens => "SELECT payload FROM tokens WHERE id = ?1",
            Table::Languages => "SELECT payload, used FROM languages WHERE id = ?1",
            Table::Sightings => "SELECT payload, used FROM sightings WHERE id = ?1",
            Table::Results => "SELECT payload, used FROM results WHERE id = ?1",
            Table::History => "SELECT payload, used FROM history WHERE id = ?1",
            Table::Kept => "SELECT payload, used FROM kept WHERE id = ?1",
            Table::Types => "SELECT payload FROM types WHERE id = ?1",
        }
    }

    pub fn delete(self) -> &'static str {
        match self {
            Table::Facts => "DELETE FROM facts WHERE id = ?1",
            Table::Comments => "DELETE FROM comments WHERE id = ?1",
            Table::Symbols => "DELETE FROM symbols WHERE id = ?1",
            Table::Tokens => "DELETE FROM tokens WHERE id = ?1",
            Table::Languages => "DELETE FROM languages WHERE id = ?1",
            Table::Sightings => "DELETE FROM sightings WHERE id = ?1",
            Table::Results => "DELETE FROM results WHERE id = ?1",
            Table::History => "DELETE FROM history WHERE id = ?1",
            Table::Kept => "DELETE FROM kept WHERE id = ?1",
            Table::Types => "DELETE FROM types WHERE id = ?1",
        }
    }

    /// Parameters: id, payload, time, version; a section takes the first two.
    pub fn insert(self) -> String {
        match self.is_section() {
            true => format!("INSERT OR REPLACE INTO {} (id, payload) VALUES (?1, ?2)", self.name()),
            false => format!(
                "INSERT OR REPLACE INTO {} (id, payload, used, version) VALUES (?1, ?2, ?3, ?4)",
                self.name()
            ),
        }
    }

    /// Stamps a row; parameters: id, time. None for sections, which are as old as their facts.
    pub fn touch(self) -> Option<&'static str> {
        match self {
            Table::Facts => Some("UPDATE facts SET used = ?2 WHERE id = ?1"),
            Table::Languages => Some("UPDATE languages SET used = ?2 WHERE id = ?1"),
            Table::Sightings => Some("UPDATE sightings SET used = ?2 WHERE id = ?1"),
            Table::Results => Some("UPDATE results SET used = ?2 WHERE id = ?1"),
            Table::History => Some("UPDATE history SET used = ?2 WHERE id = ?1"),
            Table::Kept => Some("UPDATE kept SET used = ?2 WHERE id = ?1"),
            Table::Comments | Table::Symbols | Table::Tokens | Table::Types => None,
        }
    }

    pub fn has_version(self) -> bool {
        !self.is_section()
    }
}

/// Creates the tables in a new file.
pub(super) fn create(connection: &mut Connection) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for table in Table::ALL {
        transaction.execute_batch(&table.create())?;
    }
    transaction.pragma_update(None, "user_version", SCHEMA_VERSION)?;
    transaction.commit()
}

/// True if the file holds exactly our tables, with the same SQL text, and no view, trigger or index: those would run
/// somebody else's SQL.
pub(super) fn is_ours(connection: &Connection) -> rusqlite::Result<bool> {
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if version != SCHEMA_VERSION {
        return Ok(false);
    }
    let mut expected: Vec<(String, String)> =
        Table::ALL.iter().map(|table| (table.name().to_owned(), table.create())).collect();
    let mut statement = connection.prepare("SELECT type, name, tbl_name, sql FROM sqlite_schema")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let text = |column| row.get::<_, Option<String>>(column).map(Option::unwrap_or_default);
        let (kind, name, table, sql) = (text(0)?, text(1)?, text(2)?, text(3)?);
        let known = expected.iter().position(|(own, create)| *own == name && *create == sql);
        match known.filter(|_| kind == "table" && table == name) {
            Some(position) => {
                expected.swap_remove(position);
            }
            None => return Ok(false),
        }
    }
    Ok(expected.is_empty())
}
