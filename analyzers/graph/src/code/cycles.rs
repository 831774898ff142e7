//! Imports that lead in a circle.

use super::FileImport;
use crate::algorithms::cycles::{Cycle, cycles};
use crate::csr::Csr;
use facts::hash::{HashMap, HashSet};
use facts::language::Language;
use facts::model::RepoPath;
use facts::{FileRecord, RepoFacts};

/// Files or packages that import each other in a circle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportCycle {
    /// All that reach each other: paths of files; of folders for languages whose unit is the package. Sorted.
    pub members: Vec<RepoPath>,
    /// The files that import another member, by index, in order.
    pub files: Vec<u32>,
    /// The imports of one shortest circle among them, in order; the last leads back to where the first starts.
    pub shortest: Vec<FileImport>,
}

/// Which imports count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CycleOptions {
    /// Also those that do not happen when a file is loaded: inside functions, of types only.
    pub deferred: bool,
}

/// What must not form circles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum CycleUnit {
    /// Each file by itself.
    File,
    /// The files of a folder together.
    Package,
}

/// The unit of a language; none where circles are no fault (the modules of a Rust crate are compiled as one).
fn unit(language: Language) -> Option<CycleUnit> {
    match language {
        Language::Rust => None,
        Language::Vue | Language::Svelte | Language::Astro => Some(CycleUnit::File),
        _ if language.grammar().is_none() => None,
        Language::Java | Language::Kotlin | Language::Scala | Language::Go => Some(CycleUnit::Package),
        _ => Some(CycleUnit::File),
    }
}

/// The import cycles among the files that `keep` accepts (by their index), the largest first, ties by path.
///
/// `imports` are those of [`CodeGraph::imports`](super::CodeGraph::imports).
pub fn import_cycles(
    facts: &RepoFacts,
    imports: &[FileImport],
    options: CycleOptions,
    keep: &dyn Fn(u32) -> bool,
) -> Vec<ImportCycle> {
    let counts = |import: &&FileImport| options.deferred || !import.deferred;
    let imports: Vec<FileImport> = imports.iter().filter(counts).copied().collect();
    Units::new(facts, keep).cycles(&imports)
}

/// The folders that hold files of packages which are no tests.
fn code_folders(facts: &RepoFacts) -> HashSet<&[u8]> {
    let of_packages = |file: &&FileRecord| unit(file.data.facts.language) == Some(CycleUnit::Package);
    let code = facts.files.iter().filter(of_packages).filter(|file| !file.is_test_file());
    code.map(|file| file.path().parent()).collect()
}

/// True for a test that stands in the folder of the package it tests: nobody who uses the package loads it. Go never builds
/// `_test.go` files into what others import, and they may be a package of their own (`package a_test`).
fn is_beside_its_package(record: &FileRecord, code: &HashSet<&[u8]>) -> bool {
    let language = record.data.facts.language;
    let never_imported = language == Language::Go && record.path().as_bytes().ends_with(b"_test.go");
    let is_test = || record.is_test_file() && code.contains(record.path().parent());
    never_imported || (unit(language) == Some(CycleUnit::Package) && is_test())
}

/// The files of a tree by the unit they belong to.
struct Units<'f> {
    /// For each file the number of its unit.
    of_file: Vec<Option<u32>>,
    paths: Vec<&'f [u8]>,
}

impl<'f> Units<'f> {
    fn new(facts: &'f RepoFacts, keep: &dyn Fn(u32) -> bool) -> Self {
        let mut units = Units { of_file: Vec::new(), paths: Vec::new() };
        let code = code_folders(facts);
        let keep = |file: u32, record: &FileRecord| keep(file) && !is_beside_its_package(record, &code);
        let mut numbers: HashMap<&[u8], u32> = HashMap::default();
        for (file, record) in facts.files.iter().enumerate() {
            let path = match unit(record.data.facts.language).filter(|_| keep(file as u32, record)) {
                Some(CycleUnit::File) => record.path().as_bytes(),
                Some(CycleUnit::Package) => record.path().parent(),
                None => {
                    units.of_file.push(None);
                    continue;
                }
            };
            let number = *numbers.entry(path).or_insert(units.paths.len() as u32);
            if number as usize == units.paths.len() {
                units.paths.push(path);
            }
            units.of_file.push(Some(number));
        }
        units
    }

    /// The units that an import leads from and to, where they differ.
    fn ends(&self, import: &FileImport) -> Option<(u32, u32)> {
        let unit = |file: u32| self.of_file.get(file as usize).copied().flatten();
        Some((unit(import.from)?, unit(import.to)?)).filter(|(from, to)| from != to)
    }

    fn cycles(&self, imports: &[FileImport]) -> Vec<ImportCycle> {
        let mut first: HashMap<(u32, u32), FileImport> = HashMap::default();
        for import in imports {
            if let Some(ends) = self.ends(import) {
                let known = first.entry(ends).or_insert(*import);
                *known = (*known).min(*import);
            }
        }
        let mut edges: Vec<(u32, u32, f64)> = first.keys().map(|(from, to)| (*from, *to, 1.0)).collect();
        edges.sort_by_key(|(from, to, _)| (*from, *to));
        let found = cycles(&Csr::new(self.paths.len(), edges));
        let files = self.files_of(&found, imports);
        let paths = |members: &[u32]| {
            let mut paths: Vec<RepoPath> =
                members.iter().map(|unit| RepoPath::new(self.paths[*unit as usize])).collect();
            paths.sort_unstable();
            paths
        };
        let steps = |ring: &[u32]| {
            let next = ring.iter().cycle().skip(1);
            ring.iter().zip(next).filter_map(|(from, to)| first.get(&(*from, *to)).copied()).collect()
        };
        let cycle = |(cycle, files): (Cycle, Vec<u32>)| ImportCycle {
            members: paths(&cycle.members),
            files,
            shortest: steps(&cycle.shortest),
        };
        found.into_iter().zip(files).map(cycle).collect()
    }

    /// For each cycle the files that import from one member of it to another.
    fn files_of(&self, found: &[Cycle], imports: &[FileImport]) -> Vec<Vec<u32>> {
        let mut cycle_of: Vec<Option<usize>> = vec![None; self.paths.len()];
        for (number, cycle) in found.iter().enumerate() {
            cycle.members.iter().for_each(|unit| cycle_of[*unit as usize] = Some(number));
        }
        let mut files = vec![Vec::new(); found.len()];
        for import in imports {
            if let Some((from, to)) = self.ends(import)
                && let Some(cycle) =
                    cycle_of[from as usize].filter(|cycle| cycle_of[to as usize] == Some(*cycle))
            {
                files[cycle].push(import.from);
            }
        }
        for files in &mut files {
            files.sort_unstable();
            files.dedup();
        }
        files
    }
}

#[cfg(test)]
mod tests;
