//! The sections of the report besides the types.

use super::Figures;
use crate::code::{self, CodeGraph, EdgeKind, FileImport};
use crate::view::{KINDS, View};
use facts::hash::HashSet;
use facts::model::RepoPath;
use facts::{Measured, RepoFacts};
use schemars::JsonSchema;
use serde::Serialize;

/// How much there is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "GraphCounts")]
pub struct Counts {
    /// Files of the tree.
    pub files: usize,
    /// Those whose definitions and uses are known.
    pub files_with_symbols: usize,
    /// Definitions in them.
    pub definitions: usize,
    /// Nodes at this level.
    pub nodes: usize,
    /// Pairs of them where one uses the other.
    pub edges: usize,
    /// Calls between nodes.
    pub calls: u64,
    /// Other uses between nodes.
    pub uses: u64,
    /// Imports between nodes.
    pub imports: u64,
    /// Extensions and implementations between nodes.
    pub inherits: u64,
}

impl Counts {
    pub(super) fn of(repo: &RepoFacts, graph: &CodeGraph, view: &View) -> Counts {
        let mut totals = [0u64; KINDS.len()];
        for edge in &view.edges {
            totals.iter_mut().zip(edge.counts).for_each(|(total, count)| *total += u64::from(count));
        }
        let [calls, uses, imports, inherits] = totals;
        let with_symbols = repo.files.iter().filter(|file| file.data.facts.has_functions()).count();
        Counts {
            files: repo.files.len(),
            files_with_symbols: with_symbols,
            definitions: graph.nodes.len() - repo.files.len(),
            nodes: view.nodes.len(),
            edges: view.edges.len(),
            calls,
            uses,
            imports,
            inherits,
        }
    }
}

/// How many uses of names that the tree defines could be resolved.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Resolution {
    /// Calls and other uses that lead to a definition or file with at least the confidence asked for.
    pub resolved: u64,
    /// Those that may, with less confidence: they are no edges. A use that may mean several definitions counts once for each.
    pub unsure: u64,
    /// Uses of a name that so many definitions have that none was followed: they are no edges either.
    pub ambiguous: u64,
    /// The part of all these that is resolved, from 0 to 1; since an unsure use may count several times, at least so many uses
    /// are.
    pub part: Measured<f64>,
}

impl Resolution {
    pub(super) fn of(graph: &CodeGraph, min_confidence: f32) -> Resolution {
        let (mut resolved, mut unsure) = (0u64, 0u64);
        for edge in graph.edges.iter().filter(|edge| matches!(edge.kind, EdgeKind::Call | EdgeKind::Use)) {
            let sum = if edge.confidence >= min_confidence { &mut resolved } else { &mut unsure };
            *sum += u64::from(edge.count);
        }
        let ambiguous: u64 = graph.ambiguous.iter().map(|count| u64::from(*count)).sum();
        let part = match resolved + unsure + ambiguous {
            0 => Measured::unsupported("the tree uses no name that it defines"),
            all => Measured::Value(resolved as f64 / all as f64),
        };
        Resolution { resolved, unsure, ambiguous, part }
    }
}

/// A node with its centrality.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Central {
    /// The name of the node.
    pub name: String,
    /// `file`, `folder`, or the kind of the definition.
    pub kind: &'static str,
    /// The file or folder.
    pub path: RepoPath,
    /// Line of a definition's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// Its PageRank; those of all nodes add up to 1.
    pub pagerank: f64,
    /// The part of all shortest paths that lead over it.
    pub betweenness: f64,
    /// Number of nodes that use it.
    pub used_by: u32,
    /// Number of nodes that it uses.
    pub uses: u32,
}

pub(super) fn central(view: &View, figures: &Figures, order: &[u32], most: usize) -> Vec<Central> {
    let used = |node: &&u32| figures.uses[**node as usize] + figures.used_by[**node as usize] > 0;
    let row = |node: &u32| {
        let (at, node) = (*node as usize, &view.nodes[*node as usize]);
        Central {
            name: node.name.clone(),
            kind: node.kind,
            path: node.path.clone(),
            line: node.line,
            pagerank: figures.rank[at],
            betweenness: figures.betweenness[at],
            used_by: figures.used_by[at],
            uses: figures.uses[at],
        }
    };
    order.iter().filter(used).take(most).map(row).collect()
}

/// Files or packages that import each other in circles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ImportCycle {
    /// The files (of languages whose unit is the package: the folders), each of which imports every other, directly or
    /// through others.
    pub members: Vec<RepoPath>,
    /// The imports of one shortest circle among them; the last leads back to where the first starts.
    pub shortest: Vec<ImportStep>,
}

/// An import of a circle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ImportStep {
    /// The importing file.
    pub from: RepoPath,
    /// Line of the import.
    pub line: u32,
    /// The imported file.
    pub to: RepoPath,
}

