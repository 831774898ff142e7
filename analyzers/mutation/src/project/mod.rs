//! How the code is built and tested: found out from the manifests around a file, or given by the user.

mod c;
mod cargo;
mod go;
mod java;
mod javascript;
mod python;

use crate::command_line::CommandLine;
use crate::copy::system_path;
use crate::failure::MutationError;
use facts::language::Language;
use facts::model::RepoPath;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

pub use cargo::{RustTestTool, Workspace};

/// What is built and tested as one: a Cargo package, a Python project, a Go package, …
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// Which tools build and test it.
    pub kind: Kind,
    /// The folder that the commands run in, relative to the root of the tree; empty for the root.
    pub folder: String,
    /// The package's name, where the tools need it.
    pub package: Option<String>,
    /// Run once in each copy of the tree, before anything else.
    pub prepare: Vec<CommandLine>,
    /// Builds the code and its tests; none where nothing is built.
    pub build: Option<CommandLine>,
    /// Runs the tests.
    pub test: CommandLine,
    /// Folders that Python looks for modules in, relative to the root.
    pub python_path: Vec<String>,
}

impl Unit {
    fn new(kind: Kind, folder: &str, build: Option<CommandLine>, test: CommandLine) -> Unit {
        Unit {
            kind,
            folder: folder.to_owned(),
            package: None,
            prepare: Vec::new(),
            build,
            test,
            python_path: Vec::new(),
        }
    }

    /// What a person calls it: `package sums`, `app`, `the whole tree`.
    pub fn name(&self) -> String {
        match (&self.package, self.folder.as_str()) {
            (Some(package), _) => package.clone(),
            (None, "") => "the whole tree".to_owned(),
            (None, folder) => folder.to_owned(),
        }
    }
}

/// Which tools build and test a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Cargo.
    Cargo,
    /// pytest or unittest.
    Python,
    /// What package.json says.
    Npm,
    /// The go tool.
    Go,
    /// Maven.
    Maven,
    /// Gradle.
    Gradle,
    /// CMake and CTest.
    CMake,
    /// make.
    Make,
    /// Bats.
    Bats,
    /// The commands that the user gave.
    Given,
}

/// What the user said about building and testing.
#[derive(Debug, Clone, Default)]
pub struct ProjectOptions {
    /// Builds the code and its tests instead of what would be found out.
    pub build_command: Option<String>,
    /// Runs the tests instead of what would be found out.
    pub test_command: Option<String>,
    /// Further words at the end of the test command.
    pub test_arguments: Vec<String>,
    /// Only these packages.
    pub packages: Vec<String>,
    /// Runs the tests of Rust.
    pub rust_test_tool: RustTestTool,
    /// Run the tests of the whole workspace for each mutant, not only those of its own package.
    pub test_workspace: bool,
}

/// The units of a tree, found out file by file.
pub struct Projects<'a> {
    root: &'a Path,
    /// The folder asked for, relative to the root; empty for the root.
    folder: String,
    options: &'a ProjectOptions,
    units: Vec<Unit>,
    by_key: FxHashMap<(Kind, String), usize>,
    cargo: cargo::Workspaces,
}

/// The reason of files whose package was not asked for: they are not worth a remark.
pub const NOT_ASKED_FOR: &str = "its package was not asked for";

/// Why a file has no unit: its mutants are left out, and the reason is said.
pub type NoUnit = String;

