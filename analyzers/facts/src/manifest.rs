//! Dependencies declared in package manifests (Cargo, npm, PyPI, Go, Maven).

use crate::model::RepoPath;
use serde::Serialize;

/// One declared dependency.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Dependency {
    /// Where packages of this kind come from.
    pub ecosystem: Ecosystem,
    /// Package name as declared.
    pub name: String,
    /// Version requirement as declared, if one is.
    pub requirement: Option<String>,
    /// Used when running, building or testing.
    pub scope: DependencyScope,
    /// The manifest.
    pub manifest: RepoPath,
}

/// Package ecosystems whose manifests are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ecosystem {
    /// `Cargo.toml`
    Cargo,
    /// `package.json`
    Npm,
    /// `pyproject.toml`, `requirements*.txt`, `setup.cfg`, `Pipfile`
    PyPi,
    /// `go.mod`
    Go,
    /// `pom.xml`
    Maven,
}

/// When a dependency is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
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
}

/// True for a file name that [`dependencies`] reads.
pub fn is_manifest(_path: &RepoPath) -> bool {
    false
}

/// The dependencies a manifest declares, sorted, or why it could not be read.
pub fn dependencies(_path: &RepoPath, _bytes: &[u8]) -> Result<Vec<Dependency>, String> {
    Ok(Vec::new())
}
