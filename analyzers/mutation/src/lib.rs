//! Mutation testing: small changes made to the code, each built and tested; a change that no test notices shows what the
//! tests do not check.
//!
//! ```text
//! RepoFacts ──operators on the syntax tree──▶ Mutant ──copied tree, build, tests──▶ Outcome ──▶ report
//! ```

pub mod mutant;
