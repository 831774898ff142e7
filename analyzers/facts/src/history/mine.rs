//! One commit: its header, and its changes compared with its first parent.

use super::differences::{self, Difference, Failed};
use super::lines;
use super::record::{Header, MinedChange, MinedKind, Signature, bytes_of};
use crate::source::binary::is_binary;
use crate::source::commit_text::as_utf8;
use crate::source::git_errors::own_words;
use crate::source::renames::{self, Blobs, Side};
use crate::source::{Cancelled, SourceError, bounds};
use gix::ObjectId;
use gix::bstr::{BStr, BString, ByteSlice, ByteVec};
use gix::objs::tree::{EntryKind, EntryMode};

/// The most objects that a miner caches: neighbouring commits share most of their trees.
const OBJECT_CACHE: usize = 24 << 20;
/// The most delta bases that it caches: versions of one file are stored as chains of them.
const DELTA_CACHE: usize = 48 << 20;
/// A blob over this many bytes counts as binary: it is not read.
const LARGEST_BLOB: u64 = bounds::LARGEST_WITH_LINES;
/// Bytes of a commit's first paragraph that are kept. A person writes 50.
const LONGEST_SUMMARY: usize = 64 << 10;
/// Bytes of an author's name or address that are kept.
const LONGEST_NAME: usize = 4 << 10;

/// Reads commits of one repository. Each thread has its own.
pub struct Miner {
    repository: gix::Repository,
    state: gix::diff::tree::State,
}

/// A header with its commit's tree.
pub struct Read {
    pub header: Header,
    pub tree: ObjectId,
}

/// A file that exists before and after.
struct Pair {
    path: BString,
    old: (EntryMode, ObjectId),
    new: (EntryMode, ObjectId),
}

/// A file that exists on one side only.
struct Single {
    path: BString,
    mode: EntryMode,
    id: ObjectId,
}

/// The differences between two trees; each list is sorted by path.
#[derive(Default)]
struct TreeChanges {
    pairs: Vec<Pair>,
    deleted: Vec<Single>,
    added: Vec<Single>,
}

impl Single {
    fn side(&self) -> Side<'_> {
        Side { path: self.path.as_bstr(), id: self.id, mode: self.mode }
    }
}

impl Miner {
    pub fn new(mut repository: gix::Repository) -> Miner {
        repository.object_cache_size_if_unset(OBJECT_CACHE);
        repository
            .objects
            .set_pack_cache(|| Box::new(gix::odb::pack::cache::lru::MemoryCappedHashmap::new(DELTA_CACHE)));
        Miner { repository, state: gix::diff::tree::State::default() }
    }

    /// The header of a commit, and its tree.
    pub fn header(&self, id: ObjectId) -> Result<Read, SourceError> {
        let unreadable = |error: gix::Error| self.unreadable(id, &error);
        let commit = self.repository.find_commit(id).map_err(unreadable)?;
        let decoded = commit.decode().map_err(unreadable)?;
        // An unreadable date is no reason to lose a commit: like Git, use the epoch.
        let text = |text| as_utf8(text, decoded.encoding).into_owned();
        let author = decoded.author().ok().map(|author| {
            let seconds = author.time().map_or(0, |time| time.seconds);
            let author = author.trim();
            let (name, email) = (text(author.name), text(author.email));
            (Signature { name: cut(name, LONGEST_NAME), email: cut(email, LONGEST_NAME) }, seconds)
        });
        let (author, author_time) =
            author.unwrap_or_else(|| (Signature { name: BString::default(), email: BString::default() }, 0));
        let committed = decoded.committer().ok().and_then(|committer| committer.time().ok());
        let header = Header {
            parents: decoded.parents().map(|parent| bytes_of(&parent)).collect(),
            author,
            author_time,
            commit_time: committed.map_or(0, |time| time.seconds),
            summary: cut(summary(text(decoded.message).as_bstr()), LONGEST_SUMMARY),
        };
        Ok(Read { header, tree: decoded.tree() })
    }

    /// The changes of a commit compared with its first parent's tree, or with an empty tree.
    pub fn changes(
        &mut self,
        tree: ObjectId,
        parent: Option<ObjectId>,
        cancelled: Option<Cancelled<'_>>,
    ) -> Result<Vec<MinedChange>, SourceError> {
        let TreeChanges { pairs, deleted, added } = self.compare_trees(tree, parent, cancelled)?;
        let mut changes = Vec::with_capacity(pairs.len() + deleted.len() + added.len());
        for pair in pairs {
            bounds::go_on(cancelled)?;
            changes.push(self.change(pair.path, MinedKind::Modified, Some(pair.old), Some(pair.new))?);
        }
        let old: Vec<Side<'_>> = deleted.iter().map(Single::side).collect();
        let new: Vec<Side<'_>> = added.iter().map(Single::side).collect();
        let sources = renames::detect(&old, &new, &mut InRepository(&self.repository))?;
        drop((old, new));
        let mut renamed = vec![false; deleted.len()];
        for (single, source) in added.into_iter().zip(sources) {
            bounds::go_on(cancelled)?;
            let now = Some((single.mode, single.id));
            changes.push(match source {
                Some(source) => {
                    renamed[source] = true;
                    let before = &deleted[source];
                    let kind = MinedKind::Renamed(before.path.clone());
                    self.change(single.path, kind, Some((before.mode, before.id)), now)?
                }
                None => self.change(single.path, MinedKind::Added, None, now)?,
            });
        }
        for (single, _) in deleted.into_iter().zip(renamed).filter(|(_, renamed)| !renamed) {
            bounds::go_on(cancelled)?;
            let before = Some((single.mode, single.id));
            changes.push(self.change(single.path, MinedKind::Removed, before, None)?);
        }
        changes.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(changes)
    }

