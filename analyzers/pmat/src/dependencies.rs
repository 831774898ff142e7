//! Dependencies of a whole tree, from the manifests in it.

use facts::RepoFacts;
use facts::manifest::{self, Dependency, DependencyScope, Ecosystem};
use facts::model::RepoPath;
use facts::source::{Entry, SourceTree};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What the manifests of a tree declare.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Dependencies {
    /// Manifests that were read.
    pub manifests: usize,
    /// By ecosystem.
    pub ecosystems: Vec<EcosystemDependencies>,
    /// Manifests that were not read, with the reason, sorted by path.
    pub not_read: Vec<NotRead>,
}

/// A manifest that was not read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct NotRead {
    /// The manifest.
    pub manifest: RepoPath,
    /// A message that names the file, the line where there is one, and the reason.
    pub why: String,
}

/// The dependencies from one ecosystem.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "Ecosystem")]
pub struct EcosystemDependencies {
    /// The ecosystem.
    pub ecosystem: Ecosystem,
    /// Manifests that declare at least one dependency.
    pub manifests: usize,
    /// Distinct packages in all scopes together.
    pub packages: usize,
    /// By scope.
    pub scopes: Vec<ScopeDependencies>,
    /// Distinct packages of the tree itself that others in it depend on.
    pub local: usize,
}

/// The dependencies from one ecosystem in one scope.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "Scope")]
pub struct ScopeDependencies {
    /// The scope.
    pub scope: DependencyScope,
    /// Distinct packages, sorted by name.
    pub packages: Vec<Package>,
}

/// A package and the manifests that ask for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Package {
    /// Its name as first declared.
    pub name: String,
    /// The distinct requirements, sorted; empty if none is declared.
    pub requirements: Vec<String>,
    /// True if at least one manifest asks for it directly.
    pub direct: bool,
    /// The manifests, sorted.
    pub manifests: Vec<RepoPath>,
}

/// Reads every manifest of `tree` that the facts list, measured or skipped for its language.
pub fn of(tree: &dyn SourceTree, repo: &RepoFacts) -> Dependencies {
    let (mut declared, mut not_read, mut manifests) = (Vec::new(), Vec::new(), BTreeMap::new());
    for (path, entry) in manifests_of(tree, repo, &mut not_read) {
        let read = tree.read(&entry).map_err(|error| error.to_string());
        match read.and_then(|bytes| manifest::dependencies(&path, &bytes).map_err(|error| error.to_string()))
        {
            Ok(found) => {
                for ecosystem in found.iter().map(|dependency| dependency.ecosystem).collect::<BTreeSet<_>>()
                {
                    *manifests.entry(ecosystem).or_insert(0) += 1;
                }
                declared.push(found);
            }
            Err(why) => not_read.push(NotRead { manifest: path, why }),
        }
    }
    not_read.sort();
    let count = declared.len();
    let mut by_ecosystem: BTreeMap<Ecosystem, Vec<Dependency>> = BTreeMap::new();
    for dependency in declared.into_iter().flatten() {
        by_ecosystem.entry(dependency.ecosystem).or_default().push(dependency);
    }
    let ecosystems = by_ecosystem
        .into_iter()
        .map(|(ecosystem, all)| ecosystem_dependencies(ecosystem, manifests[&ecosystem], all))
        .collect();
    Dependencies { manifests: count, ecosystems, not_read }
}

