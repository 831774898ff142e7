//! `cargo xtask test`: everything a change must pass, also on a fresh machine.

use crate::mutants::{self, MutantsArgs};
use crate::process::{self, cargo, find_program, run_watched, target_dir};
use crate::{assets, codegen, fresh, install, tidy};
use anyhow::{Result, bail};
use clap::Args;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// `cargo xtask test`
#[derive(Debug, Args)]
pub struct TestArgs {
    /// Stop at the first step that fails instead of running the rest too
    #[arg(long)]
    pub fail_fast: bool,
    /// Run all of it as on a machine that never built this project: what is committed, in a temporary clone, with empty
    /// Cargo, home and target folders
    #[arg(long)]
    pub fresh: bool,
}

type Step = (&'static str, fn(&Path) -> Result<()>);

/// Cheap checks first; the tests last, so that their summary closes the output.
const STEPS: &[Step] = &[
    ("format", |root| {
        process::run(&mut cargo(root, &["fmt", "--all", "--check"]))?;
        process::run(&mut cargo(root, &["fmt", "--manifest-path", tidy::fuzz_targets::MANIFEST, "--check"]))
    }),
    ("tidy", tidy::run),
    ("vendored files", assets::check),
    ("lints", |root| {
        process::run(&mut cargo(
            root,
            &["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"],
        ))
    }),
    ("generated files", codegen::check),
    ("own gate", own_gate),
    ("doc tests", |root| process::run(&mut cargo(root, &["test", "--workspace", "--doc", "--locked"]))),
    ("mutants of changed lines", |root| mutants::run(root, &MutantsArgs::default())),
    ("tests", tests),
];

/// Runs every step, even after a failure.
pub fn run(root: &Path, args: &TestArgs) -> Result<()> {
    if args.fresh {
        return fresh::run(root, args.fail_fast);
    }
    let mut failed = Vec::new();
    let mut times = Vec::new();
    for (name, step) in STEPS {
        eprintln!("\n== {name}");
        let start = Instant::now();
        let outcome = step(root);
        times.push((*name, start.elapsed()));
        if let Err(error) = outcome {
            eprintln!("error: {name}: {error:#}");
            failed.push(*name);
            if args.fail_fast {
                break;
            }
        }
    }
    report(&times);
    if failed.is_empty() { Ok(()) } else { bail!("failed: {}", failed.join(", ")) }
}

fn report(times: &[(&str, Duration)]) {
    let parts: Vec<String> =
        times.iter().map(|(name, took)| format!("{name} {:.0} s", took.as_secs_f64())).collect();
    eprintln!("\ntimes: {}", parts.join(", "));
}

/// This repository under its own quality gate.
fn own_gate(root: &Path) -> Result<()> {
    process::run(&mut cargo(root, &process::BUILD_PROGRAM))?;
    let program = target_dir(root)?.join("debug/batuta");
    process::run(Command::new(program).current_dir(root).args(["pmat", "quality-gate", "."]))
}

/// All tests: with nextest if it is installed (it runs them in parallel and each in its own process), else with Cargo's
/// own runner. Installing nextest would take longer than it saves.
fn tests(root: &Path) -> Result<()> {
    install::browser()?;
    install::tracer()?;
    install::vulkan_driver()?;
    if find_program("cargo-nextest").is_some() {
        return process::run(&mut cargo(
            root,
            &["nextest", "run", "--workspace", "--locked", "--no-fail-fast"],
        ));
    }
    let mut passed = 0;
    let mut failed = 0;
    let targets = ["test", "--workspace", "--locked", "--no-fail-fast", "--lib", "--bins", "--tests"];
    let outcome = run_watched(&mut cargo(root, &targets), |line| {
        if let Some((p, f)) = libtest_summary(line) {
            passed += p;
            failed += f;
        }
    });
    println!("{passed} passed, {failed} failed");
    outcome
}

/// Passed and failed tests from the summary line of Rust's test harness.
fn libtest_summary(line: &str) -> Option<(u32, u32)> {
    let counts = line.strip_prefix("test result: ")?.split_once(". ")?.1;
    let count = |word: &str| {
        counts.split("; ").find_map(|part| part.trim().strip_suffix(word)).and_then(|n| n.trim().parse().ok())
    };
    Some((count("passed")?, count("failed")?))
}

#[cfg(test)]
mod tests_of_summary {
    use super::libtest_summary;

    #[test]
    fn closing_lines_of_the_test_harness_are_read() {
        let line = "test result: FAILED. 12 passed; 3 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s";
        assert_eq!(libtest_summary(line), Some((12, 3)));
        assert_eq!(libtest_summary("running 4 tests"), None);
    }
}