impl<'a> Projects<'a> {
    /// Of the tree at `root`, of which `folder` was asked for.
    pub fn new(root: &'a Path, folder: &str, options: &'a ProjectOptions) -> Projects<'a> {
        Projects {
            root,
            folder: folder.to_owned(),
            options,
            units: Vec::new(),
            by_key: FxHashMap::default(),
            cargo: cargo::Workspaces::default(),
        }
    }

    /// The units found so far.
    pub fn into_units(self) -> Vec<Unit> {
        self.units
    }

    /// The index of the unit whose tests check a file.
    ///
    /// # Errors
    /// A tool that knows the project cannot be run. The inner error says why the file belongs to no unit.
    pub fn unit_of(
        &mut self,
        path: &RepoPath,
        language: Language,
    ) -> Result<Result<usize, NoUnit>, MutationError> {
        if self.options.test_command.is_some() {
            let folder = self.folder.clone();
            return Ok(Ok(self.unit((Kind::Given, folder), |place| Ok(given(place)))?));
        }
        if language != Language::Rust && !self.options.packages.is_empty() {
            return Ok(Err(NOT_ASKED_FOR.to_owned()));
        }
        let file = Place { root: self.root, folder: folder_of(path), options: self.options };
        let found = match language {
            Language::Rust => cargo::find(&mut self.cargo, &file, &self.folder)?,
            Language::Python => python::find(&file),
            Language::JavaScript | Language::TypeScript | Language::Tsx => javascript::find(&file),
            Language::Go => go::find(&file),
            Language::Java | Language::Kotlin | Language::Scala => java::find(&file),
            Language::C | Language::Cpp => c::find(&file),
            Language::Bash => bats(&file),
            other => Err(format!("no test command is known for {}", other.name())),
        };
        match found {
            Ok((kind, key, make)) => Ok(Ok(self.unit((kind, key), make)?)),
            Err(why) => Ok(Err(why)),
        }
    }

    fn unit(
        &mut self,
        key: (Kind, String),
        make: impl FnOnce(&Place<'_>) -> Result<Unit, MutationError>,
    ) -> Result<usize, MutationError> {
        if let Some(index) = self.by_key.get(&key) {
            return Ok(*index);
        }
        let place = Place { root: self.root, folder: key.1.clone(), options: self.options };
        let mut unit = make(&place)?;
        if let Some(build) = &self.options.build_command {
            unit.build = Some(CommandLine::Shell(build.clone()));
        }
        unit.test = unit.test.with(&self.options.test_arguments);
        self.units.push(unit);
        self.by_key.insert(key, self.units.len() - 1);
        Ok(self.units.len() - 1)
    }
}

/// What makes a unit once its kind and its key (usually its folder) are known.
type Make = Box<dyn FnOnce(&Place<'_>) -> Result<Unit, MutationError>>;
type Found = Result<(Kind, String, Make), NoUnit>;

fn make(make: impl FnOnce(&Place<'_>) -> Result<Unit, MutationError> + 'static) -> Make {
    Box::new(make)
}

/// A folder of the tree.
struct Place<'a> {
    root: &'a Path,
    folder: String,
    options: &'a ProjectOptions,
}

impl Place<'_> {
    fn path(&self, name: &str) -> PathBuf {
        self.root.join(&self.folder).join(name)
    }

    fn has(&self, name: &str) -> bool {
        self.path(name).is_file()
    }

    /// The nearest folder, from this one up to the root, that `is` says yes to.
    fn nearest(&self, mut is: impl FnMut(&Place<'_>) -> bool) -> Option<String> {
        let mut folder = self.folder.as_str();
        loop {
            let place = Place { root: self.root, folder: folder.to_owned(), options: self.options };
            if is(&place) {
                return Some(folder.to_owned());
            }
            if folder.is_empty() {
                return None;
            }
            folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
        }
    }

    /// The same for the outermost such folder.
    fn outermost(&self, mut is: impl FnMut(&Place<'_>) -> bool) -> Option<String> {
        let mut found = None;
        self.nearest(|place| {
            if is(place) {
                found = Some(place.folder.clone());
            }
            false
        });
        found
    }
}

/// The path from one folder of the tree down to another inside it; `.` for itself.
fn below(folder: &str, inner: &str) -> String {
    let rest = inner.strip_prefix(folder).unwrap_or(inner).trim_start_matches('/');
    if rest.is_empty() { ".".to_owned() } else { rest.to_owned() }
}

fn folder_of(path: &RepoPath) -> String {
    let full = system_path(path);
    full.parent().map_or_else(String::new, |folder| folder.to_string_lossy().into_owned())
}

fn given(place: &Place<'_>) -> Unit {
    let command = place.options.test_command.clone().unwrap_or_default();
    Unit::new(Kind::Given, &place.folder, None, CommandLine::Shell(command))
}

fn bats(file: &Place<'_>) -> Found {
    let suite = |place: &Place<'_>| {
        ["test", "tests"].into_iter().find(|folder| {
            let entries = std::fs::read_dir(place.path(folder)).into_iter().flatten().flatten();
            entries.into_iter().any(|entry| entry.file_name().as_encoded_bytes().ends_with(b".bats"))
        })
    };
    let Some(folder) = file.nearest(|place| suite(place).is_some()) else {
        return Err("no folder `test` or `tests` with Bats files stands above it".to_owned());
    };
    let place = Place { folder: folder.clone(), ..*file };
    let tests = suite(&place).unwrap_or("test").to_owned();
    let made = make(move |place| {
        Ok(Unit::new(Kind::Bats, &place.folder, None, CommandLine::words(["bats", tests.as_str()])))
    });
    Ok((Kind::Bats, folder, made))
}

#[cfg(test)]
mod tests;
