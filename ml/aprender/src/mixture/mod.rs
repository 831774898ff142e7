//! Mixtures of normal distributions, fitted by expectation and maximisation from k-means starts.
//!
//! Source: Dempster, Laird, Rubin, "Maximum likelihood from incomplete data via the EM algorithm", 1977. Start,
//! convergence and the added variance are those of scikit-learn.

mod density;
mod stored;
#[cfg(test)]
mod tests;

use crate::cluster::KMeans;
use crate::error::{ModelError, Result, setting};
use crate::estimator::highest;
use crate::table::Table;
use density::Densities;
use serde::{Deserialize, Serialize};
use trueno::{ArrayView, gram, matmul};

/// Maximum number of values in the covariances of all components: 1 GiB of them.
const MOST: usize = 1 << 27;

/// The shape of the components.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Covariance {
    /// Any ellipsoid: columns² numbers for each component.
    Full,
    /// Ellipsoids along the columns.
    Diagonal,
}

/// Settings.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct GaussianMixture {
    /// Number of distributions. Default 2.
    pub components: usize,
    /// Their shape. Default full.
    pub covariance: Covariance,
    /// Number of starts; the most likely result is kept. Default 1.
    pub starts: usize,
    /// Maximum number of steps of each start. Default 100.
    pub max_iterations: usize,
    /// A start ends when a step changes the mean log likelihood of a row by less than this. Default 10⁻³.
    pub tolerance: f64,
    /// Added to all variances, so that no component shrinks to a point. Default 10⁻⁶.
    pub added_variance: f64,
    /// Seed of the starts.
    pub seed: u64,
}

impl Default for GaussianMixture {
    fn default() -> Self {
        Self {
            components: 2,
            covariance: Covariance::Full,
            starts: 1,
            max_iterations: 100,
            tolerance: 1e-3,
            added_variance: 1e-6,
            seed: 0,
        }
    }
}

/// A fitted [`GaussianMixture`].
#[derive(Debug, Clone, PartialEq)]
pub struct GaussianMixtureModel {
    densities: Densities,
    /// Mean log likelihood of a training row.
    log_likelihood: f64,
    /// Whether the kept start converged before the last allowed step.
    converged: bool,
}

impl GaussianMixture {
    /// Fits to the rows of a table.
    ///
    /// # Errors
    /// Fewer rows than components, values that are not finite, too many columns for full covariances, a setting out of
    /// range, or components that shrank to a point in every start.
    pub fn fit(&self, table: &Table) -> Result<GaussianMixtureModel> {
        self.check(table)?;
        let mut best = Err(ModelError::Undefined("a mixture without a start"));
        for start in 0..self.starts {
            let seed = self.seed.wrapping_add(start as u64);
            match (self.climb(table, seed), &best) {
                (Ok(model), Ok(before)) => {
                    let before: &GaussianMixtureModel = before;
                    if model.log_likelihood > before.log_likelihood {
                        best = Ok(model);
                    }
                }
                (Ok(model), Err(_)) => best = Ok(model),
                (Err(error), Err(_)) => best = Err(error),
                (Err(_), Ok(_)) => {}
            }
        }
        best
    }

    fn check(&self, table: &Table) -> Result<()> {
        let positive = |x: f64| x >= 0.0 && x.is_finite();
        setting(self.components >= 1, "the number of components", 0.0, "it must be at least 1")?;
        setting(self.starts >= 1, "the number of starts", 0.0, "it must be at least 1")?;
        setting(positive(self.tolerance), "tolerance", self.tolerance, "it must be at least 0")?;
        setting(
            positive(self.added_variance),
            "added_variance",
            self.added_variance,
            "it must be at least 0",
        )?;
        let (rows, columns) = (table.rows(), table.columns());
        let needed = self.components.max(2);
        if rows < needed {
            return Err(ModelError::TooFewRows { what: "a mixture", needed, found: rows });
        }
        let numbers = columns.saturating_mul(columns).saturating_mul(self.components);
        setting(
            self.covariance == Covariance::Diagonal || numbers <= MOST,
            "the number of columns",
            columns as f64,
            "the full covariances of this many columns do not fit into memory; use fewer columns, or diagonal covariances",
        )?;
        table.check_finite()
    }

