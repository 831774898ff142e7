//! The rules of .gitignore files, `.git/info/exclude` and `core.excludesFile` (gitignore(5)).

use super::bounds::{self, LARGEST_RULES, MOST_RULES, MOST_RULES_IN_ALL};
use super::confined::{self, Unread};
use super::git_errors::own_words;
use super::{SourceError, git, object_reader};
use crate::model::RepoPath;
use gix::bstr::ByteSlice;
use gix::glob::pattern::Case;
use gix::ignore::Search;
use gix::ignore::search::Ignore;
use gix::index::entry::{Flags, Mode, Stage};
use std::io::ErrorKind;
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
    outer_patterns: usize,
    /// Of all folders.
    patterns: AtomicUsize,
}

/// The rules of a folder and of those above it.
pub(super) struct FolderRules {
    above: Option<Arc<FolderRules>>,
    folder: Vec<u8>,
    own: Option<Search>,
    /// How many patterns there are.
    patterns: usize,
    is_ignored: OnceLock<bool>,
}

impl<'a> IgnoreFiles<'a> {
    /// For a folder outside Git.
    pub(super) fn outside_git(root: &'a Path) -> Self {
        let (outer, patterns) = (Search::default(), AtomicUsize::new(0));
        IgnoreFiles { root, git: None, case: Case::Sensitive, outer, outer_patterns: 0, patterns }
    }

    /// For the work tree of a repository.
    ///
    /// # Errors
    /// A file with rules outside the tree exists but cannot be read.
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
            let why = own_words(&error);
            SourceError::new(format!("the setting core.excludesFile cannot be understood: {why}"))
        })?;
        let info = repository.common_dir().join("info").join("exclude");
        for file in configured.or_else(|| git::user_file("ignore")).into_iter().chain([info]) {
            match confined::read_regular(&file, LARGEST_RULES) {
                Ok(bytes) => {
                    let (rules, patterns) = files.parse(&bytes, file, None, files.outer_patterns)?;
                    files.outer.patterns.extend(rules.patterns);
                    files.outer_patterns = patterns;
                }
                Err(why) if is_as_good_as_empty(&file, &why) => {}
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

    /// The rules of a folder. `has_file` tells whether it has a .gitignore.
    ///
    /// # Errors
    /// There are too many patterns, or the file is too large. A .gitignore that is a link, or cannot be read, counts as
    /// empty.
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
        let inherited = above.as_ref().map_or(self.outer_patterns, |above| above.patterns);
        let parse =
            |bytes: Vec<u8>| self.parse(&bytes, git::path_from_bytes(&path), Some(Path::new("")), inherited);
        let (own, patterns) = match bytes.map(parse).transpose()? {
            Some((own, patterns)) => (Some(own), patterns),
            None => (None, inherited),
        };
        let (folder, is_ignored) = (folder.to_vec(), OnceLock::new());
        Ok(Arc::new(FolderRules { above, folder, own, patterns, is_ignored }))
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

    /// True for a path that the rules ignore. `rules` are those of its folder.
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

    /// The .gitignore in the index that a sparse checkout leaves out.
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

    /// The rules of a file, and the number of its patterns plus the `inherited` ones. A pattern that could match in too
    /// many ways matches nothing.
    fn parse(
        &self,
        bytes: &[u8],
        file: PathBuf,
        root: Option<&Path>,
        inherited: usize,
    ) -> Result<(Search, usize), SourceError> {
        let kept: Vec<&[u8]> = bytes.lines_with_terminator().filter(|line| is_pattern(line)).collect();
        let too_many = |most: usize, what: &str| {
            SourceError::new(format!(
                "the .gitignore files {what} have more than {most} patterns, the most that are read; {} is the last of \
                 them",
                file.display()
            ))
        };
        let patterns = inherited + kept.len();
        if patterns > MOST_RULES {
            return Err(too_many(MOST_RULES, "of one folder and of those above it"));
        }
        if self.patterns.fetch_add(kept.len(), Ordering::Relaxed) + kept.len() > MOST_RULES_IN_ALL {
            return Err(too_many(MOST_RULES_IN_ALL, &format!("of {}", self.root.display())));
        }
        let mut search = Search::default();
        // Fails only if a path has no parent or is not representable; then the file has no rules.
        let _ = search.add_patterns_buffer(&kept.concat(), file, root, Ignore { support_precious: false });
        Ok((search, patterns))
    }
}

/// True for a line that is neither blank nor a comment, and cannot match in too many ways.
fn is_pattern(line: &[u8]) -> bool {
    !line.trim().is_empty() && !line.starts_with(b"#") && !bounds::has_many_ways(line)
}

/// Files of rules that Git skips too: they are missing or switched off, or their folder belongs to another user, e.g.
/// because HOME does.
fn is_as_good_as_empty(file: &Path, why: &Unread) -> bool {
    match why {
        Unread::Missing | Unread::Folder => true,
        Unread::Failed(error) => error.kind() == ErrorKind::PermissionDenied,
        _ => confined::is_null_device(file),
    }
}

impl FolderRules {
    /// True if the folder itself is ignored, with everything in it.
    pub(super) fn is_ignored(&self, files: &IgnoreFiles<'_>) -> bool {
        let above = || self.above.as_ref().is_some_and(|above| files.matches(above, &self.folder, true));
        *self.is_ignored.get_or_init(above)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str, inherited: usize) -> Result<usize, SourceError> {
        let files = IgnoreFiles::outside_git(Path::new("/r"));
        let parsed = files.parse(text.as_bytes(), PathBuf::from(".gitignore"), None, inherited);
        parsed.map(|(_, patterns)| patterns)
    }

    #[test]
    fn patterns_count_and_no_blank_lines_or_comments() {
        assert_eq!(parsed("# a\n\n  \r\na\n#b\n!c\n", 5).expect("few"), 7);
        let comments = "# a comment\n\n".repeat(MOST_RULES);
        assert_eq!(parsed(&comments, MOST_RULES).expect("none is a pattern"), MOST_RULES);
        let error = parsed("a", MOST_RULES).expect_err("one too many").to_string();
        assert!(error.contains("more than 20000 patterns"), "{error}");
    }

    #[test]
    fn a_pattern_with_many_double_stars_is_left_out() {
        assert_eq!(parsed("**/a/**/a/**/a/**/b\n**/a/**/b/**/c/**\n", 0).expect("few"), 1);
        assert_eq!(parsed("# **/a/**/a/**/a/**/b\n!**/a/**/a/**/a/**/b\n", 0).expect("none is kept"), 0);
    }

    /// `git check-ignore` also continues if the file of rules cannot be read (it warns).
    #[test]
    fn what_is_switched_off_or_another_user_s_has_no_rules() {
        let denied = Unread::Failed(ErrorKind::PermissionDenied.into());
        assert!(is_as_good_as_empty(Path::new("/home/other/.config/git/ignore"), &denied));
        assert!(!is_as_good_as_empty(Path::new("/r/x"), &Unread::Failed(ErrorKind::Other.into())));
        if cfg!(unix) {
            assert!(is_as_good_as_empty(Path::new("/dev/null"), &Unread::NotRegular));
            assert!(!is_as_good_as_empty(Path::new("/dev/zero"), &Unread::NotRegular));
        }
    }
}
