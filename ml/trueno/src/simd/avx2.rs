//! Lanes of 256 bits, with fused multiply-add.
#![allow(unsafe_code, reason = "intrinsics")]

use super::real::run_avx2;
use super::x86::intrinsics;
use super::{Kernel, Lanes};
use std::arch::x86_64::*;

/// Proof that the machine has AVX2, FMA and F16C.
#[derive(Debug, Clone, Copy)]
pub struct Avx2(());

impl Avx2 {
    /// Callable only from code that is compiled for these instructions.
    #[inline]
    #[target_feature(enable = "avx2,fma,f16c")]
    pub(super) fn new() -> Self {
        Self(())
    }
}

/// Ones, then zeros: a window into it is a mask of the first few lanes.
static WINDOW32: [i32; 16] = [-1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0];
static WINDOW64: [i64; 8] = [-1, -1, -1, -1, 0, 0, 0, 0];

impl Avx2 {
    #[inline(always)]
    fn first32(self, count: usize) -> __m256i {
        let window = &WINDOW32[8 - count.min(8)..];
        // SAFETY: eight entries follow from any start up to 8.
        unsafe { _mm256_loadu_si256(window.as_ptr().cast()) }
    }
    #[inline(always)]
    fn first64(self, count: usize) -> __m256i {
        let window = &WINDOW64[4 - count.min(4)..];
        // SAFETY: four entries follow from any start up to 4.
        unsafe { _mm256_loadu_si256(window.as_ptr().cast()) }
    }
}

impl Lanes<f32> for Avx2 {
    type V = __m256;
    type M = __m256;
    const N: usize = 8;
    const TILE_VECTORS: usize = 2;
    const TILE_COLUMNS: usize = 6;

    #[inline(always)]
    fn call<K: Kernel<f32>>(self, kernel: K) -> K::Output {
        // SAFETY: `self` proves the instructions.
        unsafe { run_avx2(kernel) }
    }

