//! New code: the lines that are in a tree and not in the commit it is compared with, even if files were renamed or
//! lines were moved.

use super::bounds::LARGEST_WITH_LINES;
use super::changes::{Files, files_of, is_content};
use super::git::{self, CommitId, GitContext};
use super::git_errors::own_words;
use super::object_reader::read_blob;
use super::renames::{self, Blobs, Side};
use super::{Entry, SourceError, SourceTree};
use crate::hash::HashMap;
use crate::model::{BlobId, RepoPath};
use gix::ObjectId;
use gix::bstr::ByteSlice;
use gix::diff::blob::{Algorithm, InternedInput, diff_with_slider_heuristics};
use gix::objs::tree::EntryKind;
use moved::Removed;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

mod moved;

/// The lines of a tree that a commit, its base, did not have.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Additions {
    /// The base; `None` if there is none yet, so that everything is new.
    pub base: Option<CommitId>,
    /// The files that changed, including those that only lost lines or were renamed.
    pub files: BTreeMap<RepoPath, FileAdditions>,
}

/// What is new in a file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FileAdditions {
    /// Its path at the base; `None` for a new file.
    pub origin: Option<RepoPath>,
    /// Its new lines, from 1, in order. Blank lines and moved lines do not count.
    pub lines: Vec<RangeInclusive<u32>>,
}

impl Additions {
    /// How many new lines are in a range of lines of a file.
    pub fn new_lines(&self, path: &RepoPath, within: RangeInclusive<u32>) -> u32 {
        let ranges = self.files.get(path).into_iter().flat_map(|file| &file.lines);
        let overlap = |range: &RangeInclusive<u32>| {
            let first = *range.start().max(within.start());
            let last = *range.end().min(within.end());
            (last + 1).saturating_sub(first)
        };
        ranges.map(overlap).sum()
    }

    /// The path that a file of the tree had at the base; `None` for a new file.
    pub fn origin<'a>(&'a self, path: &'a RepoPath) -> Option<&'a RepoPath> {
        match (self.base, self.files.get(path)) {
            (None, _) => None,
            (Some(_), Some(file)) => file.origin.as_ref(),
            (Some(_), None) => Some(path),
        }
    }

    /// The files that had another path at the base, with that path.
    pub fn renamed(&self) -> BTreeMap<RepoPath, RepoPath> {
        let renamed = self.files.iter().filter_map(|(path, file)| Some((path, file.origin.as_ref()?)));
        renamed
            .filter(|(path, origin)| path != origin)
            .map(|(path, origin)| (path.clone(), origin.clone()))
            .collect()
    }

    /// All new lines.
    pub fn line_count(&self) -> usize {
        let of_file =
            |file: &FileAdditions| file.lines.iter().map(|range| range.clone().count()).sum::<usize>();
        self.files.values().map(of_file).sum()
    }
}

impl GitContext {
    /// The new code in a tree of this repository since a commit; everything if there is no commit. Files are followed
    /// through renames (Git's rules and limits), lines through moves: a block of lines that was removed elsewhere since
    /// the base, whatever its indentation, is not new at its present place. Line ends do not count.
    ///
    /// # Errors
    /// The tree or the commit cannot be read.
    pub fn additions(&self, base: Option<CommitId>, tree: &dyn SourceTree) -> Result<Additions, SourceError> {
        let repository = self.local();
        let before = match base {
            Some(base) => files_of(&repository, &git::resolve_commit(&repository, &base.to_string())?)?,
            None => Files::default(),
        };
        let comparison = Comparison { repository: &repository, tree, before: &before };
        Ok(Additions { base, files: comparison.run()? })
    }
}

/// Used in place of the bytes of a file that is too large to compare its lines: binary content has no lines.
const NO_LINES: &[u8] = &[0];

/// A changed file of the tree, with its bytes.
struct Changed {
    path: RepoPath,
    bytes: Vec<u8>,
    origin: Option<RepoPath>,
}

struct Comparison<'a> {
    repository: &'a gix::Repository,
    tree: &'a dyn SourceTree,
    before: &'a Files,
}

