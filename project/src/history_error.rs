use facts::source::SourceError;
use std::path::PathBuf;

/// Why there is no history, or no result that needs one.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// The opened path is in no repository.
    #[error("{} is in no Git repository, so it has no history", .path.display())]
    NoRepository {
        /// The opened path.
        path: PathBuf,
    },
    /// The history cannot be read, or it was cancelled.
    #[error(transparent)]
    Source(#[from] SourceError),
}
