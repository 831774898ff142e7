//! Asks Cargo about a workspace. This is done when mutants are tested, never to list them, because Cargo takes programs
//! and settings from the tree (`rust-toolchain.toml`, `.cargo/config.toml`).

use crate::failure::MutationError;
use facts::source::confined::read_regular;
use programs::{Consent, End, Limits, Program, Start};
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Cargo answers at once, or never.
const PATIENCE: Duration = Duration::from_secs(120);
/// A Cargo.lock of ten thousand packages has some 4 MB.
const LARGEST_LOCK: u64 = 64 << 20;

/// A Cargo workspace, as `cargo metadata --no-deps` prints it.
#[derive(Debug, Clone, Deserialize)]
pub struct BuiltWorkspace {
    packages: Vec<Package>,
    workspace_root: PathBuf,
    /// Cargo's build folder.
    pub target_directory: PathBuf,
}

#[derive(Debug, Clone, Deserialize)]
struct Package {
    name: String,
    targets: Vec<Target>,
}

#[derive(Debug, Clone, Deserialize)]
struct Target {
    name: String,
}

impl BuiltWorkspace {
    /// Asks Cargo about the package or workspace in `folder` of the tree at `root`. Cargo resolves and writes nothing.
    ///
    /// # Errors
    /// Cargo is missing, or the manifest is wrong.
    pub fn of(
        root: &Path,
        folder: &str,
        consent: &Consent,
        cancelled: &dyn Fn() -> bool,
    ) -> Result<BuiltWorkspace, MutationError> {
        let folder = root.join(folder);
        let what = format!("cannot find out the packages of {}", folder.display());
        let help = "`cargo metadata --no-deps` must work there; --test-command can name another way to test";
        let words = ["metadata", "--format-version=1", "--no-deps", "--offline"];
        let cargo = Start::new(&Program::Cargo, root, &folder, consent).arguments(words);
        let answer = cargo.answer(&Limits { time: Some(PATIENCE), cancelled }).map_err(|error| {
            MutationError::failed(
                &what,
                format!("cargo cannot be started: {error}"),
                "install Rust's toolchain",
            )
        })?;
        match answer.end {
            End::Exited(0) => serde_json::from_slice(&answer.output)
                .map_err(|error| MutationError::failed(what, error, help)),
            End::Interrupted => Err(MutationError::Interrupted),
            End::TimedOut => Err(MutationError::failed(what, "cargo does not answer", help)),
            End::Exited(_) | End::Signalled(_) => {
                let why = String::from_utf8_lossy(&answer.errors).trim_end().to_owned();
                Err(MutationError::failed(what, why, help))
            }
        }
    }

    /// The versions of its dependencies in Cargo.lock, if they are resolved yet.
    pub fn lock(&self) -> Option<String> {
        let bytes = read_regular(&self.workspace_root.join("Cargo.lock"), LARGEST_LOCK).ok()?;
        String::from_utf8(bytes).ok()
    }

    /// Names of the compiled files of the workspace's own packages and targets.
    pub fn own_names(&self) -> Vec<String> {
        let targets = self.packages.iter().flat_map(|package| &package.targets);
        let names = targets.map(|target| target.name.as_str());
        let names = names.chain(self.packages.iter().map(|package| package.name.as_str()));
        let mut names: Vec<String> =
            names.flat_map(|name| [name.to_owned(), name.replace('-', "_")]).collect();
        names.sort();
        names.dedup();
        names
    }
}
