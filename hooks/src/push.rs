//! The contents of a push, on the pushing and on the receiving side.

use crate::Hook;
use crate::accepted::Accepted;
use crate::judge::{Asked, Judgement, NotJudged, git_of, open, repository, switched_off};
use crate::received::{Received, Searches, Settings};
use crate::update::{RefUpdate, THERE_ALREADY, cannot_read, is_null, judge_since, short};
use facts::source::{CommitId, GitContext, Pushed, Which};
use gates::Verdict;
use gates::config::Judged;
use project::ProjectError;
use std::collections::BTreeMap;

/// The remote of a push.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PushRemote<'a> {
    /// Its name, or its address if it has none.
    pub name: &'a str,
}

/// Judges a push, as the hook `pre-push`: each commit that a reference will point to, compared with the commits that
/// the remote is known to have.
///
/// # Errors
/// A commit, its configuration or an object cannot be read.
pub fn pushed(
    asked: &Asked<'_>,
    remote: &PushRemote<'_>,
    updates: &[RefUpdate],
) -> Result<Judgement, ProjectError> {
    let place = repository(asked.path)?;
    let git = context(&place)?;
    // Git keeps no branches for a remote without a name.
    let mut known = match is_reference_name(remote.name) {
        true => git.commits_of_references(&format!("refs/remotes/{}/", remote.name)).map_err(cannot_read)?,
        false => Vec::new(),
    };
    let is_unknown = |update: &RefUpdate| !is_null(&update.old) && git.pushed_commit(&update.old).is_none();
    let remark = all_is_new(remote, !known.is_empty(), updates.iter().any(is_unknown));
    known.extend(updates.iter().filter_map(|update| git.pushed_commit(&update.old)));
    judge_updates(asked, Hook::PrePush, updates, (&known, &remark))
}

/// Why everything in the push counts as new if none of it is known to be on the other side, and what to do about it.
fn all_is_new(remote: &PushRemote<'_>, has_branches: bool, has_unknown: bool) -> String {
    let all = "all that is pushed counts as new";
    match (remote.name, has_branches) {
        (name, _) if !is_reference_name(name) => format!(
            "Git remembers nothing of a remote without a name, so {all}: `git remote add NAME ADDRESS` and `git fetch NAME` \
             tell what it has"
        ),
        (name, true) => format!(
            "nothing of this is known to be on {name}, so {all}: `git fetch {name}` tells what it has by now"
        ),
        (name, false) if has_unknown => {
            format!("{name} has commits that were never fetched, so {all}: `git fetch {name}` brings them")
        }
        (name, false) => format!(
            "no branch of {name} was ever fetched, so {all}: where {name} has a history, `git fetch {name}` brings it"
        ),
    }
}

/// Judges a received push, as the hooks `pre-receive` and `update`: each commit that a reference will point to, unless
/// it passed before, compared with the nearest accepted commits before it; and every text in the push, by the rule on
/// secrets.
///
/// # Errors
/// As for [`pushed`]; an object is missing; the push is over a limit.
pub fn received(asked: &Asked<'_>, hook: Hook, updates: &[RefUpdate]) -> Result<Judgement, ProjectError> {
    let place = repository(asked.path)?;
    let git = context(&place)?;
    let settings = Settings::of(asked, &git, updates)?;
    let asked = &Asked { config: settings.file.as_deref().or(asked.config), ..*asked };
    let accepted = Accepted::of(&git).map_err(cannot_read)?;
    let mut judgement = Judgement { hook, trees: Vec::new(), not_judged: Vec::new() };
    let mut tips: BTreeMap<CommitId, Vec<&RefUpdate>> = BTreeMap::new();
    let mut others: Vec<&RefUpdate> = Vec::new();
    for update in updates.iter().filter(|update| !update.is_deleted()) {
        match git.pushed_object(&update.new) {
            Pushed::Commit(tip) => tips.entry(tip).or_default().push(update),
            Pushed::Other => others.push(update),
            Pushed::Missing => return Err(not_there(update)),
        }
    }
    for update in updates.iter().filter(|update| update.is_deleted()) {
        judgement.not_judged.push(update.let_pass("it is deleted"));
    }
    let received = Received { asked, place: &place, git: &git, settings: &settings, accepted: &accepted };
    let mut searches = Searches::default();
    let mut judged = Vec::new();
    for (tip, updates) in &tips {
        if received.judge_tip(*tip, updates, &mut searches, &mut judgement)? {
            judged.push(*tip);
        }
    }
    for update in others {
        judgement.not_judged.push(update.let_pass("it is no commit; it was searched for secrets only"));
        searches.add(&received.config()?, None, update);
    }
    received.search(searches, &mut judgement)?;
    if judgement.verdict() == Verdict::Pass {
        received.remember(&tips, &judged, updates)?;
    }
    judgement.not_judged.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(judgement)
}

