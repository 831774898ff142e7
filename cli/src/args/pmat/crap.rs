use crate::args::{OutputArgs, ReportFormat, SourceArgs};
use abilities::Crap;
use clap::Args;

/// `batuta pmat analyze crap`
#[derive(Debug, Args)]
#[command(after_help = "\
A function's score is comp² · (1 − cov)³ + comp, of its cyclomatic complexity and the share of its lines that tests ran (Savoia and
Evans, 2007). Test code has none. The tests are not run: their last report is read, as the rule `coverage` finds it.
Without --fail-on-violation the exit code is 0 whatever was found; it is 2 when there is no report that fits the code.

Examples:
  pmat analyze crap
  pmat analyze crap --report out/lcov.info --top 50
  pmat analyze crap --max 30 --fail-on-violation --format json")]
pub struct CrapArgs {
    /// Tree to analyse.
    #[command(flatten)]
    pub source: SourceArgs,
    /// What is asked.
    #[command(flatten)]
    pub asked: Crap,
    /// Exit with 1 when a function is above the highest score
    #[arg(long)]
    pub fail_on_violation: bool,
    /// Format of the report
    #[arg(short, long, value_name = "FORMAT", default_value = "human")]
    pub format: ReportFormat,
    /// Where the report goes.
    #[command(flatten)]
    pub output: OutputArgs,
}
