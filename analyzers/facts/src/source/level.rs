//! The entries of one tree object by name.
//!
//! Git checks out trees that its own check of objects (`git fsck`) reports as broken, and a server accepts them unless
//! `receive.fsckObjects` is set: two entries of one name, a slash in a name, entries out of order. In a map by name,
//! one of them would hide another. So a judged tree must be sound, and ambiguous entries of an older tree are left out
//! of the comparison.

use super::git::CommitId;
use super::object_reader::{missing, read_blob};
use super::revision_tree::join;
use super::{SkipReason, SourceError, bounds};
use crate::hash::HashSet;
use crate::model::RepoPath;
use gix::ObjectId;
use gix::objs::tree::EntryMode;
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// They are walked in this order, so the first missing object is the one that is reported.
pub(super) type Level = BTreeMap<Vec<u8>, (EntryMode, ObjectId)>;

/// Counts an entry with a path of this many bytes.
type Count<'a> = &'a mut dyn FnMut(usize) -> Result<(), SourceError>;

/// The entries of a judged tree, at `folder` of `commit`.
///
/// # Errors
/// The tree cannot be read, is broken, or is nested too deeply to be judged.
pub(super) fn judged(
    repository: &gix::Repository,
    id: ObjectId,
    (folder, commit): (&[u8], Option<CommitId>),
    count: Count<'_>,
) -> Result<Level, SourceError> {
    let mut level = Level::default();
    let mut last: Option<(Vec<u8>, bool)> = None;
    let refuse = |name: &[u8], what: &str, help: &str| {
        let path = RepoPath::new(join(folder, &bounds::without_slashes(name)));
        let place = commit
            .map_or_else(|| format!("tree {}", id.to_hex_with_len(7)), |id| format!("commit {}", id.short()));
        Err(SourceError::new(format!("{path} in {place}: {what}, so it cannot be judged; {help}")))
    };
    let broken = |name: &[u8], what: &str| {
        refuse(
            name,
            what,
            "`git fsck` shows broken trees: `git read-tree` of one, `git rm --cached` of the entry and `git write-tree` make \
             a sound one; no commit that is pushed may have the broken one",
        )
    };
    entries(repository, id, folder, count, &mut |name, mode, oid| {
        match bounds::refused(name, &join(folder, name)) {
            Some(SkipReason::ForbiddenName(what)) => {
                return broken(name, &format!("{what}, which Git forbids in a tree"));
            }
            Some(reason) => {
                return refuse(name, &reason.to_string(), "shorten the path in every commit that is pushed");
            }
            None => {}
        }
        if level.insert(name.to_vec(), (mode, oid)).is_some() {
            return broken(name, "two entries of the tree have this name, which Git forbids");
        }
        let is_tree = mode.is_tree();
        let is_sorted = last.as_ref().is_none_or(|(last, was_tree)| {
            in_order_of_git((last, *was_tree), (name, is_tree)) == Ordering::Less
        });
        last = Some((name.to_vec(), is_tree));
        if is_sorted {
            Ok(())
        } else {
            broken(name, "the entries of the tree are not sorted as Git sorts them")
        }
    })?;
    Ok(level)
}

/// The entries of a tree that others are compared with, except for names that no file can have and duplicate names.
///
/// # Errors
/// The tree cannot be read.
pub(super) fn known(
    repository: &gix::Repository,
    id: ObjectId,
    folder: &[u8],
    count: Count<'_>,
) -> Result<Level, SourceError> {
    let mut level = Level::default();
    let mut doubtful: HashSet<Vec<u8>> = HashSet::default();
    entries(repository, id, folder, count, &mut |name, mode, oid| {
        let is_refused = bounds::refused(name, &join(folder, name)).is_some();
        if !is_refused && level.insert(name.to_vec(), (mode, oid)).is_some() {
            doubtful.insert(name.to_vec());
        }
        Ok(())
    })?;
    level.retain(|name, _| !doubtful.contains(name));
    Ok(level)
}

/// The callback for each entry: its name, its mode, its object.
type Each<'a> = dyn FnMut(&[u8], EntryMode, ObjectId) -> Result<(), SourceError> + 'a;

fn entries(
    repository: &gix::Repository,
    id: ObjectId,
    folder: &[u8],
    count: Count<'_>,
    each: &mut Each<'_>,
) -> Result<(), SourceError> {
    let name = RepoPath::new(if folder.is_empty() { b".".to_vec() } else { folder.to_vec() });
    let bytes = read_blob(repository, id, &name)?;
    for entry in gix::objs::TreeRefIter::from_bytes(&bytes, id.kind()) {
        let entry = entry.map_err(|error| missing(repository, &name, &error))?;
        count(folder.len() + 1 + entry.filename.len())?;
        each(entry.filename, entry.mode, entry.oid.to_owned())?;
    }
    Ok(())
}

/// Git sorts a folder as if its name ended with a slash.
fn in_order_of_git((a, a_is_tree): (&[u8], bool), (b, b_is_tree): (&[u8], bool)) -> Ordering {
    let key = |name: &[u8], is_tree: bool, at: usize| match name.get(at) {
        Some(byte) => *byte,
        None if is_tree => b'/',
        None => 0,
    };
    let common = a.len().min(b.len());
    a[..common].cmp(&b[..common]).then_with(|| key(a, a_is_tree, common).cmp(&key(b, b_is_tree, common)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_sorted_as_if_they_ended_with_a_slash() {
        let order =
            |a: (&str, bool), b: (&str, bool)| in_order_of_git((a.0.as_bytes(), a.1), (b.0.as_bytes(), b.1));
        assert_eq!(order(("a", false), ("b", false)), Ordering::Less);
        assert_eq!(order(("a", false), ("a.b", false)), Ordering::Less);
        assert_eq!(order(("a.b", false), ("a", true)), Ordering::Less);
        assert_eq!(order(("a", true), ("a0", false)), Ordering::Less);
        assert_eq!(order(("ab", false), ("a", true)), Ordering::Greater);
        assert_eq!(order(("a", true), ("a", true)), Ordering::Equal);
    }
}
