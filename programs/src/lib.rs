//! The one place where other programs are started.
//!
//! What is started today builds and tests code, so it runs code of the repository that is looked at: build scripts, tests,
//! whatever a Makefile says. That may happen only when a person asked for it, by a command whose help says so. Hence no program
//! can be started without a [`Consent`], and a consent names the command ([`Asked`]) that was entered. Everything else that the
//! program does reads files and starts nothing: `cargo xtask tidy` checks that no other crate starts a process, and a test runs
//! every command under a tracer.
//!
//! ```text
//! Program (what, why) ──search path, outside of the tree──▶ Start (arguments, folder, environment) ──limits──▶ Finished
//! ```
//!
//! What is handed on of the environment stands in [`environment`].

mod consent;
pub mod environment;
mod finished;
mod program;
mod running;
mod search_path;
mod start;

pub use consent::{Asked, Consent};
pub use finished::{Answer, End, Finished};
pub use program::Program;
pub use start::{Limits, NotStarted, Start};
