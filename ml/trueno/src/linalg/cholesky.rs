//! A = L Lᵀ of a symmetric positive definite matrix.

use super::{add_scaled, dot, from_columns, right_side, square};
use crate::array::{Array, ArrayView};
use crate::error::LinalgError;
use crate::gemm::{Epilogue, gemm};
use crate::simd::Level;

/// Columns that are decomposed at a time; the rest of the work is matrix products.
const PANEL: usize = 32;

/// The lower factor.
#[derive(Debug, Clone)]
pub struct Cholesky {
    lower: Array<f64>,
}

impl Cholesky {
    /// Decomposes `a`; reads only its lower triangle.
    ///
    /// # Errors
    /// Not square, not finite, or a pivot is not positive.
    pub fn new(a: &ArrayView<'_, f64>) -> Result<Self, LinalgError> {
        let n = square("the matrix", a)?;
        let mut lower = a.to_array();
        for first in (0..n).step_by(PANEL) {
            let width = PANEL.min(n - first);
            // Columns of the panel one after another, minus the contribution of the columns before it.
            let mut panel = Array::zeros(&[width, n - first])?;
            let rows = lower.as_slice().chunks_exact(n).skip(first);
            for (i, row) in rows.enumerate() {
                for (column, x) in panel.as_mut_slice().chunks_exact_mut(n - first).zip(&row[first..]) {
                    column[i] = *x;
                }
            }
            if first > 0 {
                let before = lower.view().slice(0, first..n)?.slice(1, 0..first)?;
                let beside = before.slice(0, 0..width)?.transpose();
                let target = panel.view_mut().transpose();
                gemm(-1.0, &before, &beside, 1.0, target, &Epilogue::default())?;
            }
            factor(panel.as_mut_slice(), n - first, first)?;
            for (i, row) in lower.as_mut_slice().chunks_exact_mut(n).skip(first).enumerate() {
                for (column, x) in panel.as_slice().chunks_exact(n - first).zip(&mut row[first..]) {
                    *x = column[i];
                }
            }
        }
        for i in 0..n {
            lower.as_mut_slice()[i * n + i + 1..(i + 1) * n].fill(0.0);
        }
        Ok(Self { lower })
    }

    /// L: lower triangular, its diagonal positive.
    pub fn lower(&self) -> &Array<f64> {
        &self.lower
    }

    /// ln det A
    pub fn log_determinant(&self) -> f64 {
        let n = self.lower.dims()[0];
        self.lower.as_slice().iter().step_by(n + 1).map(|x| 2.0 * x.ln()).sum()
    }

    /// X with A X = B, for a vector or the columns of a matrix.
    ///
    /// # Errors
    /// B has a different number of rows, or is not finite.
    pub fn solve(&self, b: &ArrayView<'_, f64>) -> Result<Array<f64>, LinalgError> {
        let n = self.lower.dims()[0];
        let (mut columns, vector) = right_side(b, n)?;
        let level = Level::current();
        let rows = self.lower.as_slice();
        for x in &mut columns {
            for i in 0..n {
                let row = &rows[i * n..i * n + n];
                x[i] = (x[i] - dot(level, &row[..i], &x[..i])) / row[i];
            }
            for i in (0..n).rev() {
                let row = &rows[i * n..i * n + n];
                x[i] /= row[i];
                let value = x[i];
                add_scaled(level, &mut x[..i], -value, &row[..i]);
            }
        }
        Ok(from_columns(&columns, n, vector)?)
    }
}

/// Decomposes a panel of columns of `length` numbers; the panel begins with the square on the diagonal.
fn factor(panel: &mut [f64], length: usize, first: usize) -> Result<(), LinalgError> {
    let level = Level::current();
    for i in 0..panel.len() / length {
        let (done, rest) = panel.split_at_mut((i + 1) * length);
        let column = &mut done[i * length + i..];
        let pivot = column[0];
        if pivot <= 0.0 || !pivot.is_finite() {
            return Err(LinalgError::NotPositiveDefinite { index: first + i, value: pivot });
        }
        let root = pivot.sqrt();
        column[0] = root;
        column[1..].iter_mut().for_each(|x| *x /= root);
        for (j, other) in rest.chunks_exact_mut(length).enumerate() {
            let below = &column[1 + j..];
            add_scaled(level, &mut other[i + 1 + j..], -below[0], below);
        }
    }
    Ok(())
}
