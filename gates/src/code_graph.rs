use crate::evidence::Evidence;
use facts::RepoFacts;
use facts::source::SourceTree;
use std::convert::Infallible;
use std::sync::Arc;
use trueno_graph::code::{self, CodeGraph};

/// The graph of the code; `facts` hold [`code::SECTIONS`].
pub fn code_graph(tree: &dyn SourceTree, facts: &RepoFacts, evidence: &dyn Evidence) -> Arc<CodeGraph> {
    let build = || code::build(tree, facts);
    match evidence.results() {
        Some(results) => {
            let graph = results.graph.or_made(facts.fingerprint(), || Ok::<_, Infallible>(build()));
            graph.unwrap_or_else(|never| match never {})
        }
        None => Arc::new(build()),
    }
}
