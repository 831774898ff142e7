//! The metrics of a point: each is defined here, once.

use super::figures::{Figures, FileFigures, TreeFigures};
use facts::Measured;
use schemars::JsonSchema;
use serde::Serialize;
use std::fmt;

/// Which way a metric is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Better {
    /// A lower value.
    Lower,
    /// A higher value.
    Higher,
    /// Neither: it says how much there is.
    Neither,
}

/// What a metric is measured from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// Each file by itself: of a new commit only the changed files are looked at.
    Files,
    /// All files together: every state of the code is compared with itself again.
    Tree,
}

/// A metric of a point.
#[derive(Clone, Copy)]
pub struct Metric {
    /// Its name in options, JSON and CSV.
    pub id: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// What it is counted in; empty for a plain number.
    pub unit: &'static str,
    /// Which way is better.
    pub better: Better,
    /// What it is measured from.
    pub part: Part,
    /// True if the figure of a tree is the sum of the figures of its files.
    pub additive: bool,
    /// Digits behind the point, for people.
    pub digits: usize,
    /// What it says, and which command says it for one commit.
    pub what: &'static str,
    /// How it is got from the figures.
    pub figure: fn(&Figures) -> Measured<f64>,
}

impl fmt::Debug for Metric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id)
    }
}

impl PartialEq for Metric {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Metric {
    /// A value as people read it.
    pub fn shown(&self, value: f64) -> String {
        format!("{value:.*}", self.digits)
    }
}

/// The metric with that name.
pub fn metric(id: &str) -> Option<&'static Metric> {
    METRICS.iter().find(|metric| metric.id == id)
}

const PLAIN: Metric = Metric {
    id: "",
    title: "",
    unit: "",
    better: Better::Neither,
    part: Part::Files,
    additive: true,
    digits: 0,
    what: "",
    figure: |_| Measured::not_asked(""),
};

