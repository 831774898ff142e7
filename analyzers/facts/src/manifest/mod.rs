//! Dependencies declared in package manifests (Cargo, npm, PyPI, Go, Maven).
//!
//! Manifests are read, never executed: what a `setup.py`, a gemspec or a Gradle script would declare when run is
//! reported as not read. Requirements are not resolved: they are the text in the manifest.

mod cargo;
mod go;
mod maven;
mod npm;
mod python;
mod requirement;
#[cfg(test)]
mod tests;

use crate::contained::contained;
use crate::model::RepoPath;
use schemars::JsonSchema;
use serde::Serialize;

/// One declared dependency.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Dependency {
    /// Where packages of this kind come from.
    pub ecosystem: Ecosystem,
    /// Package name as declared; `group:artifact` for Maven.
    pub name: String,
    /// Version requirement as declared, if there is one.
    pub requirement: Option<String>,
    /// Used when running, building or testing.
    pub scope: DependencyScope,
    /// False for one that is listed because other dependencies need it (`// indirect` in go.mod).
    pub direct: bool,
    /// True for a package of the same source tree (a path instead of a version).
    pub local: bool,
    /// The manifest.
    pub manifest: RepoPath,
}

/// Package ecosystems whose manifests are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[schemars(rename = "EcosystemName")]
#[serde(rename_all = "kebab-case")]
pub enum Ecosystem {
    /// `Cargo.toml`
    Cargo,
    /// `package.json`
    Npm,
    /// `pyproject.toml`, `requirements*.txt`, `setup.cfg`, `Pipfile`
    #[serde(rename = "pypi")]
    PyPi,
    /// `go.mod`
    Go,
    /// `pom.xml`
    Maven,
}

/// When a dependency is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DependencyScope {
    /// By users.
    Runtime,
    /// By developers: tests, tools.
    Development,
    /// While building.
    Build,
    /// On request.
    Optional,
    /// Not by itself: a version that other manifests inherit (`[workspace.dependencies]`, `<dependencyManagement>`).
    Inherited,
}

/// Manifests larger than this are not read: real ones stay far below.
const LARGEST: usize = 4 << 20;

/// Manifests that are programs, by name.
const EXECUTABLE: &[&str] = &[
    "setup.py",
    "build.gradle",
    "build.gradle.kts",
    "Gemfile",
    "gems.rb",
    "mix.exs",
    "build.sbt",
    "Package.swift",
    "Podfile",
    "Makefile.PL",
    "Build.PL",
    "conanfile.py",
];
/// Manifests that are programs, by the end of the name.
const EXECUTABLE_ENDINGS: &[&str] = &[".gemspec", ".podspec"];

type Reader = fn(&str, &mut Declared) -> Result<(), Trouble>;

/// True for a file name that [`dependencies`] reads, or would have to execute.
pub fn is_manifest(path: &RepoPath) -> bool {
    let Ok(name) = std::str::from_utf8(path.file_name()) else {
        return false;
    };
    is_program_name(name) || reader(path, name).is_some()
}

/// True for a manifest that is a program, so that only running it shows its dependencies.
pub fn is_program(path: &RepoPath) -> bool {
    std::str::from_utf8(path.file_name()).is_ok_and(is_program_name)
}

fn is_program_name(name: &str) -> bool {
    EXECUTABLE.contains(&name) || EXECUTABLE_ENDINGS.iter().any(|ending| name.ends_with(ending))
}

/// Why a manifest could not be read. The message begins with the path, and the line if there is one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    /// It is a program.
    #[error("{0}: not read: would need to be executed")]
    Program(RepoPath),
    /// Its type is not supported.
    #[error("{0}: not a manifest that is known here")]
    Unknown(RepoPath),
    /// It is too long.
    #[error("{path}: not read: {bytes} bytes, over the limit of {LARGEST}")]
    TooLarge {
        /// Where it is.
        path: RepoPath,
        /// How long it is.
        bytes: usize,
    },
    /// It is not text.
    #[error("{path}:{line}: not UTF-8")]
    NotUtf8 {
        /// Where it is.
        path: RepoPath,
        /// The line of the first byte that is not text.
        line: usize,
    },
    /// It does not have the syntax of its type.
    #[error("{path}{}: {message}", line.map(|line| format!(":{line}")).unwrap_or_default())]
    Malformed {
        /// Where it is.
        path: RepoPath,
        /// The line, where it is known.
        line: Option<usize>,
        /// What is wrong.
        message: String,
    },
}

