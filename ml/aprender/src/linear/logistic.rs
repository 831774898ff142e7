//! Logistic regression with an L2 penalty: one output for two classes, softmax over all for more.

use super::design::Design;
use super::lbfgs::minimize;
use super::{sigmoid, softmax};
use crate::error::{ModelError, Result, setting};
use crate::estimator::{
    Classes, Classifier, Estimator, Model, WeightedEstimator, check_length, check_weights,
};
use crate::sparse::SparseTable;
use crate::table::Table;
use serde::{Deserialize, Serialize};

/// min penalty · ½|w|² + Σ -ln p(class); the intercepts are not penalised. Scale the columns first.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct LogisticRegression {
    /// At least 0 (scikit-learn's 1/C). Default 1.
    pub penalty: f64,
    /// Most steps of the search. Default 1000.
    pub max_iterations: usize,
    /// The search ends where the largest part of the mean gradient is at most this. Default 10⁻⁶.
    pub tolerance: f64,
}

impl Default for LogisticRegression {
    fn default() -> Self {
        Self { penalty: 1.0, max_iterations: 1000, tolerance: 1e-6 }
    }
}

/// A fitted [`LogisticRegression`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LogisticModel {
    pub(super) classes: Classes,
    pub(super) columns: usize,
    /// Outputs × (columns and the intercept).
    pub(super) weights: Vec<f64>,
    /// Steps that the search made.
    pub iterations: usize,
    /// Whether it came to the minimum within the allowed steps.
    pub converged: bool,
}

impl Estimator for LogisticRegression {
    type Target = u32;
    type Model = LogisticModel;

    fn fit(&self, table: &Table, targets: &[u32]) -> Result<LogisticModel> {
        table.check_finite()?;
        self.fit_design(table, targets, None)
    }
}

impl WeightedEstimator for LogisticRegression {
    fn fit_weighted(&self, table: &Table, targets: &[u32], weights: &[f64]) -> Result<LogisticModel> {
        table.check_finite()?;
        self.fit_design(table, targets, Some(weights))
    }
}

impl LogisticRegression {
    /// As [`WeightedEstimator::fit_weighted`], to a sparse table; without weights every row counts once.
    ///
    /// # Errors
    /// As [`WeightedEstimator::fit_weighted`].
    pub fn fit_sparse(
        &self,
        table: &SparseTable,
        targets: &[u32],
        weights: Option<&[f64]>,
    ) -> Result<LogisticModel> {
        self.fit_design(table, targets, weights)
    }

    fn fit_design<D: Design>(
        &self,
        table: &D,
        targets: &[u32],
        weights: Option<&[f64]>,
    ) -> Result<LogisticModel> {
        setting(
            self.penalty >= 0.0 && self.penalty.is_finite(),
            "penalty",
            self.penalty,
            "it must be at least 0",
        )?;
        setting(self.tolerance > 0.0, "tolerance", self.tolerance, "it must be above 0")?;
        check_length("targets", table.rows(), targets.len())?;
        weights.map_or(Ok(()), |weights| check_weights(table.rows(), weights))?;
        let (classes, places) = Classes::encode(targets)?;
        let columns = table.columns();
        let outputs = if classes.len() == 2 { 1 } else { classes.len() };
        let start = vec![0.0; outputs * (columns + 1)];
        let problem = Problem { table, places: &places, weights, outputs, penalty: self.penalty };
        let mut failure = None;
        let minimum = minimize(start, self.tolerance, self.max_iterations, |point, gradient| {
            problem.loss(point, gradient).unwrap_or_else(|error| {
                failure = Some(error);
                f64::NAN
            })
        });
        match failure {
            Some(error) => Err(error),
            None => Ok(LogisticModel {
                classes,
                columns,
                weights: minimum.point,
                iterations: minimum.iterations,
                converged: minimum.converged,
            }),
        }
    }
}

/// What is minimised.
struct Problem<'a, D> {
    table: &'a D,
    /// The class of each row.
    places: &'a [u32],
    /// How much each row counts; all the same where there are none.
    weights: Option<&'a [f64]>,
    outputs: usize,
    penalty: f64,
}

