use super::bounds::LARGEST_WITH_LINES;
use super::changes::{branching_point, files_of};
use super::git::GitContext;
use super::object_reader::read_blob;
use super::{ExcludeRules, SourceError, SourceTree, WorkTree};
use crate::model::RepoPath;
use gix::bstr::ByteSlice;
use gix::diff::blob::{Algorithm, InternedInput, diff_with_slider_heuristics};
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

impl GitContext {
    /// The lines of the work tree (from 1) that were added or changed since the branch left `revision`, committed or
    /// not. Files without added or changed lines, such as those that only lost lines, are left out. Line ends do not
    /// count as a change.
    ///
    /// # Errors
    /// No such revision, no work tree, or missing history (a shallow clone).
    pub fn lines_changed_since(
        &self,
        revision: &str,
    ) -> Result<BTreeMap<RepoPath, Vec<RangeInclusive<u32>>>, SourceError> {
        let changed = self.changed_since(revision)?;
        let repository = self.local();
        let before = files_of(&repository, &branching_point(&repository, revision, "HEAD")?)?;
        let root = self.work_dir().ok_or_else(|| {
            SourceError::new("a bare repository has no work tree whose lines could have changed")
        })?;
        let tree = WorkTree::open(root, &ExcludeRules::none())?;
        let listing = tree.listing()?;
        let mut lines = BTreeMap::new();
        for path in changed {
            let Ok(index) = listing.entries.binary_search_by(|entry| entry.path.cmp(&path)) else { continue };
            let entry = &listing.entries[index];
            if entry.size.is_some_and(|size| size > LARGEST_WITH_LINES) {
                continue;
            }
            let now = tree.read(entry)?;
            let then = match before.get(&path) {
                Some(blob) => read_blob(&repository, gix::ObjectId::Sha1(blob.0), &path)?,
                None => Vec::new(),
            };
            let added = added_lines(&then, &now);
            if !added.is_empty() {
                lines.insert(path, added);
            }
        }
        Ok(lines)
    }
}

/// The lines of `now` (from 1) that are not in `then`.
fn added_lines(then: &[u8], now: &[u8]) -> Vec<RangeInclusive<u32>> {
    let (then, now) = (then.replace("\r\n", "\n"), now.replace("\r\n", "\n"));
    let input = InternedInput::new(then.as_slice(), now.as_slice());
    let diff = diff_with_slider_heuristics(Algorithm::Histogram, &input);
    let hunks = diff.hunks().filter(|hunk| !hunk.after.is_empty());
    hunks.map(|hunk| hunk.after.start + 1..=hunk.after.end).collect()
}

#[cfg(test)]
mod tests {
    use super::added_lines;

    #[test]
    fn added_and_changed_lines_are_named_and_line_ends_do_not_count() {
        let then = b"one\ntwo\nthree\nfour\n";
        assert_eq!(added_lines(then, b"one\n2\nthree\nfour\nfive\nsix\n"), [2..=2, 5..=6]);
        assert_eq!(added_lines(then, b"one\r\ntwo\r\nthree\r\nfour\r\n"), []);
        assert_eq!(added_lines(then, b"one\nfour\n"), []);
        assert_eq!(added_lines(b"", b"one\ntwo"), [1..=2]);
    }
}
