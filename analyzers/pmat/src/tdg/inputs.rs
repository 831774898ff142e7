//! What a score needs in addition to the facts that are always loaded: what clones, the code graph and symbols say about each
//! function and file, as numbers. Remembered for a state of the tree, it makes a second run cheap.

use super::naming::Custom;
use super::public_items;
use clones::{CloneOptions, Clones, Kinds, LineRange};
use facts::model::{BlobId, TokenStream};
use facts::source::SourceTree;
use facts::{FileFacts, FileRecord, RepoFacts, Sections};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::borrow::Borrow;
use std::collections::{BTreeMap, BTreeSet};
use trueno_graph::code::{CodeGraph, CycleOptions, import_cycles};

/// The sections of the facts that [`TdgInputs::of`] reads.
pub const SECTIONS: Sections = Sections { comments: false, symbols: true, tokens: true, types: false };

/// Uses that are less sure than this are not counted as coupling.
pub(super) const SURE: f32 = 0.5;

/// What counts as duplicated: exact copies of a usual least length, and copies with other names from twice that on, because
/// short pieces of code have the same shape by chance. Gapped clones are left to `pmat analyze duplicates`.
const COPIES: [CloneOptions; 2] = [
    CloneOptions {
        min_tokens: 50,
        min_lines: 5,
        kinds: Kinds { exact: true, renamed: false, gapped: false },
    },
    CloneOptions {
        min_tokens: 100,
        min_lines: 10,
        kinds: Kinds { exact: false, renamed: true, gapped: false },
    },
];

/// The clones that count as duplication, in files and on lines. A file that equals another one is a copy as a whole, however
/// short it is.
pub(super) fn copies(repo: &RepoFacts) -> Clones {
    let [exact, renamed] = COPIES.each_ref().map(|options| clones::detect(repo, options));
    let mut all = exact;
    all.classes.extend(renamed.classes);
    let kinds = Kinds { exact: true, renamed: true, gapped: false };
    let mut all = all.among(repo, kinds, |_| true);
    let mut blobs: BTreeMap<BlobId, u32> = BTreeMap::new();
    repo.files.iter().for_each(|file| *blobs.entry(file.blob).or_default() += 1);
    for (index, file) in repo.files.iter().enumerate().filter(|(_, file)| blobs[&file.blob] > 1) {
        if let (Some(ranges), Some(share)) = (all.duplicated.get_mut(index), all.lines.get_mut(index)) {
            *ranges = vec![LineRange { first: 1, last: file.data.facts.lines.physical.max(1) }];
            share.duplicated = share.compared;
        }
    }
    all
}

/// For each file of the facts what the other analyses say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TdgInputs {
    /// In the order of [`RepoFacts::files`].
    pub files: Vec<FileInputs>,
}

/// What the other analyses say about a file. All zero for a file without a grammar.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileInputs {
    /// In the order of the file's functions.
    pub functions: Vec<FunctionInputs>,
    /// Lines that are compared: those that hold code, not just an import.
    pub token_lines: u32,
    /// Those of them that are elsewhere too.
    pub duplicated: u32,
    /// Other files it uses.
    pub used_files: u32,
    /// Other files that are in an import cycle with it.
    pub cycle: u32,
    /// Definitions that need documentation.
    pub public: u32,
    /// Those of them that are documented.
    pub documented: u32,
    /// Names that could be judged.
    pub names: u32,
    /// Those of them that are written against the convention.
    pub off_names: u32,
}

/// What the other analyses say about a function.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FunctionInputs {
    /// Lines with tokens.
    pub token_lines: u32,
    /// Those of them that are elsewhere too.
    pub duplicated: u32,
    /// Other files it uses; none when it is no definition of its own.
    pub used_files: Option<u32>,
    /// Whether it is documented; none when it need not be.
    pub documented: Option<bool>,
    /// Whether its name is written as is usual; none when there is nothing to judge.
    pub usual_name: Option<bool>,
}

impl TdgInputs {
    /// Makes them from facts of `tree` with [`SECTIONS`].
    pub fn measure(tree: &dyn SourceTree, repo: &RepoFacts) -> TdgInputs {
        TdgInputs::by_graph(repo, || trueno_graph::code::build(tree, repo))
    }

