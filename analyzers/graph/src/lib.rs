//! The code graph (definitions, references, calls, imports, changes made together) and graph algorithms.
//!
//! ```text
//! RepoFacts ──name resolution──▶ CodeGraph ──▶ Csr ──▶ PageRank, components, betweenness, communities, paths
//! ```

pub mod code;
pub mod csr;
