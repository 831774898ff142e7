//! The history of an open repository.

use crate::{HistoryError, Project};
use facts::Progress;
use facts::history::{History, HistoryOptions, Since};
use facts::model::RepoPath;
use facts::source::Which;

/// Which part of the history to read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HistoryAsked {
    /// This many days before the newest commit; all if none.
    pub days: Option<u32>,
    /// Only the analysed folder or file of the repository.
    pub only_here: bool,
    /// Leave out bots.
    pub exclude_bots: bool,
    /// Further bots.
    pub bots: Vec<String>,
    /// First parents only.
    pub first_parent: bool,
}

impl Project {
    /// The history of the analysed revision, or of HEAD for the work tree and the index. `cancelled` ends it with an
    /// error.
    ///
    /// # Errors
    /// There is no history, or reading it was cancelled.
    pub fn history(
        &self,
        asked: &HistoryAsked,
        progress: Option<&(dyn Fn(Progress) + Sync)>,
        cancelled: Option<&(dyn Fn() -> bool + Sync)>,
    ) -> Result<History, HistoryError> {
        let Some(git) = &self.git else {
            return Err(HistoryError::NoRepository { path: self.path.clone() });
        };
        let until = match &self.which {
            Which::Revision(revision) => revision,
            Which::WorkTree | Which::Index => "HEAD",
        };
        let here = self.path_in_tree(&self.path.to_string_lossy());
        let only_here = asked.only_here && !here.as_bytes().is_empty();
        let paths: Vec<RepoPath> = Some(here).filter(|_| only_here).into_iter().collect();
        let options = HistoryOptions {
            until,
            since: asked.days.map_or(Since::Beginning, Since::Days),
            first_parent: asked.first_parent,
            exclude_bots: asked.exclude_bots,
            bots: &asked.bots,
            paths: &paths,
            progress,
            cancelled,
            ..HistoryOptions::default()
        };
        Ok(git.history(&options, self.cache())?)
    }
}
