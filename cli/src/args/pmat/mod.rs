mod mutate;

pub use mutate::*;

mod churn;

pub use churn::ChurnArgs;

mod crap;
mod dead_code;
mod duplicates;

pub use crap::CrapArgs;
pub use dead_code::DeadCodeArgs;
pub use duplicates::DuplicatesArgs;

mod graph;

pub use graph::{GraphArgs, GraphFormat};

mod hooks;
mod hotspots;
mod quality_gate;

pub use hooks::*;
pub use hotspots::HotspotsArgs;
pub use quality_gate::{BaselineMode, GateFormat, QualityGateArgs};

mod score;

pub use score::{ScoreArgs, ScoreFormat};

mod query;

pub use query::QueryArgs;

mod tdg;

pub use tdg::*;

use super::{OutputArgs, ReportFormat, SourceArgs};
use abilities::{
    Ability, Churn, Complexity, Context, Crap, DeadCode, Duplicates, Graph, Hotspots, QualityGate, Query,
    Satd, Score, Tdg,
};
use clap::{Args, Subcommand, ValueEnum};

/// `batuta pmat`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  pmat analyze complexity --top-files 5
  pmat analyze satd --strict
  pmat context --output context.md --format llm-optimized
  pmat quality-gate --format sarif --output gate.sarif")]
pub struct PmatArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: PmatCommand,
}

/// The commands of `pmat`.
#[derive(Debug, Subcommand)]
pub enum PmatCommand {
    /// Measure one thing in detail
    Analyze(AnalyzeArgs),
    /// What a language model should know about the repository, within a budget of tokens
    #[command(about = Context::ABOUT.title)]
    Context(ContextArgs),
    /// Judge the tree by the rules of batuta.toml
    #[command(about = QualityGate::ABOUT.title)]
    QualityGate(QualityGateArgs),
    /// Files that are complex and change often, the same as `pmat analyze hotspots`
    Hotspots(HotspotsArgs),
    /// Judge commits and pushes: Git hooks, and the configuration for CI
    Hooks(HooksArgs),
    /// Score a repository by what its files show: tooling, quality, tests, documentation, dependencies
    #[command(about = Score::ABOUT.title)]
    RepoScore(ScoreArgs),
    /// The same for a Cargo project
    RustProjectScore(ScoreArgs),
    /// Search the definitions by name, signature, documentation and the names they use
    #[command(about = Query::ABOUT.title)]
    Query(QueryArgs),
    /// Technical debt gradient, the same as `pmat analyze tdg`
    Tdg(TdgArgs),
    /// Mutation testing: change the code in small ways, and see whether the tests detect it
    Mutate(Box<MutateArgs>),
}

/// `batuta pmat analyze`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  pmat analyze complexity --max-cyclomatic 20 --fail-on-violation
  pmat analyze satd --format json")]
pub struct AnalyzeArgs {
    /// What to measure.
    #[command(subcommand)]
    pub analysis: Analysis,
}

/// The analyses.
#[derive(Debug, Subcommand)]
pub enum Analysis {
    /// Cyclomatic and cognitive complexity of every function, the worst first
    #[command(about = Complexity::ABOUT.title)]
    Complexity(ComplexityArgs),
    /// How often each file changed recently, and who changed it
    #[command(about = Churn::ABOUT.title)]
    Churn(ChurnArgs),
    /// Functions that are complex and little tested, by the last report of line coverage
    #[command(about = Crap::ABOUT.title)]
    Crap(CrapArgs),
    /// Definitions and files that nothing uses
    #[command(about = DeadCode::ABOUT.title)]
    DeadCode(DeadCodeArgs),
    /// Duplicated code: exact, renamed and gapped clones
    #[command(about = Duplicates::ABOUT.title)]
    Duplicates(DuplicatesArgs),
    /// Who uses what: central files, import cycles, communities, types that do too much; diagrams
    #[command(visible_alias = "dag", about = Graph::ABOUT.title)]
    Graph(GraphArgs),
    /// Self-admitted technical debt in comments, by category and severity
    #[command(about = Satd::ABOUT.title)]
    Satd(SatdArgs),
    /// Technical debt gradient: a score and a grade for the repository, its folders, files and functions
    #[command(about = Tdg::ABOUT.title)]
    Tdg(TdgArgs),
    /// Files that are complex and change often, who knows them, and what changes together
    #[command(about = Hotspots::ABOUT.title)]
    Hotspots(HotspotsArgs),
}

/// `batuta pmat analyze complexity`
#[derive(Debug, Args)]
#[command(after_help = "\
Without --fail-on-violation the exit code is 0 whatever was found.

Examples:
  pmat analyze complexity
  pmat analyze complexity src --top-files 5
  pmat analyze complexity --max-cyclomatic 20 --max-cognitive 25 --fail-on-violation
  pmat analyze complexity --revision HEAD~10 --format json --output complexity.json")]
pub struct ComplexityArgs {
    /// Tree to analyse.
    #[command(flatten)]
    pub source: SourceArgs,
    /// What is asked.
    #[command(flatten)]
    pub asked: Complexity,
    /// Exit with 1 when a function is above a limit
    #[arg(long)]
    pub fail_on_violation: bool,
    /// Format of the report
    #[arg(short, long, value_name = "FORMAT", default_value = "human")]
    pub format: ReportFormat,
    /// Where the report goes.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// `batuta pmat analyze satd`
#[derive(Debug, Args)]
#[command(after_help = "\
Without --fail-on-violation the exit code is 0 whatever was found.

Examples:
  pmat analyze satd
  pmat analyze satd --strict
  pmat analyze satd --blame --format json
  pmat analyze satd --staged --fail-on-violation")]
pub struct SatdArgs {
    /// Tree to analyse.
    #[command(flatten)]
    pub source: SourceArgs,
    /// What is asked.
    #[command(flatten)]
    pub asked: Satd,
    /// Exit with 1 when anything is found
    #[arg(long)]
    pub fail_on_violation: bool,
    /// Format of the report
    #[arg(short, long, value_name = "FORMAT", default_value = "human")]
    pub format: ReportFormat,
    /// Where the report goes.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// `batuta pmat context`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  pmat context --output context.md --format llm-optimized
  pmat context --max-tokens 32000 --tokenizer cl100k
  pmat context --question \"why does the parser lose comments\"
  pmat context --files src/parse.rs,src/lex.rs --since main
  pmat context --full --max-tokens 100000 --format xml")]
pub struct ContextArgs {
    /// Tree to describe.
    #[command(flatten)]
    pub source: SourceArgs,
    /// What is asked.
    #[command(flatten)]
    pub asked: Context,
    /// Format of the context
    #[arg(short, long, value_name = "FORMAT", default_value = "llm-optimized")]
    pub format: ContextFormat,
    /// Where the context goes.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// Formats of the context.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum ContextFormat {
    /// Terse text that spends its tokens on content
    #[default]
    LlmOptimized,
    /// Markdown
    Markdown,
    /// JSON
    Json,
    /// XML
    Xml,
}
