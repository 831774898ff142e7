//! Installs requirements of the tests beyond a Rust toolchain, Git, gcc and Python 3, if they are missing, with the
//! registries' ordinary clients.

use crate::process::{find_program, run};
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Installs a Debian package unless its file exists. Uses `sudo` if the user is not root.
pub fn debian_package(package: &str, brings: &Path) -> Result<()> {
    if brings.exists() {
        return Ok(());
    }
    if find_program("apt-get").is_none() {
        bail!("{} is missing and there is no apt-get; install {package} by hand", brings.display());
    }
    let apt = |arguments: &[&str]| {
        let root = nix::unistd::geteuid().is_root();
        let mut command = Command::new(if root { "apt-get" } else { "sudo" });
        if !root {
            command.arg("apt-get");
        }
        command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
        run(&mut command)
    };
    apt(&["update", "-qq"])?;
    apt(&["install", "-y", "-qq", "--no-install-recommends", package])?;
    if !brings.exists() {
        bail!("the Debian package {package} did not bring {}", brings.display());
    }
    Ok(())
}

/// Installs the browser for the dashboard tests.
pub fn browser() -> Result<()> {
    debian_package("chromium-headless-shell", Path::new("/usr/bin/chromium-headless-shell"))
}

/// Installs the tracer that shows the tests which files the program opens, what it starts and where it connects.
pub fn tracer() -> Result<()> {
    debian_package("strace", Path::new("/usr/bin/strace"))
}

/// Installs the Vulkan driver that runs on the processor, for the tests that compare kernels with the processor's. Any other
/// driver serves them too.
pub fn vulkan_driver() -> Result<()> {
    let drivers = Path::new("/usr/share/vulkan/icd.d");
    if std::fs::read_dir(drivers).is_ok_and(|mut files| files.next().is_some()) {
        return Ok(());
    }
    debian_package("mesa-vulkan-drivers", drivers)
}

/// Installs a program from crates.io into `folder` unless it is there in that version; returns its path.
pub fn cargo_program(folder: &Path, package: &str, version: &str, program: &str) -> Result<PathBuf> {
    let path = folder.join("bin").join(program);
    let stamp = folder.join(format!("{package}-{version}.installed"));
    if !(path.is_file() && stamp.is_file()) {
        let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.args(["install", "--quiet", "--locked", "--force", package, "--version", version, "--root"]);
        command.arg(folder).env("CARGO_TARGET_DIR", folder.join("build"));
        run(&mut command)?;
        std::fs::write(&stamp, "")?;
    }
    Ok(path)
}

/// Installs Python programs into a virtual environment under `folder` unless they are there in these versions
/// (`name==version`); returns the folder of programs.
pub fn python_programs(folder: &Path, requirements: &[&str]) -> Result<PathBuf> {
    let programs = folder.join("bin");
    let stamp = folder.join("requirements.installed");
    let wanted = requirements.join("\n");
    if std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(programs);
    }
    run(Command::new("python3").args(["-m", "venv"]).arg(folder))
        .context("python3 -m venv (Debian: the package python3-venv) is needed for Python peers")?;
    run(Command::new(programs.join("pip"))
        .args(["install", "--quiet", "--disable-pip-version-check"])
        .args(requirements))?;
    std::fs::write(&stamp, wanted)?;
    Ok(programs)
}

/// Installs packages of the npm registry (`name@version`) into `folder` unless these versions are there.
pub fn node_packages(folder: &Path, packages: &[&str]) -> Result<()> {
    let stamp = folder.join("packages.installed");
    let wanted = packages.join("\n");
    if std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    if find_program("npm").is_none() {
        debian_package("npm", Path::new("/usr/bin/npm"))?;
    }
    std::fs::create_dir_all(folder)?;
    std::fs::write(folder.join("package.json"), "{\"private\": true}\n")?;
    let arguments =
        ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error", "--save-exact"];
    run(Command::new("npm").current_dir(folder).args(arguments).args(packages))?;
    std::fs::write(&stamp, wanted)?;
    Ok(())
}
