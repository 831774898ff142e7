use super::SourceError;
use super::git_errors::own_words;
use super::quarantine::BorrowedObjects;
use crate::model::BlobId;
use std::sync::{Mutex, PoisonError};

/// The most objects that a caching handle keeps: folders of neighbouring commits.
const OBJECT_CACHE: usize = 16 << 20;
/// The most delta bases that it keeps: versions of one file are stored as chains of them.
const DELTA_CACHE: usize = 48 << 20;

/// Reads objects of one repository from any number of threads. A repository handle has caches that cannot be shared, so
/// each reading thread borrows one and returns it with its caches filled.
pub(super) struct ObjectReader {
    repository: gix::ThreadSafeRepository,
    remembers: bool,
    idle: Mutex<Vec<gix::Repository>>,
    /// Must live as long as objects are read.
    _borrowed: BorrowedObjects,
}

impl ObjectReader {
    pub(super) fn new(repository: gix::ThreadSafeRepository, borrowed: BorrowedObjects) -> Self {
        ObjectReader { repository, remembers: false, idle: Mutex::default(), _borrowed: borrowed }
    }

    /// The same for trees and blobs that have much in common: handles cache what they read recently.
    pub(super) fn remembering(repository: gix::ThreadSafeRepository, borrowed: BorrowedObjects) -> Self {
        ObjectReader { remembers: true, ..ObjectReader::new(repository, borrowed) }
    }

    fn handle(&self) -> gix::Repository {
        let mut handle = self.repository.to_thread_local();
        if self.remembers {
            handle.object_cache_size_if_unset(OBJECT_CACHE);
            let bases = || gix::odb::pack::cache::lru::MemoryCappedHashmap::new(DELTA_CACHE);
            handle.objects.set_pack_cache(move || Box::new(bases()));
        }
        handle
    }

    /// Calls `work` with a handle for this thread alone.
    pub(super) fn with<T>(&self, work: impl FnOnce(&gix::Repository) -> T) -> T {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let handle = idle.unwrap_or_else(|| self.handle());
        let result = work(&handle);
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(handle);
        result
    }

    /// The bytes of a blob. `what` names it in the error.
    pub(super) fn blob(&self, id: BlobId, what: &dyn std::fmt::Display) -> Result<Vec<u8>, SourceError> {
        self.with(|repository| read_blob(repository, gix::ObjectId::Sha1(id.0), what))
    }

    /// The size of a blob in bytes, without reading it.
    pub(super) fn size(&self, id: BlobId, what: &dyn std::fmt::Display) -> Result<u64, SourceError> {
        self.with(|repository| match repository.find_header(gix::ObjectId::Sha1(id.0)) {
            Ok(header) => Ok(header.size()),
            Err(error) => Err(missing(repository, what, &error)),
        })
    }
}

/// The bytes of a blob. `what` names it in the error.
pub(super) fn read_blob(
    repository: &gix::Repository,
    id: gix::ObjectId,
    what: &dyn std::fmt::Display,
) -> Result<Vec<u8>, SourceError> {
    match repository.find_object(id) {
        Ok(mut object) => Ok(std::mem::take(&mut object.data)),
        Err(error) => Err(missing(repository, what, &error)),
    }
}

/// The same for a blob of at most `limit` bytes.
pub(super) fn read_up_to(
    repository: &gix::Repository,
    id: gix::ObjectId,
    limit: u64,
    what: &dyn std::fmt::Display,
) -> Result<Vec<u8>, SourceError> {
    let header = repository.find_header(id).map_err(|error| missing(repository, what, &error))?;
    match header.size() > limit {
        true => Err(SourceError::new(format!("{what} is not read: it is larger than {limit} bytes"))),
        false => read_blob(repository, id, what),
    }
}

/// The error for an object that a tree names but the repository lacks.
pub(super) fn missing(
    repository: &gix::Repository,
    what: &dyn std::fmt::Display,
    error: &gix::Error,
) -> SourceError {
    SourceError::new(format!(
        "{what} cannot be read from the object database of {}: {}; if this is a partial or shallow clone, fetch \
         what is missing, else run `git fsck`",
        repository.git_dir().display(),
        own_words(error)
    ))
}
