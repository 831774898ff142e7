//! How much of a tree is listed, how large files may be, and how a listing is cancelled.
//!
//! A repository is untrusted: a dozen objects of 220 KB can expand to 10^10 files, and folders can be nested without
//! end. The largest known repositories stay below these limits (Linux has 90,000 files in 10 levels, Chromium 500,000,
//! with paths of up to 260 bytes).

use super::{SkipReason, SourceError, confined};
use gix::bstr::ByteSlice;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// Called periodically during long work; true cancels it with an error.
pub type Cancelled<'a> = &'a (dyn Fn() -> bool + Sync);

/// The most files and folders of one tree, including those that are left out: four times Chromium. Each takes some 200
/// bytes of memory.
pub(super) const MOST_ENTRIES: usize = 2_000_000;
/// The most bytes of all their paths together: 256 for each.
pub(super) const MOST_PATH_BYTES: u64 = 512 << 20;
/// The most bytes of a path: no system opens longer ones (`PATH_MAX` of Linux).
const LONGEST_PATH: usize = 4096;
/// The most folders above a file. Git itself stops at 2,048 (`core.maxTreeDepth`); analyses that recurse into folders
/// need stack space.
const DEEPEST: usize = 512;
/// Entries between two cancellation checks.
const QUESTION_STEP: usize = 256;

/// Larger files and objects (in bytes) are never read, for any purpose.
pub(crate) const LARGEST_READ: u64 = 1 << 30;
/// The lines of larger files (in bytes) are not compared: Git treats them as binary too.
pub(crate) const LARGEST_WITH_LINES: u64 = 64 << 20;
/// Larger .gitattributes, .gitignore and .mailmap files (in bytes) are not read. The largest known one is Linux's
/// .mailmap, with 60 KB.
pub(crate) const LARGEST_RULES: u64 = 4 << 20;
/// The most patterns of .gitattributes or .gitignore files that apply to one file, from its folder and all folders
/// above: each may be compared with it. A template for .NET has 300 of them.
pub(crate) const MOST_RULES: usize = 20_000;
/// The same for all folders of one tree together. They are kept in memory.
pub(crate) const MOST_RULES_IN_ALL: usize = 2_000_000;
/// The most `**/` in one pattern. For each of them the matcher first tries to leave it out, so each doubles the work: up
/// to 2^n times the pattern is searched for in the whole path, and that for every folder of the path.
pub(crate) const MOST_DOUBLE_STARS: usize = 3;

/// Counts the entries of a listing, from any thread.
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
    /// There are too many entries, or the listing was cancelled.
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

    /// How many more entries are allowed.
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
/// The work was cancelled.
pub(crate) fn go_on(cancelled: Option<Cancelled<'_>>) -> Result<(), SourceError> {
    match cancelled.is_some_and(|cancelled| cancelled()) {
        true => Err(SourceError::new("interrupted")),
        false => Ok(()),
    }
}

/// Why an entry of a folder is left out, whatever its type: its name is one that Git forbids, or no system can open its
/// path.
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

/// True for a pattern that could match in too many ways. Comments never do, consecutive stars count once, and stars
/// without a slash after them count nothing: at the end they match at once, elsewhere they mean `*`.
pub(super) fn has_many_ways(line: &[u8]) -> bool {
    let double = line.windows(3).filter(|three| matches!(three, [b'*', b'*', b'/' | b'\\']));
    !line.starts_with(b"#") && double.count() > MOST_DOUBLE_STARS
}

/// A name that Git forbids, in a form for listings: with slashes it would look like a path that leads somewhere.
pub(super) fn without_slashes(name: &[u8]) -> Vec<u8> {
    name.replace(b"/", b"\\x2F")
}

/// True for a path that no system can open, or that is too deep.
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
        assert!(has_many_ways(&b"**/a/".repeat(4)));
        assert!(has_many_ways(&b"***\\/a/".repeat(4)), "an escaped slash is one");
        assert!(!has_many_ways(&b"**/a/".repeat(3)));
        assert!(!has_many_ways(b"**/a/**/b/**/c/**"), "the last one ends the pattern");
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
