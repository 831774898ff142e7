//! What a code graph tells about a tree: what is central, what depends on itself in circles, what belongs together, which
//! types do too much.

mod classes;
mod god_classes;
mod sections;

pub use god_classes::{GodClass, GodClasses, Sign};
pub use sections::{Central, Communities, Community, Counts, ImportCycle, ImportStep, Resolution, Step};

use crate::algorithms::Partition;
use crate::algorithms::betweenness::betweenness;
use crate::algorithms::leiden::{self, leiden};
use crate::algorithms::pagerank::{self, pagerank};
use crate::algorithms::shortest_paths::shortest_path;
use crate::code::{self, CodeGraph};
use crate::csr::Undirected;
use crate::export::{Drawing, DrawnEdge, DrawnNode};
use crate::view::{Filter, Level, View};
use facts::{Measured, RepoFacts};
use schemars::JsonSchema;
use serde::Serialize;

/// Nodes whose shortest paths are followed for betweenness: all of them in smaller graphs.
const MAX_PIVOTS: usize = 1000;
/// Up to so many edges communities are looked for from several orders of the nodes.
const EDGES_FOR_MANY_STARTS: usize = 50_000;
const STARTS: u32 = 8;

/// What to report.
#[derive(Debug, Clone)]
pub struct Options {
    /// Which nodes and uses there are.
    pub filter: Filter,
    /// At most so many rows of each section; all when none.
    pub rows: Option<usize>,
    /// At most so many nodes in the drawing; all when none.
    pub drawn: Option<usize>,
    /// Draw only what so many uses join to this node.
    pub focus: Option<(String, usize)>,
    /// Report a shortest chain of uses from one node to another, and draw only that.
    pub between: Option<(String, String)>,
    /// Draw only files in import cycles (with what contains them, and what they contain).
    pub cycles_only: bool,
    /// Draw by communities.
    pub communities: bool,
}

/// What a code graph tells about a tree. In JSON the fields of the drawing stand among its own: networkx's `node_link_graph`
/// reads the report as it is.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "Graph")]
pub struct GraphReport {
    /// What was analysed.
    pub tree: String,
    /// What a node stands for.
    pub level: Level,
    /// How much there is.
    pub counts: Counts,
    /// How many uses could be resolved.
    pub resolution: Resolution,
    /// The nodes of highest PageRank, highest first.
    pub central: Vec<Central>,
    /// The nodes of highest betweenness, highest first.
    pub between: Vec<Central>,
    /// Number of nodes whose shortest paths betweenness was computed from; less than all: it is an estimate.
    pub betweenness_pivots: usize,
    /// Types that do too much.
    pub god_classes: GodClasses,
    /// Files or packages that import each other in circles, the largest group first.
    pub import_cycles: Vec<ImportCycle>,
    /// Number of their members.
    pub in_cycles: usize,
    /// What belongs together.
    pub communities: Communities,
    /// The shortest chain of uses that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shortest_path: Option<Measured<Vec<Step>>>,
    /// The graph itself.
    #[serde(flatten)]
    pub drawing: Drawing,
}

/// A name that no node has, or several have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unclear {
    /// The name.
    pub name: String,
    /// Names of nodes that may be meant, at most ten; empty when there is none.
    pub candidates: Vec<String>,
    /// How many there are.
    pub count: usize,
}

/// The report on a tree, with its import cycles as [`code::import_cycles`] finds them.
///
/// # Errors
/// A name in the options is not that of exactly one node.
pub fn analyze(
    repo: &RepoFacts,
    graph: &CodeGraph,
    cycles: &[code::ImportCycle],
    options: &Options,
) -> Result<GraphReport, Unclear> {
    let view = View::new(repo, graph, &options.filter);
    let focus = options.focus.as_ref().map(|(name, depth)| Ok((node(&view, name)?, *depth))).transpose()?;
    let ends = options.between.as_ref();
    let ends = ends.map(|(from, to)| Ok((node(&view, from)?, node(&view, to)?))).transpose()?;
    let figures = Figures::new(&view);
    let rows = options.rows.unwrap_or(usize::MAX);
    let chain = ends.map(|(from, to)| shortest_path(&view.csr(), from, to));
    let shown = Shown {
        around: focus.map(|(node, depth)| view.around(node, depth)),
        chain: chain.clone().map(Option::unwrap_or_default),
        cyclic: options.cycles_only.then(|| sections::in_cycles(repo, &view, graph, cycles)),
    };
    let classes = classes::classes(repo, graph, options.filter.min_confidence);
    let god_classes = god_classes::god_classes(repo, classes);
    Ok(GraphReport {
        tree: repo.tree.clone(),
        level: options.filter.level,
        counts: Counts::of(repo, graph, &view),
        resolution: Resolution::of(graph, options.filter.min_confidence),
        central: sections::central(&view, &figures, &figures.by_rank, rows),
        between: sections::central(&view, &figures, &figures.by_betweenness(), rows),
        betweenness_pivots: figures.pivots,
        god_classes,
        in_cycles: cycles.iter().map(|cycle| cycle.members.len()).sum(),
        import_cycles: sections::import_cycles(repo, cycles),
        communities: sections::communities(&view, &figures, rows),
        shortest_path: chain.map(|chain| sections::steps(&view, chain)),
        drawing: drawing(&view, &figures, &shown, options),
    })
}