impl<D: Design> Problem<'_, D> {
    /// The mean loss with its penalty, and its gradient.
    fn loss(&self, point: &[f64], gradient: &mut [f64]) -> Result<f64> {
        let (columns, outputs) = (self.table.columns(), self.outputs);
        let mut errors = self.table.scores(point, outputs)?;
        let (mut sum, mut total) = (0.0, 0.0);
        for (row, errors) in errors.chunks_exact_mut(outputs).enumerate() {
            let weight = self.weights.map_or(1.0, |weights| weights[row]);
            sum += weight * row_loss(errors, self.places[row] as usize);
            errors.iter_mut().for_each(|error| *error *= weight);
            total += weight;
        }
        let scale = 1.0 / total;
        let slopes = self.table.slopes(&errors, outputs)?;
        let width = columns + 1;
        let mut squares = 0.0;
        for (output, part) in gradient.chunks_exact_mut(width).enumerate() {
            let w = &point[output * width..][..columns];
            for j in 0..columns {
                part[j] = scale * (slopes[output * columns + j] + self.penalty * w[j]);
                squares += w[j] * w[j];
            }
            part[columns] = scale * errors.iter().skip(output).step_by(outputs).sum::<f64>();
        }
        Ok(scale * (sum + 0.5 * self.penalty * squares))
    }
}

/// -ln p of the class at `place`, from a row's scores, which become p - [class].
fn row_loss(row: &mut [f64], place: usize) -> f64 {
    if let [score] = row {
        let signed = if place == 1 { -*score } else { *score };
        // One exponential for both, and none that overflows: p = 1 / (1 + exp(-s)), the loss ln(1 + exp(s)).
        let e = (-score.abs()).exp();
        *score = if *score >= 0.0 { 1.0 } else { e } / (1.0 + e) - place as f64;
        return signed.max(0.0) + e.ln_1p();
    }
    let score = row[place];
    let largest = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let loss = row.iter().map(|s| (s - largest).exp()).sum::<f64>().ln() + largest - score;
    softmax(row);
    row[place] -= 1.0;
    loss
}

impl LogisticModel {
    fn outputs(&self) -> usize {
        self.weights.len() / (self.columns + 1)
    }

    /// The weights of an output, one for each column: of the greater class where there are two, else of the class at that place.
    pub fn coefficients(&self, output: usize) -> &[f64] {
        let from = output * (self.columns + 1);
        self.weights.get(from..from + self.columns).unwrap_or(&[])
    }

    /// As [`Classifier::predict_proba`], of a sparse table.
    ///
    /// # Errors
    /// Another number of columns than the model's.
    pub fn predict_proba_sparse(&self, table: &SparseTable) -> Result<Table> {
        self.proba(table)
    }

    fn proba<D: Design>(&self, table: &D) -> Result<Table> {
        if table.columns() != self.columns {
            return Err(ModelError::Columns { expected: self.columns, found: table.columns() });
        }
        let outputs = self.outputs();
        let mut values = table.scores(&self.weights, outputs)?;
        if outputs == 1 {
            values = values.iter().flat_map(|s| [sigmoid(-s), sigmoid(*s)]).collect();
        } else {
            values.chunks_exact_mut(outputs).for_each(softmax);
        }
        Table::new(values, self.classes.len())
    }

    /// The intercept of each output.
    pub fn intercepts(&self) -> Vec<f64> {
        self.weights.iter().skip(self.columns).step_by(self.columns + 1).copied().collect()
    }
}

impl Model for LogisticModel {
    type Target = u32;

    fn columns(&self) -> usize {
        self.columns
    }

    fn predict(&self, table: &Table) -> Result<Vec<u32>> {
        Ok(self.classes.best(&self.predict_proba(table)?))
    }
}

impl Classifier for LogisticModel {
    fn classes(&self) -> &[u32] {
        self.classes.as_slice()
    }

    fn predict_proba(&self, table: &Table) -> Result<Table> {
        table.check_finite()?;
        self.proba(table)
    }
}
