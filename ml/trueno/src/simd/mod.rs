//! One small abstraction over vector registers, and the choice of instruction set at run time.
//!
//! A [`Kernel`] is written once against [`Lanes`]; [`dispatch`] compiles it for every instruction set and runs the one that
//! [`Level::current`] names. All operations are exactly rounded (IEEE 754), so a kernel whose result does not depend on the number
//! of lanes gives the same bits everywhere.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod level;
#[cfg(target_arch = "aarch64")]
mod neon;
mod portable;
mod real;
#[cfg(test)]
mod tests;
#[cfg(target_arch = "x86_64")]
mod x86;

#[cfg(target_arch = "x86_64")]
pub use avx2::Avx2;
#[cfg(target_arch = "x86_64")]
pub use avx512::Avx512;
pub use level::{Level, with_level};
#[cfg(target_arch = "aarch64")]
pub use neon::Neon;
pub use portable::Portable;
pub use real::{Real, dispatch, dispatch_at};

/// Operations on a register of `N` numbers of type `T`.
///
/// Values of the implementing types exist only if the machine has their instructions (see [`dispatch`]), so calling the
/// methods is safe.
pub trait Lanes<T>: Copy + Send + Sync + 'static {
    /// A register.
    type V: Copy;
    /// The result of a comparison, by lane.
    type M: Copy;
    /// Number of lanes.
    const N: usize;
    /// Registers in a column of a matrix product's tile.
    const TILE_VECTORS: usize;
    /// Columns of a matrix product's tile.
    const TILE_COLUMNS: usize;

    /// Runs a kernel in a function of its own that is compiled for these instructions.
    fn call<K: Kernel<T>>(self, kernel: K) -> K::Output;

    /// Prefetches the cache line at an address; any address is allowed.
    #[inline(always)]
    fn prefetch(self, _at: *const T) {}

    /// `x` in every lane.
    fn splat(self, x: T) -> Self::V;

    /// `N` numbers from memory.
    ///
    /// # Safety
    /// `from` points to `N` readable numbers.
    #[allow(unsafe_code, reason = "the kernels' access to memory; `load` is the checked one")]
    unsafe fn load_from(self, from: *const T) -> Self::V;
    /// `N` numbers to memory.
    ///
    /// # Safety
    /// `to` points to `N` writable numbers.
    #[allow(unsafe_code, reason = "the kernels' access to memory; `store` is the checked one")]
    unsafe fn store_to(self, to: *mut T, v: Self::V);
    /// Writes `N` numbers to memory, past the caches if the machine can.
    ///
    /// # Safety
    /// `to` points to `N` writable numbers and is aligned as a register is. [`Lanes::fence`] must be called before
    /// other threads read them, and before this thread returns to code that does not know about it.
    #[inline(always)]
    #[allow(unsafe_code, reason = "the kernels' access to memory; `stream` is the checked one")]
    unsafe fn stream_to(self, to: *mut T, v: Self::V) {
        // SAFETY: as the caller guarantees.
        unsafe { self.store_to(to, v) }
    }
    /// The first `count` (at most `N`) lanes from memory, the others zero.
    ///
    /// # Safety
    /// `from` points to `count` readable numbers.
    #[allow(unsafe_code, reason = "the kernels' access to memory; `load_part` is the checked one")]
    unsafe fn load_part_from(self, from: *const T, count: usize) -> Self::V;
    /// The first `count` (at most `N`) lanes to memory.
    ///
    /// # Safety
    /// `to` points to `count` writable numbers.
    #[allow(unsafe_code, reason = "the kernels' access to memory; `store_part` is the checked one")]
    unsafe fn store_part_to(self, to: *mut T, count: usize, v: Self::V);

    /// The first `N` numbers of a slice that has at least that many.
    #[inline(always)]
    #[allow(unsafe_code, reason = "checked access")]
    fn load(self, from: &[T]) -> Self::V {
        let from = &from[..Self::N];
        // SAFETY: `N` numbers, by the line above.
        unsafe { self.load_from(from.as_ptr()) }
    }

    /// To the first `N` numbers of a slice that has at least that many.
    #[inline(always)]
    #[allow(unsafe_code, reason = "checked access")]
    fn store(self, to: &mut [T], v: Self::V) {
        let to = &mut to[..Self::N];
        // SAFETY: `N` numbers, by the line above.
        unsafe { self.store_to(to.as_mut_ptr(), v) }
    }

    /// As many lanes as the slice has numbers, at most `N`; the others zero.
    #[inline(always)]
    #[allow(unsafe_code, reason = "checked access")]
    fn load_part(self, from: &[T]) -> Self::V {
        // SAFETY: no more numbers than the slice has.
        unsafe { self.load_part_from(from.as_ptr(), from.len().min(Self::N)) }
    }

    /// As [`Lanes::store`], but past the caches if the machine can and the slice is aligned to a whole register. Other
    /// threads may read the memory only after [`Lanes::fence`].
    #[inline(always)]
    #[allow(unsafe_code, reason = "checked access")]
    fn stream(self, to: &mut [T], v: Self::V) {
        let to = &mut to[..Self::N];
        if to.as_ptr().addr().is_multiple_of(size_of::<Self::V>()) {
            // SAFETY: `N` numbers and their alignment, by the lines above.
            unsafe { self.stream_to(to.as_mut_ptr(), v) }
        } else {
            self.store(to, v);
        }
    }

    /// Completes the writes of [`Lanes::stream`].
    #[inline(always)]
    fn fence(self) {}

    /// As many lanes as the slice has numbers, at most `N`.
    #[inline(always)]
    #[allow(unsafe_code, reason = "checked access")]
    fn store_part(self, to: &mut [T], v: Self::V) {
        // SAFETY: no more numbers than the slice has.
        unsafe { self.store_part_to(to.as_mut_ptr(), to.len().min(Self::N), v) }
    }

    /// a + b
    fn add(self, a: Self::V, b: Self::V) -> Self::V;
    /// a - b
    fn sub(self, a: Self::V, b: Self::V) -> Self::V;
    /// a · b
    fn mul(self, a: Self::V, b: Self::V) -> Self::V;
    /// a / b
    fn div(self, a: Self::V, b: Self::V) -> Self::V;
    /// a · b + c, rounded once
    fn mul_add(self, a: Self::V, b: Self::V, c: Self::V) -> Self::V;
    /// a < b ? a : b; so `b` if either is NaN.
    fn min(self, a: Self::V, b: Self::V) -> Self::V;
    /// a > b ? a : b; so `b` if either is NaN.
    fn max(self, a: Self::V, b: Self::V) -> Self::V;
    /// √a
    fn sqrt(self, a: Self::V) -> Self::V;
    /// |a|
    fn abs(self, a: Self::V) -> Self::V;
    /// -a
    fn neg(self, a: Self::V) -> Self::V;
    /// The nearest integer, ties to even.
    fn round(self, a: Self::V) -> Self::V;
    /// a < b; false if either is NaN.
    fn lt(self, a: Self::V, b: Self::V) -> Self::M;
    /// Where a is NaN.
    fn is_nan(self, a: Self::V) -> Self::M;
    /// `a` where the mask is set, else `b`.
    fn select(self, mask: Self::M, a: Self::V, b: Self::V) -> Self::V;
    /// Whether the mask is set in any lane.
    fn any(self, mask: Self::M) -> bool;
    /// x · 2^n for integral n, |n| at most 2200 (f64) or 300 (f32); rounded once.
    fn scale(self, x: Self::V, n: Self::V) -> Self::V;
    /// 2^n, where x is the sum of an integral n and [`Real::POWER_BIAS`] and 2^n is normal.
    fn power(self, x: Self::V) -> Self::V;
    /// |a| with the sign of `b`.
    fn with_sign(self, a: Self::V, b: Self::V) -> Self::V;
    /// Whether all lanes are positive, normal and finite.
    fn all_normal(self, a: Self::V) -> bool;
    /// For positive normal x: (m, e) with x = m · 2^e and m in [√½, √2).
    fn split(self, x: Self::V) -> (Self::V, Self::V);
}

/// A computation written once for every instruction set.
pub trait Kernel<T> {
    /// What it computes.
    type Output;
    /// Runs with the registers of one instruction set. Implementations are `#[inline(always)]`, so that the code is compiled
    /// inside a function that has the instructions.
    fn run<S: Lanes<T>>(self, simd: S) -> Self::Output;
}
