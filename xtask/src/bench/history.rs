//! `cargo xtask bench --only history`: mining a repository's whole history, cold and from the cache, compared with `git
//! log`, which uses one processor.

use super::BenchArgs;
use super::measure::{Usage, measure};
use anyhow::{Context, Result, bail};
use std::path::Path;
use std::process::Command;

/// Maximum time in seconds for mining 10,000 commits.
const MOST_FOR_10_000: f64 = 10.0;

/// Measures every tree of the arguments (by default this repository) and prints a table. The program's cache is in a
/// folder of its own, so the repositories are only read.
pub fn run(root: &Path, program: &Path, args: &BenchArgs) -> Result<()> {
    let own = [root.to_owned()];
    let trees = if args.tree.is_empty() { &own[..] } else { &args.tree[..] };
    println!(
        "| repository | commits | cold | for 10,000 commits | processor time | peak | again | git log |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    for tree in trees {
        let commits: u32 = count(tree)?;
        let (mut cold, mut warm, mut git) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..args.rounds {
            let cache = tempfile::tempdir()?;
            let churn = ["pmat", "analyze", "churn", "--days", "0", "--quiet", "--format", "json"];
            let ours: Vec<String> =
                [program.display().to_string()].into_iter().chain(churn.map(str::to_owned)).collect();
            let variables = [("BATUTA_CACHE_DIR", cache.path())];
            cold.push(sound(measure(tree, &variables, &ours, args.limit)?)?);
            warm.push(sound(measure(tree, &variables, &ours, args.limit)?)?);
            let log = ["git", "log", "--no-merges", "--numstat", "-M"].map(str::to_owned);
            git.push(sound(measure(tree, &[], &log, args.limit)?)?);
        }
        let (cold, warm, git) = (middle(cold), middle(warm), middle(git));
        let scaled = cold.wall * 10_000.0 / f64::from(commits);
        let verdict = if scaled < MOST_FOR_10_000 { "" } else { " **missed**" };
        println!(
            "| {} | {commits} | {:.2} s | {scaled:.2} s{verdict} | {:.2} s | {} MB | {:.2} s | {:.2} s |",
            tree.file_name().unwrap_or_default().to_string_lossy(),
            cold.wall,
            cold.cpu,
            cold.peak >> 20,
            warm.wall,
            git.wall,
        );
    }
    Ok(())
}

fn count(tree: &Path) -> Result<u32> {
    let output = Command::new("git").args(["rev-list", "--count", "HEAD"]).current_dir(tree).output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    text.trim().parse().with_context(|| format!("{} has no history", tree.display()))
}

/// A run that succeeded.
pub(super) fn sound(usage: Usage) -> Result<Usage> {
    if usage.code != Some(0) {
        bail!("a command failed or took too long: {usage:?}");
    }
    Ok(usage)
}

/// The run of median time.
pub(super) fn middle(mut runs: Vec<Usage>) -> Usage {
    runs.sort_by(|a, b| a.wall.total_cmp(&b.wall));
    runs[runs.len() / 2]
}
