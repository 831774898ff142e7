//! What a push brings: the commits, and every text in them and in between.
//!
//! The objects come from a stranger. What is walked is bounded by [`PushLimits`]; each tree is opened once, however often it is
//! named, so that trees which name each other many times cost no more than their objects.

use super::SourceError;
use super::git::{CommitId, GitContext};
use super::object_reader::{missing, read_blob};
use super::revision_tree::join;
use crate::hash::HashSet;
use crate::model::{BlobId, RepoPath};
use crate::secrets::{self, Text};
use gix::ObjectId;
use gix::objs::Kind;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// How deep folders and tags of tags may nest.
const DEPTH: usize = 4_096;
const TAGS: usize = 16;

/// Bounds on what a push may bring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PushLimits {
    /// New commits.
    pub commits: usize,
    /// New files and folders.
    pub objects: usize,
    /// Bytes of all new files together.
    pub bytes: u64,
    /// Bytes of one file that is searched.
    pub file: u64,
}

impl Default for PushLimits {
    fn default() -> Self {
        PushLimits { commits: 200_000, objects: 2_000_000, bytes: 8 << 30, file: 100 << 20 }
    }
}

/// An object that a reference is to point to, behind its tags.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pushed {
    /// A commit.
    Commit(CommitId),
    /// A tree or a blob.
    Other,
    /// Nothing: the object, or what a tag names, is not there.
    Missing,
}

/// A text that a push brings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PushedText {
    /// The file's path, or what the text is: `message of commit 1a2b3c4`, `head of commit 1a2b3c4`.
    pub path: RepoPath,
    /// The commit that brings it, if one does.
    pub commit: Option<CommitId>,
    /// The blob; none for a message.
    pub blob: Option<BlobId>,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// What a search found in what a push brings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Searched {
    /// How many files and messages were searched.
    pub texts: usize,
    /// Those that hold something that looks like a credential, at most [`MOST_SUSPECTS`].
    pub suspects: Vec<PushedText>,
    /// Files that are too large to be searched, with their sizes.
    pub too_large: Vec<(RepoPath, u64)>,
}

/// More suspects than this are not collected: the push is refused for any one of them.
pub const MOST_SUSPECTS: usize = 200;

/// What is still to be read: a blob, or a part of a commit or tag.
struct Waiting {
    path: RepoPath,
    commit: Option<CommitId>,
    source: Source,
}

enum Source {
    Blob(ObjectId),
    Object(Vec<u8>),
}

impl GitContext {
    /// What an object id of a push leads to, through tags.
    pub fn pushed_object(&self, id: &str) -> Pushed {
        let repository = self.local();
        let Ok(id) = ObjectId::from_hex(id.as_bytes()) else { return Pushed::Missing };
        let peeled = repository.find_object(id).ok().and_then(|object| object.peel_tags_to_end().ok());
        match peeled.map(|object| (object.kind, object.id)) {
            Some((Kind::Commit, id)) => Pushed::Commit(CommitId::from_git(&id)),
            Some(_) => Pushed::Other,
            None => Pushed::Missing,
        }
    }

    /// Searches every file and message that a push brings for credentials: those of the commits that can be reached from the
    /// pushed objects and not from `known` ones, and the messages of tags. Attributes and exclusions are not asked.
    ///
    /// # Errors
    /// An object cannot be read, the push is over a limit, or the search was cancelled.
    pub fn search_pushed(
        &self,
        objects: &[&str],
        known: &[CommitId],
        limits: &PushLimits,
        cancelled: Option<&(dyn Fn() -> bool + Sync)>,
    ) -> Result<Searched, SourceError> {
        let repository = self.local();
        let mut walk = Walk {
            repository: &repository,
            limits,
            cancelled,
            trees: HashSet::default(),
            blobs: HashSet::default(),
            waiting: Vec::new(),
            bytes: 0,
            searched: Searched::default(),
        };
        let mut commits = Vec::new();
        for object in objects {
            walk.tip(object, &mut commits)?;
        }
        walk.commits(&commits, known)?;
        let Walk { waiting, mut searched, .. } = walk;
        searched.texts = waiting.len();
        searched.suspects = self.suspects(waiting, cancelled)?;
        Ok(searched)
    }

    fn suspects(
        &self,
        waiting: Vec<Waiting>,
        cancelled: Option<&(dyn Fn() -> bool + Sync)>,
    ) -> Result<Vec<PushedText>, SourceError> {
        let stopped = || cancelled.is_some_and(|cancelled| cancelled());
        let search =
            |repository: &mut gix::Repository, text: Waiting| -> Result<Option<PushedText>, SourceError> {
                if stopped() {
                    return Err(SourceError::new("the search was cancelled"));
                }
                let Waiting { path, commit, source } = text;
                let (blob, bytes, kind) = match source {
                    Source::Blob(id) => {
                        let bytes = plain_text(read_blob(repository, id, &path)?);
                        let kind = Text::of_file(&path, &bytes);
                        (Some(blob_id(&id)), bytes, kind)
                    }
                    Source::Object(bytes) => (None, plain_text(bytes), Text::Settings),
                };
                let suspect = !secrets::scan(&bytes, kind).is_empty();
                Ok(suspect.then_some(PushedText { path, commit, blob, bytes }))
            };
        let mut suspects = Vec::new();
        // A part at a time: what is suspect is held in memory.
        let mut parts = waiting.into_iter().peekable();
        while parts.peek().is_some() && suspects.len() < MOST_SUSPECTS {
            let part: Vec<Waiting> = parts.by_ref().take(4_096).collect();
            let found: Vec<Option<PushedText>> =
                part.into_par_iter().map_init(|| self.local(), search).collect::<Result<_, _>>()?;
            suspects.extend(found.into_iter().flatten());
        }
        suspects.truncate(MOST_SUSPECTS);
        Ok(suspects)
    }
}

