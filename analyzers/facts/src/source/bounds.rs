//! How much of a tree is listed, how large files may be, and how a listing is cancelled.
//!
//! A repository is untrusted: a dozen objects of 220 KB can stand for 10^10 files, and a chain of folders has no
//! natural end. The largest repositories that are known stay below these limits (Linux has 90,000 files in 10 levels,
//! Chromium 500,000, with paths of up to 260 bytes).

use super::{SkipReason, SourceError, confined};
use gix::bstr::ByteSlice;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// Asked now and then by what takes long; true ends it with an error.
pub type Cancelled<'a> = &'a (dyn Fn() -> bool + Sync);

/// Files and folders of one tree, also those that are left out: four times Chromium. Each takes some 200 bytes of memory.
pub(super) const MOST_ENTRIES: usize = 2_000_000;
/// Bytes of all their paths together: 256 for each.
pub(super) const MOST_PATH_BYTES: u64 = 512 << 20;
/// Bytes of a path: no system opens longer ones (`PATH_MAX` of Linux).
const LONGEST_PATH: usize = 4096;
/// Folders above a file. Git itself stops at 2,048 (`core.maxTreeDepth`); analyses that follow folders need room on the stack.
const DEEPEST: usize = 512;
/// Entries between two questions whether to stop.
const QUESTION_STEP: usize = 256;

/// A file or object of more bytes is never read, whatever it is for.
pub(crate) const LARGEST_READ: u64 = 1 << 30;
/// A file of more bytes has no lines that are compared: as in Git, where it counts as binary.
pub(crate) const LARGEST_WITH_LINES: u64 = 64 << 20;
/// A .gitattributes, .gitignore or .mailmap file of more bytes is not read. Linux has 60 KB of .mailmap, the largest of them.
pub(crate) const LARGEST_RULES: u64 = 4 << 20;
/// Patterns of .gitattributes or .gitignore files that mention one file, those of its folder and of all above it: each may be
/// compared with it. A template for .NET has 300 of them.
pub(crate) const MOST_RULES: usize = 20_000;
/// The same of all folders of one tree together. They are held in memory.
pub(crate) const MOST_RULES_IN_ALL: usize = 2_000_000;
/// `**` of one pattern: each of them nearly doubles the ways in which a path may match.
pub(crate) const MOST_DOUBLE_STARS: usize = 8;

/// Counts what a listing meets, from any thread.
pub(super) struct Bounds<'a> {
    what: String,
    cancelled: Option<Cancelled<'a>>,
    entries: AtomicUsize,
    path_bytes: AtomicU64,
}

impl<'a> Bounds<'a> {
    /// For the tree that errors call `what`, e.g. `revision 1a2b3c4`.
    pub(super) fn new(what: String, cancelled: Option<Cancelled<'a>>) -> Self {
        Bounds { what, cancelled, entries: AtomicUsize::new(0), path_bytes: AtomicU64::new(0) }
    }

    /// Counts an entry with a path of this many bytes.
    ///
    /// # Errors
    /// It is one too many, or the listing was asked to stop.
    pub(super) fn count(&self, path_bytes: usize) -> Result<(), SourceError> {
        let entries = self.entries.fetch_add(1, Ordering::Relaxed);
        let bytes = self.path_bytes.fetch_add(path_bytes as u64, Ordering::Relaxed);
        if entries >= MOST_ENTRIES {
            return Err(self.too_much(&format!("{MOST_ENTRIES} files and folders")));
        }
        if bytes.saturating_add(path_bytes as u64) > MOST_PATH_BYTES {
            return Err(self.too_much(&format!("{MOST_PATH_BYTES} bytes of paths")));
        }
        if entries.is_multiple_of(QUESTION_STEP) {
            go_on(self.cancelled)?;
        }
        Ok(())
    }

    /// How many entries may still come.
    pub(super) fn left(&self) -> usize {
        MOST_ENTRIES.saturating_sub(self.entries.load(Ordering::Relaxed))
    }

    fn too_much(&self, limit: &str) -> SourceError {
        SourceError::new(format!(
            "{}: too many files: more than {limit}, the most that are listed; name a folder of it",
            self.what
        ))
    }
}

