mod data;
mod files;
mod fit;

pub use data::{DataArgs, DeclaredType, EvaluateArgs, ExplainArgs, PlotFormat, PredictArgs, TableFormat};
pub use files::{
    ConvertArgs, InspectArgs, KeyUse, KeygenArgs, OpenArgs, SealArgs, SignArgs, ValidateArgs, VerifyArgs,
};
pub use fit::{
    AskedClassWeight, AskedScoring, AskedTask, CategoryEncoding, FitArgs, PreparationArgs, Scaling,
    UnseenCategories,
};

use clap::{Args, Subcommand};

/// `batuta aprender`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  aprender fit wine.csv --target cultivar --model forest --output wine.apr
  aprender predict wine.apr new.csv --proba
  aprender inspect wine.apr")]
pub struct AprenderArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: AprenderCommand,
}

/// The commands of `aprender`.
#[derive(Debug, Subcommand)]
pub enum AprenderCommand {
    /// Fit a model to a file of data, and store it with the recipe of its columns
    Fit(Box<FitArgs>),
    /// What a model answers for the rows of a file
    Predict(PredictArgs),
    /// How good a model's answers are on rows whose target is known
    Evaluate(EvaluateArgs),
    /// What each column adds to a model's answers
    Explain(ExplainArgs),
    /// What is in a model file: sections, digests, card, provenance, signatures, licence
    Inspect(InspectArgs),
    /// Check every digest of a model file, and that its parts fit each other
    Validate(ValidateArgs),
    /// Write an older model file, or one of LightGBM, XGBoost or safetensors, as the newest version
    Convert(ConvertArgs),
    /// Sign a model file
    Sign(SignArgs),
    /// Check that somebody whom you trust signed a model file, and that nothing was changed since
    Verify(VerifyArgs),
    /// Make a pair of keys: to sign models, or to have models encrypted for you
    Keygen(KeygenArgs),
}
