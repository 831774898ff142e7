//! The memory that the parser library takes, counted by thread. Its work is bounded by its progress reports; what it keeps is not: of text
//! that it cannot read it follows several readings at once, with thousands of bytes for each byte.
#![allow(unsafe_code)]

use std::alloc::{Layout, handle_alloc_error};
use std::cell::Cell;
use std::ffi::c_void;
use std::sync::Once;
use tree_sitter::Parser;

/// Bytes before each block, which hold its size; as many as a block of C is aligned to.
const HEAD: usize = 16;

thread_local! {
    /// Bytes taken less bytes given back by this thread; what is taken by one and given back by another wraps around.
    static HELD: Cell<usize> = const { Cell::new(0) };
}

/// A parser whose memory is counted. All parsers of a process are made here: the library has one allocator, which must not change
/// while it holds memory.
pub fn parser() -> Parser {
    static COUNTED: Once = Once::new();
    COUNTED.call_once(|| {
        // SAFETY: the functions keep what C promises of theirs, and the library holds no memory before its first parser is made.
        unsafe { tree_sitter::set_allocator(Some(take), Some(take_zeroed), Some(resize), Some(give_back)) }
    });
    Parser::new()
}

/// What the counter of this thread stands at; it means something in comparison with another time only.
pub(super) fn counter() -> usize {
    HELD.try_with(Cell::get).unwrap_or_default()
}

/// Bytes that the library took on this thread since the counter stood at `before`, less what it gave back.
pub(super) fn held_since(before: usize) -> usize {
    let held = counter().wrapping_sub(before);
    // More was given back than taken: that wraps around.
    if held > usize::MAX / 2 { 0 } else { held }
}

fn count(taken: usize, given_back: usize) {
    // A thread that ends gives parsers back when its counter may be gone.
    let _ = HELD.try_with(|held| held.set(held.get().wrapping_add(taken).wrapping_sub(given_back)));
}

/// The layout of a block of `size` bytes with its head.
fn layout(size: usize) -> Layout {
    let whole = size.checked_add(HEAD).and_then(|whole| Layout::from_size_align(whole, HEAD).ok());
    whole.unwrap_or_else(|| handle_alloc_error(Layout::new::<u128>()))
}

/// Writes the size into the head of a new block; returns what is behind it.
///
/// # Safety
/// `block` is null or was allocated with `layout`, that of `size`.
unsafe fn behind_head(block: *mut u8, size: usize, layout: Layout) -> *mut c_void {
    if block.is_null() {
        handle_alloc_error(layout);
    }
    // SAFETY: the block has at least HEAD bytes, and is aligned to them.
    unsafe {
        block.cast::<usize>().write(size);
        block.add(HEAD).cast()
    }
}

/// malloc
unsafe extern "C" fn take(size: usize) -> *mut c_void {
    let layout = layout(size);
    count(size, 0);
    // SAFETY: the layout has at least HEAD bytes, and is that of the block.
    unsafe { behind_head(std::alloc::alloc(layout), size, layout) }
}

/// calloc
unsafe extern "C" fn take_zeroed(number: usize, size: usize) -> *mut c_void {
    let size = number.saturating_mul(size);
    let layout = layout(size);
    count(size, 0);
    // SAFETY: as in `take`.
    unsafe { behind_head(std::alloc::alloc_zeroed(layout), size, layout) }
}

/// realloc
unsafe extern "C" fn resize(behind: *mut c_void, size: usize) -> *mut c_void {
    if behind.is_null() {
        // SAFETY: it takes any size.
        return unsafe { take(size) };
    }
    let new = layout(size);
    // SAFETY: the library gives what it got from these functions: behind a head, which holds the size that the block has.
    unsafe {
        let block = behind.cast::<u8>().sub(HEAD);
        let before = block.cast::<usize>().read();
        count(size, before);
        behind_head(std::alloc::realloc(block, layout(before), new.size()), size, new)
    }
}

/// free
unsafe extern "C" fn give_back(behind: *mut c_void) {
    if behind.is_null() {
        return;
    }
    // SAFETY: as in `resize`.
    unsafe {
        let block = behind.cast::<u8>().sub(HEAD);
        let size = block.cast::<usize>().read();
        count(0, size);
        std::alloc::dealloc(block, layout(size));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_and_given_back_is_counted_and_kept_when_resized() {
        let before = counter();
        // SAFETY: as the library calls them; all that is read was written or zeroed.
        unsafe {
            let block = take_zeroed(10, 100);
            assert_eq!((held_since(before), block.addr() % HEAD), (1_000, 0));
            assert!(std::slice::from_raw_parts(block.cast::<u8>(), 1_000).iter().all(|byte| *byte == 0));
            block.cast::<u8>().add(999).write(7);
            let block = resize(block, 5_000);
            assert_eq!((held_since(before), block.cast::<u8>().add(999).read()), (5_000, 7));
            let other = resize(std::ptr::null_mut(), 0);
            give_back(block);
            give_back(other);
            give_back(std::ptr::null_mut());
        }
        assert_eq!(held_since(before), 0);
    }

    #[test]
    fn a_parser_is_counted_and_leaves_nothing() {
        let before = counter();
        let made = parser();
        assert!(held_since(before) > 0);
        drop(made);
        assert_eq!(held_since(before), 0);
    }
}
