//! The six metrics, their weights, and the curves by which figures lose points.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// One of the six metrics that a score is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "TdgMetric")]
#[serde(rename_all = "kebab-case")]
pub enum Metric {
    /// How tangled control flow is, and how long functions are.
    Structural,
    /// How much there is to know to understand a function.
    Semantic,
    /// How much of the code is elsewhere too.
    Duplication,
    /// How much of the rest of the tree the code leans on.
    Coupling,
    /// How much of what others can use says what it is for.
    Documentation,
    /// How far names and indentation follow what is usual in the tree.
    Consistency,
}

impl Metric {
    /// Every metric, in the order of reports.
    pub const ALL: [Metric; 6] = [
        Metric::Structural,
        Metric::Semantic,
        Metric::Duplication,
        Metric::Coupling,
        Metric::Documentation,
        Metric::Consistency,
    ];

    /// Points it can give where all six are measured; together 100.
    pub const fn weight(self) -> u32 {
        match self {
            Metric::Structural => 25,
            Metric::Semantic | Metric::Duplication => 20,
            Metric::Coupling => 15,
            Metric::Documentation | Metric::Consistency => 10,
        }
    }

    /// Its name in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Metric::Structural => "structural",
            Metric::Semantic => "semantic",
            Metric::Duplication => "duplication",
            Metric::Coupling => "coupling",
            Metric::Documentation => "documentation",
            Metric::Consistency => "consistency",
        }
    }

    pub(super) const fn index(self) -> usize {
        self as usize
    }
}

impl fmt::Display for Metric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A share in millionths: all of it is [`WHOLE`].
pub type Millionths = u64;

/// All of something.
pub const WHOLE: Millionths = 1_000_000;

/// A figure that costs part of a metric once it is above what is free.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fact {
    /// Cyclomatic complexity.
    Cyclomatic,
    /// Cognitive complexity.
    Cognitive,
    /// Depth of nested control structures.
    Nesting,
    /// Source lines of a function, those of functions nested in it left out.
    Length,
    /// Declared parameters.
    Parameters,
    /// Halstead volume, in bits.
    Volume,
    /// Halstead difficulty, in tenths.
    Difficulty,
    /// Statements that leave the function.
    Exits,
    /// Other files of the tree that are used.
    UsedFiles,
    /// Other files in the same import cycle.
    Cycle,
}

/// How a figure costs: nothing up to `free`; above, `excess / (excess + half)` of its `share` of the metric. So at `free +
/// half` half of the share is gone, and no figure is so bad that making it better earns nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Curve {
    /// Costs nothing up to here.
    pub free: u64,
    /// This much above, half of the share is gone.
    pub half: u64,
    /// What it can cost of its metric.
    pub share: Millionths,
}

impl Curve {
    /// What `value` costs of the metric: never less than a smaller value costs.
    pub fn cost(&self, value: u64) -> Millionths {
        let excess = value.saturating_sub(self.free);
        // In whole numbers, so that it is monotone to the last digit and the same on every machine.
        let cost = u128::from(self.share) * u128::from(excess) / u128::from(excess.saturating_add(self.half));
        u64::try_from(cost).unwrap_or(WHOLE)
    }
}

/// The figures of a function's structure.
pub const STRUCTURAL: [Fact; 4] = [Fact::Cognitive, Fact::Cyclomatic, Fact::Length, Fact::Nesting];
/// The figures of a function's semantics.
pub const SEMANTIC: [Fact; 4] = [Fact::Volume, Fact::Difficulty, Fact::Parameters, Fact::Exits];
/// The figures of a file's coupling.
pub const COUPLING: [Fact; 2] = [Fact::UsedFiles, Fact::Cycle];

/// Where a curve applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// To a function.
    Function,
    /// To a file as a whole, or to its code outside functions.
    File,
}

impl Fact {
    /// Every figure.
    pub const ALL: [Fact; 10] = [
        Fact::Cognitive,
        Fact::Cyclomatic,
        Fact::Length,
        Fact::Nesting,
        Fact::Volume,
        Fact::Difficulty,
        Fact::Parameters,
        Fact::Exits,
        Fact::UsedFiles,
        Fact::Cycle,
    ];

    /// How it costs. What is free is near the 75th percentile of the functions of the repositories named in
    /// `docs/tdg.md`, and half is gone near their 97th.
    pub const fn curve(self, scope: Scope) -> Curve {
        let (free, half, percent) = match self {
            Fact::Cognitive => (5, 12, 35),
            Fact::Cyclomatic => (5, 10, 25),
            Fact::Length => (25, 50, 25),
            Fact::Nesting => (2, 2, 15),
            Fact::Volume => (800, 1_600, 35),
            Fact::Difficulty => (150, 250, 30),
            Fact::Parameters => (4, 3, 25),
            Fact::Exits => (3, 4, 10),
            Fact::UsedFiles => match scope {
                Scope::Function => (4, 6, 100),
                Scope::File => (6, 12, 75),
            },
            Fact::Cycle => (0, 6, 25),
        };
        Curve { free, half, share: percent * (WHOLE / 100) }
    }

    /// Its name in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Fact::Cyclomatic => "cyclomatic complexity",
            Fact::Cognitive => "cognitive complexity",
            Fact::Nesting => "nesting depth",
            Fact::Length => "source lines",
            Fact::Parameters => "parameters",
            Fact::Volume => "Halstead volume",
            Fact::Difficulty => "Halstead difficulty",
            Fact::Exits => "exits",
            Fact::UsedFiles => "other files used",
            Fact::Cycle => "files in its import cycle",
        }
    }

    /// The figure as it is printed.
    pub fn shown(self, value: u64) -> f64 {
        match self {
            Fact::Difficulty => value as f64 / 10.0,
            _ => value as f64,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_add_up_to_a_hundred_and_shares_to_a_whole() {
        assert_eq!(Metric::ALL.map(Metric::weight), [25, 20, 20, 15, 10, 10]);
        assert_eq!(Metric::ALL.map(Metric::weight).iter().sum::<u32>(), 100);
        let shares = |facts: &[Fact]| facts.iter().map(|fact| fact.curve(Scope::File).share).sum::<u64>();
        assert_eq!([shares(&STRUCTURAL), shares(&SEMANTIC), shares(&COUPLING)], [WHOLE; 3]);
        assert_eq!(Fact::UsedFiles.curve(Scope::Function).share, WHOLE);
    }

    #[test]
    fn a_curve_costs_nothing_at_first_then_half_then_nearly_all() {
        let curve = Curve { free: 5, half: 10, share: WHOLE };
        assert_eq!([0, 5].map(|value| curve.cost(value)), [0, 0]);
        assert_eq!(curve.cost(15), WHOLE / 2);
        assert_eq!(curve.cost(35), WHOLE * 3 / 4);
        assert!(curve.cost(u64::MAX) <= WHOLE && curve.cost(u64::MAX) > WHOLE * 99 / 100);
    }
}
