//! The folder of a run, laid out as in cargo-mutants: `mutants.out` with lists by outcome, logs and diffs.

use super::{Report, SCHEMA, diff, sealed, stryker};
use crate::failure::MutationError;
use crate::outcome::{End, Outcome, Phase, Status, Step};
use crate::plan::{Plan, Planned};
use crate::results::Results;
use facts::language::Language;
use facts::model::RepoPath;
use facts::stores::{Place, Secret, StoreFolder};
use facts::visible;
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

/// The report for the gate, in the folder of a run.
pub const REPORT: &str = "report.json";
/// The same in the schema of Stryker.
pub const STRYKER: &str = "mutation.json";
/// The folder for lists, logs and diffs.
pub const MUTANTS_OUT: &str = "mutants.out";

/// The folder of a run.
#[derive(Debug)]
pub struct Folder {
    store: StoreFolder,
}

impl Folder {
    /// The folder for a run; with `anew`, files of an earlier run are removed. Links in it are not followed.
    ///
    /// # Errors
    /// It cannot be written to.
    pub fn new(path: &Path, anew: bool) -> Result<Folder, MutationError> {
        let store = open(path).map_err(|error| cannot_write(path, &error))?;
        let folder = Folder { store };
        let made = || -> io::Result<()> {
            if anew {
                sealed::remove(&folder.store)?;
                folder.store.remove(STRYKER)?;
                remove_if_there(fs::remove_dir_all(folder.store.path().join(MUTANTS_OUT)))?;
            }
            for inner in ["log", "diff"] {
                folder.inner(&[MUTANTS_OUT, inner])?;
            }
            Ok(())
        };
        made().map_err(|error| folder.cannot_write(&error))?;
        Ok(folder)
    }

    /// The name of the files about a mutant, without extension.
    pub fn name(planned: &Planned) -> String {
        let mutant = &planned.mutant;
        let path: String = mutant
            .path
            .to_string()
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '_' })
            .collect();
        let path = &path[path.len().saturating_sub(120)..];
        let place = format!("line_{}_col_{}", mutant.span.start_line, mutant.span.start_column);
        format!("{path}_{place}_{}", &planned.id[..8])
    }

    /// Writes the output of the commands for a mutant, or for the unchanged code, with hidden characters as escapes.
    ///
    /// # Errors
    /// The folder cannot be written to.
    pub fn log(&self, name: &str, about: &str, steps: &[(Step, Vec<u8>)]) -> Result<(), MutationError> {
        let mut text = format!("*** {}\n", visible::line(about));
        for (step, output) in steps {
            text.push_str(&format!("\n*** {} $ {}\n", phase(step.phase), visible::line(&step.command)));
            text.push_str(&visible::byte_lines(output));
            text.push_str(&format!("\n*** {} after {:.3} s\n", step.end, step.milliseconds as f64 / 1000.0));
        }
        self.write(&format!("{MUTANTS_OUT}/log/{name}.log"), text.as_bytes())
    }

    /// Writes the lists, the diffs and the reports of a finished run into a folder; the report is bound to a secret.
    ///
    /// # Errors
    /// The folder cannot be written to.
    pub fn finish(
        (path, secret): (&Path, &Secret),
        plan: &Plan,
        results: &Results,
        report: &Report,
        files: &BTreeMap<RepoPath, (Language, Vec<u8>)>,
    ) -> Result<(), MutationError> {
        let folder = Folder::new(path, false)?;
        for planned in &plan.mutants {
            let source = files.get(&planned.mutant.path).map_or(&[][..], |(_, bytes)| bytes);
            let name = format!("{MUTANTS_OUT}/diff/{}.diff", Folder::name(planned));
            let patch = diff::patch(&planned.mutant, source);
            folder.write(&name, visible::lines_of_patch(&patch).as_bytes())?;
        }
        for status in Status::ALL {
            let of_status = report.mutants.iter().filter(|mutant| mutant.status == status);
            let list: String = of_status.map(|mutant| format!("{}\n", visible::line(&mutant.name))).collect();
            let name = status.word().replace('-', "_");
            folder.write(&format!("{MUTANTS_OUT}/{name}.txt"), list.as_bytes())?;
        }
        folder.json(&format!("{MUTANTS_OUT}/mutants.json"), &report.mutants)?;
        folder.json(&format!("{MUTANTS_OUT}/outcomes.json"), &outcomes(plan, results, report))?;
        folder.json(STRYKER, &stryker(report, files))?;
        let mut own = serde_json::to_value(report).map_err(|error| folder.cannot_write(&error.into()))?;
        own["schema"] = json!(SCHEMA);
        let text = folder.pretty(&own)?;
        sealed::write(&folder.store, secret, &text).map_err(|error| folder.cannot_write(&error))
    }

    fn json<T: Serialize>(&self, name: &str, value: &T) -> Result<(), MutationError> {
        self.write(name, &self.pretty(value)?)
    }

    fn pretty<T: Serialize>(&self, value: &T) -> Result<Vec<u8>, MutationError> {
        let mut text =
            visible::json::to_vec_pretty(value).map_err(|error| self.cannot_write(&error.into()))?;
        text.push(b'\n');
        Ok(text)
    }

    /// Writes a file, named by its path below the folder.
    fn write(&self, name: &str, bytes: &[u8]) -> Result<(), MutationError> {
        let parts: Vec<&str> = name.split('/').collect();
        let written = match parts.split_last() {
            Some((file, folders)) => self.inner(folders).and_then(|folder| folder.replace(file, bytes)),
            None => Ok(()),
        };
        written.map_err(|error| self.cannot_write(&error))
    }

    /// A folder inside, created if it is missing.
    fn inner(&self, parts: &[&str]) -> io::Result<StoreFolder> {
        let inside = |folder: StoreFolder, part: &&str| folder.sub(part).map_err(io::Error::other);
        parts.iter().try_fold(self.store.clone(), inside)
    }

    fn cannot_write(&self, error: &io::Error) -> MutationError {
        cannot_write(self.store.path(), error)
    }
}

