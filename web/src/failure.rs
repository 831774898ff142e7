use facts::model::RepoPath;
use project::ProjectError;
use std::fmt::Display;
use thiserror::Error;

/// Why a repository, or one of its figures, is not known. The texts never contain a path of this machine.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Failure {
    /// The folder does not exist any more.
    #[error("its folder is gone")]
    Gone,
    /// The folder is not a Git repository.
    #[error("it is no Git repository any more")]
    NoRepository,
    /// HEAD does not point to a commit.
    #[error("it has no commit")]
    NoCommit,
    /// New code is relative to an earlier commit.
    #[error("there is no commit before")]
    NoCommitBefore,
    /// It was cancelled.
    #[error("measuring it was cancelled")]
    Cancelled,
    /// The commit does not have the file, or it was left out.
    #[error("{0} was not measured")]
    NotMeasured(RepoPath),
    /// A fault of the program.
    #[error("internal error in {0}")]
    Broken(String),
    /// The system refuses to start threads.
    #[error("no threads can be started: {0}")]
    NoThreads(String),
    /// The error of another part of the program.
    #[error("{0}")]
    Told(String),
}

impl Failure {
    /// The error of another part, in its own words.
    pub fn told(why: impl Display) -> Failure {
        Failure::Told(why.to_string())
    }

    /// The error of a project or an ability about a figure. If it has several parts, only the reasons are used: their
    /// subjects are shown next to them.
    pub fn reasons(error: ProjectError) -> Failure {
        match error.why.is_empty() {
            true => Failure::Told(error.what),
            false => Failure::Told(error.why.join(": ")),
        }
    }

    /// The same, with the text from another part converted by `shown`.
    pub fn shown(self, shown: impl FnOnce(&str) -> String) -> Failure {
        match self {
            Failure::Told(why) => Failure::Told(shown(&why)),
            other => other,
        }
    }
}
