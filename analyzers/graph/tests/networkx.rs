//! The algorithms answer as networkx does, on the graphs of `reference/graphs.json` or of the file that `GRAPH_REFERENCE`
//! names; `reference/make_reference.py` makes either.

use serde::Deserialize;
use std::cell::RefCell;
use trueno_graph::algorithms::Partition;
use trueno_graph::algorithms::betweenness::{betweenness, dependencies};
use trueno_graph::algorithms::closeness::{closeness, degree_centrality, harmonic};
use trueno_graph::algorithms::core_numbers::core_numbers;
use trueno_graph::algorithms::cycles::cycles;
use trueno_graph::algorithms::leiden::{self, leiden};
use trueno_graph::algorithms::louvain::louvain;
use trueno_graph::algorithms::modularity::{directed_modularity, modularity};
use trueno_graph::algorithms::pagerank::{Options, pagerank};
use trueno_graph::algorithms::shortest_paths::{distances, weighted_distances};
use trueno_graph::algorithms::strong_components::strong_components;
use trueno_graph::algorithms::topological::topological_order;
use trueno_graph::algorithms::weak_components::weak_components;
use trueno_graph::csr::{Csr, Undirected};

#[derive(Deserialize)]
struct Reference {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    nodes: usize,
    edges: Vec<(u32, u32, f64)>,
    damping: f64,
    jumps: Vec<f64>,
    pagerank: Vec<f64>,
    personalised: Vec<f64>,
    early: Vec<f64>,
    strong: Vec<u32>,
    cycles: Vec<usize>,
    weak: Vec<u32>,
    topological: Option<Vec<u32>>,
    betweenness: Vec<f64>,
    undirected_betweenness: Vec<f64>,
    pivots: Vec<u32>,
    pivot_betweenness: Vec<f64>,
    degree: Vec<f64>,
    closeness: Vec<f64>,
    harmonic: Vec<f64>,
    distances: Vec<Option<u32>>,
    weighted_distances: Vec<Option<f64>>,
    core_numbers: Vec<u32>,
    labels: Vec<u32>,
    modularity: Option<f64>,
    modularity_at_half: Option<f64>,
    directed_modularity: Option<f64>,
    best_louvain: Option<f64>,
}

impl Case {
    fn directed(&self) -> Csr {
        Csr::new(self.nodes, self.edges.iter().copied())
    }

    fn undirected(&self) -> Undirected {
        Undirected::new(self.nodes, self.edges.iter().copied())
    }

    #[track_caller]
    fn same(&self, what: &str, ours: &[f64], theirs: &[f64]) {
        assert_eq!(ours.len(), theirs.len(), "{what} of {}", self.name);
        for (node, (ours, theirs)) in ours.iter().zip(theirs).enumerate() {
            let near = (ours - theirs).abs() <= 1e-9 * theirs.abs().max(1.0);
            assert!(near, "{what} of node {node} of {}: {ours} against {theirs}", self.name);
        }
    }

    #[track_caller]
    fn same_figure(&self, what: &str, ours: Option<f64>, theirs: Option<f64>) {
        let figures = |figure: Option<f64>| figure.into_iter().collect::<Vec<f64>>();
        self.same(what, &figures(ours), &figures(theirs));
    }
}

#[expect(clippy::disallowed_methods, reason = "the reference is a file")]
fn for_each(check: impl Fn(&Case)) {
    let own = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/reference/graphs.json");
    let file = std::env::var("GRAPH_REFERENCE").unwrap_or_else(|_| own.to_owned());
    let text = std::fs::read_to_string(&file).expect("the reference can be read");
    let reference: Reference =
        serde_json::from_str(&text).expect("the reference is JSON as the script writes it");
    assert!(reference.cases.len() > 30);
    reference.cases.iter().for_each(check);
}

#[test]
fn pagerank_is_networkxs() {
    for_each(|case| {
        let graph = case.directed();
        let exact = Options { max_rounds: 20_000, ..Options::exact() };
        case.same("pagerank", &pagerank(&graph, &exact).ranks, &case.pagerank);
        let personalised = Options { damping: case.damping, personalisation: Some(&case.jumps), ..exact };
        case.same("personalised pagerank", &pagerank(&graph, &personalised).ranks, &case.personalised);
        // With the same tolerance it ends in the same round, far from the limit.
        let early = pagerank(&graph, &Options::networkx(case.nodes));
        assert!(early.converged);
        case.same("pagerank at networkx's tolerance", &early.ranks, &case.early);
    });
}

