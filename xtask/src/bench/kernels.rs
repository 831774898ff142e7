//! `cargo xtask bench --only kernels`: trueno's elementwise operations, reductions, selections and decompositions compared with numpy's, one
//! thread each, in turn, in one run.

use super::gemm::{in_turn, numpy};
use crate::peers::Peers;
use crate::process::{cargo, output, run as run_command, target_dir};
use anyhow::Result;
use std::path::Path;
use std::process::Command;

/// Name of the case in both programs, and its description.
const CASES: &[(&str, &str)] = &[
    ("dot", "x·y of 1 M f32"),
    ("sum", "Σ x of 1 M f32"),
    ("max", "largest of 1 M f32"),
    ("distance", "Σ (x - y)² of 1 M f32; numpy: subtract, dot"),
    ("add", "x + y of 1 M f32"),
    ("exp", "eˣ of 1 M f32"),
    ("log", "ln x of 1 M f32"),
    ("tanh", "tanh x of 1 M f32"),
    ("chain", "max(x·y + z, 0) of 1 M f32 in one pass; numpy: three calls, in place"),
    ("chain-one", "max(2·x + 1, 0) of 1 M f32 in one pass; numpy: three calls, in place"),
    ("chain-sum", "Σ √abs(x - y) of 1 M f32 in one pass; numpy: four calls, in place"),
    ("argsort", "stable order of 1 M f32"),
    ("top-100", "the 100 largest of 1 M f32, in order"),
    ("softmax", "rows of 1000×1000 f32"),
    ("layer-norm", "rows of 1000×1000 f32"),
    ("int8-product", "1000×1000 by 1000×1000 int8; numpy: f32"),
    ("least-squares", "200,000×50 f64; numpy: lstsq"),
    ("covariance", "Aᵀ A of 200,000×50 f64"),
    ("cholesky", "500×500 f64"),
    ("eigen", "symmetric 200×200 f64, with vectors"),
    ("svd", "200×100 f64"),
];

/// Seconds per measurement.
const SECONDS: &str = "0.7";

/// Measures and prints a table.
pub fn run(root: &Path, peers: Option<&Path>, rounds: usize) -> Result<()> {
    let build = ["build", "--release", "--package", "trueno", "--example", "kernels", "--locked"];
    run_command(&mut cargo(root, &build))?;
    let ours = target_dir(root)?.join("release/examples/kernels");
    let python = Peers::new(root, peers)?.numeric_python()?;
    println!("| case | what | trueno, µs | numpy, µs | ratio |\n|---|---|---|---|---|");
    for (case, what) in CASES {
        let found = in_turn(rounds, || {
            let text = output(numpy(&python, include_str!("kernels.py"), "1").args([case, SECONDS]))?;
            Ok(text + &output(Command::new(&ours).args([case, SECONDS]))?)
        })?;
        let (trueno, numpy) = (found.number("trueno")? * 1e6, found.number("numpy")? * 1e6);
        println!("| {case} | {what} | {trueno:.0} | {numpy:.0} | {:.2} |", numpy / trueno);
    }
    println!("\nProcessor time of a call, one thread; medians of {rounds} rounds.");
    Ok(())
}