    fn compare_trees(
        &mut self,
        tree: ObjectId,
        parent: Option<ObjectId>,
        cancelled: Option<Cancelled<'_>>,
    ) -> Result<TreeChanges, SourceError> {
        let new = self.tree(tree)?;
        let old = parent.map(|parent| self.tree(parent)).transpose()?.unwrap_or_default();
        let found = differences::between(&old, &new, &mut self.state, &self.repository.objects, cancelled);
        let found = found.map_err(|failed| match failed {
            Failed::Interrupted(end) => end,
            Failed::TooMuch(what) => SourceError::new(format!(
                "the history cannot be read: the tree {tree} of a commit has {what}"
            )),
            Failed::Unreadable(error) => self.unreadable(tree, &error),
        })?;
        let TreeChanges { mut pairs, mut deleted, mut added } = TreeChanges::default();
        for Difference { path, old, new } in found {
            match (old, new) {
                (None, Some((mode, id))) => added.push(Single { path, mode, id }),
                (Some((mode, id)), None) => deleted.push(Single { path, mode, id }),
                // Early versions of Git wrote group permissions into modes (0664); today's Git ignores them.
                (Some(old), Some(new)) if old.1 != new.1 || old.0.kind() != new.0.kind() => {
                    pairs.push(Pair { path, old, new });
                }
                _ => {}
            }
        }
        pairs.sort_by(|a, b| a.path.cmp(&b.path));
        deleted.sort_by(|a, b| a.path.cmp(&b.path));
        added.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(TreeChanges { pairs, deleted, added })
    }

    fn change(
        &self,
        path: BString,
        kind: MinedKind,
        old: Option<(EntryMode, ObjectId)>,
        new: Option<(EntryMode, ObjectId)>,
    ) -> Result<MinedChange, SourceError> {
        let counted = match (old, new) {
            (Some(old), Some(new)) if old.1 == new.1 => {
                self.content(new)?.filter(|content| !is_binary(content)).map(|_| (0, 0))
            }
            _ => match (self.side(old)?, self.side(new)?) {
                (Some(old), Some(new)) => lines::changed(&old, &new),
                _ => None,
            },
        };
        let (added, removed) = counted.unwrap_or_default();
        Ok(MinedChange { path, kind, added, removed, binary: counted.is_none() })
    }

    /// The content of one side, empty if the file does not exist there; `None` when it is too large.
    fn side(&self, file: Option<(EntryMode, ObjectId)>) -> Result<Option<Vec<u8>>, SourceError> {
        file.map_or(Ok(Some(Vec::new())), |file| self.content(file))
    }

    fn content(&self, (mode, id): (EntryMode, ObjectId)) -> Result<Option<Vec<u8>>, SourceError> {
        if mode.kind() == EntryKind::Commit {
            return Ok(Some(format!("Subproject commit {id}\n").into_bytes()));
        }
        let mut blobs = InRepository(&self.repository);
        if blobs.size(id)? > LARGEST_BLOB {
            return Ok(None);
        }
        blobs.read(id).map(Some)
    }

    fn tree(&self, id: ObjectId) -> Result<Vec<u8>, SourceError> {
        let mut tree = self.repository.find_tree(id).map_err(|error| self.unreadable(id, &error))?;
        Ok(std::mem::take(&mut tree.data))
    }

    fn unreadable(&self, id: ObjectId, error: &(dyn std::error::Error + 'static)) -> SourceError {
        unreadable(&self.repository, id, error)
    }
}

struct InRepository<'r>(&'r gix::Repository);

impl Blobs for InRepository<'_> {
    fn size(&mut self, id: ObjectId) -> Result<u64, SourceError> {
        let header = self.0.find_header(id);
        header.map(|header| header.size()).map_err(|error| unreadable(self.0, id, &error))
    }

    fn read(&mut self, id: ObjectId) -> Result<Vec<u8>, SourceError> {
        let mut object = self.0.find_object(id).map_err(|error| unreadable(self.0, id, &error))?;
        Ok(std::mem::take(&mut object.data))
    }
}

fn unreadable(
    repository: &gix::Repository,
    id: ObjectId,
    error: &(dyn std::error::Error + 'static),
) -> SourceError {
    SourceError::new(format!(
        "the history cannot be read: object {id} of {}: {}; a partial clone lacks the content of old files \
         (`git fetch --refetch --no-filter` brings it), else run `git fsck`",
        repository.git_dir().display(),
        own_words(error)
    ))
}

/// The text, or the start of it.
fn cut(mut text: BString, most: usize) -> BString {
    if text.len() > most {
        let end = text.to_str_lossy().floor_char_boundary(most).min(most);
        text.truncate(end);
        text.shrink_to_fit();
    }
    text
}

/// The first paragraph of a message on one line.
fn summary(message: &BStr) -> BString {
    let mut summary = BString::default();
    let lines = message.lines().map(ByteSlice::trim).skip_while(|line| line.is_empty());
    for line in lines.take_while(|line| !line.is_empty()) {
        if !summary.is_empty() {
            summary.push_byte(b' ');
        }
        summary.push_str(line);
    }
    summary
}