    #[inline(always)]
    fn prefetch(self, at: *const f32) {
        // SAFETY: a hint, which never faults.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(at.cast()) }
    }
    #[inline(always)]
    fn splat(self, x: f32) -> __m256 {
        // SAFETY: `self` proves the instructions.
        unsafe { _mm256_set1_ps(x) }
    }
    #[inline(always)]
    unsafe fn load_from(self, from: *const f32) -> __m256 {
        // SAFETY: `self` proves the instructions, the caller guarantees the memory.
        unsafe { _mm256_loadu_ps(from) }
    }
    #[inline(always)]
    unsafe fn store_to(self, to: *mut f32, v: __m256) {
        // SAFETY: as in `load_from`.
        unsafe { _mm256_storeu_ps(to, v) }
    }
    #[inline(always)]
    unsafe fn stream_to(self, to: *mut f32, v: __m256) {
        // SAFETY: as in `load_from`; the caller guarantees the alignment.
        unsafe { _mm256_stream_ps(to, v) }
    }
    #[inline(always)]
    fn fence(self) {
        // SAFETY: SSE is part of x86-64.
        unsafe { _mm_sfence() }
    }
    #[inline(always)]
    unsafe fn load_part_from(self, from: *const f32, count: usize) -> __m256 {
        // SAFETY: as in `load_from`; lanes outside the mask are not accessed.
        unsafe { _mm256_maskload_ps(from, self.first32(count)) }
    }
    #[inline(always)]
    unsafe fn store_part_to(self, to: *mut f32, count: usize, v: __m256) {
        // SAFETY: as in `load_part_from`.
        unsafe { _mm256_maskstore_ps(to, self.first32(count), v) }
    }
    intrinsics! { f32;
        add(a, b) = _mm256_add_ps;
        sub(a, b) = _mm256_sub_ps;
        mul(a, b) = _mm256_mul_ps;
        div(a, b) = _mm256_div_ps;
        mul_add(a, b, c) = _mm256_fmadd_ps;
        min(a, b) = _mm256_min_ps;
        max(a, b) = _mm256_max_ps;
        sqrt(a) = _mm256_sqrt_ps;
    }
    #[inline(always)]
    fn abs(self, a: __m256) -> __m256 {
        // SAFETY: `self` proves the instructions.
        unsafe { _mm256_andnot_ps(_mm256_set1_ps(-0.0), a) }
    }
    #[inline(always)]
    fn neg(self, a: __m256) -> __m256 {
        // SAFETY: `self` proves the instructions.
        unsafe { _mm256_xor_ps(_mm256_set1_ps(-0.0), a) }
    }
    #[inline(always)]
    fn round(self, a: __m256) -> __m256 {
        // SAFETY: `self` proves the instructions.
        unsafe { _mm256_round_ps::<{ _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC }>(a) }
    }
    #[inline(always)]
    fn lt(self, a: __m256, b: __m256) -> __m256 {
        // SAFETY: `self` proves the instructions.
        unsafe { _mm256_cmp_ps::<_CMP_LT_OQ>(a, b) }
    }
    #[inline(always)]
    fn is_nan(self, a: __m256) -> __m256 {
        // SAFETY: `self` proves the instructions.
        unsafe { _mm256_cmp_ps::<_CMP_UNORD_Q>(a, a) }
    }
    #[inline(always)]
    fn select(self, mask: __m256, a: __m256, b: __m256) -> __m256 {
        // SAFETY: `self` proves the instructions.
        unsafe { _mm256_blendv_ps(b, a, mask) }
    }
    #[inline(always)]
    fn any(self, mask: __m256) -> bool {
        // SAFETY: `self` proves the instructions.
        unsafe { _mm256_movemask_ps(mask) != 0 }
    }
    #[inline(always)]
    fn scale(self, x: __m256, n: __m256) -> __m256 {
        // SAFETY: `self` proves the instructions. Two factors, so that each is a normal number and only the last product rounds.
        unsafe {
            let n = _mm256_max_ps(_mm256_min_ps(n, _mm256_set1_ps(254.0)), _mm256_set1_ps(-252.0));
            let n = _mm256_cvtps_epi32(n);
            let half = _mm256_srai_epi32::<1>(n);
            let bias = _mm256_set1_epi32(127);
            let power = |n| _mm256_castsi256_ps(_mm256_slli_epi32::<23>(_mm256_add_epi32(n, bias)));
            _mm256_mul_ps(_mm256_mul_ps(x, power(half)), power(_mm256_sub_epi32(n, half)))
        }
    }
    #[inline(always)]
    fn power(self, x: __m256) -> __m256 {
        // SAFETY: `self` proves the instructions.
        unsafe { _mm256_castsi256_ps(_mm256_slli_epi32::<23>(_mm256_castps_si256(x))) }
    }
    #[inline(always)]
    fn with_sign(self, a: __m256, b: __m256) -> __m256 {
        // SAFETY: `self` proves the instructions.
        unsafe {
            let sign = _mm256_set1_ps(-0.0);
            _mm256_or_ps(_mm256_andnot_ps(sign, a), _mm256_and_ps(sign, b))
        }
    }
    #[inline(always)]
    fn all_normal(self, a: __m256) -> bool {
        // SAFETY: `self` proves the instructions. The comparisons are false if a is NaN.
        unsafe {
            let enough = _mm256_cmp_ps::<_CMP_GE_OQ>(a, _mm256_set1_ps(f32::MIN_POSITIVE));
            let finite = _mm256_cmp_ps::<_CMP_LT_OQ>(a, _mm256_set1_ps(f32::INFINITY));
            _mm256_movemask_ps(_mm256_and_ps(enough, finite)) == 0xff
        }
    }
    #[inline(always)]
    fn split(self, x: __m256) -> (__m256, __m256) {
        // SAFETY: `self` proves the instructions.
        unsafe {
            let root = _mm256_set1_epi32(std::f32::consts::FRAC_1_SQRT_2.to_bits().cast_signed());
            let shifted = _mm256_sub_epi32(_mm256_castps_si256(x), root);
            let exponent = _mm256_cvtepi32_ps(_mm256_srai_epi32::<23>(shifted));
            let fraction = _mm256_and_si256(shifted, _mm256_set1_epi32(0x7f_ffff));
            (_mm256_castsi256_ps(_mm256_add_epi32(fraction, root)), exponent)
        }
    }
}

