//! Memory used by the parser library, counted per thread. Progress reports bound its work but not its memory: for text
//! that does not parse it follows several readings at once, with thousands of bytes for each byte of text.
#![allow(unsafe_code)]

use crate::hash::HashSet;
use crate::language::Language;
use std::alloc::{Layout, handle_alloc_error};
use std::cell::{Cell, RefCell};
use std::ffi::c_void;
use std::sync::Once;
use tree_sitter::Parser;

/// Size in bytes of a node of the library's stack (`StackNode` in its stack.c: up to eight links of 24 bytes, and its
/// own fields).
const STACK_NODE: usize = 232;
/// The most stack nodes that a parse may have in some languages. At the end of text that did not parse, the library
/// writes out each path through its stack, and each may be as long as the stack is high: four bytes times the square of
/// this number. For ordinary code, even large files, a stack has some dozens of nodes, plus one for each level of
/// nesting.
const MOST_STACK_NODES: usize = 8_192;
/// Memory that one parse may hold: a fixed amount plus some for each byte. Ordinary code takes some tens of bytes for
/// each byte.
const FREE_MEMORY: usize = 64 << 20;
const MEMORY_PER_BYTE: usize = 256;

thread_local! {
    /// Addresses of the stack nodes. Other blocks have the same size, and trees consist of millions of them.
    static NODES: RefCell<HashSet<usize>> = RefCell::default();
    /// Bytes allocated minus bytes freed by this thread; wraps around if one thread frees what another allocated.
    static HELD: Cell<usize> = const { Cell::new(0) };
}

/// A parser whose memory is counted. All parsers of the process are made here: the library has one allocator, which
/// must not change while the library holds memory.
#[expect(clippy::disallowed_methods, reason = "parsers: the one place where they are made")]
pub fn parser() -> Parser {
    static COUNTED: Once = Once::new();
    COUNTED.call_once(|| {
        // SAFETY: the functions are C's own plus a counter; the library holds no memory before its first parser is
        // made.
        unsafe { tree_sitter::set_allocator(Some(take), Some(take_zeroed), Some(resize), Some(give_back)) }
    });
    Parser::new()
}

/// This thread's counter; only differences between two readings mean anything.
fn counter() -> usize {
    HELD.try_with(Cell::get).unwrap_or_default()
}

/// Bytes that the library allocated on this thread since the counter was at `before`, minus what it freed.
fn held_since(before: usize) -> usize {
    let held = counter().wrapping_sub(before);
    // More was freed than allocated, so the difference wrapped around.
    if held > usize::MAX / 2 { 0 } else { held }
}

/// Tells when the library holds more memory than it may for one text.
pub struct Meter {
    held: usize,
    nodes: usize,
    most: usize,
    most_nodes: usize,
}

impl Meter {
    /// Starts a meter on this thread, with a limit for a text of this many bytes.
    pub fn for_text(language: Language, bytes: usize) -> Self {
        let most = FREE_MEMORY.saturating_add(MEMORY_PER_BYTE.saturating_mul(bytes));
        // `a<b` begins a type or compares, `(a)b` converts or calls: each level of nesting adds more ways to read it.
        let most_nodes = match language {
            Language::C | Language::Cpp | Language::CSharp | Language::Java | Language::ObjectiveC => {
                MOST_STACK_NODES
            }
            _ => usize::MAX,
        };
        Meter { held: counter(), nodes: stack_nodes(), most, most_nodes }
    }

    /// True if a limit is exceeded.
    pub fn is_over(&self) -> bool {
        held_since(self.held) > self.most || stack_nodes().saturating_sub(self.nodes) > self.most_nodes
    }
}

/// Number of stack nodes on this thread.
fn stack_nodes() -> usize {
    NODES.try_with(|nodes| nodes.borrow().len()).unwrap_or_default()
}

fn count(taken: usize, given_back: usize) {
    // A thread may free parsers while it ends, when its counter may already be gone.
    let _ = HELD.try_with(|held| held.set(held.get().wrapping_add(taken).wrapping_sub(given_back)));
}

/// Remembers a node of a stack.
fn keep_node(block: *mut c_void) {
    let _ = NODES.try_with(|nodes| nodes.borrow_mut().insert(block.addr()));
}

