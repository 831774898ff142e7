//! Where the program stores its results, and how it recognises its own entries.
//!
//! A store may be in the Git folder of a repository, which may come from an attacker, already filled: unpacked, copied,
//! mounted. So every store is opened through a [`StoreFolder`], which follows no links, and its entries are sealed with
//! a [`Secret`], which an attacker does not know.

mod error;
mod folder;
mod secret;

pub use error::{FolderError, SecretError};
pub use folder::{Place, StoreFolder};
pub use secret::Secret;
