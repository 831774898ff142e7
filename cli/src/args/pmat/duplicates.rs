use crate::args::{OutputArgs, ReportFormat, SourceArgs, Unfit};
use abilities::Duplicates;
use clap::Args;

/// `batuta pmat analyze duplicates`
#[derive(Debug, Args)]
#[command(after_help = "\
Types: exact (the same tokens), renamed (names and literals replaced), gapped (functions with lines inserted, removed or
changed, at least 70 % alike). Comments, layout and imports never count.
By default the settings of the gate's rule `duplication` apply, to the clones and to the share.
Without --threshold and --fail-on-violation the exit code is 0 whatever was found.

Examples:
  pmat analyze duplicates
  pmat analyze duplicates src --min-tokens 50 --min-lines 5 --detection-type all
  pmat analyze duplicates --threshold 5
  pmat analyze duplicates --revision HEAD~10 --format json --output duplicates.json")]
pub struct DuplicatesArgs {
    /// Tree to analyse.
    #[command(flatten)]
    pub source: SourceArgs,
    /// What is asked.
    #[command(flatten)]
    pub asked: Duplicates,
    /// Exit with 1 when more than this percentage of the lines is duplicated
    #[arg(long, value_name = "PERCENT", value_parser = percentage)]
    pub threshold: Option<f64>,
    /// Exit with 1 when a clone is found, or, with --threshold, when too much is duplicated
    #[arg(long)]
    pub fail_on_violation: bool,
    /// Format of the report
    #[arg(short, long, value_name = "FORMAT", default_value = "human")]
    pub format: ReportFormat,
    /// Where the report goes.
    #[command(flatten)]
    pub output: OutputArgs,
}

fn percentage(text: &str) -> Result<f64, Unfit> {
    let value: f64 = text.parse().map_err(|_| "not a number")?;
    if (0.0..=100.0).contains(&value) { Ok(value) } else { Err("not from 0 to 100".into()) }
}
