//! Core numbers: the largest k for which a node lies in a part of the graph where each node has k neighbours or more.
//!
//! Batagelj, Zaveršnik: An O(m) algorithm for cores decomposition of networks (2003).

use crate::csr::Undirected;

/// The core number of each node. Edges from a node to itself do not count.
pub fn core_numbers(graph: &Undirected) -> Vec<u32> {
    let neighbours =
        |node: u32| graph.rows().targets(node).iter().copied().filter(move |other| *other != node);
    let mut degree: Vec<u32> = graph.rows().nodes().map(|node| neighbours(node).count() as u32).collect();
    let widest = degree.iter().copied().max().unwrap_or(0) as usize;
    // The nodes sorted by degree, and where each degree starts among them.
    let mut starts = vec![0usize; widest + 2];
    for degree in &degree {
        starts[*degree as usize + 1] += 1;
    }
    for at in 0..=widest {
        starts[at + 1] += starts[at];
    }
    let mut place = vec![0usize; degree.len()];
    let mut order = vec![0u32; degree.len()];
    let mut next = starts.clone();
    for node in graph.rows().nodes() {
        let slot = &mut next[degree[node as usize] as usize];
        place[node as usize] = *slot;
        order[*slot] = node;
        *slot += 1;
    }
    for at in 0..order.len() {
        let node = order[at];
        for other in neighbours(node) {
            let old = degree[other as usize];
            if old <= degree[node as usize] {
                continue;
            }
            // It changes places with the first node of its degree, which then begins one later.
            let first = starts[old as usize].max(at + 1);
            let (from, swapped) = (place[other as usize], order[first]);
            order.swap(from, first);
            place[swapped as usize] = from;
            place[other as usize] = first;
            starts[old as usize] = first + 1;
            degree[other as usize] = old - 1;
        }
    }
    degree
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clique_with_a_tail() {
        let clique = (0..5u32).flat_map(|a| (0..a).map(move |b| (a, b, 1.0)));
        let graph = Undirected::new(8, clique.chain([(4, 5, 1.0), (5, 6, 1.0), (6, 6, 1.0)]));
        assert_eq!(core_numbers(&graph), [4, 4, 4, 4, 4, 1, 1, 0]);
    }
}