    /// The same where somebody has the graph of the code; it is asked for when copies have been looked for.
    pub fn by_graph<G>(repo: &RepoFacts, graph: impl FnOnce() -> G) -> TdgInputs
    where
        G: Borrow<CodeGraph>,
    {
        let copies = copies(repo);
        TdgInputs::of(repo, &copies, graph().borrow())
    }

    /// Reads them from facts with [`SECTIONS`], and from the clones and the code graph of the same facts.
    pub(super) fn of(repo: &RepoFacts, clones: &Clones, graph: &CodeGraph) -> TdgInputs {
        let custom = Custom::of(repo);
        let uses = Uses::of(repo, graph);
        let file = |(index, file): (usize, &FileRecord)| {
            if !file.data.facts.has_functions() {
                return FileInputs::default();
            }
            let duplicated = clones.duplicated.get(index).map_or(&[][..], Vec::as_slice);
            let share = clones.lines.get(index).copied().unwrap_or_default();
            let inputs = file_inputs(file, duplicated, &uses.files[index], &custom);
            let lines = |lines| u32::try_from(lines).unwrap_or(u32::MAX);
            FileInputs { token_lines: lines(share.compared), duplicated: lines(share.duplicated), ..inputs }
        };
        TdgInputs { files: repo.files.par_iter().enumerate().map(file).collect() }
    }
}

fn file_inputs(file: &FileRecord, duplicated: &[LineRange], uses: &FileUses, custom: &Custom) -> FileInputs {
    let facts = &file.data.facts;
    let symbols = file.data.symbols();
    let lines = token_lines(file.data.tokens());
    let (token_lines, duplicated_lines) = within(&lines, duplicated, 0, u32::MAX);
    let function = |function: &facts::model::Function| {
        let (token_lines, duplicated) =
            within(&lines, duplicated, function.span.start_line, function.span.end_line);
        FunctionInputs { token_lines, duplicated, ..FunctionInputs::default() }
    };
    let mut inputs = FileInputs {
        functions: facts.functions.iter().map(function).collect(),
        token_lines,
        duplicated: duplicated_lines,
        used_files: uses.files.len() as u32,
        cycle: uses.cycle,
        ..FileInputs::default()
    };
    let test = file.is_test_file();
    for (index, definition) in symbols.definitions.iter().enumerate() {
        let own = definition.function.and_then(|function| inputs.functions.get_mut(function as usize));
        let documented = definition.doc.is_some();
        let needs = !test && public_items::needs_documentation(definition, symbols, &facts.functions);
        let usual = custom.judge(definition, symbols, facts.language).map(|(usual, _)| usual);
        if let Some(own) = own {
            own.used_files = uses.definitions.get(index).copied();
            own.documented = needs.then_some(documented);
            own.usual_name = usual;
        }
        inputs.public += u32::from(needs);
        inputs.documented += u32::from(needs && documented);
        inputs.names += u32::from(usual.is_some());
        inputs.off_names += u32::from(usual == Some(false));
    }
    inputs
}

/// The lines on which a token starts, in order, each once.
pub(super) fn token_lines(tokens: &TokenStream) -> Vec<u32> {
    let mut line = 1;
    let mut lines = Vec::new();
    for token in &tokens.tokens {
        line += token.line_delta;
        if lines.last() != Some(&line) {
            lines.push(line);
        }
    }
    lines
}

/// How many of `lines` are from `first` to `last`, and how many of these are in `ranges` (disjoint and sorted).
pub(super) fn within(lines: &[u32], ranges: &[LineRange], first: u32, last: u32) -> (u32, u32) {
    let count = |first: u32, last: u32| {
        let from = lines.partition_point(|line| *line < first);
        let to = lines.partition_point(|line| *line <= last);
        to.saturating_sub(from) as u32
    };
    let after = ranges.partition_point(|range| range.last < first);
    let inside = ranges[after..].iter().take_while(|range| range.first <= last);
    let duplicated = inside.map(|range| count(range.first.max(first), range.last.min(last))).sum();
    (count(first, last), duplicated)
}

