//! Follows files through their renames. The commits are visited from the newest to the oldest, so a path stands for the
//! file that has it later. A rename passes the file on to its old path; further back, the new path stands for another
//! file. Side branches need a heuristic: a branch that did not have the rename yet may change the file under its old
//! name. That change is visited first here, and its file is merged with the renamed one when the rename is reached.

use super::{ChangeKind, Commit, FileId, PathId};
use crate::hash::HashMap;

/// Assigns a file to every change, and returns the newest path of each file. `present` tells which paths exist at the
/// newest commit: a file with one of these paths is never merged with another.
pub fn assign(commits: &mut [Commit], follow: bool, present: &dyn Fn(PathId) -> bool) -> Vec<PathId> {
    let mut files = Files::default();
    for commit in commits.iter_mut() {
        // In the same commit, another file may take the path that a rename frees: first determine the files after the
        // commit.
        for change in &mut commit.changes {
            change.file = files.at(change.path);
        }
        for change in commit.changes.iter().filter(|change| change.kind != ChangeKind::Modified) {
            files.created(change.path, change.kind);
        }
        for change in &commit.changes {
            if let Some(old) = change.old_path.filter(|_| follow) {
                files.renamed(old, change.path, change.file, present);
            }
        }
    }
    let names = files.newest_path.clone();
    let mut kept: HashMap<FileId, FileId> = HashMap::default();
    let mut newest_path = Vec::new();
    for commit in commits.iter_mut() {
        for change in &mut commit.changes {
            let file = files.same(change.file);
            change.file = *kept.entry(file).or_insert_with(|| {
                newest_path.push(names[file.0 as usize]);
                FileId(newest_path.len() as u32 - 1)
            });
        }
    }
    newest_path
}

/// The file that a path stands for at this point of the backward walk.
#[derive(Clone, Copy)]
struct Holder {
    file: FileId,
    /// Its creation was passed: in older commits the path belongs to no file or to another one.
    created: bool,
}

#[derive(Default)]
struct Files {
    holder: HashMap<PathId, Holder>,
    newest_path: Vec<PathId>,
    /// The file that each one was found to be the same as.
    same_as: Vec<FileId>,
}

impl Files {
    fn at(&mut self, path: PathId) -> FileId {
        if let Some(holder) = self.holder.get(&path) {
            return holder.file;
        }
        let file = FileId(self.newest_path.len() as u32);
        self.newest_path.push(path);
        self.same_as.push(file);
        self.holder.insert(path, Holder { file, created: false });
        file
    }

    fn created(&mut self, path: PathId, kind: ChangeKind) {
        if let Some(holder) = self.holder.get_mut(&path) {
            holder.created = kind != ChangeKind::Removed;
        }
    }

    fn renamed(&mut self, old: PathId, new: PathId, file: FileId, present: &dyn Fn(PathId) -> bool) {
        let file = self.same(file);
        if let Some(holder) = self.holder.get(&old).copied().filter(|holder| !holder.created) {
            // Changed under the old name after the rename, and not created again since: a change from a side branch.
            let other = self.same(holder.file);
            if other != file && present(old) {
                return;
            }
            self.same_as[other.0 as usize] = file;
        }
        self.holder.insert(old, Holder { file, created: false });
        if self.holder.get(&new).is_some_and(|holder| self.find(holder.file) == file) {
            self.holder.remove(&new);
        }
    }

    fn find(&self, mut file: FileId) -> FileId {
        while self.same_as[file.0 as usize] != file {
            file = self.same_as[file.0 as usize];
        }
        file
    }

    fn same(&mut self, file: FileId) -> FileId {
        let root = self.find(file);
        self.same_as[file.0 as usize] = root;
        root
    }
}
