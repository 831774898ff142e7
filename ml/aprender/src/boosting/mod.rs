//! Gradient boosting of trees over histograms.
//!
//! Missing values (NaN) need no imputation: each split learns on which side they go. Sums are of integers, so a model
//! is the same, bit for bit, with any number of threads.
//!
//! ```
//! use aprender::{Estimator, Model, Table, boosting::{Boosting, BoostingRegressor}};
//! let table = Table::new((0..100).map(f64::from).collect(), 1)?;
//! let targets = (0..100).map(|i| if i < 40 { 1.0 } else { 5.0 }).collect::<Vec<_>>();
//! let settings = Boosting { iterations: 50, learning_rate: 0.3, ..Boosting::default() };
//! let model = BoostingRegressor { settings }.fit(&table, &targets)?;
//! let found = model.predict(&Table::new(vec![10.0, 90.0], 1)?)?;
//! assert!((found[0] - 1.0).abs() < 1e-3 && (found[1] - 5.0).abs() < 1e-3);
//! # Ok::<(), aprender::ModelError>(())
//! ```

mod bins;
mod fit;
mod gradients;
mod growth;
mod histogram;
mod import;
mod loss;
mod model;
mod split;
#[cfg(test)]
mod tests;

/// Maximum number of distinct categories of a column.
pub(crate) use bins::MOST as MOST_CATEGORIES;
pub use import::{
    ForeignCategories, ForeignColumns, ImportError, Imported, MOST_FOREIGN_BYTES, columns_of_lightgbm,
    columns_of_xgboost, from_lightgbm, from_xgboost, other_form, rounds_of_xgboost,
};
pub use loss::Link;
pub use model::{BoostedTrees, BoostingClassifierModel, BoostingRegressorModel};

use crate::checks::{check_length, check_targets, check_weights};
use crate::class_limits::Extent;
use crate::error::Result;
use crate::estimator::{Estimator, WeightedEstimator};
use crate::table::Table;
use fit::Data;
use loss::Goal;
use serde::{Deserialize, Serialize};
use std::ops::ControlFlow;

/// Settings of boosting.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Boosting {
    /// Maximum number of iterations. Default 100.
    pub iterations: usize,
    /// Share of each tree's answer that is added. Default 0.1.
    pub learning_rate: f64,
    /// Maximum number of leaves of a tree. Default 31.
    pub max_leaf_nodes: usize,
    /// Maximum number of splits above a leaf. Default: no limit.
    pub max_depth: Option<usize>,
    /// Minimum number of rows of a leaf. Beyond 32,768 rows with differing hessians, the number is estimated from the
    /// hessians. Default 20.
    pub min_samples_leaf: usize,
    /// Minimum sum of hessians of a leaf. Default 10⁻³.
    pub min_hessian: f64,
    /// Penalty on the squares of the leaves' answers. Default 0.
    pub l2: f64,
    /// Maximum number of bins of a column, from 2 to 255, not counting the one for missing values. Default 255.
    pub max_bins: usize,
    /// Columns that hold categories: integers from 0 to 254. Default: none.
    pub categorical: Vec<usize>,
    /// For each column 1 (predictions never fall as it rises), -1 (never rise) or 0. Default: no constraint.
    pub monotone: Vec<i8>,
    /// When to stop before all iterations are done. Default: never.
    pub early_stopping: Option<EarlyStopping>,
    /// Seed of rounding, of drawn rows and of held-out rows.
    pub seed: u64,
}

impl Default for Boosting {
    fn default() -> Self {
        Self {
            iterations: 100,
            learning_rate: 0.1,
            max_leaf_nodes: 31,
            max_depth: None,
            min_samples_leaf: 20,
            min_hessian: 1e-3,
            l2: 0.0,
            max_bins: bins::MOST,
            categorical: Vec::new(),
            monotone: Vec::new(),
            early_stopping: None,
            seed: 0,
        }
    }
}

