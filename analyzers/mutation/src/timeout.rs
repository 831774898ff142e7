//! Time limits for mutants.

use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How the limits are determined.
#[derive(Debug, Clone)]
pub struct TimeoutOptions {
    /// Seconds for the tests of a mutant, instead of a limit derived from the unchanged code.
    pub test: Option<f64>,
    /// Seconds for the build of a mutant, instead of a limit derived from the unchanged code.
    pub build: Option<f64>,
    /// The limit is this multiple of the unchanged code's time.
    pub multiplier: f64,
    /// The shortest limit derived from the unchanged code, in seconds.
    pub minimum: f64,
    /// Seconds for each command on the unchanged code.
    pub baseline: Option<f64>,
}

impl Default for TimeoutOptions {
    /// The factor and the shortest limit are those of cargo-mutants.
    fn default() -> Self {
        TimeoutOptions { test: None, build: None, multiplier: 5.0, minimum: 20.0, baseline: None }
    }
}

/// A build starts several processes before the compiler runs, so its shortest limit is longer.
const LEAST_BUILD: f64 = 60.0;

/// The time limits for the commands of a mutant, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// For its build.
    pub build: u64,
    /// For its tests.
    pub test: u64,
}

impl Limits {
    /// For the build.
    pub fn build(self) -> Duration {
        Duration::from_millis(self.build)
    }

    /// For the tests.
    pub fn test(self) -> Duration {
        Duration::from_millis(self.test)
    }
}

impl TimeoutOptions {
    /// The limits derived from the times of the unchanged code, in milliseconds.
    pub fn limits(&self, build: u64, test: u64) -> Limits {
        let limit = |given: Option<f64>, took: u64, least: f64| {
            let seconds = given.unwrap_or_else(|| (self.multiplier * took as f64 / 1000.0).max(least));
            (seconds * 1000.0).ceil().max(1.0) as u64
        };
        Limits {
            build: limit(self.build, build, LEAST_BUILD.max(self.minimum)),
            test: limit(self.test, test, self.minimum),
        }
    }

    /// For each command on the unchanged code.
    pub fn of_baseline(&self) -> Option<Duration> {
        self.baseline.filter(|seconds| seconds.is_finite() && *seconds > 0.0).map(Duration::from_secs_f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_follow_from_the_unchanged_code_unless_given() {
        let options = TimeoutOptions::default();
        assert_eq!(options.limits(100, 100), Limits { build: 60_000, test: 20_000 });
        assert_eq!(options.limits(30_000, 10_000), Limits { build: 150_000, test: 50_000 });
        let given = TimeoutOptions { test: Some(1.5), ..TimeoutOptions::default() };
        assert_eq!(given.limits(30_000, 10_000), Limits { build: 150_000, test: 1_500 });
    }
}
