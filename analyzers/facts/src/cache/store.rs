//! The file: opening it, healing it, and the connections to it.

use super::schema;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long to wait for another process's write. Writes are short (see the writer), so more means that somebody hangs.
const BUSY: Duration = Duration::from_secs(10);
/// Rows of sections are tens of kilobytes; larger pages keep more of them in one piece.
const PAGE_BYTES: u32 = 16 << 10;

/// Limits that tests tighten.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// How long to wait for a lock.
    pub busy: Duration,
    /// Upper bound of the file, in pages.
    pub max_pages: Option<u32>,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { busy: BUSY, max_pages: None }
    }
}

/// What went wrong with the file.
#[derive(Debug)]
pub(super) enum Failure {
    /// The file's content cannot be trusted: it is rebuilt.
    Damaged(String),
    /// The surroundings do not let us work: no space, no permission, locked.
    Refused(String),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Damaged(why) | Failure::Refused(why) => f.write_str(why),
        }
    }
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        use ErrorCode::*;
        let why = error.to_string();
        match error.sqlite_error_code() {
            Some(DatabaseBusy | DatabaseLocked) => {
                Failure::Refused(format!("another process holds it ({why})"))
            }
            Some(DiskFull) => Failure::Refused(format!("no space left ({why})")),
            Some(
                PermissionDenied
                | ReadOnly
                | SystemIoFailure
                | CannotOpen
                | OutOfMemory
                | FileLockingProtocolFailed
                | OperationInterrupted
                | OperationAborted
                | TooBig
                | NoLargeFileSupport,
            ) => Failure::Refused(why),
            _ => Failure::Damaged(why),
        }
    }
}

/// A usable cache file with its connections.
pub(super) struct Store {
    path: PathBuf,
    limits: Limits,
    writer: Mutex<Option<Connection>>,
    readers: Mutex<Vec<Connection>>,
    /// Set when the file was found damaged and rebuilt, until a run reports it.
    healed: Mutex<Option<String>>,
}

impl Store {
    /// Opens the file, creates it, or rebuilds it if it is damaged.
    pub fn open(path: PathBuf, limits: Limits) -> Result<Store, String> {
        let store = Store {
            path,
            limits,
            writer: Mutex::default(),
            readers: Mutex::default(),
            healed: Mutex::default(),
        };
        let first = store.connect();
        let connection = match first {
            Err(Failure::Damaged(why)) => store.rebuild(&mut None, &why).and_then(|()| store.connect()),
            other => other,
        };
        let connection = connection.map_err(|why| format!("{}: {why}", store.path.display()))?;
        *locked(&store.writer) = Some(connection);
        Ok(store)
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// That the file was rebuilt since this was last asked, and why.
    pub fn take_healed(&self) -> Option<String> {
        locked(&self.healed).take()
    }

    /// Runs `work` on a connection of its own, so that reads run beside each other and beside the writer.
    pub fn read<R>(&self, work: impl FnOnce(&Connection) -> Result<R, Failure>) -> Result<R, Failure> {
        let pooled = locked(&self.readers).pop();
        let connection = match pooled {
            Some(connection) => connection,
            None => open_connection(&self.path, self.limits)?,
        };
        let result = work(&connection)?;
        locked(&self.readers).push(connection);
        Ok(result)
    }

    /// Runs `work` on the writing connection; when that finds the file damaged, once more on a rebuilt one.
    pub fn write<R>(&self, work: impl Fn(&mut Connection) -> Result<R, Failure>) -> Result<R, Failure> {
        let mut slot = locked(&self.writer);
        let connection = match &mut *slot {
            Some(connection) => connection,
            None => slot.insert(self.connect()?),
        };
        match work(connection) {
            Err(Failure::Damaged(why)) => {
                self.rebuild(&mut slot, &why)?;
                work(slot.insert(self.connect()?))
            }
            other => other,
        }
    }

    /// Starts again with an empty file.
    pub fn heal(&self, why: &str) -> Result<(), Failure> {
        let mut slot = locked(&self.writer);
        self.rebuild(&mut slot, why)?;
        *slot = Some(self.connect()?);
        Ok(())
    }

    /// Bytes on disk, the write-ahead log included.
    pub fn bytes(&self) -> u64 {
        ["", "-wal"]
            .iter()
            .filter_map(|suffix| std::fs::metadata(self.beside(suffix)).ok())
            .map(|file| file.len())
            .sum()
    }

    /// Removes the file. Another process that has it open goes on with the removed one, to nobody's harm.
    fn rebuild(&self, writer: &mut Option<Connection>, why: &str) -> Result<(), Failure> {
        locked(&self.readers).clear();
        *writer = None;
        for suffix in ["-shm", "-wal", "-journal", ""] {
            let path = self.beside(suffix);
            let removed = match path.is_dir() && !path.is_symlink() {
                true => std::fs::rename(&path, self.beside(&format!("{suffix}.aside"))),
                false => std::fs::remove_file(&path),
            };
            match removed {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(Failure::Refused(format!("damaged ({why}), and cannot be removed: {error}")));
                }
                _ => {}
            }
        }
        *locked(&self.healed) =
            Some(format!("{} was damaged ({why}) and has been rebuilt", self.path.display()));
        Ok(())
    }

    fn beside(&self, suffix: &str) -> PathBuf {
        let mut name = self.path.clone().into_os_string();
        name.push(suffix);
        PathBuf::from(name)
    }

    /// A connection for writing to a file with the right tables.
    fn connect(&self) -> Result<Connection, Failure> {
        if self.path.is_dir() {
            return Err(Failure::Damaged("it is a folder".to_owned()));
        }
        // SQLite does not wait by itself while another process turns a new file into a write-ahead-logged one.
        let deadline = Instant::now() + self.limits.busy;
        loop {
            match self.connect_once() {
                Err(error) if is_busy(&error) && Instant::now() < deadline => {
                    std::thread::sleep(Duration::from_millis(3));
                }
                Err(error) => return Err(error.into()),
                Ok(Some(connection)) => return Ok(connection),
                Ok(None) => return Err(Failure::Damaged("its tables are not ours".to_owned())),
            }
        }
    }

    fn connect_once(&self) -> rusqlite::Result<Option<Connection>> {
        let mut connection = open_connection(&self.path, self.limits)?;
        connection.pragma_update(None, "page_size", PAGE_BYTES)?;
        connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
        // No waiting for the disk: a power cut may then damage the file, which the checksums notice and a rebuild mends.
        connection.pragma_update(None, "synchronous", "OFF")?;
        if let Some(pages) = self.limits.max_pages {
            connection.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))?;
        }
        let usable = schema::prepare(&mut connection)? && !connection.is_readonly("main")?;
        Ok(usable.then_some(connection))
    }
}

fn open_connection(path: &Path, limits: Limits) -> rusqlite::Result<Connection> {
    let flags =
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(limits.busy)?;
    // Two guards that SQLite advises for files that may be damaged.
    connection.pragma_update(None, "cell_size_check", true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    Ok(connection)
}

fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}

/// A lock whose holder panicked still guards sound data: connections are replaced, not left half-made.
pub(super) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
