//! What fitting needs of a table, dense or sparse.

use crate::error::Result;
use crate::sparse::SparseTable;
use crate::table::Table;
use trueno::{ArrayView, matmul};

/// The rows that a linear model is fitted to.
pub(crate) trait Design {
    /// Number of rows.
    fn rows(&self) -> usize;

    /// Number of columns.
    fn columns(&self) -> usize;

    /// X Wᵀ + b, rows × outputs; `weights` is outputs × (columns and the intercept).
    fn scores(&self, weights: &[f64], outputs: usize) -> Result<Vec<f64>>;

    /// Eᵀ X, outputs × columns; `errors` is rows × outputs.
    fn slopes(&self, errors: &[f64], outputs: usize) -> Result<Vec<f64>>;
}

impl Design for Table {
    fn rows(&self) -> usize {
        self.rows()
    }

    fn columns(&self) -> usize {
        self.columns()
    }

    fn scores(&self, weights: &[f64], outputs: usize) -> Result<Vec<f64>> {
        let columns = self.columns();
        let all = ArrayView::from_slice(weights, &[outputs, columns + 1])?;
        let product = matmul(&self.view()?, &all.slice(1, 0..columns)?.transpose())?;
        let mut scores = product.as_slice().to_vec();
        for row in scores.chunks_exact_mut(outputs) {
            row.iter_mut().enumerate().for_each(|(o, s)| *s += weights[o * (columns + 1) + columns]);
        }
        Ok(scores)
    }

    fn slopes(&self, errors: &[f64], outputs: usize) -> Result<Vec<f64>> {
        let errors = ArrayView::from_slice(errors, &[self.rows(), outputs])?;
        Ok(matmul(&errors.transpose(), &self.view()?)?.as_slice().to_vec())
    }
}

impl Design for SparseTable {
    fn rows(&self) -> usize {
        self.rows()
    }

    fn columns(&self) -> usize {
        self.columns()
    }

    fn scores(&self, weights: &[f64], outputs: usize) -> Result<Vec<f64>> {
        let width = self.columns() + 1;
        let mut scores = Vec::with_capacity(self.rows() * outputs);
        for row in 0..self.rows() {
            for of_output in weights.chunks_exact(width) {
                let sum = self.row(row).map(|(column, value)| of_output[column] * value).sum::<f64>();
                scores.push(sum + of_output[width - 1]);
            }
        }
        Ok(scores)
    }

    fn slopes(&self, errors: &[f64], outputs: usize) -> Result<Vec<f64>> {
        let mut slopes = vec![0.0; outputs * self.columns()];
        for (row, errors) in errors.chunks_exact(outputs).enumerate() {
            for (output, error) in errors.iter().enumerate() {
                let of_output = &mut slopes[output * self.columns()..][..self.columns()];
                self.row(row).for_each(|(column, value)| of_output[column] += error * value);
            }
        }
        Ok(slopes)
    }
}
