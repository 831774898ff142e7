//! The code graph (definitions, references, calls, imports, changes made together) and graph algorithms.
//!
//! ```text
//! RepoFacts ──name resolution──▶ CodeGraph ──▶ Csr ──▶ PageRank, components, betweenness, communities, paths
//! ```

pub mod algorithms;
pub mod cochange;
pub mod code;
pub mod csr;
pub mod export;
pub mod report;
pub mod types;
pub mod view;
