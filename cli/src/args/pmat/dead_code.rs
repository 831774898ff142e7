use crate::args::{OutputArgs, ReportFormat, SourceArgs};
use abilities::DeadCode;
use clap::Args;

/// `batuta pmat analyze dead-code`
#[derive(Debug, Args)]
#[command(after_help = "\
Certain: nothing in the tree can use it, nothing outside can name it. Likely: probably dead, but one of these is not proven.
Possible: nothing known uses it, but much beside it looks dead, too, or it is of a kind that is often in use all the same.
Without --fail-on-violation the exit code is 0 whatever was found. Without --rustc nothing is started. --rustc runs
code of the repository: build scripts, procedural macros, and what .cargo/config.toml and rust-toolchain.toml name.

Examples:
  pmat analyze dead-code
  pmat analyze dead-code --min-confidence certain --fail-on-violation
  pmat analyze dead-code --min-confidence possible # also what is not sure enough to be listed otherwise
  pmat analyze dead-code src --format json
  pmat analyze dead-code --rustc                   # also asks rustc: builds a copy of the tree")]
pub struct DeadCodeArgs {
    /// Tree to analyse.
    #[command(flatten)]
    pub source: SourceArgs,
    /// What is asked.
    #[command(flatten)]
    pub asked: DeadCode,
    /// Ask rustc: run `cargo check` on a copy of the tree, which runs its build scripts, and say where its warnings agree
    #[arg(long)]
    pub rustc: bool,
    /// Exit with 1 when dead code is found
    #[arg(long)]
    pub fail_on_violation: bool,
    /// Format of the report
    #[arg(short, long, value_name = "FORMAT", default_value = "human")]
    pub format: ReportFormat,
    /// Where the report goes.
    #[command(flatten)]
    pub output: OutputArgs,
}