/// Text as UTF-16 or UTF-32 has it, with or without a mark and in part or whole, without the NULs between its characters; everything
/// else as it is. Lines stay where they are.
fn plain_text(bytes: Vec<u8>) -> Vec<u8> {
    if !bytes.contains(&0) {
        return bytes;
    }
    let mut plain = Vec::with_capacity(bytes.len());
    let mut rest = bytes.as_slice();
    while let Some(nul) = rest.iter().position(|byte| *byte == 0) {
        plain.extend_from_slice(&rest[..nul]);
        let at = bytes.len() - rest.len() + nul;
        let length = rest[nul..].iter().take_while(|byte| **byte == 0).count();
        if !is_between_wide_characters(&bytes, at, length) {
            plain.extend_from_slice(&rest[nul..nul + length]);
        }
        rest = &rest[nul + length..];
    }
    plain.extend_from_slice(rest);
    plain
}

/// True for one NUL (UTF-16) or three (UTF-32) between characters of ASCII that have more of them on the other side.
fn is_between_wide_characters(bytes: &[u8], at: usize, length: usize) -> bool {
    let get = |at: Option<usize>| at.and_then(|at| bytes.get(at)).copied();
    let is_text =
        |byte: Option<u8>| byte.is_some_and(|byte| matches!(byte, b'\t' | b'\n' | b'\r' | b' '..=b'~'));
    let (before, after) = (at.checked_sub(1), Some(at + length));
    let more = [at.checked_sub(2), Some(at + length + 1)].into_iter().any(|at| get(at) == Some(0));
    matches!(length, 1 | 3) && is_text(get(before)) && is_text(get(after)) && more
}

fn blob_id(id: &gix::oid) -> BlobId {
    let mut bytes = [0; 20];
    bytes.copy_from_slice(&id.as_bytes()[..20]);
    BlobId(bytes)
}

struct Walk<'a> {
    repository: &'a gix::Repository,
    limits: &'a PushLimits,
    cancelled: Option<&'a (dyn Fn() -> bool + Sync)>,
    trees: HashSet<ObjectId>,
    /// With how each was read: what is code under one name may be settings under another.
    blobs: HashSet<(ObjectId, Option<Text>)>,
    waiting: Vec<Waiting>,
    bytes: u64,
    searched: Searched,
}

/// The entries of one folder by name. They are walked in that order: of texts that are found twice the first one counts.
type Names = BTreeMap<Vec<u8>, (bool, ObjectId)>;

