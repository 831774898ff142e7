//! Imports that lead in a circle.

use super::FileImport;
use crate::algorithms::cycles::cycles;
use crate::csr::Csr;
use facts::RepoFacts;
use facts::language::Language;
use facts::model::RepoPath;
use facts::source::SourceTree;
use rustc_hash::{FxHashMap, FxHashSet};

/// Files or packages that import each other in a circle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportCycle {
    /// All that reach each other: paths of files; of folders for languages whose unit is the package. Sorted.
    pub members: Vec<RepoPath>,
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
    language.grammar()?;
    match language {
        Language::Rust => None,
        Language::Java | Language::Kotlin | Language::Scala | Language::Go => Some(CycleUnit::Package),
        _ => Some(CycleUnit::File),
    }
}

/// The import cycles among the files that `keep` accepts (by their index), the largest first, ties by path.
///
/// `imports` are those of [`CodeGraph::imports`](super::CodeGraph::imports).
pub fn import_cycles(
    tree: &dyn SourceTree,
    facts: &RepoFacts,
    imports: &[FileImport],
    options: CycleOptions,
    keep: &dyn Fn(u32) -> bool,
) -> Vec<ImportCycle> {
    let units = Units::new(facts, keep);
    let counts = |import: &&FileImport| options.deferred || !import.deferred;
    let first = units.cycles(imports.iter().filter(counts));
    if options.deferred || first.is_empty() {
        return first;
    }
    // Only the files of a circle are read for imports that no program executes.
    let members: FxHashSet<u32> = first.iter().flat_map(|cycle| units.files_of(&cycle.members)).collect();
    let erased: FxHashMap<u32, Vec<u32>> =
        members.into_iter().map(|file| (file, type_checking_lines(tree, facts, file))).collect();
    let happens = |import: &&FileImport| {
        !import.deferred && !erased.get(&import.from).is_some_and(|lines| lines.contains(&import.line))
    };
    units.cycles(imports.iter().filter(happens))
}

/// The files of a tree by the unit they belong to.
struct Units<'f> {
    /// For each file the number of its unit.
    of_file: Vec<Option<u32>>,
    paths: Vec<&'f [u8]>,
    files: FxHashMap<&'f [u8], Vec<u32>>,
}

impl<'f> Units<'f> {
    fn new(facts: &'f RepoFacts, keep: &dyn Fn(u32) -> bool) -> Self {
        let mut units = Units { of_file: Vec::new(), paths: Vec::new(), files: FxHashMap::default() };
        let mut numbers: FxHashMap<&[u8], u32> = FxHashMap::default();
        for (file, record) in facts.files.iter().enumerate() {
            let path = match unit(record.data.facts.language).filter(|_| keep(file as u32)) {
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
            units.files.entry(path).or_default().push(file as u32);
        }
        units
    }

    fn files_of<'s>(&'s self, members: &'s [RepoPath]) -> impl Iterator<Item = u32> + 's {
        members.iter().filter_map(|path| self.files.get(path.as_bytes())).flatten().copied()
    }

    fn cycles<'i>(&self, imports: impl Iterator<Item = &'i FileImport>) -> Vec<ImportCycle> {
        let mut first: FxHashMap<(u32, u32), FileImport> = FxHashMap::default();
        for import in imports {
            let unit = |file: u32| self.of_file.get(file as usize).copied().flatten();
            if let (Some(from), Some(to)) = (unit(import.from), unit(import.to))
                && from != to
            {
                let known = first.entry((from, to)).or_insert(*import);
                *known = (*known).min(*import);
            }
        }
        let mut edges: Vec<(u32, u32, f64)> = first.keys().map(|(from, to)| (*from, *to, 1.0)).collect();
        edges.sort_by_key(|(from, to, _)| (*from, *to));
        let graph = Csr::new(self.paths.len(), edges);
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
        let found = cycles(&graph).into_iter();
        found
            .map(|cycle| ImportCycle { members: paths(&cycle.members), shortest: steps(&cycle.shortest) })
            .collect()
    }
}

/// The lines of a Python file below `if TYPE_CHECKING:`, which only type checkers execute.
fn type_checking_lines(tree: &dyn SourceTree, facts: &RepoFacts, file: u32) -> Vec<u32> {
    let record = &facts.files[file as usize];
    if record.data.facts.language != Language::Python {
        return Vec::new();
    }
    let bytes = tree.read(&record.entry).unwrap_or_default();
    let mut lines = Vec::new();
    let mut block: Option<usize> = None;
    for (number, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
        let text = line.trim_ascii();
        let indent = line.len() - line.trim_ascii_start().len();
        if text.is_empty() || text.starts_with(b"#") {
            continue;
        }
        if block.is_some_and(|outer| indent > outer) {
            lines.push(number as u32 + 1);
            continue;
        }
        let code = text.split(|byte| *byte == b'#').next().unwrap_or_default().trim_ascii_end();
        let condition = code.strip_prefix(b"if ").and_then(|rest| rest.strip_suffix(b":"));
        let name = condition.and_then(|condition| condition.rsplit(|byte| *byte == b'.').next());
        let checks = name.is_some_and(|name| name.trim_ascii() == b"TYPE_CHECKING");
        block = checks.then_some(indent);
    }
    lines
}
