//! Decompositions and solutions in f64.
//!
//! Source of the algorithms: Golub and Van Loan, "Matrix Computations", 4th edition; Björck, "Numerical Methods for Least Squares
//! Problems"; Demmel and Veselić, "Jacobi's method is more accurate than QR", SIMAX 13 (1992).

mod cholesky;
mod eigen;
mod least_squares;
mod lu;
mod qr;
mod svd;
#[cfg(test)]
mod tests;

pub use cholesky::Cholesky;
pub use eigen::SymmetricEigen;
pub use least_squares::{LeastSquares, least_squares};
pub use lu::Lu;
pub use qr::Qr;
pub use svd::Svd;

use crate::array::{Array, ArrayView};
use crate::error::{LinalgError, ShapeError};
use crate::simd::{Kernel, Lanes, Level, Real, dispatch_at};

/// y = y + factor · x
pub(crate) fn add_scaled(level: Level, y: &mut [f64], factor: f64, x: &[f64]) {
    dispatch_at(level, AddScaled { y, factor, x });
}

struct AddScaled<'a, T> {
    y: &'a mut [T],
    factor: T,
    x: &'a [T],
}

impl<T: Real> Kernel<T> for AddScaled<'_, T> {
    type Output = ();
    #[inline(always)]
    fn run<S: Lanes<T>>(self, s: S) {
        let factor = s.splat(self.factor);
        let length = self.y.len().min(self.x.len());
        let (y, x) = (&mut self.y[..length], &self.x[..length]);
        let mut chunks = y.chunks_exact_mut(S::N);
        let mut sources = x.chunks_exact(S::N);
        for (y, x) in (&mut chunks).zip(&mut sources) {
            s.store(y, s.mul_add(factor, s.load(x), s.load(y)));
        }
        let (y, x) = (chunks.into_remainder(), sources.remainder());
        if !y.is_empty() {
            s.store_part(y, s.mul_add(factor, s.load_part(x), s.load_part(y)));
        }
    }
}

/// Σ x·y, both of one length.
pub(crate) fn dot(level: Level, x: &[f64], y: &[f64]) -> f64 {
    dispatch_at(level, crate::reduce::Dot(x, y))
}

/// Rotates two vectors: (c·x - s·y, s·x + c·y).
pub(crate) fn rotate(level: Level, x: &mut [f64], y: &mut [f64], c: f64, s: f64) {
    dispatch_at(level, Rotate { x, y, c, s });
}

struct Rotate<'a, T> {
    x: &'a mut [T],
    y: &'a mut [T],
    c: T,
    s: T,
}

impl<T: Real> Kernel<T> for Rotate<'_, T> {
    type Output = ();
    #[inline(always)]
    fn run<S: Lanes<T>>(self, simd: S) {
        let (c, s) = (simd.splat(self.c), simd.splat(self.s));
        for (x, y) in self.x.chunks_mut(S::N).zip(self.y.chunks_mut(S::N)) {
            let (a, b) = (simd.load_part(x), simd.load_part(y));
            simd.store_part(x, simd.mul_add(c, a, simd.neg(simd.mul(s, b))));
            simd.store_part(y, simd.mul_add(s, a, simd.mul(c, b)));
        }
    }
}

/// (rows, columns) of a matrix without infinities and NaN.
pub(crate) fn finite_matrix(
    what: &'static str,
    a: &ArrayView<'_, f64>,
) -> Result<(usize, usize), LinalgError> {
    let [rows, columns] = *a.shape().dims() else {
        return Err(ShapeError::Rank { what, expected: 2, found: a.shape().rank() }.into());
    };
    match a.iter().position(|x| !x.is_finite()) {
        Some(place) => Err(LinalgError::NotFinite { what, row: place / columns, column: place % columns }),
        None => Ok((rows, columns)),
    }
}

pub(crate) fn square(what: &'static str, a: &ArrayView<'_, f64>) -> Result<usize, LinalgError> {
    let (rows, columns) = finite_matrix(what, a)?;
    if rows != columns {
        let expected = crate::Shape::new(&[rows, rows])?.into();
        return Err(ShapeError::Expected { what, expected, found: Box::new(*a.shape()) }.into());
    }
    Ok(rows)
}

/// A right-hand side of one or more columns, each of them contiguous.
pub(crate) fn right_side(b: &ArrayView<'_, f64>, rows: usize) -> Result<(Vec<Vec<f64>>, bool), LinalgError> {
    let vector = b.shape().rank() == 1;
    let wide = if vector { b.reshape_column()? } else { *b };
    let (found, columns) = finite_matrix("the right-hand side", &wide)?;
    if found != rows {
        let expected = crate::Shape::new(&[rows, columns])?.into();
        return Err(ShapeError::Expected {
            what: "the right-hand side",
            expected,
            found: Box::new(*b.shape()),
        }
        .into());
    }
    let column = |j| Ok::<_, ShapeError>(wide.index_axis(1, j)?.iter().collect());
    Ok(((0..columns).map(column).collect::<Result<_, _>>()?, vector))
}

/// Converts columns back to an array, with one axis if the right-hand side had one.
pub(crate) fn from_columns(
    columns: &[Vec<f64>],
    rows: usize,
    vector: bool,
) -> Result<Array<f64>, ShapeError> {
    let array = Array::from_fn(&[rows, columns.len()], |i| columns[i[1]][i[0]])?;
    if vector { array.reshape(&[rows]) } else { Ok(array) }
}
