//! Densities of the components of a mixture.

use super::Covariance;
use crate::error::{ModelError, Result};
use crate::table::Table;
use rayon::prelude::*;
use trueno::linalg::Cholesky;
use trueno::{ArrayView, matmul};

/// Rows that are processed at once.
const BLOCK: usize = 1024;

/// Weighted normal distributions.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Densities {
    covariance: Covariance,
    weights: Vec<f64>,
    means: Table,
    covariances: Vec<f64>,
    /// For each component L⁻¹, where the covariance is L Lᵀ; for diagonal covariances 1/σ.
    inverse_roots: Vec<f64>,
    /// ln weight - ln det L - ½ columns ln 2π
    constants: Vec<f64>,
}

impl Densities {
    /// # Errors
    /// A covariance that is not positive definite.
    pub(super) fn new(
        covariance: Covariance,
        weights: Vec<f64>,
        means: Table,
        covariances: Vec<f64>,
    ) -> Result<Self> {
        let columns = means.columns();
        let each = numbers_each(covariance, columns);
        let mut inverse_roots = Vec::with_capacity(covariances.len());
        let mut constants = Vec::with_capacity(weights.len());
        for (of_one, weight) in covariances.chunks_exact(each).zip(&weights) {
            let log_root = match covariance {
                Covariance::Full => {
                    let factor = Cholesky::new(&ArrayView::from_slice(of_one, &[columns, columns])?)?;
                    inverse_roots.extend(lower_inverse(factor.lower().as_slice(), columns));
                    factor.log_determinant() / 2.0
                }
                Covariance::Diagonal => {
                    if of_one.iter().any(|x| x.is_nan() || *x <= 0.0) {
                        return Err(ModelError::Undefined("a component of the mixture has no variance"));
                    }
                    inverse_roots.extend(of_one.iter().map(|x| 1.0 / x.sqrt()));
                    of_one.iter().map(|x| x.ln() / 2.0).sum()
                }
            };
            constants.push(weight.ln() - log_root - 0.5 * columns as f64 * std::f64::consts::TAU.ln());
        }
        Ok(Self { covariance, weights, means, covariances, inverse_roots, constants })
    }

    pub(super) fn covariance(&self) -> Covariance {
        self.covariance
    }

    pub(super) fn weights(&self) -> &[f64] {
        &self.weights
    }

    pub(super) fn means(&self) -> &Table {
        &self.means
    }

    pub(super) fn covariances(&self) -> &[f64] {
        &self.covariances
    }

    /// ln (weight · density), rows × components.
    pub(super) fn weighted(&self, table: &Table) -> Result<Table> {
        let (columns, components) = (self.means.columns(), self.weights.len());
        table.check_columns(columns)?;
        table.check_finite()?;
        let mut logs = vec![0.0; table.rows() * components];
        let blocks = table.values().par_chunks(BLOCK * columns).zip(logs.par_chunks_mut(BLOCK * components));
        blocks.map(|(rows, logs)| self.block(rows, logs)).collect::<Result<Vec<()>>>()?;
        let seen = |row: &[f64]| row.iter().any(|x| x.is_finite());
        if logs.chunks_exact(components).all(seen) && logs.iter().all(|x| !x.is_nan()) {
            return Table::new(logs, components);
        }
        Err(ModelError::Undefined(
            "a row is so far from all components of the mixture that its density is zero",
        ))
    }

    fn block(&self, rows: &[f64], logs: &mut [f64]) -> Result<()> {
        let (columns, components) = (self.means.columns(), self.weights.len());
        let each = numbers_each(self.covariance, columns);
        let mut centered = vec![0.0; rows.len()];
        for (k, (mean, root)) in self.means.iter_rows().zip(self.inverse_roots.chunks_exact(each)).enumerate()
        {
            for (target, row) in centered.chunks_exact_mut(columns).zip(rows.chunks_exact(columns)) {
                target.iter_mut().zip(row).zip(mean).for_each(|((t, x), m)| *t = x - m);
            }
            let whitened = match self.covariance {
                Covariance::Full => {
                    let root = ArrayView::from_slice(root, &[columns, columns])?;
                    let view = ArrayView::from_slice(&centered, &[rows.len() / columns, columns])?;
                    matmul(&view, &root.transpose())?.as_slice().to_vec()
                }
                Covariance::Diagonal => centered
                    .chunks_exact(columns)
                    .flat_map(|c| c.iter().zip(root).map(|(x, r)| x * r))
                    .collect(),
            };
            for (white, logs) in whitened.chunks_exact(columns).zip(logs.chunks_exact_mut(components)) {
                logs[k] = self.constants[k] - 0.5 * white.iter().map(|x| x * x).sum::<f64>();
            }
        }
        Ok(())
    }

    /// Probabilities of each row's components, rows × components, and the mean log likelihood.
    pub(super) fn shares(&self, table: &Table) -> Result<(Table, f64)> {
        let components = self.weights.len();
        let mut shares = self.weighted(table)?.into_values();
        let mut sum = 0.0;
        for row in shares.chunks_exact_mut(components) {
            let log = log_sum(row);
            row.iter_mut().for_each(|x| *x = (*x - log).exp());
            sum += log;
        }
        Ok((Table::new(shares, components)?, sum / table.rows() as f64))
    }
}

/// Number of values in one covariance.
pub(super) fn numbers_each(covariance: Covariance, columns: usize) -> usize {
    match covariance {
        Covariance::Full => columns * columns,
        Covariance::Diagonal => columns,
    }
}

/// ln Σ exp x, without overflow.
pub(super) fn log_sum(row: &[f64]) -> f64 {
    let largest = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    largest + row.iter().map(|x| (x - largest).exp()).sum::<f64>().ln()
}

/// The inverse of a lower triangle, row by row.
fn lower_inverse(lower: &[f64], n: usize) -> Vec<f64> {
    let mut inverse = vec![0.0; n * n];
    for i in 0..n {
        let (done, rest) = inverse.split_at_mut(i * n);
        let row = &mut rest[..n];
        row[i] = 1.0;
        for (k, above) in done.chunks_exact(n).enumerate() {
            let factor = lower[i * n + k];
            row[..=k].iter_mut().zip(above).for_each(|(x, a)| *x -= factor * a);
        }
        row[..=i].iter_mut().for_each(|x| *x /= lower[i * n + i]);
    }
    inverse
}
