use crate::args::{OutputArgs, SourceArgs};
use clap::{Args, ValueEnum};

/// `batuta pmat repo-score` and `batuta pmat rust-project-score`
#[derive(Debug, Args)]
#[command(after_help = "\
One table of checks, whose points add up to 211. Every point earned names its evidence. Checks that were not measured or do not
apply do not count. Nothing of the project is run, nothing is fetched: coverage and mutation score come from the
last reports (see the rules `coverage` and `mutation`), advisories from RustSec's database where ~/.cargo holds a copy.

Examples:
  pmat repo-score
  pmat repo-score --failures-only
  pmat rust-project-score --min-percent 70 --format json")]
pub struct ScoreArgs {
    /// Tree to score.
    #[command(flatten)]
    pub source: SourceArgs,
    /// Show only what is missing
    #[arg(long)]
    pub failures_only: bool,
    /// Exit with 1 when less than this share of the possible points is earned
    #[arg(long, value_name = "PERCENT")]
    pub min_percent: Option<f64>,
    /// Format of the report
    #[arg(short, long, value_name = "FORMAT", default_value = "human")]
    pub format: ScoreFormat,
    /// Where the report goes.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// Formats of the score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum ScoreFormat {
    /// Tables for people
    #[default]
    Human,
    /// JSON; a figure that was not measured is {"value": null, "why": "…"}
    Json,
    /// Markdown
    Markdown,
}
