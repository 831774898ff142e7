//! Copies of operands in the order in which the kernel reads them, and the memory for them.
#![allow(unsafe_code, reason = "reads operands through pointers and steps")]

use super::Operand;
use crate::buffer::Buffer;
use crate::simd::{Lanes, Real};
use std::cell::Cell;

thread_local! {
    static SCRATCH: Cell<Option<Buffer<u64>>> = const { Cell::new(None) };
}

/// Memory aligned to a cache line; the thread keeps it for the next product.
///
/// It is lent by value. A closure would be compiled without the instruction set of the kernel around it, and would make
/// one function call per register.
pub(super) struct Scratch(Buffer<u64>);

impl Scratch {
    /// Room for at least `count` numbers.
    pub fn take<T: Real>(count: usize) -> Self {
        let words = (count * size_of::<T>()).div_ceil(8);
        Self(match SCRATCH.take() {
            Some(kept) if kept.len() >= words => kept,
            _ => Buffer::try_zeroed(words).expect("packed parts are a small multiple of the caches"),
        })
    }

    /// All of it.
    pub fn numbers<T: Real>(&mut self) -> &mut [T] {
        let count = size_of_val(&*self.0) / size_of::<T>();
        // SAFETY: the buffer holds `count` numbers of T (f32 or f64), for which every bit pattern is valid; it is
        // aligned to 64 bytes and lent exclusively.
        unsafe { std::slice::from_raw_parts_mut(self.0.as_mut_ptr().cast::<T>(), count) }
    }

    /// Keeps it for the next product.
    pub fn give_back(self) {
        SCRATCH.set(Some(self.0));
    }
}

/// Copies `rows` × `depth` of a into panels of `height` rows: panel after panel, k after k, rows adjacent, missing rows zero.
///
/// # Safety
/// `a` points to `rows` × `depth` numbers; `to` has `rows` rounded up to `height`, times `depth`.
#[inline(always)]
pub(super) unsafe fn pack_rows<T: Real, S: Lanes<T>>(
    s: S,
    a: Operand<T>,
    rows: usize,
    depth: usize,
    height: usize,
    to: &mut [T],
) {
    for (panel, target) in to.chunks_exact_mut(height * depth).enumerate().take(rows.div_ceil(height)) {
        let first = panel * height;
        let present = height.min(rows - first);
        let from = a.at(first, 0);
        if a.row_step == 1 {
            for (k, column) in target.chunks_exact_mut(height).enumerate() {
                // SAFETY: `present` rows follow the panel's first one, for each k of `depth`.
                let source = unsafe {
                    std::slice::from_raw_parts(from.wrapping_offset(k as isize * a.column_step), present)
                };
                copy_column(s, source, column);
            }
        } else {
            for (k, column) in target.chunks_exact_mut(height).enumerate() {
                for (i, to) in column.iter_mut().enumerate() {
                    let at = from.wrapping_offset(i as isize * a.row_step + k as isize * a.column_step);
                    // SAFETY: row and k are within the operand.
                    *to = if i < present { unsafe { *at } } else { T::ZERO };
                }
            }
        }
    }
}

/// Copies adjacent rows into a column of whole registers; missing rows are zero.
#[inline(always)]
fn copy_column<T: Real, S: Lanes<T>>(s: S, source: &[T], column: &mut [T]) {
    if source.len() == column.len() {
        for (to, from) in column.chunks_exact_mut(S::N).zip(source.chunks_exact(S::N)) {
            s.store(to, s.load(from));
        }
        return;
    }
    for (to, from) in column.chunks_exact_mut(S::N).zip(source.chunks(S::N)) {
        s.store(to, s.load_part(from));
    }
    column[source.len()..].fill(T::ZERO);
}

/// Copies `depth` × `columns` of b into panels of `width` columns: panel after panel, k after k, columns adjacent.
///
/// # Safety
/// `b` points to `depth` × `columns` numbers; `to` has `columns` rounded up to `width`, times `depth`.
pub(super) unsafe fn pack_columns<T: Real>(
    b: Operand<T>,
    depth: usize,
    columns: usize,
    width: usize,
    to: &mut [T],
) {
    for (panel, target) in to.chunks_exact_mut(width * depth).enumerate().take(columns.div_ceil(width)) {
        let first = panel * width;
        let present = width.min(columns - first);
        for (k, row) in target.chunks_exact_mut(width).enumerate() {
            let from = b.at(k, first);
            for (j, to) in row.iter_mut().enumerate().take(present) {
                // SAFETY: column and k are within the operand.
                *to = unsafe { *from.wrapping_offset(j as isize * b.column_step) };
            }
        }
    }
}
