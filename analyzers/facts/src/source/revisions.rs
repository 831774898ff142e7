//! The trees of many revisions of one repository.

use super::bounds::LARGEST_WITH_LINES;
use super::git::{self, CommitId, Place};
use super::object_reader::{self, ObjectReader};
use super::revision_tree::RevisionTree;
use super::{ExcludeRules, SourceError};
use crate::model::{BlobId, RepoPath};
use std::path::Path;
use std::sync::Arc;

/// Opens the trees of commits, which share a cache of the object database, because neighbouring commits share most of
/// their folders.
pub struct Revisions {
    objects: Arc<ObjectReader>,
    prefix: Vec<u8>,
}

impl Revisions {
    /// For the repository that holds `path`. A `path` below the root of the work tree restricts all trees to that path;
    /// it need not exist now.
    ///
    /// # Errors
    /// `path` is not inside a Git repository.
    pub fn open(path: &Path) -> Result<Revisions, SourceError> {
        let Some(Place { repository, borrowed, prefix }) = git::locate(path)? else {
            return Err(SourceError::new(format!(
                "{} is not inside a Git repository, so it has no history",
                path.display()
            )));
        };
        Ok(Revisions { objects: Arc::new(ObjectReader::remembering(repository, borrowed)), prefix })
    }

    /// The path that trees are restricted to, from the root of the repository; empty for all of it.
    pub fn prefix(&self) -> RepoPath {
        RepoPath::new(self.prefix.clone())
    }

    /// The tree of a commit. Paths that match `exclude` are left out.
    ///
    /// # Errors
    /// The commit or its tree cannot be read.
    pub fn tree(&self, commit: CommitId, exclude: &ExcludeRules) -> Result<RevisionTree, SourceError> {
        let tree = self.objects.with(|repository| tree_of(repository, commit))?;
        Ok(RevisionTree::of(self.objects.clone(), tree, commit, self.prefix.clone(), exclude))
    }

    /// The blob of a file at the root of a commit's tree; `None` if there is no such file.
    ///
    /// # Errors
    /// The commit or its tree cannot be read.
    pub fn root_file(&self, commit: CommitId, name: &str) -> Result<Option<BlobId>, SourceError> {
        self.objects.with(|repository| {
            let tree = tree_of(repository, commit)?;
            let bytes = object_reader::read_blob(repository, tree, &commit)?;
            for entry in gix::objs::TreeRefIter::from_bytes(&bytes, tree.kind()) {
                let entry = entry.map_err(|error| object_reader::missing(repository, &commit, &error))?;
                if entry.filename == name && entry.mode.is_blob() {
                    let mut blob = [0; 20];
                    blob.copy_from_slice(&entry.oid.as_bytes()[..20]);
                    return Ok(Some(BlobId(blob)));
                }
            }
            Ok(None)
        })
    }

    /// The bytes of a blob of at most 64 MiB; `what` names it in the error.
    ///
    /// # Errors
    /// It does not exist, or is larger.
    pub fn blob(&self, blob: BlobId, what: &dyn std::fmt::Display) -> Result<Vec<u8>, SourceError> {
        let id = gix::ObjectId::Sha1(blob.0);
        self.objects.with(|repository| object_reader::read_up_to(repository, id, LARGEST_WITH_LINES, what))
    }
}

fn tree_of(repository: &gix::Repository, commit: CommitId) -> Result<gix::ObjectId, SourceError> {
    let id = gix::ObjectId::Sha1(commit.0);
    let found = repository.find_commit(id).and_then(|found| found.tree_id().map(|tree| tree.detach()));
    found.map_err(|error| object_reader::missing(repository, &commit, &error))
}
