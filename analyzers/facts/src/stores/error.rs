use crate::source::confined::Unread;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use thiserror::Error;

/// Why a store's folder is not used.
#[derive(Debug, Clone, Error)]
pub enum FolderError {
    /// An operating system error.
    #[error("{}: {error}", path.display())]
    System {
        /// The folder, or what is in its place.
        path: PathBuf,
        /// The system's error.
        #[source]
        error: Arc<io::Error>,
    },
    /// The name would lead out of the store.
    #[error("{name:?}: {error}")]
    Name {
        /// The name.
        name: String,
        /// What is wrong with it.
        #[source]
        error: Arc<io::Error>,
    },
    /// The base is not a folder.
    #[error("{} is no folder", .0.display())]
    NoFolder(PathBuf),
    /// What was found there cannot be trusted.
    #[error("{} is not used: {why}", path.display())]
    Refused {
        /// The folder, or what is in its place.
        path: PathBuf,
        /// Why.
        why: &'static str,
    },
    /// It was made, but is gone.
    #[error("{} was removed", .0.display())]
    Removed(PathBuf),
}

impl FolderError {
    pub(super) fn system(path: impl Into<PathBuf>, error: io::Error) -> FolderError {
        FolderError::System { path: path.into(), error: Arc::new(error) }
    }
}

/// Why there is no secret.
#[derive(Debug, Clone, Error)]
pub enum SecretError {
    /// None can be made.
    #[error("the system gives no random numbers: {0}")]
    NoRandomNumbers(getrandom::Error),
    /// The text could be guessed.
    #[error("it has {found} characters of at least {least}")]
    TooShort {
        /// How many characters it has.
        found: usize,
        /// How many it needs.
        least: usize,
    },
    /// The file that the operator named holds none.
    #[error("{}: {error}", path.display())]
    InFile {
        /// The file.
        path: PathBuf,
        /// What is wrong with its text.
        #[source]
        error: Box<SecretError>,
    },
    /// The file that the operator named cannot be read.
    #[error("{}: {why}", path.display())]
    Unread {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        why: Arc<Unread>,
    },
    /// The user's own file cannot be used.
    #[error("{}: {error}", path.display())]
    Unusable {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        error: Arc<io::Error>,
    },
    /// The user's own file can be neither read nor created.
    #[error("{} cannot be made: {error}", path.display())]
    NotMade {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        error: Arc<io::Error>,
    },
}
