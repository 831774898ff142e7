//! Columns without a vocabulary: a term's hash selects its column.
//!
//! Source: Weinberger, Dasgupta, Langford, Smola, Attenberg, "Feature hashing for large scale multitask learning", ICML 2009.

use crate::error::{Result, setting};
use crate::sparse::SparseTable;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Hashes terms into a fixed number of columns; nothing is learned, and the terms are not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct HashingVectorizer {
    /// Number of columns. Default 2¹⁸.
    pub columns: u32,
    /// Whether half of the terms count negatively, so that terms in the same column cancel on average. Default: yes.
    pub signed: bool,
}

impl Default for HashingVectorizer {
    fn default() -> Self {
        Self { columns: 1 << 18, signed: true }
    }
}

impl HashingVectorizer {
    /// How often each document contains the terms of each column.
    ///
    /// # Errors
    /// No columns, or no documents.
    pub fn transform<T: AsRef<str>, D: AsRef<[T]>>(&self, documents: &[D]) -> Result<SparseTable> {
        setting(self.columns > 0, "columns", f64::from(self.columns), "there must be one")?;
        let row = |document: &D| {
            let mut counts = BTreeMap::new();
            for term in document.as_ref() {
                let hash = hash(term.as_ref().as_bytes());
                let sign = if self.signed && hash >> 63 == 1 { -1.0 } else { 1.0 };
                *counts.entry((hash % u64::from(self.columns)) as u32).or_insert(0.0) += sign;
            }
            counts.into_iter().filter(|(_, count)| *count != 0.0).collect::<Vec<_>>()
        };
        SparseTable::from_rows(documents.iter().map(row), self.columns as usize)
    }
}

/// The first eight bytes of BLAKE3, little endian: the same on every machine, and no one can make texts that collide.
fn hash(bytes: &[u8]) -> u64 {
    let digest = blake3::hash(bytes);
    digest.as_bytes().iter().take(8).rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
}
