//! `cargo xtask bench --only earlier --earlier FILE`: this program compared with an earlier build, on the same trees,
//! in turn. It shows the cost of a change.

use super::BenchArgs;
use super::measure::Usage;
use super::plan::{self, Start, Step, step};
use super::tree::Tree;
use anyhow::{Context, Result, bail};
use std::path::Path;

/// Maximum increase of a median, in per cent.
const MOST: f64 = 5.0;

/// Rows of the table: the command, and the state before it.
const ROWS: [(&str, Start, &[&str]); 5] = [
    ("facts, cold", Start::Cold, &["pmat", "analyze", "complexity", "--quiet", "."]),
    ("facts, warm", Start::Warm, &["pmat", "analyze", "complexity", "--quiet", "."]),
    ("gate, cold", Start::Cold, &["pmat", "quality-gate", "--quiet", "."]),
    ("gate, warm", Start::Warm, &["pmat", "quality-gate", "--quiet", "."]),
    ("dead code, warm", Start::Warm, &["pmat", "analyze", "dead-code", "--quiet", "."]),
];

/// Measures every tree of the arguments and prints a table for each: medians of processor time, wall time and peak memory.
///
/// # Errors
/// No earlier program was given, or a command could not be measured.
pub fn run(program: &Path, args: &BenchArgs) -> Result<()> {
    let earlier = args.earlier.as_deref().context("--only earlier needs --earlier FILE")?.canonicalize()?;
    for path in &args.tree {
        let tree = Tree::copy(path)?;
        println!("\n{}, medians of {} rounds: now / earlier\n", tree.description(), args.rounds);
        println!("| command | processor time | wall time | peak memory |");
        println!("|---|---|---|---|");
        let steps = ROWS.iter().flat_map(|(key, start, words)| {
            [earlier.as_path(), program].map(|program| step(key, *start, program, words))
        });
        let runs = plan::rounds(steps.collect::<Vec<Step>>(), &tree, args)?;
        for pair in runs.chunks(2) {
            let [before, now] = pair else { bail!("steps come in pairs") };
            let column = |of: fn(&Usage) -> f64, shown: fn(f64) -> String| {
                compared(median(&before.rounds, of), median(&now.rounds, of), shown)
            };
            println!(
                "| {} | {} | {} | {} |",
                now.step.key,
                column(|usage| usage.cpu, milliseconds),
                column(|usage| usage.wall, milliseconds),
                column(|usage| usage.peak as f64, |bytes| format!("{:.0} MB", bytes / f64::from(1 << 20))),
            );
        }
    }
    Ok(())
}

fn milliseconds(seconds: f64) -> String {
    format!("{:.0} ms", seconds * 1000.0)
}

fn median(runs: &[Usage], of: fn(&Usage) -> f64) -> f64 {
    let mut values: Vec<f64> = runs.iter().map(of).collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn compared(before: f64, now: f64, shown: fn(f64) -> String) -> String {
    let percent = (now / before - 1.0) * 100.0;
    let verdict = if percent <= MOST { "" } else { " **over**" };
    format!("{} / {}: {percent:+.1} %{verdict}", shown(now), shown(before))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_per_cent_are_allowed() {
        assert_eq!(compared(0.100, 0.105, milliseconds), "105 ms / 100 ms: +5.0 %");
        assert_eq!(compared(0.100, 0.107, milliseconds), "107 ms / 100 ms: +7.0 % **over**");
        assert_eq!(compared(0.100, 0.090, milliseconds), "90 ms / 100 ms: -10.0 %");
    }
}
