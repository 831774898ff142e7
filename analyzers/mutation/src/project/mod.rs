//! How the code is built and tested: detected from the manifests around a file, or given by the user.

mod c;
mod cargo;
mod cargo_build;
mod cargo_manifests;
mod cargo_metadata;
mod cargo_mutants;
mod cargo_targets;
mod go;
mod java;
mod javascript;
mod place;
mod python;

use crate::command_line::CommandLine;
use crate::copy::system_path;
use crate::failure::MutationError;
use facts::hash::HashMap;
use facts::language::Language;
use facts::model::RepoPath;
use place::Place;
use programs::{Consent, End, Limits, Program};
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::time::Duration;

pub use cargo::RustTestTool;
pub use cargo_metadata::BuiltWorkspace;
pub use cargo_mutants::{CargoMutants, ChosenFiles};
pub use cargo_targets::Modules;

/// A part of the tree that is built and tested together: a Cargo package, a Python project, a Go package, …
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// The tools that build and test it.
    pub kind: Kind,
    /// The folder that the commands run in, relative to the root of the tree; empty for the root.
    pub folder: String,
    /// The package's name, if the tools need it.
    pub package: Option<String>,
    /// Run once in each copy of the tree, before anything else.
    pub prepare: Vec<CommandLine>,
    /// Builds the code and its tests; `None` if nothing is built.
    pub build: Option<CommandLine>,
    /// Runs the tests.
    pub test: CommandLine,
    /// The test command for the case that the tool lacks something. `None` once the tool was asked.
    pub otherwise: Option<Otherwise>,
    /// Folders where Python looks for modules, relative to the root.
    pub python_path: Vec<String>,
}

/// Another test command, and the question that chooses between them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Otherwise {
    /// Exits with 0 if the first test command works.
    pub question: CommandLine,
    /// The other test command.
    pub test: CommandLine,
}

/// A tool answers a question at once, or never.
const PATIENCE: Duration = Duration::from_secs(60);

impl Unit {
    fn new(kind: Kind, folder: &str, build: Option<CommandLine>, test: CommandLine) -> Unit {
        Unit {
            kind,
            folder: folder.to_owned(),
            package: None,
            prepare: Vec::new(),
            build,
            test,
            otherwise: None,
            python_path: Vec::new(),
        }
    }

    /// Chooses the test command of a unit of `tree` by asking its tool.
    ///
    /// # Errors
    /// The user interrupted, or no folder can be created for the tool to run in.
    pub fn decide(
        &mut self,
        tree: &Path,
        consent: &Consent,
        cancelled: &dyn Fn() -> bool,
    ) -> Result<(), MutationError> {
        let Some(Otherwise { question, test }) = self.otherwise.take() else { return Ok(()) };
        // An empty folder: modules in the tool's own folder would be mistaken for installed ones.
        let folder = tempfile::tempdir().map_err(|error| {
            MutationError::failed("cannot make a temporary folder", error, "TMPDIR names where they are made")
        })?;
        let start = question.start(tree, folder.path(), consent).set("PYTHONDONTWRITEBYTECODE", "1");
        // A missing tool is reported when the tests are run.
        match start.answer(&Limits { time: Some(PATIENCE), cancelled }).map(|answer| answer.end) {
            Ok(End::Exited(0)) => {}
            Ok(End::Interrupted) => return Err(MutationError::Interrupted),
            _ => self.test = test,
        }
        Ok(())
    }

    /// Its name for users: `package sums`, `app`, `the whole tree`.
    pub fn name(&self) -> String {
        match (&self.package, self.folder.as_str()) {
            (Some(package), _) => package.clone(),
            (None, "") => "the whole tree".to_owned(),
            (None, folder) => folder.to_owned(),
        }
    }
}

/// The tools that build and test a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Cargo.
    Cargo,
    /// pytest or unittest.
    Python,
    /// The script in package.json.
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

/// The user's options for building and testing.
#[derive(Debug, Clone, Default)]
pub struct ProjectOptions {
    /// Builds the code and its tests instead of the detected command.
    pub build_command: Option<String>,
    /// Runs the tests instead of the detected command.
    pub test_command: Option<String>,
    /// Further arguments at the end of the test command.
    pub test_arguments: Vec<String>,
    /// Only these packages.
    pub packages: Vec<String>,
    /// All packages of a Cargo workspace if none is named, not only Cargo's default ones.
    pub all_packages: bool,
    /// Arguments of `cargo test` in addition to `test_arguments`: its own, and those for the tests.
    pub cargo_arguments: (Vec<String>, Vec<String>),
    /// Cargo packages whose tests are run for each mutant; the mutant's own package if empty.
    pub test_packages: Vec<String>,
    /// Runs the tests of Rust.
    pub rust_test_tool: Option<RustTestTool>,
    /// Run the tests of the whole workspace for each mutant, not only those of its own package.
    pub test_workspace: bool,
}

