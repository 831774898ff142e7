use facts::Progress;

/// Who waits for an answer: is told how far it has come, and says whether it is still wanted.
pub trait Watch: Sync {
    /// So many files are measured.
    fn measuring(&self, progress: Progress) {
        let _ = progress;
    }

    /// So many commits are read.
    fn reading_history(&self, progress: Progress) {
        let _ = progress;
    }

    /// Something that changes no figure, but that the user should know, such as a cache that cannot be written.
    fn remark(&self, text: &str) {
        let _ = text;
    }

    /// True when nobody wants the answer any more. Long work asks now and then, and ends with an error.
    fn cancelled(&self) -> bool {
        false
    }

    /// Work begins that asks [`Watch::cancelled`], or has ended. At other times the work cannot be told to stop.
    fn stoppable(&self, begins: bool) {
        let _ = begins;
    }
}

/// Nobody is told anything, and the work goes on to its end.
#[derive(Debug, Clone, Copy, Default)]
pub struct NobodyWatches;

impl Watch for NobodyWatches {}

/// Runs work that asks whether it shall stop.
pub(crate) fn stoppable<T>(watch: &dyn Watch, work: impl FnOnce() -> T) -> T {
    watch.stoppable(true);
    let result = work();
    watch.stoppable(false);
    result
}
