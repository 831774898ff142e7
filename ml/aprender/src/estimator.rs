//! One interface for all estimators: fitting settings to data gives a model, so an unfitted model cannot be used.
//!
//! ```
//! use aprender::{Classifier, Estimator, Model, Table, linear::LogisticRegression};
//! let table = Table::new(vec![0.0, 1.0, 2.0, 3.0], 1)?;
//! let model = LogisticRegression::default().fit(&table, &[0, 0, 1, 1])?;
//! assert_eq!(model.predict(&table)?, [0, 0, 1, 1]);
//! assert_eq!(model.predict_proba(&table)?.columns(), 2);
//! assert_eq!(model.score(&table, &[0, 0, 1, 1])?, 1.0);
//! # Ok::<(), aprender::ModelError>(())
//! ```

use crate::checks::check_length;
use crate::error::{ModelError, Result};
use crate::metrics;
use crate::table::Table;
use serde::{Deserialize, Serialize};

/// The type of a target: `f64` for regression, `u32` (any numbers) for classes.
pub trait Target: Copy + PartialEq + Send + Sync + 'static {
    /// The quality of predictions: R² for numbers, accuracy for classes. 1 is perfect.
    ///
    /// # Errors
    /// The lengths differ, there are none, or the figure is undefined.
    fn score(truth: &[Self], predicted: &[Self]) -> Result<f64>;
}

impl Target for f64 {
    fn score(truth: &[Self], predicted: &[Self]) -> Result<f64> {
        metrics::r2(truth, predicted)
    }
}

impl Target for u32 {
    fn score(truth: &[Self], predicted: &[Self]) -> Result<f64> {
        metrics::accuracy(truth, predicted)
    }
}

/// Settings that can be fitted to a table and its targets.
pub trait Estimator {
    /// Numbers or classes.
    type Target: Target;
    /// The result of fitting.
    type Model: Model<Target = Self::Target>;

    /// Fits to `table`, one target for each row. The same input and seed give the same model, bit for bit.
    ///
    /// # Errors
    /// The data or a setting is unusable; the error says where.
    fn fit(&self, table: &Table, targets: &[Self::Target]) -> Result<Self::Model>;
}

/// An estimator that can give rows different weights.
pub trait WeightedEstimator: Estimator {
    /// As [`Estimator::fit`]; `weights` has one number for each row, none negative, not all zero.
    ///
    /// # Errors
    /// As [`Estimator::fit`], and if the weights are unusable.
    fn fit_weighted(&self, table: &Table, targets: &[Self::Target], weights: &[f64]) -> Result<Self::Model>;
}

/// A fitted model.
pub trait Model {
    /// Numbers or classes.
    type Target: Target;

    /// Number of columns that input tables must have.
    fn columns(&self) -> usize;

    /// One prediction for each row.
    ///
    /// # Errors
    /// The number of columns differs, or a value is one that the model cannot handle.
    fn predict(&self, table: &Table) -> Result<Vec<Self::Target>>;

    /// R² or accuracy of the predictions for `table`.
    ///
    /// # Errors
    /// As [`Model::predict`], and if the number of targets differs from the number of rows.
    fn score(&self, table: &Table, targets: &[Self::Target]) -> Result<f64> {
        check_length("targets", table.rows(), targets.len())?;
        Self::Target::score(targets, &self.predict(table)?)
    }
}

/// A model that gives a probability for each class.
pub trait Classifier: Model<Target = u32> {
    /// The classes in ascending order; column i of the probabilities belongs to class i.
    fn classes(&self) -> &[u32];

    /// Rows × classes; each row sums to 1.
    ///
    /// # Errors
    /// As [`Model::predict`].
    fn predict_proba(&self, table: &Table) -> Result<Table>;
}

/// Settings of a transformation of a table's columns that is learned from the table alone.
pub trait Transformer {
    /// The result of fitting.
    type Fitted: Transform;

    /// Learns from `table`.
    ///
    /// # Errors
    /// The data or a setting is unusable; the error says where.
    fn fit(&self, table: &Table) -> Result<Self::Fitted>;
}

/// A learned transformation of a table's columns.
pub trait Transform {
    /// The transformed table, with the same number of rows.
    ///
    /// # Errors
    /// The number of columns differs, or a value is not finite.
    fn transform(&self, table: &Table) -> Result<Table>;
}

/// The classes of a target, in ascending order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Classes(Vec<u32>);

impl Classes {
    /// The classes among `targets`, and for each target the index of its class.
    ///
    /// # Errors
    /// Fewer than two classes.
    pub fn encode(targets: &[u32]) -> Result<(Self, Vec<u32>)> {
        let mut classes = targets.to_vec();
        classes.sort_unstable();
        classes.dedup();
        if classes.len() < 2 {
            return Err(ModelError::OneClass(classes.len()));
        }
        let places = targets.iter().map(|t| classes.partition_point(|c| c < t) as u32).collect();
        Ok((Self(classes), places))
    }

    /// Number of classes, at least 2.
    #[allow(clippy::len_without_is_empty, reason = "there are always two")]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The classes in ascending order.
    pub fn as_slice(&self) -> &[u32] {
        &self.0
    }

    /// The class with the highest score for each row of `scores`; the first among equals.
    pub fn best(&self, scores: &Table) -> Vec<u32> {
        scores.iter_rows().map(|row| self.0[highest(row)]).collect()
    }
}

/// The index of the highest value, the first among equals; 0 if there are none.
pub(crate) fn highest(row: &[f64]) -> usize {
    let mut best = 0;
    for (i, x) in row.iter().enumerate() {
        if *x > row[best] {
            best = i;
        }
    }
    best
}
