//! `cargo xtask coverage`: the tests under LLVM's source-based coverage.

use crate::install::{browser, cargo_program, debian_package};
use crate::process::{self, find_program, target_dir};
use anyhow::{Context, Result};
use clap::Args;
use std::path::{Path, PathBuf};
use std::process::Command;

/// `cargo xtask coverage`
#[derive(Debug, Args)]
pub struct CoverageArgs {
    /// Least share of lines that the tests must run, in per cent
    #[arg(long, value_name = "PERCENT", default_value_t = 80)]
    pub fail_under: u8,
    /// Write an LCOV file too
    #[arg(long, value_name = "FILE")]
    pub lcov: Option<PathBuf>,
}

const CARGO_LLVM_COV: (&str, &str) = ("cargo-llvm-cov", "0.9.1");

/// Developers' commands drive other programs and networks; their tests cover the computations, not those programs.
const LEFT_OUT: &str = r"(^|/)(xtask|tests)/";

/// Runs the tests with coverage; an error if they fail or cover too little.
pub fn run(root: &Path, args: &CoverageArgs) -> Result<()> {
    let tools = LlvmTools::for_this_toolchain()?;
    let folder = target_dir(root)?.join("tools");
    let (package, version) = CARGO_LLVM_COV;
    let driver = match find_program(package) {
        Some(path) => path,
        None => cargo_program(&folder, package, version, package)?,
    };
    browser()?;
    let runner: &[&str] =
        if find_program("cargo-nextest").is_some() { &["nextest", "--no-fail-fast"] } else { &["test"] };
    let mut command = tools.command(&driver, root);
    command.args(runner).args(["--workspace", "--locked", "--no-report"]);
    process::run(&mut command)?;
    if let Some(file) = &args.lcov {
        let mut command = tools.command(&driver, root);
        command.args(["report", "--lcov", "--ignore-filename-regex", LEFT_OUT, "--output-path"]).arg(file);
        process::run(&mut command)?;
    }
    let mut command = tools.command(&driver, root);
    command.args([
        "report",
        "--ignore-filename-regex",
        LEFT_OUT,
        "--fail-under-lines",
        &args.fail_under.to_string(),
    ]);
    process::run(&mut command)
}

/// LLVM's own programs in rustc's version: profiles of another major version cannot be merged.
struct LlvmTools {
    cov: PathBuf,
    profdata: PathBuf,
}

impl LlvmTools {
    fn for_this_toolchain() -> Result<LlvmTools> {
        let version = process::output(Command::new("rustc").args(["--version", "--verbose"]))?;
        let major = version
            .lines()
            .find_map(|line| line.strip_prefix("LLVM version: ")?.split('.').next())
            .context("rustc --version --verbose names no LLVM version")?
            .to_owned();
        let sysroot = process::output(Command::new("rustc").args(["--print", "sysroot"]))?;
        let host =
            version.lines().find_map(|line| line.strip_prefix("host: ")).context("rustc names no host")?;
        let of_rustup = Path::new(sysroot.trim()).join("lib/rustlib").join(host).join("bin");
        if of_rustup.join("llvm-cov").is_file() {
            return Ok(LlvmTools {
                cov: of_rustup.join("llvm-cov"),
                profdata: of_rustup.join("llvm-profdata"),
            });
        }
        let cov = PathBuf::from(format!("/usr/bin/llvm-cov-{major}"));
        debian_package(&format!("llvm-{major}"), &cov)?;
        Ok(LlvmTools { cov, profdata: PathBuf::from(format!("/usr/bin/llvm-profdata-{major}")) })
    }

    fn command(&self, driver: &Path, root: &Path) -> Command {
        let mut command = Command::new(driver);
        command.current_dir(root).arg("llvm-cov");
        command.env("LLVM_COV", &self.cov).env("LLVM_PROFDATA", &self.profdata);
        // Tests kill processes and fill disks on purpose; the resulting broken profiles are left out.
        command.env("LLVM_PROFDATA_FLAGS", "--failure-mode=all");
        command
    }
}
