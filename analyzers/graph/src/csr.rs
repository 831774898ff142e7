//! Compressed sparse rows: how a directed, weighted graph is stored.

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
        let mut edges: Vec<(u32, u32, f64)> = edges.into_iter().collect();
        // Stable, so that weights are added in the order they were given: sums are the same in every run.
        edges.sort_by_key(|(from, to, _)| (*from, *to));
        edges.dedup_by(|next, kept| {
            let same = (next.0, next.1) == (kept.0, kept.1);
            if same {
                kept.2 += next.2;
            }
            same
        });
        assert!(u32::try_from(edges.len()).is_ok(), "a graph holds fewer than 2^32 edges");
        let mut offsets = vec![0u32; nodes + 1];
        for (from, to, _) in &edges {
            assert!((*to as usize) < nodes, "edge {from} -> {to} in a graph of {nodes} nodes");
            offsets[*from as usize + 1] += 1;
        }
        for node in 0..nodes {
            offsets[node + 1] += offsets[node];
        }
        Csr {
            offsets,
            targets: edges.iter().map(|edge| edge.1).collect(),
            weights: edges.iter().map(|edge| edge.2).collect(),
        }
    }

    /// Number of nodes.
    pub fn len(&self) -> usize {
        self.offsets.len().saturating_sub(1)
    }

    /// True without nodes.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
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

    fn range(&self, node: u32) -> std::ops::Range<usize> {
        self.offsets[node as usize] as usize..self.offsets[node as usize + 1] as usize
    }
}
