//! Owned memory that begins on a cache line.
#![allow(unsafe_code, reason = "allocation with an alignment of its own")]

use std::alloc::{Layout, alloc_zeroed, dealloc, handle_alloc_error};
use std::ops::{Deref, DerefMut};
use std::ptr::NonNull;

/// Alignment of every buffer in bytes: a cache line, and the widest vector register.
pub const ALIGNMENT: usize = 64;

/// A type whose values may be all zero bits, need no drop, and hold no padding.
///
/// # Safety
/// Zero bytes must be a valid value, and the type must be `Copy` without interior references.
pub unsafe trait Plain: Copy + Send + Sync + 'static {}

macro_rules! plain {
    ($($t:ty),*) => {$(
        // SAFETY: a number whose every bit pattern is a value.
        unsafe impl Plain for $t {}
    )*};
}
plain!(f32, f64, i8, u8, i16, u16, i32, u32, i64, u64, usize);
// SAFETY: transparent over u16.
unsafe impl Plain for crate::half::F16 {}
// SAFETY: transparent over u16.
unsafe impl Plain for crate::half::Bf16 {}

/// A fixed number of values in memory aligned to [`ALIGNMENT`].
pub struct Buffer<T: Plain> {
    start: NonNull<T>,
    length: usize,
}

// SAFETY: the buffer owns its memory alone, and `T: Plain` is Send.
unsafe impl<T: Plain> Send for Buffer<T> {}
// SAFETY: shared access gives `&[T]` only, and `T: Plain` is Sync.
unsafe impl<T: Plain> Sync for Buffer<T> {}

impl<T: Plain> Buffer<T> {
    /// `length` zeros. `None` if that many bytes cannot be addressed.
    pub fn try_zeroed(length: usize) -> Option<Self> {
        let layout = Self::layout(length)?;
        if layout.size() == 0 {
            return Some(Self { start: NonNull::dangling(), length });
        }
        // SAFETY: the layout's size is not zero.
        let start = unsafe { alloc_zeroed(layout) };
        let Some(start) = NonNull::new(start.cast::<T>()) else { handle_alloc_error(layout) };
        Some(Self { start, length })
    }

    fn layout(length: usize) -> Option<Layout> {
        let bytes = length.checked_mul(size_of::<T>())?;
        Layout::from_size_align(bytes, ALIGNMENT.max(align_of::<T>())).ok()
    }
}

impl<T: Plain> Drop for Buffer<T> {
    fn drop(&mut self) {
        let layout = Self::layout(self.length).expect("the same layout was valid when allocating");
        if layout.size() != 0 {
            // SAFETY: allocated in `try_zeroed` with the same layout, and not yet freed.
            unsafe { dealloc(self.start.as_ptr().cast(), layout) };
        }
    }
}

impl<T: Plain> Deref for Buffer<T> {
    type Target = [T];
    fn deref(&self) -> &[T] {
        // SAFETY: `start` holds `length` initialised values (zeros are values of a Plain type); dangling only with length 0
        // or a type of no size.
        unsafe { std::slice::from_raw_parts(self.start.as_ptr(), self.length) }
    }
}

impl<T: Plain> DerefMut for Buffer<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        // SAFETY: as in `deref`; `&mut self` makes the access exclusive.
        unsafe { std::slice::from_raw_parts_mut(self.start.as_ptr(), self.length) }
    }
}

impl<T: Plain> Clone for Buffer<T> {
    fn clone(&self) -> Self {
        let mut copy = Self::try_zeroed(self.length).expect("a buffer of this length exists");
        copy.copy_from_slice(self);
        copy
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buffers_are_aligned_zeroed_and_copied() {
        for length in [0, 1, 7, 64, 1000] {
            let mut buffer = Buffer::<f32>::try_zeroed(length).expect("small");
            assert!(buffer.iter().all(|x| *x == 0.0));
            if length > 0 {
                assert_eq!(buffer.as_ptr() as usize % ALIGNMENT, 0);
                buffer[length - 1] = 3.0;
                assert_eq!(buffer.clone()[length - 1], 3.0);
            }
        }
    }

    #[test]
    fn sizes_beyond_the_address_space_are_refused() {
        assert!(Buffer::<f64>::try_zeroed(usize::MAX).is_none());
        assert!(Buffer::<f64>::try_zeroed(usize::MAX / 8).is_none());
    }
}
