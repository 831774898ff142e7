//! Compressed sparse rows: how graphs are stored.

/// A directed graph of nodes `0..len()`. Parallel edges are merged, their weights added.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Csr {
    /// Where each node's targets start; one more entry than nodes.
    offsets: Vec<u32>,
    /// Targets of all edges, ascending for each node.
    targets: Vec<u32>,
    /// Weight of each edge.
    weights: Vec<f64>,
}

impl Csr {
    /// The graph of `nodes` nodes with these edges `(from, to, weight)` in any order.
    ///
    /// # Panics
    /// When an edge names a node that is not there, or there are 2³² edges or more.
    pub fn new(nodes: usize, edges: impl IntoIterator<Item = (u32, u32, f64)>) -> Csr {
        let edges: Vec<(u32, u32, f64)> = edges.into_iter().collect();
        assert!(u32::try_from(edges.len()).is_ok(), "a graph holds fewer than 2^32 edges");
        for (from, to, _) in &edges {
            assert!((*to as usize) < nodes, "edge {from} -> {to} in a graph of {nodes} nodes");
            assert!((*from as usize) < nodes, "edge {from} -> {to} in a graph of {nodes} nodes");
        }
        // Two stable counting sorts; stable, so that weights are added in the order they were given and sums are the same
        // in every run.
        let by_target = sorted_by(nodes, &edges, |edge| edge.1);
        let sorted = sorted_by(nodes, &by_target, |edge| edge.0);
        Csr::from_sorted(nodes, &sorted)
    }

    /// From edges sorted by (from, to).
    fn from_sorted(nodes: usize, edges: &[(u32, u32, f64)]) -> Csr {
        let mut offsets = vec![0u32; nodes + 1];
        let mut targets: Vec<u32> = Vec::with_capacity(edges.len());
        let mut weights: Vec<f64> = Vec::with_capacity(edges.len());
        let mut last = None;
        for &(from, to, weight) in edges {
            if last == Some((from, to)) {
                let at = weights.len() - 1;
                weights[at] += weight;
                continue;
            }
            last = Some((from, to));
            offsets[from as usize + 1] += 1;
            targets.push(to);
            weights.push(weight);
        }
        for node in 0..nodes {
            offsets[node + 1] += offsets[node];
        }
        Csr { offsets, targets, weights }
    }

    /// The same graph with every edge turned round.
    pub fn transposed(&self) -> Csr {
        let nodes = self.len();
        let mut offsets = vec![0u32; nodes + 1];
        for to in &self.targets {
            offsets[*to as usize + 1] += 1;
        }
        for node in 0..nodes {
            offsets[node + 1] += offsets[node];
        }
        let mut next = offsets.clone();
        let mut targets = vec![0u32; self.targets.len()];
        let mut weights = vec![0.0; self.targets.len()];
        for from in self.nodes() {
            for (to, weight) in self.edges(from) {
                let slot = next[to as usize] as usize;
                next[to as usize] += 1;
                targets[slot] = from;
                weights[slot] = weight;
            }
        }
        Csr { offsets, targets, weights }
    }

    /// Number of nodes.
    pub fn len(&self) -> usize {
        self.offsets.len().saturating_sub(1)
    }

    /// True without nodes.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The nodes.
    pub fn nodes(&self) -> std::ops::Range<u32> {
        0..self.len() as u32
    }

    /// Number of edges.
    pub fn edge_count(&self) -> usize {
        self.targets.len()
    }

    /// Targets of a node's edges, ascending.
    pub fn targets(&self, node: u32) -> &[u32] {
        &self.targets[self.range(node)]
    }

    /// Weights of a node's edges, in the order of [`targets`](Csr::targets).
    pub fn weights(&self, node: u32) -> &[f64] {
        &self.weights[self.range(node)]
    }

    /// A node's edges as (target, weight).
    pub fn edges(&self, node: u32) -> impl Iterator<Item = (u32, f64)> + '_ {
        self.targets(node).iter().copied().zip(self.weights(node).iter().copied())
    }

    /// True when there is an edge.
    pub fn has_edge(&self, from: u32, to: u32) -> bool {
        self.targets(from).binary_search(&to).is_ok()
    }

    fn range(&self, node: u32) -> std::ops::Range<usize> {
        self.offsets[node as usize] as usize..self.offsets[node as usize + 1] as usize
    }
}

