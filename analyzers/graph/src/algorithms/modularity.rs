//! Modularity: how much of the weight lies inside the groups of a partition, beyond what would by chance.
//!
//! Newman, Girvan: Finding and evaluating community structure in networks (Phys. Rev. E 69, 2004); with a resolution: Reichardt,
//! Bornholdt (2006); directed: Leicht, Newman (2008).

use super::Partition;
use crate::csr::{Csr, Undirected};

/// Modularity of a partition of an undirected graph; none for a graph without weight, where it is not defined.
///
/// # Panics
/// When the partition is not one of this graph's nodes.
pub fn modularity(graph: &Undirected, partition: &Partition, resolution: f64) -> Option<f64> {
    let mut inside = vec![0.0; partition.count];
    let mut degrees = vec![0.0; partition.count];
    for node in graph.rows().nodes() {
        let group = partition.group[node as usize];
        degrees[group as usize] += graph.degree(node);
        for (other, weight) in graph.edges(node).filter(|(other, _)| *other >= node) {
            if partition.group[other as usize] == group {
                inside[group as usize] += weight;
            }
        }
    }
    let twice = degrees.iter().sum::<f64>();
    (twice > 0.0).then(|| {
        let parts = inside.iter().zip(&degrees);
        parts
            .map(|(inside, degree)| 2.0 * inside / twice - resolution * degree * degree / (twice * twice))
            .sum()
    })
}

/// Modularity of a partition of a directed graph; none for a graph without weight.
///
/// # Panics
/// When the partition is not one of this graph's nodes.
pub fn directed_modularity(graph: &Csr, partition: &Partition, resolution: f64) -> Option<f64> {
    let (mut inside, mut out, mut into) =
        (vec![0.0; partition.count], vec![0.0; partition.count], vec![0.0; partition.count]);
    for node in graph.nodes() {
        let group = partition.group[node as usize] as usize;
        for (other, weight) in graph.edges(node) {
            let other = partition.group[other as usize] as usize;
            out[group] += weight;
            into[other] += weight;
            inside[group] += if other == group { weight } else { 0.0 };
        }
    }
    let total = out.iter().sum::<f64>();
    (total > 0.0).then(|| {
        let parts = inside.iter().zip(out.iter().zip(&into));
        parts.map(|(inside, (out, into))| inside / total - resolution * out * into / (total * total)).sum()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_group_has_none_and_an_empty_graph_no_modularity() {
        let graph = Undirected::new(4, [(0, 1, 1.0), (1, 2, 1.0), (2, 3, 0.5), (3, 3, 2.0)]);
        let all = Partition::by_first_node(&[0; 4]);
        assert!(modularity(&graph, &all, 1.0).is_some_and(|value| value.abs() < 1e-15));
        assert_eq!(modularity(&Undirected::new(4, []), &all, 1.0), None);
    }

    #[test]
    fn two_triangles_joined_by_an_edge() {
        let edges = [(0, 1), (1, 2), (2, 0), (3, 4), (4, 5), (5, 3), (0, 3)].map(|(a, b)| (a, b, 1.0));
        let halves = Partition::by_first_node(&[0, 0, 0, 1, 1, 1]);
        // 2 (3/7 - (7/14)²)
        let found = modularity(&Undirected::new(6, edges), &halves, 1.0);
        assert!(found.is_some_and(|found| (found - 5.0 / 14.0).abs() < 1e-15));
    }
}
