//! The list of files in an index, kept in the commit itself so that both change together.

use facts::model::{BlobId, RepoPath};
use std::collections::BTreeMap;
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

/// Raised when documents are created differently: older indexes are then rebuilt.
const VERSION: &str = "1";

/// Identifies a file in an index: a hash of its path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct FileKey(pub u64);

impl FileKey {
    pub fn of(path: &RepoPath) -> FileKey {
        FileKey(xxh3_64(path.as_bytes()))
    }
}

/// The files of an index, each with a hash of its content.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct IndexedFiles(pub BTreeMap<FileKey, u64>);

impl IndexedFiles {
    /// A hash of a file's content and the extractor.
    pub fn content(blob: BlobId, extractor: u64) -> u64 {
        xxh3_64_with_seed(&blob.0, extractor)
    }

    pub fn to_payload(&self) -> String {
        let mut text = format!("{VERSION}:");
        for (file, content) in &self.0 {
            text.push_str(&format!("{:016x}{content:016x}", file.0));
        }
        text
    }

    /// `None` if the payload is another version's or not ours.
    pub fn from_payload(payload: &str) -> Option<IndexedFiles> {
        let entries = payload.strip_prefix(VERSION)?.strip_prefix(':')?;
        let number = |digits: &[u8]| u64::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok();
        let chunks = entries.as_bytes().chunks(32).map(|entry| {
            let (file, content) = entry.split_at_checked(16)?;
            (content.len() == 16).then_some(())?;
            Some((FileKey(number(file)?), number(content)?))
        });
        chunks.collect::<Option<BTreeMap<_, _>>>().map(IndexedFiles)
    }
}
