//! Lanes of 128 bits on aarch64.
#![allow(unsafe_code, reason = "intrinsics")]

use super::portable::Portable;
use super::{Kernel, Lanes};
use std::arch::aarch64::*;

/// NEON is part of every aarch64.
#[derive(Debug, Clone, Copy)]
pub struct Neon;

macro_rules! neon {
    (
        $t:ident, $v:ident, $m:ident, $lanes:literal, $splat:ident, $load:ident, $store:ident, $fma:ident, $select:ident,
        $lt:ident, $eq:ident, $any:expr, { $($name:ident($($arg:ident),*) = $intrinsic:ident;)* }
    ) => {
        impl Lanes<$t> for Neon {
            type V = $v;
            type M = $m;
            const N: usize = $lanes;
            const TILE_VECTORS: usize = 4;
            const TILE_COLUMNS: usize = 6;

            #[inline(never)]
            fn call<K: Kernel<$t>>(self, kernel: K) -> K::Output {
                kernel.run(self)
            }

            #[inline(always)]
            fn splat(self, x: $t) -> $v {
                // SAFETY: NEON is part of aarch64.
                unsafe { $splat(x) }
            }
            #[inline(always)]
            unsafe fn load_from(self, from: *const $t) -> $v {
                // SAFETY: NEON is part of aarch64, the caller guarantees the memory.
                unsafe { $load(from) }
            }
            #[inline(always)]
            unsafe fn store_to(self, to: *mut $t, v: $v) {
                // SAFETY: as in `load_from`.
                unsafe { $store(to, v) }
            }
            #[inline(always)]
            unsafe fn load_part_from(self, from: *const $t, count: usize) -> $v {
                // SAFETY: the caller guarantees `count` numbers; then `N` numbers of a local array are read.
                unsafe {
                    let part = Lanes::<$t>::load_part_from(Portable, from, count);
                    $load(part.as_ptr())
                }
            }
            #[inline(always)]
            unsafe fn store_part_to(self, to: *mut $t, count: usize, v: $v) {
                let mut all = [0.0; $lanes];
                // SAFETY: `N` numbers of a local array are written; the caller guarantees `count` numbers at `to`.
                unsafe {
                    $store(all.as_mut_ptr(), v);
                    Lanes::<$t>::store_part_to(Portable, to, count, all);
                }
            }
            $(
                #[inline(always)]
                fn $name(self, $($arg: $v),*) -> $v {
                    // SAFETY: NEON is part of aarch64.
                    unsafe { $intrinsic($($arg),*) }
                }
            )*
            #[inline(always)]
            fn mul_add(self, a: $v, b: $v, c: $v) -> $v {
                // SAFETY: NEON is part of aarch64.
                unsafe { $fma(c, a, b) }
            }
            #[inline(always)]
            fn min(self, a: $v, b: $v) -> $v {
                Lanes::<$t>::select(self, Lanes::<$t>::lt(self, a, b), a, b)
            }
            #[inline(always)]
            fn max(self, a: $v, b: $v) -> $v {
                Lanes::<$t>::select(self, Lanes::<$t>::lt(self, b, a), a, b)
            }
            #[inline(always)]
            fn lt(self, a: $v, b: $v) -> $m {
                // SAFETY: NEON is part of aarch64.
                unsafe { $lt(a, b) }
            }
            #[inline(always)]
            fn is_nan(self, a: $v) -> $m {
                // SAFETY: NEON is part of aarch64. A lane that equals itself is not NaN; comparing the mask with 0
                // inverts it.
                unsafe { $eq(a) }
            }
            #[inline(always)]
            fn select(self, mask: $m, a: $v, b: $v) -> $v {
                // SAFETY: NEON is part of aarch64.
                unsafe { $select(mask, a, b) }
            }
            #[inline(always)]
            fn any(self, mask: $m) -> bool {
                // SAFETY: NEON is part of aarch64.
                unsafe { $any(mask) }
            }
            #[inline(always)]
            fn scale(self, x: $v, n: $v) -> $v {
                let (mut numbers, mut powers) = ([0.0; $lanes], [0.0; $lanes]);
                // SAFETY: `N` numbers of local arrays.
                unsafe {
                    $store(numbers.as_mut_ptr(), x);
                    $store(powers.as_mut_ptr(), n);
                    $load(Lanes::<$t>::scale(Portable, numbers, powers).as_ptr())
                }
            }
            #[inline(always)]
            fn power(self, x: $v) -> $v {
                let mut numbers = [0.0; $lanes];
                // SAFETY: `N` numbers of local arrays.
                unsafe {
                    $store(numbers.as_mut_ptr(), x);
                    $load(Lanes::<$t>::power(Portable, numbers).as_ptr())
                }
            }
            #[inline(always)]
            fn with_sign(self, a: $v, b: $v) -> $v {
                let (mut numbers, mut signs) = ([0.0; $lanes], [0.0; $lanes]);
                // SAFETY: `N` numbers of local arrays.
                unsafe {
                    $store(numbers.as_mut_ptr(), a);
                    $store(signs.as_mut_ptr(), b);
                    $load(Lanes::<$t>::with_sign(Portable, numbers, signs).as_ptr())
                }
            }
            #[inline(always)]
            fn all_normal(self, a: $v) -> bool {
                let mut numbers = [0.0; $lanes];
                // SAFETY: `N` numbers of a local array.
                unsafe { $store(numbers.as_mut_ptr(), a) };
                Lanes::<$t>::all_normal(Portable, numbers)
            }
            #[inline(always)]
            fn split(self, x: $v) -> ($v, $v) {
                let mut numbers = [0.0; $lanes];
                // SAFETY: `N` numbers of local arrays.
                unsafe {
                    $store(numbers.as_mut_ptr(), x);
                    let (fractions, exponents) = Lanes::<$t>::split(Portable, numbers);
                    ($load(fractions.as_ptr()), $load(exponents.as_ptr()))
                }
            }
        }
    };
}

