//! min ‖A x - b‖₂ by orthogonal transformations, a block of rows at a time.

use super::qr::triangulate;
use super::{Qr, Svd, add_scaled, finite_matrix, from_columns, right_side};
use crate::array::{Array, ArrayView};
use crate::error::{LinalgError, ShapeError};
use crate::simd::Level;

/// Rows that are merged into R at once: with 50 columns they fill a second-level cache of 512 KB.
const BLOCK: usize = 512;

/// A solution with its residuals and rank.
#[derive(Debug, Clone)]
pub struct LeastSquares {
    /// The coefficients, one column for each right-hand side; those of least norm if the columns are linearly
    /// dependent.
    pub coefficients: Array<f64>,
    /// Σ (A x - b)² of each right-hand side.
    pub residual_sums: Vec<f64>,
    /// Number of independent columns.
    pub rank: usize,
}

/// Solves least squares for a vector or the columns of a matrix `b`.
///
/// The columns are scaled to one size first. If R shows that they are linearly dependent (to 10⁻¹³), the solution comes
/// from the singular values of R and has the least norm among the scaled ones. With more columns than rows it is the
/// solution of least norm without that scaling.
///
/// # Errors
/// The numbers of rows differ, or a value is not finite.
pub fn least_squares(a: &ArrayView<'_, f64>, b: &ArrayView<'_, f64>) -> Result<LeastSquares, LinalgError> {
    let (rows, columns) = finite_matrix("the matrix", a)?;
    let (sides, vector) = right_side(b, rows)?;
    let scales = column_scales(a, columns)?;
    if rows < columns {
        let common = scales.iter().copied().fold(f64::INFINITY, f64::min);
        return wide(a, &sides, &vec![common; columns], vector);
    }
    let r = reduce(a, &sides, &scales, rows)?;
    let height = columns + sides.len();
    let level = Level::current();
    let at = |i: usize, j: usize| r[j * height + i];
    let largest = (0..columns).map(|i| at(i, i).abs()).fold(0.0, f64::max);
    let smallest = (0..columns).map(|i| at(i, i).abs()).fold(f64::INFINITY, f64::min);
    let mut rank = columns;
    let mut solutions = Vec::with_capacity(sides.len());
    if columns == 0 || smallest > 1e-13 * largest {
        for side in 0..sides.len() {
            let mut x = r[(columns + side) * height..][..columns].to_vec();
            for j in (0..columns).rev() {
                x[j] /= at(j, j);
                let value = x[j];
                add_scaled(level, &mut x[..j], -value, &r[j * height..j * height + j]);
            }
            solutions.push(x);
        }
    } else {
        let upper = Array::from_fn(&[columns, columns], |i| if i[0] <= i[1] { at(i[0], i[1]) } else { 0.0 })?;
        let svd = Svd::new(&upper.view())?;
        rank = svd.rank(1e-13);
        let inverse = svd.pseudo_inverse(1e-13)?;
        for side in 0..sides.len() {
            let right = ArrayView::from_slice(&r[(columns + side) * height..][..columns], &[columns, 1])?;
            solutions.push(crate::matmul(&inverse.view(), &right)?.as_slice().to_vec());
        }
    }
    finish(a, &sides, solutions, &scales, rank, vector)
}

/// The solution of least norm for more columns than rows: with Aᵀ = Q R it is Q z, where z is the smallest solution of
/// Rᵀ z = b. Memory grows with the matrix and the square of its number of rows.
fn wide(
    a: &ArrayView<'_, f64>,
    sides: &[Vec<f64>],
    scales: &[f64],
    vector: bool,
) -> Result<LeastSquares, LinalgError> {
    let transposed = a.transpose();
    let scaled = transposed.iter().enumerate().map(|(at, x)| x * scales[at / a.shape().dims()[0]]);
    let scaled = Array::from_slice(&scaled.collect::<Vec<_>>(), transposed.shape().dims())?;
    let qr = Qr::new(&scaled.view())?;
    let svd = Svd::new(&qr.r()?.view().transpose())?;
    let (inverse, q) = (svd.pseudo_inverse(1e-13)?, qr.q()?);
    let mut solutions = Vec::with_capacity(sides.len());
    for side in sides {
        let right = ArrayView::from_slice(side, &[side.len(), 1])?;
        let z = crate::matmul(&inverse.view(), &right)?;
        solutions.push(crate::matmul(&q.view(), &z.view())?.as_slice().to_vec());
    }
    finish(a, sides, solutions, scales, svd.rank(1e-13), vector)
}

