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
    /// Fit a model to a data file, and store it with the recipe of its columns
    Fit(Box<FitArgs>),
    /// Predict the rows of a file with a model
    Predict(PredictArgs),
    /// Evaluate a model on rows whose target is known
    Evaluate(EvaluateArgs),
    /// Explain predictions: what each column adds to them
    Explain(ExplainArgs),
    /// Show what is in a model file: sections, digests, card, provenance, signatures, licence
    Inspect(InspectArgs),
    /// Check every digest of a model file, and that its parts fit together
    Validate(ValidateArgs),
    /// Convert an older model file, or one of LightGBM, XGBoost or safetensors, to the newest version
    Convert(ConvertArgs),
    /// Sign a model file
    Sign(SignArgs),
    /// Check that a trusted key signed a model file, and that it was not changed since
    Verify(VerifyArgs),
    /// Create a pair of keys: to sign models, or to receive encrypted models
    Keygen(KeygenArgs),
}