/// 1.5 · 2^52: after it is added to a small integer, the last bits of the sum are the integer.
const MAGIC: f64 = 6_755_399_441_055_744.0;

impl Lanes<f64> for Avx2 {
    type V = __m256d;
    type M = __m256d;
    const N: usize = 4;
    const TILE_VECTORS: usize = 2;
    const TILE_COLUMNS: usize = 6;

    #[inline(always)]
    fn call<K: Kernel<f64>>(self, kernel: K) -> K::Output {
        // SAFETY: `self` proves the instructions.
        unsafe { run_avx2(kernel) }
    }

    #[inline(always)]
    fn prefetch(self, at: *const f64) {
        // SAFETY: a hint, which never faults.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(at.cast()) }
    }
    #[inline(always)]
    fn splat(self, x: f64) -> __m256d {
        // SAFETY: `self` proves the instructions.
        unsafe { _mm256_set1_pd(x) }
    }
    #[inline(always)]
    unsafe fn load_from(self, from: *const f64) -> __m256d {
        // SAFETY: `self` proves the instructions, the caller guarantees the memory.
        unsafe { _mm256_loadu_pd(from) }
    }
    #[inline(always)]
    unsafe fn store_to(self, to: *mut f64, v: __m256d) {
        // SAFETY: as in `load_from`.
        unsafe { _mm256_storeu_pd(to, v) }
    }
    #[inline(always)]
    unsafe fn stream_to(self, to: *mut f64, v: __m256d) {
        // SAFETY: as in `load_from`; the caller guarantees the alignment.
        unsafe { _mm256_stream_pd(to, v) }
    }
    #[inline(always)]
    fn fence(self) {
        // SAFETY: SSE is part of x86-64.
        unsafe { _mm_sfence() }
    }
    #[inline(always)]
    unsafe fn load_part_from(self, from: *const f64, count: usize) -> __m256d {
        // SAFETY: as in `load_from`; lanes outside the mask are not accessed.
        unsafe { _mm256_maskload_pd(from, self.first64(count)) }
    }
    #[inline(always)]
    unsafe fn store_part_to(self, to: *mut f64, count: usize, v: __m256d) {
        // SAFETY: as in `load_part_from`.
        unsafe { _mm256_maskstore_pd(to, self.first64(count), v) }
    }
    intrinsics! { f64;
        add(a, b) = _mm256_add_pd;
        sub(a, b) = _mm256_sub_pd;
        mul(a, b) = _mm256_mul_pd;
        div(a, b) = _mm256_div_pd;
        mul_add(a, b, c) = _mm256_fmadd_pd;
        min(a, b) = _mm256_min_pd;
        max(a, b) = _mm256_max_pd;
        sqrt(a) = _mm256_sqrt_pd;
    }
    #[inline(always)]
    fn abs(self, a: __m256d) -> __m256d {
        // SAFETY: `self` proves the instructions.
        unsafe { _mm256_andnot_pd(_mm256_set1_pd(-0.0), a) }
    }
    #[inline(always)]
    fn neg(self, a: __m256d) -> __m256d {
        // SAFETY: `self` proves the instructions.
        unsafe { _mm256_xor_pd(_mm256_set1_pd(-0.0), a) }
    }
    #[inline(always)]
    fn round(self, a: __m256d) -> __m256d {
        // SAFETY: `self` proves the instructions.
        unsafe { _mm256_round_pd::<{ _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC }>(a) }
    }
    #[inline(always)]
    fn lt(self, a: __m256d, b: __m256d) -> __m256d {
        // SAFETY: `self` proves the instructions.
        unsafe { _mm256_cmp_pd::<_CMP_LT_OQ>(a, b) }
    }
    #[inline(always)]
    fn is_nan(self, a: __m256d) -> __m256d {
        // SAFETY: `self` proves the instructions.
        unsafe { _mm256_cmp_pd::<_CMP_UNORD_Q>(a, a) }
    }
    #[inline(always)]
    fn select(self, mask: __m256d, a: __m256d, b: __m256d) -> __m256d {
        // SAFETY: `self` proves the instructions.
        unsafe { _mm256_blendv_pd(b, a, mask) }
    }
    #[inline(always)]
    fn any(self, mask: __m256d) -> bool {
        // SAFETY: `self` proves the instructions.
        unsafe { _mm256_movemask_pd(mask) != 0 }
    }
    #[inline(always)]
    fn scale(self, x: __m256d, n: __m256d) -> __m256d {
        // SAFETY: `self` proves the instructions. Two factors, as for f32; `MAGIC` turns integers in f64 into integers.
        unsafe {
            let n = _mm256_max_pd(_mm256_min_pd(n, _mm256_set1_pd(2046.0)), _mm256_set1_pd(-2044.0));
            let whole = |n| _mm256_castpd_si256(_mm256_add_pd(n, _mm256_set1_pd(MAGIC)));
            let bias = _mm256_set1_epi64x(1023);
            let power = |n| _mm256_castsi256_pd(_mm256_slli_epi64::<52>(_mm256_add_epi64(whole(n), bias)));
            let half = _mm256_floor_pd(_mm256_mul_pd(n, _mm256_set1_pd(0.5)));
            _mm256_mul_pd(_mm256_mul_pd(x, power(half)), power(_mm256_sub_pd(n, half)))
        }
    }
    #[inline(always)]
    fn power(self, x: __m256d) -> __m256d {
        // SAFETY: `self` proves the instructions.
        unsafe { _mm256_castsi256_pd(_mm256_slli_epi64::<52>(_mm256_castpd_si256(x))) }
    }
    #[inline(always)]
    fn with_sign(self, a: __m256d, b: __m256d) -> __m256d {
        // SAFETY: `self` proves the instructions.
        unsafe {
            let sign = _mm256_set1_pd(-0.0);
            _mm256_or_pd(_mm256_andnot_pd(sign, a), _mm256_and_pd(sign, b))
        }
    }
    #[inline(always)]
    fn all_normal(self, a: __m256d) -> bool {
        // SAFETY: `self` proves the instructions. The comparisons are false if a is NaN.
        unsafe {
            let enough = _mm256_cmp_pd::<_CMP_GE_OQ>(a, _mm256_set1_pd(f64::MIN_POSITIVE));
            let finite = _mm256_cmp_pd::<_CMP_LT_OQ>(a, _mm256_set1_pd(f64::INFINITY));
            _mm256_movemask_pd(_mm256_and_pd(enough, finite)) == 0xf
        }
    }
    #[inline(always)]
    fn split(self, x: __m256d) -> (__m256d, __m256d) {
        // SAFETY: `self` proves the instructions.
        unsafe {
            let root = _mm256_set1_epi64x(std::f64::consts::FRAC_1_SQRT_2.to_bits().cast_signed());
            let shifted = _mm256_sub_epi64(_mm256_castpd_si256(x), root);
            // There is no arithmetic shift of 64 bits: a bias makes the exponent positive, then OR-ing it into 2^52
            // converts it.
            let positive = _mm256_add_epi64(shifted, _mm256_set1_epi64x(1024 << 52));
            let exponent = _mm256_srli_epi64::<52>(positive);
            let magic = _mm256_set1_pd(4_503_599_627_370_496.0);
            let exponent = _mm256_or_pd(_mm256_castsi256_pd(exponent), magic);
            let exponent = _mm256_sub_pd(exponent, _mm256_set1_pd(4_503_599_627_370_496.0 + 1024.0));
            let fraction = _mm256_and_si256(shifted, _mm256_set1_epi64x((1 << 52) - 1));
            (_mm256_castsi256_pd(_mm256_add_epi64(fraction, root)), exponent)
        }
    }
}