impl Walk<'_> {
    /// What a reference is to point to: its tags' messages are noted, its commit is put to `commits`, a tree or blob is
    /// walked.
    fn tip(&mut self, object: &str, commits: &mut Vec<ObjectId>) -> Result<(), SourceError> {
        let unreadable =
            |error: &dyn std::fmt::Display| SourceError::new(format!("{object} cannot be read: {error}"));
        let mut id = ObjectId::from_hex(object.as_bytes()).map_err(|error| unreadable(&error))?;
        for _ in 0..TAGS {
            let found = self.repository.find_object(id).map_err(|error| unreadable(&error))?;
            match found.kind {
                Kind::Commit => {
                    commits.push(id);
                    return Ok(());
                }
                Kind::Tree => return self.tree(Vec::new(), id, &[], None),
                Kind::Blob => return self.blob(RepoPath::new(id.to_hex().to_string()), id, None),
                Kind::Tag => {
                    let path = RepoPath::new(format!("tag {}", id.to_hex_with_len(7)));
                    self.wait(Waiting { path, commit: None, source: Source::Object(found.data.clone()) })?;
                    let tag = found.try_to_tag_ref().map_err(|error| unreadable(&error))?;
                    id = tag.target();
                }
            }
        }
        Err(SourceError::new(format!(
            "{object} is a tag of a tag, more than {TAGS} deep; push what it names"
        )))
    }

    fn commits(&mut self, tips: &[ObjectId], known: &[CommitId]) -> Result<(), SourceError> {
        if tips.is_empty() {
            return Ok(());
        }
        let known = known.iter().map(|commit| ObjectId::Sha1(commit.0));
        let unreadable = |error: &dyn std::fmt::Display| {
            SourceError::new(format!("the pushed history cannot be read: {error}"))
        };
        let walk = self.repository.rev_walk(tips.iter().copied()).with_hidden(known).all();
        for (count, commit) in walk.map_err(|error| unreadable(&error))?.enumerate() {
            let commit = commit.map_err(|error| unreadable(&error))?;
            if count >= self.limits.commits {
                return Err(too_much("commits", self.limits.commits as u64, "commits"));
            }
            self.commit(commit.id)?;
        }
        Ok(())
    }

    fn commit(&mut self, id: ObjectId) -> Result<(), SourceError> {
        let wrong = |error: &gix::Error| missing(self.repository, &id, error);
        let commit = self.repository.find_commit(id).map_err(|error| wrong(&error))?;
        let name = CommitId::from_git(&id);
        let text = |what: &str| RepoPath::new(format!("{what} of commit {}", name.short()));
        let message = commit.message_raw_sloppy().to_vec();
        let head = commit.data[..commit.data.len().saturating_sub(message.len())].to_vec();
        let tree = commit.tree_id().map_err(|error| wrong(&error))?.detach();
        let mut before = Vec::new();
        for parent in commit.parent_ids() {
            // A parent that is not there belongs to a shallow history: nothing of it is known then.
            if let Ok(parent) = self.repository.find_commit(parent.detach()) {
                before.push(parent.tree_id().map_err(|error| wrong(&error))?.detach());
            }
        }
        for (what, bytes) in [("head", head), ("message", message)] {
            self.wait(Waiting { path: text(what), commit: Some(name), source: Source::Object(bytes) })?;
        }
        self.tree(Vec::new(), tree, &before, Some(name))
    }

    /// The files below a tree that are in none of the trees that were there before, at the same place.
    fn tree(
        &mut self,
        folder: Vec<u8>,
        tree: ObjectId,
        before: &[ObjectId],
        commit: Option<CommitId>,
    ) -> Result<(), SourceError> {
        let mut open = vec![(folder, tree, before.to_vec(), 0)];
        while let Some((folder, tree, before, depth)) = open.pop() {
            if before.contains(&tree) || !self.trees.insert(tree) {
                continue;
            }
            if depth > DEPTH {
                return Err(too_much("folders in one another", DEPTH as u64, ""));
            }
            self.within_objects()?;
            let old = before.iter().map(|id| self.names(*id, &folder)).collect::<Result<Vec<_>, _>>()?;
            for (name, (is_tree, id)) in self.names(tree, &folder)? {
                if old.iter().any(|old| old.get(&name) == Some(&(is_tree, id))) {
                    continue;
                }
                let path = join(&folder, &name);
                if is_tree {
                    let before =
                        old.iter().filter_map(|old| old.get(&name).filter(|old| old.0)).map(|old| old.1);
                    open.push((path, id, before.collect(), depth + 1));
                } else {
                    self.blob(RepoPath::new(path), id, commit)?;
                }
            }
        }
        Ok(())
    }

    /// The folders and files of one tree; submodules are neither.
    fn names(&self, tree: ObjectId, folder: &[u8]) -> Result<Names, SourceError> {
        let name = RepoPath::new(if folder.is_empty() { b".".to_vec() } else { folder.to_vec() });
        let bytes = read_blob(self.repository, tree, &name)?;
        let mut names = Names::default();
        for entry in gix::objs::TreeRefIter::from_bytes(&bytes, tree.kind()) {
            let entry = entry.map_err(|error| missing(self.repository, &name, &error))?;
            if !entry.mode.is_commit() {
                names.insert(entry.filename.to_vec(), (entry.mode.is_tree(), entry.oid.to_owned()));
            }
        }
        Ok(names)
    }

    fn blob(&mut self, path: RepoPath, id: ObjectId, commit: Option<CommitId>) -> Result<(), SourceError> {
        if !self.blobs.insert((id, Text::of_name(&path))) {
            return Ok(());
        }
        self.within_objects()?;
        let header =
            self.repository.find_header(id).map_err(|error| missing(self.repository, &path, &error))?;
        let size = header.size();
        if size > self.limits.file {
            self.searched.too_large.push((path, size));
            return Ok(());
        }
        self.bytes += size;
        if self.bytes > self.limits.bytes {
            return Err(too_much("bytes of new files", self.limits.bytes, "bytes"));
        }
        self.wait(Waiting { path, commit, source: Source::Blob(id) })
    }

    fn wait(&mut self, text: Waiting) -> Result<(), SourceError> {
        self.waiting.push(text);
        match self.cancelled.is_some_and(|cancelled| cancelled()) {
            true => Err(SourceError::new("the search was cancelled")),
            false => Ok(()),
        }
    }

    fn within_objects(&self) -> Result<(), SourceError> {
        match self.trees.len() + self.blobs.len() > self.limits.objects {
            true => Err(too_much("files and folders", self.limits.objects as u64, "objects")),
            false => Ok(()),
        }
    }
}

fn too_much(what: &str, limit: u64, key: &str) -> SourceError {
    let way = match key {
        "" => String::new(),
        key => format!(
            "; push in parts, or let the operator raise batuta.push-{key} in the repository's Git configuration"
        ),
    };
    SourceError::new(format!("the push brings more than {limit} {what}{way}"))
}
