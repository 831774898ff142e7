//! One failing analysis of one file costs its figure, never the process.

use std::panic::{AssertUnwindSafe, catch_unwind};

/// The work on one thing failed by a fault of this program. Says nothing of what was worked on: the panic's own message, which
/// may, goes to standard error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a fault inside of batuta (please report it)")]
pub struct Fault;

/// Does the work on one thing among many; a panic in it is the end of that work, not of the others.
///
/// The work may not leave anything behind that others see: what it gives is all that there is of it.
///
/// # Errors
/// The work panicked.
pub fn contained<T>(work: impl FnOnce() -> T) -> Result<T, Fault> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|_| Fault)
}
