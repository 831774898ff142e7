//! `cargo xtask fuzz`: the fuzz targets of `fuzz/`, each for a while, under AddressSanitizer.
//!
//! cargo-fuzz builds them if it is installed. Otherwise Cargo builds them with cargo-fuzz's flags: coverage of branches
//! and comparisons, which libFuzzer uses. Both need flags of nightly compilers; with `RUSTC_BOOTSTRAP` the stable one
//! accepts them.

use crate::process::{cargo, find_program, run as run_command, target_dir};
use crate::tidy::fuzz_targets;
use anyhow::{Context, Result, bail};
use clap::Args;
use std::path::{Path, PathBuf};
use std::process::Command;

mod seeds;

/// `cargo xtask fuzz`
#[derive(Debug, Args)]
pub struct FuzzArgs {
    /// Seconds for each target
    #[arg(long, value_name = "N", default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..))]
    pub seconds: u32,
    /// Only this target; may be given several times
    #[arg(long = "target", value_name = "NAME")]
    pub targets: Vec<String>,
}

/// The platform for which the compiler ships the sanitizer.
const PLATFORM: &str = "x86_64-unknown-linux-gnu";

/// cargo-fuzz's flags, except for the one about dead code, which is not linked here.
const FLAGS: [&str; 8] = [
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "-Cllvm-args=-sanitizer-coverage-stack-depth",
    "--cfg fuzzing",
    "-Zsanitizer=address",
];

/// Limits for one input: its length, and its seconds and memory.
const BOUNDS: [&str; 3] = ["-max_len=65536", "-timeout=20", "-rss_limit_mb=4096"];

/// Builds the targets and runs them one after the other; an error names the targets with findings.
pub fn run(root: &Path, args: &FuzzArgs) -> Result<()> {
    if !cfg!(all(target_arch = "x86_64", target_os = "linux")) {
        bail!("the fuzz targets are run on {PLATFORM} only");
    }
    let manifest = std::fs::read_to_string(root.join(fuzz_targets::MANIFEST))
        .with_context(|| format!("cannot read {}", fuzz_targets::MANIFEST))?;
    let targets = chosen(fuzz_targets::targets(&manifest)?, &args.targets)?;
    // The versions of the product; Cargo adds the fuzzer's own.
    std::fs::copy(root.join("Cargo.lock"), root.join("fuzz/Cargo.lock")).context("cannot copy Cargo.lock")?;
    let programs = build(root, &targets)?;
    let mut failed = Vec::new();
    for target in &targets {
        if let Err(error) = fuzz(root, &programs.join(target), target, args.seconds) {
            eprintln!("error: {target}: {error:#}");
            failed.push(format!("{target} (inputs in fuzz/artifacts/{target})"));
        }
    }
    if failed.is_empty() { Ok(()) } else { bail!("found something: {}", failed.join(", ")) }
}

/// The requested targets; all by default.
fn chosen(known: Vec<String>, asked: &[String]) -> Result<Vec<String>> {
    if let Some(unknown) = asked.iter().find(|name| !known.contains(name)) {
        bail!("no fuzz target `{unknown}`; there are: {}", known.join(", "));
    }
    Ok(if asked.is_empty() { known } else { asked.to_vec() })
}

/// Builds the targets; returns the folder of the programs.
fn build(root: &Path, targets: &[String]) -> Result<PathBuf> {
    let folder = target_dir(root)?.join("fuzz");
    if find_program("cargo-fuzz").is_some() {
        for target in targets {
            let mut command = cargo(root, &["fuzz", "build", "--fuzz-dir", "fuzz", "--target", PLATFORM]);
            command.arg("--target-dir").arg(&folder).arg(target).env("RUSTC_BOOTSTRAP", "1");
            run_command(&mut command)?;
        }
    } else {
        let mut command = cargo(root, &["build", "--manifest-path", fuzz_targets::MANIFEST, "--release"]);
        command.args(["--target", PLATFORM]);
        command.args(targets.iter().flat_map(|target| ["--bin", target.as_str()]));
        command.env("RUSTC_BOOTSTRAP", "1").env("RUSTFLAGS", FLAGS.join(" "));
        command.env("CARGO_TARGET_DIR", &folder);
        run_command(&mut command)?;
    }
    Ok(folder.join(PLATFORM).join("release"))
}

/// Runs one target on its corpus and on mutations of it.
fn fuzz(root: &Path, program: &Path, target: &str, seconds: u32) -> Result<()> {
    let (corpus, artifacts) =
        (root.join("fuzz/corpus").join(target), root.join("fuzz/artifacts").join(target));
    for folder in [&corpus, &artifacts] {
        std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }
    seeds::write(root, target, &corpus)?;
    let mut command = Command::new(program);
    command.current_dir(root).args(BOUNDS).arg(format!("-max_total_time={seconds}"));
    command.arg(format!("-artifact_prefix={}/", artifacts.display())).arg("-print_final_stats=1");
    command.arg(&corpus).env("ASAN_OPTIONS", "detect_odr_violation=0");
    run_command(&mut command)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_chosen_by_name_and_unknown_ones_refused() {
        let known = || vec!["a".to_owned(), "b".to_owned()];
        assert_eq!(chosen(known(), &[]).expect("all of them"), ["a", "b"]);
        assert_eq!(chosen(known(), &["b".to_owned()]).expect("one of them"), ["b"]);
        let error = chosen(known(), &["c".to_owned()]).expect_err("none of them");
        assert_eq!(error.to_string(), "no fuzz target `c`; there are: a, b");
    }
}
