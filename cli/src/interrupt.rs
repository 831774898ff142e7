//! Ctrl-C. During measuring and storing, the run ends at the next file and the cache keeps the finished part. At any
//! other time the program ends at once. The exit code is 130 in both cases, the shells' code for a program ended by
//! SIGINT.
//!
//! The program does not wait for work that takes too long to end, since hostile input may be slow on purpose. The cache
//! stores entries completely or not at all. SIGTERM is left to the system, which ends the program at once (143 in
//! shells).

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Exit code of an interrupted run: 128 + SIGINT.
pub const EXIT_CODE: u8 = 130;
/// Time that work gets to end by itself.
const LONGEST_END: Duration = Duration::from_millis(1_500);

static REQUESTED: AtomicBool = AtomicBool::new(false);
static FINISHING: AtomicBool = AtomicBool::new(false);
static IN_CHARGE: AtomicBool = AtomicBool::new(false);

/// Installs the Ctrl-C handler. If the system refuses it, Ctrl-C ends the program in the system's way.
pub fn install() {
    let _ = ctrlc::set_handler(|| {
        let again = REQUESTED.swap(true, Ordering::SeqCst);
        if again || !FINISHING.load(Ordering::SeqCst) {
            end();
        }
        if !IN_CHARGE.load(Ordering::SeqCst) {
            // Sleep on another thread, so that the next Ctrl-C is still handled.
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

/// Runs work that polls [`requested`] and ends by itself. After the first Ctrl-C it has a short time to end; a second
/// one ends the program at once.
pub fn finishing<T>(work: impl FnOnce() -> T) -> T {
    is_finishing(true);
    let result = work();
    is_finishing(false);
    result
}

/// Marks the start or end of work that polls [`requested`] and ends by itself.
pub fn is_finishing(begins: bool) {
    FINISHING.store(begins, Ordering::SeqCst);
}

/// Runs work that handles the signal or polls for it, and that sets its own time limit to end. A second Ctrl-C ends the
/// program at once.
pub fn left_to<T>(work: impl FnOnce() -> T) -> T {
    IN_CHARGE.store(true, Ordering::SeqCst);
    let result = finishing(work);
    IN_CHARGE.store(false, Ordering::SeqCst);
    result
}
