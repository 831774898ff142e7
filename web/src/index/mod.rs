//! From a commit to its snapshot, in the background.

mod measure;
mod opening;
mod private_paths;
mod queue;
mod trends;
mod watch;

#[cfg(test)]
mod tests;

pub use measure::{head, measure, session, source_text};
pub use opening::to_open;
pub use queue::{Indexer, IndexerOptions, Told};
