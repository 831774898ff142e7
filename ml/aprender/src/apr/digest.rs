//! Digests: of a section, of its groups of 256 KiB, and of the whole file.
//!
//! A section's digest is the plain BLAKE3 hash of its stored bytes. BLAKE3 is itself a hash tree, so the chaining value
//! of each aligned group of 256 KiB is a node of that tree. With those nodes in the head of the file, a reader can
//! check part of a large section without reading the rest. (BLAKE3 paper, section 2.1.)

use blake3::Hasher;
use blake3::hazmat::{ChainingValue, HasherExt, Mode, merge_subtrees_non_root, merge_subtrees_root};

/// Bytes per group; a power of two.
pub(super) const GROUP: usize = 1 << 18;

/// 32 bytes of BLAKE3.
pub type Digest = [u8; 32];

/// Number of groups that the head lists for a section of this many bytes: none if the digest covers a single group.
pub(super) fn listed_groups(stored: u64) -> u64 {
    if stored <= GROUP as u64 { 0 } else { stored.div_ceil(GROUP as u64) }
}

/// The chaining value of group `index`, which holds `bytes` (not empty, at most [`GROUP`]).
pub(super) fn hash_group(index: u64, bytes: &[u8]) -> ChainingValue {
    let mut hasher = Hasher::new();
    hasher.set_input_offset(index * GROUP as u64);
    hasher.update(bytes);
    hasher.finalize_non_root()
}

/// The digest of a section from the chaining values of its groups (at least two).
pub(super) fn merge_groups(groups: &[ChainingValue]) -> Digest {
    let (left, right) = halves(groups);
    *merge_subtrees_root(&merge_inner(left), &merge_inner(right), Mode::Hash).as_bytes()
}

fn merge_inner(groups: &[ChainingValue]) -> ChainingValue {
    if let [only] = groups {
        return *only;
    }
    let (left, right) = halves(groups);
    merge_subtrees_non_root(&merge_inner(left), &merge_inner(right), Mode::Hash)
}

/// The left subtree is the largest full one that leaves something for the right.
fn halves(groups: &[ChainingValue]) -> (&[ChainingValue], &[ChainingValue]) {
    groups.split_at(groups.len().div_ceil(2).next_power_of_two())
}

/// Hashes a section that arrives in pieces.
pub(super) struct SectionHasher {
    current: Hasher,
    in_current: usize,
    groups: Vec<ChainingValue>,
}

impl SectionHasher {
    pub(super) fn new() -> Self {
        SectionHasher { current: Hasher::new(), in_current: 0, groups: Vec::new() }
    }

    pub(super) fn update(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            if self.in_current == GROUP {
                self.groups.push(self.current.finalize_non_root());
                self.current = Hasher::new();
                self.current.set_input_offset((self.groups.len() * GROUP) as u64);
                self.in_current = 0;
            }
            let (now, later) = bytes.split_at(bytes.len().min(GROUP - self.in_current));
            self.current.update(now);
            self.in_current += now.len();
            bytes = later;
        }
    }

    /// The section's digest and the list of its groups for the head.
    pub(super) fn finish(mut self) -> (Digest, Vec<ChainingValue>) {
        if self.groups.is_empty() {
            return (*self.current.finalize().as_bytes(), Vec::new());
        }
        self.groups.push(self.current.finalize_non_root());
        (merge_groups(&self.groups), self.groups)
    }
}

/// The root of the file: a digest of the header, the table with the digests of all sections, the key slots and names.
pub(super) fn root(head: &[u8]) -> Digest {
    *Hasher::new_derive_key("apr 3 root").update(head).finalize().as_bytes()
}

/// A digest as hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a string does not fail");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_merge_to_the_plain_hash_whatever_the_length() {
        let bytes: Vec<u8> = (0..5 * GROUP + 77).map(|i| ((i * 31) >> 3) as u8).collect();
        let lengths =
            [0, 1, 1024, GROUP - 1, GROUP, GROUP + 1, 2 * GROUP, 3 * GROUP, 3 * GROUP + 9, bytes.len()];
        for length in lengths {
            let section = &bytes[..length];
            let mut hasher = SectionHasher::new();
            section.chunks(100_003).for_each(|piece| hasher.update(piece));
            let (digest, groups) = hasher.finish();
            assert_eq!(digest, *blake3::hash(section).as_bytes(), "{length}");
            assert_eq!(groups.len() as u64, listed_groups(length as u64));
            for (index, (group, listed)) in section.chunks(GROUP).zip(&groups).enumerate() {
                assert_eq!(hash_group(index as u64, group), *listed);
            }
        }
    }
}
