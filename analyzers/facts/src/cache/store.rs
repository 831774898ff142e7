//! The file: opening it, repairing it, and the connections to it.

use super::error::{CacheError, PlaceError};
use super::limit::{self, Size};
use super::schema;
use super::session::seconds_since_1970;
use crate::stores::StoreFolder;
use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

/// How long to wait for another process's write. Writes are short (see the writer), so a longer wait means that it
/// hangs.
const BUSY: Duration = Duration::from_secs(10);
/// Rows of sections are tens of kilobytes; larger pages keep more of them in one piece.
const PAGE_BYTES: u32 = 16 << 10;
/// Our rows are never longer, so longer ones are not read.
const LONGEST_ROW: i32 = 256 << 20;
/// The files that SQLite may create next to its own.
const BESIDE: [&str; 3] = ["-wal", "-shm", "-journal"];
/// The name of the file until it is complete.
const UNFINISHED: &str = ".new-";
/// Incomplete files of a killed process are removed after this long.
const ABANDONED: Duration = Duration::from_secs(60 * 60);

/// Limits that tests tighten.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// How long to wait for a lock.
    pub busy: Duration,
    /// Upper bound of the file, in pages.
    pub max_pages: Option<u32>,
    /// How large the file and its log may grow.
    pub max_bytes: Size,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { busy: BUSY, max_pages: None, max_bytes: limit::DEFAULT }
    }
}

/// What went wrong with the file.
#[derive(Debug)]
pub(super) enum Failure {
    /// The file's content cannot be trusted: it is rebuilt.
    Damaged(String),
    /// The environment prevents the work: no space, no permission, locked.
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
    folder: StoreFolder,
    name: &'static str,
    path: PathBuf,
    limits: Limits,
    writer: Mutex<Option<Connection>>,
    readers: Mutex<Vec<Connection>>,
    /// When the last run began, in seconds since 1970: rows used since then are not removed to make room.
    began: AtomicI64,
    /// A message for a run to report: set when the file was found damaged and rebuilt.
    note: Mutex<Option<String>>,
}

