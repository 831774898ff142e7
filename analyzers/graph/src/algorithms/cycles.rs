//! Cycles: the groups of nodes that depend on each other in a circle, each with one shortest circle.

use super::strong_components::strong_components;
use crate::csr::Csr;

/// Nodes that all reach each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cycle {
    /// The nodes of the strongly connected component, ascending.
    pub members: Vec<u32>,
    /// A cycle inside it with fewest edges, from its lowest node; the edge from the last node back to the first closes it.
    /// Of several the one with the lowest first node.
    pub shortest: Vec<u32>,
}

/// The strongly connected components of two nodes or more, the largest first, ties by their first nodes. An edge from a
/// node to itself makes no cycle.
pub fn cycles(graph: &Csr) -> Vec<Cycle> {
    let components = strong_components(graph);
    let mut distance = vec![u32::MAX; graph.len()];
    let mut found: Vec<Cycle> = components
        .members()
        .into_iter()
        .filter(|members| members.len() > 1)
        .map(|members| {
            let shortest = shortest_cycle(graph, &components.group, &members, &mut distance);
            Cycle { members, shortest }
        })
        .collect();
    found.sort_by(|a, b| b.members.len().cmp(&a.members.len()).then(a.members.cmp(&b.members)));
    found
}

/// Searches breadth first from each member for the way back to it, no further than would improve on the best cycle.
fn shortest_cycle(graph: &Csr, group: &[u32], members: &[u32], distance: &mut [u32]) -> Vec<u32> {
    let mut best: Vec<u32> = Vec::new();
    for &start in members {
        if best.len() == 2 {
            break;
        }
        let limit = if best.is_empty() { usize::MAX } else { best.len() - 1 };
        if let Some(cycle) = cycle_through(graph, group, start, limit, distance) {
            best = cycle;
        }
    }
    let lowest = (0..best.len()).min_by_key(|at| best[*at]).unwrap_or(0);
    best.rotate_left(lowest);
    best
}

/// A shortest cycle through `start` of at most `limit` edges. Leaves `before` as it was: all `u32::MAX`.
fn cycle_through(
    graph: &Csr,
    group: &[u32],
    start: u32,
    limit: usize,
    before: &mut [u32],
) -> Option<Vec<u32>> {
    let mut reached = vec![(start, 0usize)];
    let mut head = 0;
    let mut last = None;
    'search: while let Some(&(node, far)) = reached.get(head) {
        head += 1;
        if far + 1 > limit {
            break;
        }
        for &next in graph.targets(node).iter().filter(|next| **next != node) {
            if next == start {
                last = Some(node);
                break 'search;
            }
            if group[next as usize] == group[start as usize] && before[next as usize] == u32::MAX {
                before[next as usize] = node;
                reached.push((next, far + 1));
            }
        }
    }
    let cycle = last.map(|last| {
        let mut cycle = vec![last];
        while cycle[cycle.len() - 1] != start {
            cycle.push(before[cycle[cycle.len() - 1] as usize]);
        }
        cycle.reverse();
        cycle
    });
    for (node, _) in reached {
        before[node as usize] = u32::MAX;
    }
    cycle
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::algorithms::shortest_paths::distances;
    use proptest::prelude::*;

    #[test]
    fn components_come_with_their_shortest_cycle() {
        let graph = Csr::new(
            9,
            [(0, 1), (1, 2), (2, 0), (2, 3), (3, 4), (4, 2), (4, 3), (5, 6), (6, 5), (7, 7), (6, 8)]
                .map(|(a, b)| (a, b, 1.0)),
        );
        let found = cycles(&graph);
        assert_eq!(found.len(), 2);
        assert_eq!(found[0], Cycle { members: vec![0, 1, 2, 3, 4], shortest: vec![3, 4] });
        assert_eq!(found[1], Cycle { members: vec![5, 6], shortest: vec![5, 6] });
    }

    proptest! {
        /// Every cycle is one, and no node of its component lies on a shorter one.
        #[test]
        fn no_cycle_of_a_component_is_shorter(edges in proptest::collection::vec((0u32..12, 0u32..12), 0..30)) {
            let graph = Csr::new(12, edges.iter().filter(|(a, b)| a != b).map(|(a, b)| (*a, *b, 1.0)));
            for cycle in cycles(&graph) {
                let ring = cycle.shortest.iter().zip(cycle.shortest.iter().cycle().skip(1));
                for (from, to) in ring {
                    prop_assert!(graph.has_edge(*from, *to));
                }
                let through = |node: u32| {
                    let far = distances(&graph, node);
                    let back = |other: &u32| graph.has_edge(*other, node).then(|| far[*other as usize]).flatten();
                    graph.nodes().filter_map(|other| back(&other)).min().map(|far| far as usize + 1)
                };
                let least = cycle.members.iter().filter_map(|node| through(*node)).min();
                prop_assert_eq!(least, Some(cycle.shortest.len()));
            }
        }
    }
}
