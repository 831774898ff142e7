use crate::args::{OutputArgs, SourceArgs};
use abilities::Graph;
use clap::{Args, ValueEnum};

/// `batuta pmat analyze graph`
#[derive(Debug, Args)]
#[command(after_help = "\
NODE is a path, or at definition level a qualified name, alone or as PATH#NAME; the end of either is enough if
only one node matches.

Examples:
  pmat analyze graph
  pmat analyze graph --cycles                             # which files import each other in cycles
  pmat analyze graph --format mermaid --top 15            # a diagram for a README
  pmat analyze graph --level definition --focus Config --depth 1 --format dot
  pmat analyze graph --chain src/main.rs src/cache.rs     # how one file comes to use another
  pmat analyze graph --kinds calls --min-confidence 0.9 --format graphml --output calls.graphml")]
pub struct GraphArgs {
    /// Tree to analyse.
    #[command(flatten)]
    pub source: SourceArgs,
    /// What is asked.
    #[command(flatten)]
    pub asked: Graph,
    /// Format of the report
    #[arg(short, long, value_name = "FORMAT", default_value = "human")]
    pub format: GraphFormat,
    /// Where the report goes.
    #[command(flatten)]
    pub output: OutputArgs,
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
