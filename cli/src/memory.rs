//! The allocator, and how to return its spare memory to the system.

/// Parsing allocates node by node, also in C. This allocator is faster at that, but keeps more memory.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// `mi_option_purge_delay` of mimalloc.h, which the bindings do not expose: milliseconds until freed pages are
/// returned.
const PURGE_DELAY: libmimalloc_sys::mi_option_t = 15;

/// For long-lived processes: freed pages are returned to the system at once. Reusing them costs a page fault, which
/// short commands should avoid.
#[allow(unsafe_code)]
pub fn keep_little() {
    // SAFETY: sets a number that mimalloc reads whenever it frees pages; any thread may do so at any time.
    unsafe { libmimalloc_sys::mi_option_set(PURGE_DELAY, 0) }
}

/// Returns free memory to the system, including that of ended threads.
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
