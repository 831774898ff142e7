//! How an entry is stored: `checksum (8 bytes) · compressed? (1 byte) · postcard, by lz4 where that pays`.
//!
//! The checksum covers the entry, its table and its key, so a flipped bit or a row in the wrong place is a miss.

use super::key::Key;
use super::schema::Table;
use crate::language::Language;
use crate::model::{BlobId, FileFacts};
use crate::source::{FileStat, SkipReason};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64_with_seed;

const CHECKSUM_BYTES: usize = 8;
const PLAIN: u8 = 0;
const LZ4: u8 = 1;
/// Below this many bytes lz4 saves less than a row's own overhead.
const WORTH_COMPRESSING: usize = 256;

/// What is known about a file's bytes. `F` is [`FileFacts`], by reference when writing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Record<F> {
    /// The file's size in bytes: tells bytes on disk from the blob that Git made of them, and large files without a read.
    pub size: u64,
    /// What came out.
    pub outcome: Outcome<F>,
}

/// What came of reading a file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) enum Outcome<F> {
    /// It was measured.
    Facts(F),
    /// Its content tells this language.
    Language(Language),
    /// It cannot be measured.
    Unmeasurable(Unmeasurable),
    /// It is over the size limit (size, limit): nothing else is known.
    Oversized(u64, u64),
}

/// The [`SkipReason`]s that follow from a file's bytes alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Unmeasurable {
    Binary,
    UnknownLanguage,
    Encoding(String),
    ParseBudget,
}

impl Unmeasurable {
    /// `None` for a reason that depends on more than the bytes.
    pub fn from_reason(reason: &SkipReason) -> Option<Self> {
        match reason {
            SkipReason::Binary => Some(Unmeasurable::Binary),
            SkipReason::UnknownLanguage => Some(Unmeasurable::UnknownLanguage),
            SkipReason::Encoding(encoding) => Some(Unmeasurable::Encoding(encoding.clone())),
            SkipReason::ParseBudget => Some(Unmeasurable::ParseBudget),
            _ => None,
        }
    }
}

impl From<Unmeasurable> for SkipReason {
    fn from(stored: Unmeasurable) -> Self {
        match stored {
            Unmeasurable::Binary => SkipReason::Binary,
            Unmeasurable::UnknownLanguage => SkipReason::UnknownLanguage,
            Unmeasurable::Encoding(encoding) => SkipReason::Encoding(encoding),
            Unmeasurable::ParseBudget => SkipReason::ParseBudget,
        }
    }
}

/// The blob that a work-tree file held at a given stat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Sighting {
    modified: i64,
    size: u64,
    inode: u64,
    blob: [u8; 20],
}

impl Sighting {
    pub fn new(stat: FileStat, blob: BlobId) -> Self {
        Sighting { modified: stat.modified, size: stat.size, inode: stat.inode, blob: blob.0 }
    }

    /// The blob, if the file still has the stat it had then.
    pub fn blob_at(&self, stat: FileStat) -> Option<BlobId> {
        (*self == Sighting::new(stat, BlobId(self.blob))).then_some(BlobId(self.blob))
    }
}

/// The record of a measured file: what [`Record`]`<FileFacts>` reads back.
pub(super) fn facts_record(size: u64, facts: &FileFacts) -> Record<&FileFacts> {
    Record { size, outcome: Outcome::Facts(facts) }
}

/// The stored form of `value`.
pub(super) fn seal<T: Serialize + ?Sized>(table: Table, key: Key, value: &T) -> Vec<u8> {
    let header = vec![0; CHECKSUM_BYTES + 1];
    let mut sealed = postcard::to_extend(value, header)
        .expect("postcard writes any plain data to memory, and facts are plain data");
    let plain = &sealed[CHECKSUM_BYTES + 1..];
    if plain.len() >= WORTH_COMPRESSING {
        let compressed = lz4_flex::block::compress_prepend_size(plain);
        if compressed.len() < plain.len() - plain.len() / 8 {
            sealed.truncate(CHECKSUM_BYTES);
            sealed.push(LZ4);
            sealed.extend(compressed);
        }
    }
    let checksum = checksum(table, key, &sealed[CHECKSUM_BYTES..]);
    sealed[..CHECKSUM_BYTES].copy_from_slice(&checksum.to_le_bytes());
    sealed
}

/// The value, unless a single bit of it, its table or its key differs from what was sealed. `buffer` is for
/// decompression, kept by the caller from one call to the next.
pub(super) fn unseal<T: DeserializeOwned>(
    table: Table,
    key: Key,
    sealed: &[u8],
    buffer: &mut Vec<u8>,
) -> Option<T> {
    let (stored, body) = sealed.split_first_chunk::<CHECKSUM_BYTES>()?;
    if u64::from_le_bytes(*stored) != checksum(table, key, body) {
        return None;
    }
    match body.split_first()? {
        (&PLAIN, plain) => postcard::from_bytes(plain).ok(),
        (&LZ4, compressed) => {
            let (size, compressed) = lz4_flex::block::uncompressed_size(compressed).ok()?;
            if buffer.len() < size {
                buffer.resize(size, 0);
            }
            let size = lz4_flex::block::decompress_into(compressed, &mut buffer[..size]).ok()?;
            postcard::from_bytes(&buffer[..size]).ok()
        }
        _ => None,
    }
}

fn checksum(table: Table, key: Key, body: &[u8]) -> u64 {
    xxh3_64_with_seed(body, key.seed ^ table as u64)
}
