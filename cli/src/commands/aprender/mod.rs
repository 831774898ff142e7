//! Models of tables: fitting, predicting, evaluating, signing and inspecting them.

mod convert;
mod data;
mod evaluate;
mod explain;
mod fit;
mod inspect;
mod keys;
mod opening;
mod picture;
mod predict;
mod seal;
mod validate;

use super::Outcome;
use crate::args::{AprenderArgs, AprenderCommand, GlobalArgs};
use crate::failure::Failure;
use std::fmt::Display;

/// Runs one of the commands.
pub fn run(args: AprenderArgs, global: &GlobalArgs) -> anyhow::Result<Outcome> {
    match args.command {
        AprenderCommand::Fit(args) => fit::run(&args, global),
        AprenderCommand::Predict(args) => predict::run(&args, global),
        AprenderCommand::Evaluate(args) => evaluate::run(&args, global),
        AprenderCommand::Explain(args) => explain::run(&args, global),
        AprenderCommand::Inspect(args) => inspect::run(&args, global),
        AprenderCommand::Validate(args) => validate::validate(&args),
        AprenderCommand::Convert(args) => convert::run(&args, global),
        AprenderCommand::Sign(args) => validate::sign(&args),
        AprenderCommand::Verify(args) => validate::verify(&args),
        AprenderCommand::Keygen(args) => keys::generate(&args),
    }
}

/// What could not be done, and the library's reason.
fn failed(what: impl Into<String>, why: impl Display) -> Failure {
    Failure::new(what).why(why)
}
