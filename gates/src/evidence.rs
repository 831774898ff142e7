//! What rules use in addition to the tree's facts.

use crate::results::TreeResults;
use facts::cache::Cache;
use facts::history::History;
use facts::source::confined::Unread;
use facts::{Measured, Missing, RepoFacts, Sections};
use pmat::score::Advisories;
use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;

/// Why evidence is not available.
#[derive(Debug, thiserror::Error)]
pub enum EvidenceError {
    /// A report of `pmat mutate` was not looked for.
    #[error("no report of `pmat mutate` was looked for")]
    MutationNotLookedFor,
    /// The history was not looked at.
    #[error("the history was not looked at")]
    HistoryNotLookedAt,
    /// The configured report does not exist.
    #[error("there is no {}", .path.display())]
    NoReport {
        /// As it is named.
        path: PathBuf,
    },
    /// The configured report cannot be read.
    #[error("{} cannot be read: {source}", .path.display())]
    Unread {
        /// As it is named.
        path: PathBuf,
        /// Why.
        source: Unread,
    },
    /// The configured report is in a folder that reports are not read from.
    #[error("{} cannot be read: {source}; the environment variable {folders} names folders outside of it", .path.display())]
    Outside {
        /// As it is named.
        path: PathBuf,
        /// Why.
        source: Unread,
        /// The environment variable with the folders that reports are read from.
        folders: &'static str,
    },
    /// `pmat mutate` was not run.
    #[error("`pmat mutate` was not run on this tree")]
    NotMutated,
    /// A file or history of this machine cannot be read.
    #[error("{0}")]
    Unreadable(#[source] Box<dyn Error + Send + Sync>),
}

impl EvidenceError {
    /// The error for something that cannot be read, with its reason.
    pub fn unreadable(why: impl Into<Box<dyn Error + Send + Sync>>) -> EvidenceError {
        EvidenceError::Unreadable(why.into())
    }

    /// Why a figure that depends on the evidence is missing.
    pub(crate) fn missing(&self) -> Missing {
        let kind = match self {
            EvidenceError::MutationNotLookedFor | EvidenceError::HistoryNotLookedAt => Missing::NotAsked,
            EvidenceError::NoReport { .. } | EvidenceError::NotMutated => Missing::Unsupported,
            EvidenceError::Unread { .. } | EvidenceError::Outside { .. } | EvidenceError::Unreadable(_) => {
                Missing::Failed
            }
        };
        kind(self.to_string())
    }
}

/// Source of evidence outside the analysed tree: reports that other programs wrote. Only enabled rules ask for it.
pub trait Evidence: Sync {
    /// The bytes of a report that another program wrote, at a path from `batuta.toml`; none if the file does not exist.
    /// The path is untrusted: it may lead only into the repository or into a folder that the operator named.
    ///
    /// # Errors
    /// Why it cannot be read, in words for the user, never quoting its content.
    fn report(&self, path: &str) -> Result<Option<Vec<u8>>, EvidenceError>;

    /// The bytes of the report of the last run of `pmat mutate` on this tree.
    ///
    /// # Errors
    /// Why there is none, for the user.
    fn mutation_report(&self) -> Result<Vec<u8>, EvidenceError> {
        Err(EvidenceError::MutationNotLookedFor)
    }

    /// The commits of the last `days` days before the newest one; without `days`, all commits.
    ///
    /// # Errors
    /// Why there is no history, in words for the user.
    fn history(&self, days: Option<u32>) -> Result<Arc<History>, EvidenceError> {
        let _ = days;
        Err(EvidenceError::HistoryNotLookedAt)
    }

    /// Known advisories against the locked dependencies, from a database on this machine.
    fn advisories(&self) -> Measured<Advisories> {
        Measured::not_asked("no database of advisories was looked for")
    }

    /// The cache that keeps results about whole trees between runs.
    fn memory(&self) -> Option<&Cache> {
        None
    }

    /// The facts of the judged tree with these sections, if the caller can supply them more cheaply than measuring
    /// again. `None`: they are measured.
    ///
    /// # Errors
    /// Why they are not available, in words for the user.
    fn in_full(&self, sections: Sections) -> Option<Result<Arc<RepoFacts>, EvidenceError>> {
        let _ = sections;
        None
    }

    /// Results about the judged tree, shared with other callers.
    fn results(&self) -> Option<&TreeResults> {
        None
    }

    /// Called when the last result that needs these sections may have been computed.
    fn has_read(&self, sections: Sections) {
        let _ = sections;
    }

    /// True if the verdict is cancelled: long computations end early and count as not measured.
    fn cancelled(&self) -> bool {
        false
    }
}

/// No evidence: rules that need some are not measured.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoEvidence;

impl Evidence for NoEvidence {
    fn report(&self, _: &str) -> Result<Option<Vec<u8>>, EvidenceError> {
        Ok(None)
    }
}
