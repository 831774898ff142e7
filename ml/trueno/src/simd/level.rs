//! The instruction sets of this machine.

use std::cell::Cell;
use std::fmt;
use std::sync::OnceLock;

/// An instruction set that kernels are compiled for, from the least to the most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// No instructions beyond those of the target: the oracle for the others.
    Portable,
    /// NEON, on every aarch64.
    Neon,
    /// AVX2, FMA and F16C: x86-64-v3.
    Avx2,
    /// AVX-512 F, VL, DQ and BW: x86-64-v4.
    Avx512,
}

thread_local! {
    static FORCED: Cell<Option<Level>> = const { Cell::new(None) };
}

impl Level {
    /// The best that this machine supports.
    pub fn detected() -> Self {
        static DETECTED: OnceLock<Level> = OnceLock::new();
        *DETECTED.get_or_init(|| *Self::available().last().expect("there is always the portable one"))
    }

    /// All that this machine supports, from the least to the most.
    pub fn available() -> Vec<Self> {
        let mut levels = vec![Self::Portable];
        #[cfg(target_arch = "x86_64")]
        {
            use std::arch::is_x86_feature_detected as has;
            if has!("avx2") && has!("fma") && has!("f16c") {
                levels.push(Self::Avx2);
                if has!("avx512f") && has!("avx512vl") && has!("avx512dq") && has!("avx512bw") {
                    levels.push(Self::Avx512);
                }
            }
        }
        #[cfg(target_arch = "aarch64")]
        levels.push(Self::Neon);
        levels
    }

    /// The level for operations called on this thread: the one set by [`with_level`], else the detected one.
    pub fn current() -> Self {
        FORCED.get().unwrap_or_else(Self::detected)
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Portable => "portable",
            Self::Neon => "NEON",
            Self::Avx2 => "AVX2",
            Self::Avx512 => "AVX-512",
        })
    }
}

/// Runs `work` with the instructions of `level`, for operations that this thread calls.
///
/// If the machine lacks a level, the detected one replaces it, so that no unknown instruction ever runs.
pub fn with_level<R>(level: Level, work: impl FnOnce() -> R) -> R {
    struct Restore(Option<Level>);
    impl Drop for Restore {
        fn drop(&mut self) {
            FORCED.set(self.0);
        }
    }
    let usable = if Level::available().contains(&level) { level } else { Level::detected() };
    let _restore = Restore(FORCED.replace(Some(usable)));
    work()
}
