//! Stack sizes of threads. Analyses limit their recursion depth. A large stack is the second line of defence where a
//! limit is missing: a stack overflow ends the process and cannot be caught. Only pages that are used take memory.

/// Stack size of the thread that runs the command, in bytes.
const OF_COMMAND: usize = 256 << 20;
/// Largest stack size of a worker thread, in bytes. The smallest is [`LEAST_OF_WORKER`].
const OF_WORKER: usize = 64 << 20;
/// See [`OF_WORKER`].
const LEAST_OF_WORKER: usize = 8 << 20;
/// Stack size of all worker threads together, in bytes. Address space may be limited (`ulimit -v`).
const OF_ALL_WORKERS: usize = 512 << 20;

/// Stack size of each worker for this many workers, in bytes.
pub fn of_worker(threads: usize) -> usize {
    (OF_ALL_WORKERS / threads.max(1)).clamp(LEAST_OF_WORKER, OF_WORKER)
}

/// The default number of worker threads.
pub fn usual_threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Runs the command on a thread with a large stack, or on the current thread if none can be started.
pub fn with_a_large_one<T: Send>(command: impl FnOnce() -> T + Send) -> T {
    let command = std::sync::Mutex::new(Some(command));
    let run = || {
        let mut command = command.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let command = command.take();
        command.map(|command| command())
    };
    let done = std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().name("main".to_owned()).stack_size(OF_COMMAND);
        let thread = thread.spawn_scoped(scope, run).ok()?;
        // A panic continues as if it had happened on this thread.
        thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    });
    done.or_else(run).expect("the command was run on that thread or on this one")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Recurses too deep for a stack of the usual size (8 MiB).
    fn depth(left: u32) -> u64 {
        let held = std::hint::black_box([u64::from(left); 128]);
        if left == 0 { held[0] } else { depth(left - 1) + std::hint::black_box(held)[127] }
    }

    #[test]
    fn a_command_may_go_deep() {
        let levels = 20_000;
        assert_eq!(with_a_large_one(|| depth(levels)), u64::from(levels) * (u64::from(levels) + 1) / 2);
    }

    #[test]
    fn workers_share_the_address_space() {
        assert_eq!(of_worker(1), 64 << 20);
        assert_eq!(of_worker(16), 32 << 20);
        assert_eq!(of_worker(64), 8 << 20);
        assert_eq!(of_worker(1_000), 8 << 20);
    }
}
