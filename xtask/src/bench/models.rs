//! `cargo xtask bench --only models`: fitting models of aprender compared with LightGBM and scikit-learn, in turn, in one run, on the same
//! data, one thread each.

use crate::peers::Peers;
use crate::process::{cargo, output, run as run_command, target_dir};
use anyhow::{Context, Result};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

/// The fits: subject, description of the data and the figure, fits per measurement.
const SUBJECTS: &[(&str, &str, &str)] = &[
    ("boosting", "200,000 × 50, 100 iterations of 31 leaves; log loss", "1"),
    ("forest", "50,000 × 50, 20 trees; accuracy on 10,000 others", "1"),
    ("k-means", "100,000 × 50, 16 clusters, 50 steps; inertia", "3"),
    ("logistic", "200,000 × 50; log loss", "3"),
    ("neighbours", "5 nearest of 20,000 × 50 for 2,000 rows; accuracy", "3"),
    ("components", "10 of 200,000 × 50; explained variance", "5"),
    ("least squares", "200,000 × 50; R²", "3"),
];

const PEERS: &str = include_str!("models.py");

/// Seconds and figures of one program over all rounds.
#[derive(Default)]
struct Measured {
    seconds: Vec<f64>,
    figure: String,
}

/// Measures and prints a table.
pub fn run(root: &Path, peers: Option<&Path>, rounds: usize) -> Result<()> {
    run_command(&mut cargo(
        root,
        &["build", "--release", "--package", "aprender", "--example", "models", "--locked"],
    ))?;
    let ours = target_dir(root)?.join("release/examples/models");
    let python = Peers::new(root, peers)?.numeric_python()?;
    let folder = tempfile::tempdir()?;
    let python = |subject: &str, repeats: &str| {
        let mut command = Command::new(&python);
        command.args(["-c", PEERS, subject]).arg(folder.path()).arg(repeats);
        for threads in ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"] {
            command.env(threads, "1");
        }
        // Some machines choose slower kernels because of these.
        command.env_remove("OPENBLAS_CORETYPE").env_remove("OPENBLAS_L2_SIZE");
        command
    };
    output(&mut python("data", "1"))?;
    println!(
        "| model | data; figure | aprender s | peer s | times as quick | figure | peer's figure |\n|---|---|---|---|---|---|---|"
    );
    for (subject, what, repeats) in SUBJECTS {
        let mut found: BTreeMap<String, Measured> = BTreeMap::new();
        for _ in 0..rounds {
            let mut own = Command::new(&ours);
            own.arg(subject).arg(folder.path()).arg(repeats).env("THREADS", "1");
            let text = output(&mut own)? + &output(&mut python(subject, repeats))?;
            for line in text.lines() {
                let mut words = line.split(' ');
                let (who, seconds) =
                    (words.next().unwrap_or(""), words.next().context("a line without a time")?);
                let measured = found.entry(who.to_owned()).or_default();
                measured.seconds.push(seconds.parse()?);
                measured.figure = words.next().context("a line without a figure")?.to_owned();
            }
        }
        print(subject, what, &found)?;
    }
    println!(
        "\nMedians of {rounds} rounds, one thread; the times are of fitting (and asking, of neighbours)."
    );
    Ok(())
}

fn print(subject: &str, what: &str, found: &BTreeMap<String, Measured>) -> Result<()> {
    let median = |measured: &Measured| {
        let mut seconds = measured.seconds.clone();
        seconds.sort_by(f64::total_cmp);
        seconds[seconds.len() / 2]
    };
    let ours = found.get("ours").context("no time of aprender")?;
    for (who, peer) in found.iter().filter(|(who, _)| *who != "ours") {
        let (own, theirs) = (median(ours), median(peer));
        println!(
            "| {subject} | {what} | {own:.3} | {theirs:.3} ({who}) | {:.2} | {:.7} | {:.7} |",
            theirs / own,
            ours.figure.parse::<f64>()?,
            peer.figure.parse::<f64>()?
        );
    }
    Ok(())
}
