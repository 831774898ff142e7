use super::bounds::Bounds;
use super::git::{self, Place};
use super::listed::Listed;
use super::object_reader::ObjectReader;
use super::revision_tree::{TreeListing, blob_of};
use super::{Cancelled, Entry, ExcludeRules, Listing, SkipReason, SourceError, SourceTree};
use crate::model::RepoPath;
use gix::index::entry::{Flags, Mode, Stage};
use gix::objs::tree::EntryKind;
use std::path::Path;

/// The staged files: the tree that `git commit` would record, whatever is in the work tree.
pub struct IndexTree {
    objects: ObjectReader,
    prefix: Vec<u8>,
    exclude: ExcludeRules,
    listed: Listed,
}

impl IndexTree {
    /// Opens the index of the repository that holds `path`. A `path` below the root of the work tree restricts the
    /// listing to that path.
    ///
    /// # Errors
    /// `path` is not inside a Git repository.
    pub fn open(path: &Path, exclude: &ExcludeRules) -> Result<Self, SourceError> {
        let Some(Place { repository, borrowed, prefix }) = git::locate(path)? else {
            return Err(SourceError::new(format!(
                "{} is not inside a Git repository; the index can only be read in one",
                path.display()
            )));
        };
        let objects = ObjectReader::new(repository, borrowed);
        Ok(IndexTree { objects, prefix, exclude: exclude.clone(), listed: Listed::default() })
    }

    fn list(&self, repository: &gix::Repository, cancelled: Cancelled<'_>) -> Result<Listing, SourceError> {
        let index = git::open_index(repository)?;
        let bounds = Bounds::new(self.describe(), Some(cancelled));
        let mut found = TreeListing::new(&self.prefix, &self.exclude, bounds);
        for entry in index.entries() {
            let path = entry.path(&index).to_vec();
            let named = if entry.mode == Mode::DIR { path.strip_suffix(b"/") } else { None };
            if !found.takes(named.unwrap_or(&path))? {
                continue;
            }
            if let Some(excluded) = self.exclude.excluded_part(&path) {
                if super::is_under(excluded, &self.prefix) || super::is_under(&self.prefix, excluded) {
                    found.skip(excluded.to_vec(), SkipReason::Excluded);
                }
                continue;
            }
            if entry.stage() != Stage::Unconflicted {
                if super::is_under(&path, &self.prefix) {
                    found.skip(path, SkipReason::Unmerged);
                }
                continue;
            }
            if entry.flags.contains(Flags::INTENT_TO_ADD) {
                continue;
            }
            match kind(entry.mode) {
                Some(kind) => found.add(path, kind, &entry.id),
                // A sparse index has one entry for a folder outside the sparse checkout.
                None => found.read_tree(
                    repository,
                    entry.id,
                    path.strip_suffix(b"/").unwrap_or(&path).to_vec(),
                )?,
            }
        }
        found.finish(repository)
    }
}

fn kind(mode: Mode) -> Option<EntryKind> {
    match mode {
        Mode::DIR => None,
        Mode::COMMIT => Some(EntryKind::Commit),
        Mode::SYMLINK => Some(EntryKind::Link),
        _ => Some(EntryKind::Blob),
    }
}

impl SourceTree for IndexTree {
    fn listing_unless(&self, cancelled: Cancelled<'_>) -> Result<Listing, SourceError> {
        self.listed.or_list(|| self.objects.with(|repository| self.list(repository, cancelled)))
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
        super::with_prefix("index".to_owned(), &self.prefix)
    }
}

/// True if the index holds a file below a folder of the work tree.
pub(super) fn has_files_under(repository: &gix::Repository, folder: &Path) -> Result<bool, SourceError> {
    let index = git::open_index(repository)?;
    let folder = git::bytes_from_path(folder);
    let is_below = |entry: &gix::index::Entry| super::is_under(entry.path(&index), &folder);
    Ok(index.entries().iter().any(is_below))
}
