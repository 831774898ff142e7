//! Shortest paths: by number of edges (breadth first) and by weight.
//!
//! Dijkstra: A note on two problems in connexion with graphs (Numerische Mathematik 1, 1959), with a binary heap.

use crate::csr::Csr;
use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

/// The number of edges on a shortest path from `source` to each node; none where there is no path.
///
/// # Panics
/// When `source` is no node of the graph.
pub fn distances(graph: &Csr, source: u32) -> Vec<Option<u32>> {
    let mut distance = vec![None; graph.len()];
    distance[source as usize] = Some(0);
    let mut reached = vec![source];
    let mut head = 0;
    while let Some(&node) = reached.get(head) {
        head += 1;
        let next = distance[node as usize].map(|distance| distance + 1);
        for &to in graph.targets(node) {
            if distance[to as usize].is_none() {
                distance[to as usize] = next;
                reached.push(to);
            }
        }
    }
    distance
}

/// A path with fewest edges from `from` to `to`, both included; none where there is no path. Of several the one whose nodes
/// were reached first when every node's targets are tried in ascending order.
///
/// # Panics
/// When an end is no node of the graph.
pub fn shortest_path(graph: &Csr, from: u32, to: u32) -> Option<Vec<u32>> {
    const NONE: u32 = u32::MAX;
    let mut before = vec![NONE; graph.len()];
    before[from as usize] = from;
    let mut reached = vec![from];
    let mut head = 0;
    while before[to as usize] == NONE {
        let node = *reached.get(head)?;
        head += 1;
        for &next in graph.targets(node) {
            if before[next as usize] == NONE {
                before[next as usize] = node;
                reached.push(next);
            }
        }
    }
    let mut path = vec![to];
    while path.last() != Some(&from) {
        path.push(before[path[path.len() - 1] as usize]);
    }
    path.reverse();
    Some(path)
}

/// The least sum of weights on a path from `source` to each node, with the node before it on such a path (the source itself
/// at the source); none where there is no path. Edges whose weight is negative or not a number are not taken.
///
/// # Panics
/// When `source` is no node of the graph.
pub fn weighted_distances(graph: &Csr, source: u32) -> Vec<Option<(f64, u32)>> {
    let mut best: Vec<Option<(f64, u32)>> = vec![None; graph.len()];
    let mut done = vec![false; graph.len()];
    let mut queue = BinaryHeap::new();
    best[source as usize] = Some((0.0, source));
    queue.push(Reverse(Candidate { distance: 0.0, node: source }));
    while let Some(Reverse(Candidate { distance, node })) = queue.pop() {
        if std::mem::replace(&mut done[node as usize], true) {
            continue;
        }
        for (to, weight) in graph.edges(node).filter(|(_, weight)| *weight >= 0.0) {
            let through = distance + weight;
            if best[to as usize].is_none_or(|(known, _)| through < known) {
                best[to as usize] = Some((through, node));
                queue.push(Reverse(Candidate { distance: through, node: to }));
            }
        }
    }
    best
}

/// A node with the distance it may have; of equal distances the lower node is nearer.
#[derive(PartialEq)]
struct Candidate {
    distance: f64,
    node: u32,
}

impl Eq for Candidate {}

impl Ord for Candidate {
    fn cmp(&self, other: &Self) -> Ordering {
        self.distance.total_cmp(&other.distance).then(self.node.cmp(&other.node))
    }
}

impl PartialOrd for Candidate {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_light_detour_beats_a_heavy_edge_but_not_by_number_of_edges() {
        let graph = Csr::new(5, [(0, 3, 10.0), (0, 1, 1.0), (1, 2, 1.0), (2, 3, 1.0), (3, 0, -1.0)]);
        assert_eq!(shortest_path(&graph, 0, 3), Some(vec![0, 3]));
        assert_eq!(weighted_distances(&graph, 0)[3], Some((3.0, 2)));
        assert_eq!(weighted_distances(&graph, 3)[0], None);
        assert_eq!(shortest_path(&graph, 0, 4), None);
        assert_eq!(shortest_path(&graph, 4, 4), Some(vec![4]));
    }

    proptest! {
        /// A path has as many edges as its end is far, and every step of it is an edge.
        #[test]
        fn paths_are_as_long_as_the_distance(edges in proptest::collection::vec((0u32..15, 0u32..15), 0..40)) {
            let graph = Csr::new(15, edges.iter().map(|(a, b)| (*a, *b, 1.0)));
            let far = distances(&graph, 0);
            for to in 0..15 {
                let path = shortest_path(&graph, 0, to);
                prop_assert_eq!(path.as_ref().map(|path| path.len() as u32 - 1), far[to as usize]);
                for step in path.iter().flat_map(|path| path.windows(2)) {
                    prop_assert!(graph.has_edge(step[0], step[1]));
                }
            }
        }
    }
}
