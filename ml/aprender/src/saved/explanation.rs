//! The contribution of each column to a model's answers.

use super::any::AnyModel;
use super::error::{Result, SavedError};
use super::model::{SavedModel, check_answers, finite};
use crate::frame::Frame;
use crate::linear::LogisticModel;
use crate::table::Table;

/// For each row, the base and the contributions of the columns; their sum is the model's raw answer.
///
/// For weighted sums they are w · (x - mean over the training rows), which are Shapley values if the columns are
/// independent; logistic regression and boosted classes are explained in log-odds. For trees they are exact
/// path-dependent Shapley values of the mean answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// The subject of each output: a class's label or the target's name.
    pub outputs: Vec<String>,
    /// The unit: `log-odds`, `probability`, or the target's own.
    pub unit: &'static str,
    /// The columns of the table.
    pub features: Vec<String>,
    /// The answer if nothing is known about the row, one for each output.
    pub base: Vec<f64>,
    /// Rows × outputs × columns.
    pub values: Vec<f64>,
}

impl Explanation {
    /// The contributions of a row to an output; empty if there is no such row or output.
    pub fn row(&self, row: usize, output: usize) -> &[f64] {
        let (outputs, width) = (self.outputs.len(), self.features.len());
        let start = (row * outputs + output) * width;
        if output < outputs { self.values.get(start..start + width).unwrap_or(&[]) } else { &[] }
    }

    /// For each column the mean of the absolute contributions over rows and outputs.
    pub fn importance(&self) -> Vec<f64> {
        let width = self.features.len();
        let mut sums = vec![0.0; width];
        for row in self.values.chunks_exact(width.max(1)) {
            sums.iter_mut().zip(row).for_each(|(sum, value)| *sum += value.abs());
        }
        let count = (self.values.len() / width.max(1)).max(1) as f64;
        sums.iter().map(|sum| sum / count).collect()
    }
}

impl SavedModel {
    /// The contribution of each column to the answers for the rows of `frame`.
    ///
    /// # Errors
    /// The kind of model has no explanation, columns are missing or do not fit, or a contribution is not a finite
    /// number.
    pub fn explain(&self, frame: &Frame) -> Result<Explanation> {
        // With two classes one is explained, like a number.
        let outputs = if self.labels.len() > 2 { self.labels.len() } else { 0 };
        check_answers(frame.rows(), outputs.saturating_mul(self.background.len()))?;
        let table = self.recipe.apply(frame)?;
        let target = self.target.as_ref().map(|target| vec![target.name.clone()]).unwrap_or_default();
        let (outputs, unit, (base, values)) = match &self.model {
            AnyModel::Linear(model) => {
                let weights = [(model.coefficients.as_slice(), model.intercept)];
                (target, "target", self.weighted(&table, &weights))
            }
            AnyModel::Logistic(model) => {
                let weights = weights(model);
                (self.last_labels(weights.len()), "log-odds", self.weighted(&table, &weights))
            }
            AnyModel::TreesRegressor(model) => {
                let found = model.contributions(&table)?;
                (target, "target", (found.base, found.values))
            }
            AnyModel::TreesClassifier(model) => {
                let found = model.contributions(&table)?;
                (self.labels.clone(), "probability", (found.base, found.values))
            }
            AnyModel::BoostingRegressor(model) => {
                let found = model.trees().contributions(&table)?;
                (target, "target", (found.base, found.values))
            }
            AnyModel::BoostingClassifier(model) => {
                let found = model.trees().contributions(&table)?;
                (self.last_labels(found.base.len()), "log-odds", (found.base, found.values))
            }
            _ => return Err(SavedError::NoExplanation(self.kind.clone())),
        };
        let features = self.recipe.features();
        finite(&values, outputs.len() * features.len())?;
        finite(&base, base.len())?;
        Ok(Explanation { outputs, unit, features, base, values })
    }

    /// The labels of this many outputs: with two classes only the second has one.
    fn last_labels(&self, outputs: usize) -> Vec<String> {
        self.labels.iter().skip(self.labels.len().saturating_sub(outputs)).cloned().collect()
    }

    /// w · (x - mean) of each output's weights, and the answer at the means.
    fn weighted(&self, table: &Table, weights: &[(&[f64], f64)]) -> (Vec<f64>, Vec<f64>) {
        let means = &self.background;
        let at_means =
            |(w, intercept): &(&[f64], f64)| intercept + w.iter().zip(means).map(|(w, m)| w * m).sum::<f64>();
        let mut values = Vec::with_capacity(table.rows() * weights.len() * means.len());
        for row in table.iter_rows() {
            for (w, _) in weights {
                values.extend(w.iter().zip(row).zip(means).map(|((w, x), m)| w * (x - m)));
            }
        }
        (weights.iter().map(at_means).collect(), values)
    }
}

fn weights(model: &LogisticModel) -> Vec<(&[f64], f64)> {
    let intercepts = model.intercepts().into_iter().enumerate();
    intercepts.map(|(output, intercept)| (model.coefficients(output), intercept)).collect()
}
