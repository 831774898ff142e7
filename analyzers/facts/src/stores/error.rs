use crate::source::confined::Unread;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use thiserror::Error;

/// Why a folder of a store is not used.
#[derive(Debug, Clone, Error)]
pub enum FolderError {
    /// The system refuses.
    #[error("{}: {error}", path.display())]
    System {
        /// The folder, or what is in its place.
        path: PathBuf,
        /// What the system says.
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
    /// What is at the base is not a folder.
    #[error("{} is no folder", .0.display())]
    NoFolder(PathBuf),
    /// What is there may not be trusted.
    #[error("{} is not used: {why}", path.display())]
    Refused {
        /// The folder, or what is in its place.
        path: PathBuf,
        /// Why.
        why: &'static str,
    },
    /// It was made, and is not there.
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
