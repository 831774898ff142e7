//! PageRank: the stationary distribution of a walk that follows edges and now and then jumps.
//!
//! Page, Brin, Motwani, Winograd: The PageRank Citation Ranking (1999); personalised: Haveliwala: Topic-sensitive PageRank
//! (2002). A node without outgoing weight passes its rank to where a jump goes, and the iteration ends as networkx's
//! `pagerank` ends.

use crate::csr::Csr;
use rayon::prelude::*;

/// Nodes whose ranks one task computes; fixed, so that sums over all nodes add up in the same order on any machine.
const CHUNK: usize = 4096;

/// How to walk.
#[derive(Debug, Clone, Copy)]
pub struct Options<'a> {
    /// The probability to follow an edge rather than to jump.
    pub damping: f64,
    /// Where a jump goes: a weight for each node, not necessarily normalised. None, or no positive weight: anywhere. The
    /// iteration starts from it.
    pub personalisation: Option<&'a [f64]>,
    /// The iteration ends when the ranks change by less than this, summed over all nodes.
    pub tolerance: f64,
    /// It ends after this many rounds in any case.
    pub max_rounds: usize,
}

impl Options<'_> {
    /// The defaults of networkx for a graph of `nodes` nodes: damping 0.85, a change of 1e-6 for each node, 100 rounds.
    pub fn networkx(nodes: usize) -> Self {
        Options { damping: 0.85, personalisation: None, tolerance: 1e-6 * nodes as f64, max_rounds: 100 }
    }

    /// To the last digit that rounding leaves.
    pub fn exact() -> Self {
        Options { damping: 0.85, personalisation: None, tolerance: 1e-14, max_rounds: 2000 }
    }
}

/// The ranks and how they were reached.
#[derive(Debug, Clone, PartialEq)]
pub struct PageRank {
    /// The rank of each node; they add up to 1.
    pub ranks: Vec<f64>,
    /// Rounds of the iteration.
    pub rounds: usize,
    /// False when `max_rounds` ended it.
    pub converged: bool,
}

/// The ranks of the nodes. An edge is followed with a probability proportional to its weight; edges without positive,
/// finite weight are not followed.
///
/// # Panics
/// When the personalisation has another length than the graph has nodes.
pub fn pagerank(graph: &Csr, options: &Options<'_>) -> PageRank {
    let nodes = graph.len();
    let jump = match options.personalisation {
        Some(weights) => {
            assert_eq!(weights.len(), nodes, "one personalisation weight for each node");
            normalised(weights)
        }
        None => vec![1.0 / nodes.max(1) as f64; nodes],
    };
    let incoming = Incoming::new(graph);
    let mut rank = jump.clone();
    let mut next = vec![0.0; nodes];
    for round in 1..=options.max_rounds {
        let lost: f64 = incoming.dangling.iter().map(|node| rank[*node as usize]).sum();
        let changes: Vec<f64> = next
            .par_chunks_mut(CHUNK)
            .enumerate()
            .map(|(chunk, into)| {
                let mut change = 0.0;
                for (offset, into) in into.iter_mut().enumerate() {
                    let node = chunk * CHUNK + offset;
                    let followed = incoming.sum(node, &rank);
                    *into = options.damping * (followed + lost * jump[node])
                        + (1.0 - options.damping) * jump[node];
                    change += (*into - rank[node]).abs();
                }
                change
            })
            .collect();
        std::mem::swap(&mut rank, &mut next);
        if changes.iter().sum::<f64>() < options.tolerance {
            return PageRank { ranks: rank, rounds: round, converged: true };
        }
    }
    PageRank { ranks: rank, rounds: options.max_rounds, converged: nodes == 0 }
}

/// The edges by target: each node's rank is pulled from the sources, in a fixed order, whichever thread does it.
struct Incoming {
    starts: Vec<u32>,
    sources: Vec<u32>,
    /// The part of the source's rank that each edge carries.
    shares: Vec<f64>,
    /// Nodes without outgoing weight.
    dangling: Vec<u32>,
}

