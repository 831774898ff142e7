//! Which commits a server has accepted, as far as a new one may be judged by what it changes of them.
//!
//! A commit is accepted when a branch or a tag points to it, when it was judged and passed here before (the cache remembers
//! that), or when it was there when the hook was installed. That a commit lies in the history of an accepted one does not
//! make it accepted: it may be bad, and mended by what followed.

use facts::cache::{Cache, Subject};
use facts::source::confined::read_regular;
use facts::source::{CommitId, GitContext, SourceError};
use rustc_hash::FxHashSet;
use std::path::{Path, PathBuf};

/// The file beside the hooks with the commits that were there when they were installed, one a line.
const FILE: &str = "batuta-accepted";
/// A million commits.
const LARGEST: u64 = 41_000_000;

const PASSED: Subject = Subject { name: "passed-commits", version: 1 };
const VERDICTS: Subject = Subject { name: "push-verdicts", version: 1 };

/// What is accepted besides what the cache remembers.
pub struct Accepted {
    /// Where branches and tags point now.
    pub tips: FxHashSet<CommitId>,
    /// Everything that was there when the hook was installed is before these.
    pub bounds: Vec<CommitId>,
}

impl Accepted {
    pub fn of(git: &GitContext) -> Result<Accepted, SourceError> {
        let branches = git.commits_of_references("refs/heads/")?;
        let tags = git.commits_of_references("refs/tags/")?;
        let file = git.hooks_folder().ok().map(|folder| folder.path.join(FILE));
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

/// Remembers that commits were accepted. What cannot be written is judged again when it matters.
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
    fn key(&self) -> u128 {
        let mut bases = self.bases.clone();
        bases.sort();
        let parts = [env!("CARGO_PKG_VERSION"), &self.tree, &bases.join(" "), self.judged_by];
        xxhash_rust::xxh3::xxh3_128(parts.join("\n").as_bytes())
    }

    /// True when this was judged and passed before.
    pub fn has_passed(&self, cache: Option<&Cache>) -> bool {
        let kept = cache.and_then(|cache| cache.kept::<bool>(VERDICTS, &[self.key()]).pop().flatten());
        kept == Some(true)
    }

    /// Remembers that it passed.
    pub fn passed(&self, cache: Option<&Cache>) {
        let _ = cache.map(|cache| cache.keep(VERDICTS, &[(self.key(), true)]));
    }
}

/// Notes what is there while the hooks of a server are installed, unless that was done before.
pub fn note_installed(git: &GitContext, folder: &Path) -> std::io::Result<()> {
    let file = file(folder);
    if file.symlink_metadata().is_ok() {
        return Ok(());
    }
    let commits = git.commits_of_references("refs/").unwrap_or_default();
    let lines: String = commits.iter().map(|commit| format!("{commit}\n")).collect();
    std::fs::write(file, lines)
}

/// Where the commits are noted that were there when the hooks were installed.
pub fn file(folder: &Path) -> PathBuf {
    folder.join(FILE)
}
