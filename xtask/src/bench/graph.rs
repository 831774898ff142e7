//! `cargo xtask bench --only graph`: graph algorithms on a generated graph of a million edges, compared with igraph, networkx and scipy
//! in Python, in the same run.

use crate::peers::Peers;
use crate::process::output;
use anyhow::{Context, Result};
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::time::Instant;
use trueno_graph::algorithms::leiden::{self, leiden};
use trueno_graph::algorithms::louvain::louvain;
use trueno_graph::algorithms::modularity::modularity;
use trueno_graph::algorithms::pagerank::{Options, pagerank};
use trueno_graph::algorithms::strong_components::strong_components;
use trueno_graph::algorithms::weak_components::weak_components;
use trueno_graph::csr::{Csr, Undirected};

const NODES: u32 = 200_000;
const EDGES: usize = 1_000_000;

/// Seconds of each round, and the result.
struct Row {
    what: String,
    seconds: Vec<f64>,
    answer: String,
}

/// Measures and prints a table.
pub fn run(root: &Path, peers: Option<&Path>, rounds: usize) -> Result<()> {
    let edges = edges();
    let scratch = tempfile::tempdir()?;
    let file = scratch.path().join("edges.txt");
    let mut text = String::new();
    for (from, to) in &edges {
        let _ = writeln!(text, "{from} {to}");
    }
    std::fs::write(&file, text)?;
    let mut rows = ours(&edges, rounds);
    rows.extend(theirs(root, peers, &file, rounds)?);
    println!(
        "{NODES} nodes, {EDGES} edges, {} threads, {rounds} rounds\n",
        std::thread::available_parallelism()?
    );
    println!("| what | median | answer |\n|---|---|---|");
    for mut row in rows {
        row.seconds.sort_by(f64::total_cmp);
        println!("| {} | {:.0} ms | {} |", row.what, row.seconds[row.seconds.len() / 2] * 1e3, row.answer);
    }
    Ok(())
}

/// Edges with preferential attachment (a power law, like real code), most of them inside groups of a thousand nodes,
/// from a generator with a fixed seed.
fn edges() -> Vec<(u32, u32)> {
    let mut state = 0x5EED_u64;
    let mut below = |bound: u32| {
        // Knuth's MMIX constants; only the high bits are random enough.
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (((state >> 32) * u64::from(bound)) >> 32) as u32
    };
    let mut edges: Vec<(u32, u32)> = Vec::with_capacity(EDGES);
    while edges.len() < EDGES {
        let from = below(NODES);
        let group = from / 1000 * 1000;
        let to = match below(10) {
            0..=5 => group + below(1000),
            6..=7 if !edges.is_empty() => edges[below(edges.len() as u32) as usize].1,
            _ => group + below(30),
        };
        edges.push((from, to));
    }
    edges
}

fn timed(what: &str, rounds: usize, work: impl Fn() -> String) -> Row {
    let mut row = Row { what: what.to_owned(), seconds: Vec::new(), answer: String::new() };
    for _ in 0..rounds.max(1) {
        let start = Instant::now();
        row.answer = work();
        row.seconds.push(start.elapsed().as_secs_f64());
    }
    row
}

fn ours(edges: &[(u32, u32)], rounds: usize) -> Vec<Row> {
    let build = || Csr::new(NODES as usize, edges.iter().map(|(from, to)| (*from, *to, 1.0)));
    let graph = build();
    let undirected = Undirected::of(&graph);
    let quality = |partition| {
        let found = modularity(&undirected, &partition, 1.0).unwrap_or(0.0);
        format!("modularity {found:.4}, {} communities", partition.count)
    };
    let ranked = |options: Options<'_>| {
        let found = pagerank(&graph, &options);
        let best = found.ranks.iter().copied().fold(0.0, f64::max);
        format!("highest {best:.6e}, {} rounds", found.rounds)
    };
    vec![
        timed("ours: compressed rows from edges", rounds, || format!("{} edges", build().edge_count())),
        timed("ours: PageRank, networkx's tolerance", rounds, || ranked(Options::networkx(NODES as usize))),
        timed("ours: PageRank to 1e-9", rounds, || {
            ranked(Options { tolerance: 1e-9, max_rounds: 1000, ..Options::exact() })
        }),
        timed("ours: strongly connected components", rounds, || strong_components(&graph).count.to_string()),
        timed("ours: weakly connected components", rounds, || weak_components(&graph).count.to_string()),
        timed("ours: Louvain", rounds, || quality(louvain(&undirected, 1.0))),
        timed("ours: Leiden", rounds, || quality(leiden(&undirected, leiden::Options::default()))),
    ]
}

/// The peers' program: reads the edges, prints one line for each measurement.
const SCRIPT: &str = r#"
import sys, time
import networkx, igraph
edges = [tuple(map(int, line.split())) for line in open(sys.argv[1])]
nodes, rounds = int(sys.argv[2]), int(sys.argv[3])
def timed(what, work, rounds=rounds):
    for _ in range(rounds):
        start = time.perf_counter(); answer = work(); taken = time.perf_counter() - start
        print(what, taken, answer, sep="\t", flush=True)
graph = igraph.Graph(n=nodes, edges=edges, directed=True)
graph.es["weight"] = 1.0
graph.simplify(loops=False, combine_edges="sum")
timed("igraph: PageRank (PRPACK)", lambda: "highest %.6e" % max(graph.pagerank(weights="weight")))
timed("igraph: strongly connected components", lambda: len(graph.connected_components(mode="strong")))
both = graph.as_undirected(combine_edges="sum")
def quality(found): return "modularity %.4f, %d communities" % (both.modularity(found, weights="weight"), len(found))
timed("igraph: Louvain", lambda: quality(both.community_multilevel(weights="weight")))
timed("igraph: Leiden", lambda: quality(both.community_leiden("modularity", weights="weight", n_iterations=-1)))
slow = networkx.DiGraph()
slow.add_nodes_from(range(nodes))
for a, b in edges:
    if slow.has_edge(a, b): slow[a][b]["weight"] += 1.0
    else: slow.add_edge(a, b, weight=1.0)
timed("networkx: PageRank (scipy)", lambda: "highest %.6e" % max(networkx.pagerank(slow).values()), 1)
timed("networkx: strongly connected components", lambda: sum(1 for _ in networkx.strongly_connected_components(slow)), 1)
"#;

fn theirs(root: &Path, peers: Option<&Path>, edges: &Path, rounds: usize) -> Result<Vec<Row>> {
    let python = Peers::new(root, peers)?.graph_python()?;
    let mut command = Command::new(python);
    command.args(["-c", SCRIPT]).arg(edges).args([NODES.to_string(), rounds.to_string()]);
    let said = output(&mut command).context("the peers' part of the benchmark")?;
    let mut rows: Vec<Row> = Vec::new();
    for line in said.lines() {
        let mut parts = line.split('\t');
        let (Some(what), Some(taken), Some(answer)) = (parts.next(), parts.next(), parts.next()) else {
            continue;
        };
        let (taken, answer) = (taken.parse()?, answer.to_owned());
        match rows.iter_mut().find(|row| row.what == what) {
            Some(row) => row.seconds.push(taken),
            None => rows.push(Row { what: what.to_owned(), seconds: vec![taken], answer }),
        }
    }
    Ok(rows)
}