/// Forgets a block of this size if it is a stack node.
fn forget_node(block: *mut c_void, size: usize) {
    if (STACK_NODE..2 * STACK_NODE).contains(&size) {
        let _ = NODES.try_with(|nodes| nodes.borrow_mut().remove(&block.addr()));
    }
}

/// C's own functions. The allocator knows the size of its blocks, so we store no sizes next to them: trees consist of
/// millions of blocks.
mod c {
    use std::ffi::c_void;

    unsafe extern "C" {
        pub fn malloc(size: usize) -> *mut c_void;
        pub fn calloc(number: usize, size: usize) -> *mut c_void;
        pub fn realloc(block: *mut c_void, size: usize) -> *mut c_void;
        pub fn free(block: *mut c_void);
        #[cfg_attr(target_vendor = "apple", link_name = "malloc_size")]
        #[cfg_attr(windows, link_name = "_msize")]
        fn malloc_usable_size(block: *mut c_void) -> usize;
    }

    /// The size of a block in bytes.
    ///
    /// # Safety
    /// The block must be null or come from one of these functions.
    pub unsafe fn size(block: *mut c_void) -> usize {
        if block.is_null() {
            return 0;
        }
        // SAFETY: the caller guarantees it.
        unsafe { malloc_usable_size(block) }
    }
}

/// malloc
unsafe extern "C" fn take(size: usize) -> *mut c_void {
    // SAFETY: the block is what it just made, or null.
    unsafe {
        let block = c::malloc(size);
        count(c::size(block), 0);
        if size == STACK_NODE {
            keep_node(block);
        }
        there(block, size)
    }
}

/// calloc
unsafe extern "C" fn take_zeroed(number: usize, size: usize) -> *mut c_void {
    // SAFETY: as in `take`.
    unsafe {
        let block = c::calloc(number, size);
        count(c::size(block), 0);
        there(block, number.saturating_mul(size))
    }
}

/// realloc
unsafe extern "C" fn resize(block: *mut c_void, size: usize) -> *mut c_void {
    // SAFETY: the library passes blocks from these functions, or null; the size is read before the block may be gone.
    unsafe {
        let before = c::size(block);
        forget_node(block, before);
        let block = c::realloc(block, size);
        count(c::size(block), before);
        there(block, size)
    }
}

/// free
unsafe extern "C" fn give_back(block: *mut c_void) {
    // SAFETY: as in `resize`.
    unsafe {
        let size = c::size(block);
        count(0, size);
        forget_node(block, size);
        c::free(block);
    }
}

/// The block; aborts the process if allocation failed, like any other out-of-memory error.
fn there(block: *mut c_void, size: usize) -> *mut c_void {
    if block.is_null() && size > 0 {
        let layout = Layout::from_size_align(size, 1).unwrap_or(Layout::new::<u128>());
        handle_alloc_error(layout);
    }
    block
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_and_given_back_is_counted_and_kept_when_resized() {
        let before = counter();
        // SAFETY: called as the library calls them; all memory that is read was written or zeroed.
        unsafe {
            let block = take_zeroed(10, 100);
            // The allocator may give a little more than requested.
            assert!((1_000..1_200).contains(&held_since(before)), "{}", held_since(before));
            assert!(std::slice::from_raw_parts(block.cast::<u8>(), 1_000).iter().all(|byte| *byte == 0));
            block.cast::<u8>().add(999).write(7);
            let block = resize(block, 5_000);
            assert!((5_000..6_000).contains(&held_since(before)), "{}", held_since(before));
            assert_eq!(block.cast::<u8>().add(999).read(), 7);
            let other = resize(std::ptr::null_mut(), 0);
            give_back(block);
            give_back(other);
            give_back(std::ptr::null_mut());
        }
        assert_eq!(held_since(before), 0);
    }

    #[test]
    fn nodes_of_a_stack_are_told_from_other_blocks_of_their_size() {
        let before = stack_nodes();
        // SAFETY: called as the library calls them.
        unsafe {
            let node = take(STACK_NODE);
            let children = resize(std::ptr::null_mut(), STACK_NODE);
            assert_eq!(stack_nodes() - before, 1);
            give_back(children);
            assert_eq!(stack_nodes() - before, 1);
            give_back(node);
        }
        assert_eq!(stack_nodes(), before);
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
