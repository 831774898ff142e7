use super::super::{OutputArgs, ReportFormat};
use super::{DataArgs, SealArgs};
use clap::{Args, ValueEnum, ValueHint};
use std::path::PathBuf;

/// `batuta aprender fit`
#[derive(Debug, Args)]
#[command(after_help = "\
Kinds of models: linear, ridge, lasso, elastic-net, partial-least-squares, logistic, naive-bayes, nearest, svm, tree, forest,
extra-trees, boosting; without a target k-means, gaussian-mixture, pca, isolation-forest. To list the settings of a kind, give
--set a setting that does not exist: the error names them.
The cells determine the type of a column: numbers, booleans, dates (YYYY-MM-DD, as days since 1970-01-01), else text. A few cells
that do not fit the others are missing, with a warning; in a target they are refused. --type sets the type of a column. Targets of
text, of booleans, or of at most 10 different whole numbers are classes.
The same data, settings and seed give the same file on one machine, byte for byte, with any number of threads.

Examples:
  aprender fit wine.csv --target cultivar --model forest --output wine.apr
  aprender fit wine.csv --target cultivar --model boosting --set iterations=50 --cv 5 --output wine.apr
  aprender fit wine.csv --target cultivar --model logistic --search penalty=0.1,1,10 --output wine.apr
  aprender fit churn.csv --target left --model forest --class-weight balanced --type plan=category --missing -999 -o churn.apr
  aprender fit wine.csv --target alcohol --model ridge --drop cultivar --sign ada.key --output alcohol.apr")]
pub struct FitArgs {
    /// Data.
    #[command(flatten)]
    pub data: DataArgs,
    /// Column that the model should predict
    #[arg(short, long, value_name = "COLUMN")]
    pub target: Option<String>,
    /// Kind of model
    #[arg(short, long, value_name = "KIND")]
    pub model: String,
    /// Set one of the model's settings; may be given more than once
    #[arg(short, long, value_name = "NAME=VALUE")]
    pub set: Vec<String>,
    /// What the model is for [default: what the target suggests]
    #[arg(long, value_name = "TASK")]
    pub task: Option<AskedTask>,
    /// Weights of the classes: balanced gives all classes the same total weight
    #[arg(long, value_name = "HOW")]
    pub class_weight: Option<AskedClassWeight>,
    /// Seed of all randomness
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub seed: u64,
    /// Leave a column out; may be given more than once
    #[arg(long, value_name = "COLUMN")]
    pub drop: Vec<String>,
    /// How the model is evaluated.
    #[command(flatten)]
    pub folds: FoldArgs,
    /// How columns are prepared.
    #[command(flatten)]
    pub preparation: PreparationArgs,
    /// How the file is signed, encrypted and licensed.
    #[command(flatten)]
    pub seal: SealArgs,
    /// Name of the model, for its card
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// File that the model is written to
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub output: PathBuf,
    /// Format of the report
    #[arg(short, long, value_name = "FORMAT", default_value = "human")]
    pub format: ReportFormat,
    /// Write the report to this file instead of standard output
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub report: Option<PathBuf>,
}

impl FitArgs {
    /// Where the report goes.
    pub fn report(&self) -> OutputArgs {
        OutputArgs { output: self.report.clone() }
    }
}

/// What a model is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AskedTask {
    /// Predict numbers
    Regression,
    /// Predict classes
    Classification,
}

/// Weights of the classes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AskedClassWeight {
    /// A row weighs rows / (classes * rows of its class)
    Balanced,
}

/// The metric that settings are compared by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AskedScoring {
    /// Share of correct predictions
    Accuracy,
    /// Mean over classes of F1
    MacroF1,
    /// Logarithmic loss; lower is better
    LogLoss,
    /// Area under the ROC curve
    RocAuc,
    /// Mean precision over recall
    AveragePrecision,
    /// Squared error of probabilities; lower is better
    Brier,
    /// Expected calibration error; lower is better
    CalibrationError,
    /// Share of the variance that is explained
    R2,
    /// Root mean squared error; lower is better
    Rmse,
    /// Mean absolute error; lower is better
    Mae,
}

/// How the model is evaluated.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Evaluation")]
pub struct FoldArgs {
    /// Cross-validate with K folds, stratified by class
    #[arg(long, value_name = "K", conflicts_with = "test_share")]
    pub cv: Option<usize>,
    /// Hold out this share of the rows for evaluation; the model is fitted only to the others
    #[arg(long, value_name = "SHARE")]
    pub test_share: Option<f64>,
    /// Keep rows with the same value in this column in one fold; the column is left out of the model
    #[arg(long, value_name = "COLUMN", conflicts_with_all = ["in_order", "test_share"])]
    pub group: Option<String>,
    /// The rows are in order of time: evaluate on later rows than those fitted to
    #[arg(long, conflicts_with = "test_share")]
    pub in_order: bool,
    /// Try these values of a setting by cross-validation (5 folds unless --cv is given) and use the best; several make
    /// a grid
    #[arg(long, value_name = "NAME=V1,V2,…", conflicts_with = "test_share")]
    pub search: Vec<String>,
    /// The metric by which --search chooses the best [default: accuracy, or r2 for numbers]
    #[arg(long, value_name = "FIGURE", requires = "search")]
    pub scoring: Option<AskedScoring>,
    /// Try only N points of the grid, drawn at random with the seed
    #[arg(long, value_name = "N", requires = "search")]
    pub draws: Option<usize>,
}

/// How columns are prepared.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Preparing columns")]
pub struct PreparationArgs {
    /// Replacement of missing numbers: mean, median, most-frequent, keep, or a number [default: mean, or keep if the
    /// model accepts missing values]
    #[arg(long, value_name = "HOW")]
    pub fill: Option<String>,
    /// Add a column that says which numbers were missing
    #[arg(long)]
    pub indicator: bool,
    /// How numbers are scaled [default: standard, or none for naive Bayes and trees]
    #[arg(long, value_name = "HOW")]
    pub scale: Option<Scaling>,
    /// How categories become numbers [default: one-hot, or ordinal for boosting]
    #[arg(long, value_name = "HOW")]
    pub categories: Option<CategoryEncoding>,
    /// What to do with categories that were not in the training data
    #[arg(long, value_name = "HOW", default_value = "other")]
    pub unseen: UnseenCategories,
}

/// How numbers are scaled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Scaling {
    /// Not at all
    None,
    /// To mean 0 and variance 1
    Standard,
    /// To the range from 0 to 1
    MinMax,
}

/// How categories become numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CategoryEncoding {
    /// A column for each category
    OneHot,
    /// Their position in alphabetical order
    Ordinal,
}

/// What to do with categories that were not in the training data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum UnseenCategories {
    /// They count as none of the known categories
    #[default]
    Other,
    /// The row is refused
    Refuse,
}
