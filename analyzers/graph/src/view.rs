//! The code graph as it is looked at: by file, by definition or by folder, with the kinds of uses that matter.

use crate::code::{CodeGraph, EdgeKind, NodeId};
use crate::csr::Csr;
use facts::RepoFacts;
use facts::hash::HashMap;
use facts::model::{DefinitionKind, RepoPath};
use schemars::JsonSchema;
use serde::Serialize;

/// What a node stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, JsonSchema)]
#[schemars(rename = "GraphLevel")]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// A file with all its definitions.
    #[default]
    File,
    /// A definition, or a file's code outside all definitions.
    Definition,
    /// A folder with the files right in it.
    Folder,
}

/// Which uses count.
#[derive(Debug, Clone, PartialEq)]
pub struct Filter {
    /// What a node stands for.
    pub level: Level,
    /// Uses of these kinds only; of all kinds when empty.
    pub kinds: Vec<EdgeKind>,
    /// Uses of at least this confidence.
    pub min_confidence: f32,
}

/// A view of a code graph.
#[derive(Debug, Clone, PartialEq)]
pub struct View {
    /// The nodes: files and definitions in the order of the code graph, folders by path.
    pub nodes: Vec<ViewNode>,
    /// Sorted by (from, to). What uses itself is left out.
    pub edges: Vec<ViewEdge>,
    /// For each node of the code graph the node it is part of.
    pub part_of: Vec<u32>,
}

/// A node of a [`View`].
#[derive(Debug, Clone, PartialEq)]
pub struct ViewNode {
    /// The path; for a definition `path#qualified name`; for the folder at the root `.`.
    pub name: String,
    /// The qualified name of a definition, the path of all else.
    pub label: String,
    /// `file`, `folder`, or the kind of the definition.
    pub kind: &'static str,
    /// The path of the file or folder.
    pub path: RepoPath,
    /// Line of a definition's name.
    pub line: Option<u32>,
}

/// All uses of a node by another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ViewEdge {
    /// Who uses.
    pub from: u32,
    /// What is used.
    pub to: u32,
    /// How often, by kind, in the order of [`KINDS`].
    pub counts: [u32; 4],
    /// The highest confidence among the uses.
    pub confidence: f32,
    /// The sum of the confidences of the pairs of definitions that use each other: how closely related the two are. A use in
    /// a loop does not make them closer.
    pub weight: f64,
}

/// The kinds of uses with their names in reports.
pub const KINDS: [(EdgeKind, &str); 4] = [
    (EdgeKind::Call, "calls"),
    (EdgeKind::Use, "uses"),
    (EdgeKind::Import, "imports"),
    (EdgeKind::Inherit, "inherits"),
];

impl ViewEdge {
    /// The names of its kinds, joined by a comma and a blank.
    pub fn kinds(&self) -> String {
        let present = KINDS.iter().zip(self.counts).filter(|(_, count)| *count > 0);
        present.map(|((_, name), _)| *name).collect::<Vec<_>>().join(", ")
    }
}

impl View {
    /// The view of a code graph; `repo` is what the graph was built from.
    pub fn new(repo: &RepoFacts, graph: &CodeGraph, filter: &Filter) -> View {
        let (nodes, part_of) = match filter.level {
            Level::File => files(repo, graph),
            Level::Definition => definitions(repo, graph),
            Level::Folder => folders(repo, graph),
        };
        let edges = edges(graph, &part_of, filter);
        View { nodes, edges, part_of }
    }

    /// The graph for the algorithms: an edge weighs what [`ViewEdge::weight`] says.
    pub fn csr(&self) -> Csr {
        Csr::new(self.nodes.len(), self.edges.iter().map(|edge| (edge.from, edge.to, edge.weight)))
    }

    /// The edge between two nodes.
    pub fn edge(&self, from: u32, to: u32) -> Option<&ViewEdge> {
        let at = self.edges.binary_search_by_key(&(from, to), |edge| (edge.from, edge.to)).ok()?;
        self.edges.get(at)
    }

    /// The nodes that a person means by `text`: those of this very name, else those whose qualified name or path it is, else
    /// those whose name ends in it after a separator.
    pub fn find(&self, text: &str) -> Vec<u32> {
        let all = |matches: &dyn Fn(&ViewNode) -> bool| -> Vec<u32> {
            (0u32..).zip(&self.nodes).filter(|(_, node)| matches(node)).map(|(at, _)| at).collect()
        };
        let text = text.trim_start_matches("./");
        let text = if text.is_empty() { "." } else { text };
        let rules: [&dyn Fn(&ViewNode) -> bool; 3] =
            [&|node| node.name == text, &|node| node.label == text, &|node| {
                let before = node.name.strip_suffix(text);
                before.is_some_and(|before| before.ends_with(['/', '#', '.', ':']))
            }];
        rules.iter().map(|rule| all(rule)).find(|found| !found.is_empty()).unwrap_or_default()
    }

