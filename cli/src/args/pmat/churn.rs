use super::super::{OutputArgs, ReportFormat, SourceArgs};
use abilities::Churn;
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
    /// What is asked.
    #[command(flatten)]
    pub asked: Churn,
    /// Format of the report
    #[arg(short, long, value_name = "FORMAT", default_value = "human")]
    pub format: ReportFormat,
    /// Where the report goes.
    #[command(flatten)]
    pub output: OutputArgs,
}
