//! Search over the definitions of a tree: functions, methods, types, constants by their names, signatures, documentation
//! and the names they use.
//!
//! ```text
//! RepoFacts ──changed files──▶ SearchIndex (tantivy, on disk) ──Query──▶ lexical scores ─┐
//! centrality, later meaning ─────────────────────────────────────────────────────────────┴─Weights──▶ Hit
//! ```
//!
//! Lexical scores are BM25 over words: identifiers are split into their parts (`parseHTTPHeader` contains `parse`,
//! `http` and `header`). Scores do not depend on how the index was built: the statistics count only current documents.

mod directory;
mod fields;
mod index;
mod query;
mod rank;
mod sealed_directory;
mod sealed_file;
mod statistics;
mod words;

#[cfg(test)]
mod tests;

pub use index::{Found, SearchError, SearchIndex, SearchSource, StoredDefinition};
pub use query::{MOST_WORDS, Query};
pub use rank::{Ranked, Signals, Weights, rank};
pub use words::words;