    /// One start.
    fn climb(&self, table: &Table, seed: u64) -> Result<GaussianMixtureModel> {
        let k_means = KMeans { clusters: self.components, starts: 1, seed, ..KMeans::default() };
        let mut shares = vec![0.0; table.rows() * self.components];
        for (row, cluster) in k_means.fit(table)?.predict(table)?.into_iter().enumerate() {
            shares[row * self.components + cluster] = 1.0;
        }
        let mut densities = self.maximize(table, &Table::new(shares, self.components)?)?;
        let (mut before, mut converged) = (f64::NEG_INFINITY, false);
        for _ in 0..self.max_iterations {
            let (shares, likelihood) = densities.shares(table)?;
            densities = self.maximize(table, &shares)?;
            converged = (likelihood - before).abs() < self.tolerance;
            if converged {
                break;
            }
            before = likelihood;
        }
        let (_, log_likelihood) = densities.shares(table)?;
        Ok(GaussianMixtureModel { densities, log_likelihood, converged })
    }

    /// The most likely components, given `shares` (rows × components), the share of each row that belongs to each
    /// component.
    fn maximize(&self, table: &Table, shares: &Table) -> Result<Densities> {
        let (rows, columns) = (table.rows(), table.columns());
        let mut means = matmul(&shares.view()?.transpose(), &table.view()?)?.as_slice().to_vec();
        let mut weights = Vec::with_capacity(self.components);
        let mut covariances = Vec::new();
        let mut scaled = vec![0.0; rows * columns];
        for (k, mean) in means.chunks_exact_mut(columns).enumerate() {
            // The added number prevents a division by zero for an empty component.
            let sum = shares.column(k).sum::<f64>() + 10.0 * f64::EPSILON;
            mean.iter_mut().for_each(|m| *m /= sum);
            weights.push(sum / rows as f64);
            for ((target, row), share) in
                scaled.chunks_exact_mut(columns).zip(table.iter_rows()).zip(shares.column(k))
            {
                let root = share.sqrt();
                target.iter_mut().zip(row).zip(mean.iter()).for_each(|((t, x), m)| *t = root * (x - m));
            }
            let at = covariances.len();
            let step = match self.covariance {
                Covariance::Full => {
                    let square = gram(&ArrayView::from_slice(&scaled, &[rows, columns])?)?;
                    covariances.extend(square.as_slice().iter().map(|x| x / sum));
                    columns + 1
                }
                Covariance::Diagonal => {
                    let mut squares = vec![0.0; columns];
                    for row in scaled.chunks_exact(columns) {
                        squares.iter_mut().zip(row).for_each(|(s, x)| *s += x * x);
                    }
                    covariances.extend(squares.iter().map(|x| x / sum));
                    1
                }
            };
            covariances[at..].iter_mut().step_by(step).for_each(|x| *x += self.added_variance);
        }
        let total = weights.iter().sum::<f64>();
        weights.iter_mut().for_each(|w| *w /= total);
        Densities::new(self.covariance, weights, Table::new(means, columns)?, covariances)
    }
}

impl GaussianMixtureModel {
    /// Share of each component; the shares sum to 1.
    pub fn weights(&self) -> &[f64] {
        self.densities.weights()
    }

    /// Components × columns.
    pub fn means(&self) -> &Table {
        self.densities.means()
    }

    /// For each component columns × columns numbers, or `columns` numbers if it is diagonal.
    pub fn covariances(&self) -> &[f64] {
        self.densities.covariances()
    }

    /// Mean log likelihood of a training row.
    pub fn log_likelihood(&self) -> f64 {
        self.log_likelihood
    }

    /// Whether fitting converged before the last allowed step.
    pub fn converged(&self) -> bool {
        self.converged
    }

    /// ln of the density at each row.
    ///
    /// # Errors
    /// The number of columns differs, a value is not finite, or a row is so far away that its density is zero.
    pub fn log_densities(&self, table: &Table) -> Result<Vec<f64>> {
        Ok(self.densities.weighted(table)?.iter_rows().map(density::log_sum).collect())
    }

    /// Probability of each component for each row, rows × components.
    ///
    /// # Errors
    /// As [`GaussianMixtureModel::log_densities`].
    pub fn predict_proba(&self, table: &Table) -> Result<Table> {
        Ok(self.densities.shares(table)?.0)
    }

    /// The most likely component of each row.
    ///
    /// # Errors
    /// As [`GaussianMixtureModel::log_densities`].
    pub fn predict(&self, table: &Table) -> Result<Vec<usize>> {
        Ok(self.densities.weighted(table)?.iter_rows().map(highest).collect())
    }
}
