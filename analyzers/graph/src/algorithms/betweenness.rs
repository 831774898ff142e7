//! Betweenness: how many shortest paths lead over a node.
//!
//! Brandes: A faster algorithm for betweenness centrality (J. Math. Sociol. 25, 2001), on numbers of edges, not on weights.
//! For large graphs from some of the nodes only: Brandes, Pich: Centrality estimation in large networks (Int. J. Bifurcation
//! and Chaos 17, 2007), which found pivots drawn at random to do best.

use super::splitmix::SplitMix64;
use crate::csr::Csr;
use rayon::prelude::*;
use std::collections::BTreeSet;

/// The sources are dealt to this many tasks; fixed, so that sums add up in the same order for any number of threads.
const TASKS: usize = 16;

/// Betweenness of every node.
#[derive(Debug, Clone, PartialEq)]
pub struct Betweenness {
    /// For each node the part of all pairs (s, t) of other nodes, (n-1)(n-2) of them, whose shortest paths lead over it; a pair
    /// with several shortest paths counts by the part of them that do. On the rows of an undirected graph it is
    /// networkx's figure for that graph.
    pub values: Vec<f64>,
    /// Number of nodes whose paths were followed: all of them, or a sample.
    pub pivots: usize,
}

/// Exact up to `max_pivots` nodes; beyond that an estimate from so many nodes, drawn without repetition by a generator with
/// a fixed seed and scaled to all nodes.
pub fn betweenness(graph: &Csr, max_pivots: usize) -> Betweenness {
    let nodes = graph.len();
    let pivots = if nodes <= max_pivots { graph.nodes().collect() } else { drawn(nodes as u32, max_pivots) };
    let mut values = dependencies(graph, &pivots);
    let pairs = nodes.saturating_sub(1) as f64 * nodes.saturating_sub(2) as f64;
    let scale = if pairs > 0.0 { nodes as f64 / (pivots.len().max(1) as f64 * pairs) } else { 0.0 };
    for value in &mut values {
        *value *= scale;
    }
    Betweenness { values, pivots: pivots.len() }
}

/// For each node the sum over these sources and all targets of the part of their shortest paths that lead over it (Brandes'
/// δ summed over the sources).
///
/// # Panics
/// When a source is no node of the graph.
pub fn dependencies(graph: &Csr, sources: &[u32]) -> Vec<f64> {
    let size = sources.len().div_ceil(TASKS).max(1);
    let parts: Vec<Vec<f64>> = sources
        .par_chunks(size)
        .map(|sources| {
            let mut task = Task::new(graph);
            sources.iter().for_each(|source| task.add(*source));
            task.total
        })
        .collect();
    let mut total = vec![0.0; graph.len()];
    for part in parts {
        for (into, value) in total.iter_mut().zip(part) {
            *into += value;
        }
    }
    total
}

const UNREACHED: u32 = u32::MAX;

struct Task<'g> {
    graph: &'g Csr,
    total: Vec<f64>,
    distance: Vec<u32>,
    /// Number of shortest paths from the source; a float, since it grows exponentially.
    paths: Vec<f64>,
    dependency: Vec<f64>,
    /// The nodes reached, nearest first.
    reached: Vec<u32>,
}

impl<'g> Task<'g> {
    fn new(graph: &'g Csr) -> Self {
        let nodes = graph.len();
        Task {
            graph,
            total: vec![0.0; nodes],
            distance: vec![UNREACHED; nodes],
            paths: vec![0.0; nodes],
            dependency: vec![0.0; nodes],
            reached: Vec::with_capacity(nodes),
        }
    }

    fn add(&mut self, source: u32) {
        self.search(source);
        for at in (0..self.reached.len()).rev() {
            let node = self.reached[at] as usize;
            // Pulled from the successors, so that no list of predecessors is needed.
            let mut dependency = 0.0;
            for &next in self.graph.targets(node as u32) {
                let next = next as usize;
                if self.distance[next] == self.distance[node] + 1 {
                    dependency += self.paths[node] / self.paths[next] * (1.0 + self.dependency[next]);
                }
            }
            self.dependency[node] = dependency;
            if at > 0 {
                self.total[node] += dependency;
            }
        }
        for node in self.reached.drain(..) {
            self.distance[node as usize] = UNREACHED;
            self.paths[node as usize] = 0.0;
            self.dependency[node as usize] = 0.0;
        }
    }

    fn search(&mut self, source: u32) {
        self.distance[source as usize] = 0;
        self.paths[source as usize] = 1.0;
        self.reached.push(source);
        let mut head = 0;
        while let Some(&node) = self.reached.get(head) {
            head += 1;
            let (distance, paths) = (self.distance[node as usize], self.paths[node as usize]);
            for &next in self.graph.targets(node) {
                let next_distance = &mut self.distance[next as usize];
                if *next_distance == UNREACHED {
                    *next_distance = distance + 1;
                    self.reached.push(next);
                }
                if *next_distance == distance + 1 {
                    self.paths[next as usize] += paths;
                }
            }
        }
    }
}

/// `count` of the nodes, ascending: Floyd's sampling (Bentley, Floyd: A sample of brilliance, Comm. ACM 30, 1987).
fn drawn(nodes: u32, count: usize) -> Vec<u32> {
    let mut generator = SplitMix64(0x0DDB_1A5E_5BAD_5EED);
    let mut chosen = BTreeSet::new();
    for last in nodes - count as u32..nodes {
        let candidate = generator.below(last + 1);
        if !chosen.insert(candidate) {
            chosen.insert(last);
        }
    }
    chosen.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::csr::Undirected;

    #[test]
    fn on_a_path_it_is_the_product_of_the_sides() {
        let nodes = 30u32;
        let path = Undirected::new(nodes as usize, (1..nodes).map(|node| (node - 1, node, 1.0)));
        let found = betweenness(path.rows(), usize::MAX);
        for (node, value) in found.values.iter().enumerate() {
            let (before, after) = (node as f64, (nodes - 1) as f64 - node as f64);
            let expected = 2.0 * before * after / (29.0 * 28.0);
            assert!((value - expected).abs() < 1e-14, "{node}: {value} against {expected}");
        }
    }

    #[test]
    fn the_centre_of_a_star_is_between_all() {
        let star = Undirected::new(9, (1..9).map(|leaf| (0, leaf, 1.0)));
        let found = betweenness(star.rows(), usize::MAX).values;
        assert!((found[0] - 1.0).abs() < 1e-14 && found[1..].iter().all(|value| *value == 0.0));
        assert_eq!(betweenness(&Csr::new(2, [(0, 1, 1.0)]), 9).values, [0.0, 0.0]);
        assert_eq!(betweenness(&Csr::new(0, []), 9).values, [0.0; 0]);
    }

    #[test]
    fn a_sample_of_a_symmetric_graph_comes_near_the_whole() {
        // On a ring every node has the same betweenness; what a sample gives differs by chance only.
        let ring = Undirected::new(601, (0..601).map(|node| (node, (node + 1) % 601, 1.0)));
        let exact = betweenness(ring.rows(), usize::MAX);
        let sampled = betweenness(ring.rows(), 200);
        assert_eq!((exact.pivots, sampled.pivots), (601, 200));
        let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
        assert!((mean(&exact.values) - mean(&sampled.values)).abs() < 1e-12);
        assert!(sampled.values.iter().all(|value| (value / exact.values[0] - 1.0).abs() < 0.35));
        let drawn = drawn(601, 200);
        assert!(drawn.is_sorted() && drawn.len() == 200 && drawn.windows(2).all(|two| two[0] != two[1]));
    }
}
