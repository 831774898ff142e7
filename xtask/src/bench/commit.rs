//! `cargo xtask bench --only commit`: the time that a developer waits at a commit. It measures the pre-commit hook in a
//! large repository with one changed file, compared with pmat's quality gate, which pmat's hook runs.

use super::BenchArgs;
use super::measure::{Usage, measure};
use super::tree::Tree;
use crate::peers::Peers;
use crate::process::run as run_command;
use anyhow::{Result, bail};
use std::io::Write;
use std::path::Path;
use std::process::Command;

/// Maximum time of the hook in milliseconds.
const MOST: f64 = 200.0;

/// Minimum ratio of the time of pmat's gate to ours.
const LEAST_RATIO: f64 = 10.0;

/// Measures every tree of the arguments and prints a table. The hook runs in a copy with a warm cache: everything was
/// measured before, then one file was changed and staged, a different one each round.
pub fn run(root: &Path, program: &Path, args: &BenchArgs) -> Result<()> {
    let peers = Peers::new(root, args.peers.as_deref())?;
    let pmat = if args.quick { None } else { Some(peers.pmat()?) };
    println!("| repository | hook | processor time | peak | pmat quality-gate | theirs / ours |");
    println!("|---|---|---|---|---|---|");
    for path in &args.tree {
        let tree = Tree::copy(path)?;
        let ours = words(program, &["pmat", "hooks", "run", "pre-commit"]);
        measure(
            &tree.path,
            &[],
            &words(program, &["pmat", "quality-gate", "--staged", "--quiet"]),
            args.limit,
        )?;
        let mut hook = Vec::new();
        let mut theirs = Vec::new();
        for round in 0..args.rounds {
            change(&tree, round)?;
            hook.push(measure(&tree.path, &[], &ours, args.limit)?);
            if let Some(pmat) = &pmat {
                theirs.push(measure(
                    &tree.path,
                    &[],
                    &words(pmat, &["quality-gate", "-p", "."]),
                    args.limit,
                )?);
            }
        }
        row(&tree, hook, theirs)?;
    }
    Ok(())
}

fn words(program: &Path, arguments: &[&str]) -> Vec<String> {
    let own = program.display().to_string();
    std::iter::once(own).chain(arguments.iter().map(|word| (*word).to_owned())).collect()
}

/// Appends a comment to a source file and stages it.
fn change(tree: &Tree, round: usize) -> Result<()> {
    let file = tree.file_to_change()?;
    let mut text = std::fs::OpenOptions::new().append(true).open(&file)?;
    let mark = if file.extension().is_some_and(|ending| ending == "py") { "#" } else { "//" };
    writeln!(text, "\n{mark} round {round}")?;
    run_command(Command::new("git").arg("-C").arg(&tree.path).arg("add").arg(&file))
}

fn row(tree: &Tree, hook: Vec<Usage>, theirs: Vec<Usage>) -> Result<()> {
    if let Some(failed) = hook.iter().find(|usage| !matches!(usage.code, Some(0 | 1))) {
        bail!("the hook failed: {failed:?}");
    }
    let ours = middle(hook);
    let milliseconds = ours.wall * 1000.0;
    let verdict = if milliseconds < MOST { "" } else { " **missed**" };
    let (theirs, ratio) = match theirs.is_empty() {
        true => ("not run".to_owned(), String::new()),
        false => {
            let ended = theirs.iter().any(|usage| usage.ended);
            let theirs = middle(theirs);
            let ratio = theirs.wall / ours.wall;
            let missed = if ratio < LEAST_RATIO { " **missed**" } else { "" };
            let over = if ended { "over " } else { "" };
            (format!("{over}{:.2} s", theirs.wall), format!("{over}{ratio:.0}{missed}"))
        }
    };
    println!(
        "| {} | {milliseconds:.0} ms{verdict} | {:.0} ms | {} MB | {theirs} | {ratio} |",
        tree.description(),
        ours.cpu * 1000.0,
        ours.peak >> 20,
    );
    Ok(())
}

fn middle(mut runs: Vec<Usage>) -> Usage {
    runs.sort_by(|a, b| a.wall.total_cmp(&b.wall));
    runs[runs.len() / 2]
}
