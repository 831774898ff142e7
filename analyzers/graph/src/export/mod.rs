//! A graph as other programs read it: DOT, GraphML, Mermaid, node-link JSON.
//!
//! Names come from the analysed tree and may hold anything. Control characters and those that reorder text are shown as
//! escapes ([`facts::visible`]) in every format; what has a meaning in a format is escaped as that format wants it.

mod dot;
mod graphml;
mod mermaid;

pub use dot::dot;
pub use graphml::graphml;
pub use mermaid::mermaid;

use schemars::JsonSchema;
use serde::Serialize;

/// A directed graph to write down. As JSON it is networkx's node-link format.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Drawing {
    /// Always true.
    pub directed: bool,
    /// Always false: parallel edges are merged.
    pub multigraph: bool,
    /// What was left out, one sentence each.
    pub notes: Vec<String>,
    /// The nodes, the most central first.
    pub nodes: Vec<DrawnNode>,
    /// The edges, by their ends.
    pub edges: Vec<DrawnEdge>,
}

/// A node of a [`Drawing`].
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "Node")]
pub struct DrawnNode {
    /// Its number: the position in [`Drawing::nodes`].
    pub id: u32,
    /// Its full name: the path, for a definition `path#qualified name`.
    pub name: String,
    /// What is shown of it.
    pub label: String,
    /// `file`, `folder`, or the kind of the definition.
    pub kind: String,
    /// PageRank in the whole graph.
    pub pagerank: f64,
    /// The part of all shortest paths of the whole graph that lead over it.
    pub betweenness: f64,
    /// The community it belongs to, where they were looked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub community: Option<u32>,
}

/// An edge of a [`Drawing`].
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "Edge")]
pub struct DrawnEdge {
    /// [`DrawnNode::id`] of the user.
    pub source: u32,
    /// [`DrawnNode::id`] of the used.
    pub target: u32,
    /// How: `calls`, `uses`, `imports`, `inherits`, joined by a comma and a blank.
    pub kinds: String,
    /// How often.
    pub count: u32,
    /// The highest confidence of the uses it stands for.
    pub confidence: f32,
    /// The sum of their confidences.
    pub weight: f64,
}

/// The nodes by community, those without one under none, in the order of the first node of each.
fn by_community(drawing: &Drawing) -> Vec<(Option<u32>, Vec<&DrawnNode>)> {
    let mut groups: Vec<(Option<u32>, Vec<&DrawnNode>)> = Vec::new();
    for node in &drawing.nodes {
        match groups.iter_mut().find(|(community, _)| *community == node.community) {
            Some((_, members)) => members.push(node),
            None => groups.push((node.community, vec![node])),
        }
    }
    groups
}

#[cfg(test)]
mod tests;
