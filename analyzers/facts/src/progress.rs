//! The progress of a long task.

/// The progress of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Number of files done.
    pub done: usize,
    /// Total number of files.
    pub total: usize,
}
