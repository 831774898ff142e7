//! `cargo xtask bench --only gemm`: matrix products of trueno compared with numpy's OpenBLAS and the `gemm` crate, in turn, in one run.

use crate::peers::Peers;
use crate::process::{cargo, output, run as run_command, target_dir};
use anyhow::{Context, Result};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

/// Type, size, threads.
const CASES: &[(&str, u32, u32)] = &[
    ("f32", 64, 1),
    ("f32", 128, 1),
    ("f32", 256, 1),
    ("f32", 512, 1),
    ("f32", 1024, 1),
    ("f32", 2048, 1),
    ("f64", 256, 1),
    ("f64", 1024, 1),
    ("f32", 1024, 2),
    ("f64", 1024, 2),
];

/// Seconds per measurement.
const SECONDS: &str = "0.7";

/// Prints `numpy GFLOP/s` and, once, the kernels that its OpenBLAS has chosen.
const NUMPY: &str = r#"
import sys, time
import numpy as np
from threadpoolctl import threadpool_info
dtype, n, seconds = (np.float32 if sys.argv[1] == "f32" else np.float64), int(sys.argv[2]), float(sys.argv[3])
random = np.random.default_rng(1)
a, b = ((random.random((n, n)) - 0.5).astype(dtype) for _ in range(2))
c = np.empty((n, n), dtype)
speeds = []
for _ in range(7):
    np.matmul(a, b, out=c)
    start, calls = time.perf_counter(), 0
    while time.perf_counter() - start < seconds / 7:
        np.matmul(a, b, out=c)
        calls += 1
    speeds.append(2 * n**3 * calls / (time.perf_counter() - start) / 1e9)
print("numpy", sorted(speeds)[3])
print("architecture", ",".join(i.get("architecture", "?") for i in threadpool_info()))
"#;

/// Measures and prints a table.
pub fn run(root: &Path, peers: Option<&Path>, rounds: usize) -> Result<()> {
    let build =
        ["build", "--release", "--package", "trueno", "--example", "gemm", "--features", "peers", "--locked"];
    run_command(&mut cargo(root, &build))?;
    let ours = target_dir(root)?.join("release/examples/gemm");
    let python = Peers::new(root, peers)?.numeric_python()?;
    println!(
        "| type | size | threads | trueno | OpenBLAS | gemm | of OpenBLAS | of gemm |\n|---|---|---|---|---|---|---|---|"
    );
    let mut architecture = String::new();
    for (kind, size, threads) in CASES {
        let (size, threads) = (size.to_string(), threads.to_string());
        let found = in_turn(rounds, || {
            let text = output(numpy(&python, NUMPY, &threads).args([*kind, &size, SECONDS]))?;
            Ok(text + &output(Command::new(&ours).args([*kind, &size, &threads, SECONDS]))?)
        })?;
        if let Some(name) = found.names.get("architecture") {
            architecture.clone_from(name);
        }
        let of = |who: &str| found.number(who);
        let (trueno, numpy, gemm) = (of("ours")?, of("numpy")?, of("gemm")?);
        println!(
            "| {kind} | {size} | {threads} | {trueno:.1} | {numpy:.1} | {gemm:.1} | {:.2} | {:.2} |",
            trueno / numpy,
            trueno / gemm
        );
    }
    println!(
        "\nGFLOP/s, medians of {rounds} rounds; OpenBLAS chose {architecture}, gemm is built with x86-v4."
    );
    Ok(())
}

/// A Python that runs `text` with numpy on this many threads.
pub(super) fn numpy(python: &Path, text: &str, threads: &str) -> Command {
    let mut command = Command::new(python);
    command.args(["-c", text]);
    for variable in ["OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"] {
        command.env(variable, threads);
    }
    // Some machines choose slower kernels because of these.
    command.env_remove("OPENBLAS_CORETYPE").env_remove("OPENBLAS_L2_SIZE");
    command
}

/// Values from lines of the form `WHO VALUE`, collected over rounds.
#[derive(Debug, Default)]
pub(super) struct Found {
    numbers: BTreeMap<String, Vec<f64>>,
    /// The last value that is not a number.
    pub names: BTreeMap<String, String>,
}

impl Found {
    /// The median of one program's numbers.
    pub fn number(&self, who: &str) -> Result<f64> {
        let mut values = self.numbers.get(who).with_context(|| format!("no number of {who}"))?.clone();
        values.sort_by(f64::total_cmp);
        Ok(values[values.len() / 2])
    }

    fn read(&mut self, text: &str) -> Result<()> {
        for line in text.lines() {
            let (who, value) = line.split_once(' ').context("a line without a value")?;
            match value.parse::<f64>() {
                Ok(number) => self.numbers.entry(who.to_owned()).or_default().push(number),
                Err(_) => _ = self.names.insert(who.to_owned(), value.to_owned()),
            }
        }
        Ok(())
    }
}

/// Runs programs round after round and reads what they print.
pub(super) fn in_turn(rounds: usize, mut round: impl FnMut() -> Result<String>) -> Result<Found> {
    let mut found = Found::default();
    for _ in 0..rounds {
        found.read(&round()?)?;
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_each_name_is_taken() {
        let mut texts = ["ours 3\nnumpy 1e-1\narchitecture Zen", "ours 1", "ours 2"].into_iter();
        let found = in_turn(3, || Ok(texts.next().expect("three rounds").to_owned())).expect("well-formed");
        assert_eq!((found.number("ours").ok(), found.number("numpy").ok()), (Some(2.0), Some(0.1)));
        assert_eq!(found.names["architecture"], "Zen");
        assert!(found.number("gemm").is_err());
        assert!(in_turn(1, || Ok("alone".to_owned())).is_err());
    }
}
