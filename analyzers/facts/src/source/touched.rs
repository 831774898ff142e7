//! Which files a commit or a push touches.

use super::bounds::{self, Bounds, LARGEST_RULES};
use super::git::{self, CommitId, GitContext};
use super::git_errors::own_words;
use super::level::{self, Level};
use super::object_reader::missing;
use super::revision_tree::join;
use super::{SourceError, confined};
use crate::hash::HashSet;
use crate::model::RepoPath;
use gix::index::entry::{Flags, Mode, Stage};
use std::collections::BTreeSet;

impl GitContext {
    /// The files that a commit of the index would touch, sorted: those whose staged content or mode is in none of its
    /// future parents (HEAD and, in a merge, the merged commits), and those that it would delete. Unmerged files are
    /// included, files that were only announced (`git add --intent-to-add`) are not.
    ///
    /// # Errors
    /// HEAD, the index or an object cannot be read.
    pub fn touched_by_index(&self) -> Result<Vec<RepoPath>, SourceError> {
        let repository = self.local();
        let index = git::open_index(&repository)?;
        let head = self.head()?;
        let parents: Vec<CommitId> = head.into_iter().chain(self.merge_heads()).collect();
        in_all(&parents, |parent| {
            let mut difference = Difference::new(&repository);
            let tree = parent.map(|parent| tree_of(&repository, parent)).transpose()?;
            difference.index(&index, tree)?;
            Ok(difference.paths)
        })
    }

    /// The files of commit `tip` that differ from those of every base, including deleted ones; sorted. Without a base:
    /// all of them.
    ///
    /// # Errors
    /// A commit or a tree cannot be read, or a differing tree of `tip` is broken, so that its files are unknown.
    pub fn touched_between(&self, bases: &[CommitId], tip: CommitId) -> Result<Vec<RepoPath>, SourceError> {
        let repository = self.local();
        let after = tree_of(&repository, tip)?;
        in_all(bases, |base| {
            let mut difference = Difference { tip: Some(tip), ..Difference::new(&repository) };
            let before = base.map(|base| tree_of(&repository, base)).transpose()?;
            difference.trees(Vec::new(), before, Some(after))?;
            Ok(difference.paths)
        })
    }

    /// Where the history of `tip` meets known commits: the known parents of its new commits. Empty if it meets none;
    /// `tip` itself if it is known.
    ///
    /// # Errors
    /// The history cannot be read.
    pub fn known_bases(&self, tip: CommitId, known: &[CommitId]) -> Result<Vec<CommitId>, SourceError> {
        let repository = self.local();
        if known.is_empty() {
            return Ok(Vec::new());
        }
        let id = |commit: &CommitId| gix::ObjectId::Sha1(commit.0);
        let unreadable = |error: &(dyn std::error::Error + 'static)| {
            let error = own_words(error);
            SourceError::new(format!(
                "the history of {} in {} cannot be read: {error}",
                tip.short(),
                repository.git_dir().display()
            ))
        };
        let walk = repository.rev_walk([id(&tip)]).with_hidden(known.iter().map(id)).all();
        let mut new = HashSet::default();
        let mut parents = BTreeSet::new();
        for commit in walk.map_err(|error| unreadable(&error))? {
            let commit = commit.map_err(|error| unreadable(&error))?;
            new.insert(commit.id);
            parents.extend(commit.parent_ids.iter().copied());
        }
        if new.is_empty() {
            return Ok(vec![tip]);
        }
        Ok(parents.iter().filter(|id| !new.contains(*id)).map(|id| CommitId::from_git(id)).collect())
    }

    /// Where the history of `tip` meets commits that are `accepted`, even if others are unknown: the nearest accepted
    /// commits before it, without ancestors of other ones. `tip` itself does not count. All commits that can be reached
    /// from `bounds` count as accepted. Empty if there are none.
    ///
    /// # Errors
    /// The history cannot be read.
    pub fn accepted_bases(
        &self,
        tip: CommitId,
        accepted: &dyn Fn(&[CommitId]) -> Vec<bool>,
        bounds: &[CommitId],
    ) -> Result<Vec<CommitId>, SourceError> {
        let repository = self.local();
        let mut level = parents_of(&repository, tip)?;
        let mut is_accepted = accepted(&level);
        // Usually the parents are accepted. If not, the commits after the bounds are listed, and all others count as
        // accepted.
        let after_bounds = match bounds.is_empty() || is_accepted.iter().all(|accepted| *accepted) {
            true => None,
            false => Some(commits_after(&repository, tip, bounds)?),
        };
        let mut bases = BTreeSet::new();
        let mut seen: HashSet<CommitId> = level.iter().copied().collect();
        while !level.is_empty() {
            let mut next = Vec::new();
            for (commit, is_accepted) in level.into_iter().zip(is_accepted) {
                let is_before_bounds = after_bounds.as_ref().is_some_and(|after| !after.contains(&commit));
                match is_accepted || is_before_bounds {
                    true => drop(bases.insert(commit)),
                    false => next.extend(parents_of(&repository, commit)?),
                }
            }
            next.retain(|commit| seen.insert(*commit));
            is_accepted = accepted(&next);
            level = next;
        }
        nearest(&repository, bases.into_iter().collect())
    }

