use facts::Progress;

/// Whoever waits for an answer: gets progress, and can cancel the work.
pub trait Watch: Sync {
    /// This many files are measured.
    fn measuring(&self, progress: Progress) {
        let _ = progress;
    }

    /// This many commits are read.
    fn reading_history(&self, progress: Progress) {
        let _ = progress;
    }

    /// This many past commits are measured.
    fn measuring_commits(&self, progress: Progress) {
        let _ = progress;
    }

    /// Something that changes no figure but that the user should know, such as a cache that cannot be written.
    fn remark(&self, text: &str) {
        let _ = text;
    }

    /// True if the work is cancelled. Long work checks this at intervals, and ends with an error.
    fn cancelled(&self) -> bool {
        false
    }

    /// Work that checks [`Watch::cancelled`] begins or has ended. At other times the work cannot be cancelled.
    fn stoppable(&self, begins: bool) {
        let _ = begins;
    }
}

/// Gets no progress and never cancels.
#[derive(Debug, Clone, Copy, Default)]
pub struct NobodyWatches;

impl Watch for NobodyWatches {}

/// Runs work that checks whether it is cancelled.
pub(crate) fn stoppable<T>(watch: &dyn Watch, work: impl FnOnce() -> T) -> T {
    watch.stoppable(true);
    let result = work();
    watch.stoppable(false);
    result
}
