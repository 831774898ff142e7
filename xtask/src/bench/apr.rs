//! `cargo xtask bench --only apr`: opening a model of 1 GiB, compared with decoding it and with the safetensors crate, in one run.

use crate::process::{cargo, output, run as run_command, target_dir};
use anyhow::{Context, Result};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

/// Names of the example's figures, with descriptions.
const ROWS: &[(&str, &str)] = &[
    ("verified", "open, view the first row of the first of 64 tensors; head and what is read verified"),
    ("head-verified", "the same, only the head verified"),
    ("safetensors", "the same by the safetensors crate, which verifies nothing"),
    ("decoded", "read the file and decode every number into a vector"),
    ("all-verified", "open with every byte verified"),
];

/// Measures and prints a table.
pub fn run(root: &Path, rounds: usize) -> Result<()> {
    let example = ["build", "--release", "--package", "aprender", "--example", "open_model", "--locked"];
    run_command(&mut cargo(root, &example))?;
    let program = target_dir(root)?.join("release/examples/open_model");
    let mut found: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for _ in 0..rounds {
        for line in output(&mut Command::new(&program))?.lines() {
            let (name, figure) = line.split_once(' ').context("a line without a figure")?;
            found.entry(name.to_owned()).or_default().push(figure.parse()?);
        }
    }
    let median = |name: &str| -> Result<f64> {
        let mut figures = found.get(name).with_context(|| format!("no figure {name}"))?.clone();
        figures.sort_by(f64::total_cmp);
        Ok(figures[figures.len() / 2])
    };
    println!("| a model of 1 GiB | ms | of the first row |\n|---|---:|---:|");
    let first = median("verified")?;
    for (name, what) in ROWS {
        let figure = median(name)?;
        println!("| {what} | {figure:.3} | {:.2} |", figure / first);
    }
    println!(
        "\nMedians of {rounds} rounds. Resident memory grows by {:.0} KiB when the first row is viewed.",
        median("resident-kib")?
    );
    Ok(())
}