/// Removes the scaling from the solutions and computes their residuals.
fn finish(
    a: &ArrayView<'_, f64>,
    sides: &[Vec<f64>],
    mut solutions: Vec<Vec<f64>>,
    scales: &[f64],
    rank: usize,
    vector: bool,
) -> Result<LeastSquares, LinalgError> {
    for x in &mut solutions {
        x.iter_mut().zip(scales).for_each(|(x, scale)| *x *= scale);
    }
    let residual_sums = residual_sums(a, sides, &solutions)?;
    Ok(LeastSquares { coefficients: from_columns(&solutions, scales.len(), vector)?, residual_sums, rank })
}

/// 1/‖column‖ rounded to a power of two, so that scaling causes no rounding.
fn column_scales(a: &ArrayView<'_, f64>, columns: usize) -> Result<Vec<f64>, ShapeError> {
    let mut largest = vec![0.0f64; columns];
    for i in 0..a.shape().dims()[0] {
        for (largest, x) in largest.iter_mut().zip(a.index_axis(0, i)?.iter()) {
            *largest = largest.max(x.abs());
        }
    }
    let scale = |x: f64| if x > 0.0 { 2f64.powi(-(x.log2().floor() as i32).clamp(-1000, 1000)) } else { 1.0 };
    Ok(largest.into_iter().map(scale).collect())
}

/// R of the scaled (A, B), column after column, each of (columns of A and B) numbers.
fn reduce(
    a: &ArrayView<'_, f64>,
    sides: &[Vec<f64>],
    scales: &[f64],
    rows: usize,
) -> Result<Vec<f64>, ShapeError> {
    let level = Level::current();
    let columns = scales.len();
    let height = columns + sides.len();
    let mut r = vec![0.0; height * height];
    for first in (0..rows).step_by(BLOCK.max(2 * height)) {
        let count = BLOCK.max(2 * height).min(rows - first);
        let length = height + count;
        // The triangle so far is above the new rows.
        let mut work = vec![0.0; height * length];
        for (j, column) in work.chunks_exact_mut(length).enumerate() {
            column[..height].copy_from_slice(&r[j * height..(j + 1) * height]);
            if let Some(side) = j.checked_sub(columns) {
                column[height..].copy_from_slice(&sides[side][first..first + count]);
            }
        }
        for i in 0..count {
            for (j, x) in a.index_axis(0, first + i)?.iter().enumerate() {
                work[j * length + height + i] = x * scales[j];
            }
        }
        triangulate(level, &mut work, length, height);
        for j in 0..height {
            r[j * height..=j * height + j].copy_from_slice(&work[j * length..=j * length + j]);
        }
    }
    Ok(r)
}

fn residual_sums(
    a: &ArrayView<'_, f64>,
    sides: &[Vec<f64>],
    solutions: &[Vec<f64>],
) -> Result<Vec<f64>, ShapeError> {
    let mut sums = vec![0.0; sides.len()];
    for i in 0..a.shape().dims()[0] {
        let row = a.index_axis(0, i)?;
        for ((sum, side), x) in sums.iter_mut().zip(sides).zip(solutions) {
            let fitted = row.iter().zip(x).fold(0.0, |sum: f64, (a, x)| a.mul_add(*x, sum));
            *sum += (fitted - side[i]).powi(2);
        }
    }
    Ok(sums)
}
