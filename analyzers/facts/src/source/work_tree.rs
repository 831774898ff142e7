use super::attributes::{AttributeFile, AttributeRules};
use super::bounds::{LARGEST_READ, LARGEST_RULES};
use super::confined::{self, Unread};
use super::git::{self, Place};
use super::listed::Listed;
use super::object_reader;
use super::revision_tree::join;
use super::walk::{Found, Walk};
use super::{Cancelled, Entry, ExcludeRules, Listing, SkipReason, Skipped, SourceError, SourceTree};
use crate::model::RepoPath;
use gix::index::entry::{Flags, Mode, Stage};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The files in a folder: inside Git those that are tracked or at least not ignored, outside Git all that no .gitignore
/// there excludes.
pub struct WorkTree {
    root: PathBuf,
    prefix: Vec<u8>,
    is_file: bool,
    repository: Option<gix::ThreadSafeRepository>,
    exclude: ExcludeRules,
    listed: Listed,
}

impl WorkTree {
    /// Opens the repository, the folder in one, the single file, or the folder outside Git at `path`. Paths are
    /// relative to the root of the work tree inside Git, else to the folder (or the file's folder).
    ///
    /// # Errors
    /// `path` does not exist, is in a bare repository, or is in a repository that cannot be opened.
    pub fn open(path: &Path, exclude: &ExcludeRules) -> Result<Self, SourceError> {
        let full = git::real_path(path)?;
        let kind = full
            .symlink_metadata()
            .map_err(|error| SourceError::new(format!("{}: {error}", path.display())))?;
        let is_file = !kind.is_dir();
        let exclude = exclude.clone();
        match git::locate(&full)? {
            Some(Place { repository, prefix, .. }) => {
                let Some(root) = repository.work_dir().and_then(|root| root.canonicalize().ok()) else {
                    return Err(SourceError::new(format!(
                        "{} is a bare repository: it has no work tree; analyse a revision, such as HEAD",
                        path.display()
                    )));
                };
                if full != root && prefix.is_empty() {
                    return Err(SourceError::new(format!(
                        "{} is in the Git folder of {}; analyse the work tree itself",
                        path.display(),
                        root.display()
                    )));
                }
                Ok(WorkTree {
                    root,
                    prefix,
                    is_file,
                    repository: Some(repository),
                    exclude,
                    listed: Listed::default(),
                })
            }
            None => {
                let folder = if is_file { full.parent().unwrap_or(&full).to_owned() } else { full.clone() };
                let prefix = full.strip_prefix(&folder).map(git::bytes_from_path).unwrap_or_default();
                Ok(WorkTree {
                    root: folder,
                    prefix,
                    is_file,
                    repository: None,
                    exclude,
                    listed: Listed::default(),
                })
            }
        }
    }

    /// The folder that the listing's paths are relative to.
    pub fn root(&self) -> &Path {
        &self.root
    }

    fn walk(&self, walk: Walk<'_>) -> Result<Found, SourceError> {
        let (excluded, prefix) = match self.is_file {
            true => (self.exclude.excluded_part(&self.prefix), &self.prefix),
            false => (self.exclude.excluded_part_of_folder(&self.prefix), &self.prefix),
        };
        if let Some(excluded) = excluded {
            let mut found = Found::default();
            found.skip(excluded.to_vec(), SkipReason::Excluded);
            return Ok(found);
        }
        if self.is_file {
            return walk.file(prefix);
        }
        let start = self.root.join(git::path_from_bytes(prefix));
        std::fs::read_dir(&start)
            .map_err(|error| SourceError::new(format!("{} cannot be read: {error}", start.display())))?;
        walk.run(prefix)
    }

    /// The .gitattributes files of the listed folders and of those above the start, from the work tree, or from the
    /// index if a tracked one is missing there, as in a sparse checkout.
    fn attribute_files(
        &self,
        found: Vec<Vec<u8>>,
        git: Option<(&gix::Repository, &gix::index::File)>,
    ) -> Result<Vec<AttributeFile>, SourceError> {
        let mut folders: BTreeSet<Vec<u8>> = found.into_iter().collect();
        let mut above = self.prefix.as_slice();
        while !above.is_empty() {
            above = super::parent(above);
            folders.insert(above.to_vec());
        }
        let mut files: Vec<AttributeFile> = Vec::new();
        for folder in folders {
            let path = RepoPath::new(join(&folder, b".gitattributes"));
            match confined::read_listed(&self.root, &path, LARGEST_RULES) {
                Ok(bytes) => files.push((folder, bytes)),
                Err(why @ Unread::TooLarge { .. }) => {
                    return Err(SourceError::new(format!("the attributes in {path} are not read: {why}")));
                }
                // Git does not read a link as an attributes file either; an unreadable file has no attributes.
                Err(_) => {}
            }
        }
        let Some((repository, index)) = git else {
            return Ok(files);
        };
        for entry in index.entries() {
            let path = entry.path(index);
            let Some(folder) = path.strip_suffix(b".gitattributes") else {
                continue;
            };
            let Some(folder) = folder.strip_suffix(b"/").or(folder.is_empty().then_some(folder)) else {
                continue;
            };
            let is_plain = entry.mode != Mode::SYMLINK && entry.stage() == Stage::Unconflicted;
            let is_gone = || {
                let file = confined::join_inside(&self.root, &RepoPath::new(path.to_vec()));
                file.is_ok_and(|file| file.symlink_metadata().is_err())
            };
            if is_plain
                && !files.iter().any(|(known, _)| known == folder)
                && is_gone()
                && let Ok(bytes) =
                    object_reader::read_up_to(repository, entry.id, LARGEST_RULES, &".gitattributes")
            {
                files.push((folder.to_vec(), bytes));
            }
        }
        Ok(files)
    }