    /// The tree of a commit, as hexadecimal digits.
    ///
    /// # Errors
    /// The commit cannot be read.
    pub fn tree_name(&self, commit: CommitId) -> Result<String, SourceError> {
        Ok(tree_of(&self.local(), commit)?.to_string())
    }

    /// The commits that references under a prefix (`refs/remotes/origin/`; `refs/` for all) point to, tags peeled,
    /// without commits whose objects are missing. Sorted.
    ///
    /// # Errors
    /// The references cannot be read.
    pub fn commits_of_references(&self, prefix: &str) -> Result<Vec<CommitId>, SourceError> {
        let repository = self.local();
        let unreadable = |error: &(dyn std::error::Error + 'static)| {
            let error = own_words(error);
            SourceError::new(format!(
                "the references of {} cannot be read: {error}",
                repository.git_dir().display()
            ))
        };
        let references = repository.references().map_err(|error| unreadable(&error))?;
        let mut commits = BTreeSet::new();
        for reference in references.prefixed(prefix).map_err(|error| unreadable(&error))? {
            let Ok(mut reference) = reference else { continue };
            let commit = reference.peel_to_commit().ok();
            commits.extend(commit.map(|commit| CommitId::from_git(&commit.id)));
        }
        Ok(commits.into_iter().collect())
    }

    /// The commit that an object id of a push leads to, through tags. `None` if it is not a commit (a tag of a tree or
    /// a blob), or if the object is missing.
    pub fn pushed_commit(&self, id: &str) -> Option<CommitId> {
        let repository = self.local();
        let id = gix::ObjectId::from_hex(id.as_bytes()).ok()?;
        let object = repository.find_object(id).ok()?;
        let commit = object.peel_to_kind(gix::objs::Kind::Commit).ok()?;
        Some(CommitId::from_git(&commit.id))
    }

    /// The commits that the next commit merges into HEAD.
    fn merge_heads(&self) -> Vec<CommitId> {
        let text =
            confined::read_regular(&self.git_dir().join("MERGE_HEAD"), LARGEST_RULES).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        text.lines().filter_map(|line| self.pushed_commit(line.trim())).collect()
    }
}

/// The parents of a commit; empty if the history was cut there.
fn parents_of(repository: &gix::Repository, commit: CommitId) -> Result<Vec<CommitId>, SourceError> {
    let id = gix::ObjectId::Sha1(commit.0);
    let cut = repository.shallow_commits().map_err(|error| missing(repository, &id, &error))?;
    if cut.is_some_and(|cut| cut.contains(&id)) {
        return Ok(Vec::new());
    }
    let found = repository.find_commit(id).map_err(|error| missing(repository, &id, &error))?;
    Ok(found.parent_ids().map(|parent| CommitId::from_git(&parent)).collect())
}

/// The commits that can be reached from `tip` and not from `bounds`.
fn commits_after(
    repository: &gix::Repository,
    tip: CommitId,
    bounds: &[CommitId],
) -> Result<HashSet<CommitId>, SourceError> {
    let unreadable = |error: &(dyn std::error::Error + 'static)| {
        let error = own_words(error);
        SourceError::new(format!("the history of {} cannot be read: {error}", tip.short()))
    };
    let id = |commit: &CommitId| gix::ObjectId::Sha1(commit.0);
    let walk = repository.rev_walk([id(&tip)]).with_hidden(bounds.iter().map(id)).all();
    let mut commits = HashSet::default();
    for commit in walk.map_err(|error| unreadable(&error))? {
        commits.insert(CommitId::from_git(&commit.map_err(|error| unreadable(&error))?.id));
    }
    Ok(commits)
}

/// Above this number, commits are not compared in pairs.
const MOST_PAIRED: usize = 16;

