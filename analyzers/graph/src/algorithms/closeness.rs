//! Degree, closeness and harmonic centrality.
//!
//! Freeman: Centrality in social networks (Social Networks 1, 1978); for graphs in several parts closeness after Wasserman and
//! Faust (1994), as networkx has it; harmonic: Boldi, Vigna: Axioms for centrality (Internet Mathematics 10, 2014).

use super::shortest_paths::distances;
use crate::csr::Csr;
use rayon::prelude::*;

/// For each node the number of its edges, out and in, over the number of other nodes. An edge to itself counts at both ends.
pub fn degree_centrality(graph: &Csr) -> Vec<f64> {
    let mut degree: Vec<f64> = graph.nodes().map(|node| graph.targets(node).len() as f64).collect();
    for node in graph.nodes() {
        for to in graph.targets(node) {
            degree[*to as usize] += 1.0;
        }
    }
    let others = graph.len().saturating_sub(1) as f64;
    if others == 0.0 {
        return vec![1.0; graph.len()];
    }
    degree.iter().map(|degree| degree / others).collect()
}

/// For each node the inverse of the mean distance from the nodes that reach it, times the part of all other nodes that these
/// are. Distances are numbers of edges.
pub fn closeness(graph: &Csr) -> Vec<f64> {
    let others = graph.len().saturating_sub(1) as f64;
    from_distances(graph, |reaching, total, _| {
        if total > 0.0 && others > 0.0 { reaching / total * (reaching / others) } else { 0.0 }
    })
}

/// For each node the sum of the inverse distances from all other nodes; a node that does not reach it adds nothing.
pub fn harmonic(graph: &Csr) -> Vec<f64> {
    from_distances(graph, |_, _, inverse| inverse)
}

/// `figure` of the number of nodes that reach a node, the sum of their distances, and that of the inverse distances.
fn from_distances(graph: &Csr, figure: impl Fn(f64, f64, f64) -> f64 + Sync) -> Vec<f64> {
    let back = graph.transposed();
    (0..graph.len() as u32)
        .into_par_iter()
        .map(|node| {
            let (mut reaching, mut total, mut inverse) = (0.0, 0.0, 0.0);
            for distance in distances(&back, node).into_iter().flatten().filter(|distance| *distance > 0) {
                reaching += 1.0;
                total += f64::from(distance);
                inverse += 1.0 / f64::from(distance);
            }
            figure(reaching, total, inverse)
        })
        .collect()
}
