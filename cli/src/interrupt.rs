//! Ctrl-C. While facts are measured and stored the run ends at the next file, and the cache keeps what was done; at any
//! other time the program ends at once. Both ways with exit code 130, as shells have it for a program ended by SIGINT.
//!
//! What does not come to an end within a moment is not waited for: an input may be made to take long. The cache stores
//! things completely or not at all. SIGTERM is left to the system, which ends the program at once (shells say 143).

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Exit code of an interrupted run: 128 + SIGINT.
pub const EXIT_CODE: u8 = 130;
/// Work that ends by itself gets so much time for it.
const LONGEST_END: Duration = Duration::from_millis(1_500);

static REQUESTED: AtomicBool = AtomicBool::new(false);
static FINISHING: AtomicBool = AtomicBool::new(false);
static IN_CHARGE: AtomicBool = AtomicBool::new(false);

/// Takes over Ctrl-C. Without it (a system that refuses handlers) Ctrl-C ends the program the system's way.
pub fn install() {
    let _ = ctrlc::set_handler(|| {
        let again = REQUESTED.swap(true, Ordering::SeqCst);
        if again || !FINISHING.load(Ordering::SeqCst) {
            end();
        }
        if !IN_CHARGE.load(Ordering::SeqCst) {
            // Not here: the next Ctrl-C must be heard meanwhile.
            let later = std::thread::Builder::new().spawn(|| {
                std::thread::sleep(LONGEST_END);
                end();
            });
            if later.is_err() {
                end();
            }
        }
    });
}

#[expect(clippy::disallowed_methods, reason = "exit: the second Ctrl-C ends the program at once")]
fn end() {
    std::process::exit(i32::from(EXIT_CODE));
}

/// True once Ctrl-C was pressed.
pub fn requested() -> bool {
    REQUESTED.load(Ordering::SeqCst)
}

/// Runs work that asks [`requested`] now and then and ends by itself; a second Ctrl-C does not wait for it, nor does the first
/// one for long.
pub fn finishing<T>(work: impl FnOnce() -> T) -> T {
    is_finishing(true);
    let result = work();
    is_finishing(false);
    result
}

/// Says that work has begun, or ended, that asks [`requested`] now and then and ends by itself.
pub fn is_finishing(begins: bool) {
    FINISHING.store(begins, Ordering::SeqCst);
}

/// Runs work that hears the signal or asks for it, and keeps its own time when it ends; a second Ctrl-C does not wait for it.
pub fn left_to<T>(work: impl FnOnce() -> T) -> T {
    IN_CHARGE.store(true, Ordering::SeqCst);
    let result = finishing(work);
    IN_CHARGE.store(false, Ordering::SeqCst);
    result
}
