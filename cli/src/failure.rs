//! The error that the program reports when it cannot do what it was asked.

use std::fmt::{self, Display};

/// An error: what went wrong, why or where, and what to do about it.
#[derive(Debug)]
pub struct Failure {
    what: String,
    /// Reasons or places, one per line.
    pub why: Vec<String>,
    /// What the user can do about it.
    pub help: Option<String>,
}

impl Failure {
    /// Creates an error that says what failed.
    pub fn new(what: impl Into<String>) -> Failure {
        Failure { what: what.into(), why: Vec::new(), help: None }
    }

    /// Adds a reason or a place.
    pub fn why(mut self, why: impl Display) -> Failure {
        self.why.push(why.to_string());
        self
    }

    /// Adds what the user can do about it.
    pub fn help(self, help: impl Into<String>) -> Failure {
        Failure { help: Some(help.into()), ..self }
    }
}

impl Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl std::error::Error for Failure {}

/// The user pressed Ctrl-C.
#[derive(Debug)]
pub struct Interrupted;

impl Display for Interrupted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("interrupted")
    }
}

impl std::error::Error for Interrupted {}
