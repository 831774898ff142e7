//! Logistic regression with L2 and L1 penalties: one output for two classes, softmax over all for more.

use super::design::{Design, LEAST_BLOCKS};
use super::lbfgs::minimize;
use super::orthant::minimize_with_absolute;
use crate::checks::{check_length, check_weights};
use crate::error::{ModelError, Result, setting};
use crate::estimator::{Classes, Classifier, Estimator, Model, WeightedEstimator};
use crate::link::{sigmoid, softmax};
use crate::sparse::SparseTable;
use crate::table::Table;
use serde::{Deserialize, Serialize};
use trueno::expr::{Expression, values};

/// min penalty · ½|w|² + absolute_penalty · Σ|wⱼ| + Σ -ln p(class); the intercepts are not penalised. Scale the columns first.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct LogisticRegression {
    /// At least 0 (scikit-learn's 1/C). Default 1.
    pub penalty: f64,
    /// At least 0; above it, uninformative columns get the weight 0. Default 0.
    pub absolute_penalty: f64,
    /// Maximum number of steps. Default 1000.
    pub max_iterations: usize,
    /// The search ends when the largest component of the mean gradient is at most this. Default 10⁻⁶.
    pub tolerance: f64,
}

impl Default for LogisticRegression {
    fn default() -> Self {
        Self { penalty: 1.0, absolute_penalty: 0.0, max_iterations: 1000, tolerance: 1e-6 }
    }
}

/// A fitted [`LogisticRegression`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LogisticModel {
    pub(super) classes: Classes,
    pub(super) columns: usize,
    /// Outputs × (columns and the intercept).
    pub(super) weights: Vec<f64>,
    /// Number of steps that the search made.
    pub iterations: usize,
    /// Whether it reached the minimum within the allowed steps.
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
    /// As [`WeightedEstimator::fit_weighted`], for a sparse table; without weights every row counts once.
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
        for (name, penalty) in [("penalty", self.penalty), ("absolute_penalty", self.absolute_penalty)] {
            setting(penalty >= 0.0 && penalty.is_finite(), name, penalty, "it must be at least 0")?;
        }
        setting(self.tolerance > 0.0, "tolerance", self.tolerance, "it must be above 0")?;
        check_length("targets", table.rows(), targets.len())?;
        weights.map_or(Ok(()), |weights| check_weights(table.rows(), weights))?;
        let columns = table.columns();
        // The remembered steps, the search's working memory, slopes of blocks of rows, and a score for each row. A
        // dense table needs those scores for one block at a time only, but a prediction for as many rows needs all of
        // them.
        let bytes = |classes: f64| {
            let outputs = if classes > 2.0 { classes } else { 1.0 };
            outputs * ((columns + 1) * VECTORS + table.rows()) as f64 * 8.0
        };
        let (classes, places) = table.extent().encode(targets, bytes)?;
        let outputs = if classes.len() == 2 { 1 } else { classes.len() };
        let start = vec![0.0; outputs * (columns + 1)];
        let problem = Problem { table, places: &places, weights, outputs, penalty: self.penalty };
        let mut failure = None;
        let function = |point: &[f64], gradient: &mut [f64]| {
            problem.loss(point, gradient).unwrap_or_else(|error| {
                failure = Some(error);
                f64::NAN
            })
        };
        let minimum = if self.absolute_penalty == 0.0 {
            minimize(start, self.tolerance, self.max_iterations, function)
        } else {
            let cost = self.absolute_penalty / problem.total();
            let costs = (1..=start.len()).map(|at| if at % (columns + 1) == 0 { 0.0 } else { cost });
            let costs = costs.collect::<Vec<_>>();
            minimize_with_absolute(start, &costs, self.tolerance, self.max_iterations, function)
        };
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

/// Weight vectors that a search keeps at a time: 10 pairs of L-BFGS, points and gradients, and slopes of blocks.
const VECTORS: usize = 28 + 2 * LEAST_BLOCKS;

/// What is minimised.
struct Problem<'a, D> {
    table: &'a D,
    /// The class of each row.
    places: &'a [u32],
    /// Weight of each row; all the same if `None`.
    weights: Option<&'a [f64]>,
    outputs: usize,
    penalty: f64,
}

