//! Hash tables with a secret hash seed.
//!
//! Names, paths and numbers in a repository are untrusted: an attacker who knows the hash can choose them so that all
//! of them collide, and then 40,000 names cost a minute. The hash here is seeded anew in each run, so this attack
//! fails.
//!
//! The iteration order of these tables also differs from run to run: results that are listed, numbered or chosen must
//! be sorted, or follow an order other than the table's. The tests for equal bytes check this, since each run of the
//! program has another hash.

/// A map with a secret hash seed.
pub type HashMap<K, V> = std::collections::HashMap<K, V, foldhash::fast::RandomState>;

/// A set with a secret hash seed.
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
