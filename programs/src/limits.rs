//! How long a program may run and how much it may print, and why one did not run.

use std::io;
use std::time::Duration;

/// When a program is killed before it ends by itself.
pub struct Limits<'a> {
    /// The time limit; none for no limit.
    pub time: Option<Duration>,
    /// Called regularly; true kills it.
    pub cancelled: &'a dyn Fn() -> bool,
}

/// Why a program did not run.
#[derive(Debug, thiserror::Error)]
pub enum NotStarted {
    /// It is not installed, or only in places that are not searched.
    #[error("`{0}` is on no absolute folder of PATH outside of the analysed tree")]
    NotFound(String),
    /// The system refused.
    #[error("{0}")]
    Failed(#[from] io::Error),
    /// It printed more than this program reads.
    #[error("it printed more than {0} bytes")]
    TooLong(usize),
}
