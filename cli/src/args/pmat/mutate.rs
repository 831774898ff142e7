use crate::args::Unfit;
use clap::{Args, ValueEnum, ValueHint};
use mutation::plan::Shard;
use std::num::NonZeroUsize;
use std::path::PathBuf;

/// `batuta pmat mutate`
#[derive(Debug, Args)]
#[command(after_help = "\
Runs code of the repository: each mutant is built and tested by the project's own tools, by its virtual environment and its
scripts, in a copy of the tree; the tree itself is never written to. With --list nothing is started. The unchanged code must
pass first. A run that was stopped continues where it was.

Exit code 0: the score reaches the threshold, or none was given. 1: it does not. 2: not measured.

Examples:
  pmat mutate --target src/ --threshold 85
  pmat mutate --in-diff origin/main --threshold 80   # only lines that this branch changed
  pmat mutate --list --target src/parse.rs
  pmat mutate -j 4 --timeout 60 --format stryker > mutation.json
  pmat mutate --shard 0/4                            # one of four machines
  pmat mutate --test-command 'make check' --build-command make
  pmat mutate --package parser -- --lib              # arguments after -- go to the test command")]
pub struct MutateArgs {
    /// Repository, or folder inside or outside of one
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath, conflicts_with = "project_path")]
    pub path: Option<PathBuf>,
    /// The same as PATH, as the ecosystem's documentation writes it
    #[arg(long = "path", visible_alias = "project-path", value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub project_path: Option<PathBuf>,

    /// Which mutants.
    #[command(flatten)]
    pub choice: ChoiceArgs,
    /// How they are tested.
    #[command(flatten)]
    pub testing: TestingArgs,

    /// Exit with 1 when the score is below this many per cent
    #[arg(long, value_name = "PERCENT", value_parser = percent)]
    pub threshold: Option<f64>,
    /// Show only mutants that no test detected
    #[arg(long)]
    pub failures_only: bool,
    /// List the mutants instead of testing them; no program is started
    #[arg(long)]
    pub list: bool,
    /// With --list: as JSON
    #[arg(long, requires = "list")]
    pub json: bool,
    /// Format of the report
    #[arg(long, value_name = "FORMAT", default_value = "human", conflicts_with = "list")]
    pub format: MutateFormat,
    /// Folder for outcomes, logs and diffs [default: batuta/mutants in Git's folder, or in the user's cache]
    #[arg(short, long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub output: Option<PathBuf>,
}

/// Which mutants are tested.
#[derive(Debug, Args)]
#[command(next_help_heading = "Which mutants")]
pub struct ChoiceArgs {
    /// Only files at or below this path; may be given more than once
    #[arg(long, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub target: Vec<PathBuf>,
    /// Only files that match this pattern (as in .gitignore); may be given more than once
    #[arg(short = 'f', long, value_name = "GLOB")]
    pub file: Vec<String>,
    /// No files that match this pattern; may be given more than once
    #[arg(short = 'e', long, value_name = "GLOB")]
    pub exclude: Vec<String>,
    /// Only mutants whose name, as --list shows it, matches this regular expression
    #[arg(long, value_name = "REGEX")]
    pub re: Vec<String>,
    /// No mutants whose name matches this regular expression
    #[arg(long, value_name = "REGEX")]
    pub exclude_re: Vec<String>,
    /// Only lines added or changed since the branch left this revision, or by this patch file
    #[arg(long, value_name = "REV|FILE")]
    pub in_diff: Option<String>,
    /// Only these operators, or `all`; docs/operators.md lists them
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    pub operators: Vec<String>,
    /// Only these Cargo packages
    #[arg(short, long, value_name = "NAME")]
    pub package: Vec<String>,
    /// All packages of a Cargo workspace, not only those that Cargo selects by default
    #[arg(long, conflicts_with = "package")]
    pub workspace: bool,
    /// One of N parts of the mutants, K from 0 to N-1
    #[arg(long, value_name = "K/N")]
    pub shard: Option<Shard>,
    /// Test a sample of at most N mutants, always the same; the score is then an estimate
    #[arg(long, value_name = "N")]
    pub max_mutants: Option<usize>,
    /// Coverage report (lcov, Cobertura, Go, JSON of llvm-cov, coverage.py, Istanbul): mutants that no test reaches are not run, and count as undetected
    #[arg(long, value_name = "FILE", visible_alias = "coverage", value_hint = ValueHint::FilePath)]
    pub lcov: Option<PathBuf>,
}

/// How mutants are built and tested.
#[derive(Debug, Args)]
#[command(next_help_heading = "Building and testing")]
pub struct TestingArgs {
    /// Test this many mutants at once, each in a copy of the tree [default: -j, else 1]
    #[arg(long, value_name = "N")]
    pub jobs: Option<NonZeroUsize>,
    /// Shell command that runs the tests, in PATH of the copied tree [default: what the manifests say]
    #[arg(long, value_name = "COMMAND")]
    pub test_command: Option<String>,
    /// Shell command that builds code and tests; if it fails the mutant is unviable [default: what the manifests say]
    #[arg(long, value_name = "COMMAND")]
    pub build_command: Option<String>,
    /// What runs the tests of Rust [default: that of .cargo/mutants.toml, else cargo]
    #[arg(long, value_name = "TOOL")]
    pub test_tool: Option<TestTool>,
    /// Test each mutant with the tests of the whole workspace, not only of its own package
    #[arg(long)]
    pub test_workspace: bool,
    /// Seconds for the tests of a mutant [default: 5 times what they take on the unchanged code, at least 20]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub timeout: Option<f64>,
    /// Seconds for the build of a mutant [default: 5 times what the first build took, at least 60]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub build_timeout: Option<f64>,
    /// Time limits are this many times what the unchanged code takes [default: that of .cargo/mutants.toml, else 5]
    #[arg(long, value_name = "FACTOR", value_parser = seconds)]
    pub timeout_multiplier: Option<f64>,
    /// Minimum time limit for tests without --timeout [default: that of .cargo/mutants.toml, else 20]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub minimum_test_timeout: Option<f64>,
    /// Also copy what Git ignores (generated sources that tests need)
    #[arg(long)]
    pub copy_ignored: bool,
    /// Compile dependencies again instead of starting from Cargo's target folder
    #[arg(long)]
    pub fresh_target: bool,
    /// Ignore the outcomes of earlier runs on the same tree
    #[arg(long)]
    pub fresh: bool,
    /// Arguments to append to the test command
    #[arg(last = true, value_name = "WORDS")]
    pub test_arguments: Vec<String>,
}

/// Formats of the report on mutants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum MutateFormat {
    /// Score, files, and a diff of each mutant that no test detected
    #[default]
    Human,
    /// JSON
    Json,
    /// JSON in the schema of Stryker's mutation-testing elements, which viewers and dashboards read
    Stryker,
}

/// What runs the tests of Rust.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum TestTool {
    /// `cargo test`
    #[default]
    Cargo,
    /// `cargo nextest run`, which runs no documentation tests
    Nextest,
}

fn percent(text: &str) -> Result<f64, Unfit> {
    match text.trim_end_matches('%').trim().parse::<f64>() {
        Ok(value) if (0.0..=100.0).contains(&value) => Ok(value),
        _ => Err("write a number from 0 to 100".into()),
    }
}

fn seconds(text: &str) -> Result<f64, Unfit> {
    match text.parse::<f64>() {
        Ok(value) if value > 0.0 && value <= 1e6 => Ok(value),
        _ => Err("write a number above 0".into()),
    }
}
