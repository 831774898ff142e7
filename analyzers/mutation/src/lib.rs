//! Mutation testing: small changes made to the code, each built and tested; a change that no test notices shows what the
//! tests do not check.
//!
//! ```text
//! RepoFacts ──operators──▶ Plan ──copied trees: unchanged code, then mutant after mutant──▶ Results ──▶ Report
//! ```
//!
//! Mutants are real: each is built and run by the project's own tools, in a copy of the tree. The tree itself is never
//! written to. Planning reads files and starts no program; `run` starts programs, and needs a [`programs::Consent`] for
//! it.

mod baseline;
mod cargo_target;
pub mod changed_lines;
mod command_line;
mod copy;
mod execute;
mod failure;
pub mod mutant;
pub mod operators;
pub mod outcome;
pub mod plan;
pub mod project;
pub mod report;
mod results;
mod resume;
mod same_bytes;
mod test_count;
mod timeout;
mod worker;

pub use execute::{Progress, RunOptions, run};
pub use failure::MutationError;
pub use results::Results;
pub use timeout::TimeoutOptions;
