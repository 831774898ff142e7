//! An open repository or folder: its tree, the configuration in force, its cache, its history, and other evidence for
//! the gate. The command line, the hooks and the service all open what they analyse here, so they see the same.

mod configuration;
mod error;
mod evidence;
mod history;
mod history_error;
mod judge;
mod open;
mod trend;
mod without_file;

pub use configuration::configuration;
pub use error::{NoFolder, ProjectError};
pub use evidence::LARGEST_REPORT;
pub use history::HistoryAsked;
pub use history_error::HistoryError;
pub use judge::{JudgeOptions, SinceBase};
pub use open::{OpenOptions, place};
pub use trend::{TrendAsked, TrendWatch};

use facts::cache::{Cache, CacheDirs, Subject};
use facts::model::RepoPath;
use facts::source::{GitContext, SourceTree, Which};
use facts::stores::{Secret, StoreFolder};
use facts::{MeasureOptions, RepoFacts};
use gates::Config;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// The folder of the results of `pmat mutate`.
const MUTANTS: &str = "mutants";

/// A tree to analyse, with its configuration.
pub struct Project {
    /// The tree.
    pub tree: Box<dyn SourceTree + Send>,
    /// Which tree of the repository it is.
    pub which: Which,
    /// The path to analyse.
    pub path: PathBuf,
    /// The repository it belongs to, if any.
    pub git: Option<GitContext>,
    /// The configuration in force.
    pub config: Config,
    config_is_named: bool,
    settings_of: Option<Which>,
    root: PathBuf,
    use_cache: bool,
    cache: OnceLock<Option<Cache>>,
}

impl Project {
    /// Measures the tree with the project's own limits and cache.
    ///
    /// # Errors
    /// The tree cannot be read, the run was cancelled, or no file could be measured: there is nothing to report.
    pub fn measure(&self, options: &MeasureOptions<'_>) -> Result<RepoFacts, ProjectError> {
        let options = MeasureOptions { max_file_size: self.config.max_file_size, ..*options };
        let facts = facts::measure(self.tree.as_ref(), self.cache(), &options)
            .map_err(|error| error::cannot_open(&self.path, &error))?;
        if facts.files.is_empty() {
            return Err(self.nothing_measured(&facts));
        }
        Ok(facts)
    }

    /// The cache, unless it was switched off.
    pub fn cache(&self) -> Option<&Cache> {
        let open = || self.use_cache.then(|| Cache::open_for(self.git.as_ref(), &self.root));
        self.cache.get_or_init(open).as_ref()
    }

    /// A folder next to the cache for data about this tree's root, and the secret that it is sealed with; none if there
    /// is no cache.
    pub fn cache_folder(&self, name: &str) -> Option<(StoreFolder, Secret)> {
        let root = self.root.as_os_str().as_encoded_bytes();
        let name = format!("{name}-{:016x}", xxhash_rust::xxh3::xxh3_64(root));
        self.cache()?.folder_beside(&name).ok()
    }

    /// A result that depends only on the whole tree's facts: the one cached for this state of the tree, else a computed
    /// one, which is cached.
    ///
    /// # Errors
    /// Those of `compute`.
    pub fn remembered<T: Serialize + DeserializeOwned, E>(
        &self,
        subject: Subject,
        facts: &RepoFacts,
        compute: impl FnOnce() -> Result<T, E>,
    ) -> Result<T, E> {
        let fingerprint = facts.fingerprint();
        if let Some(known) = self.cache().and_then(|cache| cache.recall(subject, fingerprint)) {
            return Ok(known);
        }
        let result = compute()?;
        // If it cannot be cached, it is computed again next time; the report on the facts says what is wrong with the
        // cache.
        let _ = self.cache().map(|cache| cache.remember(subject, fingerprint, &result));
        Ok(result)
    }

    /// The folder that the paths of the tree are relative to.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The folder for the next run of `pmat mutate` on this tree, unless the user names another; created if missing.
    ///
    /// # Errors
    /// Why no folder is available.
    pub fn mutants_folder(&self) -> Result<PathBuf, NoFolder> {
        let folder = CacheDirs::from_env().make_folder(self.git.as_ref(), &self.root, MUTANTS);
        let folder = folder.map_err(|why| NoFolder(why.into()))?;
        Ok(folder.path().to_owned())
    }

    /// Its name for people: the last part of its full path.
    pub fn name(&self) -> String {
        let full = self.path.canonicalize().unwrap_or_else(|_| self.path.clone());
        full.file_name()
            .map_or_else(|| full.display().to_string(), |name| name.to_string_lossy().into_owned())
    }

    /// The path in the tree of a file that the user named: relative to the current folder if it exists there, else to
    /// the root of the tree.
    pub fn path_in_tree(&self, named: &str) -> RepoPath {
        let inside = Path::new(named).canonicalize().ok();
        let inside = inside.and_then(|file| file.strip_prefix(&self.root).ok().map(Path::to_owned));
        open::repo_path(&inside.unwrap_or_else(|| PathBuf::from(named.trim_start_matches("./"))))
    }

    fn nothing_measured(&self, facts: &RepoFacts) -> ProjectError {
        let mut reasons: BTreeMap<String, usize> = BTreeMap::new();
        for skipped in &facts.skipped {
            *reasons.entry(skipped.reason.to_string()).or_default() += 1;
        }
        let mut error =
            ProjectError::new(format!("nothing to measure in {} ({})", self.path.display(), facts.tree));
        if reasons.is_empty() {
            error = error.why("there are no files");
        }
        for (reason, count) in reasons {
            let noun = if count == 1 { "file or folder" } else { "files or folders" };
            error = error.why(format!("{count} {noun}: {reason}"));
        }
        error.help("name a folder with source files; `batuta languages` lists what is recognised")
    }
}
