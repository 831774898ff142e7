//! Strongly connected components: the largest groups of nodes that all reach each other.
//!
//! Tarjan: Depth-first search and linear graph algorithms (SIAM J. Comput. 1, 1972), with a stack of its own instead of
//! recursion, so that a long chain of imports cannot exhaust the thread's.

use super::Partition;
use crate::csr::Csr;

const UNSEEN: u32 = u32::MAX;

/// The components in reverse topological order: an edge between two of them leads from the higher number to the lower.
pub fn strong_components(graph: &Csr) -> Partition {
    let mut search = Search {
        graph,
        order: vec![UNSEEN; graph.len()],
        lowest: vec![0; graph.len()],
        group: vec![UNSEEN; graph.len()],
        open: Vec::new(),
        path: Vec::new(),
        seen: 0,
        count: 0,
    };
    for node in graph.nodes() {
        if search.order[node as usize] == UNSEEN {
            search.run(node);
        }
    }
    Partition { group: search.group, count: search.count as usize }
}

struct Search<'g> {
    graph: &'g Csr,
    /// When each node was reached.
    order: Vec<u32>,
    /// The earliest node of an open component that is reached from each node.
    lowest: Vec<u32>,
    group: Vec<u32>,
    /// Nodes whose component is not complete.
    open: Vec<u32>,
    /// The way from the root to the current node: each node with its next edge.
    path: Vec<(u32, u32)>,
    seen: u32,
    count: u32,
}

impl Search<'_> {
    fn run(&mut self, root: u32) {
        self.enter(root);
        while let Some(&(node, edge)) = self.path.last() {
            match self.graph.targets(node).get(edge as usize) {
                Some(&target) => self.step(node, target),
                None => self.leave(node),
            }
        }
    }

    fn enter(&mut self, node: u32) {
        self.order[node as usize] = self.seen;
        self.lowest[node as usize] = self.seen;
        self.seen += 1;
        self.open.push(node);
        self.path.push((node, 0));
    }

    fn step(&mut self, node: u32, target: u32) {
        if let Some(top) = self.path.last_mut() {
            top.1 += 1;
        }
        if self.order[target as usize] == UNSEEN {
            self.enter(target);
        } else if self.group[target as usize] == UNSEEN {
            self.lower(node, self.order[target as usize]);
        }
    }

    fn leave(&mut self, node: u32) {
        self.path.pop();
        if let Some(&(before, _)) = self.path.last() {
            self.lower(before, self.lowest[node as usize]);
        }
        if self.lowest[node as usize] == self.order[node as usize] {
            while let Some(member) = self.open.pop() {
                self.group[member as usize] = self.count;
                if member == node {
                    break;
                }
            }
            self.count += 1;
        }
    }

    fn lower(&mut self, node: u32, reached: u32) {
        let lowest = &mut self.lowest[node as usize];
        *lowest = (*lowest).min(reached);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_long_chain_needs_no_deep_stack() {
        let nodes = 300_000;
        let chain = Csr::new(nodes, (1..nodes as u32).map(|node| (node - 1, node, 1.0)));
        let found = strong_components(&chain);
        assert_eq!(found.count, nodes);
        let ring = Csr::new(nodes, (0..nodes as u32).map(|node| (node, (node + 1) % nodes as u32, 1.0)));
        assert_eq!(strong_components(&ring).count, 1);
    }

    proptest! {
        /// Two nodes share a component exactly when each reaches the other (by Warshall's closure), and edges between
        /// components lead to lower numbers: the condensation has no cycle.
        #[test]
        fn components_are_mutual_reachability(edges in proptest::collection::vec((0u32..12, 0u32..12), 0..30)) {
            let graph = Csr::new(12, edges.iter().map(|(a, b)| (*a, *b, 1.0)));
            let found = strong_components(&graph);
            let mut reaches: Vec<Vec<bool>> = (0..12).map(|node| (0..12).map(|other| node == other).collect()).collect();
            for (a, b) in &edges {
                reaches[*a as usize][*b as usize] = true;
            }
            for middle in 0..12 {
                let onward = reaches[middle].clone();
                for row in reaches.iter_mut().filter(|row| row[middle]) {
                    row.iter_mut().zip(&onward).for_each(|(reached, more)| *reached |= more);
                }
            }
            for (a, row) in reaches.iter().enumerate() {
                for (b, reached) in row.iter().enumerate() {
                    prop_assert_eq!(found.group[a] == found.group[b], *reached && reaches[b][a]);
                }
            }
            for (a, b) in edges {
                prop_assert!(found.group[a as usize] >= found.group[b as usize]);
            }
            prop_assert!(found.group.iter().all(|group| (*group as usize) < found.count));
        }
    }
}
