//! Graph algorithms on [`Csr`](crate::csr::Csr), each in a file with its source.
//!
//! All are deterministic: where a paper leaves an order open it is that of the node numbers, and what runs in parallel adds
//! up in a fixed order, so the bits are the same for any number of threads.

pub mod betweenness;
pub mod closeness;
pub mod core_numbers;
pub mod cycles;
pub mod leiden;
pub mod louvain;
pub mod modularity;
mod moving;
pub mod pagerank;
mod partition;
pub mod shortest_paths;
mod splitmix;
pub mod strong_components;
pub mod topological;
pub mod weak_components;

pub use partition::Partition;
