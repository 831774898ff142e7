//! Errors about data, settings and models. Nothing here panics on any of them.

use trueno::{LinalgError, ShapeError};

/// Why fitting or prediction failed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ModelError {
    /// No rows or no columns at all.
    #[error("the table has {rows} rows and {columns} columns; at least one of each is needed")]
    Empty {
        /// Number of rows.
        rows: usize,
        /// Number of columns.
        columns: usize,
    },
    /// Values do not fill whole rows, or the rows differ in length.
    #[error("row {row} has {found} values, expected {expected}")]
    Ragged {
        /// Row, from 0.
        row: usize,
        /// Number of values that a row must have.
        expected: usize,
        /// Values that it has.
        found: usize,
    },
    /// A value is infinite or not a number.
    #[error("{what} holds {value} at row {row}, column {column}; impute or remove it")]
    NotFinite {
        /// Which input.
        what: &'static str,
        /// Row, from 0.
        row: usize,
        /// Column, from 0.
        column: usize,
        /// The value.
        value: f64,
    },
    /// Two inputs that belong together differ in length.
    #[error("{what}: {found} given for {expected} rows")]
    Length {
        /// Which input.
        what: &'static str,
        /// Number of rows.
        expected: usize,
        /// Number given.
        found: usize,
    },
    /// A table has a different number of columns from the training table.
    #[error("the model was fitted to {expected} columns, the table has {found}")]
    Columns {
        /// Columns of the model.
        expected: usize,
        /// Columns of the table.
        found: usize,
    },
    /// The entries of a sparse row are not in ascending order.
    #[error("row {row} names column {column} twice or after a greater one")]
    Order {
        /// Row, from 0.
        row: usize,
        /// Column, from 0.
        column: usize,
    },
    /// Only one class (or none) among the targets.
    #[error("the targets hold {0} class(es); a classifier needs two")]
    OneClass(usize),
    /// More classes than there is room for.
    #[error(
        "the targets hold {found} different classes; for {rows} rows of {columns} columns this model takes at most {limit}"
    )]
    TooManyClasses {
        /// How many there are.
        found: usize,
        /// How many there may be.
        limit: usize,
        /// Rows of the table.
        rows: usize,
        /// Columns of the table.
        columns: usize,
    },
    /// The trees would store too many numbers: their nodes have a number for each class, or each class has its own
    /// trees.
    #[error(
        "the targets hold {classes} different classes, and trees keep numbers for each of them: these would keep more than {limit}"
    )]
    TooManyAnswers {
        /// Number of classes.
        classes: usize,
        /// Maximum number of numbers.
        limit: usize,
    },
    /// A class that the model does not know.
    #[error("class {0} was not among the targets that the model was fitted to")]
    UnknownClass(u32),
    /// Too few rows for the request.
    #[error("{what} needs at least {needed} rows, there are {found}")]
    TooFewRows {
        /// The request.
        what: &'static str,
        /// Rows needed.
        needed: usize,
        /// Rows given.
        found: usize,
    },
    /// A setting is out of its range.
    #[error("{name} is {value}; {range}")]
    Setting {
        /// The setting's name.
        name: &'static str,
        /// Its value.
        value: f64,
        /// What it may be.
        range: &'static str,
    },
    /// A figure is not defined for these inputs.
    #[error("{0}")]
    Undefined(&'static str),
    /// Shapes that do not fit.
    #[error(transparent)]
    Shape(#[from] ShapeError),
    /// A decomposition does not exist.
    #[error(transparent)]
    Linalg(#[from] LinalgError),
}

/// A result whose error is a [`ModelError`].
pub type Result<T, E = ModelError> = std::result::Result<T, E>;

/// `Ok` if the setting is valid.
pub(crate) fn setting(holds: bool, name: &'static str, value: f64, range: &'static str) -> Result<()> {
    if holds { Ok(()) } else { Err(ModelError::Setting { name, value, range }) }
}
