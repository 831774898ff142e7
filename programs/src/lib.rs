//! The only crate that starts other programs.
//!
//! The programs started today build and test code, so they run code of the analysed repository: build scripts, tests,
//! whatever a Makefile says. That may only happen if a person asked for it, by a command whose help says so. So no
//! program can be started without a [`Consent`], and a consent names the command ([`Asked`]) that was entered.
//! Everything else only reads files and starts nothing: `cargo xtask tidy` checks that no other crate starts a process,
//! and a test runs every command under a tracer.
//!
//! ```text
//! Program (what, why) ──search path, outside of the tree──▶ Start (arguments, folder, environment) ──limits──▶ Finished
//! ```
//! [`environment`] says which variables are passed on.

mod consent;
pub mod environment;
mod finished;
mod limits;
mod program;
mod running;
mod search_path;
mod start;

pub use consent::{Asked, Consent};
pub use finished::{Answer, End, Finished};
pub use limits::{Limits, NotStarted};
pub use program::Program;
pub use start::Start;
