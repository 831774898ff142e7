//! The references that a push changes, and how both sides judge them.

use crate::judge::{Asked, Extent, NotJudged, TreeJudgement, git_of, judge};
use facts::source::CommitId;
use gates::config::Judged;
use project::{Project, ProjectError};

/// One reference that a push changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefUpdate {
    /// The reference on the receiving side, e.g. `refs/heads/main`.
    pub name: String,
    /// The object it points to there now; zeros if it is new.
    pub old: String,
    /// The object it will point to; zeros if it is deleted.
    pub new: String,
}

impl RefUpdate {
    /// Parses Git's standard input for `pre-push`, one line per reference: local name and object, remote name and
    /// object.
    ///
    /// # Errors
    /// The first line with another format.
    pub fn of_push(input: &str) -> Result<Vec<RefUpdate>, UnclearUpdate> {
        parse(input, "<local ref> <local object> <remote ref> <remote object>", |words| match words {
            [_, new, name, old] => Some(RefUpdate::new(name, old, new)),
            _ => None,
        })
    }

    /// Parses Git's standard input for `pre-receive`, one line per reference: old and new object, name.
    ///
    /// # Errors
    /// The first line with another format.
    pub fn of_receive(input: &str) -> Result<Vec<RefUpdate>, UnclearUpdate> {
        parse(input, "<old object> <new object> <ref>", |words| match words {
            [old, new, name] => Some(RefUpdate::new(name, old, new)),
            _ => None,
        })
    }

    /// A reference with its old and new object.
    pub fn new(name: &str, old: &str, new: &str) -> RefUpdate {
        RefUpdate { name: name.to_owned(), old: old.to_owned(), new: new.to_owned() }
    }

    pub(crate) fn is_deleted(&self) -> bool {
        is_null(&self.new)
    }

    pub(crate) fn let_pass(&self, why: &str) -> NotJudged {
        NotJudged { name: short(&self.name).to_owned(), why: why.to_owned() }
    }
}

/// A line of standard input that does not have Git's format.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of standard input is not \"{wanted}\": {text:?}")]
pub struct UnclearUpdate {
    /// Which line, from 1.
    pub line: usize,
    /// The format that Git writes.
    pub wanted: &'static str,
    /// The line.
    pub text: String,
}

fn parse(
    input: &str,
    wanted: &'static str,
    update: impl Fn(&[&str]) -> Option<RefUpdate>,
) -> Result<Vec<RefUpdate>, UnclearUpdate> {
    let is_object = |id: &str| id.len() >= 40 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    let mut updates = Vec::new();
    for (number, line) in input.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let words: Vec<&str> = line.split(' ').collect();
        let found = update(&words).filter(|found| is_object(&found.old) && is_object(&found.new));
        let wrong = || UnclearUpdate { line: number + 1, wanted, text: line.to_owned() };
        updates.push(found.ok_or_else(wrong)?);
    }
    Ok(updates)
}

pub(crate) fn is_null(object: &str) -> bool {
    object.bytes().all(|byte| byte == b'0')
}

/// Why a commit that a branch or tag already points to is not judged.
pub(crate) const THERE_ALREADY: &str = "its commits are there already";

/// Judges only the content of a commit that none of the bases has.
pub(crate) fn judge_since(
    asked: &Asked<'_>,
    project: &Project,
    name: &str,
    (tip, judged, bases): (CommitId, Judged, &[CommitId]),
) -> Result<TreeJudgement, ProjectError> {
    let git = git_of(project)?;
    let touched = git.touched_between(bases, tip).map_err(cannot_read)?;
    // If the commits leave the known history in several places, new is relative to the newest of them.
    let time = |base: &CommitId| git.commit_time(&base.to_string()).unwrap_or(i64::MIN);
    let extent = match judged {
        Judged::Changed => Extent::Changed(&touched),
        Judged::NewCode => {
            Extent::NewCode(&touched, bases.iter().copied().max_by_key(|base| (time(base), *base)))
        }
        Judged::All | Judged::Off => Extent::All,
    };
    judge(asked, project, name, &extent)
}

/// The message if Git cannot tell.
pub(crate) fn cannot_read(error: impl std::fmt::Display) -> ProjectError {
    ProjectError::new("cannot tell what is pushed").why(error)
}

/// A reference name as Git displays it.
pub(crate) fn short(name: &str) -> &str {
    name.strip_prefix("refs/heads/").or_else(|| name.strip_prefix("refs/")).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    const ZERO: &str = "0000000000000000000000000000000000000000";

    #[test]
    fn what_git_says_on_standard_input_is_read() {
        let push =
            format!("refs/heads/topic {A} refs/heads/main {ZERO}\n(delete) {ZERO} refs/heads/old {A}\n");
        let updates = RefUpdate::of_push(&push).expect("as git writes it");
        assert_eq!(updates[0], RefUpdate::new("refs/heads/main", ZERO, A));
        assert!(updates[1].is_deleted() && updates[1].name == "refs/heads/old");
        let received =
            RefUpdate::of_receive(&format!("{ZERO} {A} refs/tags/v1\n")).expect("as git writes it");
        assert_eq!(received, [RefUpdate::new("refs/tags/v1", ZERO, A)]);
        assert_eq!(RefUpdate::of_push(""), Ok(Vec::new()));
    }

    #[test]
    fn other_input_is_an_error_that_shows_the_line() {
        for input in ["nonsense", "a b c d", &format!("{A} {A}"), &format!("{A} {A} refs/heads/a b")] {
            let error = RefUpdate::of_receive(input).expect_err("not as git writes it");
            assert!(
                error.to_string().starts_with("line 1 of standard input") && error.text == *input,
                "{error}"
            );
        }
    }
}
