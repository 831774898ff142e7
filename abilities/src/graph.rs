use crate::{Ability, About, Duration, Effect, Session, Trees, Watch};
use clap::{Args, ValueEnum};
use facts::Sections;
use project::ProjectError;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use trueno_graph::code::EdgeKind;
use trueno_graph::report::{GraphReport, Options, Unclear, analyze};
use trueno_graph::view::{Filter, Level};

/// Who uses what: central files, import cycles, communities, types that do too much; diagrams.
#[derive(Debug, Clone, Args, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Graph {
    /// What a node stands for
    #[arg(long, value_name = "LEVEL", default_value = "file")]
    pub level: GraphLevel,
    /// Show the N most central nodes [default: 10 on screen, 40 in DOT and Mermaid, all in JSON and GraphML; 0: all]
    #[arg(long, value_name = "N")]
    pub top: Option<usize>,
    /// Only uses of these kinds [default: all]
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    pub kinds: Vec<GraphKind>,
    /// Only uses that are resolved with at least this confidence, from 0 to 1
    #[arg(long, value_name = "X", default_value_t = Graph::default().min_confidence, value_parser = part)]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub min_confidence: f32,
    /// Only import cycles, all of them; diagrams show only files in a cycle
    #[arg(long)]
    pub cycles: bool,
    /// Only communities, all of them; diagrams are divided into them
    #[arg(long)]
    pub communities: bool,
    /// A shortest chain of uses that leads from one node to another
    #[arg(long, value_names = ["FROM", "TO"], num_args = 2)]
    #[schemars(length(max = 2))]
    pub chain: Vec<String>,
    /// Draw only what uses this node, or is used by it
    #[arg(long, value_name = "NODE")]
    pub focus: Option<String>,
    /// Largest distance from the node of --focus, in uses
    #[arg(long, value_name = "N", default_value_t = Graph::default().depth, requires = "focus")]
    pub depth: usize,
    /// What is shown if `top` is not given.
    #[arg(skip)]
    #[serde(skip)]
    pub rows: GraphRows,
}

/// How much of a graph is shown by default.
#[derive(Debug, Clone, Copy, Default)]
pub struct GraphRows {
    /// Rows of each section; none means all.
    pub rows: Option<usize>,
    /// Nodes of the diagram; none means all.
    pub drawn: Option<usize>,
    /// The sections have all rows whatever `top` says: the caller shortens them itself.
    pub all_rows: bool,
}

impl Default for Graph {
    fn default() -> Graph {
        Graph {
            level: GraphLevel::default(),
            top: None,
            kinds: Vec::new(),
            min_confidence: 0.5,
            cycles: false,
            communities: false,
            chain: Vec::new(),
            focus: None,
            depth: 1,
            rows: GraphRows::default(),
        }
    }
}

/// What a node stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum GraphLevel {
    /// A file
    #[default]
    File,
    /// A definition, or a file's code outside all definitions
    Definition,
    /// A folder with the files directly in it
    Folder,
}

/// Kinds of uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum GraphKind {
    /// Calls
    Calls,
    /// Other uses of a name
    Uses,
    /// Imports
    Imports,
    /// Extensions and implementations of a type
    Inherits,
}

impl From<GraphKind> for EdgeKind {
    fn from(kind: GraphKind) -> EdgeKind {
        match kind {
            GraphKind::Calls => EdgeKind::Call,
            GraphKind::Uses => EdgeKind::Use,
            GraphKind::Imports => EdgeKind::Import,
            GraphKind::Inherits => EdgeKind::Inherit,
        }
    }
}

fn part(text: &str) -> Result<f32, String> {
    let value: f32 = text.parse().map_err(|_| "not a number".to_owned())?;
    if (0.0..=1.0).contains(&value) { Ok(value) } else { Err("not between 0 and 1".to_owned()) }
}

impl Graph {
    fn options(&self) -> Options {
        let asked = |default: Option<usize>| match self.top {
            Some(0) => None,
            Some(top) => Some(top),
            None => default,
        };
        Options {
            filter: Filter {
                level: match self.level {
                    GraphLevel::File => Level::File,
                    GraphLevel::Definition => Level::Definition,
                    GraphLevel::Folder => Level::Folder,
                },
                kinds: self.kinds.iter().map(|kind| (*kind).into()).collect(),
                min_confidence: self.min_confidence,
            },
            rows: asked(self.rows.rows).filter(|_| !self.rows.all_rows),
            drawn: asked(self.rows.drawn),
            focus: self.focus.clone().map(|node| (node, self.depth)),
            between: match self.chain.as_slice() {
                [from, to] => Some((from.clone(), to.clone())),
                _ => None,
            },
            cycles_only: self.cycles,
            communities: self.communities,
        }
    }
}

impl Ability for Graph {
    const ABOUT: About = About {
        id: "graph",
        title: "Who uses what: central files, import cycles, communities, types that do too much; diagrams",
        when: "What depends on a file or a function, how one file comes to use another, what is central, which files import each other in cycles",
        command: &["pmat", "analyze", "graph"],
        report: "batuta/graph/1",
        duration: Duration::Seconds,
        trees: Trees::Any,
        effect: Effect::OnlyReads,
        needs_history: false,
        judges: false,
    };
    type Report = GraphReport;

    fn answer(&self, session: &Session, watch: &dyn Watch) -> Result<GraphReport, ProjectError> {
        if !matches!(self.chain.len(), 0 | 2) {
            return Err(ProjectError::new("a chain leads from one node to another: name two"));
        }
        let known = session.graphed(Sections::default(), watch)?;
        let cycles = gates::import_cycles(&known.facts, &known.graph, &session.config);
        analyze(&known.facts, &known.graph, &cycles, &self.options()).map_err(unclear)
    }
}

fn unclear(unclear: Unclear) -> ProjectError {
    if unclear.count == 0 {
        let help = "paths count from the root of the tree; definitions are nodes with --level definition";
        return ProjectError::new(format!("no node is called {}", unclear.name)).help(help);
    }
    let what = format!("{} nodes may be meant by {}", unclear.count, unclear.name);
    let failure = unclear.candidates.iter().fold(ProjectError::new(what), |error, one| error.why(one));
    failure.help("name one of them in full")
}
