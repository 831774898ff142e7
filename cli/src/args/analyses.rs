use super::{OutputArgs, SourceArgs};
use abilities::Overview;
use clap::{Args, ValueEnum};

/// Formats of reports that are read by a person or a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum ReportFormat {
    /// Tables for people
    #[default]
    #[value(alias = "summary", alias = "full", alias = "table")]
    Human,
    /// JSON; a figure that was not measured is {"value": null, "why": "…"}
    Json,
}

/// `batuta analyze`
#[derive(Debug, Args)]
#[command(after_help = "\
Without a section all but --tdg are shown, shortened to fit one screen; with sections only those, in full.
--tdg compares all code with all other code, which takes its time where the tree changed since the last run.

Examples:
  batuta analyze                            # overview of the current folder's repository
  batuta analyze --languages --dependencies --tdg # only these sections, in full
  batuta analyze --staged --gate            # the gate's verdict on what is staged
  batuta analyze path/to/repo --revision HEAD~100 --format json")]
pub struct OverviewArgs {
    /// Tree to analyse.
    #[command(flatten)]
    pub source: SourceArgs,
    /// Sections to show.
    #[command(flatten)]
    pub asked: Overview,
    /// Format of the report
    #[arg(short, long, value_name = "FORMAT", default_value = "human")]
    pub format: ReportFormat,
    /// Where the report goes.
    #[command(flatten)]
    pub output: OutputArgs,
}
