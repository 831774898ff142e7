use super::{OutputArgs, SourceArgs};
use abilities::Tdg;
use clap::{Args, ValueEnum};
use pmat::tdg::Grade;

/// `batuta pmat tdg`
#[derive(Debug, Args)]
#[command(after_help = "\
Without --min-grade and --fail-on-violation the exit code is 0 whatever the grade; it is 2 when nothing could be graded.

Examples:
  pmat analyze tdg
  pmat tdg --components --top-files 5
  pmat tdg --explain                      # what costs the repository most, and what would help
  pmat tdg --explain src/parser.rs        # the same for a file, a folder, or a function by its name
  pmat tdg --baseline origin/main --fail-on-violation
  pmat tdg --min-grade B --format markdown --output tdg.md")]
pub struct TdgArgs {
    /// Tree to grade.
    #[command(flatten)]
    pub source: SourceArgs,
    /// What is asked.
    #[command(flatten)]
    pub asked: Tdg,
    /// Show the six metrics of every file, folder and function too
    #[arg(long, visible_alias = "include-components")]
    pub components: bool,
    /// Show which lines lose how many points and what would raise the grade, for a file, a folder, or a function (NAME,
    /// FILE:NAME or FILE:LINE); without WHAT for everything
    #[arg(long, value_name = "WHAT", num_args = 0..=1, default_missing_value = ".", conflicts_with = "baseline")]
    pub explain: Option<String>,
    /// Show what changed since this revision (branch, tag, commit)
    #[arg(long, value_name = "REV")]
    pub baseline: Option<String>,
    /// Exit with 1 when the repository's grade is lower than this (A+, A, A-, B+, …, F)
    #[arg(long, value_name = "GRADE")]
    pub min_grade: Option<Grade>,
    /// Exit with 1 when the grade is lower than --min-grade, or than the gate's; with --baseline also when the score fell
    #[arg(long)]
    pub fail_on_violation: bool,
    /// Format of the report
    #[arg(short, long, value_name = "FORMAT", default_value = "human")]
    pub format: TdgFormat,
    /// Where the report goes.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// Formats of the report on grades.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum TdgFormat {
    /// Tables for people
    #[default]
    #[value(alias = "summary", alias = "full", alias = "table")]
    Human,
    /// JSON; a figure that was not measured is {"value": null, "why": "…"}
    Json,
    /// Markdown, for comments on a change
    Markdown,
}
