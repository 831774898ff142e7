//! Where the program keeps what it remembers, and how it knows its own words again.
//!
//! A store may lie in the Git folder of a repository, which may have come from strangers, already filled: unpacked, copied,
//! mounted. So every store is opened through a [`StoreFolder`], which follows no link, and what it holds is bound to a
//! [`Secret`], which strangers do not know.

mod folder;
mod secret;

pub use folder::{Place, StoreFolder};
pub use secret::Secret;
