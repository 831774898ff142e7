//! The allocator, and how the memory that it keeps for later goes back to the system.

/// Parsing allocates a node at a time, in C too: this allocator is quicker at it and keeps more memory.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// `mi_option_purge_delay` of mimalloc.h, which the bindings do not name: milliseconds until freed pages go back.
const PURGE_DELAY: libmimalloc_sys::mi_option_t = 15;

/// For a process that lives long: freed pages go back to the system at once. Asked for again they cost a page fault, which a
/// command that ends soon had better save.
#[allow(unsafe_code)]
pub fn keep_little() {
    // SAFETY: sets a number that mimalloc reads whenever it frees pages; any thread may do so at any time.
    unsafe { libmimalloc_sys::mi_option_set(PURGE_DELAY, 0) }
}

/// Gives back what ended threads have left, and what is free otherwise.
#[allow(unsafe_code)]
pub fn give_back() {
    // SAFETY: takes no pointers, and any thread may call it at any time.
    unsafe { libmimalloc_sys::mi_collect(true) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[allow(unsafe_code)]
    fn the_option_is_the_one_that_is_meant() {
        // SAFETY: reads and sets a number.
        let before = unsafe { libmimalloc_sys::mi_option_get(PURGE_DELAY) };
        keep_little();
        // SAFETY: reads a number.
        let after = unsafe { libmimalloc_sys::mi_option_get(PURGE_DELAY) };
        assert!(before > 0, "mimalloc's own delay is {before} ms");
        assert_eq!(after, 0);
        give_back();
    }
}
