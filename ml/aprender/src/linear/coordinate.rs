//! Lasso and elastic net by coordinate descent.
//!
//! Source: Friedman, Hastie, Tibshirani, "Regularization paths for generalized linear models via coordinate descent", Journal of
//! Statistical Software 33(1), 2010; the duality gap that ends the descent: Kim, Koh, Lustig, Boyd, Gorinevsky, "An interior-point
//! method for large-scale l1-regularized least squares", 2007.

use super::LinearModel;
use super::least_squares::Centered;
use crate::error::{ModelError, Result, setting};
use crate::estimator::Estimator;
use crate::table::Table;
use serde::{Deserialize, Serialize};

/// min 1/(2n) Σ (y - w·x - b)² + penalty · (ratio · |w|₁ + ½ (1 - ratio) · |w|²). Scale the columns first.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ElasticNet {
    /// Above 0 (scikit-learn's `alpha`). Default 1.
    pub penalty: f64,
    /// Share of the penalty on absolute values, from 0 to 1; 1 is the lasso. Default ½.
    pub ratio: f64,
    /// Maximum number of passes over all columns. Default 1000.
    pub max_iterations: usize,
    /// The descent ends when the duality gap is at most this share of Σ y². Default 10⁻⁴.
    pub tolerance: f64,
}

impl Default for ElasticNet {
    fn default() -> Self {
        Self { penalty: 1.0, ratio: 0.5, max_iterations: 1000, tolerance: 1e-4 }
    }
}

impl ElasticNet {
    /// The lasso: weights of uninformative columns become 0.
    pub fn lasso(penalty: f64) -> Self {
        Self { penalty, ratio: 1.0, ..Self::default() }
    }
}

impl Estimator for ElasticNet {
    type Target = f64;
    type Model = LinearModel;

    fn fit(&self, table: &Table, targets: &[f64]) -> Result<LinearModel> {
        let Self { penalty, ratio, tolerance, .. } = *self;
        setting(penalty > 0.0 && penalty.is_finite(), "penalty", penalty, "it must be above 0")?;
        setting((0.0..=1.0).contains(&ratio), "ratio", ratio, "it must be from 0 to 1")?;
        setting(tolerance > 0.0, "tolerance", tolerance, "it must be above 0")?;
        let centered = Centered::new(table, targets)?;
        let rows = targets.len() as f64;
        let mut descent = Descent::new(&centered, rows * penalty * ratio, rows * penalty * (1.0 - ratio));
        let enough = tolerance * dot(&centered.targets, &centered.targets);
        for _ in 0..self.max_iterations {
            let (step, largest) = descent.pass();
            if step <= tolerance * largest && descent.gap(&centered.targets) <= enough {
                return centered.model(&descent.weights);
            }
        }
        Err(ModelError::Undefined(
            "coordinate descent has not come to its end; scale the columns or allow more iterations",
        ))
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    trueno::reduce::dot(a, b).unwrap_or(f64::NAN)
}

/// The state between passes; penalties apply to Σ instead of its mean.
struct Descent {
    /// Column after column.
    columns: Vec<Vec<f64>>,
    /// Σ x² of each column.
    squares: Vec<f64>,
    weights: Vec<f64>,
    /// y - X w
    rest: Vec<f64>,
    absolute: f64,
    squared: f64,
}

impl Descent {
    fn new(centered: &Centered, absolute: f64, squared: f64) -> Self {
        let columns: Vec<Vec<f64>> =
            (0..centered.table.columns()).map(|column| centered.table.column(column).collect()).collect();
        Self {
            squares: columns.iter().map(|column| dot(column, column)).collect(),
            weights: vec![0.0; columns.len()],
            rest: centered.targets.clone(),
            columns,
            absolute,
            squared,
        }
    }

    /// Sets each weight to the best value while the others are fixed. Returns the largest change and the largest
    /// weight.
    fn pass(&mut self) -> (f64, f64) {
        let (mut step, mut largest) = (0.0f64, 0.0f64);
        for (column, weight) in self.weights.iter_mut().enumerate() {
            let (values, square) = (&self.columns[column], self.squares[column]);
            if square == 0.0 {
                continue;
            }
            let before = *weight;
            let pull = dot(values, &self.rest) + square * before;
            let shrunk = (pull.abs() - self.absolute).max(0.0).copysign(pull);
            *weight = shrunk / (square + self.squared);
            let change = *weight - before;
            if change != 0.0 {
                self.rest.iter_mut().zip(values).for_each(|(rest, x)| *rest -= change * x);
            }
            step = step.max(change.abs());
            largest = largest.max(weight.abs());
        }
        (step, largest)
    }

    /// Upper bound of the distance from the minimum.
    fn gap(&self, targets: &[f64]) -> f64 {
        let of_weights = dot(&self.weights, &self.weights);
        let pull =
            |column: usize| dot(&self.columns[column], &self.rest) - self.squared * self.weights[column];
        let largest = (0..self.weights.len()).map(|column| pull(column).abs()).fold(0.0, f64::max);
        let scale = if largest > self.absolute { self.absolute / largest } else { 1.0 };
        let rest = dot(&self.rest, &self.rest);
        let absolute = self.weights.iter().map(|w| w.abs()).sum::<f64>();
        0.5 * (1.0 + scale * scale) * (rest + self.squared * of_weights) + self.absolute * absolute
            - scale * dot(&self.rest, targets)
    }
}
