//! Where batuta stores its results, and how it recognises its own entries.
//!
//! A store may be in the Git folder of a repository that comes from an attacker and is already filled: unpacked, copied
//! or mounted. So every store is opened through a [`StoreFolder`], which follows no links, and its entries are sealed
//! with a [`Secret`], which the attacker does not know.

mod error;
mod folder;
mod secret;

pub use error::{FolderError, SecretError};
pub use folder::{Place, StoreFolder};
pub use secret::Secret;
