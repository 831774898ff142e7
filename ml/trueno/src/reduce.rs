//! Sums, dot products and distances in a fixed order.
//!
//! Numbers go to [`Real::VIRTUAL_LANES`] accumulators in turn, whatever the width of the registers, and a fixed tree
//! adds the accumulators. Long inputs are cut into pieces of [`PIECE`] numbers, which are added in order. So results
//! have the same bits everywhere, and errors grow with the logarithm of the length.

use crate::error::ShapeError;
use crate::simd::{Kernel, Lanes, Level, Real, dispatch_at};
use rayon::prelude::*;

/// Numbers that are reduced in one go; longer inputs are cut into pieces, which may run on several threads.
pub const PIECE: usize = 1 << 16;

/// Prefetch distance in numbers: hardware prefetching stops at each page.
pub(crate) const AHEAD: usize = 512;

/// Maximum number of registers that hold the virtual lanes.
const MOST: usize = 16;

/// Combines the virtual lanes by repeated halving: first whole registers, then the lanes of the last one. The tree is
/// the same for any number of lanes.
#[inline(always)]
pub(crate) fn fold<T: Real, S: Lanes<T>>(
    s: S,
    sums: &[S::V; MOST],
    join: impl Fn(S::V, S::V) -> S::V,
    add: impl Fn(T, T) -> T,
) -> T {
    let mut sums = *sums;
    let mut registers = T::VIRTUAL_LANES / S::N;
    while registers > 1 {
        registers /= 2;
        for i in 0..registers {
            sums[i] = join(sums[i], sums[i + registers]);
        }
    }
    let mut all = [T::ZERO; MOST];
    s.store(&mut all, sums[0]);
    let mut width = S::N / 2;
    while width > 0 {
        let (low, high) = all.split_at_mut(width);
        for (a, b) in low.iter_mut().zip(high) {
            *a = add(*a, *b);
        }
        width /= 2;
    }
    all[0]
}

macro_rules! each_register {
    ($i:ident < $limit:expr, $body:block) => {
        each_register!(@ $i, $limit, $body, 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15)
    };
    (@ $i:ident, $limit:expr, $body:block, $($n:literal)*) => {$(
        if $n < $limit {
            let $i: usize = $n;
            $body
        }
    )*};
}

macro_rules! pairwise {
    ($(#[$doc:meta])* $name:ident($s:ident, $x:ident, $y:ident, $sum:ident) = $step:expr) => {
        $(#[$doc])*
        pub(crate) struct $name<'a, T>(pub &'a [T], pub &'a [T]);

        impl<T: Real> Kernel<T> for $name<'_, T> {
            type Output = T;
            #[inline(always)]
            fn run<S: Lanes<T>>(self, $s: S) -> T {
                let length = self.0.len().min(self.1.len());
                let (left, right) = (&self.0[..length], &self.1[..length]);
                let mut sums = [$s.splat(T::ZERO); MOST];
                let whole = length / T::VIRTUAL_LANES * T::VIRTUAL_LANES;
                let blocks = left[..whole].chunks_exact(T::VIRTUAL_LANES);
                for (a, b) in blocks.zip(right[..whole].chunks_exact(T::VIRTUAL_LANES)) {
                    each_register!(i < T::VIRTUAL_LANES / S::N, {
                        $s.prefetch(a.as_ptr().wrapping_add(AHEAD + i * S::N));
                        $s.prefetch(b.as_ptr().wrapping_add(AHEAD + i * S::N));
                        let ($x, $y, $sum) = ($s.load(&a[i * S::N..]), $s.load(&b[i * S::N..]), sums[i]);
                        sums[i] = $step;
                    });
                }
                let rest = left[whole..].chunks(S::N).zip(right[whole..].chunks(S::N));
                for (i, (a, b)) in rest.enumerate() {
                    let ($x, $y, $sum) = ($s.load_part(a), $s.load_part(b), sums[i]);
                    sums[i] = $step;
                }
                fold::<T, S>($s, &sums, |a, b| $s.add(a, b), |a, b| a + b)
            }
        }
    };
}

pairwise!(
    /// Σ x·y
    Dot(s, x, y, sum) = s.mul_add(x, y, sum)
);
pairwise!(
    /// Σ (x - y)²
    SquaredDistance(s, x, y, sum) = {
        let d = s.sub(x, y);
        s.mul_add(d, d, sum)
    }
);
pairwise!(
    /// Σ |x - y|
    AbsoluteDistance(s, x, y, sum) = s.add(sum, s.abs(s.sub(x, y)))
);

/// Reduces pieces and adds their results in order.
fn in_pieces<T: Real>(a: &[T], b: &[T], piece: impl Fn(&[T], &[T]) -> T + Sync) -> Result<T, ShapeError> {
    if a.len() != b.len() {
        return Err(ShapeError::Expected {
            what: "the second vector",
            expected: crate::Shape::new(&[a.len()])?.into(),
            found: crate::Shape::new(&[b.len()])?.into(),
        });
    }
    if a.len() <= PIECE {
        return Ok(piece(a, b));
    }
    let sums = if a.len() < 8 * PIECE {
        a.chunks(PIECE).zip(b.chunks(PIECE)).map(|(a, b)| piece(a, b)).collect::<Vec<_>>()
    } else {
        a.par_chunks(PIECE).zip(b.par_chunks(PIECE)).map(|(a, b)| piece(a, b)).collect()
    };
    Ok(sums.into_iter().fold(T::ZERO, |sum, x| sum + x))
}

/// Σ aᵢ·bᵢ
///
/// # Errors
/// The lengths differ.
pub fn dot<T: Real>(a: &[T], b: &[T]) -> Result<T, ShapeError> {
    let level = Level::current();
    in_pieces(a, b, |a, b| dispatch_at(level, Dot(a, b)))
}

/// Σ (aᵢ - bᵢ)²
///
/// # Errors
/// The lengths differ.
pub fn squared_distance<T: Real>(a: &[T], b: &[T]) -> Result<T, ShapeError> {
    let level = Level::current();
    in_pieces(a, b, |a, b| dispatch_at(level, SquaredDistance(a, b)))
}

/// Σ |aᵢ - bᵢ|
///
/// # Errors
/// The lengths differ.
pub fn absolute_distance<T: Real>(a: &[T], b: &[T]) -> Result<T, ShapeError> {
    let level = Level::current();
    in_pieces(a, b, |a, b| dispatch_at(level, AbsoluteDistance(a, b)))
}

/// a·b / (|a| |b|); NaN if either has length 0.
///
/// # Errors
/// The lengths differ.
pub fn cosine<T: Real>(a: &[T], b: &[T]) -> Result<T, ShapeError> {
    Ok(dot(a, b)? / (dot(a, a)?.sqrt() * dot(b, b)?.sqrt()))
}
