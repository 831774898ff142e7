//! A = U Σ Vᵀ by one-sided Jacobi rotations: small singular values come out with high relative accuracy.

use super::{Qr, dot, finite_matrix, rotate};
use crate::array::{Array, ArrayView};
use crate::error::{LinalgError, ShapeError};
use crate::simd::Level;

/// Maximum number of sweeps; six to ten are usual, and more than this means no convergence.
const SWEEPS: usize = 60;

/// The thin decomposition, singular values in descending order.
#[derive(Debug, Clone)]
pub struct Svd {
    /// rows × min(rows, columns), columns orthonormal (zero if the singular value is zero).
    pub u: Array<f64>,
    /// min(rows, columns) numbers, descending, none negative.
    pub singular_values: Vec<f64>,
    /// min(rows, columns) × columns, rows orthonormal.
    pub v_transposed: Array<f64>,
}

impl Svd {
    /// Decomposes a matrix of any shape.
    ///
    /// # Errors
    /// Not a matrix, not finite, or no convergence (never observed).
    pub fn new(a: &ArrayView<'_, f64>) -> Result<Self, LinalgError> {
        let (rows, columns) = finite_matrix("the matrix", a)?;
        if rows < columns {
            let other = Self::new(&a.transpose())?;
            return Ok(Self {
                u: other.v_transposed.transpose().to_array(),
                singular_values: other.singular_values,
                v_transposed: other.u.transpose().to_array(),
            });
        }
        if rows > 2 * columns && columns > 0 {
            // Rotating vectors of n numbers is quicker than of m.
            let qr = Qr::new(a)?;
            let small = Self::new(&qr.r()?.view())?;
            return Ok(Self { u: crate::matmul(&qr.q()?.view(), &small.u.view())?, ..small });
        }
        Self::tall(a, rows, columns)
    }

    fn tall(a: &ArrayView<'_, f64>, rows: usize, columns: usize) -> Result<Self, LinalgError> {
        let level = Level::current();
        // Scaling by a power of two keeps squares within range and does not change any significant bit.
        let largest = a.iter().fold(0.0, |m: f64, x| m.max(x.abs()));
        let exponent = if largest > 0.0 { -(largest.log2().floor() as i32).clamp(-1000, 1000) } else { 0 };
        let scale = 2f64.powi(exponent);
        let mut work = a.transpose().iter().map(|x| x * scale).collect::<Vec<_>>();
        let mut v = vec![0.0; columns * columns];
        v.iter_mut().step_by(columns + 1).for_each(|x| *x = 1.0);
        let mut settled = columns < 2 || rows == 0;
        for _ in 0..SWEEPS {
            if settled {
                break;
            }
            settled = sweep(level, &mut work, &mut v, rows, columns);
        }
        if !settled {
            return Err(LinalgError::NoConvergence {
                what: "the singular value decomposition",
                iterations: SWEEPS,
            });
        }
        let norms = work.chunks_exact(rows.max(1)).map(|c| dot(level, c, c).sqrt()).collect::<Vec<_>>();
        let mut order = (0..columns).collect::<Vec<_>>();
        order.sort_by(|i, j| norms[*j].total_cmp(&norms[*i]).then(i.cmp(j)));
        let u = Array::from_fn(&[rows, columns], |i| {
            let (column, norm) = (order[i[1]], norms[order[i[1]]]);
            if norm > 0.0 { work[column * rows + i[0]] / norm } else { 0.0 }
        })?;
        let v_transposed = Array::from_fn(&[columns, columns], |i| v[order[i[0]] * columns + i[1]])?;
        Ok(Self { u, singular_values: order.iter().map(|i| norms[*i] / scale).collect(), v_transposed })
    }

    /// Number of singular values above `tolerance` times the largest.
    pub fn rank(&self, tolerance: f64) -> usize {
        let bar = self.singular_values.first().copied().unwrap_or_default() * tolerance;
        self.singular_values.iter().filter(|s| **s > bar).count()
    }

    /// A⁺; singular values up to `tolerance` times the largest count as 0.
    ///
    /// # Errors
    /// Never for an existing decomposition; the type is that of array constructors.
    pub fn pseudo_inverse(&self, tolerance: f64) -> Result<Array<f64>, ShapeError> {
        let rank = self.rank(tolerance);
        let kept = self.v_transposed.view().slice(0, 0..rank)?.to_array();
        let scaled = Array::from_fn(kept.dims(), |i| {
            kept.as_slice()[i[0] * kept.dims()[1] + i[1]] / self.singular_values[i[0]]
        })?;
        crate::matmul(&scaled.transpose(), &self.u.view().slice(1, 0..rank)?.transpose())
    }
}

/// Makes each pair of columns orthogonal once. Returns whether all pairs were orthogonal already.
fn sweep(level: Level, work: &mut [f64], v: &mut [f64], rows: usize, columns: usize) -> bool {
    let mut settled = true;
    // A rotation moves squared length from one column to the other; each sweep begins with exact squared lengths.
    let mut squares = work.chunks_exact(rows).map(|column| dot(level, column, column)).collect::<Vec<_>>();
    for i in 0..columns - 1 {
        for j in i + 1..columns {
            let (left, right) = work.split_at_mut(j * rows);
            let (x, y) = (&mut left[i * rows..(i + 1) * rows], &mut right[..rows]);
            let (a, b, c) = (squares[i], squares[j], dot(level, x, y));
            // Columns whose squares vanish next to the largest are treated as zero.
            if c == 0.0 || c.abs() <= 1e-15 * (a * b).sqrt() || a * b == 0.0 {
                continue;
            }
            settled = false;
            let zeta = (b - a) / (2.0 * c);
            let t = 1.0f64.copysign(zeta) / (zeta.abs() + zeta.hypot(1.0));
            let cosine = 1.0 / t.hypot(1.0);
            (squares[i], squares[j]) = ((a - t * c).max(0.0), (b + t * c).max(0.0));
            rotate(level, x, y, cosine, cosine * t);
            let (left, right) = v.split_at_mut(j * columns);
            rotate(
                level,
                &mut left[i * columns..(i + 1) * columns],
                &mut right[..columns],
                cosine,
                cosine * t,
            );
        }
    }
    settled
}
