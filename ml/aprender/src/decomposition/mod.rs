//! Principal components.

mod stored;

use crate::error::{ModelError, Result, setting};
use crate::estimator::{Transform, Transformer};
use crate::table::Table;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use trueno::linalg::{Svd, SymmetricEigen};
use trueno::{Array, ArrayView, gram, matmul};

/// The directions of greatest variance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pca {
    /// Number of components, at most the smaller of rows and columns.
    pub components: usize,
}

/// Fitted components.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PcaModel {
    /// Means of the training columns.
    pub means: Vec<f64>,
    /// Components × columns, orthonormal, the greatest variance first; the largest entry of each is positive.
    pub components: Table,
    /// Variance (divided by rows - 1) along each component.
    pub variances: Vec<f64>,
    /// Share of the total variance of each component; zeros if there is no variance.
    pub shares: Vec<f64>,
}

impl Transformer for Pca {
    type Fitted = PcaModel;

    fn fit(&self, table: &Table) -> Result<PcaModel> {
        let (rows, columns) = (table.rows(), table.columns());
        if rows < 2 {
            return Err(ModelError::TooFewRows { what: "principal components", needed: 2, found: rows });
        }
        let most = self.components >= 1 && self.components <= rows.min(columns);
        setting(
            most,
            "the number of components",
            self.components as f64,
            "it must be from 1 to the lesser of rows and columns",
        )?;
        let means = table.column_means();
        if !means.iter().all(|m| m.is_finite()) {
            // If all means are finite, all values are finite too; otherwise find the bad value.
            table.check_finite()?;
        }
        let (vectors, mut variances, total) = if rows >= 10 * columns {
            covariance(table, &means)?
        } else {
            singular(&table.centered(&means))?
        };
        variances.truncate(self.components);
        let mut components = vectors[..self.components * columns].to_vec();
        for component in components.chunks_exact_mut(columns) {
            let largest =
                component.iter().copied().fold(0.0, |a: f64, b| if b.abs() > a.abs() { b } else { a });
            if largest < 0.0 {
                component.iter_mut().for_each(|x| *x = -*x);
            }
        }
        let shares = variances.iter().map(|v| if total > 0.0 { v / total } else { 0.0 }).collect();
        Ok(PcaModel { means, components: Table::new(components, columns)?, variances, shares })
    }
}

/// Rows that are centred and multiplied at once.
const BLOCK: usize = 1024;

/// Components, variances and their sum, from the covariance matrix: quicker for many rows.
fn covariance(table: &Table, means: &[f64]) -> Result<(Vec<f64>, Vec<f64>, f64)> {
    let columns = table.columns();
    let of_block = |rows: &[f64]| -> Result<Vec<f64>> {
        let mut centered = Vec::with_capacity(rows.len());
        rows.chunks_exact(columns).for_each(|row| centered.extend(row.iter().zip(means).map(|(x, m)| x - m)));
        let square = gram(&ArrayView::from_slice(&centered, &[rows.len() / columns, columns])?)?;
        Ok(square.as_slice().to_vec())
    };
    let mut square = Array::zeros(&[columns, columns])?;
    let sums = square.as_mut_slice();
    // Blocks are computed on all threads and added in order.
    for blocks in table.values().chunks(BLOCK * columns * rayon::current_num_threads()) {
        for block in blocks.par_chunks(BLOCK * columns).map(of_block).collect::<Result<Vec<_>>>()? {
            sums.iter_mut().zip(block).for_each(|(s, b)| *s += b);
        }
    }
    let scale = 1.0 / (table.rows() - 1) as f64;
    sums.iter_mut().for_each(|s| *s *= scale);
    let total = sums.iter().step_by(columns + 1).sum();
    let eigen = SymmetricEigen::new(&square.view())?;
    let rows = eigen.vectors.as_slice().chunks_exact(columns).rev();
    Ok((rows.flatten().copied().collect(), eigen.values.iter().rev().map(|v| v.max(0.0)).collect(), total))
}

/// Components, variances and their sum, from singular values: keeps small ones exact.
fn singular(centered: &Table) -> Result<(Vec<f64>, Vec<f64>, f64)> {
    let svd = Svd::new(&centered.view()?)?;
    let divisor = (centered.rows() - 1) as f64;
    let variances = svd.singular_values.iter().map(|s| s * s / divisor).collect();
    let total = centered.values().iter().map(|x| x * x).sum::<f64>() / divisor;
    Ok((svd.v_transposed.as_slice().to_vec(), variances, total))
}

impl PcaModel {
    /// Rows in the original columns from their coordinates along the components.
    ///
    /// # Errors
    /// The number of columns is not the number of components.
    pub fn inverse(&self, table: &Table) -> Result<Table> {
        table.check_columns(self.components.rows())?;
        let mut values = matmul(&table.view()?, &self.components.view()?)?.as_slice().to_vec();
        for row in values.chunks_exact_mut(self.means.len()) {
            row.iter_mut().zip(&self.means).for_each(|(x, m)| *x += m);
        }
        Table::new(values, self.means.len())
    }
}

impl Transform for PcaModel {
    /// Coordinates along the components, rows × components.
    fn transform(&self, table: &Table) -> Result<Table> {
        table.check_columns(self.means.len())?;
        table.check_finite()?;
        let centered = table.centered(&self.means);
        let product = matmul(&centered.view()?, &self.components.view()?.transpose())?;
        Table::new(product.as_slice().to_vec(), self.components.rows())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use trueno::random::Philox;

    #[test]
    fn all_components_give_the_table_back_and_variances_are_those_of_the_coordinates() {
        let mut random = Philox::new(1);
        for rows in [12, 200] {
            let table = Table::new((0..rows * 5).map(|i| random.normal() * (i % 5 + 1) as f64).collect(), 5)
                .expect("fits");
            let model = Pca { components: 5 }.fit(&table).expect("usable");
            let turned = model.transform(&table).expect("fits");
            let back = model.inverse(&turned).expect("fits");
            assert!(back.values().iter().zip(table.values()).all(|(a, b)| (a - b).abs() < 1e-10));
            for (j, variance) in model.variances.iter().enumerate() {
                let found = turned.column(j).map(|x| x * x).sum::<f64>() / (rows - 1) as f64;
                assert!((found - variance).abs() < 1e-9 * variance, "{found} {variance}");
            }
            assert!(model.variances.windows(2).all(|w| w[0] >= w[1]));
            assert!((model.shares.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        }
    }

    #[test]
    fn constant_tables_and_bad_settings() {
        let table = Table::new(vec![2.0; 12], 3).expect("fits");
        let model = Pca { components: 2 }.fit(&table).expect("usable");
        assert_eq!(model.shares, [0.0, 0.0]);
        assert!(Pca { components: 4 }.fit(&table).is_err());
        assert!(Pca { components: 1 }.fit(&Table::new(vec![1.0, 2.0], 2).expect("fits")).is_err());
    }
}