fn not_there(update: &RefUpdate) -> ProjectError {
    ProjectError::new(format!("cannot judge {}", short(&update.name)))
        .why(format!("the object {}, or what it is a tag of, is not there", update.new))
        .help("push it with what it names; `git fsck` shows what a repository lacks")
}

fn judge_updates(
    asked: &Asked<'_>,
    hook: Hook,
    updates: &[RefUpdate],
    (known, all_is_new): (&[CommitId], &str),
) -> Result<Judgement, ProjectError> {
    let place = repository(asked.path)?;
    let git = context(&place)?;
    let mut judgement = Judgement { hook, trees: Vec::new(), not_judged: Vec::new() };
    // A branch and a tag on the same commit are judged once.
    let mut tips: BTreeMap<CommitId, Vec<&str>> = BTreeMap::new();
    for update in updates {
        match git.pushed_commit(&update.new) {
            _ if update.is_deleted() => judgement.not_judged.push(update.let_pass("it is deleted")),
            Some(tip) => tips.entry(tip).or_default().push(short(&update.name)),
            None => judgement.not_judged.push(update.let_pass("it is no commit")),
        }
    }
    for (tip, names) in tips {
        judge_tip(asked, tip, &names.join(", "), (known, all_is_new), &mut judgement)?;
    }
    judgement.not_judged.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(judgement)
}

fn judge_tip(
    asked: &Asked<'_>,
    tip: CommitId,
    name: &str,
    (known, all_is_new): (&[CommitId], &str),
    judgement: &mut Judgement,
) -> Result<(), ProjectError> {
    let place = repository(asked.path)?;
    let project = open(asked, &place, Which::Revision(tip.to_string()))?;
    let git = git_of(&project)?;
    let judged = project.config.hooks.pre_push;
    if judged == Judged::Off {
        judgement.not_judged.push(switched_off(name, "pre-push"));
        return Ok(());
    }
    let bases = git.known_bases(tip, known).map_err(cannot_read)?;
    if bases == [tip] {
        judgement.not_judged.push(NotJudged { name: name.to_owned(), why: THERE_ALREADY.to_owned() });
        return Ok(());
    }
    let mut tree = judge_since(asked, &project, name, (tip, judged, &bases))?;
    if bases.is_empty() && judged != Judged::All {
        tree.remark = Some(all_is_new.to_owned());
    }
    judgement.trees.push(tree);
    Ok(())
}

fn context(place: &std::path::Path) -> Result<GitContext, ProjectError> {
    let found = GitContext::discover(place).map_err(cannot_read)?;
    found.ok_or_else(|| ProjectError::new(format!("{} is in no Git repository", place.display())))
}

/// True for text that can be part of a reference's name (git-check-ref-format(1)): the name of a remote, not its
/// address.
fn is_reference_name(name: &str) -> bool {
    let is_part = |part: &str| !part.is_empty() && !part.starts_with('.') && !part.ends_with(".lock");
    let forbidden = |c: char| c.is_control() || " ~^:?*[\\".contains(c);
    name.split('/').all(is_part) && !name.contains("..") && !name.contains("@{") && !name.contains(forbidden)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_no_name_of_a_remote() {
        for name in ["origin", "team/fork", "a.b"] {
            assert!(is_reference_name(name), "{name}");
        }
        for address in
            ["", "../server.git", "/srv/x.git", "https://example.org/x.git", "git@example.org:x", ".", "a//b"]
        {
            assert!(!is_reference_name(address), "{address}");
        }
    }
}