/// Manifests by path. They come from the listing, not from the facts, because `go.mod` and `requirements.txt` may have
/// no known language. Files left out by the user, or as generated or vendored, are not included.
fn manifests_of(
    tree: &dyn SourceTree,
    repo: &RepoFacts,
    not_read: &mut Vec<NotRead>,
) -> Vec<(RepoPath, Entry)> {
    let known = repo.files.iter().map(|file| &file.entry).filter(|entry| manifest::is_manifest(&entry.path));
    let mut found: BTreeMap<RepoPath, Entry> =
        known.map(|entry| (entry.path.clone(), entry.clone())).collect();
    let skipped = repo.skipped.iter().filter(|skipped| manifest::is_manifest(&skipped.path));
    let skipped: Vec<_> = skipped.filter(|skipped| !found.contains_key(&skipped.path)).collect();
    if skipped.is_empty() {
        return found.into_iter().collect();
    }
    match tree.listing() {
        Ok(listing) => {
            let wanted: BTreeSet<&RepoPath> = skipped.iter().map(|skipped| &skipped.path).collect();
            for entry in listing.entries.into_iter().filter(|entry| wanted.contains(&entry.path)) {
                found.insert(entry.path.clone(), entry);
            }
        }
        Err(error) => not_read.extend(
            skipped.iter().map(|skipped| NotRead { manifest: skipped.path.clone(), why: error.to_string() }),
        ),
    }
    found.into_iter().collect()
}

fn ecosystem_dependencies(
    ecosystem: Ecosystem,
    manifests: usize,
    all: Vec<Dependency>,
) -> EcosystemDependencies {
    let key = |name: &str| normal_name(ecosystem, name);
    // An inherited version belongs to the scopes in which members use it; a path there makes the package local.
    let local: BTreeSet<String> = all.iter().filter(|dep| dep.local).map(|dep| key(&dep.name)).collect();
    let used: BTreeSet<String> =
        all.iter().filter(|dep| dep.scope != DependencyScope::Inherited).map(|dep| key(&dep.name)).collect();
    let mut inherited: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for dependency in all.iter().filter(|dep| dep.scope == DependencyScope::Inherited) {
        inherited.entry(key(&dependency.name)).or_default().extend(dependency.requirement.clone());
    }
    let mut packages: BTreeMap<(DependencyScope, String), Gathered> = BTreeMap::new();
    for dependency in &all {
        let name = key(&dependency.name);
        let unused_elsewhere = dependency.scope != DependencyScope::Inherited || !used.contains(&name);
        if unused_elsewhere && !local.contains(&name) {
            packages
                .entry((dependency.scope, name.clone()))
                .or_default()
                .add(dependency, inherited.get(&name));
        }
    }
    let distinct: BTreeSet<String> = packages.keys().map(|(_, name)| name.clone()).collect();
    let mut scopes: BTreeMap<DependencyScope, Vec<Package>> = BTreeMap::new();
    for ((scope, _), gathered) in packages {
        scopes.entry(scope).or_default().push(gathered.package());
    }
    EcosystemDependencies {
        ecosystem,
        manifests,
        packages: distinct.len(),
        scopes: scopes.into_iter().map(|(scope, packages)| ScopeDependencies { scope, packages }).collect(),
        local: local.len(),
    }
}

/// Declarations of one package in one scope.
#[derive(Default)]
struct Gathered {
    name: String,
    requirements: BTreeSet<String>,
    direct: bool,
    manifests: BTreeSet<RepoPath>,
}

impl Gathered {
    fn add(&mut self, dependency: &Dependency, inherited: Option<&BTreeSet<String>>) {
        if self.name.is_empty() {
            self.name.clone_from(&dependency.name);
        }
        match &dependency.requirement {
            Some(requirement) => {
                self.requirements.insert(requirement.clone());
            }
            None => self.requirements.extend(inherited.into_iter().flatten().cloned()),
        }
        self.direct |= dependency.direct;
        self.manifests.insert(dependency.manifest.clone());
    }

    fn package(self) -> Package {
        Package {
            name: self.name,
            requirements: self.requirements.into_iter().collect(),
            direct: self.direct,
            manifests: self.manifests.into_iter().collect(),
        }
    }
}

/// The form in which names are compared: PyPI ignores case and treats `-`, `_` and `.` alike (PEP 503).
fn normal_name(ecosystem: Ecosystem, name: &str) -> String {
    if ecosystem != Ecosystem::PyPi {
        return name.to_owned();
    }
    let mut normal = String::with_capacity(name.len());
    for part in name.split(['-', '_', '.']).filter(|part| !part.is_empty()) {
        if !normal.is_empty() {
            normal.push('-');
        }
        normal.push_str(&part.to_ascii_lowercase());
    }
    normal
}