/// Where a is not equal to itself.
#[inline(always)]
unsafe fn unequal32(a: float32x4_t) -> uint32x4_t {
    // SAFETY: NEON is part of aarch64.
    unsafe { vmvnq_u32(vceqq_f32(a, a)) }
}

/// Where a is not equal to itself.
#[inline(always)]
unsafe fn unequal64(a: float64x2_t) -> uint64x2_t {
    // SAFETY: NEON is part of aarch64.
    unsafe { vceqzq_u64(vceqq_f64(a, a)) }
}

neon!(
    f32,
    float32x4_t,
    uint32x4_t,
    4,
    vdupq_n_f32,
    vld1q_f32,
    vst1q_f32,
    vfmaq_f32,
    vbslq_f32,
    vcltq_f32,
    unequal32,
    |mask| vmaxvq_u32(mask) != 0,
    {
        add(a, b) = vaddq_f32;
        sub(a, b) = vsubq_f32;
        mul(a, b) = vmulq_f32;
        div(a, b) = vdivq_f32;
        sqrt(a) = vsqrtq_f32;
        abs(a) = vabsq_f32;
        neg(a) = vnegq_f32;
        round(a) = vrndnq_f32;
    }
);

neon!(
    f64,
    float64x2_t,
    uint64x2_t,
    2,
    vdupq_n_f64,
    vld1q_f64,
    vst1q_f64,
    vfmaq_f64,
    vbslq_f64,
    vcltq_f64,
    unequal64,
    |mask| vmaxvq_u32(vreinterpretq_u32_u64(mask)) != 0,
    {
        add(a, b) = vaddq_f64;
        sub(a, b) = vsubq_f64;
        mul(a, b) = vmulq_f64;
        div(a, b) = vdivq_f64;
        sqrt(a) = vsqrtq_f64;
        abs(a) = vabsq_f64;
        neg(a) = vnegq_f64;
        round(a) = vrndnq_f64;
    }
);
