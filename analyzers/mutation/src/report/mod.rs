//! The results of a run. The same mutants with the same outcomes give the same report: times are only in
//! `outcomes.json`.

pub mod diff;
pub mod folder;
mod last;
pub mod sealed;
mod stryker;

pub use last::{LastReport, NoReport, NoScore, Undetected};
pub use stryker::stryker;

use crate::mutant::Operator;
use crate::outcome::Status;
use crate::plan::{Plan, Shard};
use crate::project::Kind;
use crate::results::Results;
use facts::Measured;
use facts::model::RepoPath;
use serde::Serialize;
use std::collections::BTreeMap;

/// Identifies the format of the report; a reader refuses unknown ones.
pub const SCHEMA: &str = "batuta/mutation/1";

/// The results of a run.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// Detected mutants (caught, timeout) in per cent of the detected and undetected ones (missed, no coverage).
    /// Unviable ones do not count: no test could check them.
    pub score: Measured<f64>,
    /// Mutants by outcome.
    pub counts: Counts,
    /// The part of the possible mutants that was tested.
    pub selection: Selection,
    /// The units that were built and tested, and how.
    pub units: Vec<UnitReport>,
    /// Every mutant, by path and place.
    pub mutants: Vec<MutantReport>,
    /// Files whose mutants were left out, with the reason.
    pub left_out: Vec<LeftOutReport>,
    /// Git's blob id of every file with code: the state of the tree that the report describes.
    pub files: BTreeMap<RepoPath, String>,
}

/// Mutants by outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Counts {
    /// The total.
    pub total: usize,
    /// A test fails.
    pub caught: usize,
    /// No test fails.
    pub missed: usize,
    /// The tests do not end in time.
    pub timeout: usize,
    /// Does not build.
    pub unviable: usize,
    /// No test reaches it.
    pub no_coverage: usize,
}

/// The part of the possible mutants that a report is about.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Selection {
    /// How many possible mutants there were.
    pub eligible: usize,
    /// `K/N`, if only one part of them was tested.
    pub shard: Option<String>,
    /// The limit on the number of mutants, if it is below the number of possible ones: then the score is an estimate
    /// from a sample.
    pub sample: Option<usize>,
    /// The revision or patch to whose changed lines the run was restricted.
    pub changed_since: Option<String>,
}

/// A part of the tree that was built and tested together.
#[derive(Debug, Clone, Serialize)]
pub struct UnitReport {
    /// Its name.
    pub name: String,
    /// Its tools.
    pub kind: Kind,
    /// The folder of the commands, relative to the root.
    pub folder: String,
    /// The build command, if there is one.
    pub build: Option<String>,
    /// The test command.
    pub test: String,
    /// How many tests ran on the unchanged code.
    pub tests: Measured<u64>,
}

/// One mutant.
#[derive(Debug, Clone, Serialize)]
pub struct MutantReport {
    /// 16 hexadecimal digits.
    pub id: String,
    /// Place and change.
    pub name: String,
    /// The file.
    pub path: RepoPath,
    /// First line of the replaced text, from 1.
    pub line: u32,
    /// Its last line.
    pub end_line: u32,
    /// Column of the first replaced byte, in bytes from 1.
    pub column: u32,
    /// Column of the last replaced byte.
    pub end_column: u32,
    /// Qualified name of the function around it.
    pub function: Option<String>,
    /// The kind of change.
    pub operator: Operator,
    /// The change in words.
    pub description: String,
    /// The original text.
    pub original: String,
    /// The new text.
    pub replacement: String,
    /// Its outcome.
    pub status: Status,
}

/// Files whose mutants were left out for one reason.
#[derive(Debug, Clone, Serialize)]
pub struct LeftOutReport {
    /// The reason.
    pub why: String,
    /// How many mutants they have.
    pub mutants: usize,
    /// The files.
    pub files: Vec<RepoPath>,
}

