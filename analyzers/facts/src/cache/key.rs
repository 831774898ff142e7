//! Keys and versions of entries.

use crate::language::Language;
use crate::model::{BlobId, RepoPath};
use crate::stores::Secret;

/// What an entry is filed under: 63 bits of a keyed hash are SQLite's row id, the other 192 bits are the key of the
/// entry's seal. A row that was written with another secret, or that is found under a wrong id, fails its seal and is a
/// miss. Users with different secrets use different ids, so they do not replace each other's rows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Key {
    /// SQLite's row id; never negative.
    pub id: i64,
    /// Key of the seal.
    pub seal: [u8; 32],
}

/// Makes keys.
#[derive(Clone, Copy)]
pub(super) struct Keys(Secret);

/// Which extractor wrote an entry: [`EXTRACTOR_VERSION`](crate::EXTRACTOR_VERSION) and a hash of the extractor's sources.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Version(pub i64);

impl Version {
    /// The one that this program was built with.
    pub fn current() -> Version {
        let sources: u32 = env!("FACTS_SOURCES").parse().expect("the build script writes a 32-bit number");
        Version((i64::from(crate::EXTRACTOR_VERSION) << 32) | i64::from(sources))
    }

    /// Both parts.
    pub fn number(self) -> i64 {
        self.0
    }

    /// The number that developers raise.
    pub fn extractor(self) -> u32 {
        (self.0 >> 32) as u32
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Key({})", self.id)
    }
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys")
    }
}

impl Keys {
    /// The keys that follow from the secret.
    pub fn new(secret: &Secret) -> Keys {
        Keys(secret.for_purpose("entries of the cache"))
    }

    /// Facts and sections of a blob read as `language`.
    pub fn facts(&self, version: Version, blob: BlobId, language: Language) -> Key {
        self.hash(1, version, &blob.0, language.spec().id.as_bytes())
    }

    /// The language of a blob whose file name does not determine it.
    pub fn language(&self, version: Version, blob: BlobId, path: &RepoPath) -> Key {
        self.hash(2, version, &blob.0, path.file_name())
    }

    /// The blob that a path of a work tree had when it was last read.
    pub fn stat(&self, root: &[u8], path: &RepoPath) -> Key {
        self.hash(3, Version(0), root, path.as_bytes())
    }

    /// A result about a whole tree.
    pub fn result(&self, version: Version, subject: &str, subject_version: u32, fingerprint: u128) -> Key {
        let mut second = subject_version.to_le_bytes().to_vec();
        second.extend(fingerprint.to_le_bytes());
        self.hash(4, version, subject.as_bytes(), &second)
    }

    /// The group of all results of a subject.
    pub fn subject(&self, subject: &str) -> Key {
        self.hash(5, Version(0), subject.as_bytes(), &[])
    }

    /// A mined commit. A merge that was compared with its first parent is a separate entry.
    pub fn commit(&self, version: Version, commit: &[u8; 20], first_parent: bool) -> Key {
        self.hash(6, version, commit, &[u8::from(first_parent)])
    }

    /// A value that an analysis keeps under its own key.
    pub fn kept(&self, version: Version, subject: &str, subject_version: u32, key: u128) -> Key {
        let mut second = subject_version.to_le_bytes().to_vec();
        second.extend(key.to_le_bytes());
        self.hash(7, version, subject.as_bytes(), &second)
    }

    fn hash(&self, subject: u8, version: Version, first: &[u8], second: &[u8]) -> Key {
        let mut bytes = Vec::with_capacity(17 + first.len() + second.len());
        bytes.push(subject);
        bytes.extend(version.0.to_le_bytes());
        bytes.extend((first.len() as u64).to_le_bytes());
        bytes.extend(first);
        bytes.extend(second);
        let hash = blake3::keyed_hash(self.0.key(), &bytes);
        let (id, rest) = hash.as_bytes().split_at(8);
        let id = id.iter().fold(0, |id, byte| (id << 8) | u64::from(*byte));
        let mut seal = [0; 32];
        seal[..rest.len()].copy_from_slice(rest);
        Key { id: (id & i64::MAX as u64) as i64, seal }
    }
}
