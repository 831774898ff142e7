//! Hash tables whose hash has a secret.
//!
//! Names, paths and numbers in a repository are untrusted: somebody may choose them so that a known hash puts all of them in one
//! place: 40,000 names then cost a minute. The hash here differs from run to run, so it cannot be aimed at.
//!
//! So does the order in which such a table is walked: what is listed, numbered or chosen must be sorted, or follow another order
//! than the table's. The tests of equal bytes watch over that: each run of the program has another hash.

/// A map by a hash with a secret.
pub type HashMap<K, V> = std::collections::HashMap<K, V, foldhash::fast::RandomState>;

/// A set by a hash with a secret.
pub type HashSet<T> = std::collections::HashSet<T, foldhash::fast::RandomState>;

#[cfg(test)]
mod tests {
    use super::*;
    use std::hash::BuildHasher;

    #[test]
    fn two_tables_hash_a_name_differently() {
        let hash = |table: &HashMap<&str, u32>| table.hasher().hash_one("name");
        let hashes: std::collections::BTreeSet<u64> = (0..8).map(|_| hash(&HashMap::default())).collect();
        assert_eq!(hashes.len(), 8);
    }
}
