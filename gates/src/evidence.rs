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

/// Why evidence cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum EvidenceError {
    /// A report of `pmat mutate` was not looked for.
    #[error("no report of `pmat mutate` was looked for")]
    MutationNotLookedFor,
    /// The history was not looked at.
    #[error("the history was not looked at")]
    HistoryNotLookedAt,
    /// A report that is named is not there.
    #[error("there is no {}", .path.display())]
    NoReport {
        /// As it is named.
        path: PathBuf,
    },
    /// A report that is named cannot be read.
    #[error("{} cannot be read: {source}", .path.display())]
    Unread {
        /// As it is named.
        path: PathBuf,
        /// Why.
        source: Unread,
    },
    /// A report that is named is where none is read from.
    #[error("{} cannot be read: {source}; the environment variable {folders} names folders outside of it", .path.display())]
    Outside {
        /// As it is named.
        path: PathBuf,
        /// Why.
        source: Unread,
        /// The environment variable that names the folders which reports are read from.
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
    /// The error of something that cannot be read, from its reason.
    pub fn unreadable(why: impl Into<Box<dyn Error + Send + Sync>>) -> EvidenceError {
        EvidenceError::Unreadable(why.into())
    }

    /// Why a figure is missing that rests on the evidence.
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

/// Where evidence outside the analysed tree comes from: reports that other programs left. Asked only by rules that are on.
pub trait Evidence: Sync {
    /// The bytes of a report that another program wrote, at a path as `batuta.toml` gives it; none if nothing is. The path
    /// is untrusted: it leads into the repository, or into a folder that the operator named.
    ///
    /// # Errors
    /// Why it cannot be read, in words for the user, and never with a byte of it.
    fn report(&self, path: &str) -> Result<Option<Vec<u8>>, EvidenceError>;

    /// The bytes of the report that the last run of `pmat mutate` on this tree left.
    ///
    /// # Errors
    /// Why there is none, for the user.
    fn mutation_report(&self) -> Result<Vec<u8>, EvidenceError> {
        Err(EvidenceError::MutationNotLookedFor)
    }

    /// The commits of the last `days` days before the newest one; all of them without.
    ///
    /// # Errors
    /// Why there is no history, in words for the user.
    fn history(&self, days: Option<u32>) -> Result<Arc<History>, EvidenceError> {
        let _ = days;
        Err(EvidenceError::HistoryNotLookedAt)
    }

    /// Advisories that are known against the locked dependencies, from a database that is on this machine.
    fn advisories(&self) -> Measured<Advisories> {
        Measured::not_asked("no database of advisories was looked for")
    }

    /// Where results about whole trees are remembered from run to run.
    fn memory(&self) -> Option<&Cache> {
        None
    }

    /// The facts of the judged tree with these sections, from a caller that has them at less cost than measuring again.
    /// `None`: they are measured.
    ///
    /// # Errors
    /// Why they cannot be had, in words for the user.
    fn in_full(&self, sections: Sections) -> Option<Result<Arc<RepoFacts>, EvidenceError>> {
        let _ = sections;
        None
    }

    /// Where results about the judged tree are shared with whoever else asks for them.
    fn results(&self) -> Option<&TreeResults> {
        None
    }

    /// The last of what these sections were loaded for may have been made.
    fn has_read(&self, sections: Sections) {
        let _ = sections;
    }

    /// True if the verdict is cancelled: what takes long ends early, and is not measured.
    fn cancelled(&self) -> bool {
        false
    }
}

/// No evidence at all: rules that need some are not measured.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoEvidence;

impl Evidence for NoEvidence {
    fn report(&self, _: &str) -> Result<Option<Vec<u8>>, EvidenceError> {
        Ok(None)
    }
}
