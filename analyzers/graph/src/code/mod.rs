//! The code graph: who uses what, from the symbols of every file.

use facts::Sections;
use serde::{Deserialize, Serialize};

/// The sections of the facts that the code graph is made from.
pub const SECTIONS: Sections = Sections { comments: false, symbols: true, tokens: false };

/// Index into [`CodeGraph::nodes`].
pub type NodeId = u32;

/// Definitions and files, and who uses whom.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CodeGraph {
    /// The files in the order of [`RepoFacts::files`](facts::RepoFacts::files), each followed by its definitions in order.
    pub nodes: Vec<Node>,
    /// For each file the id of its own node; its definition `i` is node `file_node + 1 + i`.
    pub file_nodes: Vec<NodeId>,
    /// Sorted by (from, to, kind); one edge for each.
    pub edges: Vec<Edge>,
    /// For each file the uses whose name is defined somewhere in the tree, but which could not be told apart.
    pub ambiguous: Vec<u32>,
}

/// A file (its code outside all definitions) or a definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Node {
    /// Index into [`RepoFacts::files`](facts::RepoFacts::files).
    pub file: u32,
    /// Index into the file's definitions; none for the file itself.
    pub definition: Option<u32>,
}

/// A use of one node by another.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Edge {
    /// Who uses.
    pub from: NodeId,
    /// What is used.
    pub to: NodeId,
    /// How.
    pub kind: EdgeKind,
    /// How often.
    pub count: u32,
    /// How sure it is that this very node is meant, from 0 (not) to 1 (the only one that can be).
    pub confidence: f32,
}

/// How a node uses another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EdgeKind {
    /// Calls it.
    Call,
    /// Names it otherwise: a type, a constant, a function as a value.
    Use,
    /// Imports it: from a file to a file, or to the definition that is named.
    Import,
    /// Extends or implements it.
    Inherit,
}
