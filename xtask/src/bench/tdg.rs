//! The cost of grades: cold compared with pmat's, warm compared with the facts alone.

use super::document::{median, seconds};
use super::plan::{Measured, Programs, Start, Step, step};
use std::fmt::Write as _;

const TDG: &[&str] = &["pmat", "tdg", "--quiet", "."];

/// Maximum seconds that grades may add to a warm run.
const MOST_ADDED: f64 = 0.05;

/// The steps.
pub fn steps(programs: &Programs) -> Vec<Step> {
    vec![
        step("tdg", Start::Cold, &programs.batuta, TDG),
        step("pmat tdg", Start::Cold, &programs.pmat, &["analyze", "tdg", "-p", "."]),
        step("tdg warm", Start::Warm, &programs.batuta, TDG),
        step("tdg changed", Start::OneChanged, &programs.batuta, TDG),
    ]
}

/// Seconds that grades add to a warm run of the facts.
pub fn added(text: &mut String, runs: &[Measured]) {
    let wall = |key: &str| {
        let found = runs.iter().find(|measured| measured.step.key == key)?;
        Some(median(found, |usage| usage.wall))
    };
    let (Some(facts), Some(tdg)) = (wall("warm"), wall("tdg warm")) else { return };
    let added = (tdg - facts).max(0.0);
    let verdict = if added < MOST_ADDED { "" } else { ", **missed**" };
    let _ = writeln!(
        text,
        "\nGrades, warm: {} more than complexity, warm (demanded on 10,000 files: under {}{verdict}).",
        seconds(added),
        seconds(MOST_ADDED),
    );
}
