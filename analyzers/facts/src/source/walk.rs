//! The parallel walk over a folder, with or without Git.

use super::bounds::{self, Bounds};
use super::ignores::{FolderRules, IgnoreFiles};
use super::revision_tree::join;
use super::{Cancelled, Entry, ExcludeRules, FileStat, SkipReason, Skipped, SourceError, git, git_files};
use crate::model::{BlobId, RepoPath};
use gix::bstr::ByteSlice;
use gix::index::entry::{self, Flags, Mode, Stage};
use std::cmp::Ordering;
use std::fs::{DirEntry, Metadata};
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// A folder to walk.
struct Folder<'a> {
    path: Vec<u8>,
    /// The index entries below it.
    tracked: &'a [gix::index::Entry],
    /// The ignore rules of the folder above; none for the start.
    above: Option<Arc<FolderRules>>,
    is_start: bool,
}

/// The result of a walk, in no particular order.
#[derive(Default)]
pub(super) struct Found {
    /// Files that are tracked or at least not ignored. The blob id is the index's if the stat data still match.
    pub(super) files: Vec<Entry>,
    pub(super) skipped: Vec<Skipped>,
    /// Folders that hold a .gitattributes file, ignored or not: Git obeys it in both cases.
    pub(super) attribute_folders: Vec<Vec<u8>>,
}

/// The walk: every file that is tracked, or neither tracked nor ignored.
///
/// Tracked files need no check of the ignore rules, so listing most of a repository costs only reading folders and stat
/// data. A folder is entered if it is not ignored or holds tracked files.
pub(super) struct Walk<'a> {
    root: &'a Path,
    index: Option<&'a gix::index::File>,
    trust: entry::stat::Options,
    ignores: IgnoreFiles<'a>,
    /// Nothing is ignored.
    takes_all: bool,
    exclude: &'a ExcludeRules,
    bounds: Bounds<'a>,
    found: Mutex<Found>,
    /// Why the walk ends early.
    end: OnceLock<SourceError>,
}

impl<'a> Walk<'a> {
    /// A walk in the work tree of a repository.
    pub(super) fn in_repository(
        root: &'a Path,
        repository: &gix::Repository,
        index: &'a gix::index::File,
        exclude: &'a ExcludeRules,
        cancelled: Cancelled<'a>,
    ) -> Result<Self, SourceError> {
        let ignores = IgnoreFiles::in_repository(root, repository, index)?;
        let mut trust = repository.stat_options().unwrap_or_default();
        // Index entries carry nanoseconds on every system where files do; elsewhere, a file is only read again.
        trust.use_nsec = true;
        Ok(Walk { index: Some(index), trust, ignores, ..Walk::outside_git(root, exclude, cancelled) })
    }

    /// A walk in a folder outside Git; its .gitignore files count.
    pub(super) fn outside_git(root: &'a Path, exclude: &'a ExcludeRules, cancelled: Cancelled<'a>) -> Self {
        Walk {
            root,
            index: None,
            trust: entry::stat::Options::default(),
            ignores: IgnoreFiles::outside_git(root),
            takes_all: false,
            exclude,
            bounds: Bounds::new(root.display().to_string(), Some(cancelled)),
            found: Mutex::default(),
            end: OnceLock::new(),
        }
    }

    /// Walks the folder `start` (empty for the root) and everything below it, on the current rayon pool. If the start
    /// is an ignored folder, it is walked as if nothing in it were ignored: the user asked for it.
    ///
    /// # Errors
    /// There are too many entries, or the walk was cancelled.
    pub(super) fn run(mut self, start: &[u8]) -> Result<Found, SourceError> {
        let tracked = self.tracked_below(start, self.all_tracked());
        let above = match start.is_empty() {
            true => None,
            false => Some(self.ignores.down_to(super::parent(start))?),
        };
        if let Some(above) = &above
            && tracked.is_empty()
            && self.ignores.matches(above, start, true)
        {
            self.takes_all = true;
        }
        let walk = &self;
        let start = Folder { path: start.to_vec(), tracked, above, is_start: true };
        rayon::scope(|scope| walk.folder(scope, start));
        match self.end.into_inner() {
            Some(error) => Err(error),
            None => Ok(self.found.into_inner().unwrap_or_else(PoisonError::into_inner)),
        }
    }

    /// The one file `path`, ignored or not: the user asked for it.
    pub(super) fn file(self, path: &[u8]) -> Result<Found, SourceError> {
        let full = self.root.join(git::path_from_bytes(path));
        let metadata = full
            .symlink_metadata()
            .map_err(|error| SourceError::new(format!("{} cannot be read: {error}", full.display())))?;
        let mut found = Found::default();
        let tracked = self.tracked(path, self.all_tracked());
        self.file_found(path.to_vec(), &metadata, tracked, &mut found);
        Ok(found)
    }

