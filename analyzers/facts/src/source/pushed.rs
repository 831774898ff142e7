//! The contents of a push: the commits, and every text in them, intermediate commits included.
//!
//! The objects are untrusted, and [`PushLimits`] bounds the walk. A commit adds what its parents do not have at the
//! same place, so a tree is opened once for each place and each set of earlier trees there. Trees that refer to each
//! other many times occur at many places, and exceed the limit.

use super::SourceError;
use super::git::{CommitId, GitContext};
use super::level;
use super::object_reader::{missing, read_blob};
use super::revision_tree::join;
use crate::hash::HashSet;
use crate::language::{Detection, detect};
use crate::model::{BlobId, RepoPath};
use crate::secrets::{self, Text};
use gix::ObjectId;
use gix::objs::Kind;
use gix::objs::tree::EntryMode;
use rayon::prelude::*;

/// The deepest nesting of tags of tags.
const TAGS: usize = 16;
/// How many entries of a reopened tree count as one object: a revert opens all folders above its changes.
const AGAIN: usize = 16;
/// The most texts that are searched at a time, by number and by bytes: their suspect parts are held in memory.
const PART_TEXTS: usize = 4_096;
const PART_BYTES: u64 = 64 << 20;

/// Limits for the content of a push.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PushLimits {
    /// New commits.
    pub commits: usize,
    /// New files and folders.
    pub objects: usize,
    /// Bytes of all new files together.
    pub bytes: u64,
    /// Bytes of one searched file.
    pub file: u64,
}

impl Default for PushLimits {
    fn default() -> Self {
        PushLimits { commits: 200_000, objects: 2_000_000, bytes: 8 << 30, file: 100 << 20 }
    }
}

/// The object that a reference is to point to, with tags peeled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pushed {
    /// A commit.
    Commit(CommitId),
    /// A tree or a blob.
    Other,
    /// A missing object, or a tag of a missing object.
    Missing,
}

/// A text that a push brings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PushedText {
    /// The file's path, or a name for the text: `message of commit 1a2b3c4`, `head of commit 1a2b3c4`.
    pub path: RepoPath,
    /// The commit that adds it, if there is one.
    pub commit: Option<CommitId>,
    /// The blob; `None` for a message.
    pub blob: Option<BlobId>,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// What to search in a push.
#[derive(Clone, Copy)]
pub struct SearchPushed<'a> {
    /// The objects that references are to point to, as hexadecimal digits.
    pub objects: &'a [&'a str],
    /// Commits that were searched before, with all their ancestors.
    pub known: &'a [CommitId],
    /// The limits.
    pub limits: &'a PushLimits,
    /// Returns a key for places where a text is judged differently. Equal texts are searched once for each key.
    pub place: &'a dyn Fn(&RepoPath) -> Vec<u8>,
    /// Called periodically; true cancels the search with an error.
    pub cancelled: Option<&'a (dyn Fn() -> bool + Sync)>,
}

/// How much of a push was searched.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Searched {
    /// How many files and messages were searched.
    pub texts: usize,
    /// Files that are too large to search, with their sizes.
    pub too_large: Vec<(RepoPath, u64)>,
}

/// A text still to read: a blob, or a part of a commit or tag.
struct Waiting {
    path: RepoPath,
    commit: Option<CommitId>,
    size: u64,
    source: Source,
}

enum Source {
    Blob(ObjectId),
    Object(Vec<u8>),
}

impl GitContext {
    /// The object that an object id of a push leads to, through tags.
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

    /// Searches every file and message in a push for credentials: those of the commits that can be reached from the
    /// pushed objects and not from `known` ones, and the messages of tags. Attributes and exclusions are ignored. Each
    /// text with something that looks like a credential is passed to `each`, until that returns false.
    ///
    /// # Errors
    /// An object cannot be read, a tree is broken, the push is over a limit, or the search was cancelled.
    pub fn search_pushed(
        &self,
        asked: &SearchPushed<'_>,
        each: &mut dyn FnMut(PushedText) -> bool,
    ) -> Result<Searched, SourceError> {
        let repository = self.local();
        let mut walk = Walk {
            repository: &repository,
            asked,
            places: HashSet::default(),
            trees: HashSet::default(),
            again: 0,
            blobs: HashSet::default(),
            waiting: Vec::new(),
            bytes: 0,
            searched: Searched::default(),
        };
        let mut commits = Vec::new();
        for object in asked.objects {
            walk.tip(object, &mut commits)?;
        }
        walk.commits(&commits, asked.known)?;
        let Walk { waiting, mut searched, .. } = walk;
        searched.texts = waiting.len();
        self.search_texts(waiting, asked.cancelled, each)?;
        Ok(searched)
    }

