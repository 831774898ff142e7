//! Developers' commands: `cargo xtask test`, `coverage`, `mutants`, `codegen`, `tidy`, `assets`, `bench`, `agree`, `context-eval`, `sanitize`, `fuzz`.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command-line program talks to its user")]
#![allow(clippy::disallowed_methods, reason = "developers' commands start programs and read the environment")]

mod agree;
mod assets;
mod bench;
mod codegen;
mod context_eval;
mod coverage;
mod fresh;
mod fuzz;
mod install;
mod mutants;
mod peers;
mod process;
mod ptx;
mod sanitize;
mod satd;
mod test;
mod tidy;

use anyhow::Result;
use clap::{Parser, Subcommand};
use std::path::Path;
use std::process::ExitCode;

/// Developers' commands of the batuta workspace.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Everything a change must pass: format, lints, tidy, generated files, own gate, doc tests, tests
    Test(test::TestArgs),
    /// Run the tests with coverage and demand a share of lines covered
    Coverage(coverage::CoverageArgs),
    /// Mutate the lines of `facts` and `gates` that changed, and demand that their tests notice
    Mutants(mutants::MutantsArgs),
    /// Write the generated documents
    Codegen(codegen::CodegenArgs),
    /// Check the repository's own rules
    Tidy,
    /// Fetch the dashboard's vendored files again, or compare them with their hashes
    Assets(assets::AssetsArgs),
    /// Make the PTX of the CUDA kernels from their sources, or check that it is fresh
    Ptx(ptx::PtxArgs),
    /// Time the program against its peers and write docs/benchmarks.md
    Bench(bench::BenchArgs),
    /// Compare the figures of each function with another tool's
    Agree(agree::AgreeArgs),
    /// Measure how often the context map names the files that past fixes touched
    ContextEval(context_eval::ContextEvalArgs),
    /// Train the model that finds self-admitted debt on labelled comments, and evaluate it
    TrainSatd(satd::TrainArgs),
    /// Run unit tests of crates with unsafe code under AddressSanitizer
    Sanitize(sanitize::SanitizeArgs),
    /// Run the fuzz targets of the parsers of untrusted input, each for a minute
    Fuzz(fuzz::FuzzArgs),
    /// Run a command once and print what it used as JSON; part of `bench`
    #[command(hide = true)]
    Measure(bench::MeasureArgs),
}

fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<()> {
    let root =
        Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate stands in the workspace's folder");
    match command {
        Command::Test(args) => test::run(root, &args),
        Command::Coverage(args) => coverage::run(root, &args),
        Command::Mutants(args) => mutants::run(root, &args),
        Command::Codegen(args) => codegen::run(root, &args),
        Command::Tidy => tidy::run(root),
        Command::TrainSatd(args) => satd::run(root, &args),
        Command::Assets(args) => assets::run_assets(root, &args),
        Command::Ptx(args) => ptx::run_ptx(root, &args),
        Command::Bench(args) => bench::run(root, &args),
        Command::Agree(args) => agree::run(root, &args),
        Command::ContextEval(args) => context_eval::run(&args),
        Command::Sanitize(args) => sanitize::run(root, &args),
        Command::Fuzz(args) => fuzz::run(root, &args),
        Command::Measure(args) => bench::measure_child(&args),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }
}
