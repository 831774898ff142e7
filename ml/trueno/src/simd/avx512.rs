//! Lanes of 512 bits, with masks.
#![allow(unsafe_code, reason = "intrinsics")]

use super::real::run_avx512;
use super::x86::intrinsics;
use super::{Kernel, Lanes};
use std::arch::x86_64::*;

/// Proof that the machine has AVX-512 F, VL, DQ and BW.
#[derive(Debug, Clone, Copy)]
pub struct Avx512(());

impl Avx512 {
    /// Callable only from code that is compiled for these instructions.
    #[inline]
    #[target_feature(enable = "avx512f,avx512vl,avx512dq,avx512bw")]
    pub(super) fn new() -> Self {
        Self(())
    }
}

macro_rules! avx512 {
    (
        $t:ident, $v:ident, $m:ident, $lanes:literal, $splat:ident, $load:ident, $store:ident, $stream:ident,
        $mask_load:ident, $mask_store:ident, $round:ident, $compare:ident, $blend:ident, $scale:ident, $to_bits:ident, $from_bits:ident,
        $splat_bits:ident, $sub_bits:ident, $add_bits:ident, $and_bits:ident, $xor_bits:ident, $shift:ident, $shift_up:ident,
        $ternary:ident, $classify:ident, $convert:ident,
        $fraction_bits:literal, $sign:expr, { $($intrinsics:tt)* }
    ) => {
        impl Lanes<$t> for Avx512 {
            type V = $v;
            type M = $m;
            const N: usize = $lanes;
            const TILE_VECTORS: usize = 4;
            const TILE_COLUMNS: usize = 6;

            #[inline(always)]
            fn call<K: Kernel<$t>>(self, kernel: K) -> K::Output {
                // SAFETY: `self` proves the instructions.
                unsafe { run_avx512(kernel) }
            }

            #[inline(always)]
            fn prefetch(self, at: *const $t) {
                // SAFETY: a hint, which never faults.
                unsafe { _mm_prefetch::<_MM_HINT_T0>(at.cast()) }
            }
            #[inline(always)]
            fn splat(self, x: $t) -> $v {
                // SAFETY: `self` proves the instructions.
                unsafe { $splat(x) }
            }
            #[inline(always)]
            unsafe fn load_from(self, from: *const $t) -> $v {
                // SAFETY: `self` proves the instructions, the caller guarantees the memory.
                unsafe { $load(from) }
            }
            #[inline(always)]
            unsafe fn store_to(self, to: *mut $t, v: $v) {
                // SAFETY: as in `load_from`.
                unsafe { $store(to, v) }
            }
            #[inline(always)]
            unsafe fn stream_to(self, to: *mut $t, v: $v) {
                // SAFETY: as in `load_from`; the caller guarantees the alignment.
                unsafe { $stream(to, v) }
            }
            #[inline(always)]
            fn fence(self) {
                // SAFETY: SSE is part of x86-64.
                unsafe { _mm_sfence() }
            }
            #[inline(always)]
            unsafe fn load_part_from(self, from: *const $t, count: usize) -> $v {
                // SAFETY: as in `load_from`; lanes outside the mask are not accessed.
                unsafe { $mask_load(((1u32 << count.min($lanes)) - 1) as $m, from) }
            }
            #[inline(always)]
            unsafe fn store_part_to(self, to: *mut $t, count: usize, v: $v) {
                // SAFETY: as in `load_part_from`.
                unsafe { $mask_store(to, ((1u32 << count.min($lanes)) - 1) as $m, v) }
            }
            intrinsics! { $t; $($intrinsics)* }
            #[inline(always)]
            fn neg(self, a: $v) -> $v {
                // SAFETY: `self` proves the instructions.
                unsafe { $from_bits($xor_bits($to_bits(a), $splat_bits($sign))) }
            }
            #[inline(always)]
            fn round(self, a: $v) -> $v {
                // SAFETY: `self` proves the instructions. The flags: no fraction digits, round to nearest, no
                // exceptions.
                unsafe { $round::<{ _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC }>(a) }
            }
            #[inline(always)]
            fn lt(self, a: $v, b: $v) -> $m {
                // SAFETY: `self` proves the instructions.
                unsafe { $compare::<_CMP_LT_OQ>(a, b) }
            }
            #[inline(always)]
            fn is_nan(self, a: $v) -> $m {
                // SAFETY: `self` proves the instructions.
                unsafe { $compare::<_CMP_UNORD_Q>(a, a) }
            }
            #[inline(always)]
            fn select(self, mask: $m, a: $v, b: $v) -> $v {
                // SAFETY: `self` proves the instructions.
                unsafe { $blend(mask, b, a) }
            }
            #[inline(always)]
            fn any(self, mask: $m) -> bool {
                mask != 0
            }
            #[inline(always)]
            fn scale(self, x: $v, n: $v) -> $v {
                // SAFETY: `self` proves the instructions.
                unsafe { $scale(x, n) }
            }
            #[inline(always)]
            fn power(self, x: $v) -> $v {
                // SAFETY: `self` proves the instructions.
                unsafe { $from_bits($shift_up::<$fraction_bits>($to_bits(x))) }
            }
            #[inline(always)]
            fn with_sign(self, a: $v, b: $v) -> $v {
                // SAFETY: `self` proves the instructions. 0xd8: b where the sign bit is set, else a.
                unsafe { $from_bits($ternary::<0xd8>($to_bits(a), $to_bits(b), $splat_bits($sign))) }
            }
            #[inline(always)]
            fn all_normal(self, a: $v) -> bool {
                // SAFETY: `self` proves the instructions. 0xff: NaN, zeros, infinities, subnormal and negative numbers.
                unsafe { $classify::<0xff>(a) == 0 }
            }
            #[inline(always)]
            fn split(self, x: $v) -> ($v, $v) {
                // SAFETY: `self` proves the instructions.
                unsafe {
                    let root = $splat_bits(std::$t::consts::FRAC_1_SQRT_2.to_bits().cast_signed());
                    let shifted = $sub_bits($to_bits(x), root);
                    let exponent = $convert($shift::<$fraction_bits>(shifted));
                    let fraction = $and_bits(shifted, $splat_bits((1 << $fraction_bits) - 1));
                    ($from_bits($add_bits(fraction, root)), exponent)
                }
            }
        }
    };
}

