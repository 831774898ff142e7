//! Builds and tests the unchanged code first: results of mutants mean nothing if the tests already fail without them.

use crate::failure::MutationError;
use crate::outcome::{Phase, Step};
use crate::plan::Plan;
use crate::project::Unit;
use crate::test_count::tests_run;
use crate::timeout::{Limits, TimeoutOptions};
use crate::worker::Worker;
use facts::Measured;
use serde::{Deserialize, Serialize};

/// The results for the unchanged code of one unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Baseline {
    /// The unit, as [`Unit::name`] has it.
    pub unit: String,
    /// The commands that were run.
    pub steps: Vec<Step>,
    /// How many tests ran, or why the number is unknown.
    pub tests: Result<u64, String>,
    /// The time limits for a mutant of the unit.
    pub limits: Limits,
}

/// A completed step and its output.
pub type Ran = (Step, Vec<u8>);

/// The most lines of output that an error shows.
const SHOWN: usize = 30;

/// Builds and tests the unchanged code of a unit. Also returns the output, for the log.
///
/// # Errors
/// It does not build, a test fails, no test runs, or the tests do not use the copied files.
pub fn run(
    worker: &Worker,
    plan: &Plan,
    index: usize,
    options: &TimeoutOptions,
    cancelled: &dyn Fn() -> bool,
) -> Result<(Baseline, Vec<Ran>), MutationError> {
    let unit = &plan.units[index];
    let mut steps = Vec::new();
    let prepare = unit.prepare.iter().map(|line| (Phase::Prepare, line));
    let build = unit.build.iter().map(|line| (Phase::Build, line));
    for (phase, line) in prepare.chain(build).chain([(Phase::Test, &unit.test)]) {
        let (step, output) = worker.run(unit, phase, line, options.of_baseline(), cancelled)?;
        if !step.end.success() {
            return Err(does_not_pass(unit, &step, &output));
        }
        steps.push((step, output));
    }
    let tests =
        steps.last().map_or(Measured::unsupported("no test command"), |(_, output)| tests_run(output));
    if tests == Measured::Value(0) {
        return Err(MutationError::failed(
            format!("not measured: no test ran in {}", unit.name()),
            format!("`{}` passes without running a test", unit.test),
            "write tests first, or name the command that runs them with --test-command",
        ));
    }
    if unit.build.is_none() {
        check_that_files_are_used(worker, plan, index, options, cancelled)?;
    }
    let took =
        |phase| steps.iter().filter(|(step, _)| step.phase == phase).map(|(step, _)| step.milliseconds).sum();
    let limits = options.limits(took(Phase::Build), took(Phase::Test));
    let tests = match tests {
        Measured::Value(tests) => Ok(tests),
        Measured::Missing(why) => Err(why.to_string()),
    };
    let ran = steps.iter().map(|(step, _)| step.clone()).collect();
    Ok((Baseline { unit: unit.name(), steps: ran, tests, limits }, steps))
}

/// If nothing is built, the tests may run against an installed copy of the code instead of this one: every mutant would
/// count as missed. So the tests must fail when none of the files to mutate is a valid program.
fn check_that_files_are_used(
    worker: &Worker,
    plan: &Plan,
    index: usize,
    options: &TimeoutOptions,
    cancelled: &dyn Fn() -> bool,
) -> Result<(), MutationError> {
    let unit = &plan.units[index];
    let broken = worker.break_files(plan, index)?;
    let (step, _) = worker.run(unit, Phase::Test, &unit.test, options.of_baseline(), cancelled)?;
    if !step.end.success() {
        return Ok(());
    }
    Err(MutationError::failed(
        format!("not measured: the tests of {} do not use the files to be mutated", unit.name()),
        format!(
            "`{}` passes even when the files to be mutated ({}) hold no valid program: it tests an installed copy, or \
             something else",
            unit.test,
            broken.len()
        ),
        "name the command that tests these very files with --test-command, or other files with --target",
    ))
}

fn does_not_pass(unit: &Unit, step: &Step, output: &[u8]) -> MutationError {
    let what = match step.phase {
        Phase::Prepare | Phase::Build => {
            format!("not measured: the unchanged code of {} does not build", unit.name())
        }
        Phase::Test => format!("not measured: the tests of {} fail on the unchanged code", unit.name()),
    };
    let text = String::from_utf8_lossy(output);
    let lines: Vec<&str> = text.lines().collect();
    let last = lines[lines.len().saturating_sub(SHOWN)..].iter().map(|line| (*line).to_owned());
    let mut why = vec![format!("`{}` in a copy of the tree: {}", step.command, step.end)];
    why.extend(last);
    let help = "it must pass in a copy without the files that Git ignores (--copy-ignored copies them too) and without \
                Git's own folder; --test-command and --build-command name other commands";
    MutationError::Failed { what, why, help: help.to_owned() }
}
