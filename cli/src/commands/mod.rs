//! One file per command. Each turns options into a report.

mod analyze;
mod aprender;
mod cache;
mod churn;
mod completions;
mod complexity;
mod config;
mod context;
mod crap;
mod dead_code;
mod devices;
mod duplicates;
mod graph;
mod hooks;
mod hotspots;
mod languages;
mod link;
mod man;
mod mutate;
mod not_measured;
mod overview_screen;
mod quality_gate;
mod query;
mod rules;
mod satd;
mod score;
mod serve;
mod tdg;
mod trend;

use crate::args::{Analysis, Cli, Command, GlobalArgs, PmatCommand};
use crate::failure::Failure;
use crate::stack;

/// The result of a successful run, which determines the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Everything is fine.
    Fine,
    /// There are findings above the threshold.
    Findings,
    /// The gate could not be measured, so its verdict is unknown.
    NotMeasured,
}

/// Runs the command.
pub fn run(cli: Cli) -> anyhow::Result<Outcome> {
    let global = &cli.global;
    set_threads(global)?;
    match cli.command {
        Command::Aprender(args) => aprender::run(*args, global),
        Command::History(args) => trend::history(&args, global),
        Command::BlameMetric(args) => trend::blame_metric(&args, global),
        Command::Cache(args) => cache::run(&args, global),
        Command::Config(args) => config::run(&args, global),
        Command::Serve(args) => serve::run(&args, global),
        Command::Languages(args) => languages::run(&args, global.color),
        Command::Devices(args) => devices::run(&args, global.color),
        Command::Rules(args) => rules::run(&args, global.color),
        Command::Link(args) => link::run(&args),
        Command::Completions(args) => completions::run(&args),
        Command::Man(args) => man::run(&args),
        Command::Pmat(args) => pmat(args.command, global),
        Command::Analyze(args) => analyze::run(&args, global),
    }
}

fn set_threads(global: &GlobalArgs) -> anyhow::Result<()> {
    let threads = global.threads.map(std::num::NonZeroUsize::get);
    let stack = stack::of_worker(threads.unwrap_or_else(stack::usual_threads));
    // 0 selects the default number of threads.
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads.unwrap_or(0)).stack_size(stack);
    pool.build_global().map_err(|error| {
        let threads = threads.map_or_else(String::new, |threads| format!(" with {threads} threads"));
        Failure::new(format!("cannot work{threads}")).why(error).into()
    })
}

fn pmat(command: PmatCommand, global: &GlobalArgs) -> anyhow::Result<Outcome> {
    match command {
        PmatCommand::QualityGate(args) => quality_gate::run(&args, global),
        PmatCommand::Query(args) => query::run(&args, global),
        PmatCommand::Hooks(args) => hooks::run(&args, global),
        PmatCommand::RepoScore(args) => score::repository(&args, global),
        PmatCommand::RustProjectScore(args) => score::rust_project(&args, global),
        PmatCommand::Tdg(args) => tdg::run(&args, global),
        PmatCommand::Mutate(args) => mutate::run(&args, global),
        PmatCommand::Analyze(args) => match args.analysis {
            Analysis::Churn(args) => churn::run(&args, global),
            Analysis::Hotspots(args) => hotspots::run(&args, global),
            Analysis::Complexity(args) => complexity::run(&args, global),
            Analysis::Crap(args) => crap::run(&args, global),
            Analysis::DeadCode(args) => dead_code::run(&args, global),
            Analysis::Duplicates(args) => duplicates::run(&args, global),
            Analysis::Graph(args) => graph::run(&args, global),
            Analysis::Satd(args) => satd::run(&args, global),
            Analysis::Tdg(args) => tdg::run(&args, global),
        },
        PmatCommand::Hotspots(args) => hotspots::run(&args, global),
        PmatCommand::Context(args) => context::run(&args, global),
    }
}