impl<D: Design> Problem<'_, D> {
    /// Total weight of the rows.
    fn total(&self) -> f64 {
        self.weights.map_or(self.places.len() as f64, |weights| weights.iter().sum())
    }

    /// The mean loss with its squared penalty, and its gradient.
    fn loss(&self, point: &[f64], gradient: &mut [f64]) -> Result<f64> {
        let (columns, outputs) = (self.table.columns(), self.outputs);
        let pass = self.table.pass(point, outputs, |first, scores| self.rate(first, scores))?;
        let (scale, width) = (1.0 / self.total(), columns + 1);
        let mut squares = 0.0;
        let of_outputs = pass.slopes.chunks_exact(width).zip(point.chunks_exact(width));
        for (part, (slopes, w)) in gradient.chunks_exact_mut(width).zip(of_outputs) {
            for j in 0..columns {
                part[j] = scale * (slopes[j] + self.penalty * w[j]);
                squares += w[j] * w[j];
            }
            part[columns] = scale * slopes[columns];
        }
        Ok(scale * (pass.loss + 0.5 * self.penalty * squares))
    }

    /// The sum of the losses of rows from `first` on; their scores become errors.
    fn rate(&self, first: usize, scores: &mut [f64]) -> f64 {
        if D::AT_ONCE && self.outputs == 1 {
            let weights = self.weights.map(|weights| &weights[first..]);
            return two_class_loss(scores, &self.places[first..], weights);
        }
        let mut sum = 0.0;
        for (i, errors) in scores.chunks_exact_mut(self.outputs).enumerate() {
            let weight = self.weights.map_or(1.0, |weights| weights[first + i]);
            sum += weight * row_loss(errors, self.places[first + i] as usize);
            errors.iter_mut().for_each(|error| *error *= weight);
        }
        sum
    }
}

/// The sum of weight · -ln p over rows of two classes, from their scores, which become weight · (p - class).
fn two_class_loss(scores: &mut [f64], places: &[u32], weights: Option<&[f64]>) -> f64 {
    let powers = values(scores).abs().neg().exp().collect();
    let logarithms = values(&powers).offset(1.0).ln().collect();
    let mut loss = 0.0;
    for (i, score) in scores.iter_mut().enumerate() {
        let (e, sum) = (powers[i], 1.0 + powers[i]);
        let (weight, inverse) = (weights.map_or(1.0, |weights| weights[i]), 1.0 / sum);
        let class = f64::from(places[i]);
        // ln(1 + e), corrected for the rounding of 1 + e; plus the score of the other class if it is above 0.
        let logarithm = logarithms[i] + (e - (sum - 1.0)) * inverse;
        loss += weight * ((*score * (1.0 - 2.0 * class)).max(0.0) + logarithm);
        *score = weight * (if *score >= 0.0 { inverse } else { e * inverse } - class);
    }
    loss
}

/// -ln p of the class at `place`, from a row's scores, which become p - [class].
fn row_loss(row: &mut [f64], place: usize) -> f64 {
    if let [score] = row {
        let signed = if place == 1 { -*score } else { *score };
        // One exponential for both, and no overflow: p = 1 / (1 + exp(-s)), the loss ln(1 + exp(s)).
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

    /// The weights of an output, one for each column: for the greater class if there are two, else for the class with
    /// that index.
    pub fn coefficients(&self, output: usize) -> &[f64] {
        let from = output * (self.columns + 1);
        self.weights.get(from..from + self.columns).unwrap_or(&[])
    }

    /// As [`Classifier::predict_proba`], for a sparse table.
    ///
    /// # Errors
    /// The number of columns differs from the model's.
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

#[cfg(test)]
mod tests {
    use super::{row_loss, two_class_loss};

    #[test]
    fn rows_rated_at_once_agree_with_rows_one_by_one() {
        let scores = (-400..=400).map(|i| f64::from(i) * f64::from(i).abs() / 200.0).collect::<Vec<_>>();
        let places = (0..scores.len() as u32).map(|i| i * 7 / 3 % 2).collect::<Vec<_>>();
        let weights = (0..scores.len()).map(|i| (i % 5) as f64 / 2.0).collect::<Vec<_>>();
        for weights in [None, Some(&weights[..])] {
            let (mut found, mut sum) = (scores.clone(), 0.0);
            let loss = two_class_loss(&mut found, &places, weights);
            for (i, score) in scores.iter().enumerate() {
                let (weight, mut row) = (weights.map_or(1.0, |weights| weights[i]), [*score]);
                sum += weight * row_loss(&mut row, places[i] as usize);
                assert!((found[i] - weight * row[0]).abs() <= 1e-15, "{score}");
            }
            assert!((loss - sum).abs() <= 1e-12 * sum, "{loss} {sum}");
        }
        // Far from the border, only the tail of the exponential is left.
        let (mut score, tail) = ([40.0], (-40f64).exp());
        assert!((two_class_loss(&mut score, &[1], None) / tail - 1.0).abs() < 1e-14);
    }
}
