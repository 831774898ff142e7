use super::super::{OutputArgs, ReportFormat, SourceArgs};
use clap::Args;

/// `batuta pmat analyze churn`
#[derive(Debug, Args)]
#[command(after_help = "\
Days count back from the newest commit, not from today, so the same commit always gives the same report.

Examples:
  pmat analyze churn --days 90
  pmat analyze churn src --days 0 --top-files 20
  pmat analyze churn --exclude-bots --format json")]
pub struct ChurnArgs {
    /// Tree to analyse.
    #[command(flatten)]
    pub source: SourceArgs,
    /// Commits of the last N days before the newest one [0: all]
    #[arg(long, value_name = "N", default_value_t = 30)]
    pub days: u32,
    /// Show the N most changed files [default: 10 on screen, all in JSON; 0: all]
    #[arg(long, value_name = "N")]
    pub top_files: Option<usize>,
    /// Which commits count.
    #[command(flatten)]
    pub commits: CommitArgs,
    /// Format of the report
    #[arg(short, long, value_name = "FORMAT", default_value = "human")]
    pub format: ReportFormat,
    /// Where the report goes.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// Which commits of a history count.
#[derive(Debug, Clone, Args)]
pub struct CommitArgs {
    /// Leave out the commits of bots (dependabot, renovate, names that end in [bot], …)
    #[arg(long)]
    pub exclude_bots: bool,
    /// An author whose name or address contains TEXT is a bot, too; may be repeated
    #[arg(long = "bot", value_name = "TEXT")]
    pub bots: Vec<String>,
    /// Follow only the first parent of each merge; a merge then counts as what it brought in
    #[arg(long)]
    pub first_parent: bool,
}