/// The dependencies a manifest declares, sorted.
///
/// # Errors
/// Why it could not be read.
pub fn dependencies(path: &RepoPath, bytes: &[u8]) -> Result<Vec<Dependency>, ManifestError> {
    let name = String::from_utf8_lossy(path.file_name()).into_owned();
    if is_program_name(&name) {
        return Err(ManifestError::Program(path.clone()));
    }
    let Some((ecosystem, read)) = reader(path, &name) else {
        return Err(ManifestError::Unknown(path.clone()));
    };
    if bytes.len() > LARGEST {
        return Err(ManifestError::TooLarge { path: path.clone(), bytes: bytes.len() });
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = 1 + bytes[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count();
        ManifestError::NotUtf8 { path: path.clone(), line }
    })?;
    let scope = if python::is_for_development(path) {
        DependencyScope::Development
    } else {
        DependencyScope::Runtime
    };
    let mut declared =
        Declared { ecosystem, manifest: path.clone(), default_scope: scope, found: Vec::new() };
    let reading = contained(|| read(text.trim_start_matches('\u{feff}'), &mut declared));
    let read =
        reading.unwrap_or_else(|fault| Err(Trouble { line: None, message: format!("not read: {fault}") }));
    read.map_err(|Trouble { line, message }| ManifestError::Malformed { path: path.clone(), line, message })?;
    declared.found.retain(|dependency| !dependency.name.is_empty());
    declared.found.sort();
    declared.found.dedup();
    Ok(declared.found)
}

fn reader(path: &RepoPath, name: &str) -> Option<(Ecosystem, Reader)> {
    Some(match name {
        "Cargo.toml" => (Ecosystem::Cargo, cargo::read),
        "package.json" => (Ecosystem::Npm, npm::read),
        "pyproject.toml" => (Ecosystem::PyPi, python::read_pyproject),
        "setup.cfg" => (Ecosystem::PyPi, python::read_setup_cfg),
        "Pipfile" => (Ecosystem::PyPi, python::read_pipfile),
        "go.mod" => (Ecosystem::Go, go::read),
        "pom.xml" => (Ecosystem::Maven, maven::read),
        _ if python::is_requirements(path, name) => (Ecosystem::PyPi, requirement::read_file),
        _ => return None,
    })
}

/// Why a manifest could not be read.
struct Trouble {
    line: Option<usize>,
    message: String,
}

impl Trouble {
    fn at(line: usize, message: impl Into<String>) -> Self {
        Trouble { line: Some(line), message: message.into() }
    }

    fn of_toml(text: &str, error: &toml::de::Error) -> Self {
        let line = error.span().map(|span| 1 + text[..span.start.min(text.len())].matches('\n').count());
        Trouble { line, message: error.message().to_owned() }
    }
}

/// The declarations found in a manifest so far.
struct Declared {
    ecosystem: Ecosystem,
    manifest: RepoPath,
    /// The scope of a file whose dependencies all have one purpose.
    default_scope: DependencyScope,
    found: Vec<Dependency>,
}

impl Declared {
    fn add(&mut self, name: &str, requirement: Option<&str>, scope: DependencyScope) -> &mut Dependency {
        let requirement = requirement.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
        self.found.push(Dependency {
            ecosystem: self.ecosystem,
            name: name.trim().to_owned(),
            requirement,
            scope,
            direct: true,
            local: false,
            manifest: self.manifest.clone(),
        });
        let last = self.found.len() - 1;
        &mut self.found[last]
    }
}

/// The table at `path` inside `table`, if there is one.
fn table_at<'t>(table: &'t toml::Table, path: &[&str]) -> Option<&'t toml::Table> {
    path.iter().try_fold(table, |table, key| table.get(*key)?.as_table())
}
