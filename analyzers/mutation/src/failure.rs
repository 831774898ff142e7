//! Why a run failed.

use std::fmt;

/// Why mutants could not be tested.
#[derive(Debug)]
pub enum MutationError {
    /// The user interrupted. The outcomes so far are kept.
    Interrupted,
    /// Something failed.
    Failed {
        /// What failed.
        what: String,
        /// The reasons, or the end of a command's output.
        why: Vec<String>,
        /// What the user can do.
        help: String,
    },
}

impl MutationError {
    /// A failure with its reason and a remedy.
    pub fn failed(what: impl Into<String>, why: impl fmt::Display, help: impl Into<String>) -> MutationError {
        MutationError::Failed { what: what.into(), why: vec![why.to_string()], help: help.into() }
    }
}

impl fmt::Display for MutationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            MutationError::Interrupted => f.write_str("interrupted"),
            MutationError::Failed { what, why, .. } => {
                f.write_str(what)?;
                why.iter().try_for_each(|why| write!(f, ": {why}"))
            }
        }
    }
}

impl std::error::Error for MutationError {}
