//! A matrix whose rows are contiguous, times a vector: one dot product per row, without a copy of the matrix.
#![allow(unsafe_code, reason = "reads and writes through the problem's pointers")]

use super::Problem;
use crate::reduce::Dot;
use crate::simd::{Real, dispatch_at};
use rayon::prelude::*;

/// Rows that one task takes.
const ROWS: usize = 64;

/// Solves a problem with one column and contiguous rows of a.
pub(super) fn rows_times_vector<T: Real>(problem: &Problem<'_, T>) {
    let step = problem.b.row_step;
    // SAFETY: k numbers, each within b.
    let x = (0..problem.k).map(|i| unsafe { *problem.b.start.wrapping_offset(i as isize * step) });
    let x = x.collect::<Vec<_>>();
    let task = |first: usize| {
        for row in first..problem.m.min(first + ROWS) {
            // SAFETY: k adjacent numbers of row `row`; the result has a number for each row, written by one task only.
            unsafe {
                let numbers = std::slice::from_raw_parts(problem.a.at(row, 0), problem.k);
                let sum = dispatch_at(problem.level, Dot(numbers, &x));
                let to = problem.c.wrapping_add(row);
                *to = if problem.beta == T::ZERO {
                    sum * problem.alpha
                } else {
                    sum.mul_add(problem.alpha, problem.beta * *to)
                };
            }
        }
        if !problem.epilogue.is_identity() {
            let rows = problem.m.min(first + ROWS) - first;
            dispatch_at(problem.level, Finish { problem, first, rows });
        }
    };
    if problem.m.saturating_mul(problem.k) < super::PARALLEL_WORK {
        (0..problem.m).step_by(ROWS).for_each(task);
    } else {
        (0..problem.m.div_ceil(ROWS)).into_par_iter().for_each(|i| task(i * ROWS));
    }
}

struct Finish<'a, T: Real> {
    problem: &'a Problem<'a, T>,
    first: usize,
    rows: usize,
}

impl<T: Real> crate::simd::Kernel<T> for Finish<'_, T> {
    type Output = ();
    #[inline(always)]
    fn run<S: crate::simd::Lanes<T>>(self, s: S) {
        let c = self.problem.c.wrapping_add(self.first);
        // SAFETY: the rows are within the result's only column.
        unsafe { self.problem.epilogue.apply(s, c, self.problem.c_column, (self.first, 0), (self.rows, 1)) }
    }
}
