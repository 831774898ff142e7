//! Products of many pairs of matrices.

use super::{Epilogue, gemm};
use crate::array::{Array, ArrayView};
use crate::error::ShapeError;
use crate::simd::{Level, Real, with_level};
use rayon::prelude::*;

/// The products of the last two axes; the axes before them are broadcast against each other: `…×m×k` by `…×k×n` gives `…×m×n`.
///
/// # Errors
/// Fewer than two axes, inner dimensions that differ, or outer axes that cannot be broadcast.
pub fn batched_matmul<T: Real>(a: &ArrayView<'_, T>, b: &ArrayView<'_, T>) -> Result<Array<T>, ShapeError> {
    for (what, view) in [("the left factor", a), ("the right factor", b)] {
        if view.shape().rank() < 2 {
            return Err(ShapeError::Rank { what, expected: 2, found: view.shape().rank() });
        }
    }
    let split = |view: &ArrayView<'_, T>| {
        let dims = view.shape().dims();
        let outer = dims.len() - 2;
        Ok::<_, ShapeError>((crate::Shape::new(&dims[..outer])?, dims[outer], dims[outer + 1]))
    };
    let ((a_outer, m, k), (b_outer, depth, n)) = (split(a)?, split(b)?);
    if k != depth {
        return Err(ShapeError::Product { left: Box::new(*a.shape()), right: Box::new(*b.shape()) });
    }
    let outer = a_outer.broadcast(&b_outer)?;
    let with = |rows, columns| crate::Shape::new(&[outer.dims(), &[rows, columns]].concat());
    let (a, b) = (a.broadcast_to(&with(m, k)?)?, b.broadcast_to(&with(k, n)?)?);
    let shape = with(m, n)?;
    let mut result = Array::zeros(shape.dims())?;
    if m * n == 0 {
        return Ok(result);
    }
    let level = Level::current();
    let product = |(index, c): (usize, &mut [T])| {
        let (mut left, mut right) = (a, b);
        let mut rest = index;
        let mut place = [0; crate::array::MAX_RANK];
        for axis in (0..outer.rank()).rev() {
            place[axis] = rest % outer.dims()[axis];
            rest /= outer.dims()[axis];
        }
        for i in &place[..outer.rank()] {
            (left, right) = (left.index_axis(0, *i)?, right.index_axis(0, *i)?);
        }
        let c = crate::ArrayViewMut::from_slice(c, &[m, n])?;
        with_level(level, || gemm(T::ONE, &left, &right, T::ZERO, c, &Epilogue::default()))
    };
    result.as_mut_slice().par_chunks_mut(m * n).enumerate().try_for_each(product)?;
    Ok(result)
}
