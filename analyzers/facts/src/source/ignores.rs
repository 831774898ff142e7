//! What .gitignore files, `.git/info/exclude` and `core.excludesFile` leave out (gitignore(5)).

use super::bounds::{self, LARGEST_RULES, MOST_DOUBLE_STARS, MOST_RULES};
use super::confined::{self, Unread};
use super::{SourceError, git, object_reader};
use crate::model::RepoPath;
use gix::bstr::ByteSlice;
use gix::glob::pattern::Case;
use gix::ignore::Search;
use gix::ignore::search::Ignore;
use gix::index::entry::{Flags, Mode, Stage};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

/// How .gitignore files of a tree are read.
pub(super) struct IgnoreFiles<'a> {
    root: &'a Path,
    git: Option<(gix::ThreadSafeRepository, &'a gix::index::File)>,
    case: Case,
    /// From the lowest to the highest precedence.
    outer: Search,
    lines: AtomicUsize,
}

/// The rules of a folder and of those above it.
pub(super) struct FolderRules {
    above: Option<Arc<FolderRules>>,
    folder: Vec<u8>,
    own: Option<Search>,
    is_ignored: OnceLock<bool>,
}

impl<'a> IgnoreFiles<'a> {
    /// Of a folder outside Git.
    pub(super) fn outside_git(root: &'a Path) -> Self {
        let (outer, lines) = (Search::default(), AtomicUsize::new(0));
        IgnoreFiles { root, git: None, case: Case::Sensitive, outer, lines }
    }

    /// Of the work tree of a repository.
    ///
    /// # Errors
    /// A file with rules outside of the tree is there, and cannot be read.
    pub(super) fn in_repository(
        root: &'a Path,
        repository: &gix::Repository,
        index: &'a gix::index::File,
    ) -> Result<Self, SourceError> {
        let mut files =
            IgnoreFiles { git: Some((repository.clone().into_sync(), index)), ..Self::outside_git(root) };
        files.case = git::case(repository);
        let config = repository.config_snapshot();
        let configured = config.trusted_path("core.excludesFile").map_err(|error| {
            SourceError::new(format!("the setting core.excludesFile cannot be understood: {error}"))
        })?;
        let info = repository.common_dir().join("info").join("exclude");
        for file in configured.or_else(|| git::user_file("ignore")).into_iter().chain([info]) {
            match confined::read_regular(&file, LARGEST_RULES) {
                Ok(bytes) => {
                    let rules = files.parse(&bytes, file, None)?;
                    files.outer.patterns.extend(rules.patterns);
                }
                Err(Unread::Missing | Unread::Folder) => {}
                Err(why) => {
                    return Err(SourceError::new(format!(
                        "the ignore rules of {} cannot be read: {}: {why}; the setting core.excludesFile names a text \
                         file, and .git/info/exclude is one",
                        root.display(),
                        file.display()
                    )));
                }
            }
        }
        Ok(files)
    }

    /// The rules of a folder. `has_file` tells whether a .gitignore lies in it.
    ///
    /// # Errors
    /// There are too many rules. A .gitignore that is a link, or cannot be read, has none.
    pub(super) fn of_folder(
        &self,
        above: Option<Arc<FolderRules>>,
        folder: &[u8],
        has_file: bool,
    ) -> Result<Arc<FolderRules>, SourceError> {
        let path = super::revision_tree::join(folder, b".gitignore");
        let bytes = match has_file {
            true => match confined::read_listed(self.root, &RepoPath::new(path.clone()), LARGEST_RULES) {
                Ok(bytes) => Some(bytes),
                Err(why @ Unread::TooLarge { .. }) => {
                    return Err(SourceError::new(format!(
                        "the ignore rules in {} are not read: {why}; shorten the file",
                        RepoPath::new(path)
                    )));
                }
                Err(_) => None,
            },
            false => self.in_index(&path),
        };
        let own = bytes.map(|bytes| self.parse(&bytes, git::path_from_bytes(&path), Some(Path::new(""))));
        let (folder, own, is_ignored) = (folder.to_vec(), own.transpose()?, OnceLock::new());
        Ok(Arc::new(FolderRules { above, folder, own, is_ignored }))
    }

    /// The rules of a folder and of all above it, from the root on.
    ///
    /// # Errors
    /// As [`IgnoreFiles::of_folder`].
    pub(super) fn down_to(&self, folder: &[u8]) -> Result<Arc<FolderRules>, SourceError> {
        let has_file = |folder: &[u8]| {
            let path = self.root.join(git::path_from_bytes(folder)).join(".gitignore");
            path.symlink_metadata().is_ok()
        };
        let mut rules = self.of_folder(None, b"", has_file(b""))?;
        let ends = folder.iter().enumerate().filter(|(_, byte)| **byte == b'/').map(|(end, _)| end);
        for end in ends.chain((!folder.is_empty()).then_some(folder.len())) {
            rules = self.of_folder(Some(rules), &folder[..end], has_file(&folder[..end]))?;
        }
        Ok(rules)
    }

    /// True for what the rules leave out. `rules` are those of the folder that it lies in.
    pub(super) fn matches(&self, rules: &FolderRules, path: &[u8], is_folder: bool) -> bool {
        if rules.is_ignored(self) {
            return true;
        }
        let verdict = |search: &Search| {
            let found = search.pattern_matching_relative_path(path.as_bstr(), Some(is_folder), self.case);
            found.map(|found| !found.pattern.is_negative())
        };
        let mut next = Some(rules);
        while let Some(rules) = next {
            if let Some(ignored) = rules.own.as_ref().and_then(verdict) {
                return ignored;
            }
            next = rules.above.as_deref();
        }
        verdict(&self.outer).unwrap_or(false)
    }

    /// The .gitignore that stands in the index, and not in a sparse checkout.
    fn in_index(&self, path: &[u8]) -> Option<Vec<u8>> {
        let (repository, index) = self.git.as_ref()?;
        let entry = index.entry_by_path_and_stage(path.as_bstr(), Stage::Unconflicted)?;
        let is_left_out = entry.flags.contains(Flags::SKIP_WORKTREE) && entry.mode != Mode::SYMLINK;
        let read = || {
            let repository = repository.to_thread_local();
            object_reader::read_up_to(&repository, entry.id, LARGEST_RULES, &".gitignore").ok()
        };
        is_left_out.then(read).flatten()
    }

    fn parse(&self, bytes: &[u8], file: PathBuf, root: Option<&Path>) -> Result<Search, SourceError> {
        let lines = bytes.find_iter(b"\n").count() + 1;
        if self.lines.fetch_add(lines, Ordering::Relaxed) + lines > MOST_RULES {
            return Err(SourceError::new(format!(
                "the .gitignore files of {} have more than {MOST_RULES} lines; every one is compared with many files",
                self.root.display()
            )));
        }
        if bytes.lines().any(bounds::has_many_ways) {
            return Err(SourceError::new(format!(
                "{} has a pattern with more than {MOST_DOUBLE_STARS} `**`; write a simpler one",
                file.display()
            )));
        }
        let mut search = Search::default();
        // Fails only where a path has no parent or is not representable; such a file has no rules to give.
        let _ = search.add_patterns_buffer(bytes, file, root, Ignore { support_precious: false });
        Ok(search)
    }
}

impl FolderRules {
    /// True when the folder itself is left out, and all in it.
    pub(super) fn is_ignored(&self, files: &IgnoreFiles<'_>) -> bool {
        let above = || self.above.as_ref().is_some_and(|above| files.matches(above, &self.folder, true));
        *self.is_ignored.get_or_init(above)
    }
}
