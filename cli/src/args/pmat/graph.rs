use crate::args::{OutputArgs, SourceArgs};
use clap::{Args, ValueEnum};

/// `batuta pmat analyze graph`
#[derive(Debug, Args)]
#[command(after_help = "\
NODE is a path, or at definition level a qualified name, alone or behind its path and #; the end of either is
enough where only one node has it.

Examples:
  pmat analyze graph
  pmat analyze graph --cycles                             # which files import each other in circles
  pmat analyze graph --format mermaid --top 15            # a drawing for a README
  pmat analyze graph --level definition --focus Config --depth 1 --format dot
  pmat analyze graph --chain src/main.rs src/cache.rs     # how one file comes to use another
  pmat analyze graph --kinds calls --min-confidence 0.9 --format graphml --output calls.graphml")]
pub struct GraphArgs {
    /// Tree to analyse.
    #[command(flatten)]
    pub source: SourceArgs,
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
    #[arg(long, value_name = "X", default_value_t = 0.5, value_parser = part)]
    pub min_confidence: f32,
    /// Import cycles only, all of them; drawn are only files in one
    #[arg(long)]
    pub cycles: bool,
    /// Communities only, all of them; drawings are divided into them
    #[arg(long)]
    pub communities: bool,
    /// A shortest chain of uses that leads from one node to another
    #[arg(long, value_names = ["FROM", "TO"], num_args = 2)]
    pub chain: Vec<String>,
    /// Draw only what uses this node, or is used by it
    #[arg(long, value_name = "NODE")]
    pub focus: Option<String>,
    /// How many uses away from the node of --focus
    #[arg(long, value_name = "N", default_value_t = 1, requires = "focus")]
    pub depth: usize,
    /// Format of the report
    #[arg(short, long, value_name = "FORMAT", default_value = "human")]
    pub format: GraphFormat,
    /// Where the report goes.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// What a node stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum GraphLevel {
    /// A file
    #[default]
    File,
    /// A definition, or a file's code outside all definitions
    Definition,
    /// A folder with the files right in it
    Folder,
}

/// Kinds of uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
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

/// Formats of the graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum GraphFormat {
    /// Tables for people
    #[default]
    #[value(alias = "summary", alias = "full", alias = "table")]
    Human,
    /// The report and the graph; networkx reads it as node-link data
    Json,
    /// DOT, for Graphviz
    Dot,
    /// GraphML, for networkx, igraph, Gephi, yEd
    Graphml,
    /// A Mermaid flowchart, for Markdown
    Mermaid,
}

fn part(text: &str) -> Result<f32, String> {
    let value: f32 = text.parse().map_err(|_| "not a number".to_owned())?;
    if (0.0..=1.0).contains(&value) { Ok(value) } else { Err("not between 0 and 1".to_owned()) }
}
