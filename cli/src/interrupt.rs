//! Ctrl-C. While facts are measured and stored the run ends at the next file, and the cache keeps what was done; at any
//! other time the program ends at once. Both ways with exit code 130, as shells have it for a program ended by SIGINT.

use std::sync::atomic::{AtomicBool, Ordering};

/// Exit code of an interrupted run: 128 + SIGINT.
pub const EXIT_CODE: u8 = 130;

static REQUESTED: AtomicBool = AtomicBool::new(false);
static FINISHING: AtomicBool = AtomicBool::new(false);

/// Takes over Ctrl-C. Without it (a system that refuses handlers) Ctrl-C ends the program the system's way.
pub fn install() {
    let _ = ctrlc::set_handler(|| {
        let again = REQUESTED.swap(true, Ordering::SeqCst);
        if again || !FINISHING.load(Ordering::SeqCst) {
            std::process::exit(i32::from(EXIT_CODE));
        }
    });
}

/// True once Ctrl-C was pressed.
pub fn requested() -> bool {
    REQUESTED.load(Ordering::SeqCst)
}

/// Runs work that asks [`requested`] now and then and ends by itself; a second Ctrl-C does not wait for it.
pub fn finishing<T>(work: impl FnOnce() -> T) -> T {
    FINISHING.store(true, Ordering::SeqCst);
    let result = work();
    FINISHING.store(false, Ordering::SeqCst);
    result
}
