//! The numbers that kernels work on, and the dispatch from a level to a kernel compiled for it.
#![allow(unsafe_code, reason = "calls functions that need instructions; the level says that they are there")]

use super::{Kernel, Level, Portable};
use crate::buffer::Plain;
use std::fmt;
use std::ops::{Add, AddAssign, Div, Mul, MulAssign, Neg, Sub};

/// f32 or f64.
pub trait Real:
    Plain
    + Copy
    + Default
    + PartialEq
    + PartialOrd
    + fmt::Debug
    + fmt::Display
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
    + AddAssign
    + MulAssign
    + std::iter::Sum
    + Sealed
{
    /// 0
    const ZERO: Self;
    /// 1
    const ONE: Self;
    /// Positive infinity
    const INFINITY: Self;
    /// Not a number
    const NAN: Self;
    /// Distance from 1 to the next larger number
    const EPSILON: Self;
    /// Added to a small integer n, it leaves the biased exponent of 2^n in the sum's last bits.
    const POWER_BIAS: Self;
    /// Number of independent accumulators of a reduction: the same on every instruction set, so that the sums are the
    /// same too.
    const VIRTUAL_LANES: usize;

    /// The nearest number.
    fn from_f64(x: f64) -> Self;
    /// The value as f64, exactly.
    fn to_f64(self) -> f64;
    /// |self|
    fn abs(self) -> Self;
    /// √self
    fn sqrt(self) -> Self;
    /// self · a + b, rounded once
    fn mul_add(self, a: Self, b: Self) -> Self;
    /// Not NaN and not infinite.
    fn is_finite(self) -> bool;
    /// Not a number.
    fn is_nan(self) -> bool;
    /// A total order, NaN last (of positive sign).
    fn total_cmp(&self, other: &Self) -> std::cmp::Ordering;

    /// Runs a kernel with the registers of `level`, or portably if the machine lacks that level.
    fn run_at<K: Kernel<Self>>(level: Level, kernel: K) -> K::Output;
}

/// Restricts [`Real`] to the two types for which kernels exist.
pub trait Sealed {}

/// Runs a kernel with the registers of [`Level::current`].
#[inline]
pub fn dispatch<T: Real, K: Kernel<T>>(kernel: K) -> K::Output {
    T::run_at(Level::current(), kernel)
}

/// Runs a kernel with the registers of `level`, for work that was handed to another thread.
#[inline]
pub fn dispatch_at<T: Real, K: Kernel<T>>(level: Level, kernel: K) -> K::Output {
    T::run_at(level, kernel)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma,f16c")]
pub(super) fn run_avx2<T, K: Kernel<T>>(kernel: K) -> K::Output
where
    super::Avx2: super::Lanes<T>,
{
    kernel.run(super::Avx2::new())
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512vl,avx512dq,avx512bw,avx2,fma,f16c")]
pub(super) fn run_avx512<T, K: Kernel<T>>(kernel: K) -> K::Output
where
    super::Avx512: super::Lanes<T>,
{
    kernel.run(super::Avx512::new())
}

macro_rules! real {
    ($t:ident, $virtual_lanes:literal, $power_bias:literal) => {
        impl Sealed for $t {}
        impl Real for $t {
            const ZERO: Self = 0.0;
            const ONE: Self = 1.0;
            const INFINITY: Self = $t::INFINITY;
            const NAN: Self = $t::NAN;
            const EPSILON: Self = $t::EPSILON;
            const POWER_BIAS: Self = $power_bias;
            const VIRTUAL_LANES: usize = $virtual_lanes;

            #[inline]
            fn from_f64(x: f64) -> Self {
                x as $t
            }
            #[inline]
            fn to_f64(self) -> f64 {
                f64::from(self)
            }
            #[inline]
            fn abs(self) -> Self {
                $t::abs(self)
            }
            #[inline]
            fn sqrt(self) -> Self {
                $t::sqrt(self)
            }
            #[inline]
            fn mul_add(self, a: Self, b: Self) -> Self {
                $t::mul_add(self, a, b)
            }
            #[inline]
            fn is_finite(self) -> bool {
                $t::is_finite(self)
            }
            #[inline]
            fn is_nan(self) -> bool {
                $t::is_nan(self)
            }
            #[inline]
            fn total_cmp(&self, other: &Self) -> std::cmp::Ordering {
                $t::total_cmp(self, other)
            }

            #[inline]
            fn run_at<K: Kernel<Self>>(level: Level, kernel: K) -> K::Output {
                match level {
                    // SAFETY: a `Level` beyond the portable one comes from `Level::available`, or is checked here: the
                    // detected level has all instructions of the lesser ones.
                    #[cfg(target_arch = "x86_64")]
                    Level::Avx512 if Level::detected() >= Level::Avx512 => unsafe { run_avx512(kernel) },
                    // SAFETY: as above.
                    #[cfg(target_arch = "x86_64")]
                    Level::Avx2 if Level::detected() >= Level::Avx2 => unsafe { run_avx2(kernel) },
                    #[cfg(target_arch = "aarch64")]
                    Level::Neon => kernel.run(super::Neon),
                    _ => kernel.run(Portable),
                }
            }
        }
    };
}

// 1.5 · 2^23 + 127 and 1.5 · 2^52 + 1023.
real!(f32, 64, 12_583_039.0);
real!(f64, 32, 6_755_399_441_056_767.0);
