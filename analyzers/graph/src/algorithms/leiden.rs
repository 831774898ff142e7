//! Communities by Leiden: as Louvain, but each community is taken apart and put together again before it becomes a node,
//! so that badly connected ones do not stay; and the whole is repeated until it gains nothing.
//!
//! Traag, Waltman, van Eck: From Louvain to Leiden: guaranteeing well-connected communities (Scientific Reports 9, 2019). Where
//! the paper draws the next community at random, the best is taken (its θ → 0), so that there is one answer.

use super::Partition;
use super::modularity::modularity;
use super::moving::{Communities, Level, connected_parts};
use super::splitmix::shuffled;
use crate::csr::Undirected;

/// How to look for communities.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    /// Above 1 more and smaller communities, below 1 fewer and larger ones.
    pub resolution: f64,
    /// Number of orders of the nodes to begin with (the first is that of their numbers, the others are drawn with fixed
    /// seeds); the result of highest modularity is kept.
    pub starts: u32,
}

impl Default for Options {
    fn default() -> Self {
        Options { resolution: 1.0, starts: 1 }
    }
}

/// The communities, numbered in the order of their first nodes; each is connected. Edges without positive, finite weight
/// do not count.
pub fn leiden(graph: &Undirected, options: Options) -> Partition {
    let level = Level::new(graph);
    let nodes = graph.len() as u32;
    let alone = Partition { group: (0..nodes).collect(), count: graph.len() };
    if level.twice == 0.0 {
        return alone;
    }
    let mut best = (f64::NEG_INFINITY, alone);
    for start in 0..options.starts.max(1) {
        let order = if start == 0 { (0..nodes).collect() } else { shuffled(nodes, u64::from(start)) };
        let found = from_order(&level, &order, options.resolution);
        if found.0 > best.0 + 1e-12 {
            best = found;
        }
    }
    best.1
}

/// Repeats until the modularity gains nothing, which it then has with the partition.
fn from_order(level: &Level, order: &[u32], resolution: f64) -> (f64, Partition) {
    let quality = |partition: &Partition| modularity(&level.graph, partition, resolution).unwrap_or(0.0);
    let mut best = Partition { group: (0..order.len() as u32).collect(), count: order.len() };
    let mut best_quality = quality(&best);
    loop {
        let found = once(level, &best, order, resolution);
        let found_quality = quality(&found);
        if found_quality <= best_quality + 1e-9 {
            return (best_quality, best);
        }
        (best, best_quality) = (found, found_quality);
    }
}

fn once(first: &Level, start: &Partition, order: &[u32], resolution: f64) -> Partition {
    // The node of the current level that each node of the graph has become part of.
    let mut part: Vec<u32> = (0..start.group.len() as u32).collect();
    let mut order = order.to_vec();
    let mut start = start.clone();
    let mut smaller: Option<Level> = None;
    loop {
        let level = smaller.as_ref().unwrap_or(first);
        let mut communities = Communities::new(level, &start);
        communities.move_nodes(level, &order, resolution);
        let moved = Partition::by_first_node(&communities.of);
        let refined = refined(level, &moved, &order, resolution);
        if moved.count == order.len() || refined.count == order.len() {
            let labels: Vec<u32> = part.iter().map(|part| moved.group[*part as usize]).collect();
            return connected_parts(&first.graph, &Partition::by_first_node(&labels));
        }
        let mut group = vec![0; refined.count];
        for (node, into) in refined.group.iter().enumerate() {
            group[*into as usize] = moved.group[node];
        }
        for part in &mut part {
            *part = refined.group[*part as usize];
        }
        start = Partition { group, count: moved.count };
        order = (0..refined.count as u32).collect();
        smaller = Some(level.aggregated(&refined));
    }
}

/// Puts each community together from single nodes: a node that is well connected to the rest of its community joins the
/// well connected part of it where it adds most to the quality, if it adds any.
fn refined(level: &Level, communities: &Partition, order: &[u32], resolution: f64) -> Partition {
    let mut refinement = Refinement::new(level, communities, resolution);
    for &node in order.iter().filter(|node| level.degree[**node as usize] > 0.0) {
        if refinement.is_alone[node as usize] && refinement.is_well_connected(node) {
            refinement.join_best(node);
        }
    }
    Partition::by_first_node(&refinement.part)
}

