//! `cargo xtask test --fresh`: the README's two commands, as on the machine of a new user.
//!
//! A machine that has built this project before hides missing prerequisites: downloaded crates, a target folder, caches
//! in the home folder. Here all of these are empty; the toolchain and files from Debian packages stay.

use crate::process::{output, run as run_command};
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Variables set by the calling Cargo, and folders filled by earlier runs.
const FORGOTTEN: [&str; 6] = [
    "CARGO",
    "CARGO_TARGET_DIR",
    "CARGO_MANIFEST_DIR",
    "BATUTA_CACHE_DIR",
    "XDG_CACHE_HOME",
    "XDG_CONFIG_HOME",
];

/// Clones the committed state into a temporary folder, analyses it with the README's first command, and runs `cargo
/// xtask test` there.
///
/// # Errors
/// The clone cannot be made, or one of the commands fails.
pub fn run(root: &Path, fail_fast: bool) -> Result<()> {
    let changed = output(Command::new("git").current_dir(root).args(["status", "--porcelain"]))?;
    if !changed.trim().is_empty() {
        eprintln!("note: what is not committed is left out:\n{}", changed.trim_end());
    }
    let scratch = tempfile::tempdir()?;
    let stranger = Stranger::new(scratch.path())?;
    run_command(Command::new("git").args(["clone", "--quiet"]).arg(root).arg(&stranger.clone))?;
    run_command(&mut stranger.cargo(&["run", "--release", "--locked", "--", "analyze", "."]))?;
    let mut test = stranger.cargo(&["xtask", "test"]);
    if fail_fast {
        test.arg("--fail-fast");
    }
    run_command(&mut test)
}

/// A user who has only a toolchain.
struct Stranger {
    clone: PathBuf,
    home: PathBuf,
    cargo_home: PathBuf,
    rustup_home: PathBuf,
}

impl Stranger {
    fn new(scratch: &Path) -> Result<Stranger> {
        let (home, cargo_home) = (scratch.join("home"), scratch.join("cargo"));
        std::fs::create_dir(&home)?;
        std::fs::create_dir(&cargo_home)?;
        // The source of crates is a setting of the machine, not a leftover of an earlier build.
        for name in ["config.toml", "config"] {
            let settings = cargo_folder()?.join(name);
            if settings.is_file() {
                std::fs::copy(settings, cargo_home.join(name))?;
            }
        }
        Ok(Stranger { clone: scratch.join("clone"), home, cargo_home, rustup_home: rustup_folder()? })
    }

    fn cargo(&self, arguments: &[&str]) -> Command {
        let mut cargo = Command::new("cargo");
        cargo.current_dir(&self.clone).args(arguments);
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_BIN_") || FORGOTTEN.contains(&&*text)
            {
                cargo.env_remove(&name);
            }
        }
        cargo
            .env("HOME", &self.home)
            .env("CARGO_HOME", &self.cargo_home)
            .env("RUSTUP_HOME", &self.rustup_home);
        cargo
    }
}

fn cargo_folder() -> Result<PathBuf> {
    let chosen = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    chosen.map_or_else(|| Ok(home()?.join(".cargo")), Ok)
}

fn rustup_folder() -> Result<PathBuf> {
    let chosen = std::env::var_os("RUSTUP_HOME").map(PathBuf::from);
    chosen.map_or_else(|| Ok(home()?.join(".rustup")), Ok)
}

fn home() -> Result<PathBuf> {
    std::env::var_os("HOME").map(PathBuf::from).context("HOME is not set: the toolchain cannot be found")
}
