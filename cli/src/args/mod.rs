//! The command line. Help, man pages and completions are generated from these definitions.

mod analyses;
mod aprender;
mod global;
mod pmat;
mod serve;
mod trend;
mod upkeep;

#[cfg(test)]
mod tests;

pub use analyses::*;
pub use aprender::*;
pub use global::*;
pub use pmat::*;
pub use serve::*;
pub use trend::*;
pub use upkeep::*;

use clap::{Parser, Subcommand};
use std::sync::OnceLock;

/// The program's version, with the commit it was built from where the build was told it (`BATUTA_COMMIT`).
pub fn version() -> &'static str {
    static VERSION: OnceLock<String> = OnceLock::new();
    VERSION.get_or_init(|| match option_env!("BATUTA_COMMIT") {
        Some(commit) => format!("{} ({commit})", env!("CARGO_PKG_VERSION")),
        None => env!("CARGO_PKG_VERSION").to_owned(),
    })
}

/// The tools that the program is when it is called by their name.
pub const TOOLS: &[&str] = &["pmat", "aprender"];

/// Measures a Git repository and answers questions about it: how complex it is, what debt it carries, whether it passes
/// its gate, what a language model should know about it.
#[derive(Debug, Parser)]
#[command(
    name = "batuta",
    version = version(),
    propagate_version = true,
    subcommand_required = true,
    arg_required_else_help = true,
    max_term_width = 100,
    after_help = "\
Examples:
  batuta analyze                          # the overview of this repository
  batuta analyze --revision v1.0          # the same, as it was at tag v1.0
  batuta pmat quality-gate                # exit 1 when a rule is broken
  batuta pmat context --output context.md # what a language model should know

Exit codes: 0 fine, 1 findings above the threshold, 2 could not do what was asked, 130 interrupted.
A reader that closes the pipe early (`batuta … | head`) does not change the exit code."
)]
pub struct Cli {
    /// Options of every command.
    #[command(flatten)]
    pub global: GlobalArgs,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Overview: languages, complexity, debt, dependencies, what was not measured, the gate's verdict
    Analyze(OverviewArgs),
    /// Figures per function, file and repository; context; quality gate (also as `pmat`, see `batuta link`)
    Pmat(Box<PmatArgs>),
    /// Models of tables: fit, predict, evaluate, explain, inspect, sign (also as `aprender`, see `batuta link`)
    Aprender(Box<AprenderArgs>),
    /// Every metric over the commits of the past: one point for each commit, day, week, month or tag
    History(Box<HistoryArgs>),
    /// Which commits and authors made a metric better or worse
    BlameMetric(Box<BlameMetricArgs>),
    /// Serve repositories: a dashboard, a JSON API, badges and events, up to date with every commit
    Serve(Box<ServeArgs>),
    /// The stored facts: where they are, how many, and how to be rid of them
    Cache(CacheArgs),
    /// The configuration in force, and the schema of batuta.toml
    Config(ConfigArgs),
    /// The languages that are recognised, and what is measured in each
    Languages(LanguagesArgs),
    /// Processor and graphics processors: what was found, what was measured, where operations on arrays would run
    Devices(DevicesArgs),
    /// The rules of the quality gate, with their reasons and defaults
    Rules(RulesArgs),
    /// Make links under which the program is one of its tools (`pmat …` for `batuta pmat …`)
    Link(LinkArgs),
    /// Print a completion script for a shell
    Completions(CompletionsArgs),
    /// Print the manual page, or write the pages of all commands
    Man(ManArgs),
}