pub(super) fn import_cycles(repo: &RepoFacts, cycles: &[code::ImportCycle]) -> Vec<ImportCycle> {
    let path = |file: u32| repo.files[file as usize].path().clone();
    let step =
        |import: &FileImport| ImportStep { from: path(import.from), line: import.line, to: path(import.to) };
    cycles
        .iter()
        .map(|cycle| ImportCycle {
            members: cycle.members.clone(),
            shortest: cycle.shortest.iter().map(step).collect(),
        })
        .collect()
}

/// The nodes of the view that stand for, contain, or are contained in a file of a cycle.
pub(super) fn in_cycles(
    repo: &RepoFacts,
    view: &View,
    graph: &CodeGraph,
    cycles: &[code::ImportCycle],
) -> Vec<u32> {
    let members: HashSet<&[u8]> =
        cycles.iter().flat_map(|cycle| &cycle.members).map(RepoPath::as_bytes).collect();
    let is_member = |file: u32| {
        let path = repo.files[file as usize].path();
        members.contains(path.as_bytes()) || members.contains(path.parent())
    };
    let nodes = view.part_of.iter().zip(&graph.nodes).filter(|(_, node)| is_member(node.file));
    let mut nodes: Vec<u32> = nodes.map(|(part, _)| *part).collect();
    nodes.sort_unstable();
    nodes.dedup();
    nodes
}

/// What belongs together: groups of nodes with more uses inside than chance would have.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Communities {
    /// Modularity of the division, from -0.5 to 1.
    pub modularity: Measured<f64>,
    /// Groups of two nodes or more.
    pub count: usize,
    /// Nodes that belong to none of them.
    pub alone: usize,
    /// The groups, the largest first.
    pub groups: Vec<Community>,
}

/// A group of nodes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Community {
    /// Its number, as in the drawing.
    pub id: u32,
    /// Number of nodes.
    pub size: usize,
    /// The folder that holds all of them, or the deepest that does.
    pub folder: RepoPath,
    /// Their names, the most central first.
    pub members: Vec<String>,
}

pub(super) fn communities(view: &View, figures: &Figures, most: usize) -> Communities {
    let mut members: Vec<Vec<u32>> = vec![Vec::new(); figures.communities.count];
    for node in &figures.by_rank {
        members[figures.communities.group[*node as usize] as usize].push(*node);
    }
    let mut groups: Vec<(u32, Vec<u32>)> =
        (0u32..).zip(members).filter(|(_, members)| members.len() > 1).collect();
    groups.sort_by_key(|(id, members)| (std::cmp::Reverse(members.len()), *id));
    let inside: usize = groups.iter().map(|(_, members)| members.len()).sum();
    let group = |(id, members): &(u32, Vec<u32>)| Community {
        id: *id,
        size: members.len(),
        folder: shared_folder(view, members),
        members: members.iter().take(most).map(|node| view.nodes[*node as usize].name.clone()).collect(),
    };
    let modularity = figures.modularity;
    Communities {
        modularity: modularity.map_or_else(|| Measured::unsupported("no node uses another"), Measured::Value),
        count: groups.len(),
        alone: view.nodes.len() - inside,
        groups: groups.iter().take(most).map(group).collect(),
    }
}

/// The deepest folder that holds all the nodes.
fn shared_folder(view: &View, members: &[u32]) -> RepoPath {
    let folder = |node: u32| {
        let node = &view.nodes[node as usize];
        if node.kind == "folder" { node.path.as_bytes() } else { node.path.parent() }
    };
    let mut shared = members.first().map_or(&b""[..], |node| folder(*node));
    for node in members {
        while !RepoPath::new(folder(*node)).is_under(shared) {
            shared = &shared[..shared.iter().rposition(|byte| *byte == b'/').unwrap_or(0)];
        }
    }
    RepoPath::new(shared)
}

/// A node on a chain of uses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "PathStep")]
pub struct Step {
    /// The name of the node.
    pub name: String,
    /// How it uses the next node; empty at the end.
    pub kinds: String,
}

pub(super) fn steps(view: &View, chain: Option<Vec<u32>>) -> Measured<Vec<Step>> {
    let Some(chain) = chain else {
        return Measured::unsupported("no chain of uses leads there");
    };
    let next = chain.iter().skip(1).map(Some).chain([None]);
    let step = |(node, next): (&u32, Option<&u32>)| {
        let edge = next.and_then(|next| view.edge(*node, *next));
        Step {
            name: view.nodes[*node as usize].name.clone(),
            kinds: edge.map(crate::view::ViewEdge::kinds).unwrap_or_default(),
        }
    };
    Measured::Value(chain.iter().zip(next).map(step).collect())
}
