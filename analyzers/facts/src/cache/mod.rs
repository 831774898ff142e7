//! The content-addressed cache of facts, in one SQLite file. A file's facts are stored under its blob id, its language
//! and the extractor's version, so one cache serves the work tree, the index and every revision. The large sections are
//! in separate tables: a run reads only what it needs. Every row carries a seal over its content and its key, made with
//! a [secret](crate::stores::Secret) of the user's; an entry that was damaged, or written by somebody else, is a miss,
//! never a wrong figure. The file has a size limit ([`Size`]): the least recently used rows are removed first.
//!
//! The cache never makes a run fail. A damaged file is rebuilt, a place that is not writable is replaced by the next
//! best one, and if everything fails the run continues without a cache and says so in
//! [`RepoFacts::cache_trouble`](crate::RepoFacts::cache_trouble).

mod error;
mod history;
mod kept;
mod key;
mod limit;
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

#[cfg(fuzzing)]
pub use payload::open_strange as read_strange_entry;

pub use error::{CacheError, NoCache, NoResultsFolder, NoSecret, PlaceError};
pub use limit::{NoSize, Size};
pub use location::CacheDirs;
pub use prune::{CacheInfo, Prune, Pruned, VersionInfo};
pub use remembered::Subject;

pub(crate) use history::{HistoryRows, HistoryWriting};
pub(crate) use lookup::{Found, Question};
pub(crate) use session::{Session, Writing};

use crate::file::Sections;
use crate::source::GitContext;
use crate::stores::{Secret, StoreFolder};
use key::Keys;
pub(crate) use key::Version;
use std::path::Path;
use store::{Limits, Store};

/// The cache of one repository (or of one folder outside Git).
pub struct Cache {
    store: Result<Store, NoCache>,
    /// The analysed tree's absolute path, as bytes.
    root: Vec<u8>,
    version: Version,
    secret: Secret,
    keys: Keys,
    /// Better places that were skipped, each with the reason.
    passed_over: Vec<String>,
}

impl Cache {
    /// The cache for the tree at `root`: `batuta/cache.sqlite` in the repository's common Git folder. It is in the
    /// user's cache folder if there is no Git folder, if the repository belongs to somebody else, or if that folder
    /// cannot be used. If that fails too, there is no cache, and every run says why. `BATUTA_CACHE_DIR` names another
    /// folder. Paths of the entries measured with this cache are relative to `root`.
    pub fn open_for(git: Option<&GitContext>, root: &Path) -> Cache {
        Cache::open_in(&CacheDirs::from_env(), git, root)
    }

    /// As [`open_for`](Cache::open_for), with the given environment.
    pub fn open_in(dirs: &CacheDirs, git: Option<&GitContext>, root: &Path) -> Cache {
        let own = git.filter(|git| git.belongs_to_user()).map(GitContext::common_dir);
        let (max_bytes, wrong) = dirs.size_limit();
        let limits = Limits { max_bytes, ..Limits::default() };
        let mut cache = Cache::open_with(dirs, own.as_deref(), root, Version::current(), limits);
        if let (Some(git), None) = (git, &own) {
            let folder = git.common_dir();
            let why = "the repository belongs to somebody else (`git config --global safe.directory` can vouch for it)";
            cache.passed_over.insert(0, format!("{}: {why}", folder.display()));
        }
        if let (Ok(store), Some(wrong)) = (&cache.store, wrong) {
            store.note(wrong);
        }
        cache
    }

    /// `git_dir` is the Git folder of a repository that belongs to the user.
    fn open_with(
        dirs: &CacheDirs,
        git_dir: Option<&Path>,
        root: &Path,
        version: Version,
        limits: Limits,
    ) -> Cache {
        let none = |why: NoCache, passed_over| {
            // Never used: without a store there is nothing to open or to seal.
            let secret = Secret::of_nobody();
            let keys = Keys::new(&secret);
            Cache { store: Err(why), root: Vec::new(), version, secret, keys, passed_over }
        };
        let secret = match dirs.secret() {
            Ok(secret) => secret,
            Err(why) => return none(NoCache::NoSecret(why), Vec::new()),
        };
        let keys = Keys::new(&secret);
        let mut tried: Vec<PlaceError> = Vec::new();
        let told = |tried: &[PlaceError]| tried.iter().map(PlaceError::to_string).collect();
        for place in dirs.places(git_dir, root) {
            match place.and_then(|place| Ok(place.make()?)).and_then(|folder| open_file(folder, limits)) {
                Ok(store) => {
                    let root = location::root_bytes(root);
                    let passed_over = told(&tried);
                    return Cache { store: Ok(store), root, version, secret, keys, passed_over };
                }
                Err(why) => tried.push(why),
            }
        }
        let passed_over = told(&tried);
        none(NoCache::NoPlace(tried), passed_over)
    }

    /// Where it is; `None` when there is none.
    pub fn path(&self) -> Option<&Path> {
        self.store.as_ref().ok().map(Store::path)
    }

    /// A folder next to the cache for files, created if it is missing, with the secret that these files are bound to.
    ///
    /// # Errors
    /// There is no cache, or the folder cannot be used.
    pub fn folder_beside(&self, name: &str) -> Result<(StoreFolder, Secret), CacheError> {
        let folder = self.usable()?.folder().sub(name).map_err(CacheError::Folder)?;
        Ok((folder, self.secret))
    }

    /// The cache for one run, or why there is none. Files over `max_file_size` bytes count as not measured.
    pub(crate) fn session(&self, sections: Sections, max_file_size: u64) -> Result<Session<'_>, NoCache> {
        match &self.store {
            Ok(store) => {
                Ok(Session::new(store, self.keys, self.version, &self.root, sections, max_file_size))
            }
            Err(why) => Err(why.clone()),
        }
    }

    fn usable(&self) -> Result<&Store, CacheError> {
        self.store.as_ref().map_err(|why| CacheError::None(why.clone()))
    }
}

fn open_file(folder: StoreFolder, limits: Limits) -> Result<Store, PlaceError> {
    Store::open(folder, location::FILE_NAME, limits)
}
