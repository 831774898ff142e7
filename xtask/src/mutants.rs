//! `cargo xtask mutants`: do the tests of the central crates notice changes in the newest code?
//!
//! Mutates the lines of `facts` and `gates` that changed since a base, and demands a score. The base is the commit
//! where the branch left `origin`'s default branch. On that branch itself, or without an `origin`, it is the parent of
//! the newest commit that touched the two crates, so there is always something to judge. Uncommitted changes count too.

use crate::process::{self, cargo, target_dir};
use anyhow::{Context, Result, bail};
use clap::Args;
use std::path::Path;
use std::process::{Command, Stdio};

/// `cargo xtask mutants`
#[derive(Debug, Args)]
pub struct MutantsArgs {
    /// Judge lines changed since this revision [default: where the branch left origin, else before the newest change]
    #[arg(long, value_name = "REV")]
    pub base: Option<String>,
    /// Test a sample of at most this many mutants
    #[arg(long, value_name = "N", default_value_t = SAMPLE)]
    pub max_mutants: usize,
    /// Least mutation score, in per cent
    #[arg(long, value_name = "PERCENT", default_value_t = THRESHOLD)]
    pub threshold: f64,
}

/// A number that two processors build and test in well under a quarter of an hour, however many lines changed.
const SAMPLE: usize = 40;
const THRESHOLD: f64 = 80.0;

impl Default for MutantsArgs {
    fn default() -> Self {
        MutantsArgs { base: None, max_mutants: SAMPLE, threshold: THRESHOLD }
    }
}

/// The crates and their sources.
const CRATES: [(&str, &str); 2] = [("facts", "analyzers/facts/src"), ("gates", "gates/src")];

/// Our packages that the development profile optimises, for tests on real trees. A mutant is compiled more often than
/// it is run, so here they are not optimised and get no debug information.
const QUICK_TO_COMPILE: [&str; 5] = ["facts", "clones", "trueno-graph", "pmat", "context"];

/// Tests that run unoptimised code on millions of bytes or thousands of damaged files: two thirds of the time of all
/// tests. Mutants that only these tests would notice count as missed.
const LEFT_OUT: [&str; 6] = [
    "hostile_repetition_stays_linear",
    "every_prefix_of_a_text_is_scanned_without_trouble",
    "every_byte_of_the_header_flipped",
    "bytes_overwritten_anywhere",
    "cut_off_anywhere",
    "a_line_of_a_million_signs_is_looked_through_once",
];

/// Runs the mutants of changed lines; an error if the tests notice too few.
pub fn run(root: &Path, args: &MutantsArgs) -> Result<()> {
    process::run(&mut cargo(root, &process::BUILD_PROGRAM))?;
    let program = target_dir(root)?.join("debug/batuta");
    let base = match &args.base {
        Some(base) => Some(base.clone()),
        None => base(root),
    };
    let mutate = || {
        let mut command = Command::new(&program);
        command.current_dir(root).args(["pmat", "mutate", "--progress", "always"]);
        for (package, sources) in CRATES {
            command.args(["--package", package, "--target", sources]);
        }
        if let Some(base) = &base {
            command.args(["--in-diff", base]);
        }
        // The tests compile in a folder of their own anyway; incremental builds make the next mutant quick.
        command.env("CARGO_INCREMENTAL", "1");
        command
    };
    match &base {
        Some(base) => eprintln!("lines changed since {base}"),
        None => eprintln!("no earlier state is known: all lines"),
    }
    if !has_mutants(mutate().args(["--list", "--json"]))? {
        eprintln!("no changed line of the two crates holds anything to mutate");
        return Ok(());
    }
    let mut command = mutate();
    command.arg("--threshold").arg(args.threshold.to_string());
    command.arg("--max-mutants").arg(args.max_mutants.to_string());
    command.args(["--timeout-multiplier", "4", "--", "--lib", "--tests", "--config", "profile.dev.debug=0"]);
    for package in QUICK_TO_COMPILE {
        command.args(["--config", &format!("profile.dev.package.{package}.opt-level=0")]);
    }
    command.arg("--").args(LEFT_OUT.iter().flat_map(|test| ["--skip", test]));
    process::run(&mut command)
}

/// Whether a list contains a mutant. An empty list has the same exit code as "nothing measured"; a failure prints no
/// list.
fn has_mutants(list: &mut Command) -> Result<bool> {
    let listed = list.stderr(Stdio::inherit()).output().context("cannot start the list of mutants")?;
    match (listed.status.code(), listed.stdout.trim_ascii()) {
        (Some(0), _) => Ok(true),
        (Some(2), b"[]") => Ok(false),
        _ => bail!("the mutants could not be listed ({})", listed.status),
    }
}

/// The base revision of the changes; `None` if the history does not reach back.
fn base(root: &Path) -> Option<String> {
    let head = git(root, &["rev-parse", "HEAD"])?;
    let branches = ["refs/remotes/origin/HEAD", "refs/remotes/origin/main", "refs/remotes/origin/master"];
    let left = branches.iter().find_map(|branch| git(root, &["merge-base", "HEAD", branch]));
    if let Some(left) = left.filter(|left| *left != head) {
        return Some(left);
    }
    let sources = CRATES.map(|(_, sources)| sources);
    let newest = git(root, &[&["log", "-1", "--format=%H", "--"], &sources[..]].concat())?;
    git(root, &["rev-parse", "--verify", "--quiet", &format!("{newest}^")])
}

/// Git's output; `None` if it fails or prints nothing.
fn git(root: &Path, words: &[&str]) -> Option<String> {
    let output = Command::new("git").current_dir(root).args(words).stderr(Stdio::null()).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?.trim().to_owned();
    (output.status.success() && !text.is_empty()).then_some(text)
}
