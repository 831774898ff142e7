//! Topological order: every node before those its edges lead to.
//!
//! Kahn: Topological sorting of large networks (Comm. ACM 5, 1962); of the nodes that could come next the lowest comes, so
//! there is one answer.

use crate::csr::Csr;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// The first topological order in the order of the node numbers; none when the graph has a cycle.
pub fn topological_order(graph: &Csr) -> Option<Vec<u32>> {
    let mut waiting = vec![0u32; graph.len()];
    for node in graph.nodes() {
        for to in graph.targets(node) {
            waiting[*to as usize] += 1;
        }
    }
    let mut ready: BinaryHeap<Reverse<u32>> =
        graph.nodes().filter(|node| waiting[*node as usize] == 0).map(Reverse).collect();
    let mut order = Vec::with_capacity(graph.len());
    while let Some(Reverse(node)) = ready.pop() {
        order.push(node);
        for to in graph.targets(node) {
            waiting[*to as usize] -= 1;
            if waiting[*to as usize] == 0 {
                ready.push(Reverse(*to));
            }
        }
    }
    (order.len() == graph.len()).then_some(order)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lowest_comes_first_and_a_cycle_has_no_order() {
        let graph = Csr::new(5, [(4, 0, 1.0), (2, 1, 1.0), (0, 1, 1.0)]);
        assert_eq!(topological_order(&graph), Some(vec![2, 3, 4, 0, 1]));
        assert_eq!(topological_order(&Csr::new(2, [(0, 1, 1.0), (1, 0, 1.0)])), None);
        assert_eq!(topological_order(&Csr::new(1, [(0, 0, 1.0)])), None);
    }
}
