use crate::{Session, Watch};
use facts::cache::Cache;
use facts::history::History;
use facts::{Measured, RepoFacts, Sections};
use gates::{Evidence, EvidenceError, TreeResults};
use pmat::score::Advisories;
use project::HistoryAsked;
use std::sync::Arc;

/// The gate's evidence in addition to the facts: files around the project, and what the session already knows about its
/// tree.
pub(crate) struct Witness<'a> {
    session: &'a Session,
    watch: &'a dyn Watch,
}

impl<'a> Witness<'a> {
    /// The evidence of a session, for whoever waits.
    pub fn new(session: &'a Session, watch: &'a dyn Watch) -> Witness<'a> {
        Witness { session, watch }
    }

    fn project(&self) -> &dyn Evidence {
        &**self.session
    }
}

impl Evidence for Witness<'_> {
    fn report(&self, path: &str) -> Result<Option<Vec<u8>>, EvidenceError> {
        self.project().report(path)
    }

    fn mutation_report(&self) -> Result<Vec<u8>, EvidenceError> {
        self.project().mutation_report()
    }

    fn history(&self, days: Option<u32>) -> Result<Arc<History>, EvidenceError> {
        let asked = HistoryAsked { days, ..HistoryAsked::default() };
        self.session.history_or_why(&asked, self.watch).map_err(EvidenceError::unreadable)
    }

    fn advisories(&self) -> Measured<Advisories> {
        self.project().advisories()
    }

    fn memory(&self) -> Option<&Cache> {
        self.project().memory()
    }

    fn in_full(&self, sections: Sections) -> Option<Result<Arc<RepoFacts>, EvidenceError>> {
        Some(self.session.facts(sections, self.watch).map_err(EvidenceError::unreadable))
    }

    fn results(&self) -> Option<&TreeResults> {
        Some(&self.session.results)
    }

    /// Tokens are the largest section. Only grades and clones need them.
    fn has_read(&self, sections: Sections) {
        let results = &self.session.results;
        if sections.tokens && results.tdg_inputs.is_known() && results.duplication.is_known() {
            self.session.keep_only(Sections { tokens: false, comments: true, symbols: true, types: true });
        }
    }

    fn cancelled(&self) -> bool {
        self.watch.cancelled()
    }
}
