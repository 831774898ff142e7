//! What rules judge by besides the tree's facts.

use facts::cache::Cache;
use facts::history::History;
use facts::{Measured, RepoFacts, Sections};
use pmat::score::Advisories;

/// Where evidence outside the analysed tree comes from: reports that other programs left. Asked only by rules that are on.
pub trait Evidence: Sync {
    /// The bytes of a report that another program wrote, at a path as `batuta.toml` gives it; none where nothing is. The path
    /// is a stranger's word: it leads into the repository, or into a folder that the operator named.
    ///
    /// # Errors
    /// Why it cannot be read, in words for the user, and never with a byte of it.
    fn report(&self, path: &str) -> Result<Option<Vec<u8>>, String>;

    /// The bytes of the report that the last run of `pmat mutate` on this tree left.
    ///
    /// # Errors
    /// Why there is none, in words for the user.
    fn mutation_report(&self) -> Result<Vec<u8>, String> {
        Err("no report of `pmat mutate` was looked for".to_owned())
    }

    /// The commits of the last `days` days before the newest one; all of them without.
    ///
    /// # Errors
    /// Why there is no history, in words for the user.
    fn history(&self, days: Option<u32>) -> Result<History, String> {
        let _ = days;
        Err("the history was not looked at".to_owned())
    }

    /// Advisories that are known against the locked dependencies, from a database that is on this machine.
    fn advisories(&self) -> Measured<Advisories> {
        Measured::missing("no database of advisories was looked for")
    }

    /// Where results about whole trees are remembered from run to run.
    fn memory(&self) -> Option<&Cache> {
        None
    }

    /// The facts of the judged tree with these sections, from somebody who can have them at less cost than measuring
    /// anew. `None`: they are measured.
    ///
    /// # Errors
    /// Why they cannot be had, in words for the user.
    fn in_full(&self, sections: Sections) -> Option<Result<RepoFacts, String>> {
        let _ = sections;
        None
    }
}

/// No evidence at all: rules that need some are not measured.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoEvidence;

impl Evidence for NoEvidence {
    fn report(&self, _: &str) -> Result<Option<Vec<u8>>, String> {
        Ok(None)
    }
}
