//! How an entry is stored: `seal (16 bytes) · table (1 byte) · compressed? (1 byte) · postcard, by lz4 where that pays`.
//!
//! The seal is a keyed hash of everything after it, and its key is derived from the entry's own key and the secret. A
//! flipped bit, a row in the wrong place and a row that somebody else wrote are misses, and they are not parsed.

use super::key::Key;
use super::schema::Table;
use crate::file::FileFacts;
use crate::language::Language;
use crate::model::BlobId;
use crate::source::{FileStat, SkipReason};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

const SEAL_BYTES: usize = 16;
/// Seal, table, compression flag.
const HEADER_BYTES: usize = SEAL_BYTES + 2;
const PLAIN: u8 = 0;
const LZ4: u8 = 1;
/// Below this many bytes lz4 saves less than a row's own overhead.
const WORTH_COMPRESSING: usize = 256;

/// One byte of lz4 expands to this many bytes at most.
const LARGEST_LZ4_RATIO: usize = 255;

/// What is known about a file's bytes. `F` is [`FileFacts`], by reference when writing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Record<F> {
    /// The file's size in bytes: distinguishes bytes on disk from Git's blob of them, and finds large files without
    /// reading.
    pub size: u64,
    /// The outcome.
    pub outcome: Outcome<F>,
}

/// The outcome of reading a file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) enum Outcome<F> {
    /// It was measured.
    Facts(F),
    /// Its content has this language.
    Language(Language),
    /// It cannot be measured.
    Unmeasurable(Unmeasurable),
    /// It is over the size limit (size, limit): nothing else is known.
    Oversized(u64, u64),
}

/// The [`SkipReason`]s that depend only on a file's bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Unmeasurable {
    Binary,
    UnknownLanguage,
    Encoding(String),
    ParseBudget,
    LfsPointer,
    BinarySource,
}

impl Unmeasurable {
    /// `None` for a reason that depends on more than the bytes.
    pub fn from_reason(reason: &SkipReason) -> Option<Self> {
        match reason {
            SkipReason::Binary => Some(Unmeasurable::Binary),
            SkipReason::UnknownLanguage => Some(Unmeasurable::UnknownLanguage),
            SkipReason::Encoding(encoding) => Some(Unmeasurable::Encoding(encoding.clone())),
            SkipReason::ParseBudget => Some(Unmeasurable::ParseBudget),
            SkipReason::LfsPointer => Some(Unmeasurable::LfsPointer),
            SkipReason::BinarySource => Some(Unmeasurable::BinarySource),
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
            Unmeasurable::LfsPointer => SkipReason::LfsPointer,
            Unmeasurable::BinarySource => SkipReason::BinarySource,
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
    let mut header = vec![0; HEADER_BYTES];
    header[SEAL_BYTES] = table as u8;
    header[SEAL_BYTES + 1] = PLAIN;
    let mut sealed = postcard::to_extend(value, header)
        .expect("postcard writes any plain data to memory, and facts are plain data");
    let plain = &sealed[HEADER_BYTES..];
    if plain.len() >= WORTH_COMPRESSING {
        let compressed = lz4_flex::block::compress_prepend_size(plain);
        if compressed.len() < plain.len() - plain.len() / 8 {
            sealed.truncate(HEADER_BYTES);
            sealed[SEAL_BYTES + 1] = LZ4;
            sealed.extend(compressed);
        }
    }
    let seal = seal_of(key, &sealed[SEAL_BYTES..]);
    sealed[..SEAL_BYTES].copy_from_slice(&seal);
    sealed
}

/// The value, unless a single bit of it, its table, its key or the secret differs from what was sealed. `buffer` is for
/// decompression; the caller reuses it between calls.
pub(super) fn unseal<T: DeserializeOwned>(
    table: Table,
    key: Key,
    sealed: &[u8],
    buffer: &mut Vec<u8>,
) -> Option<T> {
    let (stored, body) = sealed.split_first_chunk::<SEAL_BYTES>()?;
    if *stored != seal_of(key, body) {
        return None;
    }
    open(table, body, buffer)
}

/// The value in the bytes after the seal.
pub(super) fn open<T: DeserializeOwned>(table: Table, body: &[u8], buffer: &mut Vec<u8>) -> Option<T> {
    match body.split_first_chunk::<2>()? {
        ([own, PLAIN], plain) if *own == table as u8 => postcard::from_bytes(plain).ok(),
        ([own, LZ4], compressed) if *own == table as u8 => {
            let (size, compressed) = lz4_flex::block::uncompressed_size(compressed).ok()?;
            if size > compressed.len().saturating_mul(LARGEST_LZ4_RATIO) {
                return None;
            }
            if buffer.len() < size {
                buffer.resize(size, 0);
            }
            let size = lz4_flex::block::decompress_into(compressed, &mut buffer[..size]).ok()?;
            postcard::from_bytes(&buffer[..size]).ok()
        }
        _ => None,
    }
}

/// Reads bytes as entries of the tables, without the seal. Only for the fuzz target `cache_entries`.
#[cfg(fuzzing)]
pub fn open_strange(body: &[u8]) {
    use crate::model::{Comment, Symbols, TokenStream, Types};
    let mut buffer = Vec::new();
    let _ = open::<Record<FileFacts>>(Table::Facts, body, &mut buffer);
    let _ = open::<Sighting>(Table::Sightings, body, &mut buffer);
    let _ = open::<Vec<Comment>>(Table::Comments, body, &mut buffer);
    let _ = open::<Symbols>(Table::Symbols, body, &mut buffer);
    let _ = open::<TokenStream>(Table::Tokens, body, &mut buffer);
    let _ = open::<Types>(Table::Types, body, &mut buffer);
}

fn seal_of(key: Key, body: &[u8]) -> [u8; SEAL_BYTES] {
    let hash = blake3::keyed_hash(&key.seal, body);
    *hash.as_bytes().first_chunk().expect("the hash has 32 bytes")
}
