//! What Louvain and Leiden share: moving nodes between communities, and graphs whose nodes are communities.

use super::Partition;
use super::weak_components::weak_components;
use crate::csr::{Csr, Undirected};
use std::collections::VecDeque;

/// Gains below this part of the whole weight are rounding: without a limit a node could move to and fro for ever.
const ROUNDING: f64 = 1e-12;

/// A graph with what the quality function needs of it.
pub(super) struct Level {
    pub graph: Undirected,
    /// The sum of the weights of each node's edges, an edge to itself counted twice.
    pub degree: Vec<f64>,
    /// The sum of the degrees.
    pub twice: f64,
}

impl Level {
    /// Edges without positive, finite weight are left out.
    pub fn new(graph: &Undirected) -> Level {
        let rows = graph.rows();
        let is_real = |weight: f64| weight > 0.0 && weight.is_finite();
        let all_real = rows.nodes().all(|node| rows.weights(node).iter().all(|weight| is_real(*weight)));
        if all_real {
            return Level::of(graph.clone());
        }
        let edges = rows.nodes().flat_map(|node| {
            let forward = move |(other, weight): &(u32, f64)| *other >= node && is_real(*weight);
            rows.edges(node).filter(forward).map(move |(other, weight)| (node, other, weight))
        });
        Level::of(Undirected::new(graph.len(), edges))
    }

    fn of(graph: Undirected) -> Level {
        let degree: Vec<f64> = graph.rows().nodes().map(|node| graph.degree(node)).collect();
        let twice = degree.iter().sum();
        Level { graph, degree, twice }
    }

    /// The graph whose nodes are the groups; what lies inside a group becomes an edge from it to itself.
    pub fn aggregated(&self, groups: &Partition) -> Level {
        let rows = self.graph.rows();
        let edges = rows.nodes().flat_map(|node| {
            let own = groups.group[node as usize];
            let forward = rows.edges(node).filter(move |(other, _)| *other >= node);
            forward.map(move |(other, weight)| (own, groups.group[other as usize], weight))
        });
        Level::of(Undirected::new(groups.count, edges))
    }
}

/// Communities while nodes move between them.
pub(super) struct Communities {
    /// The community of each node.
    pub of: Vec<u32>,
    /// The sum of the degrees of each.
    degree: Vec<f64>,
    /// Number of nodes of each.
    size: Vec<u32>,
    /// Numbers that no community has.
    free: Vec<u32>,
    /// The weight between the current node and each community; zero for all but those in `near`.
    weight: Vec<f64>,
    near: Vec<u32>,
}

impl Communities {
    pub fn new(level: &Level, start: &Partition) -> Communities {
        let nodes = level.degree.len();
        let (mut degree, mut size) = (vec![0.0; nodes], vec![0u32; nodes]);
        for (node, group) in start.group.iter().enumerate() {
            degree[*group as usize] += level.degree[node];
            size[*group as usize] += 1;
        }
        // The lowest free number is the last, which is taken first.
        let free = (0..nodes as u32).rev().filter(|group| size[*group as usize] == 0).collect();
        Communities {
            of: start.group.clone(),
            degree,
            size,
            free,
            weight: vec![0.0; nodes],
            near: Vec::new(),
        }
    }

    /// Moves nodes to the neighbouring community where they add most to the quality, as long as any gains by it: the queue of
    /// Traag, Waltman, van Eck (2019), in which a node waits again when a neighbour has moved.
    pub fn move_nodes(&mut self, level: &Level, order: &[u32], resolution: f64) {
        let mut queue: VecDeque<u32> = order.iter().copied().collect();
        let mut waits = vec![true; order.len()];
        while let Some(node) = queue.pop_front() {
            waits[node as usize] = false;
            let Some(community) = self.better(level, node, resolution) else {
                continue;
            };
            self.put(level, node, community);
            for (other, _) in level.graph.edges(node) {
                if self.of[other as usize] != community && !waits[other as usize] {
                    waits[other as usize] = true;
                    queue.push_back(other);
                }
            }
        }
    }

    /// The community that the node gains most by moving to, if it gains at all; possibly one of its own.
    fn better(&mut self, level: &Level, node: u32, resolution: f64) -> Option<u32> {
        let own = self.of[node as usize];
        for (other, weight) in level.graph.edges(node).filter(|(other, _)| *other != node) {
            let community = self.of[other as usize];
            if self.weight[community as usize] == 0.0 {
                self.near.push(community);
            }
            self.weight[community as usize] += weight;
        }
        let degree = level.degree[node as usize];
        let chance = resolution * degree / level.twice;
        let staying = self.weight[own as usize] - chance * (self.degree[own as usize] - degree);
        let least = ROUNDING * level.twice;
        let (mut best, mut best_gain) = (None, staying + least);
        for &community in self.near.iter().filter(|community| **community != own) {
            let gain = self.weight[community as usize] - chance * self.degree[community as usize];
            if gain > best_gain {
                (best, best_gain) = (Some(community), gain);
            }
        }
        if best_gain < -least && self.size[own as usize] > 1 {
            best = self.free.last().copied();
        }
        for community in self.near.drain(..) {
            self.weight[community as usize] = 0.0;
        }
        best
    }

    fn put(&mut self, level: &Level, node: u32, community: u32) {
        let (from, to) = (self.of[node as usize] as usize, community as usize);
        self.of[node as usize] = community;
        self.degree[from] -= level.degree[node as usize];
        self.degree[to] += level.degree[node as usize];
        self.size[from] -= 1;
        self.size[to] += 1;
        if self.free.last() == Some(&community) {
            self.free.pop();
        }
        if self.size[from] == 0 {
            self.degree[from] = 0.0;
            self.free.push(from as u32);
        }
    }
}

/// The connected parts of every group, as groups: modularity only gains by taking apart what no edge joins.
pub(super) fn connected_parts(graph: &Undirected, groups: &Partition) -> Partition {
    let rows = graph.rows();
    let inside = rows.nodes().flat_map(|node| {
        let same = move |other: &u32| groups.group[*other as usize] == groups.group[node as usize];
        rows.targets(node).iter().copied().filter(same).map(move |other| (node, other, 1.0))
    });
    weak_components(&Csr::new(graph.len(), inside))
}
