use super::attributes::{AttributeFile, AttributeRules};
use super::bounds::{self, Bounds, LARGEST_RULES};
use super::git::{self, CommitId, Place};
use super::object_reader::{self, ObjectReader};
use super::{Cancelled, Entry, ExcludeRules, Listing, SkipReason, Skipped, SourceError, SourceTree};
use crate::model::{BlobId, RepoPath};
use gix::objs::tree::EntryKind;
use std::path::Path;
use std::sync::Arc;

/// The tree of any revision, read from the object database without a checkout. Works in a bare repository too.
pub struct RevisionTree {
    objects: Arc<ObjectReader>,
    tree: gix::ObjectId,
    commit: Option<CommitId>,
    prefix: Vec<u8>,
    exclude: ExcludeRules,
}

impl RevisionTree {
    /// Opens `revision` (branch, tag, commit id, `HEAD~3`, `branch@{1 week ago}`, …) of the repository that holds
    /// `path`. A `path` below the root of the work tree restricts the listing to that path; it need not exist now.
    ///
    /// # Errors
    /// `path` is not inside a Git repository, or the revision does not exist, or its objects are missing.
    pub fn open(path: &Path, revision: &str, exclude: &ExcludeRules) -> Result<Self, SourceError> {
        let Some(Place { repository, borrowed, prefix }) = git::locate(path)? else {
            return Err(SourceError::new(format!(
                "{} is not inside a Git repository; a revision ({revision}) can only be read in one",
                path.display()
            )));
        };
        let local = repository.to_thread_local();
        let (tree, commit) = resolve_tree(&local, revision)?;
        Ok(RevisionTree {
            objects: Arc::new(ObjectReader::new(repository, borrowed)),
            tree,
            commit,
            prefix,
            exclude: exclude.clone(),
        })
    }

    /// The tree object `tree` of a commit.
    pub(super) fn of(
        objects: Arc<ObjectReader>,
        tree: gix::ObjectId,
        commit: CommitId,
        prefix: Vec<u8>,
        exclude: &ExcludeRules,
    ) -> Self {
        RevisionTree { objects, tree, commit: Some(commit), prefix, exclude: exclude.clone() }
    }

    /// The commit, unless the revision names a bare tree.
    pub fn commit(&self) -> Option<CommitId> {
        self.commit
    }
}

fn resolve_tree(
    repository: &gix::Repository,
    revision: &str,
) -> Result<(gix::ObjectId, Option<CommitId>), SourceError> {
    let unusable = |error: gix::Error| git::unusable(repository, revision, "has no tree", &error);
    let object = git::resolve(repository, revision)?.object().map_err(unusable)?;
    let object = match object.kind {
        gix::objs::Kind::Tag => object.peel_tags_to_end().map_err(unusable)?,
        _ => object,
    };
    let commit = (object.kind == gix::objs::Kind::Commit).then(|| CommitId::from_git(&object.id));
    let tree = object.peel_to_tree().map_err(unusable)?;
    Ok((tree.id, commit))
}

impl SourceTree for RevisionTree {
    fn listing_unless(&self, cancelled: Cancelled<'_>) -> Result<Listing, SourceError> {
        self.objects.with(|repository| {
            let bounds = Bounds::new(self.describe(), Some(cancelled));
            let mut found = TreeListing::new(&self.prefix, &self.exclude, bounds);
            found.read_tree(repository, self.tree, Vec::new())?;
            found.finish(repository)
        })
    }

    fn read(&self, entry: &Entry) -> Result<Vec<u8>, SourceError> {
        self.objects.blob(blob_of(entry)?, &entry.path)
    }

    fn size(&self, entry: &Entry) -> Result<Option<u64>, SourceError> {
        self.objects.size(blob_of(entry)?, &entry.path).map(Some)
    }

    fn covers(&self, path: &RepoPath) -> bool {
        super::is_under(path.as_bytes(), &self.prefix)
    }

    fn describe(&self) -> String {
        let name = match self.commit {
            Some(commit) => format!("revision {}", commit.short()),
            None => format!("tree {}", self.tree.to_hex_with_len(7)),
        };
        super::with_prefix(name, &self.prefix)
    }
}

pub(super) fn blob_of(entry: &Entry) -> Result<BlobId, SourceError> {
    entry.blob.ok_or_else(|| SourceError::new(format!("{} was not listed by this tree", entry.path)))
}

/// Collects the listing of a tree whose files are all in the object database.
pub(super) struct TreeListing<'a> {
    prefix: &'a [u8],
    exclude: &'a ExcludeRules,
    bounds: Bounds<'a>,
    files: Vec<Entry>,
    skipped: Vec<Skipped>,
    attributes: Vec<(Vec<u8>, gix::ObjectId)>,
}

