//! The document: machine, versions, tables.

use super::BenchArgs;
use super::measure::Usage;
use super::plan::{Measured, Programs, Start};
use crate::process::output;
use anyhow::Result;
use std::fmt::Write as _;
use std::process::Command;

/// The comparison behind a ratio: the peer's figure over ours, so above 1 we are better.
struct Ratio {
    what: &'static str,
    ours: &'static str,
    peer: &'static str,
    figure: Figure,
    demanded: Option<f64>,
}

#[derive(Clone, Copy)]
enum Figure {
    Wall,
    Cpu,
}

const RATIOS: &[Ratio] = &[
    ratio("all facts, cold, against pmat's complexity", "facts", "pmat facts", Figure::Wall, Some(1.0)),
    ratio("all facts, cold, against rust-code-analysis", "facts", "rca facts", Figure::Cpu, Some(3.0)),
    ratio("all facts, cold, against lizard", "facts", "lizard facts", Figure::Cpu, Some(4.0)),
    ratio("all facts, cold, against tokei, which counts lines", "facts", "tokei", Figure::Wall, None),
    ratio("quality gate, cold, against pmat's", "gate", "pmat gate", Figure::Wall, Some(20.0)),
    ratio("grades, cold, against pmat's", "tdg", "pmat tdg", Figure::Wall, None),
    ratio("context, cold, against pmat's", "context", "pmat context", Figure::Wall, Some(20.0)),
    ratio("one file changed, against our own cold run", "changed", "facts", Figure::Wall, Some(20.0)),
    ratio(
        "an older revision after the work tree, against it cold",
        "revision",
        "revision cold",
        Figure::Wall,
        None,
    ),
];

const fn ratio(
    what: &'static str,
    ours: &'static str,
    peer: &'static str,
    figure: Figure,
    demanded: Option<f64>,
) -> Ratio {
    Ratio { what, ours, peer, figure, demanded }
}

/// The whole document.
pub fn markdown(programs: &Programs, tables: &[(String, Vec<Measured>)], args: &BenchArgs) -> Result<String> {
    let mut text = String::from("# Benchmarks\n\n");
    let trees: String = args
        .tree
        .iter()
        .map(|tree| format!(" --tree {}", tree.file_name().unwrap_or_default().to_string_lossy()))
        .collect();
    let quick = if args.quick { " --quick" } else { "" };
    let _ = write!(
        text,
        "Written by\n\n```console\n$ cargo xtask bench --rounds {}{quick}{trees}\n```\n\n\
         on {}. Medians of {} rounds; in each round every command ran once, in the order of the table, alone, on a copy of \
         the tree (which the page cache held), its output going to a file. Cold: an empty cache and an empty home folder. \
         Changed: everything cached, then one file changed. CPU is user and system time of all threads.\n\n",
        args.rounds,
        machine()?,
        args.rounds
    );
    text.push_str("| program | version |\n|---|---|\n");
    for (name, version) in programs.versions() {
        let _ = writeln!(text, "| {name} | {version} |");
    }
    for (description, runs) in tables {
        let _ = write!(text, "\n## {description}\n\n");
        ratios(&mut text, runs);
        super::tdg::added(&mut text, runs);
        text.push_str("\n| command | start | wall | CPU | peak memory |\n|---|---|---|---|---|\n");
        for measured in runs {
            row(&mut text, measured);
        }
    }
    Ok(text)
}

fn machine() -> Result<String> {
    let cpu = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model =
        cpu.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": ")).map(|(_, name)| name);
    let kernel = output(Command::new("uname").args(["-sr"]))?;
    let cores = std::thread::available_parallelism()?;
    Ok(format!("{cores} cores of {}, {}", model.unwrap_or("an unknown processor"), kernel.trim()))
}

fn ratios(text: &mut String, runs: &[Measured]) {
    text.push_str("| comparison | ours | theirs | theirs / ours | demanded |\n|---|---|---|---|---|\n");
    for ratio in RATIOS {
        let find = |key: &str| runs.iter().find(|measured| measured.step.key == key);
        let (Some(ours), Some(peer)) = (find(ratio.ours), find(ratio.peer)) else {
            continue;
        };
        let figure = |usage: &Usage| match ratio.figure {
            Figure::Wall => usage.wall,
            Figure::Cpu => usage.cpu,
        };
        let unit = match ratio.figure {
            Figure::Wall => "wall",
            Figure::Cpu => "CPU",
        };
        let over = if peer.rounds.iter().any(|usage| usage.ended) { "over " } else { "" };
        let (mine, theirs) = (median(ours, figure), median(peer, figure));
        let _ = writeln!(
            text,
            "| {} | {} {unit} | {over}{} {unit} | {over}{:.1} | {} |",
            ratio.what,
            seconds(mine),
            seconds(theirs),
            theirs / mine,
            ratio.demanded.map_or(String::new(), |least| format!("{least:.0}"))
        );
    }
}

fn row(text: &mut String, measured: &Measured) {
    let start = match measured.step.start {
        Start::Cold => "cold",
        Start::Warm => "warm",
        Start::OneChanged => "changed",
    };
    let over = if measured.rounds.iter().any(|usage| usage.ended) { "over " } else { "" };
    let failed = measured.rounds.iter().find_map(|usage| usage.code.filter(|code| *code > 1));
    let failed = failed.map_or(String::new(), |code| format!(" (exit code {code})"));
    let _ = writeln!(
        text,
        "| `{}`{failed} | {start} | {over}{} | {} | {:.0} MB |",
        measured.step.shown,
        seconds(median(measured, |usage| usage.wall)),
        seconds(median(measured, |usage| usage.cpu)),
        median(measured, |usage| usage.peak as f64) / 1e6,
    );
}

/// A time as the tables show it.
pub(super) fn seconds(time: f64) -> String {
    if time < 1.0 { format!("{:.0} ms", time * 1e3) } else { format!("{time:.2} s") }
}

/// The median: the middle figure, or the mean of the two middle ones.
pub(super) fn median(measured: &Measured, figure: impl Fn(&Usage) -> f64) -> f64 {
    let mut figures: Vec<f64> = measured.rounds.iter().map(figure).collect();
    figures.sort_by(f64::total_cmp);
    match figures.len() {
        0 => f64::NAN,
        n if n % 2 == 1 => figures[n / 2],
        n => (figures[n / 2 - 1] + figures[n / 2]) / 2.0,
    }
}
