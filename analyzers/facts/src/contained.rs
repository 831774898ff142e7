//! A failed analysis of one file costs that file's figures, never the whole process.

use std::panic::{AssertUnwindSafe, catch_unwind};

/// The work on one item failed because of a bug in this program. Contains nothing about the item; the panic's own
/// message may, and goes to standard error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a fault inside of batuta (please report it)")]
pub struct Fault;

/// Processes one of many items; a panic ends only the work on this item.
///
/// The work must not leave any state behind that others see: its return value is its only effect.
///
/// # Errors
/// The work panicked.
pub fn contained<T>(work: impl FnOnce() -> T) -> Result<T, Fault> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|_| Fault)
}
