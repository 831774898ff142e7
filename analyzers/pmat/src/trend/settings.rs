//! What the configuration of a commit says about measuring it.

use clones::CloneOptions;
use facts::hash::HashMap;
use facts::model::{BlobId, RepoPath};
use facts::source::{CommitId, ExcludeRules, Revisions, SourceError};
use std::fmt;
use std::sync::Arc;

/// The gate's limits of complexity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Highest cyclomatic complexity that is not a violation.
    pub cyclomatic: u32,
    /// Highest cognitive complexity that is not a violation.
    pub cognitive: u32,
}

/// How a commit is to be measured.
#[derive(Debug, Clone)]
pub struct Settings {
    /// What is left out, as patterns of a .gitignore.
    pub exclude: Vec<String>,
    /// Files over this many bytes are not measured.
    pub max_file_size: u64,
    /// Functions above these count as over a limit.
    pub limits: Limits,
    /// What counts as duplicated.
    pub clones: CloneOptions,
    /// What clones are not looked for in, as patterns of a .gitignore.
    pub exclude_from_clones: Vec<String>,
}

/// The settings that a configuration asks for: of the bytes of a commit's batuta.toml, or of a commit without one.
pub type SettingsOf<'a> = dyn Fn(Option<&[u8]>) -> Result<Settings, SettingsError> + Sync + 'a;

/// What is wrong with a configuration, by whoever reads it.
pub type SettingsError = Arc<dyn std::error::Error + Send + Sync>;

/// Why a commit cannot be measured.
#[derive(Debug, Clone)]
pub(crate) enum NotReady {
    /// Its tree or its configuration cannot be read.
    Unread(Arc<SourceError>),
    /// Its configuration cannot be used.
    Unusable {
        /// How that is called.
        name: String,
        /// What is wrong with it.
        why: SettingsError,
    },
}

impl fmt::Display for NotReady {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NotReady::Unread(error) => error.fmt(f),
            NotReady::Unusable { name, why } => {
                write!(f, "the {name} of this commit cannot be used: {why}")
            }
        }
    }
}

impl std::error::Error for NotReady {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            NotReady::Unread(error) => error.source(),
            NotReady::Unusable { why, .. } => Some(why.as_ref()),
        }
    }
}

/// Settings that are ready for use.
pub(crate) struct Ready {
    pub settings: Settings,
    pub exclude: ExcludeRules,
    not_compared: ExcludeRules,
    /// Stands for the settings in keys.
    pub digest: u128,
}

impl Ready {
    fn new(settings: Settings) -> Result<Ready, SettingsError> {
        let rules = |patterns: &[String]| {
            ExcludeRules::new(patterns).map_err(|error| -> SettingsError { Arc::new(error) })
        };
        Ok(Ready {
            exclude: rules(&settings.exclude)?,
            not_compared: rules(&settings.exclude_from_clones)?,
            digest: xxhash_rust::xxh3::xxh3_128(format!("{settings:?}").as_bytes()),
            settings,
        })
    }

    /// True for a file that takes part when duplicated lines are counted.
    pub fn is_compared(&self, path: &RepoPath) -> bool {
        self.not_compared.excluded_part(path.as_bytes()).is_none()
    }

    /// True if all files take part.
    pub fn compares_all(&self) -> bool {
        self.not_compared.is_empty()
    }
}

/// The settings of commits, made once for each configuration that occurs.
pub(crate) struct Known<'a> {
    revisions: &'a Revisions,
    of: &'a SettingsOf<'a>,
    name: &'a str,
    made: HashMap<Option<BlobId>, Result<Arc<Ready>, NotReady>>,
}

impl<'a> Known<'a> {
    /// For commits whose configuration is the file `name` at the root of their tree.
    pub fn new(revisions: &'a Revisions, name: &'a str, of: &'a SettingsOf<'a>) -> Self {
        Known { revisions, of, name, made: HashMap::default() }
    }

    /// The settings of a commit, or why it cannot be measured.
    pub fn of_commit(&mut self, commit: CommitId) -> Result<Arc<Ready>, NotReady> {
        let blob = self.revisions.root_file(commit, self.name).map_err(unread)?;
        if let Some(made) = self.made.get(&blob) {
            return made.clone();
        }
        let made = self.make(blob).map(Arc::new);
        self.made.insert(blob, made.clone());
        made
    }

    fn make(&self, blob: Option<BlobId>) -> Result<Ready, NotReady> {
        let bytes = blob.map(|blob| self.revisions.blob(blob, &self.name)).transpose();
        let bytes = bytes.map_err(unread)?;
        let wrong = |why| NotReady::Unusable { name: self.name.to_owned(), why };
        Ready::new((self.of)(bytes.as_deref()).map_err(wrong)?).map_err(wrong)
    }
}

fn unread(error: SourceError) -> NotReady {
    NotReady::Unread(Arc::new(error))
}