impl Store {
    /// Opens the file, creates it, or rebuilds it if it is damaged.
    pub fn open(folder: StoreFolder, name: &'static str, limits: Limits) -> Result<Store, PlaceError> {
        let path = folder.path().join(name);
        let store = Store {
            folder,
            name,
            path,
            limits,
            writer: Mutex::default(),
            readers: Mutex::default(),
            began: AtomicI64::new(seconds_since_1970(SystemTime::now())),
            note: Mutex::default(),
        };
        let first = store.connect();
        let connection = match first {
            Err(Failure::Damaged(why)) => store.rebuild(&mut None, &why).and_then(|()| store.connect()),
            other => other,
        };
        let connection =
            connection.map_err(|why| PlaceError::File { path: store.path.clone(), why: why.to_string() })?;
        *locked(&store.writer) = Some(connection);
        Ok(store)
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A failure as shown to users of the cache.
    pub fn error(&self, why: &Failure) -> CacheError {
        CacheError::File { path: self.path.clone(), why: why.to_string() }
    }

    /// The folder that contains it.
    pub fn folder(&self) -> &StoreFolder {
        &self.folder
    }

    /// The size limit of the file and its log.
    pub fn limit(&self) -> Size {
        self.limits.max_bytes
    }

    /// Called when a run begins at this time. True if it may have to make room for what it stores.
    pub fn begin_run(&self, now: i64) -> bool {
        self.began.store(now, Ordering::Relaxed);
        let limit = self.limits.max_bytes;
        limit != Size::NONE
            && self.read(|connection| Ok(limit::is_filling(connection, limit)?)).unwrap_or(false)
    }

    /// How many bytes of rows one transaction may hold: `most` if the limit allows it.
    pub fn largest_transaction(&self, most: usize) -> usize {
        self.limits.max_bytes.transaction(most)
    }

    /// What the next run should report: whether and why the file was rebuilt since the last call.
    pub fn take_note(&self) -> Option<String> {
        locked(&self.note).take()
    }

    /// Adds a message for the next run to report.
    pub fn note(&self, what: String) {
        *locked(&self.note) = Some(what);
    }

    /// Runs `work` on a connection of its own, so that reads run side by side and next to the writer.
    pub fn read<R>(&self, work: impl FnOnce(&Connection) -> Result<R, Failure>) -> Result<R, Failure> {
        let pooled = locked(&self.readers).pop();
        let connection = match pooled {
            Some(connection) => connection,
            None => self.another_connection()?,
        };
        let result = work(&connection)?;
        locked(&self.readers).push(connection);
        Ok(result)
    }

    fn another_connection(&self) -> Result<Connection, Failure> {
        if !self.path.exists() {
            return Err(Failure::Damaged("it was removed".to_owned()));
        }
        Ok(open_connection(&self.path, self.limits)?)
    }

    /// Runs `work` on the writing connection. If it finds the file damaged, runs it again on a rebuilt one.
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

    /// The same for `work` that adds this many bytes: the least recently used rows make room for them.
    pub fn write_rows<R>(
        &self,
        bytes: usize,
        work: impl Fn(&mut Connection) -> Result<R, Failure>,
    ) -> Result<R, Failure> {
        self.write(|connection| {
            let now = seconds_since_1970(SystemTime::now());
            let began = self.began.load(Ordering::Relaxed);
            match limit::make_room(connection, self.limits.max_bytes, bytes, (began, now)) {
                // Another process holds the file, perhaps to make room: retried at the next write.
                Err(Failure::Refused(_)) | Ok(true) => work(connection),
                Ok(false) => Err(Failure::Refused(format!(
                    "what this run uses fills it up to its limit of {}; raise BATUTA_CACHE_MAX_SIZE",
                    self.limits.max_bytes
                ))),
                Err(damaged) => Err(damaged),
            }
        })
    }

    /// Starts again with an empty file.
    pub fn heal(&self, why: &str) -> Result<(), Failure> {
        let mut slot = locked(&self.writer);
        self.rebuild(&mut slot, why)?;
        *slot = Some(self.connect()?);
        Ok(())
    }

    /// The size on disk.
    pub fn bytes(&self) -> u64 {
        ["", "-wal"]
            .iter()
            .filter_map(|suffix| fs::symlink_metadata(self.beside(suffix)).ok())
            .map(|file| file.len())
            .sum()
    }

    /// Removes the file. A process that has it open safely continues with the removed one. A link itself is removed,
    /// not its target. A folder is moved aside, because its content is not ours.
    fn rebuild(&self, writer: &mut Option<Connection>, why: &str) -> Result<(), Failure> {
        locked(&self.readers).clear();
        *writer = None;
        for suffix in ["-shm", "-wal", "-journal", ""] {
            let path = self.beside(suffix);
            let removed = match path.is_dir() && !path.is_symlink() {
                true => fs::rename(&path, self.beside(&format!("{suffix}.aside"))),
                false => fs::remove_file(&path),
            };
            match removed {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(Failure::Refused(format!("damaged ({why}), and cannot be removed: {error}")));
                }
                _ => {}
            }
        }
        self.note(format!("{} was damaged ({why}) and has been rebuilt", self.path.display()));
        Ok(())
    }

    fn beside(&self, suffix: &str) -> PathBuf {
        let mut name = self.path.clone().into_os_string();
        name.push(suffix);
        PathBuf::from(name)
    }

