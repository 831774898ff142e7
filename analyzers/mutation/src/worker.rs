//! A copied tree in which one job builds and tests mutants, one after another.

use crate::cargo_target;
use crate::command_line::CommandLine;
use crate::copy::Contents;
use crate::failure::MutationError;
use crate::mutant::Mutant;
use crate::outcome::{End, Phase, Step};
use crate::plan::Plan;
use crate::project::{BuiltWorkspace, Kind, Unit};
use crate::same_bytes::holds;
use facts::model::RepoPath;
use facts::source::confined::{join_inside, read_inside};
use programs::{Consent, Limits, Start};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tempfile::TempDir;

/// The name of the folders of copied trees.
pub const PREFIX: &str = "batuta-mutants-";

/// Mutated source files are never larger: larger ones are not measured.
const LARGEST: u64 = 1 << 30;

/// A copied tree.
pub struct Worker {
    folder: TempDir,
    /// The analysed tree, in which programs are never looked up.
    tree: PathBuf,
    consent: Consent,
}

impl Worker {
    /// Copies the tree into a new temporary folder, which is passed to `note` before it gets any content. Cargo's build
    /// folders start with the content of `seeds`.
    ///
    /// # Errors
    /// The copy cannot be written, or the user interrupted.
    pub fn new(
        contents: &Contents,
        seeds: &[(PathBuf, BuiltWorkspace)],
        consent: Consent,
        note: &dyn Fn(&Path) -> Result<(), MutationError>,
        cancelled: &dyn Fn() -> bool,
    ) -> Result<Worker, MutationError> {
        let help = "TMPDIR names the folder that trees are copied to; it needs room for one copy per job";
        let folder = tempfile::Builder::new().prefix(PREFIX).tempdir();
        let folder =
            folder.map_err(|error| MutationError::failed("cannot make a temporary folder", error, help))?;
        note(folder.path())?;
        let worker = Worker { folder, tree: contents.root().to_owned(), consent };
        contents.copy_to(&worker.root(), cancelled)?;
        for (from, workspace) in seeds {
            let seeded = cargo_target::seed(from, &worker.target(), workspace, cancelled);
            let what = || format!("cannot copy compiled dependencies from {}", from.display());
            seeded.map_err(|error| MutationError::failed(what(), error, help))?;
        }
        Ok(worker)
    }

    /// The root of the copied tree.
    pub fn root(&self) -> PathBuf {
        self.folder.path().join("tree")
    }

    /// Cargo's build folder.
    pub fn target(&self) -> PathBuf {
        self.folder.path().join("target")
    }

    /// Runs a command of a unit.
    ///
    /// # Errors
    /// It cannot be started, or the user interrupted.
    pub fn run(
        &self,
        unit: &Unit,
        phase: Phase,
        line: &CommandLine,
        limit: Option<Duration>,
        cancelled: &dyn Fn() -> bool,
    ) -> Result<(Step, Vec<u8>), MutationError> {
        let start = line.start(&self.tree, &self.root().join(&unit.folder), &self.consent);
        let finished = self.with_environment(start, unit).run(&Limits { time: limit, cancelled });
        let finished = finished.map_err(|error| {
            let help = "install the program, or name another command with --test-command and --build-command";
            MutationError::failed(format!("`{line}` cannot be started"), error, help)
        })?;
        let end = match finished.end {
            programs::End::Exited(code) => End::Exited(code),
            programs::End::Signalled(signal) => End::Signalled(signal),
            programs::End::TimedOut => End::TimedOut,
            programs::End::Interrupted => return Err(MutationError::Interrupted),
        };
        let milliseconds = u64::try_from(finished.took.as_millis()).unwrap_or(u64::MAX);
        Ok((Step { phase, command: line.to_string(), end, milliseconds }, finished.output))
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "environment: the search path of Python's modules is added to"
    )]
    fn with_environment<'a>(&self, mut start: Start<'a>, unit: &Unit) -> Start<'a> {
        if matches!(unit.kind, Kind::Cargo | Kind::Given) {
            start = start.set("CARGO_TARGET_DIR", self.target());
            // Snapshot tests fail if the snapshot differs; they must not write the new one.
            start = start.set("INSTA_UPDATE", "no");
        }
        // Compiled modules are recognised by a time in whole seconds and a size: both may be the same for two mutants.
        start = start.set("PYTHONDONTWRITEBYTECODE", "1");
        if !unit.python_path.is_empty() {
            let own = unit.python_path.iter().map(|folder| self.root().join(folder));
            let inherited = std::env::var_os("PYTHONPATH").unwrap_or_default();
            let inherited = std::env::split_paths(&inherited).filter(|path| !path.as_os_str().is_empty());
            if let Ok(joined) = std::env::join_paths(own.chain(inherited)) {
                start = start.set("PYTHONPATH", joined);
            }
        }
        start
    }

    /// The path of a file in the copy, and its bytes. A file outside the copy was not analysed.
    fn file(&self, path: &RepoPath) -> Result<(PathBuf, Vec<u8>), MutationError> {
        let full = join_inside(&self.root(), path).map_err(|_| changed_meanwhile(&self.root()))?;
        let bytes = read_inside(&self.root(), path, LARGEST).map_err(|_| changed_meanwhile(&full))?;
        Ok((full, bytes))
    }

    /// Makes the change in the copy; it is undone when the returned value is dropped.
    ///
    /// # Errors
    /// The copy differs from the analysed tree, or cannot be written.
    pub fn mutate(&self, plan: &Plan, mutant: &Mutant) -> Result<Changed, MutationError> {
        let (path, original) = self.file(&mutant.path)?;
        if plan.files.get(&mutant.path).is_some_and(|blob| !holds(&original, *blob)) {
            return Err(changed_meanwhile(&path));
        }
        let mutated = mutant.apply(&original).ok_or_else(|| changed_meanwhile(&path))?;
        let changed = Changed { path, original };
        write(&changed.path, &mutated)?;
        Ok(changed)
    }

    /// Puts text that is invalid in every language at the start of every file that a unit's mutants change.
    ///
    /// # Errors
    /// The copy cannot be written.
    pub fn break_files(&self, plan: &Plan, unit: usize) -> Result<Vec<Changed>, MutationError> {
        let mutants = plan.mutants.iter().filter(|planned| planned.unit == unit);
        let paths: BTreeSet<&RepoPath> = mutants.map(|planned| &planned.mutant.path).collect();
        let mut broken = Vec::new();
        for path in paths {
            let (path, original) = self.file(path)?;
            let mut text = b")}]broken(\n".to_vec();
            text.extend_from_slice(&original);
            broken.push(Changed { path, original });
            write(&broken[broken.len() - 1].path, &text)?;
        }
        Ok(broken)
    }
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), MutationError> {
    let help = "TMPDIR names the folder that trees are copied to";
    fs::write(path, bytes)
        .map_err(|error| MutationError::failed(format!("{} cannot be written", path.display()), error, help))
}

fn changed_meanwhile(path: &Path) -> MutationError {
    let what = format!("{} is not what was analysed", path.display());
    MutationError::failed(
        what,
        "the tree changed during the run, or a test wrote into its own source",
        "run it again",
    )
}

/// A changed file of a copied tree.
pub struct Changed {
    path: PathBuf,
    original: Vec<u8>,
}

impl Drop for Changed {
    fn drop(&mut self) {
        // If this fails, the next mutant of the file reports it: the file then differs from the analysed one.
        let _ = fs::write(&self.path, &self.original);
    }
}
