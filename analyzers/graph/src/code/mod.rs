//! The code graph: who uses what, from the symbols of every file.
//!
//! ```text
//! definitions ─▶ Index ─┐
//! imports ─▶ Bindings ──┼─▶ FileResolver, one for each file ─▶ edges
//! references ───────────┘
//! ```
//!
//! `docs/graph.md` says how names are resolved in each language, what a confidence means, and how often it is right.

mod bindings;
mod co_change;
mod confidence;
mod cycles;
pub mod imports;
mod index;
mod inherit;
mod names;
mod receiver;
mod resolve;
mod rules;
mod signature;

pub use self::bindings::around as definitions_around;
pub use self::co_change::{CoChange, CoChangeOptions, co_change};
pub use self::cycles::{CycleOptions, ImportCycle, import_cycles};

use self::bindings::{Bindings, Meaning, Visited};
use self::imports::{Manifests, Resolver, is_manifest};
use self::index::Index;
use self::resolve::{FileResolver, FileUses};
use facts::source::SourceTree;
use facts::{RepoFacts, Sections};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// The sections of the facts that the code graph is made from.
pub const SECTIONS: Sections = Sections { comments: false, symbols: true, tokens: false, types: false };

/// Index into [`CodeGraph::nodes`].
pub type NodeId = u32;

/// Definitions and files, and who uses whom.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CodeGraph {
    /// The files in the order of [`RepoFacts::files`](facts::RepoFacts::files), each followed by its definitions in order.
    pub nodes: Vec<Node>,
    /// For each file the id of its own node; its definition `i` is node `file_node + 1 + i`.
    pub file_nodes: Vec<NodeId>,
    /// Sorted by (from, to, kind); one edge for each.
    pub edges: Vec<Edge>,
    /// For each file the uses whose name is defined somewhere in the tree, but which could not be told apart.
    pub ambiguous: Vec<u32>,
    /// For each file the calls that lead out of the tree: to libraries, to what no file defines.
    pub external: Vec<u32>,
    /// Which file imports which, sorted by (from, to, line).
    pub imports: Vec<FileImport>,
}

/// A file (its code outside all definitions) or a definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Node {
    /// Index into [`RepoFacts::files`](facts::RepoFacts::files).
    pub file: u32,
    /// Index into the file's definitions; none for the file itself.
    pub definition: Option<u32>,
}

/// A use of one node by another.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Edge {
    /// Who uses.
    pub from: NodeId,
    /// What is used.
    pub to: NodeId,
    /// How.
    pub kind: EdgeKind,
    /// How often.
    pub count: u32,
    /// How sure it is that this very node is meant, from 0 (not) to 1 (the only one that can be). The scale is in
    /// `docs/graph.md`; from .5 on more speaks for the edge than against it.
    pub confidence: f32,
}

/// How a node uses another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EdgeKind {
    /// Calls it. A call of a type calls its constructor, too.
    Call,
    /// Names it otherwise: a type, a constant, a function as a value.
    Use,
    /// Imports it: from a file to a file, or to the definition that is named.
    Import,
    /// Extends or implements it.
    Inherit,
}

/// An import statement that leads from a file to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct FileImport {
    /// Index of the importing file.
    pub from: u32,
    /// Index of the imported file.
    pub to: u32,
    /// Line of the import.
    pub line: u32,
    /// True where the import does not happen when the file is loaded: inside a function, or of types only.
    pub deferred: bool,
    /// The number of files that the import leads to: more than 1 for that of a whole folder (a Go package).
    pub share: u32,
}

/// The manifests and imports of a tree: what it takes to follow an import.
fn with_resolver<T>(tree: &dyn SourceTree, facts: &RepoFacts, use_it: impl FnOnce(&Resolver<'_>) -> T) -> T {
    let listing = tree.listing().unwrap_or_default();
    let listed = listing.entries.iter().map(|entry| &entry.path);
    let paths = listed.chain(facts.files.iter().map(|file| file.path()));
    let paths: Vec<&str> = paths.filter_map(|path| std::str::from_utf8(path.as_bytes()).ok()).collect();
    let manifests = listing.entries.iter().filter_map(|entry| {
        let path = std::str::from_utf8(entry.path.as_bytes()).ok().filter(|path| is_manifest(path))?;
        // A manifest that cannot be read names no package: its imports lead out of the tree.
        let text = String::from_utf8(tree.read(entry).ok()?).ok()?;
        Some((path.to_owned(), text))
    });
    let manifests = Manifests::new(&manifests.collect::<Vec<_>>());
    use_it(&Resolver::new(paths, manifests, facts))
}

/// Builds the code graph of a tree. Facts without the sections of [`SECTIONS`] give files without definitions.
pub fn build(tree: &dyn SourceTree, facts: &RepoFacts) -> CodeGraph {
    with_resolver(tree, facts, |resolver| {
        let languages: Vec<_> = facts.files.iter().map(|file| file.data.facts.language).collect();
        let index = Index::new(facts);
        let bindings = Bindings::new(&index, resolver, &languages);
        index.set_bases(inherit::bases(&index, &bindings));
        let files = 0..index.files.len() as u32;
        let uses: Vec<FileUses> = files
            .into_par_iter()
            .map(|file| FileResolver::new(&index, &bindings, file).map(FileResolver::run).unwrap_or_default())
            .collect();
        assemble(&index, &bindings, uses)
    })
}

fn assemble(index: &Index<'_>, bindings: &Bindings<'_, '_>, uses: Vec<FileUses>) -> CodeGraph {
    let ambiguous = uses.iter().map(|uses| uses.ambiguous).collect();
    let external = uses.iter().map(|uses| uses.external).collect();
    let mut edges: Vec<Edge> = uses.into_iter().flat_map(|uses| uses.edges).collect();
    edges.extend(inherit::edges(index));
    let mut imports = Vec::new();
    for file in 0..index.files.len() as u32 {
        let from = index.files[file as usize].node;
        let of_file = bindings.of(file);
        imports.extend(&of_file.files);
        let import =
            |to: NodeId, confidence: f32| Edge { from, to, kind: EdgeKind::Import, count: 1, confidence };
        edges.extend(
            of_file.files.iter().map(|i| import(index.files[i.to as usize].node, 1.0 / i.share as f32)),
        );
        for bound in &of_file.leads {
            if let Meaning::Definitions(nodes) = bindings.follow(bound, &mut Visited::default()) {
                let share = 1.0 / nodes.len() as f32;
                edges.extend(nodes.into_iter().map(|node| import(node, share)));
            }
        }
    }
    imports.sort_unstable();
    edges.retain(|edge| edge.from != edge.to || edge.kind == EdgeKind::Call);
    edges.par_sort_by_key(|edge| (edge.from, edge.to, edge.kind));
    edges.dedup_by(|next, kept| {
        let same = (next.from, next.to, next.kind) == (kept.from, kept.to, kept.kind);
        if same {
            kept.count += next.count;
            kept.confidence = kept.confidence.max(next.confidence);
        }
        same
    });
    let file_nodes = index.files.iter().map(|file| file.node).collect();
    CodeGraph { nodes: index.nodes.clone(), file_nodes, edges, ambiguous, external, imports }
}
