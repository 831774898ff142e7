//! The content-addressed cache of facts, in one SQLite file.
//!
//! A file's facts are filed under its blob id, its language and the extractor's version, so one cache serves the work
//! tree, the index and every revision. The bulky sections stand in tables of their own: a run reads what it asked for.
//! Every row carries a checksum over its content and its key; what does not check out is a miss, never a wrong figure.
//!
//! The cache never makes a run fail. A damaged file is rebuilt, a place that cannot be written to is replaced by the next
//! best one, and when all fails the run goes on without and says so in
//! [`RepoFacts::cache_trouble`](crate::RepoFacts::cache_trouble).

mod history;
mod kept;
mod key;
mod location;
mod lookup;
mod payload;
mod prune;
mod remembered;
mod schema;
mod session;
mod store;
#[cfg(test)]
mod tests;
mod writer;

pub use location::CacheDirs;
pub use prune::{CacheInfo, Prune, Pruned, VersionInfo};
pub use remembered::Subject;

pub(crate) use history::{HistoryRows, HistoryWriting};
pub(crate) use lookup::{Found, Question};
pub(crate) use session::{Session, Writing};

use crate::repo::MeasureOptions;
pub(crate) use key::Version;
use std::path::Path;
use store::{Limits, Store};

/// The cache of one repository (or of one folder outside Git).
pub struct Cache {
    store: Result<Store, String>,
    /// The analysed tree's absolute path, as bytes.
    root: Vec<u8>,
    version: Version,
}

/// Why the cache could not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("cache: {message}")]
pub struct CacheError {
    /// What went wrong, and where.
    pub message: String,
}

impl Cache {
    /// The cache for the tree at `root`: `batuta/cache.sqlite` in the repository's common Git folder; where there is none
    /// or it cannot be written to, in the user's cache folder; where that fails too, none at all, and every run says why.
    /// `BATUTA_CACHE_DIR` names another folder. Paths of the entries measured with this cache are relative to `root`.
    pub fn open_for(git_common_dir: Option<&Path>, root: &Path) -> Cache {
        Cache::open_in(&CacheDirs::from_env(), git_common_dir, root)
    }

    /// As [`open_for`](Cache::open_for), in the given folders.
    pub fn open_in(dirs: &CacheDirs, git_common_dir: Option<&Path>, root: &Path) -> Cache {
        Cache::open_with(dirs, git_common_dir, root, Version::current(), Limits::default())
    }

    fn open_with(
        dirs: &CacheDirs,
        git_common_dir: Option<&Path>,
        root: &Path,
        version: Version,
        limits: Limits,
    ) -> Cache {
        let mut reasons = Vec::new();
        for place in dirs.candidates(git_common_dir, root) {
            match place.and_then(|file| open_file(&file, limits)) {
                Ok(store) => {
                    return Cache { store: Ok(store), root: location::root_bytes(root), version };
                }
                Err(why) => reasons.push(why),
            }
        }
        let why = format!("no place for a cache: {}", reasons.join("; "));
        Cache { store: Err(why), root: Vec::new(), version }
    }

    /// Where it lies; `None` when there is none.
    pub fn path(&self) -> Option<&Path> {
        self.store.as_ref().ok().map(Store::path)
    }

    /// One run's use of the cache, or why there is none.
    pub(crate) fn session(&self, options: &MeasureOptions<'_>) -> Result<Session<'_>, String> {
        match &self.store {
            Ok(store) => Ok(Session::new(store, self.version, &self.root, options)),
            Err(why) => Err(why.clone()),
        }
    }

    fn usable(&self) -> Result<&Store, CacheError> {
        self.store.as_ref().map_err(|why| CacheError { message: why.clone() })
    }
}

fn open_file(file: &Path, limits: Limits) -> Result<Store, String> {
    let folder = file.parent().unwrap_or(Path::new(""));
    std::fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    Store::open(file.to_owned(), limits)
}
