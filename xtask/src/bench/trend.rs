//! `cargo xtask bench --only trend`: every metric of 1,000 commits, cold and from the cache.

use super::BenchArgs;
use super::history::{middle, sound};
use super::measure::measure;
use anyhow::Result;
use std::path::Path;

/// Number of measured commits.
const COMMITS: &str = "1000";
/// Maximum time in seconds for a cold run.
const MOST: f64 = 20.0;

/// Measures every tree of the arguments (by default this repository) and prints a table. The program's cache is in a
/// folder of its own, so the repositories are only read.
pub fn run(root: &Path, program: &Path, args: &BenchArgs) -> Result<()> {
    let own = [root.to_owned()];
    let trees = if args.tree.is_empty() { &own[..] } else { &args.tree[..] };
    println!("| repository | metrics | {COMMITS} commits cold | processor time | peak | again |");
    println!("|---|---|---|---|---|---|");
    for tree in trees {
        for (metrics, more) in [("of files", &[][..]), ("all", &["--metrics", "all"][..])] {
            let words = ["history", "--every", "commit", "--max", COMMITS, "--quiet", "--format", "csv"];
            let words = words.iter().chain(more).map(|word| (*word).to_owned());
            let command: Vec<String> = [program.display().to_string()].into_iter().chain(words).collect();
            let (mut cold, mut warm) = (Vec::new(), Vec::new());
            for _ in 0..args.rounds {
                let cache = tempfile::tempdir()?;
                let variables = [("BATUTA_CACHE_DIR", cache.path())];
                cold.push(sound(measure(tree, &variables, &command, args.limit)?)?);
                warm.push(sound(measure(tree, &variables, &command, args.limit)?)?);
            }
            let (cold, warm) = (middle(cold), middle(warm));
            let verdict = if cold.wall < MOST { "" } else { " **over**" };
            println!(
                "| {} | {metrics} | {:.2} s{verdict} | {:.2} s | {} MB | {:.2} s |",
                tree.file_name().unwrap_or_default().to_string_lossy(),
                cold.wall,
                cold.cpu,
                cold.peak >> 20,
                warm.wall,
            );
        }
    }
    Ok(())
}