impl Incoming {
    fn new(graph: &Csr) -> Incoming {
        let nodes = graph.len();
        let is_real = |weight: f64| weight > 0.0 && weight.is_finite();
        let outgoing: Vec<f64> = graph
            .nodes()
            .map(|node| graph.weights(node).iter().copied().filter(|weight| is_real(*weight)).sum())
            .collect();
        let mut starts = vec![0u32; nodes + 1];
        for node in graph.nodes() {
            for (to, _) in graph.edges(node).filter(|(_, weight)| is_real(*weight)) {
                starts[to as usize + 1] += 1;
            }
        }
        for node in 0..nodes {
            starts[node + 1] += starts[node];
        }
        let mut next = starts.clone();
        let mut sources = vec![0u32; starts[nodes] as usize];
        let mut shares = vec![0.0; sources.len()];
        for node in graph.nodes() {
            for (to, weight) in graph.edges(node).filter(|(_, weight)| is_real(*weight)) {
                let slot = next[to as usize] as usize;
                next[to as usize] += 1;
                sources[slot] = node;
                shares[slot] = weight / outgoing[node as usize];
            }
        }
        let dangling = graph.nodes().filter(|node| outgoing[*node as usize] == 0.0).collect();
        Incoming { starts, sources, shares, dangling }
    }

    fn sum(&self, node: usize, rank: &[f64]) -> f64 {
        let edges = self.starts[node] as usize..self.starts[node + 1] as usize;
        let sources = &self.sources[edges.clone()];
        sources.iter().zip(&self.shares[edges]).map(|(source, share)| rank[*source as usize] * share).sum()
    }
}

fn normalised(weights: &[f64]) -> Vec<f64> {
    let positive = |weight: f64| if weight.is_finite() { weight.max(0.0) } else { 0.0 };
    let total: f64 = weights.iter().copied().map(positive).sum();
    if total > 0.0 {
        weights.iter().map(|weight| positive(*weight) / total).collect()
    } else {
        vec![1.0 / weights.len().max(1) as f64; weights.len()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ranks_are_a_distribution_whatever_the_weights() {
        let graph = Csr::new(3, [(0, 1, f64::NAN), (1, 2, -1.0), (2, 0, f64::INFINITY), (0, 2, 1e-300)]);
        let options = Options { personalisation: Some(&[f64::NAN, 0.0, -5.0]), ..Options::exact() };
        let found = pagerank(&graph, &options);
        assert!((found.ranks.iter().sum::<f64>() - 1.0).abs() < 1e-12 && found.converged);
        assert!(pagerank(&Csr::new(0, []), &Options::exact()).ranks.is_empty());
    }

    #[test]
    fn a_ring_ranks_all_alike_and_a_lack_of_rounds_is_said() {
        let ring = Csr::new(5, (0..5).map(|node| (node, (node + 1) % 5, 2.0)));
        let found = pagerank(&ring, &Options::exact());
        assert!(found.ranks.iter().all(|rank| (rank - 0.2).abs() < 1e-15));
        let path = Csr::new(3, [(0, 1, 1.0), (1, 2, 1.0)]);
        let found = pagerank(&path, &Options { max_rounds: 1, ..Options::exact() });
        assert!(!found.converged && found.rounds == 1);
    }

    proptest! {
        /// The ranks solve the equation that defines them, also where more than one chunk is at work.
        #[test]
        fn ranks_solve_their_equation(
            edges in proptest::collection::vec((0u32..6000, 0u32..6000, 0.1f64..3.0), 0..2000),
            jumps in proptest::collection::vec(0.0f64..1.0, 6000),
        ) {
            let graph = Csr::new(6000, edges);
            let options = Options { personalisation: Some(&jumps), ..Options::exact() };
            let rank = pagerank(&graph, &options).ranks;
            let total: f64 = jumps.iter().sum();
            let mut expected: Vec<f64> = vec![0.0; 6000];
            let mut lost = 0.0;
            for node in graph.nodes() {
                let out: f64 = graph.weights(node).iter().sum();
                lost += if out == 0.0 { rank[node as usize] } else { 0.0 };
                for (to, weight) in graph.edges(node) {
                    expected[to as usize] += 0.85 * rank[node as usize] * weight / out;
                }
            }
            for (node, expected) in expected.iter().enumerate() {
                let expected = expected + (0.85 * lost + 0.15) * jumps[node] / total;
                prop_assert!((rank[node] - expected).abs() < 1e-12);
            }
            prop_assert!((rank.iter().sum::<f64>() - 1.0).abs() < 1e-10);
        }
    }
}
