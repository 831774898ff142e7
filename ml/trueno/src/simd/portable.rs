//! Lanes in plain Rust: every instruction set must agree with this.
#![allow(unsafe_code, reason = "reads and writes through pointers, as the other instruction sets do")]

use super::{Kernel, Lanes};

/// Registers as arrays. The compiler may use any vectors that the target has.
#[derive(Debug, Clone, Copy)]
pub struct Portable;

macro_rules! portable {
    ($t:ident, $bits:ident, $lanes:literal, $fraction_bits:literal, $bias:literal) => {
        impl Lanes<$t> for Portable {
            type V = [$t; $lanes];
            type M = [bool; $lanes];
            const N: usize = $lanes;
            const TILE_VECTORS: usize = 2;
            const TILE_COLUMNS: usize = 4;

            #[inline(never)]
            fn call<K: Kernel<$t>>(self, kernel: K) -> K::Output {
                kernel.run(self)
            }

            #[inline(always)]
            fn splat(self, x: $t) -> Self::V {
                [x; $lanes]
            }
            #[inline(always)]
            unsafe fn load_from(self, from: *const $t) -> Self::V {
                // SAFETY: the caller guarantees `N` numbers.
                unsafe { from.cast::<Self::V>().read_unaligned() }
            }
            #[inline(always)]
            unsafe fn store_to(self, to: *mut $t, v: Self::V) {
                // SAFETY: the caller guarantees `N` numbers.
                unsafe { to.cast::<Self::V>().write_unaligned(v) }
            }
            #[inline(always)]
            unsafe fn load_part_from(self, from: *const $t, count: usize) -> Self::V {
                let mut v = [0.0; $lanes];
                for (i, lane) in v.iter_mut().enumerate().take(count) {
                    // SAFETY: the caller guarantees `count` numbers.
                    *lane = unsafe { *from.add(i) };
                }
                v
            }
            #[inline(always)]
            unsafe fn store_part_to(self, to: *mut $t, count: usize, v: Self::V) {
                for (i, lane) in v.iter().enumerate().take(count) {
                    // SAFETY: the caller guarantees `count` numbers.
                    unsafe { *to.add(i) = *lane };
                }
            }
            #[inline(always)]
            fn add(self, a: Self::V, b: Self::V) -> Self::V {
                std::array::from_fn(|i| a[i] + b[i])
            }
            #[inline(always)]
            fn sub(self, a: Self::V, b: Self::V) -> Self::V {
                std::array::from_fn(|i| a[i] - b[i])
            }
            #[inline(always)]
            fn mul(self, a: Self::V, b: Self::V) -> Self::V {
                std::array::from_fn(|i| a[i] * b[i])
            }
            #[inline(always)]
            fn div(self, a: Self::V, b: Self::V) -> Self::V {
                std::array::from_fn(|i| a[i] / b[i])
            }
            #[inline(always)]
            fn mul_add(self, a: Self::V, b: Self::V, c: Self::V) -> Self::V {
                std::array::from_fn(|i| a[i].mul_add(b[i], c[i]))
            }
            #[inline(always)]
            fn min(self, a: Self::V, b: Self::V) -> Self::V {
                std::array::from_fn(|i| if a[i] < b[i] { a[i] } else { b[i] })
            }
            #[inline(always)]
            fn max(self, a: Self::V, b: Self::V) -> Self::V {
                std::array::from_fn(|i| if a[i] > b[i] { a[i] } else { b[i] })
            }
            #[inline(always)]
            fn sqrt(self, a: Self::V) -> Self::V {
                a.map($t::sqrt)
            }
            #[inline(always)]
            fn abs(self, a: Self::V) -> Self::V {
                a.map($t::abs)
            }
            #[inline(always)]
            fn neg(self, a: Self::V) -> Self::V {
                a.map(|x| -x)
            }
            #[inline(always)]
            fn round(self, a: Self::V) -> Self::V {
                a.map($t::round_ties_even)
            }
            #[inline(always)]
            fn lt(self, a: Self::V, b: Self::V) -> Self::M {
                std::array::from_fn(|i| a[i] < b[i])
            }
            #[inline(always)]
            fn is_nan(self, a: Self::V) -> Self::M {
                a.map($t::is_nan)
            }
            #[inline(always)]
            fn select(self, mask: Self::M, a: Self::V, b: Self::V) -> Self::V {
                std::array::from_fn(|i| if mask[i] { a[i] } else { b[i] })
            }
            #[inline(always)]
            fn any(self, mask: Self::M) -> bool {
                mask.contains(&true)
            }
            #[inline(always)]
            fn scale(self, x: Self::V, n: Self::V) -> Self::V {
                // Three factors: each is a normal number, and all products but the last are exact or far out of range.
                std::array::from_fn(|i| {
                    let n = n[i] as i64;
                    let part = n.clamp(-2 * ($bias - 1), 2 * $bias);
                    let half = part >> 1;
                    let power = |n: i64| $t::from_bits(((n + $bias) as $bits) << $fraction_bits);
                    x[i] * power(half) * power(part - half)
                })
            }
            #[inline(always)]
            fn power(self, x: Self::V) -> Self::V {
                x.map(|x| $t::from_bits(x.to_bits() << $fraction_bits))
            }
            #[inline(always)]
            fn with_sign(self, a: Self::V, b: Self::V) -> Self::V {
                std::array::from_fn(|i| a[i].copysign(b[i]))
            }
            #[inline(always)]
            fn all_normal(self, a: Self::V) -> bool {
                a.iter().all(|a| *a >= $t::MIN_POSITIVE && *a < $t::INFINITY)
            }
            #[inline(always)]
            fn split(self, x: Self::V) -> (Self::V, Self::V) {
                // Bits of √½: fractions from there on belong to the next higher exponent.
                let root = std::$t::consts::FRAC_1_SQRT_2.to_bits();
                let shifted = x.map(|x| x.to_bits().wrapping_sub(root));
                let exponent = shifted.map(|bits| (bits.cast_signed() >> $fraction_bits) as $t);
                let fraction = shifted
                    .map(|bits| $t::from_bits((bits & ((1 << $fraction_bits) - 1)).wrapping_add(root)));
                (fraction, exponent)
            }
        }
    };
}

portable!(f32, u32, 4, 23, 127);
portable!(f64, u64, 2, 52, 1023);
