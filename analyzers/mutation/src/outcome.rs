//! The outcome of a mutant.

use serde::{Deserialize, Serialize};

/// The status of a mutant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// It builds and a test fails: the tests check the changed code.
    Caught,
    /// It builds and every test passes.
    Missed,
    /// The build or the tests exceeded their time limit. A change that makes the program hang is noticed, so it counts
    /// as detected.
    Timeout,
    /// It does not build, so no test could check it.
    Unviable,
    /// According to the given coverage report, no test reaches it: not run, and not detected.
    NoCoverage,
}

impl Status {
    /// Every status, in the order of reports.
    pub const ALL: [Status; 5] =
        [Status::Caught, Status::Missed, Status::Timeout, Status::Unviable, Status::NoCoverage];

    /// The word for it in reports.
    pub fn word(self) -> &'static str {
        match self {
            Status::Caught => "caught",
            Status::Missed => "missed",
            Status::Timeout => "timeout",
            Status::Unviable => "unviable",
            Status::NoCoverage => "no-coverage",
        }
    }

    /// True if it shows a gap in the tests.
    pub fn undetected(self) -> bool {
        matches!(self, Status::Missed | Status::NoCoverage)
    }
}

/// A command that was run for a mutant or for the unchanged code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// `build` or `test`.
    pub phase: Phase,
    /// The command as a person would type it.
    pub command: String,
    /// How it ended.
    pub end: End,
    /// Wall-clock time in milliseconds.
    pub milliseconds: u64,
}

/// The purpose of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// Once before all others, to prepare the tree.
    Prepare,
    /// To see whether the code builds.
    Build,
    /// To see whether the tests pass.
    Test,
}

/// How a process ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum End {
    /// By itself, with this exit code.
    Exited(i32),
    /// By a signal.
    Signalled(i32),
    /// We killed it because its time was up.
    TimedOut,
}

impl End {
    /// True for exit code 0.
    pub fn success(self) -> bool {
        self == End::Exited(0)
    }
}

impl std::fmt::Display for End {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            End::Exited(code) => write!(f, "exit code {code}"),
            End::Signalled(signal) => write!(f, "ended by signal {signal}"),
            End::TimedOut => f.write_str("its time was up"),
        }
    }
}

/// The outcome of one mutant, with the commands that were run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// The result.
    pub status: Status,
    /// The commands that were run, in order.
    pub steps: Vec<Step>,
}

impl Outcome {
    /// The result of the steps so far: the last one decides.
    pub fn of(steps: Vec<Step>) -> Outcome {
        let status = match steps.last() {
            Some(Step { end: End::TimedOut, .. }) => Status::Timeout,
            Some(Step { phase: Phase::Test, end, .. }) if end.success() => Status::Missed,
            Some(Step { phase: Phase::Test, .. }) => Status::Caught,
            Some(Step { phase: Phase::Build | Phase::Prepare, .. }) => Status::Unviable,
            None => Status::NoCoverage,
        };
        Outcome { status, steps }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(phase: Phase, end: End) -> Step {
        Step { phase, command: "x".to_owned(), end, milliseconds: 1 }
    }

    #[test]
    fn the_last_command_decides() {
        let status = |steps: Vec<Step>| Outcome::of(steps).status;
        let built = step(Phase::Build, End::Exited(0));
        assert_eq!(status(vec![step(Phase::Build, End::Exited(101))]), Status::Unviable);
        assert_eq!(status(vec![built.clone(), step(Phase::Test, End::Exited(0))]), Status::Missed);
        assert_eq!(status(vec![built.clone(), step(Phase::Test, End::Exited(101))]), Status::Caught);
        assert_eq!(status(vec![built.clone(), step(Phase::Test, End::Signalled(6))]), Status::Caught);
        assert_eq!(status(vec![built, step(Phase::Test, End::TimedOut)]), Status::Timeout);
        assert_eq!(status(vec![step(Phase::Build, End::TimedOut)]), Status::Timeout);
        assert_eq!(status(Vec::new()), Status::NoCoverage);
    }
}
