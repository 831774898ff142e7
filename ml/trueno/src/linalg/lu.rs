//! P A = L U with partial pivoting.

use super::{add_scaled, dot, from_columns, right_side, square};
use crate::array::{Array, ArrayView};
use crate::error::LinalgError;
use crate::simd::Level;

/// Both factors in one matrix, and the order of the rows.
#[derive(Debug, Clone)]
pub struct Lu {
    factors: Array<f64>,
    order: Vec<usize>,
    odd: bool,
}

impl Lu {
    /// Decomposes a square matrix, even a singular one.
    ///
    /// # Errors
    /// Not square or not finite.
    pub fn new(a: &ArrayView<'_, f64>) -> Result<Self, LinalgError> {
        let n = square("the matrix", a)?;
        let level = Level::current();
        let mut factors = a.to_array();
        let mut order = (0..n).collect::<Vec<_>>();
        let mut odd = false;
        let rows = factors.as_mut_slice();
        for k in 0..n {
            // The first of the largest, so that the order is deterministic.
            let mut pivot = k;
            for i in k + 1..n {
                if rows[i * n + k].abs() > rows[pivot * n + k].abs() {
                    pivot = i;
                }
            }
            if pivot != k {
                let (upper, lower) = rows.split_at_mut(pivot * n);
                upper[k * n..k * n + n].swap_with_slice(&mut lower[..n]);
                order.swap(k, pivot);
                odd = !odd;
            }
            let (upper, lower) = rows.split_at_mut((k + 1) * n);
            let top = &upper[k * n..];
            if top[k] == 0.0 {
                continue;
            }
            for row in lower.chunks_exact_mut(n) {
                let factor = row[k] / top[k];
                row[k] = factor;
                add_scaled(level, &mut row[k + 1..], -factor, &top[k + 1..]);
            }
        }
        Ok(Self { factors, order, odd })
    }

    /// det A; 0 for a singular matrix.
    pub fn determinant(&self) -> f64 {
        let n = self.order.len();
        let product: f64 = self.factors.as_slice().iter().step_by(n + 1).product();
        if self.odd { -product } else { product }
    }

    /// X with A X = B, for a vector or the columns of a matrix.
    ///
    /// # Errors
    /// A is singular; B has a different number of rows, or is not finite.
    pub fn solve(&self, b: &ArrayView<'_, f64>) -> Result<Array<f64>, LinalgError> {
        let n = self.order.len();
        let rows = self.factors.as_slice();
        if let Some(index) = (0..n).find(|i| rows[i * n + i] == 0.0) {
            return Err(LinalgError::Singular { index });
        }
        let (columns, vector) = right_side(b, n)?;
        let level = Level::current();
        let mut solved = Vec::with_capacity(columns.len());
        for column in columns {
            let mut x = self.order.iter().map(|i| column[*i]).collect::<Vec<_>>();
            for i in 0..n {
                x[i] -= dot(level, &rows[i * n..i * n + i], &x[..i]);
            }
            for i in (0..n).rev() {
                let row = &rows[i * n..i * n + n];
                x[i] = (x[i] - dot(level, &row[i + 1..], &x[i + 1..])) / row[i];
            }
            solved.push(x);
        }
        Ok(from_columns(&solved, n, vector)?)
    }

    /// A⁻¹
    ///
    /// # Errors
    /// A is singular.
    pub fn inverse(&self) -> Result<Array<f64>, LinalgError> {
        let n = self.order.len();
        let identity = Array::from_fn(&[n, n], |i| if i[0] == i[1] { 1.0 } else { 0.0 })?;
        self.solve(&identity.view())
    }
}