impl<'a> TreeListing<'a> {
    pub(super) fn new(prefix: &'a [u8], exclude: &'a ExcludeRules, bounds: Bounds<'a>) -> Self {
        let (files, skipped, attributes) = (Vec::new(), Vec::new(), Vec::new());
        TreeListing { prefix, exclude, bounds, files, skipped, attributes }
    }

    /// Counts an entry of the index. False for an entry that is left out; it is then noted.
    ///
    /// # Errors
    /// There are too many, or the listing was cancelled.
    pub(super) fn takes(&mut self, path: &[u8]) -> Result<bool, SourceError> {
        self.bounds.count(path.len())?;
        let Some(reason) = bounds::refused_path(path) else { return Ok(true) };
        let shown = match reason {
            SkipReason::ForbiddenName(_) => bounds::without_slashes(path),
            _ => path.to_vec(),
        };
        self.skip(shown, reason);
        Ok(false)
    }

    /// Adds the files of a tree object and of the trees below it.
    pub(super) fn read_tree(
        &mut self,
        repository: &gix::Repository,
        tree: gix::ObjectId,
        folder: Vec<u8>,
    ) -> Result<(), SourceError> {
        let mut waiting = vec![(folder, tree)];
        while let Some((folder, id)) = waiting.pop() {
            let name = RepoPath::new(if folder.is_empty() { b".".to_vec() } else { folder.clone() });
            let bytes = object_reader::read_blob(repository, id, &name)?;
            for entry in gix::objs::TreeRefIter::from_bytes(&bytes, id.kind()) {
                let entry = entry.map_err(|error| object_reader::missing(repository, &name, &error))?;
                let path = join(&folder, entry.filename);
                self.bounds.count(path.len())?;
                if let Some(reason) = bounds::refused(entry.filename, &path) {
                    self.skip(join(&folder, &bounds::without_slashes(entry.filename)), reason);
                } else if entry.mode.is_tree() {
                    self.folder(path, entry.oid.to_owned(), &mut waiting);
                } else {
                    self.add(path, entry.mode.kind(), entry.oid);
                }
            }
        }
        Ok(())
    }

    fn folder(&mut self, path: Vec<u8>, id: gix::ObjectId, waiting: &mut Vec<(Vec<u8>, gix::ObjectId)>) {
        let leads_to_prefix = RepoPath::new(self.prefix).is_under(&path);
        let wanted = super::is_under(&path, self.prefix);
        if !wanted && !leads_to_prefix {
            return;
        }
        if self.exclude.matches(&path, true) {
            self.skip(path, SkipReason::Excluded);
        } else {
            waiting.push((path, id));
        }
    }

    /// Adds an entry that is not a folder. The folders above it must have passed the exclude rules.
    pub(super) fn add(&mut self, path: Vec<u8>, kind: EntryKind, id: &gix::oid) {
        if path.rsplit(|byte| *byte == b'/').next() == Some(b".gitattributes") && kind != EntryKind::Link {
            self.attributes.push((super::parent(&path).to_vec(), id.to_owned()));
        }
        if !super::is_under(&path, self.prefix) {
            return;
        }
        if self.exclude.matches(&path, false) {
            return self.skip(path, SkipReason::Excluded);
        }
        match kind {
            EntryKind::Link => self.skip(path, SkipReason::SymbolicLink),
            EntryKind::Commit | EntryKind::Tree => self.skip(path, SkipReason::Submodule),
            EntryKind::Blob | EntryKind::BlobExecutable => {
                let mut blob = [0; 20];
                blob.copy_from_slice(&id.as_bytes()[..20]);
                self.files.push(Entry {
                    path: RepoPath::new(path),
                    blob: Some(BlobId(blob)),
                    size: None,
                    stat: None,
                });
            }
        }
    }

    /// Notes an entry that was left out.
    pub(super) fn skip(&mut self, path: Vec<u8>, reason: SkipReason) {
        self.skipped.push(Skipped { path: RepoPath::new(path), reason });
    }

    /// Sorts, and applies the tree's own attributes.
    pub(super) fn finish(mut self, repository: &gix::Repository) -> Result<Listing, SourceError> {
        let read = |(folder, id): (Vec<u8>, gix::ObjectId)| -> Result<AttributeFile, SourceError> {
            let bytes = object_reader::read_up_to(repository, id, LARGEST_RULES, &".gitattributes")?;
            Ok((folder, bytes))
        };
        let attributes = self.attributes.into_iter().map(read).collect::<Result<Vec<_>, _>>()?;
        self.files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        self.skipped.dedup();
        Ok(AttributeRules::new(Some(repository), attributes, false)?.apply(self.files, self.skipped))
    }
}

pub(super) fn join(folder: &[u8], name: &[u8]) -> Vec<u8> {
    if folder.is_empty() { name.to_vec() } else { [folder, name].join(&b'/') }
}