    fn search_texts(
        &self,
        waiting: Vec<Waiting>,
        cancelled: Option<&(dyn Fn() -> bool + Sync)>,
        each: &mut dyn FnMut(PushedText) -> bool,
    ) -> Result<(), SourceError> {
        let search =
            |repository: &mut gix::Repository, text: Waiting| -> Result<Option<PushedText>, SourceError> {
                go_on(cancelled)?;
                let Waiting { path, commit, source, .. } = text;
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
        let mut rest = waiting.into_iter().peekable();
        while rest.peek().is_some() {
            let mut bytes = 0;
            let mut part = Vec::new();
            while let Some(text) = rest.next_if(|_| part.len() < PART_TEXTS && bytes < PART_BYTES) {
                bytes += text.size;
                part.push(text);
            }
            let found: Vec<Option<PushedText>> =
                part.into_par_iter().map_init(|| self.local(), search).collect::<Result<_, _>>()?;
            for text in found.into_iter().flatten() {
                go_on(cancelled)?;
                if !each(text) {
                    return Ok(());
                }
            }
        }
        Ok(())
    }
}

fn go_on(cancelled: Option<&(dyn Fn() -> bool + Sync)>) -> Result<(), SourceError> {
    match cancelled.is_some_and(|cancelled| cancelled()) {
        true => Err(SourceError::new("the search was cancelled")),
        false => Ok(()),
    }
}

/// UTF-16 or UTF-32 text, with or without a byte order mark, whole or in part, without the NULs between its characters;
/// other text unchanged. Lines stay where they are.
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

/// True for one NUL (UTF-16) or three (UTF-32) between ASCII characters that have more NULs on the other side.
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
    asked: &'a SearchPushed<'a>,
    /// Hashes of the opened trees: the tree, its place, and the earlier trees there.
    places: HashSet<[u8; 32]>,
    trees: HashSet<ObjectId>,
    /// How many entries were read from reopened trees, and from the third and later parents of merges.
    again: usize,
    /// Blobs with a key for their name and place: the same text may be code under one name and settings under another,
    /// and may be excluded at one place and not at another.
    blobs: HashSet<(ObjectId, Vec<u8>)>,
    waiting: Vec<Waiting>,
    bytes: u64,
    searched: Searched,
}

/// The part of a file name that determines how its text is read.
fn kind_of_name(path: &RepoPath) -> Vec<u8> {
    match detect(path, None) {
        Detection::Known(language) => language.spec().id.as_bytes().to_vec(),
        Detection::Unknown => Vec::new(),
        Detection::NeedsContent => {
            let name = path.file_name();
            let dot = name.iter().rposition(|byte| *byte == b'.').unwrap_or(name.len());
            [b".", &name[dot..]].concat()
        }
    }
}