struct Refinement<'l> {
    level: &'l Level,
    communities: &'l Partition,
    resolution: f64,
    /// The degree of each community.
    whole: Vec<f64>,
    /// The part of its community that each node belongs to; at first each is one.
    part: Vec<u32>,
    /// The degree of each part.
    degree: Vec<f64>,
    /// The weight of each part to the rest of its community.
    outward: Vec<f64>,
    /// For each node, that no other has joined it and it no other.
    is_alone: Vec<bool>,
    /// The weight between the current node and each part; zero for all but those in `near`.
    weight: Vec<f64>,
    near: Vec<u32>,
}

impl<'l> Refinement<'l> {
    fn new(level: &'l Level, communities: &'l Partition, resolution: f64) -> Self {
        let nodes = level.degree.len();
        let mut whole = vec![0.0; communities.count];
        for (node, community) in communities.group.iter().enumerate() {
            whole[*community as usize] += level.degree[node];
        }
        let same = |a: u32, b: u32| a != b && communities.group[a as usize] == communities.group[b as usize];
        let outward = |node: u32| {
            let inside = level.graph.edges(node).filter(|(other, _)| same(node, *other));
            inside.map(|(_, weight)| weight).sum()
        };
        Refinement {
            level,
            communities,
            resolution,
            whole,
            part: (0..nodes as u32).collect(),
            degree: level.degree.clone(),
            outward: (0..nodes as u32).map(outward).collect(),
            is_alone: vec![true; nodes],
            weight: vec![0.0; nodes],
            near: Vec::new(),
        }
    }

    /// That the part is γ-connected to the rest of its community, as the paper calls it. A part has the number of the node
    /// it began with.
    fn is_well_connected(&self, part: u32) -> bool {
        let degree = self.degree[part as usize];
        let rest = self.whole[self.communities.group[part as usize] as usize] - degree;
        self.outward[part as usize] >= self.resolution * degree * rest / self.level.twice
    }

    fn join_best(&mut self, node: u32) {
        let community = self.communities.group[node as usize];
        for (other, weight) in self.level.graph.edges(node) {
            if other == node || self.communities.group[other as usize] != community {
                continue;
            }
            let part = self.part[other as usize];
            if self.weight[part as usize] == 0.0 {
                self.near.push(part);
            }
            self.weight[part as usize] += weight;
        }
        let chance = self.resolution * self.level.degree[node as usize] / self.level.twice;
        let (mut best, mut best_gain) = (None, 0.0);
        for &part in &self.near {
            let gain = self.weight[part as usize] - chance * self.degree[part as usize];
            if gain > best_gain && self.is_well_connected(part) {
                (best, best_gain) = (Some(part), gain);
            }
        }
        if let Some(part) = best {
            let into = part as usize;
            self.part[node as usize] = part;
            self.is_alone[into] = false;
            self.is_alone[node as usize] = false;
            self.outward[into] += self.outward[node as usize] - 2.0 * self.weight[into];
            self.degree[into] += self.level.degree[node as usize];
        }
        for part in self.near.drain(..) {
            self.weight[part as usize] = 0.0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::algorithms::louvain::louvain;
    use proptest::prelude::*;

    fn graph() -> impl Strategy<Value = Undirected> {
        proptest::collection::vec((0u32..25, 0u32..25, 0.1f64..3.0), 0..70)
            .prop_map(|edges| Undirected::new(25, edges))
    }

    proptest! {
        #[test]
        fn communities_are_connected_and_no_worse_than_louvains(graph in graph()) {
            let found = leiden(&graph, Options { starts: 4, ..Options::default() });
            prop_assert_eq!(&connected_parts(&graph, &found), &found);
            let theirs = louvain(&graph, 1.0);
            if let (Some(ours), Some(theirs)) = (modularity(&graph, &found, 1.0), modularity(&graph, &theirs, 1.0)) {
                prop_assert!(ours >= theirs - 0.02, "{} against {}", ours, theirs);
            }
        }

        /// At the end no single node gains by moving to a neighbouring community, or by leaving its own.
        #[test]
        fn no_single_move_gains(graph in graph()) {
            let found = leiden(&graph, Options::default());
            let Some(quality) = modularity(&graph, &found, 1.0) else { return Ok(()) };
            for node in graph.rows().nodes() {
                let elsewhere = graph.edges(node).map(|(other, _)| found.group[other as usize]);
                for group in elsewhere.chain([found.count as u32]) {
                    let mut labels = found.group.clone();
                    labels[node as usize] = group;
                    let moved = modularity(&graph, &Partition::by_first_node(&labels), 1.0).unwrap_or(0.0);
                    prop_assert!(moved <= quality + 1e-8, "node {} gains {}", node, moved - quality);
                }
            }
        }
    }
}