    /// The nodes that at most `depth` uses join to `node`, in either direction.
    pub fn around(&self, node: u32, depth: usize) -> Vec<u32> {
        let back = self.edges.iter().map(|edge| (edge.to, edge.from, 1.0));
        let both =
            Csr::new(self.nodes.len(), self.edges.iter().map(|edge| (edge.from, edge.to, 1.0)).chain(back));
        let far = crate::algorithms::shortest_paths::distances(&both, node);
        let near = |far: &Option<u32>| far.is_some_and(|far| far as usize <= depth);
        (0u32..).zip(&far).filter(|(_, far)| near(far)).map(|(node, _)| node).collect()
    }
}

fn file_node(repo: &RepoFacts, file: u32) -> ViewNode {
    let path = repo.files[file as usize].path().clone();
    ViewNode { name: path.to_string(), label: path.to_string(), kind: "file", path, line: None }
}

fn files(repo: &RepoFacts, graph: &CodeGraph) -> (Vec<ViewNode>, Vec<u32>) {
    let nodes = (0..repo.files.len() as u32).map(|file| file_node(repo, file)).collect();
    (nodes, graph.nodes.iter().map(|node| node.file).collect())
}

fn definitions(repo: &RepoFacts, graph: &CodeGraph) -> (Vec<ViewNode>, Vec<u32>) {
    let nodes = graph.nodes.iter().map(|node| {
        let file = file_node(repo, node.file);
        let symbols = repo.files[node.file as usize].data.symbols.as_ref();
        let definition = node
            .definition
            .and_then(|definition| symbols.and_then(|symbols| symbols.definitions.get(definition as usize)));
        match definition {
            Some(definition) => ViewNode {
                name: format!("{}#{}", file.path, definition.qualified_name),
                label: definition.qualified_name.clone(),
                kind: kind_name(definition.kind),
                path: file.path,
                line: Some(definition.name_line),
            },
            None => file,
        }
    });
    (nodes.collect(), (0..graph.nodes.len() as u32).collect())
}

fn folders(repo: &RepoFacts, graph: &CodeGraph) -> (Vec<ViewNode>, Vec<u32>) {
    let mut paths: Vec<&[u8]> = repo.files.iter().map(|file| file.path().parent()).collect();
    paths.sort_unstable();
    paths.dedup();
    let nodes = paths.iter().map(|path| {
        let path = RepoPath::new(path.to_vec());
        let name = if path.as_bytes().is_empty() { ".".to_owned() } else { path.to_string() };
        ViewNode { label: name.clone(), name, kind: "folder", path, line: None }
    });
    let folder = |file: u32| {
        let parent = repo.files[file as usize].path().parent();
        paths.binary_search(&parent).map_or(0, |at| at as u32)
    };
    let of_file: Vec<u32> = (0..repo.files.len() as u32).map(folder).collect();
    (nodes.collect(), graph.nodes.iter().map(|node| of_file[node.file as usize]).collect())
}

/// The name of a kind of definition.
pub(crate) fn kind_name(kind: DefinitionKind) -> &'static str {
    match kind {
        DefinitionKind::Function => "function",
        DefinitionKind::Method => "method",
        DefinitionKind::Class => "class",
        DefinitionKind::Struct => "struct",
        DefinitionKind::Enum => "enum",
        DefinitionKind::Interface => "interface",
        DefinitionKind::Type => "type",
        DefinitionKind::Module => "module",
        DefinitionKind::Constant => "constant",
        DefinitionKind::Macro => "macro",
    }
}

fn edges(graph: &CodeGraph, part_of: &[NodeId], filter: &Filter) -> Vec<ViewEdge> {
    let mut merged: HashMap<(u32, u32), ViewEdge> = HashMap::default();
    for edge in &graph.edges {
        let (from, to) = (part_of[edge.from as usize], part_of[edge.to as usize]);
        let wanted = filter.kinds.is_empty() || filter.kinds.contains(&edge.kind);
        if from == to || !wanted || edge.confidence < filter.min_confidence {
            continue;
        }
        let into = merged.entry((from, to)).or_insert(ViewEdge {
            from,
            to,
            counts: [0; 4],
            confidence: 0.0,
            weight: 0.0,
        });
        let at = KINDS.iter().position(|(kind, _)| *kind == edge.kind).unwrap_or(0);
        into.counts[at] = into.counts[at].saturating_add(edge.count);
        into.confidence = into.confidence.max(edge.confidence);
        into.weight += f64::from(edge.confidence);
    }
    let mut edges: Vec<ViewEdge> = merged.into_values().collect();
    edges.sort_unstable_by_key(|edge| (edge.from, edge.to));
    edges
}
