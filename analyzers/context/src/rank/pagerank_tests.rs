use super::*;
use serde::Deserialize;

#[derive(Deserialize)]
struct Case {
    nodes: usize,
    edges: Vec<(u32, u32, f64)>,
    personalisation: Vec<f64>,
    damping: f64,
    rank: Vec<f64>,
}

/// Ranks by networkx 3.6.1, as this script prints them (an all-zero personalisation is networkx's default, uniform):
///
/// ```python
/// import json, random
/// import networkx as nx
///
/// def case(nodes, edges, personalisation, damping):
///     graph = nx.DiGraph()
///     graph.add_nodes_from(range(nodes))
///     for source, target, weight in edges:
///         if graph.has_edge(source, target):
///             graph[source][target]["weight"] += weight
///         else:
///             graph.add_edge(source, target, weight=weight)
///     wanted = dict(enumerate(personalisation)) if any(personalisation) else None
///     rank = nx.pagerank(graph, alpha=damping, personalization=wanted, dangling=wanted, tol=1e-16 , max_iter=5000)
///     return dict(nodes=nodes, edges=edges, personalisation=personalisation, damping=damping,
///                 rank=[rank[n] for n in range(nodes)])
///
/// random.seed(1998)
/// cases = [
///     case(1, [], [1.0], 0.85),
///     case(4, [[0, 1, 1.0], [1, 2, 1.0], [2, 0, 1.0], [3, 0, 1.0]], [0.0] * 4, 0.85),
///     case(4, [[0, 1, 2.0], [0, 2, 1.0], [1, 3, 1.0]], [1.0, 0.0, 0.0, 0.0], 0.85),
///     case(5, [[0, 1, 1.0], [0, 1, 2.5], [1, 0, 0.5], [3, 3, 1.0]], [0.2, 0.0, 3.0, 0.0, 1.0], 0.7),
/// ]
/// for nodes, count, damping in ((30, 90, 0.85), (80, 200, 0.85), (50, 400, 0.95)):
///     edges = [[random.randrange(nodes), random.randrange(nodes), round(random.uniform(0.1, 9), 3)] for _ in range(count)]
///     wanted = [round(random.random(), 3) if random.random() < 0.2 else 0.0 for _ in range(nodes)]
///     cases.append(case(nodes, edges, wanted, damping))
/// print(json.dumps(cases, separators=(",", ":")))
/// ```
const NETWORKX: &str = include_str!("networkx.json");

#[test]
fn ranks_are_networkxs() {
    let cases: Vec<Case> = serde_json::from_str(NETWORKX).expect("the fixture is JSON");
    assert_eq!(cases.len(), 7);
    for case in cases {
        let links = Links::new(case.nodes, &case.edges);
        let rank = personalised_pagerank(&links, &case.personalisation, case.damping);
        for (node, (ours, theirs)) in rank.iter().zip(&case.rank).enumerate() {
            assert!((ours - theirs).abs() < 1e-9, "node {node} of {}: {ours} against {theirs}", case.nodes);
        }
    }
}

#[test]
fn rank_is_a_distribution_whatever_the_weights() {
    let links = Links::new(3, &[(0, 1, f64::NAN), (1, 2, -1.0), (2, 0, f64::INFINITY), (0, 2, 1e-300)]);
    let rank = personalised_pagerank(&links, &[f64::NAN, 0.0, -5.0], 0.85);
    assert!((rank.iter().sum::<f64>() - 1.0).abs() < 1e-9);
    assert!(personalised_pagerank(&Links::new(0, &[]), &[], 0.85).is_empty());
}
