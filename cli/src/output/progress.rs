use super::shown;
use clap::ValueEnum;
use facts::Progress;
use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Shorter runs show no progress.
const PATIENCE: Duration = Duration::from_secs(1);
/// Interval between redraws of the line on a terminal, and between lines elsewhere.
const TERMINAL_PERIOD: Duration = Duration::from_millis(100);
const LOG_PERIOD: Duration = Duration::from_secs(2);

/// When to show progress.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum ProgressChoice {
    /// When standard error is a terminal and the run takes over a second
    #[default]
    Auto,
    /// When the run takes over a second, one line after the other if standard error is not a terminal
    Always,
    /// Never
    Never,
}

/// One line on standard error that shows a run's progress: work done and work left, without a time estimate. It
/// disappears when dropped.
pub struct ProgressLine {
    enabled: bool,
    terminal: bool,
    started: Instant,
    /// Time at which the next line is due, in milliseconds since the start.
    due: AtomicU64,
    drawn: AtomicBool,
}

impl ProgressLine {
    /// Creates a line that appears after the run has taken a second.
    pub fn new(choice: ProgressChoice, quiet: bool) -> ProgressLine {
        let terminal = io::stderr().is_terminal();
        let enabled = match choice {
            ProgressChoice::Auto => terminal && !quiet,
            ProgressChoice::Always => true,
            ProgressChoice::Never => false,
        };
        ProgressLine {
            enabled,
            terminal,
            started: Instant::now(),
            due: AtomicU64::new(PATIENCE.as_millis() as u64),
            drawn: AtomicBool::new(false),
        }
    }

    /// Records the state of a measuring run. Any thread may call it.
    pub fn report(&self, progress: Progress) {
        self.say(|| format!("measuring: {} of {} files", progress.done, progress.total));
    }

    /// Records the state of the run as text, which is only built if it is shown. Any thread may call it.
    pub fn say(&self, words: impl FnOnce() -> String) {
        if !self.enabled {
            return;
        }
        let now = self.started.elapsed().as_millis() as u64;
        let due = self.due.load(Ordering::Relaxed);
        let period = if self.terminal { TERMINAL_PERIOD } else { LOG_PERIOD };
        let next = now + period.as_millis() as u64;
        // If several threads find the line due, the one whose exchange succeeds draws it.
        if now < due || self.due.compare_exchange(due, next, Ordering::Relaxed, Ordering::Relaxed).is_err() {
            return;
        }
        self.drawn.store(true, Ordering::Relaxed);
        let (start, end) = if self.terminal { ("\r\x1b[K", "") } else { ("", "\n") };
        let line = format!("{start}{}{end}", shown(&words()));
        // Failing to write progress is no reason to fail.
        let _ = io::stderr().write_all(line.as_bytes());
    }
}

impl Drop for ProgressLine {
    fn drop(&mut self) {
        if self.terminal && self.drawn.load(Ordering::Relaxed) {
            let _ = io::stderr().write_all(b"\r\x1b[K");
        }
    }
}