fn sorted_by(
    nodes: usize,
    edges: &[(u32, u32, f64)],
    key: impl Fn(&(u32, u32, f64)) -> u32,
) -> Vec<(u32, u32, f64)> {
    let mut next = vec![0u32; nodes + 1];
    for edge in edges {
        next[key(edge) as usize + 1] += 1;
    }
    for node in 0..nodes {
        next[node + 1] += next[node];
    }
    let mut sorted = vec![(0, 0, 0.0); edges.len()];
    for edge in edges {
        let slot = &mut next[key(edge) as usize];
        sorted[*slot as usize] = *edge;
        *slot += 1;
    }
    sorted
}

/// An undirected graph. Each edge stands in the rows of both its ends, an edge from a node to itself once in its row.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Undirected {
    rows: Csr,
}

impl Undirected {
    /// The graph of `nodes` nodes with these edges, each given once, its ends in either order. Parallel edges are merged,
    /// their weights added.
    ///
    /// # Panics
    /// When an edge names a node that is not there, or there are 2³¹ edges or more.
    pub fn new(nodes: usize, edges: impl IntoIterator<Item = (u32, u32, f64)>) -> Undirected {
        // With the lower end first, so that both rows add up parallel edges in the same order.
        let edges: Vec<_> = edges.into_iter().map(|(a, b, weight)| (a.min(b), a.max(b), weight)).collect();
        let back = edges.iter().filter(|(a, b, _)| a != b).map(|(a, b, weight)| (*b, *a, *weight));
        Undirected { rows: Csr::new(nodes, edges.iter().copied().chain(back)) }
    }

    /// A directed graph without its directions: edges that go both ways are merged, their weights added.
    pub fn of(graph: &Csr) -> Undirected {
        let edges =
            graph.nodes().flat_map(|from| graph.edges(from).map(move |(to, weight)| (from, to, weight)));
        Undirected::new(graph.len(), edges)
    }

    /// The rows: a directed graph with both directions of every edge.
    pub fn rows(&self) -> &Csr {
        &self.rows
    }

    /// Number of nodes.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// True without nodes.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// A node's edges as (other end, weight).
    pub fn edges(&self, node: u32) -> impl Iterator<Item = (u32, f64)> + '_ {
        self.rows.edges(node)
    }

    /// The sum of the weights of a node's edges, an edge to itself counted twice.
    pub fn degree(&self, node: u32) -> f64 {
        self.edges(node).map(|(other, weight)| if other == node { 2.0 * weight } else { weight }).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn rows_hold_exactly_the_edges(edges in proptest::collection::vec((0u32..9, 0u32..9, 1u8..5), 0..60)) {
            let mut expected: BTreeMap<(u32, u32), f64> = BTreeMap::new();
            for (from, to, weight) in &edges {
                *expected.entry((*from, *to)).or_default() += f64::from(*weight);
            }
            let graph = Csr::new(9, edges.iter().map(|(a, b, w)| (*a, *b, f64::from(*w))));
            let held = |graph: &Csr| -> Vec<((u32, u32), f64)> {
                graph.nodes().flat_map(|a| graph.edges(a).map(move |(b, w)| ((a, b), w)).collect::<Vec<_>>()).collect()
            };
            prop_assert_eq!(held(&graph), expected.into_iter().collect::<Vec<_>>());
            let mut turned: Vec<_> = held(&graph.transposed()).into_iter().map(|((a, b), w)| ((b, a), w)).collect();
            turned.sort_by_key(|(ends, _)| *ends);
            prop_assert_eq!(turned, held(&graph));
            prop_assert_eq!(graph.transposed().transposed(), graph);
        }

        #[test]
        fn undirected_rows_are_symmetric(edges in proptest::collection::vec((0u32..7, 0u32..7, 0.1f64..3.0), 0..40)) {
            let total: f64 = edges.iter().map(|edge| edge.2).sum();
            let graph = Undirected::new(7, edges);
            prop_assert_eq!(graph.rows().transposed(), graph.rows().clone());
            let degrees: f64 = (0..7).map(|node| graph.degree(node)).sum();
            prop_assert!((degrees - 2.0 * total).abs() < 1e-9);
        }
    }
}
