//! Matrix products after BLIS: blocks that fit the caches, packed in the order in which a kernel reads them.
//!
//! Sources: Goto and van de Geijn, "Anatomy of high-performance matrix multiplication", ACM TOMS 34 (2008); Van Zee and van de Geijn,
//! "BLIS: a framework for rapidly instantiating BLAS functionality", ACM TOMS 41 (2015).
//!
//! Each element is summed in ascending k, with one rounding per step, in blocks whose size depends on k alone. A matrix
//! with contiguous rows times a vector is summed in the virtual lanes of [`crate::reduce`]. So every instruction set,
//! tile, cache and number of threads gives the same bits.
#![allow(unsafe_code, reason = "operands go to the kernels as pointers and steps")]

mod batch;
mod cache;
mod epilogue;
mod pack;
mod part;
#[cfg(test)]
mod tests;
mod tile;
mod vector;

pub use batch::batched_matmul;
pub use cache::Caches;
pub use epilogue::{Activation, Epilogue};

use crate::array::{Array, ArrayView, ArrayViewMut};
use crate::error::ShapeError;
use crate::simd::{Level, Real, dispatch_at};
use part::Part;
use rayon::prelude::*;

/// A product with fewer multiplications than this is not split among threads.
const PARALLEL_WORK: usize = 48 * 48 * 256;

/// A matrix as the kernels see it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Operand<T> {
    start: *const T,
    row_step: isize,
    column_step: isize,
}

impl<T: Real> Operand<T> {
    fn new(view: &ArrayView<'_, T>) -> Self {
        Self {
            start: view.data.as_ptr().wrapping_add(view.offset),
            row_step: view.strides[0],
            column_step: view.strides[1],
        }
    }

    #[inline(always)]
    fn at(&self, row: usize, column: usize) -> *const T {
        self.start.wrapping_offset(row as isize * self.row_step + column as isize * self.column_step)
    }
}

/// The product of two matrices, `m × k` by `k × n`.
///
/// # Errors
/// The operands are not two matrices, or their inner dimensions differ.
pub fn matmul<T: Real>(a: &ArrayView<'_, T>, b: &ArrayView<'_, T>) -> Result<Array<T>, ShapeError> {
    let (rows, columns, _) = product_shape(a, b)?;
    let mut c = Array::zeros(&[rows, columns])?;
    gemm(T::ONE, a, b, T::ZERO, c.view_mut(), &Epilogue::default())?;
    Ok(c)
}

/// aᵀ · a, `n × n` for an `m × n` matrix: the same bits as [`matmul`], for little more than half of the work.
///
/// # Errors
/// Not a matrix.
pub fn gram<T: Real>(a: &ArrayView<'_, T>) -> Result<Array<T>, ShapeError> {
    let (n, ..) = product_shape(&a.transpose(), a)?;
    let mut c = Array::zeros(&[n, n])?;
    if n == 0 {
        return Ok(c);
    }
    let columns = c.view_mut().transpose();
    let problem = Problem::new(T::ONE, &a.transpose(), a, T::ZERO, columns, Epilogue::default());
    Problem { lower: true, ..problem }.solve();
    // The kernel wrote the lower triangle by columns, which is the upper triangle by rows.
    let numbers = c.as_mut_slice();
    for i in 1..n {
        for j in 0..i {
            numbers[i * n + j] = numbers[j * n + i];
        }
    }
    Ok(c)
}

/// c = epilogue(alpha · a · b + beta · c); with beta 0, c is only written.
///
/// # Errors
/// The shapes do not fit.
pub fn gemm<T: Real>(
    alpha: T,
    a: &ArrayView<'_, T>,
    b: &ArrayView<'_, T>,
    beta: T,
    mut c: ArrayViewMut<'_, T>,
    epilogue: &Epilogue<'_, T>,
) -> Result<(), ShapeError> {
    let (m, n, k) = product_shape(a, b)?;
    if c.shape().dims() != [m, n] {
        return Err(ShapeError::Expected {
            what: "the result",
            expected: crate::Shape::new(&[m, n])?.into(),
            found: Box::new(*c.shape()),
        });
    }
    epilogue.check(m, n)?;
    if m == 0 || n == 0 {
        return Ok(());
    }
    // An axis of length 1 may have any stride, so only the stride of the other axis counts.
    let adjacent = match (m, n) {
        (1, 1) => true,
        (1, _) => c.strides[1] == 1,
        (_, 1) => c.strides[0] == 1,
        _ => c.strides[0] == 1 || c.strides[1] == 1,
    };
    if !adjacent {
        let mut copy = if beta == T::ZERO { Array::zeros(&[m, n])? } else { c.view().to_array() };
        gemm(alpha, a, b, beta, copy.view_mut(), epilogue)?;
        return c.assign(&copy.view());
    }
    // The kernel writes columns. The rows of a product are the columns of the transposed product.
    let swap = if m == 1 || n == 1 { m == 1 } else { c.strides[0] != 1 };
    let problem = if swap {
        let c = c.transpose();
        Problem::new(alpha, &b.transpose(), &a.transpose(), beta, c, epilogue.transposed())
    } else {
        Problem::new(alpha, a, b, beta, c, *epilogue)
    };
    debug_assert_eq!(problem.k, k);
    problem.solve();
    Ok(())
}

