//! Histories without a repository, like [`MemoryTree`](crate::source::MemoryTree)s for trees.

use super::mining::Mined;
use super::record::{Header, MinedChange, MinedKind, Record, Signature, id_of};
use super::{History, HistoryOptions, assemble};
use std::collections::BTreeSet;

const SECONDS_PER_DAY: i64 = 24 * 60 * 60;

/// A commit of a history in memory.
#[derive(Debug, Clone, Copy)]
pub struct PlainCommit<'a> {
    /// How many days before the newest commit.
    pub days_before_head: u32,
    /// Name of the author; the address is derived from it.
    pub author: &'a str,
    /// Paths with lines added and removed. A path is created the first time, and removed if -1 lines were added.
    pub changes: &'a [(&'a str, i32, u32)],
}

impl History {
    /// The history of these commits, given newest first.
    pub fn in_memory(commits: &[PlainCommit<'_>]) -> History {
        let mut present: BTreeSet<&str> = BTreeSet::new();
        let mut mined = Vec::with_capacity(commits.len());
        for (age, commit) in commits.iter().rev().enumerate() {
            let mut changes: Vec<MinedChange> = commit
                .changes
                .iter()
                .map(|(path, added, removed)| {
                    let kind = match added {
                        -1 => MinedKind::Removed,
                        _ if present.contains(path) => MinedKind::Modified,
                        _ => MinedKind::Added,
                    };
                    match kind {
                        MinedKind::Removed => present.remove(path),
                        _ => present.insert(path),
                    };
                    let added = u32::try_from(*added).unwrap_or(0);
                    MinedChange { path: (*path).into(), kind, added, removed: *removed, binary: false }
                })
                .collect();
            changes.sort_by(|a, b| a.path.cmp(&b.path));
            let time = -i64::from(commit.days_before_head) * SECONDS_PER_DAY;
            let email = format!("{}@example.org", commit.author.to_lowercase().replace(' ', "."));
            let header = Header {
                parents: Vec::new(),
                author: Signature { name: commit.author.into(), email: email.into() },
                author_time: time,
                commit_time: time,
                summary: "".into(),
            };
            let mut id = [0; 20];
            id[12..].copy_from_slice(&(age as u64 + 1).to_be_bytes());
            mined.push(Mined { id: id_of(id), record: Record { header, changes }, cut_off: false });
        }
        mined.reverse();
        let head = mined.first().map_or_else(|| id_of([0; 20]), |mined| mined.id);
        let time = mined.first().map_or(0, |mined| mined.record.header.commit_time);
        let mailmap = gix::mailmap::Snapshot::default();
        let is_present =
            |path: &crate::model::RepoPath| present.iter().any(|known| known.as_bytes() == path.as_bytes());
        assemble::assemble(head, time, mined, &HistoryOptions::default(), &mailmap, &is_present)
    }
}