impl ProjectOptions {
    /// The same with the project's settings in `.cargo/mutants.toml`; the user's options take precedence.
    pub fn with(&self, settings: &CargoMutants) -> ProjectOptions {
        ProjectOptions {
            cargo_arguments: settings.words(),
            test_packages: settings.test_package.clone(),
            rust_test_tool: self.rust_test_tool.or(settings.test_tool()),
            test_workspace: self.test_workspace || settings.test_workspace(),
            ..self.clone()
        }
    }

    /// Arguments for every call of `cargo test`: they also choose what is compiled (`--lib`, `--features`).
    fn cargo_words(&self) -> Vec<String> {
        let given = self.test_arguments.iter().take_while(|word| *word != "--");
        self.cargo_arguments.0.iter().chain(given).cloned().collect()
    }

    /// The end of a test command: arguments for the tool, and after a `--` those for the tests.
    fn test_words(&self, kind: Kind) -> Vec<String> {
        if kind != Kind::Cargo {
            return self.test_arguments.clone();
        }
        let given = self.test_arguments.iter().skip_while(|word| *word != "--");
        let of_tests: Vec<String> = self.cargo_arguments.1.iter().chain(given.skip(1)).cloned().collect();
        let mut words = self.cargo_words();
        if !of_tests.is_empty() {
            words.push("--".to_owned());
            words.extend(of_tests);
        }
        words
    }
}

/// The settings of cargo-mutants for `folder` in the tree at `root`; empty if there are none.
///
/// # Errors
/// The settings, or a manifest, cannot be read.
pub fn cargo_mutants(root: &Path, folder: &str) -> Result<CargoMutants, MutationError> {
    let options = ProjectOptions::default();
    let place = Place { root, folder: folder.to_owned(), options: &options };
    match [folder, ""].into_iter().find(|folder| place.at(folder).has("Cargo.toml")) {
        Some(folder) => CargoMutants::of(root, cargo_manifests::Workspace::of(root, folder)?.folder()),
        None => Ok(CargoMutants::default()),
    }
}

/// The units of a tree, detected file by file.
pub struct Projects<'a> {
    root: &'a Path,
    /// The requested folder, relative to the root; empty for the root.
    folder: String,
    options: &'a ProjectOptions,
    units: Vec<Unit>,
    by_key: HashMap<(Kind, String), usize>,
    cargo: cargo::Workspaces<'a>,
}

/// The reason for files whose package was not requested: it is not reported.
pub const NOT_ASKED_FOR: &str = "its package was not asked for";

/// Why a file has no unit: its mutants are left out, and the reason is given.
pub type NoUnit = String;

impl<'a> Projects<'a> {
    /// For `folder` in the tree at `root`.
    pub fn new(
        root: &'a Path,
        folder: &str,
        options: &'a ProjectOptions,
        modules: &'a Modules,
    ) -> Projects<'a> {
        Projects {
            root,
            folder: folder.to_owned(),
            options,
            units: Vec::new(),
            by_key: HashMap::default(),
            cargo: cargo::Workspaces::new(modules),
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
        let file = Place { root: self.root, folder: folder_of(path), options: self.options };
        if self.options.test_command.is_some() {
            let is_cargo =
                language == Language::Rust && file.nearest(|place| place.has("Cargo.toml")).is_some();
            if is_cargo && let Err(why) = cargo::find(&mut self.cargo, &file, path, &self.folder)? {
                return Ok(Err(why));
            }
            let folder = self.folder.clone();
            return Ok(Ok(self.unit((Kind::Given, folder), |place| Ok(given(place)))?));
        }
        if language != Language::Rust && !self.options.packages.is_empty() {
            return Ok(Err(NOT_ASKED_FOR.to_owned()));
        }
        let found = match language {
            Language::Rust => cargo::find(&mut self.cargo, &file, path, &self.folder)?,
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
        let more = self.options.test_words(unit.kind);
        unit.test = unit.test.with(&more);
        unit.otherwise =
            unit.otherwise.map(|other| Otherwise { test: other.test.with(&more), question: other.question });
        self.units.push(unit);
        self.by_key.insert(key, self.units.len() - 1);
        Ok(self.units.len() - 1)
    }
}

/// Creates a unit, given its kind and its key (usually its folder).
type Make = Box<dyn FnOnce(&Place<'_>) -> Result<Unit, MutationError>>;
type Found = Result<(Kind, String, Make), NoUnit>;

fn make(make: impl FnOnce(&Place<'_>) -> Result<Unit, MutationError> + 'static) -> Make {
    Box::new(make)
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
        let has_suite = |folder: &&str| place.names(folder).iter().any(|name| name.ends_with(".bats"));
        ["test", "tests"].into_iter().find(has_suite)
    };
    let Some(folder) = file.nearest(|place| suite(place).is_some()) else {
        return Err("there is no folder `test` or `tests` with Bats files above it".to_owned());
    };
    let tests = suite(&file.at(&folder)).unwrap_or("test").to_owned();
    let made = make(move |place| {
        Ok(Unit::new(Kind::Bats, &place.folder, None, CommandLine::of(Program::Bats, [tests.as_str()])))
    });
    Ok((Kind::Bats, folder, made))
}

#[cfg(test)]
mod tests;