impl Comparison<'_> {
    fn run(&self) -> Result<BTreeMap<RepoPath, FileAdditions>, SourceError> {
        let entries = self.tree.listing()?.entries;
        let mut gone: HashMap<&RepoPath, BlobId> = self.before.iter().map(|(path, id)| (path, *id)).collect();
        let mut changed = Vec::new();
        for entry in &entries {
            let then = gone.remove(&entry.path);
            if let Some(bytes) = self.changed_bytes(entry, then)? {
                let origin = then.is_some().then(|| entry.path.clone());
                changed.push(Changed { path: entry.path.clone(), bytes, origin });
            }
        }
        let mut gone: Vec<(RepoPath, BlobId)> =
            gone.into_iter().map(|(path, id)| (path.clone(), id)).collect();
        gone.sort();
        self.follow_renames(&mut changed, &mut gone)?;
        self.new_lines(changed, &gone)
    }

    /// The bytes of a file that differs from the base's file at its path.
    fn changed_bytes(&self, entry: &Entry, then: Option<BlobId>) -> Result<Option<Vec<u8>>, SourceError> {
        if then.is_some() && then == entry.blob {
            return Ok(None);
        }
        if self.tree.size(entry)?.is_some_and(|size| size > LARGEST_WITH_LINES) {
            return Ok(Some(NO_LINES.to_vec()));
        }
        let bytes = self.tree.read(entry)?;
        let same = then.is_some_and(|then| is_content(self.repository.object_hash(), then, &bytes));
        Ok((!same).then_some(bytes))
    }

    /// Assigns renamed new files their origin, which is then no longer among the deleted files.
    fn follow_renames(
        &self,
        changed: &mut [Changed],
        gone: &mut Vec<(RepoPath, BlobId)>,
    ) -> Result<(), SourceError> {
        let hash = self.repository.object_hash();
        let mut blobs = KnownBlobs { repository: self.repository, bytes: HashMap::default() };
        let mut new: Vec<(usize, ObjectId)> = Vec::new();
        for (index, file) in changed.iter().enumerate().filter(|(_, file)| file.origin.is_none()) {
            let id = gix::objs::compute_hash(hash, gix::objs::Kind::Blob, &file.bytes)
                .map_err(|error| SourceError::new(format!("{}: {}", file.path, own_words(&error))))?;
            blobs.bytes.insert(id, &file.bytes);
            new.push((index, id));
        }
        let side = |path, id| Side { path, id, mode: EntryKind::Blob.into() };
        let deleted: Vec<Side<'_>> =
            gone.iter().map(|(path, id)| side(path.as_bytes().as_bstr(), ObjectId::Sha1(id.0))).collect();
        let added: Vec<Side<'_>> =
            new.iter().map(|(index, id)| side(changed[*index].path.as_bytes().as_bstr(), *id)).collect();
        let sources = renames::detect(&deleted, &added, &mut blobs)?;
        let origins: Vec<(usize, usize)> =
            new.iter().zip(sources).filter_map(|((index, _), source)| Some((*index, source?))).collect();
        for (index, source) in &origins {
            changed[*index].origin = Some(gone[*source].0.clone());
        }
        let mut position = 0;
        gone.retain(|_| {
            position += 1;
            !origins.iter().any(|(_, source)| *source == position - 1)
        });
        Ok(())
    }

    fn new_lines(
        &self,
        changed: Vec<Changed>,
        gone: &[(RepoPath, BlobId)],
    ) -> Result<BTreeMap<RepoPath, FileAdditions>, SourceError> {
        let mut removed = Removed::default();
        let mut added = Vec::new();
        for file in changed {
            let then = match &file.origin {
                Some(origin) => self.at_base(origin)?,
                None => Vec::new(),
            };
            let now = file.bytes.replace("\r\n", "\n");
            let ranges = difference(&then, &now, &mut removed);
            added.push((file.path, file.origin, now, ranges));
        }
        for (path, _) in gone {
            removed.file(&self.at_base(path)?);
        }
        let removed = &mut removed.indexed();
        let files = added.into_iter().map(|(path, origin, now, added)| {
            let lines: Vec<&[u8]> = now.lines().collect();
            let new = added.into_iter().flat_map(|range| removed.without_moved(&lines, range)).collect();
            (path, FileAdditions { origin, lines: joined(new) })
        });
        Ok(files.collect())
    }

    fn at_base(&self, path: &RepoPath) -> Result<Vec<u8>, SourceError> {
        let blob = self.before[path];
        let size = self.repository.find_header(ObjectId::Sha1(blob.0)).map_or(0, |header| header.size());
        if size > LARGEST_WITH_LINES {
            return Ok(NO_LINES.to_vec());
        }
        Ok(read_blob(self.repository, ObjectId::Sha1(blob.0), path)?.replace("\r\n", "\n"))
    }
}

/// The added lines (from 0, the end excluded) of `now`; lines that `then` lost go to `removed`. Binary content has no
/// lines.
fn difference(then: &[u8], now: &[u8], removed: &mut Removed) -> Vec<std::ops::Range<u32>> {
    if now.contains(&0) || then.contains(&0) {
        return Vec::new();
    }
    let input = InternedInput::new(then, now);
    let diff = diff_with_slider_heuristics(Algorithm::Histogram, &input);
    let old: Vec<&[u8]> = then.lines().collect();
    let mut added = Vec::new();
    for hunk in diff.hunks() {
        removed.block(old.get(hunk.before.start as usize..hunk.before.end as usize).unwrap_or_default());
        if !hunk.after.is_empty() {
            added.push(hunk.after);
        }
    }
    added
}

/// Line numbers (from 0, sorted) as ranges from 1.
fn joined(lines: Vec<u32>) -> Vec<RangeInclusive<u32>> {
    let mut ranges: Vec<RangeInclusive<u32>> = Vec::new();
    for line in lines.into_iter().map(|line| line + 1) {
        match ranges.last_mut() {
            Some(last) if *last.end() + 1 == line => *last = *last.start()..=line,
            _ => ranges.push(line..=line),
        }
    }
    ranges
}

/// Blobs of the repository and of files outside it.
struct KnownBlobs<'a> {
    repository: &'a gix::Repository,
    bytes: HashMap<ObjectId, &'a [u8]>,
}

impl Blobs for KnownBlobs<'_> {
    fn size(&mut self, id: ObjectId) -> Result<u64, SourceError> {
        match self.bytes.get(&id) {
            Some(bytes) => Ok(bytes.len() as u64),
            None => Ok(self.read(id)?.len() as u64),
        }
    }

    fn read(&mut self, id: ObjectId) -> Result<Vec<u8>, SourceError> {
        match self.bytes.get(&id) {
            Some(bytes) => Ok(bytes.to_vec()),
            None => read_blob(self.repository, id, &id),
        }
    }
}
