//! Errors between data, settings and files.

use crate::apr::AprError;
use crate::boosting::ImportError;
use crate::error::ModelError;
use crate::frame::FrameError;

/// Why a model could not be fitted, stored, read or used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SavedError {
    /// The file.
    #[error(transparent)]
    Apr(#[from] AprError),
    /// The data's columns.
    #[error(transparent)]
    Frame(#[from] FrameError),
    /// An error about the data's values or a setting's value.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// An error about a model of another library.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// No such kind of model.
    #[error("there is no kind of model \"{name}\"; there are {known}")]
    NoKind {
        /// What was asked for.
        name: String,
        /// The names there are.
        known: String,
    },
    /// The kind does not support this.
    #[error("a {kind} model is for {known}, not for {asked}")]
    WrongTask {
        /// The kind.
        kind: &'static str,
        /// What it does.
        known: String,
        /// What was asked for.
        asked: &'static str,
    },
    /// The kind cannot give classes different weights.
    #[error("a {0} model cannot weigh classes")]
    NoClassWeight(&'static str),
    /// A figure that does not apply to models for this task.
    #[error("{figure} is no figure of {task}; there are {known}")]
    NoFigure {
        /// What was asked for.
        figure: &'static str,
        /// What the model is for.
        task: &'static str,
        /// The figures there are.
        known: String,
    },
    /// No target was named and one is needed.
    #[error("a {0} model needs a target: name the column that it should predict")]
    NoTarget(&'static str),
    /// The model has no target, so its predictions cannot be evaluated.
    #[error("a {0} model was fitted without a target; there is nothing to compare its answers with")]
    NothingToCompare(String),
    /// No such setting.
    #[error("a {kind} model has no setting \"{name}\"; it has {known}")]
    NoSetting {
        /// The kind.
        kind: &'static str,
        /// What was asked for.
        name: String,
        /// The settings there are.
        known: String,
    },
    /// A value that a setting cannot have.
    #[error("the setting {name} is \"{value}\"; it must be {wanted}")]
    BadSetting {
        /// The setting.
        name: String,
        /// Its value.
        value: String,
        /// What it may be.
        wanted: &'static str,
    },
    /// Not `name=value`.
    #[error("\"{0}\" is not a setting: write name=value")]
    NotASetting(String),
    /// An answer beyond the range of numbers.
    #[error(
        "the model's answer for row {row} is no finite number: what it is made of, or the row, is too large for its arithmetic"
    )]
    NotFinite {
        /// The row, from 1.
        row: usize,
    },
    /// Answers that would not fit into memory.
    #[error(
        "{rows} rows of {each} numbers each are more than {limit} numbers; ask about fewer rows at a time"
    )]
    TooManyAnswers {
        /// How many rows.
        rows: usize,
        /// Numbers per row: one for each class, or for each class and column.
        each: usize,
        /// Maximum number of numbers.
        limit: usize,
    },
    /// Too many classes for a confusion matrix.
    #[error(
        "the model tells {classes} classes apart; answers are compared with the truth for at most {limit}"
    )]
    TooManyToCompare {
        /// How many there are.
        classes: usize,
        /// How many there may be.
        limit: usize,
    },
    /// The kind cannot compute the contributions of columns.
    #[error("the contribution of each column to a {0} model cannot be computed exactly")]
    NoExplanation(String),
}

/// A result whose error is a [`SavedError`].
pub type Result<T, E = SavedError> = std::result::Result<T, E>;
