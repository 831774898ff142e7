//! Finds deleted files of a commit that live on under another name. The order of steps and the limits are Git's (`git
//! log -M`), and so are the results.
//!
//! 1. Equal content, a source of the same file name first.
//! 2. A file name that is unique among the rest of each side, with a similarity of at least three quarters.
//! 3. Of all remaining pairs, the most similar ones first, with a similarity of at least a half; skipped if there are
//!    more than a million pairs.

use super::SourceError;
use super::binary::is_binary;
use super::similarity::{MAX_SCORE, Pieces, score, sizes_differ_too_much};
use crate::hash::HashMap;
use gix::ObjectId;
use gix::bstr::{BStr, ByteSlice};
use gix::objs::tree::EntryMode;
use std::cmp::Reverse;

/// Least similarity of a rename: a half.
const LEAST: u64 = MAX_SCORE / 2;
/// Least similarity if the file name stays the same and is unique: halfway from a half to all.
const LEAST_WITH_NAME: u64 = LEAST + (MAX_SCORE - LEAST) / 2;
/// This many pairs are compared at most (Git's default of `diff.renameLimit`, squared).
const MOST_PAIRS: usize = 1000 * 1000;
/// This many of the best sources of each new file are remembered before the best pairs are chosen.
const BEST_SOURCES: usize = 4;
/// How many deleted files of equal content are checked for the same file name; after that, the first one is taken.
const ENOUGH_EQUALS: usize = 100;

/// A deleted or added file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Side<'a> {
    /// Its path.
    pub path: &'a BStr,
    /// Its content.
    pub id: ObjectId,
    /// Its mode.
    pub mode: EntryMode,
}

/// Access to blobs for the comparison.
pub trait Blobs {
    /// Size in bytes, without reading it where possible.
    fn size(&mut self, id: ObjectId) -> Result<u64, SourceError>;
    /// The content.
    fn read(&mut self, id: ObjectId) -> Result<Vec<u8>, SourceError>;
}

/// For each added file, the deleted one that it came from. Both lists are sorted by path.
pub fn detect(
    deleted: &[Side<'_>],
    added: &[Side<'_>],
    blobs: &mut dyn Blobs,
) -> Result<Vec<Option<usize>>, SourceError> {
    let mut matching = Matching {
        deleted,
        added,
        source_of: vec![None; added.len()],
        used: vec![false; deleted.len()],
        sizes: HashMap::default(),
        pieces: HashMap::default(),
        blobs,
    };
    if !deleted.is_empty() && !added.is_empty() {
        matching.by_content();
        matching.by_unique_name()?;
        matching.by_similarity()?;
    }
    Ok(matching.source_of)
}

struct Matching<'a, 'b> {
    deleted: &'a [Side<'a>],
    added: &'a [Side<'a>],
    source_of: Vec<Option<usize>>,
    used: Vec<bool>,
    sizes: HashMap<ObjectId, u64>,
    pieces: HashMap<ObjectId, Pieces>,
    blobs: &'b mut dyn Blobs,
}

/// A possible rename.
#[derive(Debug, Clone, Copy)]
struct Candidate {
    score: u64,
    same_name: bool,
    source: usize,
    target: usize,
}

impl Candidate {
    fn rank(&self) -> (u64, bool) {
        (self.score, self.same_name)
    }
}

impl Matching<'_, '_> {
    fn take(&mut self, target: usize, source: usize) {
        self.source_of[target] = Some(source);
        self.used[source] = true;
    }

    fn by_content(&mut self) {
        let mut by_id: HashMap<ObjectId, Vec<usize>> = HashMap::default();
        for (index, side) in self.deleted.iter().enumerate() {
            by_id.entry(side.id).or_default().push(index);
        }
        for target in 0..self.added.len() {
            let new = &self.added[target];
            let Some(equals) = by_id.get(&new.id) else { continue };
            let fits = |source: &&usize| {
                let old = &self.deleted[**source];
                !self.used[**source] && (old.mode.is_blob() && new.mode.is_blob() || old.mode == new.mode)
            };
            let mut candidates = equals.iter().filter(fits).take(ENOUGH_EQUALS);
            let first = candidates.clone().next();
            let same_name =
                candidates.find(|source| file_name(self.deleted[**source].path) == file_name(new.path));
            if let Some(&source) = same_name.or(first) {
                self.take(target, source);
            }
        }
    }