/// Puts the results of a plan together.
pub fn report(plan: &Plan, results: &Results, changed_since: Option<&str>, shard: Option<Shard>) -> Report {
    let mutants: Vec<MutantReport> = plan
        .mutants
        .iter()
        .zip(&results.outcomes)
        .map(|(planned, outcome)| {
            let mutant = planned.mutant.clone();
            MutantReport {
                id: planned.id.clone(),
                name: mutant.name(),
                path: mutant.path,
                line: mutant.span.start_line,
                end_line: mutant.span.end_line,
                column: mutant.span.start_column,
                end_column: mutant.end_column,
                function: mutant.function,
                operator: mutant.operator,
                description: mutant.description,
                original: mutant.original,
                replacement: mutant.replacement,
                status: outcome.status,
            }
        })
        .collect();
    let counts = Counts::of(mutants.iter().map(|mutant| mutant.status));
    let in_part =
        shard.map_or(plan.eligible, |shard| (plan.eligible + shard.of - 1 - shard.index) / shard.of);
    Report {
        score: score(&counts, plan, results),
        counts,
        selection: Selection {
            eligible: plan.eligible,
            shard: shard.map(|shard| format!("{}/{}", shard.index, shard.of)),
            sample: (plan.mutants.len() < in_part).then_some(plan.mutants.len()),
            changed_since: changed_since.map(str::to_owned),
        },
        units: units(plan, results),
        mutants,
        left_out: plan
            .left_out
            .iter()
            .map(|left| LeftOutReport {
                why: left.why.clone(),
                mutants: left.mutants,
                files: left.files.clone(),
            })
            .collect(),
        files: plan.files.iter().map(|(path, blob)| (path.clone(), blob.to_string())).collect(),
    }
}

fn units(plan: &Plan, results: &Results) -> Vec<UnitReport> {
    let report = |(unit, baseline): (&crate::project::Unit, &Option<crate::baseline::Baseline>)| UnitReport {
        name: unit.name(),
        kind: unit.kind,
        folder: unit.folder.clone(),
        build: unit.build.as_ref().map(ToString::to_string),
        test: unit.test.to_string(),
        tests: match baseline.as_ref().map(|baseline| &baseline.tests) {
            Some(Ok(tests)) => Measured::Value(*tests),
            Some(Err(why)) => Measured::unsupported(why.clone()),
            None => Measured::unsupported("no mutant of it had to be tested"),
        },
    };
    plan.units.iter().zip(&results.baselines).map(report).collect()
}

/// The score, if tests gave any result.
fn score(counts: &Counts, plan: &Plan, results: &Results) -> Measured<f64> {
    if counts.total == 0 {
        return Measured::unsupported("there is no mutant");
    }
    if results.baselines.iter().all(Option::is_none) {
        return Measured::unsupported("no test was run: by the coverage report no test reaches any mutant");
    }
    let uncounted = |(unit, baseline): (usize, &Option<crate::baseline::Baseline>)| {
        let mut own = plan.mutants.iter().zip(&results.outcomes).filter(|(planned, _)| planned.unit == unit);
        let unknown = baseline.as_ref().is_some_and(|baseline| baseline.tests.is_err());
        unknown && own.clone().next().is_some() && !own.any(|(_, outcome)| outcome.status == Status::Caught)
    };
    if let Some((unit, _)) =
        results.baselines.iter().enumerate().find(|(unit, baseline)| uncounted((*unit, baseline)))
    {
        let unit = plan.units[unit].name();
        return Measured::unsupported(format!(
            "no mutant of {unit} was caught, and its test command does not say how many tests it runs: perhaps none ran"
        ));
    }
    counts.score().map_or_else(|| Measured::unsupported("no mutant builds"), Measured::Value)
}

impl Counts {
    /// Detected ones in per cent of those that build; `None` if none builds.
    pub fn score(&self) -> Option<f64> {
        let detected = self.caught + self.timeout;
        let all = detected + self.missed + self.no_coverage;
        (all > 0).then(|| 100.0 * detected as f64 / all as f64)
    }

    /// Counts outcomes.
    pub fn of(statuses: impl IntoIterator<Item = Status>) -> Counts {
        let mut counts = Counts::default();
        for status in statuses {
            counts.total += 1;
            *match status {
                Status::Caught => &mut counts.caught,
                Status::Missed => &mut counts.missed,
                Status::Timeout => &mut counts.timeout,
                Status::Unviable => &mut counts.unviable,
                Status::NoCoverage => &mut counts.no_coverage,
            } += 1;
        }
        counts
    }
}

#[cfg(test)]
mod tests;
