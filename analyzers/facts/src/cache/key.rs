//! Keys and versions of entries.

use crate::language::Language;
use crate::model::{BlobId, RepoPath};
use xxhash_rust::xxh3::xxh3_128;

/// What an entry is filed under: 63 bits of a hash as SQLite's row id, the other 64 as the seed of the entry's checksum.
/// A row found under somebody else's id therefore fails its checksum and is a miss.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Key {
    /// SQLite's row id; never negative.
    pub id: i64,
    /// Seed of the checksum.
    pub seed: u64,
}

/// Which extractor wrote an entry: [`EXTRACTOR_VERSION`](crate::EXTRACTOR_VERSION) and a hash of the extractor's sources.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Version(pub i64);

impl Version {
    /// The one this program was built with.
    pub fn current() -> Version {
        let sources: u32 = env!("FACTS_SOURCES").parse().expect("the build script writes a 32-bit number");
        Version((i64::from(crate::EXTRACTOR_VERSION) << 32) | i64::from(sources))
    }

    /// Both parts.
    pub fn number(self) -> i64 {
        self.0
    }

    /// The number that people raise.
    pub fn extractor(self) -> u32 {
        (self.0 >> 32) as u32
    }
}

impl Key {
    /// Facts and sections of a blob read as `language`.
    pub fn facts(version: Version, blob: BlobId, language: Language) -> Key {
        Key::hash(1, version, &blob.0, language.spec().id.as_bytes())
    }

    /// The language of a blob under a file name that does not settle it.
    pub fn language(version: Version, blob: BlobId, path: &RepoPath) -> Key {
        Key::hash(2, version, &blob.0, path.file_name())
    }

    /// The blob that a path of a work tree held when it was last read.
    pub fn stat(root: &[u8], path: &RepoPath) -> Key {
        Key::hash(3, Version(0), root, path.as_bytes())
    }

    /// A result about a whole tree.
    pub fn result(version: Version, subject: &str, subject_version: u32, fingerprint: u128) -> Key {
        let mut second = subject_version.to_le_bytes().to_vec();
        second.extend(fingerprint.to_le_bytes());
        Key::hash(4, version, subject.as_bytes(), &second)
    }

    /// What all results of a subject are grouped by.
    pub fn subject(subject: &str) -> Key {
        Key::hash(5, Version(0), subject.as_bytes(), &[])
    }

    /// A mined commit; one that was compared with its first parent even when it is a merge is another entry.
    pub fn commit(version: Version, commit: &[u8; 20], first_parent: bool) -> Key {
        Key::hash(6, version, commit, &[u8::from(first_parent)])
    }

    /// What an analysis keeps under a key of its own.
    pub fn kept(version: Version, subject: &str, subject_version: u32, key: u128) -> Key {
        let mut second = subject_version.to_le_bytes().to_vec();
        second.extend(key.to_le_bytes());
        Key::hash(7, version, subject.as_bytes(), &second)
    }

    fn hash(subject: u8, version: Version, first: &[u8], second: &[u8]) -> Key {
        let mut bytes = Vec::with_capacity(17 + first.len() + second.len());
        bytes.push(subject);
        bytes.extend(version.0.to_le_bytes());
        bytes.extend((first.len() as u64).to_le_bytes());
        bytes.extend(first);
        bytes.extend(second);
        let hash = xxh3_128(&bytes);
        Key { id: (hash as u64 & i64::MAX as u64) as i64, seed: (hash >> 64) as u64 }
    }
}
