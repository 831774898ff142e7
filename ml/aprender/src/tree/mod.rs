//! Decision trees. A fitted tree keeps thresholds and its leaves' answers, but none of its training rows.
//!
//! ```
//! use aprender::{Estimator, Model, Table, tree::DecisionTreeClassifier};
//! let table = Table::new(vec![0.0, 1.0, 2.0, 3.0], 1)?;
//! let model = DecisionTreeClassifier::default().fit(&table, &[7, 7, 9, 9])?;
//! assert_eq!(model.predict(&Table::new(vec![1.4, 1.6], 1)?)?, [7, 9]);
//! # Ok::<(), aprender::ModelError>(())
//! ```

mod columns;
mod gauss;
mod growth;
mod model;
mod nodes;
mod shap;
mod targets;
#[cfg(test)]
mod tests;

pub use model::{TreesClassifierModel, TreesRegressorModel};
pub use shap::Contributions;
pub use targets::Impurity;

pub(crate) use columns::Ranks;
pub(crate) use growth::{Limits, grow};
pub(crate) use nodes::{CATEGORICAL, Forest, MISSING_IS_ZERO, SINGLE, Tree, ZERO_IS_MISSING};
pub(crate) use targets::{ClassTargets, NumberTargets, Targets};

use crate::checks::{check_length, check_targets, check_weights};
use crate::class_limits::{Extent, NodeRoom};
use crate::error::{Result, setting};
use crate::estimator::{Estimator, WeightedEstimator};
use crate::table::Table;
use serde::{Deserialize, Serialize};
use trueno::random::Philox;

/// Number of columns drawn for each split.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub enum MaxFeatures {
    /// All columns, in order.
    #[default]
    All,
    /// √(columns)
    SquareRoot,
    /// log₂(columns)
    Logarithm,
    /// So many.
    Count(usize),
    /// A share of the columns, above 0 and at most 1.
    Share(f64),
}

impl MaxFeatures {
    /// The number for a table, from 1 to all.
    fn of(self, columns: usize) -> Result<usize> {
        let count = match self {
            Self::All => columns,
            Self::SquareRoot => (columns as f64).sqrt() as usize,
            Self::Logarithm => columns.ilog2() as usize,
            Self::Count(count) => {
                setting(count > 0, "the number of columns of a split", 0.0, "it must be at least 1")?;
                count
            }
            Self::Share(share) => {
                let good = share > 0.0 && share <= 1.0;
                setting(good, "the share of columns of a split", share, "it must be above 0 and at most 1")?;
                (share * columns as f64) as usize
            }
        };
        Ok(count.clamp(1, columns))
    }
}

/// Limits on the growth of a tree.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Growth {
    /// Maximum number of splits above a leaf. Default: no limit.
    pub max_depth: Option<usize>,
    /// Minimum number of rows of a node that is split. Default 2.
    pub min_samples_split: usize,
    /// Minimum number of rows of a leaf. Default 1.
    pub min_samples_leaf: usize,
    /// Maximum number of leaves; with a limit, the split with the largest gain comes first. Default: no limit.
    pub max_leaf_nodes: Option<usize>,
    /// Columns drawn for each split. Default: all.
    pub max_features: MaxFeatures,
}

impl Default for Growth {
    fn default() -> Self {
        Self {
            max_depth: None,
            min_samples_split: 2,
            min_samples_leaf: 1,
            max_leaf_nodes: None,
            max_features: MaxFeatures::All,
        }
    }
}

impl Growth {
    /// The limits for a table of this many columns.
    pub(crate) fn limits(&self, columns: usize, random_thresholds: bool) -> Result<Limits> {
        let leaves = self.max_leaf_nodes.unwrap_or(usize::MAX);
        setting(leaves >= 2, "the number of leaves", leaves as f64, "it must be at least 2")?;
        Ok(Limits {
            depth: self.max_depth.unwrap_or(usize::MAX),
            split_rows: self.min_samples_split,
            leaf_rows: self.min_samples_leaf,
            leaves,
            columns: self.max_features.of(columns)?,
            random_thresholds,
        })
    }
}

/// Settings of a classification tree.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct DecisionTreeClassifier {
    /// Impurity measure of the classes. Default: Gini.
    pub impurity: Impurity,
    /// Limits on the growth of the tree.
    pub growth: Growth,
    /// Seed for drawing columns.
    pub seed: u64,
}

/// Settings of a tree that predicts numbers by least squares.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct DecisionTreeRegressor {
    /// Limits on the growth of the tree.
    pub growth: Growth,
    /// Seed for drawing columns.
    pub seed: u64,
}

/// A forest with a single tree, grown over the rows with weight.
fn single<T: Targets>(
    table: &Table,
    targets: &T,
    weights: &[f64],
    growth: &Growth,
    seed: u64,
) -> Result<(Forest, Vec<f64>)> {
    let limits = growth.limits(table.columns(), false)?;
    let (ranks, room) = (Ranks::new(table), NodeRoom::new(table));
    room.check(1, targets.width(), limits.most_leaves(&ranks))?;
    let (tree, importance) = grow(&ranks, targets, weights, limits, Philox::new(seed), &room);
    if room.is_exhausted() {
        return Err(room.error(targets.width()));
    }
    let mut forest = Forest::new(table.columns(), targets.width());
    forest.push(tree);
    Ok((forest, importance))
}

impl Estimator for DecisionTreeClassifier {
    type Target = u32;
    type Model = TreesClassifierModel;

    fn fit(&self, table: &Table, targets: &[u32]) -> Result<TreesClassifierModel> {
        self.fit_weighted(table, targets, &vec![1.0; table.rows()])
    }
}

impl WeightedEstimator for DecisionTreeClassifier {
    fn fit_weighted(&self, table: &Table, targets: &[u32], weights: &[f64]) -> Result<TreesClassifierModel> {
        check_length("targets", table.rows(), targets.len())?;
        check_weights(table.rows(), weights)?;
        table.check_finite()?;
        let (classes, places) = Extent::of(table).encode(targets, |_| 0.0)?;
        let kind = ClassTargets { places: &places, classes: classes.len(), impurity: self.impurity };
        let (forest, importance) = single(table, &kind, weights, &self.growth, self.seed)?;
        Ok(TreesClassifierModel::new(forest, classes, &[importance], None))
    }
}

impl Estimator for DecisionTreeRegressor {
    type Target = f64;
    type Model = TreesRegressorModel;

    fn fit(&self, table: &Table, targets: &[f64]) -> Result<TreesRegressorModel> {
        self.fit_weighted(table, targets, &vec![1.0; table.rows()])
    }
}

impl WeightedEstimator for DecisionTreeRegressor {
    fn fit_weighted(&self, table: &Table, targets: &[f64], weights: &[f64]) -> Result<TreesRegressorModel> {
        check_targets("the targets", table.rows(), targets)?;
        check_weights(table.rows(), weights)?;
        table.check_finite()?;
        let kind = NumberTargets::new(targets, Some(weights));
        let (forest, importance) = single(table, &kind, weights, &self.growth, self.seed)?;
        Ok(TreesRegressorModel::new(forest, &[importance], None))
    }
}
