use super::super::{OutputArgs, ReportFormat, Unfit};
use super::OpenArgs;
use clap::{Args, ValueEnum, ValueHint};
use std::path::PathBuf;

/// A file of data.
#[derive(Debug, Clone, Args)]
pub struct DataArgs {
    /// Data file whose first line names the columns (or JSON objects with keys); `-` is standard input
    #[arg(value_name = "DATA", value_hint = ValueHint::FilePath)]
    pub data: PathBuf,

    /// Format of the data [default: by the file's extension]
    #[arg(long, value_name = "FORMAT")]
    pub data_format: Option<TableFormat>,

    /// Character between two fields of a CSV file
    #[arg(long, value_name = "CHARACTER", default_value = ",")]
    pub delimiter: char,

    /// Also treat this text as a missing value; may be given more than once, and is stored with a fitted model
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub missing: Vec<String>,

    /// Type of a column: number, category or date; cells that do not fit are missing. May be given more than once
    #[arg(long = "type", value_name = "COLUMN=TYPE", value_parser = declared_type)]
    pub types: Vec<(String, DeclaredType)>,
}

/// Type of a column of data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DeclaredType {
    /// Numbers
    Number,
    /// Words, even if they look like numbers
    Category,
    /// Dates, which models see as days since 1970-01-01
    Date,
}

/// `COLUMN=TYPE`; the name of a column may contain equals signs.
fn declared_type(text: &str) -> Result<(String, DeclaredType), Unfit> {
    let parts = text.rsplit_once('=').ok_or("write COLUMN=number, COLUMN=category or COLUMN=date")?;
    let (column, declared) = parts;
    Ok((column.to_owned(), DeclaredType::from_str(declared, false)?))
}

/// Formats of tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum TableFormat {
    /// Comma-separated (RFC 4180)
    #[default]
    Csv,
    /// Tab-separated
    Tsv,
    /// One JSON object on each line
    #[value(alias = "ndjson", alias = "json-lines")]
    Jsonl,
}

/// `batuta aprender predict`
#[derive(Debug, Args)]
#[command(after_help = "\
Columns are found by name; columns that the model does not use are left aside.

Examples:
  aprender predict wine.apr new.csv
  aprender predict wine.apr new.csv --proba --output answers.csv
  aprender predict secret.apr new.jsonl --password-file password.txt --format jsonl")]
pub struct PredictArgs {
    /// Model file
    #[arg(value_name = "MODEL", value_hint = ValueHint::FilePath)]
    pub model: PathBuf,
    /// Data.
    #[command(flatten)]
    pub data: DataArgs,
    /// Also write the probability of each class, in a column each
    #[arg(long)]
    pub proba: bool,
    /// Format of the answers
    #[arg(short, long, value_name = "FORMAT", default_value = "csv")]
    pub format: TableFormat,
    /// How the model is opened.
    #[command(flatten)]
    pub open: OpenArgs,
    /// Where the answers go.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// Formats of plots.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum PlotFormat {
    /// Vector graphics
    #[default]
    Svg,
    /// Bitmap with two pixels per unit of the SVG; text uses a system font
    Png,
}

/// `batuta aprender evaluate`
#[derive(Debug, Args)]
#[command(after_help = "\
Plots are files: roc, precision-recall, calibration, confusion (or predictions, for numbers), importance; with
--learning-curve also learning-curve, for which models of the same settings are fitted to parts of the data.

Examples:
  aprender evaluate wine.apr test.csv
  aprender evaluate wine.apr test.csv --plots drawings --learning-curve
  aprender evaluate wine.apr test.csv --plots drawings --plot-format png
  aprender evaluate wine.apr test.csv --format json")]
pub struct EvaluateArgs {
    /// Model file
    #[arg(value_name = "MODEL", value_hint = ValueHint::FilePath)]
    pub model: PathBuf,
    /// Data.
    #[command(flatten)]
    pub data: DataArgs,
    /// Write plots into this folder, which is created if missing
    #[arg(long, value_name = "FOLDER", value_hint = ValueHint::DirPath)]
    pub plots: Option<PathBuf>,
    /// Format of the plots
    #[arg(long, value_name = "FORMAT", default_value = "svg", requires = "plots")]
    pub plot_format: PlotFormat,
    /// Plot a learning curve: fit to growing parts of the data, with three folds
    #[arg(long, requires = "plots")]
    pub learning_curve: bool,
    /// Format of the report
    #[arg(short, long, value_name = "FORMAT", default_value = "human")]
    pub format: ReportFormat,
    /// How the model is opened.
    #[command(flatten)]
    pub open: OpenArgs,
    /// Where the report goes.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// `batuta aprender explain`
#[derive(Debug, Args)]
#[command(after_help = "\
Contributions and base sum to the model's raw answer. For linear models they are weight times distance from the mean; for
trees exact Shapley values. Nearest neighbours and naive Bayes have none.

Examples:
  aprender explain wine.apr new.csv --row 1
  aprender explain wine.apr new.csv --format json --output contributions.json")]
pub struct ExplainArgs {
    /// Model file
    #[arg(value_name = "MODEL", value_hint = ValueHint::FilePath)]
    pub model: PathBuf,
    /// Data.
    #[command(flatten)]
    pub data: DataArgs,
    /// Only this row, counted from 1 [default: the mean over all rows on screen, all rows in JSON]
    #[arg(long, value_name = "N")]
    pub row: Option<std::num::NonZeroUsize>,
    /// Show the N columns that add most; 0 shows all
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub top: usize,
    /// Format of the report
    #[arg(short, long, value_name = "FORMAT", default_value = "human")]
    pub format: ReportFormat,
    /// How the model is opened.
    #[command(flatten)]
    pub open: OpenArgs,
    /// Where the report goes.
    #[command(flatten)]
    pub output: OutputArgs,
}