/// What each file uses.
pub(super) struct Uses {
    /// In the order of the facts' files.
    pub files: Vec<FileUses>,
    /// The files of each import cycle, as `pmat analyze graph --cycles` finds them.
    pub cycles: Vec<Vec<u32>>,
}

/// What a file uses.
#[derive(Default)]
pub(super) struct FileUses {
    /// The other files it uses, by index.
    pub files: BTreeSet<u32>,
    /// For each of its definitions the number of other files it uses.
    pub definitions: Vec<u32>,
    /// Other files (in Java and the like other packages) that are in an import cycle with it.
    pub cycle: u32,
    /// The number of its import cycle, when it is in one: an index into [`Uses::cycles`].
    pub component: Option<u32>,
}

impl Uses {
    /// Reads them from the graph. A definition uses what is inside it uses: a type what its methods use.
    pub fn of(repo: &RepoFacts, graph: &CodeGraph) -> Uses {
        let mut files: Vec<FileUses> = repo.files.iter().map(|_| FileUses::default()).collect();
        let mut of_definitions: Vec<BTreeSet<(u32, u32)>> =
            repo.files.iter().map(|_| BTreeSet::new()).collect();
        for edge in graph.edges.iter().filter(|edge| edge.confidence >= SURE) {
            let (from, to) = (graph.nodes[edge.from as usize], graph.nodes[edge.to as usize]);
            if from.file == to.file {
                continue;
            }
            files[from.file as usize].files.insert(to.file);
            if let Some(definition) = from.definition {
                of_definitions[from.file as usize].insert((definition, to.file));
            }
        }
        for ((uses, file), used) in files.iter_mut().zip(&repo.files).zip(of_definitions) {
            uses.definitions = used_by_definitions(file, &used);
        }
        let cycles = import_cycles(repo, &graph.imports, CycleOptions::default(), &|_| true);
        for (number, cycle) in (0..).zip(&cycles) {
            for file in &cycle.files {
                let uses = &mut files[*file as usize];
                (uses.cycle, uses.component) = (cycle.members.len() as u32 - 1, Some(number));
            }
        }
        Uses { files, cycles: cycles.into_iter().map(|cycle| cycle.files).collect() }
    }
}

/// For each definition of a file the number of other files that it and what is inside it uses.
fn used_by_definitions(file: &FileRecord, used: &BTreeSet<(u32, u32)>) -> Vec<u32> {
    let Some(symbols) = &file.data.symbols else { return Vec::new() };
    let mut files: Vec<BTreeSet<u32>> = vec![BTreeSet::new(); symbols.definitions.len()];
    for &(definition, other) in used {
        let mut around = Some(definition);
        while let Some(index) = around.filter(|&index| (index as usize) < files.len()) {
            files[index as usize].insert(other);
            let parent = symbols.definitions[index as usize].parent;
            // A parent is before its parts; anything else would not end.
            around = parent.filter(|&parent| parent < index);
        }
    }
    files.iter().map(|files| files.len() as u32).collect()
}

/// Source lines of each function without those of functions nested in it, at least one.
pub(super) fn own_lines(facts: &FileFacts) -> Vec<u32> {
    let mut own: Vec<u32> = facts.functions.iter().map(|function| function.lines.source).collect();
    for function in &facts.functions {
        if let Some(around) = function.enclosing.and_then(|index| own.get_mut(index as usize)) {
            *around = around.saturating_sub(function.lines.source);
        }
    }
    own.iter().map(|lines| (*lines).max(1)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_with_tokens_are_counted_inside_and_outside_of_clones() {
        let lines = [1, 2, 4, 7, 8, 9];
        let ranges = [LineRange { first: 2, last: 5 }, LineRange { first: 8, last: 20 }];
        assert_eq!(within(&lines, &ranges, 0, u32::MAX), (6, 4));
        assert_eq!(within(&lines, &ranges, 4, 8), (3, 2));
        assert_eq!(within(&lines, &ranges, 5, 7), (1, 0));
        assert_eq!(within(&lines, &[], 1, 9), (6, 0));
    }
}
