//! Which commits a server has accepted, so that a new commit is judged by what it changes since them.
//!
//! A commit is accepted if a branch or a tag points to it, if it was judged and passed here before (the cache records
//! this), or if it was there when the hook was installed. A commit in the history of an accepted one is not accepted
//! for that reason: it may be bad and fixed later.

use crate::folder::is_own_folder;
use facts::cache::{Cache, Subject};
use facts::source::confined::read_regular;
use facts::source::{CommitId, GitContext, HooksFolder, SourceError};
use std::collections::BTreeSet;
use std::path::PathBuf;

/// The file next to the hooks with the commits that existed when they were installed, one per line.
const FILE: &str = "batuta-accepted";
/// Enough for a million commits.
const LARGEST: u64 = 41_000_000;

const PASSED: Subject = Subject { name: "passed-commits", version: 1 };
const VERDICTS: Subject = Subject { name: "push-verdicts", version: 2 };

/// Accepted commits in addition to those in the cache.
pub struct Accepted {
    /// Where branches and tags point now.
    pub tips: BTreeSet<CommitId>,
    /// Everything that existed when the hook was installed is before these.
    pub bounds: Vec<CommitId>,
}

impl Accepted {
    pub fn of(git: &GitContext) -> Result<Accepted, SourceError> {
        let branches = git.commits_of_references("refs/heads/")?;
        let tags = git.commits_of_references("refs/tags/")?;
        let file = git.hooks_folder().ok().map(|folder| file(git, &folder));
        let text = file.and_then(|file| read_regular(&file, LARGEST).ok()).unwrap_or_default();
        let lines = String::from_utf8_lossy(&text);
        let bounds = lines.lines().filter_map(|line| git.pushed_commit(line.trim())).collect();
        Ok(Accepted { tips: branches.into_iter().chain(tags).collect(), bounds })
    }

    /// Which of these commits are accepted.
    pub fn are(&self, commits: &[CommitId], cache: Option<&Cache>) -> Vec<bool> {
        let keys: Vec<u128> = commits.iter().map(key).collect();
        let kept = match cache {
            Some(cache) => cache.kept::<[u8; 20]>(PASSED, &keys),
            None => vec![None; commits.len()],
        };
        let pairs = commits.iter().zip(kept);
        pairs.map(|(commit, kept)| self.tips.contains(commit) || kept == Some(commit.0)).collect()
    }
}

fn key(commit: &CommitId) -> u128 {
    u128::from_be_bytes(commit.0[..16].try_into().expect("a commit id has 20 bytes"))
}

/// Records that commits were accepted. If it cannot be written, they are judged again when needed.
pub fn remember(cache: Option<&Cache>, commits: impl Iterator<Item = CommitId>) {
    let values: Vec<(u128, [u8; 20])> = commits.map(|commit| (key(&commit), commit.0)).collect();
    let _ = cache.map(|cache| cache.keep(PASSED, &values));
}

/// What a verdict depends on.
pub struct Question<'a> {
    /// The tree.
    pub tree: String,
    /// The trees it was compared with.
    pub bases: Vec<String>,
    /// Which findings count, and by which configuration and baseline.
    pub judged_by: &'a str,
}

impl Question<'_> {
    /// The key it is stored under, and a digest of everything: the texts come from whoever pushes, who must not find
    /// others with the same key. Another program may have other rules.
    fn key(&self) -> (u128, [u8; 32]) {
        let mut bases = self.bases.clone();
        bases.sort();
        let program = program();
        let mut hash = blake3::Hasher::new();
        let mut part = |bytes: &[u8]| {
            hash.update(&(bytes.len() as u64).to_le_bytes());
            hash.update(bytes);
        };
        part(program.as_bytes());
        part(self.tree.as_bytes());
        part(self.judged_by.as_bytes());
        bases.iter().for_each(|base| part(base.as_bytes()));
        let digest = *hash.finalize().as_bytes();
        (u128::from_be_bytes(digest[..16].try_into().expect("a digest has 32 bytes")), digest)
    }

    /// True if this was judged and passed before.
    pub fn has_passed(&self, cache: Option<&Cache>) -> bool {
        let (key, digest) = self.key();
        let kept = cache.and_then(|cache| cache.kept::<[u8; 32]>(VERDICTS, &[key]).pop().flatten());
        kept == Some(digest)
    }

    /// Records that it passed.
    pub fn passed(&self, cache: Option<&Cache>) {
        let _ = cache.map(|cache| cache.keep(VERDICTS, &[self.key()]));
    }
}

/// The build of the program: its version, its sources' version of facts, and the file that it runs from.
fn program() -> String {
    let file = std::env::current_exe().ok();
    let metadata = file.as_ref().and_then(|file| file.metadata().ok());
    let written = metadata.as_ref().and_then(|found| found.modified().ok());
    let bytes = metadata.map(|found| found.len());
    format!("{} {} {file:?} {bytes:?} {written:?}", env!("CARGO_PKG_VERSION"), facts::extractor_id())
}

/// Records the existing commits when the hooks of a server are installed, unless that was done before.
pub fn note_installed(git: &GitContext, folder: &HooksFolder) -> std::io::Result<()> {
    let file = file(git, folder);
    if file.symlink_metadata().is_ok() {
        return Ok(());
    }
    let commits = git.commits_of_references("refs/").unwrap_or_default();
    let lines: String = commits.iter().map(|commit| format!("{commit}\n")).collect();
    std::fs::write(file, lines)
}

/// The file with the commits that existed when the hooks were installed. Repositories that share a hooks folder have
/// one file each.
pub fn file(git: &GitContext, folder: &HooksFolder) -> PathBuf {
    if is_own_folder(git, folder) {
        return folder.path.join(FILE);
    }
    let own = git.common_dir();
    let own = own.canonicalize().unwrap_or(own);
    let id = blake3::hash(own.as_os_str().as_encoded_bytes()).to_hex();
    folder.path.join(format!("{FILE}-{}", &id[..16]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question<'a>(tree: &str, bases: &[&str], judged_by: &'a str) -> Question<'a> {
        Question {
            tree: tree.to_owned(),
            bases: bases.iter().map(|base| (*base).to_owned()).collect(),
            judged_by,
        }
    }

    #[test]
    fn questions_are_the_same_when_all_parts_are_and_bases_have_no_order() {
        let key = question("t", &["a", "b"], "c").key();
        assert_eq!(key, question("t", &["b", "a"], "c").key());
        let others = [
            ("t", vec!["a b"], "c"),
            ("t", vec!["a"], "b\nc"),
            ("t\na", vec!["b"], "c"),
            ("t", vec!["a", "b"], "d"),
        ];
        for (tree, bases, judged_by) in others {
            assert_ne!(key, question(tree, &bases, judged_by).key(), "{tree:?} {bases:?} {judged_by:?}");
        }
        assert_ne!(question("t", &["a b"], "c").key(), question("t", &["a", "b"], "c").key());
    }
}
