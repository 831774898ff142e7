//! `cargo xtask sanitize`: the unit tests of crates with unsafe code under AddressSanitizer.
//!
//! The sanitizer's flag belongs to nightly compilers; with `RUSTC_BOOTSTRAP` the stable one accepts it. Build products
//! go to a separate folder, which is removed after the tests pass, because instrumented code is useless for anything
//! else.

use crate::process::{cargo, run as run_command, target_dir};
use anyhow::{Context, Result, bail};
use clap::Args;
use std::path::Path;

/// `cargo xtask sanitize`
#[derive(Debug, Args)]
pub struct SanitizeArgs {
    /// Crates whose unit tests run
    #[arg(long = "package", short, value_name = "CRATE", default_values = ["trueno", "aprender"])]
    pub packages: Vec<String>,
    /// Keep the build products
    #[arg(long)]
    pub keep: bool,
    /// Only tests whose names contain this
    #[arg(value_name = "FILTER")]
    pub filter: Option<String>,
}

/// The only platform for which the compiler ships the sanitizer and whose kernels contain most of the unsafe code.
const PLATFORM: &str = "x86_64-unknown-linux-gnu";

/// Builds and runs the tests; an error if one fails or the sanitizer finds something.
pub fn run(root: &Path, args: &SanitizeArgs) -> Result<()> {
    if !cfg!(all(target_arch = "x86_64", target_os = "linux")) {
        bail!("AddressSanitizer is run on {PLATFORM} only");
    }
    let folder = target_dir(root)?.join("sanitize");
    for package in &args.packages {
        let mut command =
            cargo(root, &["test", "--package", package, "--lib", "--locked", "--target", PLATFORM]);
        command.args(args.filter.as_slice());
        command.env("RUSTC_BOOTSTRAP", "1").env("RUSTFLAGS", "-Zsanitizer=address");
        command.env("CARGO_TARGET_DIR", &folder);
        run_command(&mut command)?;
    }
    if !args.keep {
        std::fs::remove_dir_all(&folder).with_context(|| format!("cannot remove {}", folder.display()))?;
    }
    Ok(())
}
