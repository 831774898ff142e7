//! Weakly connected components: groups of nodes that edges connect, whatever their direction.
//!
//! Disjoint sets with path halving and the lower root kept: Tarjan, van Leeuwen: Worst-case analysis of set union
//! algorithms (J. ACM 31, 1984).

use super::Partition;
use crate::csr::Csr;

/// The components, numbered in the order of their first nodes.
pub fn weak_components(graph: &Csr) -> Partition {
    let mut parent: Vec<u32> = graph.nodes().collect();
    for from in graph.nodes() {
        for &to in graph.targets(from) {
            let (a, b) = (root(&mut parent, from), root(&mut parent, to));
            parent[a.max(b) as usize] = a.min(b);
        }
    }
    let roots: Vec<u32> = graph.nodes().map(|node| root(&mut parent, node)).collect();
    Partition::by_first_node(&roots)
}

fn root(parent: &mut [u32], mut node: u32) -> u32 {
    while parent[node as usize] != node {
        let above = parent[parent[node as usize] as usize];
        parent[node as usize] = above;
        node = above;
    }
    node
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn direction_does_not_matter_and_lone_nodes_are_components() {
        let graph = Csr::new(6, [(4, 1, 1.0), (4, 0, 1.0), (2, 5, 1.0)]);
        let found = weak_components(&graph);
        assert_eq!(found.members(), [vec![0, 1, 4], vec![2, 5], vec![3]]);
    }
}
