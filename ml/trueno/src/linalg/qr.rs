//! A = Q R by Householder reflections.

use super::{add_scaled, dot, finite_matrix};
use crate::array::{Array, ArrayView};
use crate::error::{LinalgError, ShapeError};
use crate::simd::Level;

/// Triangularises `count` columns of `length` contiguous numbers each, and applies the reflections to all further
/// columns.
///
/// For each reflection I - τ v vᵀ, v (whose first entry is 1) is stored below the diagonal; the factors τ are returned.
pub(super) fn triangulate(level: Level, columns: &mut [f64], length: usize, count: usize) -> Vec<f64> {
    let steps = count.min(length);
    let mut factors = Vec::with_capacity(steps);
    for k in 0..steps {
        let (done, rest) = columns.split_at_mut((k + 1) * length);
        let pivot = &mut done[k * length + k..];
        let tau = reflect(level, pivot);
        factors.push(tau);
        if tau == 0.0 {
            continue;
        }
        let v = &pivot[1..];
        for column in rest.chunks_exact_mut(length) {
            let target = &mut column[k..];
            let factor = tau * (target[0] + dot(level, v, &target[1..]));
            target[0] -= factor;
            add_scaled(level, &mut target[1..], -factor, v);
        }
    }
    factors
}

/// Makes the reflection that maps `x` to a multiple of the first unit vector: the first entry becomes that multiple,
/// the others v.
fn reflect(level: Level, x: &mut [f64]) -> f64 {
    // Scaled, so that squares neither overflow nor underflow.
    let largest = x.iter().fold(0.0, |m: f64, v| m.max(v.abs()));
    let rest = x[1..].iter().fold(0.0, |m: f64, v| m.max(v.abs()));
    if rest == 0.0 {
        return 0.0;
    }
    let scale = 2f64.powi(-(largest.log2().floor() as i32).clamp(-1000, 1000));
    x.iter_mut().for_each(|v| *v *= scale);
    let norm = dot(level, x, x).sqrt();
    let alpha = x[0];
    let beta = -norm.copysign(alpha);
    x[1..].iter_mut().for_each(|v| *v /= alpha - beta);
    x[0] = beta / scale;
    (beta - alpha) / beta
}

/// The reflections and R.
#[derive(Debug, Clone)]
pub struct Qr {
    /// Column after column.
    columns: Vec<f64>,
    factors: Vec<f64>,
    rows: usize,
    count: usize,
}

impl Qr {
    /// Decomposes a matrix of any shape.
    ///
    /// # Errors
    /// Not a matrix, or not finite.
    pub fn new(a: &ArrayView<'_, f64>) -> Result<Self, LinalgError> {
        let (rows, count) = finite_matrix("the matrix", a)?;
        let mut columns = a.transpose().iter().collect::<Vec<_>>();
        let factors =
            if rows == 0 { Vec::new() } else { triangulate(Level::current(), &mut columns, rows, count) };
        Ok(Self { columns, factors, rows, count })
    }

    /// R: upper triangular, min(rows, columns) × columns.
    ///
    /// # Errors
    /// Never for an existing decomposition; the type is that of array constructors.
    pub fn r(&self) -> Result<Array<f64>, ShapeError> {
        let height = self.rows.min(self.count);
        Array::from_fn(&[height, self.count], |i| {
            if i[0] <= i[1] { self.columns[i[1] * self.rows + i[0]] } else { 0.0 }
        })
    }

    /// Q: rows × min(rows, columns), its columns orthonormal.
    ///
    /// # Errors
    /// Never for an existing decomposition; the type is that of array constructors.
    pub fn q(&self) -> Result<Array<f64>, ShapeError> {
        let width = self.rows.min(self.count);
        let level = Level::current();
        let mut columns = vec![0.0; self.rows * width];
        for (j, column) in columns.chunks_exact_mut(self.rows.max(1)).enumerate() {
            column[j] = 1.0;
            for (k, tau) in self.factors.iter().enumerate().rev() {
                let v = &self.columns[k * self.rows + k + 1..(k + 1) * self.rows];
                let target = &mut column[k..];
                let factor = tau * (target[0] + dot(level, v, &target[1..]));
                target[0] -= factor;
                add_scaled(level, &mut target[1..], -factor, v);
            }
        }
        Array::from_fn(&[self.rows, width], |i| columns[i[1] * self.rows + i[0]])
    }
}
