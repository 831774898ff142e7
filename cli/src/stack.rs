//! How much stack threads have. Analyses bound how deep they go; where one forgets to, a large stack is the second line of
//! defence: running over it ends the process, and nothing can catch that. Only what is touched costs memory.

/// Bytes of the thread that runs the command.
const OF_COMMAND: usize = 256 << 20;
/// Bytes of each of the threads that share work, and at least.
const OF_WORKER: usize = 64 << 20;
/// See [`OF_WORKER`].
const LEAST_OF_WORKER: usize = 8 << 20;
/// Bytes of all those threads together: address space may be limited (`ulimit -v`).
const OF_ALL_WORKERS: usize = 512 << 20;

/// Bytes of each of this many threads that share work.
pub fn of_worker(threads: usize) -> usize {
    (OF_ALL_WORKERS / threads.max(1)).clamp(LEAST_OF_WORKER, OF_WORKER)
}

/// Threads that share work, unless the user says otherwise.
pub fn usual_threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Runs the command on a thread with a large stack; if there is none to be had, on this one.
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
        // A panic goes on as if it had happened here.
        thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    });
    done.or_else(run).expect("the command was run on that thread or on this one")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Goes so deep that a stack of usual size (8 MiB) does not do.
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
