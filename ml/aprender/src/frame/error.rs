//! Errors about a frame for a model.

use crate::error::ModelError;

/// Why a frame cannot be used.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum FrameError {
    /// Columns that the model needs are missing.
    #[error("there is no column {}; the data has {}", list(missing), list(found))]
    NoColumn {
        /// The missing columns.
        missing: Vec<String>,
        /// The existing columns.
        found: Vec<String>,
    },
    /// There is only the target.
    #[error("no column is left to learn from")]
    NoFeatures,
    /// A column without any value.
    #[error("column \"{0}\" has no values; leave it out")]
    NoValues(String),
    /// Text where the model was fitted to numbers.
    #[error("column \"{column}\" holds text (row {row}: \"{value}\"), the model was fitted to numbers")]
    NotNumbers {
        /// The column.
        column: String,
        /// The row, from 1.
        row: usize,
        /// What it holds.
        value: String,
    },
    /// An infinite value.
    #[error("column \"{column}\" is infinite in row {row}; correct or remove the value")]
    Infinite {
        /// The column.
        column: String,
        /// The row, from 1.
        row: usize,
    },
    /// A missing value in a column that had none when the model was fitted, where missing values are refused.
    #[error("column \"{column}\" has no value in row {row}")]
    Missing {
        /// The column.
        column: String,
        /// The row, from 1.
        row: usize,
    },
    /// A category that was absent in training, if unknown categories are refused.
    #[error("column \"{column}\" holds \"{value}\" in row {row}, which was not among the training rows")]
    Unseen {
        /// The column.
        column: String,
        /// The row, from 1.
        row: usize,
        /// The category.
        value: String,
    },
    /// More different words than a column of categories may have.
    #[error(
        "column \"{column}\" has {found} different words, more than {limit}; leave it out, or encode categories as ordinals"
    )]
    TooManyWords {
        /// The column.
        column: String,
        /// How many.
        found: usize,
        /// How many are allowed.
        limit: usize,
    },
    /// More categories in one column than the model can distinguish.
    #[error("column \"{column}\" has {found} different categories, the model takes at most {limit}")]
    TooManyCategories {
        /// The column.
        column: String,
        /// Number of categories, including a missing value.
        found: usize,
        /// How many are allowed.
        limit: usize,
    },
    /// A table that would not fit into memory.
    #[error("{rows} rows of {columns} columns are more than {limit} numbers; use fewer rows at a time")]
    TooManyNumbers {
        /// How many rows.
        rows: usize,
        /// Columns of the table; it may have more than the data.
        columns: usize,
        /// Maximum number of numbers.
        limit: usize,
    },
    /// A target that consists of numbers except for a few cells.
    #[error("the target \"{column}\" holds \"{value}\" in line {line}, where other rows hold {others}")]
    OddTarget {
        /// The column.
        column: String,
        /// The first odd line.
        line: u64,
        /// What it holds.
        value: String,
        /// What the others hold.
        others: &'static str,
    },
    /// A target with few different whole numbers and a few fractions.
    #[error(
        "the target \"{column}\" holds {value} in row {row}, where other rows hold few different whole numbers"
    )]
    OddNumber {
        /// The column.
        column: String,
        /// The first odd row, from 1.
        row: usize,
        /// What it holds.
        value: f64,
    },
    /// A target that does not suit the task.
    #[error("the target \"{column}\" holds text (row {row}: \"{value}\"); regression needs numbers")]
    TextTarget {
        /// The column.
        column: String,
        /// The row, from 1.
        row: usize,
        /// What it holds.
        value: String,
    },
    /// An invalid recipe, which no fit can have produced.
    #[error("not a valid recipe: {0}")]
    Invalid(String),
    /// An error of the estimators.
    #[error(transparent)]
    Model(#[from] ModelError),
}

/// Names in quotation marks; the first ten if there are many.
fn list(names: &[String]) -> String {
    let mut shown = names.iter().take(10).map(|name| format!("\"{name}\"")).collect::<Vec<_>>();
    if names.len() > shown.len() {
        shown.push(format!("{} more", names.len() - shown.len()));
    }
    shown.join(", ")
}
