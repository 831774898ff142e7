//! Where in the files the figures come from; only explanations need this.

use crate::tdg::inputs::{Uses, copies, token_lines, within};
use crate::tdg::naming::Custom;
use crate::tdg::public_items::needs_documentation;
use clones::{Clones, LineRange};
use facts::source::SourceTree;
use facts::{FileRecord, RepoFacts};
use serde::{Deserialize, Serialize};
use trueno_graph::code::CodeGraph;

/// For each file of the facts where its figures come from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TdgDetails {
    /// In the order of [`RepoFacts::files`].
    pub files: Vec<FileDetails>,
}

/// Where the figures of a file come from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileDetails {
    /// Lines that are elsewhere too, with the number of them that hold tokens.
    pub duplicated: Vec<(LineRange, u32)>,
    /// Lines of the names of what needs documentation and has none.
    pub undocumented: Vec<u32>,
    /// Lines of the names that are written against the convention.
    pub off_names: Vec<u32>,
    /// The first few of the other files it uses, by index.
    pub used_files: Vec<u32>,
    /// The first few of the other files in an import cycle with it, by index.
    pub cycle: Vec<u32>,
}

/// Other files that are named for one file: enough to see where to begin.
const MOST_OTHERS: usize = 20;

impl TdgDetails {
    /// Makes them from facts of `tree` with [`SECTIONS`](crate::tdg::SECTIONS).
    pub fn measure(tree: &dyn SourceTree, repo: &RepoFacts) -> TdgDetails {
        TdgDetails::by_graph(repo, &trueno_graph::code::build(tree, repo))
    }

    /// The same where somebody has the graph of the code.
    pub fn by_graph(repo: &RepoFacts, graph: &CodeGraph) -> TdgDetails {
        TdgDetails::of(repo, &copies(repo), graph)
    }

    /// Reads them from the same as [`TdgInputs`](crate::tdg::TdgInputs).
    fn of(repo: &RepoFacts, clones: &Clones, graph: &CodeGraph) -> TdgDetails {
        let custom = Custom::of(repo);
        let uses = Uses::of(repo, graph);
        let files = repo.files.iter().enumerate().map(|(index, file)| {
            let duplicated = clones.duplicated.get(index).map_or(&[][..], Vec::as_slice);
            let mut details = file_details(file, duplicated, &custom);
            let own = &uses.files[index];
            details.used_files = own.files.iter().copied().take(MOST_OTHERS).collect();
            let cycle =
                own.component.and_then(|component| uses.cycles.get(component as usize)).into_iter().flatten();
            let others = cycle.copied().filter(|other| *other as usize != index);
            details.cycle = others.take(MOST_OTHERS).collect();
            details
        });
        TdgDetails { files: files.collect() }
    }
}

fn file_details(file: &FileRecord, duplicated: &[LineRange], custom: &Custom) -> FileDetails {
    if !file.data.facts.has_functions() {
        return FileDetails::default();
    }
    let lines = token_lines(file.data.tokens());
    let with_tokens =
        |range: &LineRange| (*range, within(&lines, std::slice::from_ref(range), range.first, range.last).1);
    let mut details =
        FileDetails { duplicated: duplicated.iter().map(with_tokens).collect(), ..FileDetails::default() };
    let symbols = file.data.symbols();
    let test = file.is_test_file();
    for definition in &symbols.definitions {
        let public = !test && needs_documentation(definition, symbols, &file.data.facts.functions);
        if public && definition.doc.is_none() {
            details.undocumented.push(definition.name_line);
        }
        let usual = custom.judge(definition, symbols, file.data.facts.language);
        if usual.is_some_and(|(usual, _)| !usual) {
            details.off_names.push(definition.name_line);
        }
    }
    details
}
