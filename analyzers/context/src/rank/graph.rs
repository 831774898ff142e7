//! Who uses what, from file to file: the code graph, with a weight for each use.

use facts::RepoFacts;
use facts::hash::HashMap;
use facts::model::{Definition, DefinitionKind};
use trueno_graph::code::{CodeGraph, Edge, NodeId};
use trueno_graph::csr::Csr;

/// The weight of an import itself, in references to a name that only one file defines.
const IMPORT_WEIGHT: f64 = 1.0;
/// The weight of the way back from a definition to its users, where something is asked: it shows at its users, too.
const BACKWARD: f64 = 0.6;
/// The same where nothing is asked. Without it a file that only one central file uses would be as important as that one.
const BACKWARD_UNASKED: f64 = 0.25;

/// The reference graph of a tree.
pub(super) struct ReferenceGraph {
    /// Edges from the using file to the used one, and back with less weight.
    pub links: Csr,
    /// Uses of definitions by other files, for ranking the definitions of a file.
    pub uses: Vec<Use>,
}

/// A file's uses of a definition in another file.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Use {
    /// The using file.
    pub from: u32,
    /// The defining file.
    pub to: u32,
    /// Index of the definition in its file.
    pub definition: u32,
    /// Weight of the edge.
    pub weight: f64,
}

/// Builds the graph. The weight of a use is the square root of the number of uses (a name used a hundred times is not a
/// hundred times as related) times the rarity of the name among the files times the confidence of the edge. `is_asked` says
/// whether the user points at something.
pub(super) fn build(repo: &RepoFacts, graph: &CodeGraph, is_asked: bool) -> ReferenceGraph {
    let uses = uses(repo, graph);
    let mut edges: Vec<(u32, u32, f64)> = imported_files(graph);
    edges.extend(uses.iter().map(|usage| (usage.from, usage.to, usage.weight)));
    let backward = if is_asked { BACKWARD } else { BACKWARD_UNASKED };
    let back: Vec<_> = edges.iter().map(|(from, to, weight)| (*to, *from, weight * backward)).collect();
    edges.extend(back);
    ReferenceGraph { links: Csr::new(repo.files.len(), edges), uses }
}

/// Which file imports which, once each. The import of a folder is shared among its files.
fn imported_files(graph: &CodeGraph) -> Vec<(u32, u32, f64)> {
    let same_files = graph.imports.chunk_by(|a, b| (a.from, a.to) == (b.from, b.to));
    let between = same_files.filter(|imports| imports[0].from != imports[0].to);
    between
        .map(|imports| {
            let share = imports.iter().map(|import| import.share).min().unwrap_or(1);
            (imports[0].from, imports[0].to, IMPORT_WEIGHT / f64::from(share.max(1)))
        })
        .collect()
}

fn uses(repo: &RepoFacts, graph: &CodeGraph) -> Vec<Use> {
    let users = users_by_name(repo);
    let file = |node: NodeId| graph.nodes[node as usize].file;
    let mut found = Vec::new();
    // Nodes are in the order of their files, and edges in that of their nodes.
    for edges in graph.edges.chunk_by(|a, b| file(a.from) == file(b.from)) {
        let from = file(edges[0].from);
        let mut outwards: Vec<&Edge> = edges.iter().filter(|edge| file(edge.to) != from).collect();
        outwards.sort_by_key(|edge| edge.to);
        for same in outwards.chunk_by(|a, b| a.to == b.to) {
            let node = graph.nodes[same[0].to as usize];
            let Some((number, definition)) = node.definition.zip(definition(repo, graph, same[0].to)) else {
                continue;
            };
            if definition.kind == DefinitionKind::Module {
                continue;
            }
            let using = users.get(definition.name.as_str()).copied().unwrap_or(1);
            let rarity = (1.0 + repo.files.len() as f64 / f64::from(using.max(1))).ln();
            found.push(Use { from, to: node.file, definition: number, weight: rarity * strength(same) });
        }
    }
    found
}

/// The square root of the number of uses times their mean confidence.
fn strength(edges: &[&Edge]) -> f64 {
    let count: f64 = edges.iter().map(|edge| f64::from(edge.count)).sum();
    let sure: f64 = edges.iter().map(|edge| f64::from(edge.count) * f64::from(edge.confidence)).sum();
    sure / count.max(1.0).sqrt()
}

fn definition<'r>(repo: &'r RepoFacts, graph: &CodeGraph, node: NodeId) -> Option<&'r Definition> {
    let node = graph.nodes[node as usize];
    let symbols = repo.files.get(node.file as usize)?.data.symbols.as_ref()?;
    symbols.definitions.get(node.definition? as usize)
}

/// In how many files each name is used.
fn users_by_name(repo: &RepoFacts) -> HashMap<&str, u32> {
    let mut users: HashMap<&str, u32> = HashMap::default();
    for name in repo.files.iter().flat_map(|file| file.data.symbols.iter().flat_map(|symbols| &symbols.names))
    {
        *users.entry(name).or_default() += 1;
    }
    users
}
