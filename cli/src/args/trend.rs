use super::{OutputArgs, ReportFormat};
use abilities::{BlameMetric, History};
use clap::{Args, ValueEnum, ValueHint};
use std::path::PathBuf;

/// `batuta history`
#[derive(Debug, Args)]
#[command(after_help = "\
Each figure is what the ordinary commands say for that commit (--revision), by the commit's own batuta.toml. What was
measured is kept, so a second run measures new commits only; a run that is interrupted goes on where it was.

Examples:
  batuta history                               # one point for each week, over all years
  batuta history --every tag                   # one for each release
  batuta history --since v1.0 --every commit --metrics cognitive,over-limits
  batuta history --every month --metrics all --format csv --output history.csv
  batuta history src --since 2024-01-01        # of one folder")]
pub struct HistoryArgs {
    /// Where the history is.
    #[command(flatten)]
    pub place: PlaceArgs,
    /// What is asked.
    #[command(flatten)]
    pub asked: History,
    /// List the N newest points on screen
    #[arg(long, value_name = "N", default_value_t = 15)]
    pub rows: usize,
    /// Format of the report
    #[arg(short, long, value_name = "FORMAT", default_value = "human")]
    pub format: HistoryFormat,
    /// Where the report goes.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// `batuta blame-metric`
#[derive(Debug, Args)]
#[command(after_help = "\
Every commit is compared with its parent; merges are passed over, because what they bring in is the commits' own. With
--first-parent only first parents are followed, and a merge counts as what it brought in, in the name of who merged.

Examples:
  batuta blame-metric cognitive                      # who made the code harder to understand, who easier
  batuta blame-metric debt --since v1.0 --top 10
  batuta blame-metric over-limits --path src/parser  # of one folder
  batuta blame-metric tdg --since HEAD~50 --format json")]
pub struct BlameMetricArgs {
    /// What is asked.
    #[command(flatten)]
    pub asked: BlameMetric,
    /// Repository, or folder in one: then of what is there only
    #[arg(value_name = "PATH", index = 2, value_hint = ValueHint::AnyPath, conflicts_with = "named_path")]
    pub path: Option<PathBuf>,
    /// The same as PATH
    #[arg(short = 'p', long = "path", visible_alias = "project-path", value_name = "PATH", id = "named_path", value_hint = ValueHint::AnyPath)]
    pub named_path: Option<PathBuf>,
    /// Format of the report
    #[arg(short, long, value_name = "FORMAT", default_value = "human")]
    pub format: ReportFormat,
    /// Where the report goes.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// Where a history is.
#[derive(Debug, Clone, Args)]
pub struct PlaceArgs {
    /// Repository, or folder in one: then of what is there only
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath, conflicts_with = "named_path")]
    pub path: Option<PathBuf>,
    /// The same as PATH
    #[arg(short = 'p', long = "path", visible_alias = "project-path", value_name = "PATH", id = "named_path", value_hint = ValueHint::AnyPath)]
    pub named_path: Option<PathBuf>,
}

/// Formats of a history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum HistoryFormat {
    /// Tables for people, with a line for each metric
    #[default]
    Human,
    /// JSON; a figure that was not measured is {"value": null, "why": "…"}
    Json,
    /// One line for each point; a figure that was not measured is empty
    Csv,
    /// Markdown, for comments and wikis
    Markdown,
}
