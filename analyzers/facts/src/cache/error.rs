use crate::stores::{FolderError, SecretError};
use std::path::PathBuf;
use thiserror::Error;

/// Why the cache could not do what was asked.
#[derive(Debug, Clone, Error)]
pub enum CacheError {
    /// There is no cache.
    #[error("cache: {0}")]
    None(#[source] NoCache),
    /// A folder next to it cannot be used.
    #[error("cache: {0}")]
    Folder(#[source] FolderError),
    /// The file cannot be read or written.
    #[error("cache: {}: {why}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the database says.
        why: String,
    },
}

/// Why there is no cache.
#[derive(Debug, Clone, Error)]
pub enum NoCache {
    /// Nothing could vouch for its entries.
    #[error("nothing can be remembered: {0}")]
    NoSecret(#[source] NoSecret),
    /// None of the places can be used.
    #[error("no place for a cache: {}", joined(.0))]
    NoPlace(Vec<PlaceError>),
}

/// Why there is no secret that entries of stores could be bound to.
#[derive(Debug, Clone, Error)]
pub enum NoSecret {
    /// The text that is given is none.
    #[error("BATUTA_CACHE_KEY: {0}")]
    Key(#[source] SecretError),
    /// The file that is given holds none.
    #[error("BATUTA_CACHE_KEY_FILE: {0}")]
    KeyFile(#[source] SecretError),
    /// The user's own can be neither read nor made.
    #[error("{0}; {OTHERS}")]
    Own(#[source] SecretError),
    /// It is not known where the user's own would be.
    #[error("neither XDG_CONFIG_HOME nor HOME is set; {OTHERS}")]
    NoFolder,
}

const OTHERS: &str =
    "BATUTA_CACHE_KEY or BATUTA_CACHE_KEY_FILE can give the secret that entries are bound to";

/// Why a place is not used for a cache, or for results next to it.
#[derive(Debug, Clone, Error)]
pub enum PlaceError {
    /// The folder is not to be trusted, or cannot be made.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// It is not known where the user's caches are.
    #[error("neither XDG_CACHE_HOME nor HOME is set (BATUTA_CACHE_DIR can name a folder)")]
    NoFolder,
    /// The analysed tree is never written to.
    #[error("{} is inside the analysed folder (BATUTA_CACHE_DIR can name another)", .0.display())]
    InTree(PathBuf),
    /// The file there cannot be used.
    #[error("{}: {why}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the database says.
        why: String,
    },
}

/// Why there is no folder for results that are files.
#[derive(Debug, Clone, Error)]
pub enum NoResultsFolder {
    /// None can be made.
    #[error("there is no folder for results (BATUTA_CACHE_DIR can name one): {}", joined(.0))]
    NotMade(Vec<PlaceError>),
    /// What is there is not used.
    #[error("{}", joined(.0))]
    NotUsed(Vec<PlaceError>),
}

fn joined(tried: &[PlaceError]) -> String {
    tried.iter().map(PlaceError::to_string).collect::<Vec<_>>().join("; ")
}