fn product_shape<T: Real>(
    a: &ArrayView<'_, T>,
    b: &ArrayView<'_, T>,
) -> Result<(usize, usize, usize), ShapeError> {
    for (what, view) in [("the left factor", a), ("the right factor", b)] {
        if view.shape().rank() != 2 {
            return Err(ShapeError::Rank { what, expected: 2, found: view.shape().rank() });
        }
    }
    let (left, right) = (a.shape().dims(), b.shape().dims());
    if left[1] != right[0] {
        return Err(ShapeError::Product { left: Box::new(*a.shape()), right: Box::new(*b.shape()) });
    }
    Ok((left[0], right[1], left[1]))
}

/// A product with a result whose rows are adjacent.
struct Problem<'a, T: Real> {
    m: usize,
    n: usize,
    k: usize,
    a: Operand<T>,
    b: Operand<T>,
    c: *mut T,
    c_column: isize,
    alpha: T,
    beta: T,
    epilogue: Epilogue<'a, T>,
    level: Level,
    /// Skips registers of the result that lie entirely above its diagonal.
    lower: bool,
}

// SAFETY: the pointers come from views that outlive the call; a and b are only read, and each thread writes its own rows and columns
// of c.
unsafe impl<T: Real> Sync for Problem<'_, T> {}

impl<'a, T: Real> Problem<'a, T> {
    fn new(
        alpha: T,
        a: &ArrayView<'_, T>,
        b: &ArrayView<'_, T>,
        beta: T,
        c: ArrayViewMut<'_, T>,
        epilogue: Epilogue<'a, T>,
    ) -> Self {
        let (m, n) = (a.shape().dims()[0], b.shape().dims()[1]);
        Self {
            m,
            n,
            k: b.shape().dims()[0],
            a: Operand::new(a),
            b: Operand::new(b),
            c_column: c.strides[1],
            c: c.data.as_mut_ptr().wrapping_add(c.offset),
            alpha,
            beta,
            epilogue,
            level: Level::current(),
            lower: false,
        }
    }

    /// Splits the result among threads if that pays.
    fn solve(&self) {
        if self.k == 0 {
            return dispatch_at(self.level, Part { problem: self, rows: (0, self.m), columns: (0, self.n) });
        }
        if self.n == 1 && self.a.column_step == 1 && self.a.row_step != 1 {
            return vector::rows_times_vector(self);
        }
        let work = self.m.saturating_mul(self.n).saturating_mul(self.k);
        let threads = if work < PARALLEL_WORK { 1 } else { rayon::current_num_threads() };
        let (down, across) = grid(threads, self.m, self.n);
        let part = |cell: usize| Part {
            problem: self,
            rows: share(self.m, down, cell % down, 64),
            columns: share(self.n, across, cell / down, 6),
        };
        if down * across == 1 {
            return dispatch_at(self.level, part(0));
        }
        (0..down * across)
            .into_par_iter()
            .with_max_len(1)
            .for_each(|cell| dispatch_at(self.level, part(cell)));
    }
}

/// Number of parts down and across: the split that reads the smallest area of operands; splitting rows is preferred.
fn grid(threads: usize, m: usize, n: usize) -> (usize, usize) {
    let mut best = (1, 1, usize::MAX);
    for down in 1..=threads {
        let across = threads / down;
        if down > m.div_ceil(64) || across > n.div_ceil(6) {
            continue;
        }
        // The computation of one part counts most, then its reads.
        let (rows, columns) = (m.div_ceil(down), n.div_ceil(across));
        let cost = rows.saturating_mul(columns).saturating_mul(8).saturating_add(rows + columns);
        if cost <= best.2 {
            best = (down, across, cost);
        }
    }
    (best.0, best.1)
}

/// The `index`-th of `parts` parts of `length`, in whole units.
fn share(length: usize, parts: usize, index: usize, unit: usize) -> (usize, usize) {
    let units = length.div_ceil(unit);
    let at = |i: usize| (units * i / parts * unit).min(length);
    (at(index), at(index + 1))
}