fn node(view: &View, name: &str) -> Result<u32, Unclear> {
    let found = view.find(name);
    match found.as_slice() {
        [node] => Ok(*node),
        several => Err(Unclear {
            name: name.to_owned(),
            candidates: several.iter().take(10).map(|at| view.nodes[*at as usize].name.clone()).collect(),
            count: several.len(),
        }),
    }
}

/// The figures of all nodes.
struct Figures {
    rank: Vec<f64>,
    betweenness: Vec<f64>,
    pivots: usize,
    /// Nodes by falling rank.
    by_rank: Vec<u32>,
    uses: Vec<u32>,
    used_by: Vec<u32>,
    communities: Partition,
    /// None for a graph without edges.
    modularity: Option<f64>,
}

impl Figures {
    fn new(view: &View) -> Figures {
        let graph = view.csr();
        let rank = pagerank(&graph, &pagerank::Options::exact()).ranks;
        let between = betweenness(&graph, MAX_PIVOTS);
        let undirected = Undirected::of(&graph);
        let starts = if graph.edge_count() <= EDGES_FOR_MANY_STARTS { STARTS } else { 1 };
        let found = leiden(&undirected, leiden::Options { starts, ..leiden::Options::default() });
        let communities = largest_first(&found);
        let modularity = crate::algorithms::modularity::modularity(&undirected, &communities, 1.0);
        let back = graph.transposed();
        let degrees = |graph: &crate::csr::Csr| -> Vec<u32> {
            graph.nodes().map(|node| graph.targets(node).len() as u32).collect()
        };
        Figures {
            by_rank: falling(&rank),
            rank,
            betweenness: between.values,
            pivots: between.pivots,
            uses: degrees(&graph),
            used_by: degrees(&back),
            communities,
            modularity,
        }
    }

    fn by_betweenness(&self) -> Vec<u32> {
        let mut order = falling(&self.betweenness);
        order.retain(|node| self.betweenness[*node as usize] > 0.0);
        order
    }
}

/// The same groups, numbered by falling size, ties as before.
fn largest_first(groups: &Partition) -> Partition {
    let members = groups.members();
    let mut order: Vec<usize> = (0..groups.count).collect();
    order.sort_by_key(|group| std::cmp::Reverse(members[*group].len()));
    let mut number = vec![0; groups.count];
    for (new, old) in (0u32..).zip(order) {
        number[old] = new;
    }
    Partition { group: groups.group.iter().map(|old| number[*old as usize]).collect(), count: groups.count }
}

/// The nodes by falling value, ties by number.
fn falling(values: &[f64]) -> Vec<u32> {
    let mut order: Vec<u32> = (0..values.len() as u32).collect();
    order.sort_by(|a, b| values[*b as usize].total_cmp(&values[*a as usize]).then(a.cmp(b)));
    order
}

/// The nodes that are to be drawn; all where nothing was chosen.
struct Shown {
    around: Option<Vec<u32>>,
    chain: Option<Vec<u32>>,
    cyclic: Option<Vec<u32>>,
}

impl Shown {
    fn keep(&self, nodes: usize) -> Vec<bool> {
        let mut keep = vec![true; nodes];
        for chosen in [&self.around, &self.chain, &self.cyclic].into_iter().flatten() {
            let mut inside = vec![false; nodes];
            chosen.iter().for_each(|node| inside[*node as usize] = true);
            keep.iter_mut().zip(inside).for_each(|(keep, inside)| *keep &= inside);
        }
        keep
    }
}

fn drawing(view: &View, figures: &Figures, shown: &Shown, options: &Options) -> Drawing {
    let keep = shown.keep(view.nodes.len());
    let chosen = keep.iter().filter(|keep| **keep).count();
    let drawn = figures.by_rank.iter().copied().filter(|node| keep[*node as usize]);
    let drawn: Vec<u32> = drawn.take(options.drawn.unwrap_or(usize::MAX)).collect();
    let mut number = vec![None; view.nodes.len()];
    for (id, node) in (0u32..).zip(&drawn) {
        number[*node as usize] = Some(id);
    }
    let nodes = (0u32..).zip(&drawn).map(|(id, &at)| {
        let (node, at) = (&view.nodes[at as usize], at as usize);
        DrawnNode {
            id,
            name: node.name.clone(),
            label: node.label.clone(),
            kind: node.kind.to_owned(),
            pagerank: figures.rank[at],
            betweenness: figures.betweenness[at],
            community: options.communities.then(|| figures.communities.group[at]),
        }
    });
    let mut edges: Vec<DrawnEdge> = view
        .edges
        .iter()
        .filter_map(|edge| {
            Some(DrawnEdge {
                source: number[edge.from as usize]?,
                target: number[edge.to as usize]?,
                kinds: edge.kinds(),
                count: edge.counts.iter().fold(0, |sum, count| sum.saturating_add(*count)),
                confidence: edge.confidence,
                weight: edge.weight,
            })
        })
        .collect();
    edges.sort_by_key(|edge| (edge.source, edge.target));
    let mut notes = Vec::new();
    if chosen < view.nodes.len() {
        notes.push(format!("{chosen} of {} nodes were asked for", view.nodes.len()));
    }
    if drawn.len() < chosen {
        notes.push(format!("{} of {chosen} nodes are shown: those of highest PageRank", drawn.len()));
    }
    if !notes.is_empty() {
        notes.push(format!("{} of {} edges are shown: those between them", edges.len(), view.edges.len()));
    }
    Drawing { directed: true, multigraph: false, notes, nodes: nodes.collect(), edges }
}

#[cfg(test)]
mod tests;