/// The commits that are not ancestors of other given commits. If an old commit is merged again, the result must not be
/// compared with that old state: it still has the old faults.
fn nearest(repository: &gix::Repository, bases: Vec<CommitId>) -> Result<Vec<CommitId>, SourceError> {
    let unreadable = |error: &(dyn std::error::Error + 'static)| {
        let error = own_words(error);
        SourceError::new(format!("the history of {} cannot be read: {error}", repository.git_dir().display()))
    };
    let id = |commit: &CommitId| gix::ObjectId::Sha1(commit.0);
    let mut followed: HashSet<CommitId> = HashSet::default();
    if bases.len() <= MOST_PAIRED {
        for base in &bases {
            for other in bases.iter().filter(|other| *other != base) {
                let found = repository.merge_bases_many(id(base), &[id(other)]);
                let found = found.map_err(|error| unreadable(&error))?;
                if found.iter().any(|found| found.detach() == id(base)) {
                    followed.insert(*base);
                }
            }
        }
    } else {
        // Everything before any of them. Dates in commits may be wrong, so no walk stops early because of them.
        let asked: HashSet<CommitId> = bases.iter().copied().collect();
        let mut before = Vec::new();
        for base in &bases {
            before.extend(parents_of(repository, *base)?.iter().map(id));
        }
        for commit in repository.rev_walk(before).all().map_err(|error| unreadable(&error))? {
            let commit = CommitId::from_git(&commit.map_err(|error| unreadable(&error))?.id);
            if asked.contains(&commit) && followed.insert(commit) && followed.len() + 1 == asked.len() {
                break;
            }
        }
    }
    Ok(bases.into_iter().filter(|base| !followed.contains(base)).collect())
}

/// The paths in the results for all bases; without a base, the result for `None`.
fn in_all(
    bases: &[CommitId],
    difference: impl Fn(Option<CommitId>) -> Result<Vec<RepoPath>, SourceError>,
) -> Result<Vec<RepoPath>, SourceError> {
    let Some((first, others)) = bases.split_first() else {
        return Ok(sorted(difference(None)?));
    };
    let mut common = sorted(difference(Some(*first))?);
    for base in others {
        let other: HashSet<RepoPath> = difference(Some(*base))?.into_iter().collect();
        common.retain(|path| other.contains(path));
    }
    Ok(common)
}

fn sorted(mut paths: Vec<RepoPath>) -> Vec<RepoPath> {
    paths.sort_unstable();
    paths.dedup();
    paths
}

fn tree_of(repository: &gix::Repository, commit: CommitId) -> Result<gix::ObjectId, SourceError> {
    let id = gix::ObjectId::Sha1(commit.0);
    let found = repository.find_commit(id).map_err(|error| missing(repository, &id, &error))?;
    Ok(found.tree_id().map_err(|error| missing(repository, &id, &error))?.detach())
}

/// Collects the paths that differ between two trees. Equal trees are never opened.
struct Difference<'r> {
    repository: &'r gix::Repository,
    /// The judged commit; `None` if the index is judged.
    tip: Option<CommitId>,
    paths: Vec<RepoPath>,
    bounds: Bounds<'r>,
}

impl<'r> Difference<'r> {
    fn new(repository: &'r gix::Repository) -> Self {
        let bounds = Bounds::new("what the commits changed".to_owned(), None);
        Difference { repository, tip: None, paths: Vec::new(), bounds }
    }

    /// The entries of an earlier tree.
    fn known(&self, tree: Option<gix::ObjectId>, folder: &[u8]) -> Result<Level, SourceError> {
        let Some(id) = tree else { return Ok(Level::default()) };
        level::known(self.repository, id, folder, &mut |bytes| self.bounds.count(bytes))
    }

    /// The entries of a judged tree.
    fn judged(&self, tree: Option<gix::ObjectId>, folder: &[u8]) -> Result<Level, SourceError> {
        let Some(id) = tree else { return Ok(Level::default()) };
        level::judged(self.repository, id, (folder, self.tip), &mut |bytes| self.bounds.count(bytes))
    }

    fn add(&mut self, path: Vec<u8>) {
        self.paths.push(RepoPath::new(path));
    }

