//! The result of a program.

use std::time::Duration;

/// How a program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// By itself, with this exit code.
    Exited(i32),
    /// By this signal.
    Signalled(i32),
    /// It was ended because its time was up.
    TimedOut,
    /// It was ended because the user interrupted.
    Interrupted,
}

/// A program whose output a person reads.
#[derive(Debug)]
pub struct Finished {
    /// How it ended.
    pub end: End,
    /// Wall-clock time.
    pub took: Duration,
    /// What it printed, both streams in the order they were written; of long output, only the beginning and the end.
    pub output: Vec<u8>,
}

/// A program whose output is read by this one.
#[derive(Debug)]
pub struct Answer {
    /// How it ended.
    pub end: End,
    /// All of its standard output.
    pub output: Vec<u8>,
    /// Its standard error; of long output, only the beginning and the end.
    pub errors: Vec<u8>,
}
