//! Regression: errors within a tube around the answers cost nothing.

use super::Margin;
use super::kernel::Space;
use super::solver::Problem;
use crate::checks::check_targets;
use crate::error::{Result, setting};
use crate::estimator::{Estimator, Model};
use crate::table::Table;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// Rows that are processed at once.
pub(super) const BLOCK: usize = 256;

/// Support vector regression (ε-SVR).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct SupportVectorRegressor {
    /// Kernel, cost and stopping rule.
    pub margin: Margin,
    /// Errors up to this cost nothing. Default 0.1.
    pub tube: f64,
}

impl Default for SupportVectorRegressor {
    fn default() -> Self {
        Self { margin: Margin::default(), tube: 0.1 }
    }
}

/// A fitted [`SupportVectorRegressor`]. It holds some of the training rows, as the method requires.
#[derive(Debug, Clone, PartialEq)]
pub struct SupportVectorRegressorModel {
    pub(super) space: Space,
    pub(super) weights: Vec<f64>,
    pub(super) bias: f64,
}

impl Estimator for SupportVectorRegressor {
    type Target = f64;
    type Model = SupportVectorRegressorModel;

    fn fit(&self, table: &Table, targets: &[f64]) -> Result<SupportVectorRegressorModel> {
        self.margin.check()?;
        setting(self.tube >= 0.0 && self.tube.is_finite(), "tube", self.tube, "it must be at least 0")?;
        check_targets("the targets", table.rows(), targets)?;
        let space = Space::new(self.margin.kernel, table)?;
        // One variable that pulls each row's answer up, and one that pulls it down.
        let above = targets.iter().map(|t| t - self.tube);
        let start = above.chain(targets.iter().map(|t| t + self.tube)).collect();
        let signs = [vec![1.0; table.rows()], vec![-1.0; table.rows()]].concat();
        let solution =
            Problem { space: &space, signs, start, costs: [self.margin.cost; 2] }.solve(&self.margin)?;
        let mut used = (0..table.rows()).filter(|r| solution.weights[*r] != 0.0).collect::<Vec<_>>();
        if used.is_empty() {
            // If no support vectors are left, all answers are the bias; one row stays because a table needs one.
            used.push(0);
        }
        let weights = used.iter().map(|r| solution.weights[*r]).collect();
        Ok(SupportVectorRegressorModel { space: space.select(&used)?, weights, bias: solution.bias })
    }
}

impl SupportVectorRegressorModel {
    /// Number of training rows that the model keeps.
    pub fn support_vectors(&self) -> usize {
        self.weights.len()
    }
}

impl Model for SupportVectorRegressorModel {
    type Target = f64;

    fn columns(&self) -> usize {
        self.space.shift().len()
    }

    fn predict(&self, table: &Table) -> Result<Vec<f64>> {
        let shifted = self.space.shifted(table)?;
        let of_block = |rows: &[f64]| -> Result<Vec<f64>> {
            let values = self.space.with(rows)?;
            let answer = |values: &[f64]| {
                values.iter().zip(&self.weights).map(|(k, w)| k * w).sum::<f64>() + self.bias
            };
            Ok(values.chunks_exact(self.weights.len()).map(answer).collect())
        };
        let blocks =
            shifted.values().par_chunks(BLOCK * table.columns()).map(of_block).collect::<Result<Vec<_>>>()?;
        Ok(blocks.into_iter().flatten().collect())
    }
}
