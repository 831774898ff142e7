use crate::args::{OutputArgs, ReportFormat, SourceArgs};
use clap::{Args, ValueEnum};

/// `batuta pmat analyze duplicates`
#[derive(Debug, Args)]
#[command(after_help = "\
Types: exact (the same tokens), renamed (names and literals replaced), gapped (functions with lines inserted, removed or
changed, at least 70 % alike). Comments, layout and imports never count.
Without options the clones are those of the gate's rule `duplication`, and so is the share.
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
    /// Shortest clone, in tokens [default: min-tokens of the rule duplication, 100 unless it is set]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(10..=65_535))]
    pub min_tokens: Option<u32>,
    /// Shortest clone, in lines [default: min-lines of the rule duplication, 10 unless it is set]
    #[arg(long, value_name = "N")]
    pub min_lines: Option<u32>,
    /// Types of clones to look for [default: types of the rule duplication, exact and renamed unless it is set]
    #[arg(long, value_name = "TYPES", value_delimiter = ',')]
    pub detection_type: Vec<DetectionType>,
    /// Exit with 1 when more than this percentage of the lines is duplicated
    #[arg(long, value_name = "PERCENT", value_parser = percentage)]
    pub threshold: Option<f64>,
    /// Show the N largest classes and the N files with most duplicated lines [default: 20 on screen, 1000 in JSON; 0: all]
    #[arg(long, value_name = "N")]
    pub top: Option<usize>,
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

/// Types of clones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DetectionType {
    /// The same tokens
    Exact,
    /// The same but for names and literals
    Renamed,
    /// Functions with lines inserted, removed or changed
    Gapped,
    /// All three
    All,
}

fn percentage(text: &str) -> Result<f64, String> {
    let value: f64 = text.parse().map_err(|_| "not a number".to_owned())?;
    if (0.0..=100.0).contains(&value) { Ok(value) } else { Err("not from 0 to 100".to_owned()) }
}
