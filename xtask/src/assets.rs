//! `cargo xtask assets`: the third-party files that the dashboard serves, as published on npm.

use crate::install::debian_package;
use crate::process::{find_program, output, run};
use anyhow::{Context, Result, bail};
use clap::Args;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

const FOLDER: &str = "web/assets/vendor";
const LIST: &str = "hashes.toml";
/// Licences that only require their text next to the file.
const LICENCES: &[&str] = &["0BSD", "MIT"];

/// `cargo xtask assets`
#[derive(Debug, Args)]
pub struct AssetsArgs {
    /// Only compare the files with the list of hashes; fetch nothing
    #[arg(long)]
    pub check: bool,
}

/// The list.
#[derive(Debug, Deserialize)]
struct Vendored {
    file: Vec<VendoredFile>,
}

/// A file of an npm package.
#[derive(Debug, Deserialize)]
struct VendoredFile {
    name: String,
    package: String,
    version: String,
    path: String,
    licence: String,
    sha256: String,
}

/// Compares the files with their hashes; without `--check` fetches them first.
pub fn run_assets(root: &Path, args: &AssetsArgs) -> Result<()> {
    if !args.check {
        fetch(root)?;
    }
    check(root)
}

/// Every vendored file is listed with the right hash, and every listed file exists.
pub fn check(root: &Path) -> Result<()> {
    let folder = root.join(FOLDER);
    let mut breaches = Vec::new();
    let mut listed = BTreeSet::from([LIST.to_owned()]);
    for file in list(&folder)?.file {
        let found = sha256(&folder.join(&file.name))?;
        if found != file.sha256 {
            breaches.push(format!("{}: {found}, listed is {}", file.name, file.sha256));
        }
        if !LICENCES.contains(&file.licence.as_str()) {
            breaches.push(format!(
                "{}: the licence {} is none of {}",
                file.name,
                file.licence,
                LICENCES.join(", ")
            ));
        }
        listed.insert(file.name);
    }
    for entry in fs::read_dir(&folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if !listed.contains(&name) {
            breaches.push(format!("{name} is not listed in {LIST}"));
        }
    }
    if breaches.is_empty() { Ok(()) } else { bail!("{FOLDER}:\n  {}", breaches.join("\n  ")) }
}

fn list(folder: &Path) -> Result<Vendored> {
    let text = fs::read_to_string(folder.join(LIST)).with_context(|| format!("{FOLDER}/{LIST}"))?;
    toml::from_str(&text).with_context(|| format!("{FOLDER}/{LIST}"))
}

fn sha256(file: &Path) -> Result<String> {
    let line = output(Command::new("sha256sum").arg("--").arg(file))?;
    let digest = line.trim_start_matches('\\').split(' ').next().unwrap_or_default();
    Ok(digest.to_owned())
}

/// Extracts the listed files from their packages.
fn fetch(root: &Path) -> Result<()> {
    if find_program("npm").is_none() {
        debian_package("npm", Path::new("/usr/bin/npm"))?;
    }
    let folder = root.join(FOLDER);
    let mut packages: BTreeMap<String, Vec<VendoredFile>> = BTreeMap::new();
    for file in list(&folder)?.file {
        packages.entry(format!("{}@{}", file.package, file.version)).or_default().push(file);
    }
    for (package, files) in packages {
        let scratch = tempfile::tempdir()?;
        let packed =
            output(Command::new("npm").current_dir(scratch.path()).args(["pack", "--silent", &package]))?;
        let archive = packed.lines().last().context("npm pack names no file")?.to_owned();
        run(Command::new("tar").current_dir(scratch.path()).args(["xzf", &archive]))?;
        for file in files {
            fs::copy(scratch.path().join("package").join(&file.path), folder.join(&file.name))
                .with_context(|| format!("{package} has no {}", file.path))?;
        }
    }
    Ok(())
}
