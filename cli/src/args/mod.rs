//! The command line. Help, man pages and completions are generated from these definitions.

mod analyses;
mod aprender;
mod global;
mod pmat;
mod serve;
mod trend;
mod unfit;
mod upkeep;

#[cfg(test)]
mod tests;

pub use analyses::*;
pub use aprender::*;
pub use global::*;
pub use pmat::*;
pub use serve::*;
pub use trend::*;
pub use unfit::Unfit;
pub use upkeep::*;

use abilities::{Ability, BlameMetric, History, Overview, Rules};
use clap::{Parser, Subcommand};
use std::sync::OnceLock;

/// The program's version, including the commit it was built from if the build provides it (`BATUTA_COMMIT`).
pub fn version() -> &'static str {
    static VERSION: OnceLock<String> = OnceLock::new();
    VERSION.get_or_init(|| match option_env!("BATUTA_COMMIT") {
        Some(commit) => format!("{} ({commit})", env!("CARGO_PKG_VERSION")),
        None => env!("CARGO_PKG_VERSION").to_owned(),
    })
}

/// The tools that the program acts as when called by their names.
pub const TOOLS: &[&str] = &["pmat", "aprender"];

/// Measures a Git repository and answers questions about it: complexity, technical debt, the quality gate, context for
/// a language model.
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
    /// Overview: languages, complexity, self-admitted debt, dependencies, what was not measured, the gate's verdict
    #[command(about = Overview::ABOUT.title)]
    Analyze(OverviewArgs),
    /// Figures per function, file and repository; context; quality gate (also as `pmat`, see `batuta link`)
    Pmat(Box<PmatArgs>),
    /// Models of tables: fit, predict, evaluate, explain, inspect, sign (also as `aprender`, see `batuta link`)
    Aprender(Box<AprenderArgs>),
    /// Metrics over time: one point per commit, day, week, month or tag
    #[command(about = History::ABOUT.title)]
    History(Box<HistoryArgs>),
    /// Which commits and authors made a metric better or worse
    #[command(about = BlameMetric::ABOUT.title)]
    BlameMetric(Box<BlameMetricArgs>),
    /// Serve repositories: a dashboard, a JSON API, badges and events, up to date with every commit
    Serve(Box<ServeArgs>),
    /// The cache: where it is, how large it is, how to shrink or clear it
    Cache(CacheArgs),
    /// The configuration in force, and the schema of batuta.toml
    Config(ConfigArgs),
    /// The languages that are recognised, and what is measured in each
    Languages(LanguagesArgs),
    /// CPU and GPUs: what was found and measured, and where array operations would run
    Devices(DevicesArgs),
    /// The rules of the quality gate, with their reasons and defaults
    #[command(about = Rules::ABOUT.title)]
    Rules(RulesArgs),
    /// Create links that start one of the tools (`pmat …` for `batuta pmat …`)
    Link(LinkArgs),
    /// Print a completion script for a shell
    Completions(CompletionsArgs),
    /// Print the manual page, or write the pages of all commands
    Man(ManArgs),
}
