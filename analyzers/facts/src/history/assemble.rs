//! From mined commits to a history: names, persons, files.

use super::mining::Mined;
use super::record::{MinedChange, MinedKind, Signature, bytes_of};
use super::{Change, ChangeKind, Commit, FileId, History, HistoryOptions, PathId, PersonId, lineage, people};
use crate::hash::HashMap;
use crate::model::RepoPath;
use crate::source::CommitId;
use bstr::{BString, ByteSlice};
use gix::ObjectId;

/// Assembles a history from the commits (newest first). `present` tells which paths exist at its head.
pub fn assemble(
    head: ObjectId,
    time: i64,
    mined: Vec<Mined>,
    options: &HistoryOptions<'_>,
    mailmap: &gix::mailmap::Snapshot,
    present: &dyn Fn(&RepoPath) -> bool,
) -> History {
    let mut names = Names::default();
    let shallow = mined.iter().any(|mined| mined.cut_off);
    let signature_of: Vec<usize> =
        mined.iter().map(|mined| names.signature(&mined.record.header.author)).collect();
    let (people, person_of) = people::persons(&names.signatures, mailmap, options.bots);
    let mut left_out = 0;
    let mut commits = Vec::with_capacity(mined.len());
    for (mined, signature) in mined.into_iter().zip(signature_of) {
        let author = PersonId(person_of[signature]);
        if options.exclude_bots && people[author.0 as usize].bot {
            left_out += 1;
            continue;
        }
        commits.push(names.commit(mined, author));
    }
    let is_present = |path: PathId| present(&names.paths[path.0 as usize]);
    let files = lineage::assign(&mut commits, options.follow_renames, &is_present);
    if !options.paths.is_empty() {
        restrict(&mut commits, &names.paths, options.paths);
    }
    History {
        head: CommitId(bytes_of(&head)),
        time,
        commits,
        people,
        paths: names.paths,
        files,
        shallow,
        truncated: false,
        bot_commits_left_out: left_out,
        from_cache: 0,
        cache_trouble: None,
    }
}

/// Keeps only the changes of the wanted files and folders, and the commits that have any.
fn restrict(commits: &mut Vec<Commit>, paths: &[RepoPath], wanted: &[RepoPath]) {
    let is_wanted = |path: PathId| {
        let path = &paths[path.0 as usize];
        wanted.iter().any(|wanted| path.is_under(wanted.as_bytes()))
    };
    for commit in commits.iter_mut() {
        commit.changes.retain(|change| is_wanted(change.path) || change.old_path.is_some_and(is_wanted));
    }
    commits.retain(|commit| !commit.changes.is_empty());
}

/// Paths and signatures by number.
#[derive(Default)]
struct Names {
    paths: Vec<RepoPath>,
    path_ids: HashMap<BString, PathId>,
    signatures: Vec<Signature>,
    signature_ids: HashMap<Signature, usize>,
}

impl Names {
    fn path(&mut self, path: BString) -> PathId {
        if let Some(id) = self.path_ids.get(&path) {
            return *id;
        }
        let id = PathId(self.paths.len() as u32);
        self.paths.push(RepoPath::new(path.to_vec()));
        self.path_ids.insert(path, id);
        id
    }

    fn signature(&mut self, signature: &Signature) -> usize {
        if let Some(id) = self.signature_ids.get(signature) {
            return *id;
        }
        let id = self.signatures.len();
        self.signatures.push(signature.clone());
        self.signature_ids.insert(signature.clone(), id);
        id
    }

    fn commit(&mut self, mined: Mined, author: PersonId) -> Commit {
        let header = mined.record.header;
        Commit {
            id: CommitId(bytes_of(&mined.id)),
            author,
            author_time: header.author_time,
            commit_time: header.commit_time,
            summary: header.summary.to_str_lossy().into_owned(),
            parents: header.parents.len(),
            cut_off: mined.cut_off,
            changes: mined.record.changes.into_iter().map(|change| self.change(change)).collect(),
        }
    }

    fn change(&mut self, change: MinedChange) -> Change {
        let (kind, old_path) = match change.kind {
            MinedKind::Added => (ChangeKind::Added, None),
            MinedKind::Removed => (ChangeKind::Removed, None),
            MinedKind::Modified => (ChangeKind::Modified, None),
            MinedKind::Renamed(old) => (ChangeKind::Renamed, Some(self.path(old))),
        };
        let path = self.path(change.path);
        let MinedChange { added, removed, binary, .. } = change;
        Change { path, old_path, file: FileId(0), kind, added, removed, binary }
    }
}
