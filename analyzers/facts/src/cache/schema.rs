//! The tables. Every row is `(id, …, payload)`: the id is the key's hash, the payload checks itself.

use rusqlite::{Connection, TransactionBehavior};

/// Raised when the tables change: a file with another number is rebuilt.
const SCHEMA_VERSION: i64 = 3;

/// A table of the cache. The sections stand in tables of their own so that a run reads only what it asked for.
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
    ];
    /// Those whose rows belong to a row of [`Table::Facts`] with the same id.
    pub const SECTIONS: [Table; 3] = [Table::Comments, Table::Symbols, Table::Tokens];

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
        }
    }

    fn is_section(self) -> bool {
        Table::SECTIONS.contains(&self)
    }

    /// `used` is the day (since 1970) of the last use; see [`prune`](super::Cache::prune).
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
            Table::Languages => "SELECT payload FROM languages WHERE id = ?1",
            Table::Sightings => "SELECT payload FROM sightings WHERE id = ?1",
            Table::Results => "SELECT payload FROM results WHERE id = ?1",
            Table::History => "SELECT payload, used FROM history WHERE id = ?1",
            Table::Kept => "SELECT payload, used FROM kept WHERE id = ?1",
        }
    }

    /// Parameters: id, payload, day, version; a section takes the first two.
    pub fn insert(self) -> String {
        match self.is_section() {
            true => format!("INSERT OR REPLACE INTO {} (id, payload) VALUES (?1, ?2)", self.name()),
            false => format!(
                "INSERT OR REPLACE INTO {} (id, payload, used, version) VALUES (?1, ?2, ?3, ?4)",
                self.name()
            ),
        }
    }

    pub fn has_version(self) -> bool {
        !self.is_section()
    }
}

/// What a look at a file's schema says.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum State {
    /// As it should be.
    Ready,
    /// An empty database.
    Empty,
    /// Somebody else's, or another version's.
    Foreign,
}

/// Creates the tables in an empty database; false when what is there cannot be used.
pub(super) fn prepare(connection: &mut Connection) -> rusqlite::Result<bool> {
    match state(connection)? {
        State::Ready => Ok(true),
        State::Foreign => Ok(false),
        State::Empty => {
            // Two processes may create at once: the second one waits here, looks again and finds the tables.
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            if state(&transaction)? == State::Empty {
                for table in Table::ALL {
                    transaction.execute_batch(&table.create())?;
                }
                transaction.pragma_update(None, "user_version", SCHEMA_VERSION)?;
            }
            transaction.commit()?;
            Ok(state(connection)? == State::Ready)
        }
    }
}

fn state(connection: &Connection) -> rusqlite::Result<State> {
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let mut found = Vec::new();
    let mut statement = connection.prepare("SELECT tbl_name, sql FROM sqlite_schema")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let name: String = row.get(0)?;
        if Table::ALL.iter().any(|table| table.name() == name) {
            found.push(row.get::<_, Option<String>>(1)?.unwrap_or_default());
        }
    }
    let mut expected: Vec<String> = Table::ALL.iter().map(|table| table.create()).collect();
    found.sort();
    expected.sort();
    Ok(match (version, found) {
        (SCHEMA_VERSION, found) if found == expected => State::Ready,
        (0, found) if found.is_empty() => State::Empty,
        _ => State::Foreign,
    })
}
