use crate::args::GlobalArgs;
use crate::interrupt;
use crate::output::{ProgressLine, shown};
use abilities::Watch;
use facts::Progress;
use std::io::{self, Write};
use std::sync::{PoisonError, RwLock};

/// The terminal of the user: shows progress and notes, and forwards Ctrl-C.
pub struct Terminal {
    global: GlobalArgs,
    line: RwLock<Option<ProgressLine>>,
}

impl Terminal {
    /// Creates the terminal according to the global options.
    pub fn new(global: &GlobalArgs) -> Terminal {
        Terminal { global: global.clone(), line: RwLock::new(None) }
    }

    fn with_line(&self, show: impl FnOnce(&ProgressLine)) {
        let line = self.line.read().unwrap_or_else(PoisonError::into_inner);
        line.as_ref().map(show);
    }
}

impl Watch for Terminal {
    fn measuring(&self, progress: Progress) {
        self.with_line(|line| line.report(progress));
    }

    fn reading_history(&self, progress: Progress) {
        self.with_line(|line| {
            line.say(|| format!("reading the history: {} of {} commits", progress.done, progress.total));
        });
    }

    fn measuring_commits(&self, progress: Progress) {
        self.with_line(|line| {
            line.say(|| format!("measuring: {} of {} commits", progress.done, progress.total));
        });
    }

    fn remark(&self, text: &str) {
        if !self.global.quiet {
            // Failing to write a note is no reason to fail.
            let _ = writeln!(io::stderr(), "note: {}", shown(text));
        }
    }

    fn cancelled(&self) -> bool {
        interrupt::requested()
    }

    fn stoppable(&self, begins: bool) {
        let line = begins.then(|| ProgressLine::new(self.global.progress, self.global.quiet));
        *self.line.write().unwrap_or_else(PoisonError::into_inner) = line;
        interrupt::is_finishing(begins);
    }
}
