use super::super::{OutputArgs, ReportFormat, SourceArgs};
use abilities::Hotspots;
use clap::Args;

/// `batuta pmat analyze hotspots`
#[derive(Debug, Args)]
#[command(after_help = "\
Revisions are counted in the last --days days before the newest commit; authors in the whole history.

Examples:
  pmat hotspots
  pmat hotspots --days 90 --top 20 --exclude-bots
  pmat analyze hotspots --by source-lines --format json")]
pub struct HotspotsArgs {
    /// Tree to analyse.
    #[command(flatten)]
    pub source: SourceArgs,
    /// What is asked.
    #[command(flatten)]
    pub asked: Hotspots,
    /// Format of the report
    #[arg(short, long, value_name = "FORMAT", default_value = "human")]
    pub format: ReportFormat,
    /// Where the report goes.
    #[command(flatten)]
    pub output: OutputArgs,
}
