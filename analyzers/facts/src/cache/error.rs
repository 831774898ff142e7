use crate::stores::{FolderError, SecretError};
use std::path::PathBuf;
use thiserror::Error;

/// Why a cache operation failed.
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
    /// The integrity of its entries cannot be checked.
    #[error("nothing can be remembered: {0}")]
    NoSecret(#[source] NoSecret),
    /// None of the places is usable.
    #[error("no place for a cache: {}", joined(.0))]
    NoPlace(Vec<PlaceError>),
}

/// Why there is no secret to bind entries of stores to.
#[derive(Debug, Clone, Error)]
pub enum NoSecret {
    /// The given text is not a secret.
    #[error("BATUTA_CACHE_KEY: {0}")]
    Key(#[source] SecretError),
    /// The given file does not hold a secret.
    #[error("BATUTA_CACHE_KEY_FILE: {0}")]
    KeyFile(#[source] SecretError),
    /// The user's own secret can be neither read nor created.
    #[error("{0}; {OTHERS}")]
    Own(#[source] SecretError),
    /// The location of the user's own secret is unknown.
    #[error("neither XDG_CONFIG_HOME nor HOME is set; {OTHERS}")]
    NoFolder,
}

const OTHERS: &str =
    "BATUTA_CACHE_KEY or BATUTA_CACHE_KEY_FILE can give the secret that entries are bound to";

/// Why a place is not used for a cache, or for results next to it.
#[derive(Debug, Clone, Error)]
pub enum PlaceError {
    /// The folder is not trusted, or cannot be created.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The user's cache folder is unknown.
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

/// Why there is no folder for results stored as files.
#[derive(Debug, Clone, Error)]
pub enum NoResultsFolder {
    /// No folder can be created.
    #[error("there is no folder for results (BATUTA_CACHE_DIR can name one): {}", joined(.0))]
    NotMade(Vec<PlaceError>),
    /// The existing one is not used.
    #[error("{}", joined(.0))]
    NotUsed(Vec<PlaceError>),
}

fn joined(tried: &[PlaceError]) -> String {
    tried.iter().map(PlaceError::to_string).collect::<Vec<_>>().join("; ")
}
