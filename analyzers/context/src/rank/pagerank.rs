//! Personalised PageRank.

/// A weighted directed graph in compressed rows: the edges into node `n` are `sources[starts[n]..starts[n + 1]]`, with the
/// share of the source's outgoing weight that each carries.
#[derive(Debug, Clone, PartialEq)]
pub struct Links {
    starts: Vec<usize>,
    sources: Vec<u32>,
    shares: Vec<f64>,
    /// Nodes without outgoing weight.
    dangling: Vec<u32>,
}

impl Links {
    /// A graph of `nodes` nodes from edges (source, target, weight). Weights of parallel edges add up; edges without
    /// positive, finite weight are left out. The order of `edges` changes nothing but rounding in the last place, so sort
    /// them where bytes must agree.
    ///
    /// # Panics
    /// When an edge names a node that is not there.
    pub fn new(nodes: usize, edges: &[(u32, u32, f64)]) -> Self {
        let real = |weight: f64| weight > 0.0 && weight.is_finite();
        let mut outgoing = vec![0.0; nodes];
        let mut starts = vec![0; nodes + 1];
        for &(source, target, weight) in edges.iter().filter(|edge| real(edge.2)) {
            outgoing[source as usize] += weight;
            starts[target as usize + 1] += 1;
        }
        for node in 0..nodes {
            starts[node + 1] += starts[node];
        }
        let mut next = starts.clone();
        let mut sources = vec![0; starts[nodes]];
        let mut shares = vec![0.0; starts[nodes]];
        for &(source, target, weight) in edges.iter().filter(|edge| real(edge.2)) {
            let slot = &mut next[target as usize];
            sources[*slot] = source;
            shares[*slot] = weight / outgoing[source as usize];
            *slot += 1;
        }
        let dangling = (0..nodes as u32).filter(|node| outgoing[*node as usize] == 0.0).collect();
        Links { starts, sources, shares, dangling }
    }

    /// Number of nodes.
    pub fn nodes(&self) -> usize {
        self.starts.len() - 1
    }
}

/// The stationary distribution of a walk that follows an edge with probability `damping` (chosen by weight) and
/// otherwise, or where there is no edge to follow, jumps to a node drawn from `personalisation` (Page et al. 1999; Haveliwala
/// 2002). `personalisation` need not be normalised; without any positive entry it is uniform.
///
/// Power iteration until the change in L1 falls below 1e-10 (or 1,000 rounds, which a damping of 0.85 never needs).
///
/// # Panics
/// When `personalisation` has another length than the graph has nodes.
pub fn personalised_pagerank(links: &Links, personalisation: &[f64], damping: f64) -> Vec<f64> {
    const TOLERANCE: f64 = 1e-10;
    const ROUNDS: usize = 1000;
    let nodes = links.nodes();
    assert_eq!(personalisation.len(), nodes, "one personalisation weight per node");
    let jump = normalised(personalisation);
    let mut rank = jump.clone();
    let mut next = vec![0.0; nodes];
    for _ in 0..ROUNDS {
        let lost: f64 = links.dangling.iter().map(|node| rank[*node as usize]).sum();
        let mut change = 0.0;
        for node in 0..nodes {
            let edges = links.starts[node]..links.starts[node + 1];
            let followed: f64 = links.sources[edges.clone()]
                .iter()
                .zip(&links.shares[edges])
                .map(|(source, share)| rank[*source as usize] * share)
                .sum();
            next[node] = damping * (followed + lost * jump[node]) + (1.0 - damping) * jump[node];
            change += (next[node] - rank[node]).abs();
        }
        std::mem::swap(&mut rank, &mut next);
        if change < TOLERANCE {
            break;
        }
    }
    rank
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
#[path = "pagerank_tests.rs"]
mod tests;
