//! Partial least squares: regression on the few combinations of columns that covary most with the targets.
//!
//! Source: Wegelin, "A survey of partial least squares (PLS) methods, with emphasis on the two-block case", 2000,
//! section 4 (NIPALS, deflation for regression); scales and signs are those of scikit-learn.

mod stored;
#[cfg(test)]
mod tests;

use crate::checks::{check_length, check_targets};
use crate::error::{ModelError, Result, setting};
use crate::estimator::{Estimator, Model, Transform};
use crate::table::Table;
use serde::{Deserialize, Serialize};
use trueno::{ArrayView, matmul};

/// Settings.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PartialLeastSquares {
    /// Number of combinations, at most the smaller of rows and columns. Default 2.
    pub components: usize,
    /// Whether columns and targets are scaled to variance 1 first. Default true.
    pub scale: bool,
}

impl Default for PartialLeastSquares {
    fn default() -> Self {
        Self { components: 2, scale: true }
    }
}

/// Fitted combinations for any number of targets.
#[derive(Debug, Clone, PartialEq)]
pub struct PartialLeastSquaresModel {
    means: Vec<f64>,
    target_means: Vec<f64>,
    rotations: Table,
    coefficients: Table,
}

/// A [`PartialLeastSquaresModel`] of one target.
#[derive(Debug, Clone, PartialEq)]
pub struct PartialLeastSquaresRegressor(PartialLeastSquaresModel);

/// Maximum number of power steps for one combination; with one target one step is exact.
const STEPS: usize = 500;

/// A combination has converged when a step changes the squares of its weights by less.
const SETTLED: f64 = 1e-14;

impl PartialLeastSquares {
    /// Fits to several targets at once, one per column of `targets`. If fewer combinations than requested explain the
    /// columns or the targets completely, the rest are zero.
    ///
    /// # Errors
    /// Fewer than 2 rows, a different number of rows in `targets`, values that are not finite, or more components than
    /// rows or columns.
    pub fn fit_many(&self, table: &Table, targets: &Table) -> Result<PartialLeastSquaresModel> {
        check_length("targets", table.rows(), targets.rows())?;
        table.check_finite()?;
        targets.check_finite()?;
        if table.rows() < 2 {
            return Err(ModelError::TooFewRows {
                what: "partial least squares",
                needed: 2,
                found: table.rows(),
            });
        }
        let most = table.rows().min(table.columns());
        setting(
            self.components >= 1 && self.components <= most,
            "the number of components",
            self.components as f64,
            "it must be from 1 to the lesser of rows and columns",
        )?;
        let (x, means, scales) = standardized(table, self.scale)?;
        let (y, target_means, target_scales) = standardized(targets, self.scale)?;
        let (columns, outputs) = (table.columns(), targets.columns());
        let found = self.combinations(x, y)?;
        let mut rotations = vec![0.0; columns * self.components];
        let mut coefficients = vec![0.0; columns * outputs];
        let mut turned: Vec<Vec<f64>> = Vec::new();
        for (k, (weights, _, target_loadings)) in found.iter().enumerate() {
            // W (Pᵀ W)⁻¹, where Pᵀ W is triangular with ones on its diagonal.
            let mut rotation = weights.clone();
            for (before, (_, loadings, _)) in turned.iter().zip(&found) {
                let share = loadings.iter().zip(weights).map(|(p, w)| p * w).sum::<f64>();
                rotation.iter_mut().zip(before).for_each(|(r, b)| *r -= share * b);
            }
            for (j, r) in rotation.iter().enumerate() {
                rotations[j * self.components + k] = r / scales[j];
                for (o, loading) in target_loadings.iter().enumerate() {
                    coefficients[j * outputs + o] += r * loading * target_scales[o] / scales[j];
                }
            }
            turned.push(rotation);
        }
        Ok(PartialLeastSquaresModel {
            means,
            target_means,
            rotations: Table::new(rotations, self.components)?,
            coefficients: Table::new(coefficients, outputs)?,
        })
    }

    /// For each combination its weights, the columns' loadings and the targets' loadings; fewer than requested if
    /// nothing is left to explain.
    fn combinations(&self, mut x: Table, mut y: Table) -> Result<Vec<Combination>> {
        let (all_x, all_y) = (squares(x.values()), squares(y.values()));
        if !(all_x.is_finite() && all_y.is_finite()) {
            return Err(ModelError::Undefined("the squares of the columns overflow; scale them"));
        }
        let mut found = Vec::new();
        for _ in 0..self.components {
            // The rest of either is only rounding error.
            if squares(y.values()) <= 1e-28 * all_y || squares(x.values()) <= 1e-28 * all_x {
                break;
            }
            let Some(weights) = direction(&x, &y)? else { break };
            let scores = times(&x, &weights)?;
            let length = squares(&scores);
            if length <= 1e-24 * all_x {
                break;
            }
            let part = |of: &Table| -> Result<Vec<f64>> {
                Ok(transposed_times(of, &scores)?.iter().map(|s| s / length).collect())
            };
            let (loadings, target_loadings) = (part(&x)?, part(&y)?);
            x = deflated(x, &scores, &loadings)?;
            y = deflated(y, &scores, &target_loadings)?;
            found.push((weights, loadings, target_loadings));
        }
        Ok(found)
    }
}

/// Weights of the columns, loadings of the columns, loadings of the targets.
type Combination = (Vec<f64>, Vec<f64>, Vec<f64>);

