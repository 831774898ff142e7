//! The stored record of a commit: all data that depends only on the commit.

use bstr::BString;
use gix::ObjectId;
use serde::{Deserialize, Serialize};

/// A commit as it was written, with its changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Author, times, parents.
    pub header: Header,
    /// What it changed, sorted by path.
    pub changes: Vec<MinedChange>,
}

/// The part of a commit that can be read without comparing trees.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// Ids of its parents.
    pub parents: Vec<[u8; 20]>,
    /// The author as the commit names them.
    pub author: Signature,
    /// When the author wrote it, in seconds since the epoch.
    pub author_time: i64,
    /// When it was committed, in seconds since the epoch.
    pub commit_time: i64,
    /// The message's first paragraph on one line.
    pub summary: BString,
}

impl Header {
    /// Roughly its size in memory, in bytes.
    pub fn size(&self) -> usize {
        let texts = self.summary.len() + self.author.name.len() + self.author.email.len();
        size_of::<Header>() + texts + self.parents.len() * 20
    }
}

/// A name and an address as a commit has them.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Signature {
    /// The name.
    pub name: BString,
    /// The e-mail address.
    pub email: BString,
}

/// What a commit did to a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MinedChange {
    /// The file's path after the commit (before it, when it was removed).
    pub path: BString,
    /// What happened.
    pub kind: MinedKind,
    /// Lines added.
    pub added: u32,
    /// Lines removed.
    pub removed: u32,
    /// It has no lines to count.
    pub binary: bool,
}

/// What happened to a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum MinedKind {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// Its content or its mode changed.
    Modified,
    /// It had this path before.
    Renamed(BString),
}

/// The bytes of a SHA-1 id.
pub fn bytes_of(id: &gix::oid) -> [u8; 20] {
    let mut bytes = [0; 20];
    bytes.copy_from_slice(&id.as_bytes()[..20]);
    bytes
}

/// The id with these bytes.
pub fn id_of(bytes: [u8; 20]) -> ObjectId {
    ObjectId::Sha1(bytes)
}
