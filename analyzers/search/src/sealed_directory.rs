//! The folder of the index. Its content is untrusted: names in it cannot lead elsewhere, links are not followed, and
//! only files sealed with the user's secret are read.

use crate::sealed_file::{SealedFile, SealingWriter, seal_json, unseal_json};
use facts::stores::{Secret, StoreFolder};
use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tantivy::Directory;
use tantivy::directory::error::{DeleteError, LockError, OpenReadError, OpenWriteError};
use tantivy::directory::{DirectoryLock, FileHandle, Lock, WatchCallback, WatchHandle, WritePtr};

/// Lists of files and lists of segments are never larger.
const LARGEST_LIST: u64 = 256 << 20;
/// How long to wait for a lock that others only hold briefly.
const PATIENCE: Duration = Duration::from_secs(20);

/// The folder of one index.
#[derive(Debug, Clone)]
pub struct SealedDirectory {
    folder: StoreFolder,
    secret: Secret,
}

impl SealedDirectory {
    /// The files in `folder`, bound to the secret.
    pub fn new(folder: StoreFolder, secret: &Secret) -> SealedDirectory {
        SealedDirectory { folder, secret: secret.for_purpose("search index") }
    }

    /// A file is also bound to its name.
    fn secret_of(&self, name: &str) -> Secret {
        self.secret.for_purpose(name)
    }
}

/// A path that is just a file name.
fn name(path: &Path) -> io::Result<&str> {
    path.to_str()
        .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "not a name of a file of the index"))
}

fn unread(path: &Path, error: io::Error) -> OpenReadError {
    match error.kind() {
        io::ErrorKind::NotFound => OpenReadError::FileDoesNotExist(path.to_owned()),
        _ => OpenReadError::wrap_io_error(error, path.to_owned()),
    }
}

impl Directory for SealedDirectory {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        let open = || SealedFile::open(self.folder.open(name(path)?)?, self.secret_of(name(path)?));
        Ok(Arc::new(open().map_err(|error| unread(path, error))?))
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        let removed = name(path).and_then(|name| self.folder.plain(name)).and_then(std::fs::remove_file);
        removed.map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => DeleteError::FileDoesNotExist(path.to_owned()),
            _ => DeleteError::IoError { io_error: Arc::new(error), filepath: path.to_owned() },
        })
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        let found = name(path).and_then(|name| self.folder.plain(name)).map(|path| path.is_file());
        found.map_err(|error| unread(path, error))
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        let create = || Ok((self.folder.create_new(name(path)?)?, self.secret_of(name(path)?)));
        let (file, secret) = create().map_err(|error: io::Error| match error.kind() {
            io::ErrorKind::AlreadyExists => OpenWriteError::FileAlreadyExists(path.to_owned()),
            _ => OpenWriteError::wrap_io_error(error, path.to_owned()),
        })?;
        Ok(io::BufWriter::new(Box::new(SealingWriter::new(file, secret))))
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        let read = || {
            let name = name(path)?;
            let sealed = self.folder.read(name, LARGEST_LIST)?.ok_or(io::ErrorKind::NotFound)?;
            unseal_json(&self.secret_of(name), &sealed)
        };
        read().map_err(|error| unread(path, error))
    }

    fn atomic_write(&self, path: &Path, data: &[u8]) -> io::Result<()> {
        let name = name(path)?;
        self.folder.replace(name, &seal_json(&self.secret_of(name), data)?)
    }

    // A power cut may lose the index, which is then rebuilt.
    fn sync_directory(&self) -> io::Result<()> {
        Ok(())
    }

    fn acquire_lock(&self, lock: &Lock) -> Result<DirectoryLock, LockError> {
        let patience = if lock.is_blocking { PATIENCE } else { Duration::ZERO };
        let file = name(&lock.filepath).and_then(|name| self.folder.open_or_create(name));
        let held = hold(file.map_err(LockError::wrap_io_error)?, patience)?;
        // Released when it is closed.
        Ok(DirectoryLock::from(Box::new(held)))
    }

    // Not needed: the program that changes an index tells its readers.
    fn watch(&self, _: WatchCallback) -> tantivy::Result<WatchHandle> {
        Ok(WatchHandle::empty())
    }
}

/// Locks a file until it is closed.
fn hold(file: File, patience: Duration) -> Result<File, LockError> {
    let deadline = Instant::now() + patience;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) if Instant::now() < deadline => {
                std::thread::sleep(Duration::from_millis(20));
            }
            Err(TryLockError::WouldBlock) => return Err(LockError::LockBusy),
            Err(TryLockError::Error(error)) => return Err(LockError::wrap_io_error(error)),
        }
    }
}

/// Keeps other processes from opening or creating the same index; they wait. If the lock cannot be taken, continues
/// without it.
pub fn while_opening<R>(folder: &StoreFolder, work: impl FnOnce() -> R) -> R {
    let held = folder.open_or_create(".opening.lock").ok().and_then(|file| hold(file, PATIENCE).ok());
    let result = work();
    drop(held);
    result
}

/// An entry of the folder that cannot be a file of an index: a link, a pipe, a folder.
pub fn stray(folder: &StoreFolder) -> io::Result<Option<PathBuf>> {
    for entry in std::fs::read_dir(folder.path())? {
        let entry = entry?;
        let plain = entry.file_name().to_str().is_some_and(|name| matches!(folder.fault(name), Ok(None)));
        if !plain {
            return Ok(Some(entry.path()));
        }
    }
    Ok(None)
}
