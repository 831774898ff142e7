//! Communities by Louvain: nodes move to the neighbouring community where modularity gains most, then communities become
//! the nodes of a smaller graph, until nothing gains.
//!
//! Blondel, Guillaume, Lambiotte, Lefebvre: Fast unfolding of communities in large networks (J. Stat. Mech. 2008).

use super::Partition;
use super::moving::{Communities, Level};
use crate::csr::Undirected;

/// The communities, numbered in the order of their first nodes. Edges without positive, finite weight do not count.
pub fn louvain(graph: &Undirected, resolution: f64) -> Partition {
    let mut level = Level::new(graph);
    let mut group: Vec<u32> = graph.rows().nodes().collect();
    if level.twice == 0.0 {
        return Partition::by_first_node(&group);
    }
    loop {
        let nodes: Vec<u32> = level.graph.rows().nodes().collect();
        let singletons = Partition { count: nodes.len(), group: nodes };
        let mut communities = Communities::new(&level, &singletons);
        communities.move_nodes(&level, &singletons.group, resolution);
        let found = Partition::by_first_node(&communities.of);
        if found.count == singletons.count {
            return Partition::by_first_node(&group);
        }
        for group in &mut group {
            *group = found.group[*group as usize];
        }
        level = level.aggregated(&found);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ring_of_cliques_falls_into_its_cliques() {
        let mut edges = Vec::new();
        for clique in 0..10u32 {
            let first = clique * 5;
            for a in 0..5 {
                edges.extend((0..a).map(|b| (first + a, first + b, 1.0)));
            }
            edges.push((first, (first + 6) % 50, 1.0));
        }
        let found = louvain(&Undirected::new(50, edges), 1.0);
        let expected: Vec<u32> = (0..50).map(|node| node / 5).collect();
        assert_eq!(found, Partition { group: expected, count: 10 });
    }

    #[test]
    fn without_weight_every_node_is_alone() {
        let graph = Undirected::new(3, [(0, 1, 0.0), (1, 2, -2.0), (0, 2, f64::NAN)]);
        assert_eq!(louvain(&graph, 1.0).count, 3);
        assert_eq!(louvain(&Undirected::new(0, []), 1.0).count, 0);
    }
}