avx512!(
    f32,
    __m512,
    __mmask16,
    16,
    _mm512_set1_ps,
    _mm512_loadu_ps,
    _mm512_storeu_ps,
    _mm512_stream_ps,
    _mm512_maskz_loadu_ps,
    _mm512_mask_storeu_ps,
    _mm512_roundscale_ps,
    _mm512_cmp_ps_mask,
    _mm512_mask_blend_ps,
    _mm512_scalef_ps,
    _mm512_castps_si512,
    _mm512_castsi512_ps,
    _mm512_set1_epi32,
    _mm512_sub_epi32,
    _mm512_add_epi32,
    _mm512_and_si512,
    _mm512_xor_si512,
    _mm512_srai_epi32,
    _mm512_slli_epi32,
    _mm512_ternarylogic_epi32,
    _mm512_fpclass_ps_mask,
    _mm512_cvtepi32_ps,
    23,
    i32::MIN,
    {
        add(a, b) = _mm512_add_ps;
        sub(a, b) = _mm512_sub_ps;
        mul(a, b) = _mm512_mul_ps;
        div(a, b) = _mm512_div_ps;
        mul_add(a, b, c) = _mm512_fmadd_ps;
        min(a, b) = _mm512_min_ps;
        max(a, b) = _mm512_max_ps;
        sqrt(a) = _mm512_sqrt_ps;
        abs(a) = _mm512_abs_ps;
    }
);

avx512!(
    f64,
    __m512d,
    __mmask8,
    8,
    _mm512_set1_pd,
    _mm512_loadu_pd,
    _mm512_storeu_pd,
    _mm512_stream_pd,
    _mm512_maskz_loadu_pd,
    _mm512_mask_storeu_pd,
    _mm512_roundscale_pd,
    _mm512_cmp_pd_mask,
    _mm512_mask_blend_pd,
    _mm512_scalef_pd,
    _mm512_castpd_si512,
    _mm512_castsi512_pd,
    _mm512_set1_epi64,
    _mm512_sub_epi64,
    _mm512_add_epi64,
    _mm512_and_si512,
    _mm512_xor_si512,
    _mm512_srai_epi64,
    _mm512_slli_epi64,
    _mm512_ternarylogic_epi64,
    _mm512_fpclass_pd_mask,
    _mm512_cvtepi64_pd,
    52,
    i64::MIN,
    {
        add(a, b) = _mm512_add_pd;
        sub(a, b) = _mm512_sub_pd;
        mul(a, b) = _mm512_mul_pd;
        div(a, b) = _mm512_div_pd;
        mul_add(a, b, c) = _mm512_fmadd_pd;
        min(a, b) = _mm512_min_pd;
        max(a, b) = _mm512_max_pd;
        sqrt(a) = _mm512_sqrt_pd;
        abs(a) = _mm512_abs_pd;
    }
);
