use facts::source::SourceError;
use std::path::PathBuf;

/// Why there is no history, or nothing that needs one.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// What was opened is in no repository.
    #[error("{} is in no Git repository, so it has no history", .path.display())]
    NoRepository {
        /// What was opened.
        path: PathBuf,
    },
    /// The history cannot be read, or it was cancelled.
    #[error(transparent)]
    Source(#[from] SourceError),
}