/// Stops when the loss on held-out rows no longer falls; the trees up to the lowest loss are kept.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct EarlyStopping {
    /// Share of the rows that is held out.
    pub held_out: f64,
    /// Iterations without a lower loss after which training stops.
    pub patience: usize,
    /// Minimum decrease that counts as lower.
    pub tolerance: f64,
}

impl Default for EarlyStopping {
    fn default() -> Self {
        Self { held_out: 0.1, patience: 10, tolerance: 1e-7 }
    }
}

/// The progress of training.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Progress {
    /// The finished iteration, from 0.
    pub iteration: usize,
    /// Mean loss on the training rows: half squares, or log loss.
    pub training_loss: f64,
    /// Mean loss on the held-out rows.
    pub validation_loss: Option<f64>,
}

/// Boosting for classification.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct BoostingClassifier {
    /// How.
    pub settings: Boosting,
}

/// Boosting that predicts numbers by least squares.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct BoostingRegressor {
    /// How.
    pub settings: Boosting,
}

impl BoostingClassifier {
    /// As [`WeightedEstimator::fit_weighted`]; `observer` is called after each iteration and may end training.
    ///
    /// # Errors
    /// As [`Estimator::fit`].
    pub fn fit_observed(
        &self,
        table: &Table,
        targets: &[u32],
        weights: Option<&[f64]>,
        observer: &mut dyn FnMut(&Progress) -> ControlFlow<()>,
    ) -> Result<BoostingClassifierModel> {
        self.fit_with(table, targets, weights, Some(observer))
    }

    fn fit_with(
        &self,
        table: &Table,
        targets: &[u32],
        weights: Option<&[f64]>,
        observer: Option<&mut fit::Observer<'_>>,
    ) -> Result<BoostingClassifierModel> {
        check_length("targets", table.rows(), targets.len())?;
        weights.map_or(Ok(()), |w| check_weights(table.rows(), w))?;
        let bytes = |classes: f64| self.settings.bytes(table.rows(), classes);
        let (classes, places) = Extent::of(table).encode(targets, bytes)?;
        let goal = Goal::Classes { places: &places, count: classes.len() };
        let trees = self.settings.train(&Data { table, goal, weights }, observer)?;
        Ok(BoostingClassifierModel::new(trees, classes))
    }
}

impl BoostingRegressor {
    /// As [`WeightedEstimator::fit_weighted`]; `observer` is called after each iteration and may end training.
    ///
    /// # Errors
    /// As [`Estimator::fit`].
    pub fn fit_observed(
        &self,
        table: &Table,
        targets: &[f64],
        weights: Option<&[f64]>,
        observer: &mut dyn FnMut(&Progress) -> ControlFlow<()>,
    ) -> Result<BoostingRegressorModel> {
        self.fit_with(table, targets, weights, Some(observer))
    }

    fn fit_with(
        &self,
        table: &Table,
        targets: &[f64],
        weights: Option<&[f64]>,
        observer: Option<&mut fit::Observer<'_>>,
    ) -> Result<BoostingRegressorModel> {
        check_targets("the targets", table.rows(), targets)?;
        weights.map_or(Ok(()), |w| check_weights(table.rows(), w))?;
        let trees = self.settings.train(&Data { table, goal: Goal::Numbers(targets), weights }, observer)?;
        Ok(BoostingRegressorModel::new(trees))
    }
}

macro_rules! boosting_estimator {
    ($settings:ty, $target:ty, $model:ty) => {
        impl Estimator for $settings {
            type Target = $target;
            type Model = $model;

            fn fit(&self, table: &Table, targets: &[$target]) -> Result<$model> {
                self.fit_with(table, targets, None, None)
            }
        }

        impl WeightedEstimator for $settings {
            fn fit_weighted(&self, table: &Table, targets: &[$target], weights: &[f64]) -> Result<$model> {
                self.fit_with(table, targets, Some(weights), None)
            }
        }
    };
}

boosting_estimator!(BoostingClassifier, u32, BoostingClassifierModel);
boosting_estimator!(BoostingRegressor, f64, BoostingRegressorModel);