/// Every metric.
pub static METRICS: &[Metric] = &[
    Metric {
        id: "files",
        title: "Files",
        what: "Files whose language is known (`batuta analyze`).",
        figure: |figures| of_files(figures, |files| count(files.files)),
        ..PLAIN
    },
    Metric {
        id: "source-lines",
        title: "Source lines",
        unit: "lines",
        what: "Lines that hold code (`batuta analyze`).",
        figure: |figures| of_files(figures, |files| count(files.lines.source)),
        ..PLAIN
    },
    Metric {
        id: "comment-lines",
        title: "Comment lines",
        unit: "lines",
        what: "Lines that hold a comment (`batuta analyze`).",
        figure: |figures| of_files(figures, |files| count(files.lines.comment)),
        ..PLAIN
    },
    Metric {
        id: "blank-lines",
        title: "Blank lines",
        unit: "lines",
        what: "Lines of white space only (`batuta analyze`).",
        figure: |figures| of_files(figures, |files| count(files.lines.blank)),
        ..PLAIN
    },
    Metric {
        id: "functions",
        title: "Functions",
        what: "Functions in languages with a grammar (`pmat analyze complexity`).",
        figure: |figures| of_code(figures, |files| count(files.functions)),
        ..PLAIN
    },
    Metric {
        id: "cyclomatic",
        title: "Cyclomatic complexity, all",
        better: Better::Lower,
        what: "Sum of the cyclomatic complexity of all functions (`pmat analyze complexity`).",
        figure: |figures| of_code(figures, |files| sum(&files.cyclomatic)),
        ..PLAIN
    },
    Metric {
        id: "cyclomatic-mean",
        title: "Cyclomatic complexity, mean",
        better: Better::Lower,
        additive: false,
        digits: 2,
        what: "Mean over the functions (`pmat analyze complexity`).",
        figure: |figures| spread(figures, |files| &files.cyclomatic, |spread| spread.mean),
        ..PLAIN
    },
    Metric {
        id: "cyclomatic-p90",
        title: "Cyclomatic complexity, 90 %",
        better: Better::Lower,
        additive: false,
        what: "What 90 % of the functions do not exceed (`pmat analyze complexity`).",
        figure: |figures| spread(figures, |files| &files.cyclomatic, |spread| f64::from(spread.p90)),
        ..PLAIN
    },
    Metric {
        id: "cyclomatic-max",
        title: "Cyclomatic complexity, worst",
        better: Better::Lower,
        additive: false,
        what: "That of the worst function (`pmat analyze complexity`).",
        figure: |figures| spread(figures, |files| &files.cyclomatic, |spread| f64::from(spread.max)),
        ..PLAIN
    },
    Metric {
        id: "cognitive",
        title: "Cognitive complexity, all",
        better: Better::Lower,
        what: "Sum of the cognitive complexity of all functions (`pmat analyze complexity`).",
        figure: |figures| of_code(figures, |files| sum(&files.cognitive)),
        ..PLAIN
    },
    Metric {
        id: "cognitive-mean",
        title: "Cognitive complexity, mean",
        better: Better::Lower,
        additive: false,
        digits: 2,
        what: "Mean over the functions (`pmat analyze complexity`).",
        figure: |figures| spread(figures, |files| &files.cognitive, |spread| spread.mean),
        ..PLAIN
    },
    Metric {
        id: "cognitive-p90",
        title: "Cognitive complexity, 90 %",
        better: Better::Lower,
        additive: false,
        what: "What 90 % of the functions do not exceed (`pmat analyze complexity`).",
        figure: |figures| spread(figures, |files| &files.cognitive, |spread| f64::from(spread.p90)),
        ..PLAIN
    },
    Metric {
        id: "cognitive-max",
        title: "Cognitive complexity, worst",
        better: Better::Lower,
        additive: false,
        what: "That of the worst function (`pmat analyze complexity`).",
        figure: |figures| spread(figures, |files| &files.cognitive, |spread| f64::from(spread.max)),
        ..PLAIN
    },
    Metric {
        id: "over-limits",
        title: "Functions over a limit",
        better: Better::Lower,
        what: "Functions above the gate's limit of cyclomatic or cognitive complexity (`pmat analyze complexity`).",
        figure: |figures| of_code(figures, |files| count(files.over_limits)),
        ..PLAIN
    },
    Metric {
        id: "debt",
        title: "Self-admitted debt",
        unit: "items",
        better: Better::Lower,
        what: "Items of technical debt that comments admit to (`pmat analyze satd`).",
        figure: |figures| of_files(figures, |files| count(files.debt)),
        ..PLAIN
    },
    Metric {
        id: "documented",
        title: "Documented public items",
        unit: "%",
        better: Better::Higher,
        additive: false,
        digits: 1,
        what: "Share of the public definitions that are documented (rule `doc-coverage`).",
        figure: |figures| {
            of_code(figures, |files| match files.public {
                0 => Measured::unsupported("no public definition was found"),
                public => Measured::Value(100.0 * f64::from(files.documented) / f64::from(public)),
            })
        },
        ..PLAIN
    },
    Metric {
        id: "duplicated",
        title: "Duplicated lines",
        unit: "%",
        better: Better::Lower,
        part: Part::Tree,
        additive: false,
        digits: 1,
        what: "Share of the lines of code that lie in clones (rule `duplication`).",
        figure: |figures| of_tree(figures, |tree| tree.duplication.percent()),
    },
    Metric {
        id: "tdg",
        title: "Technical debt gradient",
        unit: "points",
        better: Better::Higher,
        part: Part::Tree,
        additive: false,
        digits: 2,
        what: "The repository's score from 0 to 100 (`pmat tdg`).",
        figure: |figures| of_tree(figures, |tree| tree.tdg.clone().map(|points| points.value())),
    },
];

fn count(number: u32) -> Measured<f64> {
    Measured::Value(f64::from(number))
}

fn sum(spread: &Measured<crate::complexity::Distribution>) -> Measured<f64> {
    // No function, no complexity: that is a sum, not a gap.
    Measured::Value(spread.value().map_or(0.0, |spread| spread.sum as f64))
}

fn of_files(figures: &Figures, get: impl Fn(&FileFigures) -> Measured<f64>) -> Measured<f64> {
    match &figures.files {
        Measured::Value(files) => get(files),
        Measured::Missing(why) => Measured::Missing(why.clone()),
    }
}

/// The same for what only languages with a grammar have.
fn of_code(figures: &Figures, get: impl Fn(&FileFigures) -> Measured<f64>) -> Measured<f64> {
    of_files(figures, |files| match files.with_functions {
        0 => Measured::unsupported("no file is of a language with a grammar here"),
        _ => get(files),
    })
}

fn spread(
    figures: &Figures,
    which: impl Fn(&FileFigures) -> &Measured<crate::complexity::Distribution>,
    get: impl Fn(&crate::complexity::Distribution) -> f64,
) -> Measured<f64> {
    of_code(figures, |files| match which(files) {
        Measured::Value(spread) => Measured::Value(get(spread)),
        Measured::Missing(why) => Measured::Missing(why.clone()),
    })
}

fn of_tree(figures: &Figures, get: impl Fn(&TreeFigures) -> Measured<f64>) -> Measured<f64> {
    match &figures.tree {
        Measured::Value(tree) => get(tree),
        Measured::Missing(why) => Measured::Missing(why.clone()),
    }
}