    fn folder<'s>(&'s self, scope: &rayon::Scope<'s>, folder: Folder<'s>) {
        if self.end.get().is_some() {
            return;
        }
        let mut found = Found::default();
        if let Err(error) = self.look_into(scope, folder, &mut found) {
            // One reason is enough.
            let _ = self.end.set(error);
        }
        self.found.lock().unwrap_or_else(PoisonError::into_inner).append(found);
    }

    fn look_into<'s>(
        &'s self,
        scope: &rayon::Scope<'s>,
        folder: Folder<'s>,
        found: &mut Found,
    ) -> Result<(), SourceError> {
        let items = match self.items(&folder) {
            Ok(items) => items,
            Err(error) => {
                found.skip(folder.path, SkipReason::Unreadable(error.to_string()));
                return Ok(());
            }
        };
        // Counted before any check: a folder of millions of files is not searched first.
        for item in &items {
            self.bounds.count(folder.path.len() + 1 + item.file_name().len())?;
        }
        let is_foreign = !folder.is_start && items.iter().any(is_repository);
        if is_foreign && folder.tracked.is_empty() {
            found.skip(folder.path, SkipReason::Submodule);
            return Ok(());
        }
        let has_rules = items.iter().any(|item| item.file_name() == ".gitignore");
        let rules = self.ignores.of_folder(folder.above.clone(), &folder.path, has_rules)?;
        for item in items {
            self.item(scope, &folder, &rules, &item, is_foreign, found);
        }
        Ok(())
    }

    fn items(&self, folder: &Folder<'_>) -> std::io::Result<Vec<DirEntry>> {
        let path = self.root.join(git::path_from_bytes(&folder.path));
        // Entries over the limit are not even loaded.
        std::fs::read_dir(path)?.take(self.bounds.left().saturating_add(1)).collect()
    }

    /// One entry of a folder. Of a nested repository, only the files tracked here count.
    fn item<'s>(
        &'s self,
        scope: &rayon::Scope<'s>,
        folder: &Folder<'s>,
        rules: &Arc<FolderRules>,
        item: &DirEntry,
        only_tracked: bool,
        found: &mut Found,
    ) {
        let name = item.file_name();
        let Some(name) = <[u8]>::from_os_str(&name) else {
            let path = join(&folder.path, name.to_string_lossy().as_bytes());
            return found.skip(path, SkipReason::Unreadable("its name is not valid Unicode".to_owned()));
        };
        if name == b".git" {
            return;
        }
        let path = join(&folder.path, name);
        if let Some(reason) = bounds::refused(name, &path) {
            return found.skip(path, reason);
        }
        let kind = match item.file_type() {
            Ok(kind) => kind,
            Err(error) => return found.skip_unless_gone(path, &error),
        };
        if name == b".gitattributes" && kind.is_file() {
            found.attribute_folders.push(folder.path.clone());
        }
        let entry = self.tracked(&path, folder.tracked);
        if kind.is_dir() && entry.is_some_and(|entry| entry.mode == Mode::COMMIT) {
            return found.skip(path, SkipReason::Submodule);
        }
        let below = if kind.is_dir() { self.tracked_below(&path, folder.tracked) } else { &[] };
        let is_tracked = entry.is_some() || !below.is_empty();
        if !is_tracked && (only_tracked || self.is_ignored(rules, &path, kind.is_dir())) {
            return;
        }
        if kind.is_dir() {
            if self.exclude.matches(&path, true) {
                return found.skip(path, SkipReason::Excluded);
            }
            let folder = Folder { path, tracked: below, above: Some(rules.clone()), is_start: false };
            return scope.spawn(move |scope| self.folder(scope, folder));
        }
        match item.metadata() {
            Ok(metadata) => self.file_found(path, &metadata, entry, found),
            Err(error) => found.skip_unless_gone(path, &error),
        }
    }

    fn file_found(
        &self,
        path: Vec<u8>,
        metadata: &Metadata,
        tracked: Option<&gix::index::Entry>,
        found: &mut Found,
    ) {
        if self.exclude.matches(&path, false) {
            return found.skip(path, SkipReason::Excluded);
        }
        if metadata.is_symlink() {
            return found.skip(path, SkipReason::SymbolicLink);
        }
        if !metadata.is_file() {
            return found.skip(path, SkipReason::Special);
        }
        let stat = file_stat(metadata);
        let blob = tracked.and_then(|entry| self.unchanged(entry, metadata));
        found.files.push(Entry { path: RepoPath::new(path), blob, size: Some(stat.size), stat: Some(stat) });
    }

    fn all_tracked(&self) -> &'a [gix::index::Entry] {
        self.index.map_or(&[], |index| index.entries())
    }

    /// The entry of a file, of any stage, among `entries`.
    fn tracked(&self, path: &[u8], entries: &'a [gix::index::Entry]) -> Option<&'a gix::index::Entry> {
        let index = self.index?;
        let found = entries.binary_search_by(|entry| entry.path(index).as_bytes().cmp(path));
        found.ok().map(|position| &entries[position])
    }

    /// The entries below a folder among `entries`, which are in the order of their paths.
    fn tracked_below(&self, folder: &[u8], entries: &'a [gix::index::Entry]) -> &'a [gix::index::Entry] {
        let Some(index) = self.index else { return &[] };
        if folder.is_empty() {
            return entries;
        }
        let compared = |entry: &gix::index::Entry| {
            let path = entry.path(index).as_bytes();
            let (start, rest) = path.split_at(folder.len().min(path.len()));
            start.cmp(folder).then_with(|| rest.first().cmp(&Some(&b'/')))
        };
        let first = entries.partition_point(|entry| compared(entry) == Ordering::Less);
        let count = entries[first..].partition_point(|entry| compared(entry) == Ordering::Equal);
        &entries[first..first + count]
    }

    /// The blob id of the index entry if the file was not touched since Git looked at it. A file as young as the index
    /// itself may have changed unseen (Git calls it racily clean), so its entry proves nothing.
    fn unchanged(&self, entry: &gix::index::Entry, metadata: &Metadata) -> Option<BlobId> {
        let plain = matches!(entry.mode, Mode::FILE | Mode::FILE_EXECUTABLE);
        if !plain || entry.stage() != Stage::Unconflicted || entry.flags.contains(Flags::INTENT_TO_ADD) {
            return None;
        }
        let timestamp = self.index?.timestamp();
        if u32::try_from(metadata.len()).is_err() || entry.stat.is_racy(timestamp, self.trust) {
            return None;
        }
        let now = index_stat(metadata, &entry.stat)?;
        if !entry.stat.matches(&now, self.trust) {
            return None;
        }
        let mut blob = [0; 20];
        blob.copy_from_slice(entry.id.as_bytes().get(..20)?);
        Some(BlobId(blob))
    }

    fn is_ignored(&self, rules: &FolderRules, path: &[u8], is_folder: bool) -> bool {
        !self.takes_all && self.ignores.matches(rules, path, is_folder)
    }
}

impl Found {
    pub(super) fn skip(&mut self, path: Vec<u8>, reason: SkipReason) {
        self.skipped.push(Skipped { path: RepoPath::new(path), reason });
    }

    /// A file that was removed after its folder was read counts as missing; other errors are reported.
    fn skip_unless_gone(&mut self, path: Vec<u8>, error: &std::io::Error) {
        if error.kind() != std::io::ErrorKind::NotFound {
            self.skip(path, SkipReason::Unreadable(error.to_string()));
        }
    }

    fn append(&mut self, mut other: Found) {
        self.files.append(&mut other.files);
        self.skipped.append(&mut other.skipped);
        self.attribute_folders.append(&mut other.attribute_folders);
    }
}

/// True for a `.git` that makes its folder a separate repository.
fn is_repository(item: &DirEntry) -> bool {
    // If reading a pipe would be needed to know, it counts as a repository: nothing in it is read.
    item.file_name() == ".git" && git_files::is_git_folder(&item.path()).unwrap_or(true)
}

#[cfg(unix)]
pub(super) fn file_stat(metadata: &Metadata) -> FileStat {
    use std::os::unix::fs::MetadataExt;
    let modified = metadata.mtime().saturating_mul(1_000_000_000).saturating_add(metadata.mtime_nsec());
    FileStat { modified, size: metadata.len(), inode: metadata.ino() }
}

#[cfg(not(unix))]
pub(super) fn file_stat(metadata: &Metadata) -> FileStat {
    let since = metadata.modified().ok().and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
    let modified = since.and_then(|time| i64::try_from(time.as_nanos()).ok()).unwrap_or(0);
    FileStat { modified, size: metadata.len(), inode: 0 }
}

/// The stat data as Git's index holds them: 32 bits each. The owner is copied: it tells nothing about the content.
#[cfg(unix)]
fn index_stat(metadata: &Metadata, known: &entry::Stat) -> Option<entry::Stat> {
    use std::os::unix::fs::MetadataExt;
    let low = |value: u64| (value & u64::from(u32::MAX)) as u32;
    let time = |seconds: i64, nanoseconds: i64| {
        Some(entry::stat::Time {
            secs: u32::try_from(seconds).ok()?,
            nsecs: u32::try_from(nanoseconds).ok()?,
        })
    };
    Some(entry::Stat {
        mtime: time(metadata.mtime(), metadata.mtime_nsec())?,
        ctime: time(metadata.ctime(), metadata.ctime_nsec())?,
        ino: low(metadata.ino()),
        size: low(metadata.len()),
        ..*known
    })
}

#[cfg(not(unix))]
fn index_stat(metadata: &Metadata, known: &entry::Stat) -> Option<entry::Stat> {
    let since = metadata.modified().ok()?.duration_since(std::time::UNIX_EPOCH).ok()?;
    let mtime = entry::stat::Time { secs: u32::try_from(since.as_secs()).ok()?, nsecs: since.subsec_nanos() };
    Some(entry::Stat { mtime, size: u32::try_from(metadata.len()).ok()?, ..*known })
}
