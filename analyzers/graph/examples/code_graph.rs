//! Prints the code graph of a folder: the tool for writing a language's rules.
//!
//! `cargo run -p trueno-graph --example code_graph -- FOLDER [--edges | --cycles]`

use facts::source::{ExcludeRules, Which, open};
use facts::{MeasureOptions, RepoFacts, measure};
use std::path::Path;
use std::time::Instant;
use trueno_graph::code::{self, CodeGraph, CycleOptions, EdgeKind, import_cycles};

#[allow(clippy::print_stdout)]
#[expect(clippy::disallowed_methods, reason = "an example that measures")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1).ok_or("which folder?")?;
    let tree = open(Path::new(&folder), &Which::WorkTree, &ExcludeRules::default())?;
    let options = MeasureOptions { sections: code::SECTIONS, ..MeasureOptions::default() };
    let facts = measure(tree.as_ref(), None, &options)?;
    let start = Instant::now();
    let graph = code::build(tree.as_ref(), &facts);
    let seconds = start.elapsed().as_secs_f64();
    if std::env::args().any(|argument| argument == "--edges") {
        for edge in &graph.edges {
            let (from, to) = (name(&facts, &graph, edge.from), name(&facts, &graph, edge.to));
            println!("{from}\t{:?}\t{to}\t{:.2}\t{}", edge.kind, edge.confidence, edge.count);
        }
        return Ok(());
    }
    if std::env::args().any(|argument| argument == "--cycles") {
        let path = |file: u32| facts.files[file as usize].path().to_string();
        for cycle in import_cycles(&facts, &graph.imports, CycleOptions::default(), &|_| true) {
            let ring: Vec<String> =
                cycle.shortest.iter().map(|i| format!("{}:{}", path(i.from), i.line)).collect();
            println!("{} members: {}", cycle.members.len(), ring.join(" -> "));
        }
        return Ok(());
    }
    let references: usize =
        facts.files.iter().filter_map(|file| file.data.symbols.as_ref()).map(|s| s.references.len()).sum();
    println!(
        "{} files, {} nodes, {references} references, {seconds:.2} s",
        facts.files.len(),
        graph.nodes.len()
    );
    for kind in [EdgeKind::Call, EdgeKind::Use, EdgeKind::Import, EdgeKind::Inherit] {
        let edges: Vec<_> = graph.edges.iter().filter(|edge| edge.kind == kind).collect();
        let sure = edges.iter().filter(|edge| edge.confidence >= 0.5).count();
        let uses: u32 = edges.iter().map(|edge| edge.count).sum();
        println!("{kind:?}: {} edges, {sure} of them at .5 or more; {uses} uses", edges.len());
    }
    let ambiguous: u32 = graph.ambiguous.iter().sum();
    let external: u32 = graph.external.iter().sum();
    println!("ambiguous {ambiguous}, external calls {external}, imports {}", graph.imports.len());
    Ok(())
}

fn name(facts: &RepoFacts, graph: &CodeGraph, node: u32) -> String {
    let node = graph.nodes[node as usize];
    let file = &facts.files[node.file as usize];
    let definitions = file.data.symbols.as_ref().map_or(&[][..], |symbols| &symbols.definitions);
    match node.definition.and_then(|definition| definitions.get(definition as usize)) {
        Some(definition) => format!("{}:{}", file.path(), definition.qualified_name),
        None => file.path().to_string(),
    }
}