impl Walk<'_> {
    /// Handles the target of a reference: notes the messages of its tags, adds its commit to `commits`, walks a tree or
    /// blob.
    fn tip(&mut self, object: &str, commits: &mut Vec<ObjectId>) -> Result<(), SourceError> {
        let unreadable = |error: &(dyn std::error::Error + 'static)| {
            SourceError::new(format!("{object} cannot be read: {}", super::git_errors::own_words(error)))
        };
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
                    self.object(path, None, found.data.clone())?;
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
        let unreadable = |error: &(dyn std::error::Error + 'static)| {
            let why = super::git_errors::own_words(error);
            SourceError::new(format!("the pushed history cannot be read: {why}"))
        };
        let walk = self.repository.rev_walk(tips.iter().copied()).with_hidden(known).all();
        for (count, commit) in walk.map_err(|error| unreadable(&error))?.enumerate() {
            let commit = commit.map_err(|error| unreadable(&error))?;
            if count >= self.asked.limits.commits {
                return Err(too_much("commits", self.asked.limits.commits as u64, "commits"));
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
            // A missing parent belongs to a shallow history: then nothing of it is known.
            if let Ok(parent) = self.repository.find_commit(parent.detach()) {
                before.push(parent.tree_id().map_err(|error| wrong(&error))?.detach());
            }
        }
        before.sort_unstable();
        before.dedup();
        for (what, bytes) in [("head", head), ("message", message)] {
            self.object(text(what), Some(name), bytes)?;
        }
        self.tree(Vec::new(), tree, &before, Some(name))
    }

    /// The files below a tree that none of the earlier trees has at the same place.
    fn tree(
        &mut self,
        folder: Vec<u8>,
        tree: ObjectId,
        before: &[ObjectId],
        commit: Option<CommitId>,
    ) -> Result<(), SourceError> {
        let mut open = vec![(folder, tree, before.to_vec())];
        while let Some((folder, tree, mut before)) = open.pop() {
            before.sort_unstable();
            before.dedup();
            if before.contains(&tree) || !self.opens(&folder, tree, &before) {
                continue;
            }
            self.within_objects()?;
            let mut old = Vec::with_capacity(before.len());
            for (number, id) in before.iter().enumerate() {
                let known = level::known(self.repository, *id, &folder, &mut |_| Ok(()))?;
                self.again += if number < 2 { 0 } else { known.len() };
                old.push(known);
            }
            let entries = level::judged(self.repository, tree, (&folder, commit), &mut |_| Ok(()))?;
            if !self.trees.insert(tree) {
                self.again += entries.len();
            }
            for (name, (mode, id)) in entries {
                let is_same = |(old_mode, old): &(EntryMode, ObjectId)| {
                    *old == id && old_mode.is_tree() == mode.is_tree() && !old_mode.is_commit()
                };
                // A submodule is another repository.
                if mode.is_commit() || old.iter().any(|old| old.get(&name).is_some_and(is_same)) {
                    continue;
                }
                let path = join(&folder, &name);
                if mode.is_tree() {
                    let before =
                        old.iter().filter_map(|old| old.get(&name)).filter(|(mode, _)| mode.is_tree());
                    let before = before.map(|(_, id)| *id).collect();
                    open.push((path, id, before));
                } else {
                    self.blob(RepoPath::new(path), id, commit)?;
                }
            }
        }
        Ok(())
    }

    /// True for a tree that was not opened yet at this place with these earlier trees.
    fn opens(&mut self, folder: &[u8], tree: ObjectId, before: &[ObjectId]) -> bool {
        let mut hash = blake3::Hasher::new();
        hash.update(&(before.len() as u64).to_le_bytes());
        for id in before.iter().chain([&tree]) {
            hash.update(id.as_slice());
        }
        hash.update(folder);
        self.places.insert(*hash.finalize().as_bytes())
    }

    fn blob(&mut self, path: RepoPath, id: ObjectId, commit: Option<CommitId>) -> Result<(), SourceError> {
        let apart = [kind_of_name(&path), (self.asked.place)(&path)].join(&0);
        if !self.blobs.insert((id, apart)) {
            return Ok(());
        }
        self.within_objects()?;
        let header =
            self.repository.find_header(id).map_err(|error| missing(self.repository, &path, &error))?;
        let size = header.size();
        if size > self.asked.limits.file {
            self.searched.too_large.push((path, size));
            return Ok(());
        }
        self.bytes += size;
        if self.bytes > self.asked.limits.bytes {
            return Err(too_much("bytes of new files", self.asked.limits.bytes, "bytes"));
        }
        self.wait(Waiting { path, commit, size, source: Source::Blob(id) })
    }

    /// Notes a part of a commit or tag.
    fn object(
        &mut self,
        path: RepoPath,
        commit: Option<CommitId>,
        bytes: Vec<u8>,
    ) -> Result<(), SourceError> {
        self.wait(Waiting { path, commit, size: bytes.len() as u64, source: Source::Object(bytes) })
    }

    fn wait(&mut self, text: Waiting) -> Result<(), SourceError> {
        self.waiting.push(text);
        go_on(self.asked.cancelled)
    }

    fn within_objects(&self) -> Result<(), SourceError> {
        go_on(self.asked.cancelled)?;
        match self.places.len() + self.blobs.len() + self.again / AGAIN > self.asked.limits.objects {
            true => Err(too_much("files and folders", self.asked.limits.objects as u64, "objects")),
            false => Ok(()),
        }
    }
}

fn too_much(what: &str, limit: u64, key: &str) -> SourceError {
    SourceError::new(format!(
        "the push brings more than {limit} {what}; push in parts, or let the operator raise batuta.push-{key} in the \
         repository's Git configuration"
    ))
}
