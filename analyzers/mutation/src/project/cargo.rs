//! Cargo packages.

use super::{Found, Kind, Place, Unit, make};
use crate::command_line::CommandLine;
use crate::failure::MutationError;
use rustc_hash::FxHashMap;
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Runs the tests of Rust.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RustTestTool {
    /// `cargo test`, documentation tests included.
    #[default]
    Cargo,
    /// `cargo nextest run`
    Nextest,
}

/// What `cargo metadata` says, by the folder it was asked in.
#[derive(Default)]
pub struct Workspaces {
    known: FxHashMap<PathBuf, Workspace>,
}

/// A Cargo workspace, as `cargo metadata --no-deps` prints it.
#[derive(Debug, Clone, Deserialize)]
pub struct Workspace {
    packages: Vec<Package>,
    workspace_root: PathBuf,
    /// Where Cargo puts what it builds.
    pub target_directory: PathBuf,
}

#[derive(Debug, Clone, Deserialize)]
struct Package {
    name: String,
    manifest_path: PathBuf,
    targets: Vec<Target>,
}

#[derive(Debug, Clone, Deserialize)]
struct Target {
    name: String,
}

impl Workspace {
    /// Asks Cargo about the package or workspace in `folder`. Nothing is resolved and nothing written.
    ///
    /// # Errors
    /// Cargo is not there, or the manifest is wrong.
    pub fn of(folder: &Path) -> Result<Workspace, MutationError> {
        let mut cargo = Command::new("cargo");
        cargo.args(["metadata", "--format-version=1", "--no-deps", "--offline"]).current_dir(folder);
        let what = format!("cannot find out the packages of {}", folder.display());
        let help = "`cargo metadata --no-deps` must work there; --test-command can name another way to test";
        let output = cargo.output().map_err(|error| {
            MutationError::failed(
                &what,
                format!("cargo cannot be started: {error}"),
                "install Rust's toolchain",
            )
        })?;
        if !output.status.success() {
            let why = String::from_utf8_lossy(&output.stderr).trim_end().to_owned();
            return Err(MutationError::failed(what, why, help));
        }
        serde_json::from_slice(&output.stdout).map_err(|error| MutationError::failed(what, error, help))
    }

    /// Where the versions of its dependencies stand, if they were chosen yet.
    pub fn lock_file(&self) -> PathBuf {
        self.workspace_root.join("Cargo.lock")
    }

    /// Names that the workspace's own packages and targets give to compiled files.
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

impl Workspaces {
    fn of(&mut self, folder: &Path) -> Result<&Workspace, MutationError> {
        if !self.known.contains_key(folder) {
            self.known.insert(folder.to_owned(), Workspace::of(folder)?);
        }
        Ok(&self.known[folder])
    }
}

/// The package whose folder is the nearest above the file. Where the folder that was asked for holds a manifest, only the
/// packages of that workspace count: others (fuzzers, examples with a workspace of their own) are built another way.
pub fn find(workspaces: &mut Workspaces, file: &Place<'_>, asked: &str) -> Result<Found, MutationError> {
    let Some(nearest) = file.nearest(|place| place.has("Cargo.toml")) else {
        return Ok(Err("no Cargo.toml stands above it".to_owned()));
    };
    let from = [asked, ""].into_iter().find(|folder| file.root.join(folder).join("Cargo.toml").is_file());
    let workspace = workspaces.of(&file.root.join(from.unwrap_or(&nearest)))?;
    // Nearest folder of a package of this workspace: a manifest between may be a virtual one or belong to another.
    let manifest = |place: &Place<'_>| place.path("Cargo.toml").canonicalize().ok();
    let package_at = |place: &Place<'_>| {
        let manifest = manifest(place)?;
        workspace
            .packages
            .iter()
            .find(|package| package.manifest_path.canonicalize().is_ok_and(|path| path == manifest))
    };
    let at = Place { folder: nearest.clone(), ..*file };
    let Some(package) = package_at(&at) else {
        let root = workspace.workspace_root.display();
        return Ok(Err(format!("{nearest}/Cargo.toml is no package of the workspace {root}")));
    };
    let name = package.name.clone();
    let wanted = &file.options.packages;
    if !wanted.is_empty() && !wanted.contains(&name) {
        return Ok(Err(super::NOT_ASKED_FOR.to_owned()));
    }
    let made = make(move |place| Ok(unit(place, name)));
    Ok(Ok((Kind::Cargo, nearest, made)))
}

fn unit(place: &Place<'_>, name: String) -> Unit {
    let whose = match place.options.test_workspace {
        true => vec!["--workspace".to_owned()],
        false => vec!["--package".to_owned(), name.clone()],
    };
    let (build, test): (&[&str], &[&str]) = match place.options.rust_test_tool {
        RustTestTool::Cargo => (&["cargo", "test", "--no-run"], &["cargo", "test"]),
        RustTestTool::Nextest => (&["cargo", "nextest", "run", "--no-run"], &["cargo", "nextest", "run"]),
    };
    let line = |words: &[&str]| CommandLine::words(words.iter().copied()).with(&whose);
    // What the user adds after `--` chooses what is compiled (--lib, --features), too.
    let own: Vec<String> =
        place.options.test_arguments.iter().take_while(|word| *word != "--").cloned().collect();
    let mut unit = Unit::new(Kind::Cargo, &place.folder, Some(line(build).with(&own)), line(test));
    unit.package = Some(name);
    unit
}
