//! Evaluates expressions: one pass, in pieces that may run on several threads.

use super::{Expression, Row};
use crate::error::ShapeError;
use crate::gemm::Caches;
use crate::reduce::{PIECE, fold};
use crate::simd::{Kernel, Lanes, Level, Real, dispatch_at};
use rayon::prelude::*;

/// From this many elements on, pieces run on several threads.
const PARALLEL: usize = 16 * PIECE;

/// (rows, columns) in which an expression is traversed.
fn rows<T: Real>(expression: &impl Expression<T>) -> (usize, usize) {
    let shape = expression.shape();
    let elements = shape.elements();
    if expression.flat() || elements == 0 { (1, elements) } else { (elements / shape.last(), shape.last()) }
}

/// Whether to write a result past the caches. That pays if the result is larger than the second-level cache: an
/// ordinary store would first fetch the memory only to overwrite it, and the operands would evict most of the result
/// before it is used.
pub(super) fn streams<T: Real>(expression: &impl Expression<T>, out: &[T]) -> bool {
    expression.arrays() > 1 && size_of_val(out) > Caches::of_this_machine().l2
}

/// Writes all elements, bypassing the caches on request.
pub(super) fn write<T: Real, E: Expression<T>>(expression: &E, out: &mut [T], stream: bool) {
    let level = Level::current();
    let (rows, columns) = rows(expression);
    let piece =
        |row: usize, at: usize, out: &mut [T]| dispatch_at(level, Write { expression, row, at, out, stream });
    if columns == 0 {
        return;
    }
    if rows == 1 {
        if columns < PARALLEL {
            return piece(0, 0, out);
        }
        out.par_chunks_mut(PIECE).enumerate().for_each(|(i, out)| piece(0, i * PIECE, out));
    } else if rows * columns < PARALLEL {
        out.chunks_mut(columns).enumerate().for_each(|(row, out)| piece(row, 0, out));
    } else {
        out.par_chunks_mut(columns).enumerate().for_each(|(row, out)| piece(row, 0, out));
    }
}

struct Write<'a, T, E> {
    expression: &'a E,
    row: usize,
    at: usize,
    out: &'a mut [T],
    /// Past the caches.
    stream: bool,
}

impl<T: Real, E: Expression<T>> Kernel<T> for Write<'_, T, E> {
    type Output = ();
    #[inline(always)]
    fn run<S: Lanes<T>>(self, s: S) {
        let row = self.expression.row(self.row);
        let mut at = self.at;
        // Up to the next cache line.
        let head = self.out.as_ptr().align_offset(64).min(self.out.len());
        let (head, out) = self.out.split_at_mut(if self.stream { head } else { 0 });
        for out in head.chunks_mut(S::N) {
            s.store_part(out, row.lanes(s, at, out.len()));
            at += out.len();
        }
        let mut chunks = out.chunks_exact_mut(S::N);
        if self.stream {
            for out in &mut chunks {
                s.stream(out, row.lanes(s, at, S::N));
                at += S::N;
            }
            s.fence();
        } else {
            for out in &mut chunks {
                s.store(out, row.lanes(s, at, S::N));
                at += S::N;
            }
        }
        let rest = chunks.into_remainder();
        if !rest.is_empty() {
            s.store_part(rest, row.lanes(s, at, rest.len()));
        }
    }
}

/// How elements are reduced to one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reduction {
    Sum,
    Max,
    Min,
}

impl Reduction {
    fn start<T: Real>(self) -> T {
        match self {
            Self::Sum => T::ZERO,
            Self::Max => -T::INFINITY,
            Self::Min => T::INFINITY,
        }
    }

    fn two<T: Real>(self, a: T, b: T) -> T {
        match self {
            Self::Sum => a + b,
            _ if a.is_nan() || b.is_nan() => T::NAN,
            Self::Max => {
                if a > b {
                    a
                } else {
                    b
                }
            }
            Self::Min => {
                if a < b {
                    a
                } else {
                    b
                }
            }
        }
    }
}