/// # Errors
/// The work was asked to stop.
pub(crate) fn go_on(cancelled: Option<Cancelled<'_>>) -> Result<(), SourceError> {
    match cancelled.is_some_and(|cancelled| cancelled()) {
        true => Err(SourceError::new("interrupted")),
        false => Ok(()),
    }
}

/// Why an entry of a folder is left out whatever it is: its name is one that Git forbids, or nothing could open its path.
pub(super) fn refused(name: &[u8], path: &[u8]) -> Option<SkipReason> {
    if let Some(forbidden) = confined::forbidden_part(name) {
        return Some(SkipReason::ForbiddenName(forbidden.what));
    }
    is_too_long(path).then_some(SkipReason::PathTooLong { bytes: LONGEST_PATH, folders: DEEPEST })
}

/// The same for a whole path.
pub(super) fn refused_path(path: &[u8]) -> Option<SkipReason> {
    let mut parts = path.split(|byte| *byte == b'/');
    parts
        .find_map(confined::forbidden_part)
        .map(|forbidden| SkipReason::ForbiddenName(forbidden.what))
        .or_else(|| {
            is_too_long(path).then_some(SkipReason::PathTooLong { bytes: LONGEST_PATH, folders: DEEPEST })
        })
}

/// True for a pattern that would be tried in too many ways. A comment is none, and stars in a row are one.
pub(super) fn has_many_ways(line: &[u8]) -> bool {
    let runs = line.split(|byte| *byte != b'*').filter(|stars| stars.len() > 1);
    !line.starts_with(b"#") && runs.count() > MOST_DOUBLE_STARS
}

/// A name that Git forbids, as it may be listed: with its slashes it would read like a path that leads somewhere.
pub(super) fn without_slashes(name: &[u8]) -> Vec<u8> {
    name.replace(b"/", b"\\x2F")
}

/// True for a path that nothing could open, or that is too deep.
pub(crate) fn is_too_long(path: &[u8]) -> bool {
    path.len() > LONGEST_PATH || path.iter().filter(|byte| **byte == b'/').count() > DEEPEST
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listing_ends_at_its_limits_and_when_it_is_told_to_stop() {
        let bounds = Bounds::new("this".to_owned(), None);
        for _ in 0..MOST_ENTRIES {
            bounds.count(1).expect("as many as are allowed");
        }
        let error = bounds.count(1).expect_err("one too many").to_string();
        assert!(error.contains("this: too many files: more than 2000000 files and folders"), "{error}");
        let bounds = Bounds::new("this".to_owned(), None);
        assert!(bounds.count(MOST_PATH_BYTES as usize).is_ok());
        assert!(bounds.count(1).expect_err("too long").to_string().contains("bytes of paths"));
        let stop = || true;
        let bounds = Bounds::new("this".to_owned(), Some(&stop));
        assert_eq!(bounds.count(1).expect_err("told to stop").to_string(), "interrupted");
    }

    #[test]
    fn banners_in_comments_and_rows_of_stars_are_no_patterns_with_many_ways() {
        assert!(has_many_ways(&b"**/a/".repeat(9)));
        assert!(!has_many_ways(&b"**/a/".repeat(8)));
        assert!(has_many_ways(&[b" #", &b"**/a/".repeat(9)[..]].concat()), "a space makes it a pattern");
        assert!(!has_many_ways(b"# ** ** ** ** ** ** ** ** ** ** ** **"));
        assert!(!has_many_ways(b"****************************"));
    }

    #[test]
    fn names_and_paths_that_nothing_may_open_are_refused() {
        assert_eq!(refused(b"a", b"a"), None);
        assert!(matches!(refused(b"..", b"x/.."), Some(SkipReason::ForbiddenName(_))));
        assert!(matches!(refused_path(b"a/.git/config"), Some(SkipReason::ForbiddenName(_))));
        assert!(matches!(refused_path(b"/etc/passwd"), Some(SkipReason::ForbiddenName(_))));
        assert_eq!(refused_path(&b"d/".repeat(DEEPEST)[..2 * DEEPEST - 1]), None);
        let deep = b"d/".repeat(DEEPEST + 1);
        assert!(matches!(refused(b"f", &[&deep[..], b"f"].concat()), Some(SkipReason::PathTooLong { .. })));
        assert!(matches!(refused_path(&vec![b'x'; LONGEST_PATH + 1]), Some(SkipReason::PathTooLong { .. })));
    }
}