/// Centred columns with variance 1 (n - 1), their means, and their former deviations; constant columns are not scaled.
fn standardized(table: &Table, scale: bool) -> Result<(Table, Vec<f64>, Vec<f64>)> {
    let means = table.column_means();
    let centered = table.centered(&means);
    let columns = table.columns();
    let mut scales = vec![1.0; columns];
    if scale {
        let mut sums = vec![0.0; columns];
        for row in centered.iter_rows() {
            sums.iter_mut().zip(row).for_each(|(s, x)| *s += x * x);
        }
        for ((scale, sum), mean) in scales.iter_mut().zip(sums).zip(&means) {
            let deviation = (sum / (table.rows() - 1) as f64).sqrt();
            if deviation == f64::INFINITY {
                return Err(ModelError::Undefined("the squares of the columns overflow; scale them"));
            }
            if deviation > 10.0 * f64::EPSILON * mean.abs() {
                *scale = deviation;
            }
        }
    }
    let mut values = centered.into_values();
    for row in values.chunks_exact_mut(columns) {
        row.iter_mut().zip(&scales).for_each(|(x, s)| *x /= s);
    }
    let table = Table::new(values, columns)?;
    table.check_finite()?;
    Ok((table, means, scales))
}

/// The unit weights of the columns whose combination covaries most with the targets, the largest of them positive;
/// `None` if none does.
fn direction(x: &Table, y: &Table) -> Result<Option<Vec<f64>>> {
    let varies = |column: &usize| y.column(*column).any(|v| v.abs() > f64::EPSILON);
    let Some(first) = (0..y.columns()).find(varies) else { return Ok(None) };
    let mut scores = y.column(first).collect::<Vec<_>>();
    let mut weights = vec![0.0; x.columns()];
    for _ in 0..STEPS {
        let mut next = transposed_times(x, &scores)?;
        let length = squares(&next).sqrt();
        if length.is_nan() || length <= f64::MIN_POSITIVE {
            return Ok(None);
        }
        next.iter_mut().for_each(|w| *w /= length);
        let changed = next.iter().zip(&weights).map(|(a, b)| (a - b) * (a - b)).sum::<f64>();
        weights = next;
        if y.columns() == 1 || changed < SETTLED {
            break;
        }
        let of_rows = times(x, &weights)?;
        let of_targets = transposed_times(y, &of_rows)?;
        scores = times(y, &of_targets)?;
    }
    let largest = weights.iter().copied().fold(0.0, |a: f64, b| if b.abs() > a.abs() { b } else { a });
    if largest < 0.0 {
        weights.iter_mut().for_each(|w| *w = -*w);
    }
    Ok(Some(weights))
}

fn squares(values: &[f64]) -> f64 {
    values.iter().map(|x| x * x).sum()
}

/// X v
fn times(x: &Table, v: &[f64]) -> Result<Vec<f64>> {
    Ok(matmul(&x.view()?, &ArrayView::from_slice(v, &[v.len(), 1])?)?.as_slice().to_vec())
}

/// Xᵀ v
fn transposed_times(x: &Table, v: &[f64]) -> Result<Vec<f64>> {
    Ok(matmul(&ArrayView::from_slice(v, &[1, v.len()])?, &x.view()?)?.as_slice().to_vec())
}

/// X - scores loadingsᵀ
fn deflated(x: Table, scores: &[f64], loadings: &[f64]) -> Result<Table> {
    let columns = x.columns();
    let mut values = x.into_values();
    for (row, score) in values.chunks_exact_mut(columns).zip(scores) {
        row.iter_mut().zip(loadings).for_each(|(x, l)| *x -= score * l);
    }
    Table::new(values, columns)
}

impl PartialLeastSquaresModel {
    /// Columns × targets: how much each target rises with each column.
    pub fn coefficients(&self) -> &Table {
        &self.coefficients
    }

    /// The targets of each row, rows × targets.
    ///
    /// # Errors
    /// The number of columns differs, or a value is not finite.
    pub fn predict(&self, table: &Table) -> Result<Table> {
        let mut answers = self.through(table, &self.coefficients)?.into_values();
        for row in answers.chunks_exact_mut(self.target_means.len()) {
            row.iter_mut().zip(&self.target_means).for_each(|(x, m)| *x += m);
        }
        Table::new(answers, self.target_means.len())
    }

    fn through(&self, table: &Table, matrix: &Table) -> Result<Table> {
        table.check_columns(self.means.len())?;
        table.check_finite()?;
        let product = matmul(&table.centered(&self.means).view()?, &matrix.view()?)?;
        Table::new(product.as_slice().to_vec(), matrix.columns())
    }
}

impl Transform for PartialLeastSquaresModel {
    /// The combinations of each row, rows × components.
    fn transform(&self, table: &Table) -> Result<Table> {
        self.through(table, &self.rotations)
    }
}

impl PartialLeastSquaresRegressor {
    /// The combinations and coefficients.
    pub fn model(&self) -> &PartialLeastSquaresModel {
        &self.0
    }
}

impl Estimator for PartialLeastSquares {
    type Target = f64;
    type Model = PartialLeastSquaresRegressor;

    fn fit(&self, table: &Table, targets: &[f64]) -> Result<PartialLeastSquaresRegressor> {
        check_targets("the targets", table.rows(), targets)?;
        Ok(PartialLeastSquaresRegressor(self.fit_many(table, &Table::new(targets.to_vec(), 1)?)?))
    }
}

impl Model for PartialLeastSquaresRegressor {
    type Target = f64;

    fn columns(&self) -> usize {
        self.0.means.len()
    }

    fn predict(&self, table: &Table) -> Result<Vec<f64>> {
        Ok(self.0.predict(table)?.into_values())
    }
}