pub(super) fn not_empty<T: Real>(
    expression: &impl Expression<T>,
    what: &'static str,
) -> Result<(), ShapeError> {
    if expression.shape().elements() == 0 { Err(ShapeError::Empty(what)) } else { Ok(()) }
}

/// Reduces all elements: pieces of [`PIECE`] elements of each row, combined in order.
pub(super) fn reduce<T: Real, E: Expression<T>>(expression: &E, reduction: Reduction) -> T {
    let level = Level::current();
    let (rows, columns) = rows(expression);
    let pieces = columns.div_ceil(PIECE);
    let piece = |i: usize| {
        let (row, at) = (i / pieces, i % pieces * PIECE);
        dispatch_at(level, Reduce { expression, reduction, row, at, end: columns.min(at + PIECE) })
    };
    let results: Vec<T> = if rows * columns < PARALLEL {
        (0..rows * pieces).map(piece).collect()
    } else {
        (0..rows * pieces).into_par_iter().map(piece).collect()
    };
    results.into_iter().fold(reduction.start(), |a, b| reduction.two(a, b))
}

struct Reduce<'a, E> {
    expression: &'a E,
    reduction: Reduction,
    row: usize,
    at: usize,
    end: usize,
}

impl<T: Real, E: Expression<T>> Kernel<T> for Reduce<'_, E> {
    type Output = T;
    #[inline(always)]
    fn run<S: Lanes<T>>(self, s: S) -> T {
        match self.reduction {
            Reduction::Sum => self.over(s, |s, sum, x| s.add(sum, x), |_, nan, _| nan),
            // If one operand is NaN, the comparison yields the second one, so the extreme stays a number; NaN is
            // tracked separately.
            Reduction::Max => self.over(s, |s, most, x| s.max(x, most), keep_nan::<T, S>),
            Reduction::Min => self.over(s, |s, least, x| s.min(x, least), keep_nan::<T, S>),
        }
    }
}

#[inline(always)]
fn keep_nan<T: Real, S: Lanes<T>>(s: S, nan: S::V, x: S::V) -> S::V {
    s.select(s.is_nan(x), x, nan)
}

impl<E> Reduce<'_, E> {
    #[inline(always)]
    fn over<T: Real, S: Lanes<T>>(
        &self,
        s: S,
        step: impl Fn(S, S::V, S::V) -> S::V,
        aside: impl Fn(S, S::V, S::V) -> S::V,
    ) -> T
    where
        E: Expression<T>,
    {
        let row = self.expression.row(self.row);
        let start = s.splat(self.reduction.start());
        let (mut sums, mut nan) = ([start; 16], [s.splat(T::ZERO); 16]);
        let registers = T::VIRTUAL_LANES / S::N;
        let mut at = self.at;
        while at + T::VIRTUAL_LANES <= self.end {
            macro_rules! registers {
                ($($i:literal)*) => {$(
                    if $i < registers {
                        let x = row.lanes(s, at + $i * S::N, S::N);
                        sums[$i] = step(s, sums[$i], x);
                        nan[$i] = aside(s, nan[$i], x);
                    }
                )*};
            }
            registers!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15);
            at += T::VIRTUAL_LANES;
        }
        for (sum, nan) in sums.iter_mut().zip(&mut nan) {
            if at >= self.end {
                break;
            }
            let count = S::N.min(self.end - at);
            let mut x = row.lanes(s, at, count);
            if count < S::N {
                // Lanes without an element must not count.
                let (mut numbers, mut neutral) = ([T::ZERO; 16], [self.reduction.start::<T>(); 16]);
                s.store(&mut numbers, x);
                neutral[..count].copy_from_slice(&numbers[..count]);
                x = s.load(&neutral);
            }
            *sum = step(s, *sum, x);
            *nan = aside(s, *nan, x);
            at += count;
        }
        if nan.iter().take(registers).any(|nan| s.any(s.is_nan(*nan))) {
            return T::NAN;
        }
        let join = |a, b| match self.reduction {
            Reduction::Sum => s.add(a, b),
            Reduction::Max => s.max(a, b),
            Reduction::Min => s.min(a, b),
        };
        fold::<T, S>(s, &sums, join, |a, b| self.reduction.two(a, b))
    }
}