#[test]
fn components_and_order_are_networkxs() {
    for_each(|case| {
        let graph = case.directed();
        let strong = strong_components(&graph);
        let name = &case.name;
        assert_eq!(
            Partition::by_first_node(&strong.group),
            Partition::by_first_node(&case.strong),
            "strong components of {name}"
        );
        assert_eq!(
            weak_components(&graph),
            Partition::by_first_node(&case.weak),
            "weak components of {name}"
        );
        assert_eq!(topological_order(&graph), case.topological, "topological order of {name}");
        let mut lengths: Vec<usize> = cycles(&graph).iter().map(|cycle| cycle.shortest.len()).collect();
        lengths.sort_unstable();
        assert_eq!(lengths, case.cycles, "shortest cycles of {name}");
    });
}

#[test]
fn centralities_are_networkxs() {
    for_each(|case| {
        let (graph, undirected) = (case.directed(), case.undirected());
        case.same("betweenness", &betweenness(&graph, usize::MAX).values, &case.betweenness);
        let found = betweenness(undirected.rows(), usize::MAX).values;
        case.same("undirected betweenness", &found, &case.undirected_betweenness);
        case.same("betweenness of pivots", &dependencies(&graph, &case.pivots), &case.pivot_betweenness);
        case.same("degree centrality", &degree_centrality(&graph), &case.degree);
        case.same("closeness", &closeness(&graph), &case.closeness);
        case.same("harmonic centrality", &harmonic(&graph), &case.harmonic);
        assert_eq!(core_numbers(&undirected), case.core_numbers, "core numbers of {}", case.name);
    });
}

#[test]
fn distances_are_networkxs() {
    for_each(|case| {
        let graph = case.directed();
        assert_eq!(distances(&graph, 0), case.distances, "distances in {}", case.name);
        let weighted = weighted_distances(&graph, 0);
        for (node, (ours, theirs)) in weighted.iter().zip(&case.weighted_distances).enumerate() {
            case.same_figure(&format!("distance of {node}"), ours.map(|(distance, _)| distance), *theirs);
        }
    });
}

#[test]
fn modularity_is_networkxs() {
    for_each(|case| {
        let (graph, undirected) = (case.directed(), case.undirected());
        let labels = Partition::by_first_node(&case.labels);
        case.same_figure("modularity", modularity(&undirected, &labels, 1.0), case.modularity);
        case.same_figure("at 0.5", modularity(&undirected, &labels, 0.5), case.modularity_at_half);
        let directed = directed_modularity(&graph, &labels, 1.0);
        case.same_figure("directed modularity", directed, case.directed_modularity);
    });
}

/// Not equal, since the order of moves differs. From ten starts the partitions found are on average no worse than the best of
/// ten runs of networkx's Louvain, and none is much worse.
#[test]
fn communities_are_as_good_as_networkxs() {
    let gains = RefCell::new(Vec::new());
    for_each(|case| {
        let graph = case.undirected();
        let found = leiden(&graph, leiden::Options { starts: 10, ..leiden::Options::default() });
        let (ours, theirs) = (modularity(&graph, &found, 1.0), case.best_louvain);
        let (Some(ours), Some(theirs)) = (ours, theirs) else {
            return assert!(case.edges.is_empty(), "{}", case.name);
        };
        assert!(ours >= theirs - 0.03, "{}: {ours} against {theirs}", case.name);
        gains.borrow_mut().push(ours - theirs);
        let single = modularity(&graph, &louvain(&graph, 1.0), 1.0).expect("it has edges");
        assert!(single >= theirs - 0.1, "{}: one Louvain run {single} against {theirs}", case.name);
    });
    let gains = gains.into_inner();
    assert!(gains.iter().sum::<f64>() > -1e-9, "worse by {} in sum", gains.iter().sum::<f64>());
}
