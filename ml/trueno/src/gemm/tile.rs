//! The innermost kernel: it keeps a tile of the result in registers for all of k.
#![allow(unsafe_code, reason = "a kernel that works on raw memory")]

use crate::simd::{Kernel, Lanes, Real};

/// One tile: `columns` columns of up to `TILE_VECTORS` registers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tile<T> {
    pub k: usize,
    /// Rows are adjacent; `a_step` leads from one k to the next.
    pub a: *const T,
    pub a_step: isize,
    pub b: *const T,
    pub b_step: isize,
    pub b_column: isize,
    /// Rows are adjacent.
    pub c: *mut T,
    pub c_column: isize,
    pub alpha: T,
    /// 0: c is not read.
    pub beta: T,
    /// Rows in the last register.
    pub tail: usize,
}

/// Prefetch distance of a's rows in steps of k: slightly more than the latency of the second-level cache.
const AHEAD: isize = 4;

struct Sized<T, const V: usize, const C: usize, const PARTIAL: bool>(Tile<T>);

/// Repeats a block for each constant below a limit. The limit is a constant too, so the loop is unrolled completely.
macro_rules! each {
    ($i:ident < $limit:expr, $body:block) => {
        each!(@ $i, $limit, $body, 0 1 2 3 4 5)
    };
    (@ $i:ident, $limit:expr, $body:block, $($n:literal)*) => {$(
        if $n < $limit {
            let $i: usize = $n;
            $body
        }
    )*};
}

impl<T: Real, const V: usize, const C: usize, const PARTIAL: bool> Kernel<T> for Sized<T, V, C, PARTIAL> {
    type Output = ();

    /// c = alpha · Σ a b + beta · c, the sum in ascending k with one rounding per step: the order does not depend on the tile.
    #[inline(always)]
    fn run<S: Lanes<T>>(self, s: S) {
        let tile = self.0;
        let mut sums = [[s.splat(T::ZERO); V]; C];
        let (mut a, mut b) = (tile.a, tile.b);
        // SAFETY: `multiply` (in this module's parent) passes tiles whose rows, columns and k are within its operands:
        // a has V registers (the last with `tail` rows) at each of k steps, b has C columns of k, c has C columns of
        // those rows. Pointers move by `wrapping_offset`, because after the last step they are out of bounds.
        unsafe {
            each!(j < C, {
                s.prefetch(tile.c.offset(j as isize * tile.c_column));
            });
            for _ in 0..tile.k {
                each!(i < V, {
                    s.prefetch(a.wrapping_offset(AHEAD * tile.a_step).wrapping_add(i * S::N));
                });
                let mut rows = [s.splat(T::ZERO); V];
                each!(i < V, {
                    rows[i] = if PARTIAL && i == V - 1 {
                        s.load_part_from(a.add(i * S::N), tile.tail)
                    } else {
                        s.load_from(a.add(i * S::N))
                    };
                });
                each!(j < C, {
                    let factor = s.splat(*b.offset(j as isize * tile.b_column));
                    each!(i < V, {
                        sums[j][i] = s.mul_add(rows[i], factor, sums[j][i]);
                    });
                });
                a = a.wrapping_offset(tile.a_step);
                b = b.wrapping_offset(tile.b_step);
            }
            let (alpha, beta) = (s.splat(tile.alpha), s.splat(tile.beta));
            let add = tile.beta != T::ZERO;
            each!(j < C, {
                let column = tile.c.offset(j as isize * tile.c_column);
                each!(i < V, {
                    let at = column.add(i * S::N);
                    let sum = sums[j][i];
                    if PARTIAL && i == V - 1 {
                        let value = if add {
                            s.mul_add(sum, alpha, s.mul(beta, s.load_part_from(at, tile.tail)))
                        } else {
                            s.mul(sum, alpha)
                        };
                        s.store_part_to(at, tile.tail, value);
                    } else {
                        let value = if add {
                            s.mul_add(sum, alpha, s.mul(beta, s.load_from(at)))
                        } else {
                            s.mul(sum, alpha)
                        };
                        s.store_to(at, value);
                    }
                });
            });
        }
    }
}

/// Runs the kernel for this number of registers and columns. Edges have kernels of their own, never a scalar loop.
///
/// # Safety
/// The tile's pointers are valid for the sizes in the tile; `1 <= vectors <= TILE_VECTORS`, `1 <= columns <=
/// TILE_COLUMNS`, and `1 <= tail <= N`.
#[inline(always)]
pub(super) unsafe fn run<T: Real, S: Lanes<T>>(s: S, vectors: usize, columns: usize, tile: Tile<T>) {
    macro_rules! sized {
        ($($v:literal: $($c:literal)*;)*) => {
            match (vectors, columns) {
                $($(
                    ($v, $c) if $v == S::TILE_VECTORS && tile.tail == S::N => s.call(Sized::<T, $v, $c, false>(tile)),
                    ($v, $c) if $v <= S::TILE_VECTORS && $c <= S::TILE_COLUMNS => s.call(Sized::<T, $v, $c, true>(tile)),
                )*)*
                _ => {}
            }
        };
    }
    sized! { 1: 1 2 3 4 5 6; 2: 1 2 3 4 5 6; 3: 1 2 3 4 5 6; 4: 1 2 3 4 5 6; }
}
