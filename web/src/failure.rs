use facts::model::RepoPath;
use project::ProjectError;
use std::fmt::Display;
use thiserror::Error;

/// Why a repository, or one figure of it, is not known. No text names a path of this machine.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Failure {
    /// The folder that was named or found is not there.
    #[error("its folder is gone")]
    Gone,
    /// What is there is none.
    #[error("it is no Git repository any more")]
    NoRepository,
    /// HEAD leads to nothing.
    #[error("it has no commit")]
    NoCommit,
    /// New code is relative to an earlier commit.
    #[error("there is no commit before")]
    NoCommitBefore,
    /// It was cancelled.
    #[error("measuring it was cancelled")]
    Cancelled,
    /// The commit has no such file, or it was left out.
    #[error("{0} was not measured")]
    NotMeasured(RepoPath),
    /// A fault of the program.
    #[error("internal error in {0}")]
    Broken(String),
    /// The system gives none.
    #[error("no threads can be started: {0}")]
    NoThreads(String),
    /// What another part of the program says.
    #[error("{0}")]
    Told(String),
}

impl Failure {
    /// What another part says, in its words.
    pub fn told(why: impl Display) -> Failure {
        Failure::Told(why.to_string())
    }

    /// What a project or an ability says about a figure. Of several parts only the reasons are used: their subjects are
    /// shown next to them.
    pub fn reasons(error: ProjectError) -> Failure {
        match error.why.is_empty() {
            true => Failure::Told(error.what),
            false => Failure::Told(error.why.join(": ")),
        }
    }

    /// The same with what another part says as `shown` makes it.
    pub fn shown(self, shown: impl FnOnce(&str) -> String) -> Failure {
        match self {
            Failure::Told(why) => Failure::Told(shown(&why)),
            other => other,
        }
    }
}