    /// The entries of the index that a sparse checkout leaves out; a folder of a sparse index is one entry.
    fn not_checked_out(&self, index: &gix::index::File) -> Vec<Skipped> {
        let is_left_out = |entry: &&gix::index::Entry| {
            let path = entry.path(index);
            let path = path.strip_suffix(b"/").unwrap_or(path);
            entry.flags.contains(Flags::SKIP_WORKTREE)
                && entry.mode != Mode::COMMIT
                && super::is_under(path, &self.prefix)
                && self.exclude.excluded_part(path).is_none()
                && super::bounds::refused_path(path).is_none()
        };
        let mut skipped = Vec::new();
        for entry in index.entries().iter().filter(is_left_out) {
            let path = entry.path(index);
            let path = RepoPath::new(path.strip_suffix(b"/").unwrap_or(path).to_vec());
            // An entry that is in the work tree after all is listed there.
            let file = confined::join_inside(&self.root, &path);
            if file.is_ok_and(|file| file.symlink_metadata().is_err()) {
                skipped.push(Skipped { path, reason: SkipReason::NotCheckedOut });
            }
        }
        skipped
    }

    /// The listing before attributes: every file, with the blob id of the index if Git considers it unchanged.
    pub(super) fn found(&self, cancelled: Cancelled<'_>) -> Result<Found, SourceError> {
        match &self.repository {
            Some(repository) => {
                let local = repository.to_thread_local();
                let index = git::open_index(&local)?;
                self.walk(Walk::in_repository(&self.root, &local, &index, &self.exclude, cancelled)?)
            }
            None => self.walk(Walk::outside_git(&self.root, &self.exclude, cancelled)),
        }
    }

    fn list(&self, cancelled: Cancelled<'_>) -> Result<(Found, AttributeRules), SourceError> {
        let Some(repository) = &self.repository else {
            let mut found = self.walk(Walk::outside_git(&self.root, &self.exclude, cancelled))?;
            let files = self.attribute_files(std::mem::take(&mut found.attribute_folders), None)?;
            return Ok((found, AttributeRules::new(None, files, true)?));
        };
        let local = repository.to_thread_local();
        let index = git::open_index(&local)?;
        let mut found =
            self.walk(Walk::in_repository(&self.root, &local, &index, &self.exclude, cancelled)?)?;
        found.skipped.extend(self.not_checked_out(&index));
        let folders = std::mem::take(&mut found.attribute_folders);
        let files = self.attribute_files(folders, Some((&local, &index)))?;
        Ok((found, AttributeRules::new(Some(&local), files, true)?))
    }
}

impl SourceTree for WorkTree {
    fn listing_unless(&self, cancelled: Cancelled<'_>) -> Result<Listing, SourceError> {
        self.listed.or_list(|| {
            let (mut found, attributes) = self.list(cancelled)?;
            found.files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
            Ok(attributes.apply(found.files, found.skipped))
        })
    }

    /// Since the listing, the file may have become a link, a pipe or a very large file, and a folder above it a link:
    /// it is not followed, waited for or read then.
    fn read(&self, entry: &Entry) -> Result<Vec<u8>, SourceError> {
        confined::read_listed(&self.root, &entry.path, LARGEST_READ).map_err(|why| match why {
            Unread::Link | Unread::NotRegular | Unread::Folder | Unread::Outside => {
                SourceError::new(format!("{} is no longer a file", entry.path))
            }
            why => SourceError::new(format!("{} cannot be read: {why}", entry.path)),
        })
    }

    fn covers(&self, path: &RepoPath) -> bool {
        super::is_under(path.as_bytes(), &self.prefix)
    }

    fn describe(&self) -> String {
        super::with_prefix("work tree".to_owned(), &self.prefix)
    }
}