    /// A connection for writing to a file with the right tables.
    fn connect(&self) -> Result<Connection, Failure> {
        self.look_at_files()?;
        if !self.path.exists() {
            self.create()?;
        }
        // SQLite does not wait by itself while another process recovers the file.
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

    /// Opens only regular files that the user owns: SQLite would follow links and wait for pipes. A rollback journal
    /// cannot be ours, since the file is write-ahead logged from its first byte. SQLite would play back a journal that
    /// it found, and the journal may name another file for SQLite to delete.
    fn look_at_files(&self) -> Result<(), Failure> {
        let refused = |error: io::Error| Failure::Refused(error.to_string());
        for suffix in BESIDE.into_iter().chain([""]) {
            let name = format!("{}{suffix}", self.name);
            match self.folder.fault(&name).map_err(refused)? {
                Some(fault) => return Err(Failure::Damaged(format!("{name}: {fault}"))),
                None if suffix == "-journal" => self.folder.remove(&name).map_err(refused)?,
                None => {}
            }
        }
        Ok(())
    }

    /// Creates the file under another name and then renames it into place, unless another process was faster.
    fn create(&self) -> Result<(), Failure> {
        let refused = |error: io::Error| Failure::Refused(error.to_string());
        self.remove_abandoned().map_err(refused)?;
        let new = tempfile::Builder::new()
            .prefix(&format!("{}{UNFINISHED}", self.name))
            .make_in(self.folder.path(), |path| {
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                self.folder.create_new(&name)
            })
            .map_err(refused)?;
        let path = new.path();
        let mut connection = open_connection(path, self.limits)?;
        connection.pragma_update(None, "page_size", PAGE_BYTES)?;
        connection.pragma_update(None, "synchronous", "OFF")?;
        connection.pragma_update_and_check(None, "journal_mode", "MEMORY", |_| Ok(()))?;
        schema::create(&mut connection)?;
        connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
        // Removes the log that the last step started.
        connection.close().map_err(|(_, error)| error)?;
        match new.persist_noclobber(&self.path) {
            Err(error) if error.error.kind() != io::ErrorKind::AlreadyExists => Err(refused(error.error)),
            _ => Ok(()),
        }
    }

    /// Removes incomplete files that killed processes left.
    fn remove_abandoned(&self) -> io::Result<()> {
        let begin = format!("{}{UNFINISHED}", self.name);
        for entry in fs::read_dir(self.folder.path())? {
            let entry = entry?;
            let name = entry.file_name();
            let Some(name) = name.to_str().filter(|name| name.starts_with(&begin)) else { continue };
            let metadata = entry.metadata()?;
            let age = metadata.modified().ok().and_then(|time| time.elapsed().ok());
            if !metadata.is_dir() && age.is_some_and(|age| age > ABANDONED) {
                self.folder.remove(name)?;
            }
        }
        Ok(())
    }

    fn connect_once(&self) -> rusqlite::Result<Option<Connection>> {
        let connection = open_connection(&self.path, self.limits)?;
        if !schema::is_ours(&connection)? {
            return Ok(None);
        }
        let mode: String = connection.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
        // Does not wait for the disk: a power cut may then damage the file, which the seals detect and a rebuild fixes.
        connection.pragma_update(None, "synchronous", "OFF")?;
        let limit = self.limits.max_bytes;
        let pages = limit.checkpoint_pages(u64::from(PAGE_BYTES));
        connection.pragma_update_and_check(None, "wal_autocheckpoint", pages as i64, |_| Ok(()))?;
        let kept = i64::try_from(limit.kept_log()).unwrap_or(i64::MAX);
        connection.pragma_update_and_check(None, "journal_size_limit", kept, |_| Ok(()))?;
        if let Some(pages) = self.limits.max_pages {
            connection.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))?;
        }
        let usable = mode == "wal" && !connection.is_readonly("main")?;
        Ok(usable.then_some(connection))
    }
}

/// A connection to an untrusted file, as SQLite advises: links are not followed, nothing in the file's schema is
/// executed, and its pages are checked before use.
fn open_connection(path: &Path, limits: Limits) -> rusqlite::Result<Connection> {
    let flags =
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(limits.busy)?;
    connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, LONGEST_ROW)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update_and_check(None, "mmap_size", 0, |_| Ok(()))?;
    Ok(connection)
}

fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}

/// If a thread panicked with the lock, the data is still sound: connections are replaced, never left half-made.
pub(super) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
