use super::super::{OutputArgs, ReportFormat};
use super::OpenArgs;
use clap::{Args, ValueEnum, ValueHint};
use std::path::PathBuf;

/// A file of data.
#[derive(Debug, Clone, Args)]
pub struct DataArgs {
    /// File of data, its columns named by the first line (or by the keys of JSON objects); `-` is standard input
    #[arg(value_name = "DATA", value_hint = ValueHint::FilePath)]
    pub data: PathBuf,

    /// Format of the data [default: what the file's name ends with]
    #[arg(long, value_name = "FORMAT")]
    pub data_format: Option<TableFormat>,

    /// Character between two fields of a CSV file
    #[arg(long, value_name = "CHARACTER", default_value = ",")]
    pub delimiter: char,

    /// This text stands for a missing value, too; may be given more than once, and is kept with a model that is fitted
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub missing: Vec<String>,

    /// What a column holds: number, category or date; cells that are no number or no date are missing then. May be given more
    /// than once
    #[arg(long = "type", value_name = "COLUMN=TYPE", value_parser = declared_type)]
    pub types: Vec<(String, DeclaredType)>,
}

/// What a column of data holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DeclaredType {
    /// Numbers
    Number,
    /// Words, also where they look like numbers
    Category,
    /// Dates, which models see as days since 1970-01-01
    Date,
}

/// `COLUMN=TYPE`; the name of a column may hold equals signs.
fn declared_type(text: &str) -> Result<(String, DeclaredType), String> {
    let parts = text.rsplit_once('=').ok_or("write COLUMN=number, COLUMN=category or COLUMN=date")?;
    let (column, declared) = parts;
    Ok((column.to_owned(), DeclaredType::from_str(declared, false)?))
}

/// Formats of tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum TableFormat {
    /// Comma-separated, as RFC 4180 has it
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
    /// A column with the probability of each class, too
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

/// Formats of drawings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum PlotFormat {
    /// Lines and words, to be drawn at any size
    #[default]
    Svg,
    /// Dots, two for each unit of the SVG; the words are in a font of the machine
    Png,
}

/// `batuta aprender evaluate`
#[derive(Debug, Args)]
#[command(after_help = "\
Drawings are files: roc, precision-recall, calibration, confusion (or predictions, for numbers), importance; with
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
    /// Write drawings into this folder, which is made where it does not exist
    #[arg(long, value_name = "FOLDER", value_hint = ValueHint::DirPath)]
    pub plots: Option<PathBuf>,
    /// Format of the drawings
    #[arg(long, value_name = "FORMAT", default_value = "svg", requires = "plots")]
    pub plot_format: PlotFormat,
    /// Fit to growing parts of the data and compare, by three folds
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
Contributions and base sum to the model's raw answer. Of linear models they are weight times distance from the mean; of trees
exact Shapley values. Nearest neighbours and naive Bayes have none.

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
    /// Only this row, the first being 1 [default: the mean over all rows on screen, all rows in JSON]
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
