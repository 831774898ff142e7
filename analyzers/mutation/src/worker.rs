//! A copied tree in which one job builds and tests mutants, one after the other.

use crate::cargo_target;
use crate::command_line::CommandLine;
use crate::copy::{Contents, system_path};
use crate::failure::MutationError;
use crate::mutant::Mutant;
use crate::outcome::{Phase, Step};
use crate::plan::Plan;
use crate::process::{self, Finished};
use crate::project::{Kind, Unit, Workspace};
use facts::extract::blob_id;
use facts::model::BlobId;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use tempfile::TempDir;

/// How the folders of copied trees are called.
pub const PREFIX: &str = "batuta-mutants-";

/// Set by whoever runs us for other purposes than the build and the tests.
const NOT_HANDED_ON: [&str; 8] = [
    "GIT_DIR",
    "GIT_INDEX_FILE",
    "GIT_WORK_TREE",
    "GIT_PREFIX",
    "MAKEFLAGS",
    "MFLAGS",
    "CARGO_MAKEFLAGS",
    "CARGO_BIN_NAME",
];

/// A copied tree.
pub struct Worker {
    folder: TempDir,
}

impl Worker {
    /// Copies the tree into a new temporary folder, which `note` is told of before anything is in it. Build folders of Cargo
    /// start from what `seeds` hold.
    ///
    /// # Errors
    /// The copy cannot be written, or the user interrupted.
    pub fn new(
        contents: &Contents,
        seeds: &[(PathBuf, Workspace)],
        note: &dyn Fn(&Path) -> Result<(), MutationError>,
        cancelled: &dyn Fn() -> bool,
    ) -> Result<Worker, MutationError> {
        let help = "TMPDIR names the folder that trees are copied to; it needs room for one copy per job";
        let folder = tempfile::Builder::new().prefix(PREFIX).tempdir();
        let folder =
            folder.map_err(|error| MutationError::failed("cannot make a temporary folder", error, help))?;
        note(folder.path())?;
        let worker = Worker { folder };
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

    /// Where Cargo builds.
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
        let mut command = line.process(&self.root(), &unit.folder);
        self.set_environment(&mut command, unit);
        let finished = process::run(command, limit, cancelled);
        let Finished { end, took, output } = finished.map_err(|error| {
            let help = "install the program, or name another command with --test-command and --build-command";
            MutationError::failed(format!("`{line}` cannot be started"), error, help)
        })?;
        let end = end.ok_or(MutationError::Interrupted)?;
        let milliseconds = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        Ok((Step { phase, command: line.to_string(), end, milliseconds }, output))
    }

    fn set_environment(&self, command: &mut Command, unit: &Unit) {
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            if text.starts_with("CARGO_PKG_")
                || text.starts_with("CARGO_MANIFEST_")
                || NOT_HANDED_ON.contains(&&*text)
            {
                command.env_remove(&name);
            }
        }
        if matches!(unit.kind, Kind::Cargo | Kind::Given) {
            command.env("CARGO_TARGET_DIR", self.target());
            // Snapshot tests fail when the snapshot differs; they must not write the new one.
            command.env("INSTA_UPDATE", "no");
        }
        // Compiled modules are recognised by a time in whole seconds and a size: two mutants may agree in both.
        command.env("PYTHONDONTWRITEBYTECODE", "1");
        if !unit.python_path.is_empty() {
            let own = unit.python_path.iter().map(|folder| self.root().join(folder));
            let inherited = std::env::var_os("PYTHONPATH").unwrap_or_default();
            let inherited = std::env::split_paths(&inherited).filter(|path| !path.as_os_str().is_empty());
            if let Ok(joined) = std::env::join_paths(own.chain(inherited)) {
                command.env("PYTHONPATH", joined);
            }
        }
    }

    /// Makes the change in the copy; it is undone when the returned value goes.
    ///
    /// # Errors
    /// The copy is not what was analysed, or cannot be written.
    pub fn mutate(&self, plan: &Plan, mutant: &Mutant) -> Result<Changed, MutationError> {
        let path = self.root().join(system_path(&mutant.path));
        let original = self.original(plan, &path, mutant)?;
        let mutated = mutant.apply(&original).ok_or_else(|| changed_meanwhile(&path))?;
        let changed = Changed { path, original };
        write(&changed.path, &mutated)?;
        Ok(changed)
    }

    fn original(&self, plan: &Plan, path: &Path, mutant: &Mutant) -> Result<Vec<u8>, MutationError> {
        let original = fs::read(path).map_err(|_| changed_meanwhile(path))?;
        let is_same = plan.files.get(&mutant.path).is_none_or(|blob| holds(&original, *blob));
        if is_same { Ok(original) } else { Err(changed_meanwhile(path)) }
    }

    /// Puts something that is no program in any language at the start of every file that a unit's mutants change.
    ///
    /// # Errors
    /// The copy cannot be written.
    pub fn break_files(&self, plan: &Plan, unit: usize) -> Result<Vec<Changed>, MutationError> {
        let mutants = plan.mutants.iter().filter(|planned| planned.unit == unit);
        let paths: BTreeSet<PathBuf> = mutants.map(|planned| system_path(&planned.mutant.path)).collect();
        let mut broken = Vec::new();
        for path in paths {
            let path = self.root().join(path);
            let original = fs::read(&path).map_err(|_| changed_meanwhile(&path))?;
            let mut text = b")}]broken(\n".to_vec();
            text.extend_from_slice(&original);
            broken.push(Changed { path, original });
            write(&broken[broken.len() - 1].path, &text)?;
        }
        Ok(broken)
    }
}

/// True when the bytes are what Git stores under the id, apart from line ends: it may check out others than it stores.
pub(crate) fn holds(bytes: &[u8], blob: BlobId) -> bool {
    let unix_lines = || {
        let mut lines = bytes.to_vec();
        let mut kept = 0;
        for index in 0..bytes.len() {
            if bytes[index] != b'\r' || bytes.get(index + 1) != Some(&b'\n') {
                lines[kept] = bytes[index];
                kept += 1;
            }
        }
        lines.truncate(kept);
        lines
    };
    blob_id(bytes) == blob || (bytes.contains(&b'\r') && blob_id(&unix_lines()) == blob)
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
        // Where this fails the next mutant of the file finds out: it is then not what was analysed.
        let _ = fs::write(&self.path, &self.original);
    }
}