/// The folder of a run, created if it is missing.
pub(crate) fn open(path: &Path) -> io::Result<StoreFolder> {
    Place::named(path, &[]).make().map_err(io::Error::other)
}

pub(crate) fn cannot_write(path: &Path, error: &io::Error) -> MutationError {
    MutationError::failed(
        format!("the outcomes cannot be stored in {}", path.display()),
        error,
        "name a folder that can be written to with --output",
    )
}

fn remove_if_there(removed: io::Result<()>) -> io::Result<()> {
    match removed {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

fn phase(phase: Phase) -> &'static str {
    match phase {
        Phase::Prepare => "prepare",
        Phase::Build => "build",
        Phase::Test => "test",
    }
}

/// The outcomes with the times, in the format of cargo-mutants' file of this name.
fn outcomes(plan: &Plan, results: &Results, report: &Report) -> Value {
    let baselines = results.baselines.iter().flatten().map(|baseline| {
        json!({
            "scenario": "Baseline",
            "unit": baseline.unit,
            "summary": "Success",
            "phase_results": baseline.steps.iter().map(of_step).collect::<Vec<_>>(),
        })
    });
    let mutants =
        plan.mutants.iter().zip(&results.outcomes).map(|(planned, outcome)| of_mutant(planned, outcome));
    json!({
        "outcomes": baselines.chain(mutants).collect::<Vec<_>>(),
        "total_mutants": report.counts.total,
        "caught": report.counts.caught,
        "missed": report.counts.missed + report.counts.no_coverage,
        "timeout": report.counts.timeout,
        "unviable": report.counts.unviable,
    })
}

fn of_mutant(planned: &Planned, outcome: &Outcome) -> Value {
    let summary = match outcome.status {
        Status::Caught => "CaughtMutant",
        Status::Missed | Status::NoCoverage => "MissedMutant",
        Status::Timeout => "Timeout",
        Status::Unviable => "Unviable",
    };
    let name = Folder::name(planned);
    let log = (!outcome.steps.is_empty()).then(|| format!("log/{name}.log"));
    json!({
        "scenario": { "Mutant": { "id": planned.id, "name": planned.mutant.name(), "file": planned.mutant.path } },
        "summary": summary,
        "log_path": log,
        "diff_path": format!("diff/{name}.diff"),
        "phase_results": outcome.steps.iter().map(of_step).collect::<Vec<_>>(),
    })
}

fn of_step(step: &Step) -> Value {
    let phase = match step.phase {
        Phase::Prepare => "Prepare",
        Phase::Build => "Build",
        Phase::Test => "Test",
    };
    let status = match step.end {
        End::Exited(0) => json!("Success"),
        End::Exited(code) => json!({ "Failure": code }),
        End::Signalled(signal) => json!({ "Signalled": signal }),
        End::TimedOut => json!("Timeout"),
    };
    let seconds = step.milliseconds as f64 / 1000.0;
    json!({ "phase": phase, "duration": seconds, "process_status": status, "command": step.command })
}