    fn by_unique_name(&mut self) -> Result<(), SourceError> {
        let sources = unique_names(self.deleted, |index| !self.used[index]);
        let targets = unique_names(self.added, |index| self.source_of[index].is_none());
        for source in 0..self.deleted.len() {
            let name = file_name(self.deleted[source].path);
            let (Some(&Some(own)), Some(&Some(target))) = (sources.get(name), targets.get(name)) else {
                continue;
            };
            if own == source && self.score(source, target, LEAST_WITH_NAME)? >= LEAST_WITH_NAME {
                self.take(target, source);
            }
        }
        Ok(())
    }

    fn by_similarity(&mut self) -> Result<(), SourceError> {
        let sources: Vec<usize> = (0..self.deleted.len()).filter(|index| !self.used[*index]).collect();
        let targets: Vec<usize> =
            (0..self.added.len()).filter(|index| self.source_of[*index].is_none()).collect();
        if sources.len() * targets.len() > MOST_PAIRS {
            return Ok(());
        }
        let mut candidates = Vec::new();
        for &target in &targets {
            let mut best: Vec<Candidate> = Vec::with_capacity(BEST_SOURCES);
            for &source in &sources {
                // Pairs below the least similarity take part too: Git's tie-breaking depends on the slots that they
                // free.
                let score = self.score(source, target, LEAST)?;
                let same_name = file_name(self.deleted[source].path) == file_name(self.added[target].path);
                remember(&mut best, Candidate { score, same_name, source, target });
            }
            candidates.extend(best);
        }
        // Stable: equal ranks stay in the order of the new files' paths.
        candidates.sort_by_key(|candidate| Reverse(candidate.rank()));
        for Candidate { source, target, .. } in candidates.into_iter().filter(|found| found.score >= LEAST) {
            if !self.used[source] && self.source_of[target].is_none() {
                self.take(target, source);
            }
        }
        Ok(())
    }

    /// The similarity of two files; 0 when their sizes alone put it below `least`, or when one is not a regular file.
    fn score(&mut self, source: usize, target: usize, least: u64) -> Result<u64, SourceError> {
        let (old, new) = (&self.deleted[source], &self.added[target]);
        if !old.mode.is_blob() || !new.mode.is_blob() {
            return Ok(0);
        }
        let (old_size, new_size) = (self.size(old.id)?, self.size(new.id)?);
        if sizes_differ_too_much(old_size, new_size, least) {
            return Ok(0);
        }
        self.load(old.id)?;
        self.load(new.id)?;
        Ok(score(&self.pieces[&old.id], old_size, &self.pieces[&new.id], new_size))
    }

    fn size(&mut self, id: ObjectId) -> Result<u64, SourceError> {
        if let Some(size) = self.sizes.get(&id) {
            return Ok(*size);
        }
        let size = self.blobs.size(id)?;
        self.sizes.insert(id, size);
        Ok(size)
    }

    fn load(&mut self, id: ObjectId) -> Result<(), SourceError> {
        if !self.pieces.contains_key(&id) {
            let blob = self.blobs.read(id)?;
            self.pieces.insert(id, Pieces::of(&blob, !is_binary(&blob)));
        }
        Ok(())
    }
}

/// Adds a candidate to the best of its target. If the list is full, it replaces the first of the worst.
fn remember(best: &mut Vec<Candidate>, candidate: Candidate) {
    if best.len() < BEST_SOURCES {
        best.push(candidate);
        return;
    }
    let mut worst = 0;
    for index in 1..best.len() {
        if best[index].rank() < best[worst].rank() {
            worst = index;
        }
    }
    if candidate.rank() > best[worst].rank() {
        best[worst] = candidate;
    }
}

/// File names with the index of the only file that has it, or `None` if several do.
fn unique_names<'a>(
    sides: &'a [Side<'a>],
    counts: impl Fn(usize) -> bool,
) -> HashMap<&'a BStr, Option<usize>> {
    let mut names: HashMap<&BStr, Option<usize>> = HashMap::default();
    for (index, side) in sides.iter().enumerate().filter(|(index, _)| counts(*index)) {
        let place = names.entry(file_name(side.path)).or_insert(Some(index));
        if *place != Some(index) {
            *place = None;
        }
    }
    names
}

fn file_name(path: &BStr) -> &BStr {
    path.rfind_byte(b'/').map_or(path, |slash| path[slash + 1..].as_bstr())
}