    /// Compares two trees from `folder` on.
    fn trees(
        &mut self,
        folder: Vec<u8>,
        before: Option<gix::ObjectId>,
        after: Option<gix::ObjectId>,
    ) -> Result<(), SourceError> {
        let mut waiting = vec![(folder, before, after)];
        while let Some((folder, before, after)) = waiting.pop() {
            if before == after {
                continue;
            }
            let mut old = self.known(before, &folder)?;
            for (name, (mode, id)) in self.judged(after, &folder)? {
                let path = join(&folder, &name);
                let then = old.remove(&name);
                if then.is_some_and(|then| then == (mode, id)) {
                    continue;
                }
                let then_tree = then.filter(|(then, _)| then.is_tree()).map(|(_, id)| id);
                let then_file = then.is_some_and(|(then, _)| !then.is_tree());
                if mode.is_tree() {
                    if then_file {
                        self.add(path.clone());
                    }
                    waiting.push((path, then_tree, Some(id)));
                } else {
                    self.add(path.clone());
                    if then_tree.is_some() {
                        waiting.push((path, then_tree, None));
                    }
                }
            }
            for (name, (mode, id)) in old {
                let path = join(&folder, &name);
                match mode.is_tree() {
                    true => waiting.push((path, Some(id), None)),
                    false => self.add(path),
                }
            }
        }
        Ok(())
    }

    /// Compares a tree with the index. Skips folders whose tree is unchanged according to the index.
    fn index(&mut self, index: &gix::index::File, before: Option<gix::ObjectId>) -> Result<(), SourceError> {
        let entries = index.entries();
        let mut waiting = vec![(Vec::new(), 0..entries.len(), before, index.tree())];
        while let Some((folder, range, before, cached)) = waiting.pop() {
            let known = cached.filter(|tree| tree.num_entries.is_some()).map(|tree| tree.id);
            if known.is_some() && known == before {
                continue;
            }
            let mut old = self.known(before, &folder)?;
            let start = if folder.is_empty() { 0 } else { folder.len() + 1 };
            let mut next = range.start;
            while next < range.end {
                let entry = &entries[next];
                let path = entry.path(index).to_vec();
                self.bounds.count(path.len())?;
                if bounds::refused_path(path.strip_suffix(b"/").unwrap_or(&path)).is_some() {
                    next += 1;
                    continue;
                }
                let rest = &path[start.min(path.len())..];
                let slash = rest.iter().position(|byte| *byte == b'/').filter(|_| entry.mode != Mode::DIR);
                let Some(length) = slash else {
                    next += 1;
                    self.file(entry, path, start, &mut old)?;
                    continue;
                };
                let below = &path[..start + length];
                let same = entries[next..range.end]
                    .partition_point(|entry| entry.path(index).starts_with(&path[..=start + length]));
                let name = &below[start..];
                let then = old.remove(name);
                if then.is_some_and(|(mode, _)| !mode.is_tree()) {
                    self.add(below.to_vec());
                }
                let then = then.filter(|(mode, _)| mode.is_tree()).map(|(_, id)| id);
                let child =
                    cached.and_then(|tree| tree.children.iter().find(|child| child.name[..] == *name));
                waiting.push((below.to_vec(), next..next + same.max(1), then, child));
                next += same.max(1);
            }
            for (name, (mode, id)) in old {
                let path = join(&folder, &name);
                match mode.is_tree() {
                    true => self.trees(path, Some(id), None)?,
                    false => self.add(path),
                }
            }
        }
        Ok(())
    }

    /// Compares an entry of the index with a file, or with a folder outside a sparse checkout.
    fn file(
        &mut self,
        entry: &gix::index::Entry,
        path: Vec<u8>,
        start: usize,
        old: &mut Level,
    ) -> Result<(), SourceError> {
        if entry.mode == Mode::DIR {
            let folder = path.strip_suffix(b"/").unwrap_or(&path).to_vec();
            let then = old.remove(&folder[start..]);
            let then = then.filter(|(mode, _)| mode.is_tree()).map(|(_, id)| id);
            return self.trees(folder, then, Some(entry.id));
        }
        if entry.stage() != Stage::Unconflicted {
            old.remove(&path[start..]);
            self.add(path);
            return Ok(());
        }
        if entry.flags.contains(Flags::INTENT_TO_ADD) {
            return Ok(());
        }
        let then = old.remove(&path[start..]);
        let mode = entry.mode.to_tree_entry_mode();
        match then {
            Some((old_mode, old_id)) if Some(old_mode) == mode && old_id == entry.id => {}
            Some((old_mode, old_id)) if old_mode.is_tree() => {
                self.add(path.clone());
                self.trees(path, Some(old_id), None)?;
            }
            _ => self.add(path),
        }
        Ok(())
    }
}
