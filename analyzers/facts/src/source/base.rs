//! The commit that new code is compared with.

use super::SourceError;
use super::changes::branching_point;
use super::git::{self, CommitId, GitContext};
use super::git_errors::own_words;
use crate::calendar::day_end;
use std::fmt;
use std::str::FromStr;

/// How the base commit is specified.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Base {
    /// The commit where the branch left the default branch.
    #[default]
    DefaultBranch,
    /// The commit where the branch left this branch, tag or commit.
    Revision(String),
    /// The last commit on the branch up to the end of this day (UTC).
    Day {
        /// As it was written, e.g. `2026-01-31`.
        text: String,
        /// The first second after it, since the epoch.
        end: i64,
    },
}

/// Why a text is not a base.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoBase {
    /// It is empty.
    #[error("name a branch, a tag, a commit, a day (2026-01-31), or \"default\"")]
    Empty,
    /// It looks like a day but is not one.
    #[error("{0} is no day of the calendar")]
    NoDay(String),
}

impl FromStr for Base {
    type Err = NoBase;

    /// Reads `default`, a day such as `2026-01-31`, or a revision.
    fn from_str(text: &str) -> Result<Base, NoBase> {
        let numbers: Vec<&str> = text.split('-').collect();
        let is_day = matches!(numbers[..], [year, month, day]
            if [year.len(), month.len(), day.len()] == [4, 2, 2]
                && numbers.iter().all(|part| part.bytes().all(|byte| byte.is_ascii_digit())));
        match text {
            "" => Err(NoBase::Empty),
            "default" => Ok(Base::DefaultBranch),
            _ if is_day => match day_end(text) {
                Some(end) => Ok(Base::Day { text: text.to_owned(), end }),
                None => Err(NoBase::NoDay(text.to_owned())),
            },
            revision => Ok(Base::Revision(revision.to_owned())),
        }
    }
}

impl fmt::Display for Base {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Base::DefaultBranch => f.write_str("default"),
            Base::Revision(text) | Base::Day { text, .. } => f.write_str(text),
        }
    }
}

impl GitContext {
    /// The base commit for the history of `tip` (`HEAD`, a revision). `None` if there was nothing before: no commit
    /// yet, or all commits are after that day.
    ///
    /// # Errors
    /// No such revision, no default branch, or no common ancestor (unrelated histories, or one that is cut off before
    /// the common ancestor).
    pub fn base(&self, base: &Base, tip: &str) -> Result<Option<CommitId>, SourceError> {
        if tip == "HEAD" && self.head()?.is_none() {
            return Ok(None);
        }
        match base {
            Base::Revision(revision) => self.left(revision, tip).map(Some),
            Base::DefaultBranch => {
                let branch = self.default_branch().ok_or_else(|| {
                    SourceError::new(
                        "the default branch is not known: HEAD is detached and there is neither origin/HEAD nor a branch \
                         main or master; name the base",
                    )
                })?;
                let repository = self.local();
                let names = [format!("refs/remotes/origin/{branch}"), format!("refs/heads/{branch}")];
                let known = names.iter().find(|name| {
                    repository.try_find_reference(name.as_str()).is_ok_and(|found| found.is_some())
                });
                self.left(known.map_or(branch.as_str(), String::as_str), tip).map(Some)
            }
            Base::Day { end, .. } => self.last_before(*end, tip),
        }
    }

    /// The merge base of a revision and the tip.
    fn left(&self, revision: &str, tip: &str) -> Result<CommitId, SourceError> {
        let repository = self.local();
        Ok(CommitId::from_git(&branching_point(&repository, revision, tip)?.id))
    }

    /// The newest commit on the line of first parents that was committed before a time.
    fn last_before(&self, end: i64, tip: &str) -> Result<Option<CommitId>, SourceError> {
        let repository = self.local();
        let mut commit = git::resolve_commit(&repository, tip)?;
        loop {
            let unreadable = |error: gix::Error| {
                SourceError::new(format!("commit {} cannot be read: {}", commit.id, own_words(&error)))
            };
            if commit.time().map_err(unreadable)?.seconds < end {
                return Ok(Some(CommitId::from_git(&commit.id)));
            }
            let Some(parent) = commit.parent_ids().next() else { return Ok(None) };
            let parent = parent.detach();
            match repository.find_commit(parent) {
                Ok(found) => commit = found,
                Err(error) => {
                    return Err(git::unusable(&repository, &parent.to_string(), "cannot be read", &error));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_is_a_day_a_revision_or_the_default_branch() {
        assert_eq!("default".parse(), Ok(Base::DefaultBranch));
        assert_eq!("2026-01-31".parse(), Ok(Base::Day { text: "2026-01-31".to_owned(), end: 1_769_904_000 }));
        assert_eq!("v1.0".parse(), Ok(Base::Revision("v1.0".to_owned())));
        assert_eq!("2026-01-3x".parse(), Ok(Base::Revision("2026-01-3x".to_owned())));
        assert_eq!("2026-02-30".parse::<Base>(), Err(NoBase::NoDay("2026-02-30".to_owned())));
        assert!("".parse::<Base>().is_err());
        for text in ["default", "2026-01-31", "v1.0"] {
            assert_eq!(text.parse::<Base>().expect("a base").to_string(), text);
        }
    }
}
