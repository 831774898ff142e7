use super::super::{CommitArgs, OutputArgs, ReportFormat, SourceArgs};
use clap::{Args, ValueEnum};

/// `batuta pmat analyze hotspots`
#[derive(Debug, Args)]
#[command(after_help = "\
Revisions are counted in the last --days days before the newest commit; who knows a file, in its whole history.

Examples:
  pmat hotspots
  pmat hotspots --days 90 --top 20 --exclude-bots
  pmat analyze hotspots --by source-lines --format json")]
pub struct HotspotsArgs {
    /// Tree to analyse.
    #[command(flatten)]
    pub source: SourceArgs,
    /// Count revisions of the last N days before the newest commit [0: all]
    #[arg(long, value_name = "N", default_value_t = 365)]
    pub days: u32,
    /// Show the N hottest files [default: 10 on screen, all in JSON; 0: all]
    #[arg(long, visible_alias = "top-files", value_name = "N")]
    pub top: Option<usize>,
    /// What the complexity of a file is
    #[arg(long, value_name = "FIGURE", default_value = "cognitive")]
    pub by: HotspotMeasure,
    /// Who made no commit in the last N days before the newest one has left
    #[arg(long, value_name = "N", default_value_t = 365)]
    pub former_after: u32,
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

/// What the complexity of a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum HotspotMeasure {
    /// Cognitive complexity of its functions; files of languages without a grammar have none
    #[default]
    Cognitive,
    /// Its source lines
    SourceLines,
}
