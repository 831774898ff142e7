//! The project score: one table of checks whose points add up to 211, each earned by evidence.
//!
//! ```text
//! SourceTree, RepoFacts, Measurements ──Check::judge, each──▶ Answer { earned, missed, not measured, not applicable } ──▶ ScoreReport
//! ```
//! A check earns all of its points or none, and every earned check names its evidence: the file and line, or the
//! measurement. Checks that could not be measured, or do not apply to the project, do not count. Nothing of the project
//! is run: what CI does is read from its files.

mod advisories;
mod ci;
mod configured;
mod dependencies;
mod documentation;
mod files;
mod manifests;
mod performance;
mod quality;
mod table;
mod testing;
#[cfg(test)]
mod tests;
mod tooling;

pub use advisories::{Advisories, KnownAdvisory};
pub use table::{CHECKS, LIMITS, TOTAL_POINTS};

use crate::score::files::Files;
use crate::tdg::{Grade, Points};
use facts::model::RepoPath;
use facts::source::{SourceError, SourceTree};
use facts::{Measured, RepoFacts, Sections};
use schemars::JsonSchema;
use serde::Serialize;
use std::cell::OnceCell;

/// The sections of the facts that [`analyze`] reads.
pub const SECTIONS: Sections = Sections { comments: true, symbols: true, tokens: false, types: false };

/// What a check belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[schemars(rename = "ScoreCategory")]
#[serde(rename_all = "kebab-case")]
pub enum Category {
    /// What formats, lints and builds the code, by hand and by machine.
    ToolingAndCi,
    /// What the code is like.
    CodeQuality,
    /// What tests it.
    Testing,
    /// What is written about it.
    Documentation,
    /// What keeps it quick.
    Performance,
    /// What it depends on.
    DependencyHealth,
}

impl Category {
    /// Every category, in the order of reports.
    pub const ALL: [Category; 6] = [
        Category::ToolingAndCi,
        Category::CodeQuality,
        Category::Testing,
        Category::Documentation,
        Category::Performance,
        Category::DependencyHealth,
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Category::ToolingAndCi => "Tooling and CI",
            Category::CodeQuality => "Code quality",
            Category::Testing => "Testing",
            Category::Documentation => "Documentation",
            Category::Performance => "Performance",
            Category::DependencyHealth => "Dependency health",
        }
    }
}

/// One line of the table.
pub struct Check {
    /// Its name in reports.
    pub id: &'static str,
    /// Its category.
    pub category: Category,
    /// Its points.
    pub points: u32,
    /// What earns the points.
    pub title: &'static str,
    /// How it is judged.
    pub judge: fn(&Project<'_>) -> Answer,
}

/// The input of the checks.
pub struct Project<'a> {
    pub(crate) files: Files<'a>,
    pub(crate) facts: &'a RepoFacts,
    pub(crate) measured: &'a Measurements,
    /// What CI runs, read on demand.
    ci: OnceCell<Vec<ci::Command>>,
}

/// Figures of other analyses and programs.
#[derive(Debug, Clone)]
pub struct Measurements {
    /// Technical-debt score and grade of the repository.
    pub tdg: Measured<(Points, Grade)>,
    /// Duplicated source lines, in percent.
    pub duplicated: Measured<f64>,
    /// Cycles among the imports of files.
    pub import_cycles: Measured<usize>,
    /// Line coverage in percent, and the report that says so.
    pub coverage: Measured<(String, f64)>,
    /// Mutation score in percent, and the report that says so.
    pub mutation: Measured<(String, f64)>,
    /// Known advisories against the locked dependencies.
    pub advisories: Measured<Advisories>,
}

/// What a check says about a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "CheckAnswer")]
#[serde(rename_all = "kebab-case", tag = "answer")]
pub enum Answer {
    /// The points are earned.
    Earned {
        /// By this; never empty.
        evidence: Vec<Evidence>,
    },
    /// They are not.
    Missed {
        /// What was looked for, or found instead.
        why: String,
    },
    /// Not known.
    NotMeasured {
        /// Why.
        why: String,
    },
    /// The check makes no sense for the project.
    NotApplicable {
        /// Why.
        why: String,
    },
}

/// What earns points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Evidence {
    /// The file, if it is one.
    pub path: Option<RepoPath>,
    /// The line in it, from 1.
    pub line: Option<u32>,
    /// What is there, or what was measured.
    pub what: String,
}

/// The score of a project.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "Score")]
pub struct ScoreReport {
    /// What was analysed.
    pub tree: String,
    /// Points earned.
    pub earned: u32,
    /// Points that could be earned: those of checks that apply and were measured.
    pub possible: u32,
    /// Points of the whole table.
    pub table: u32,
    /// Earned in percent of possible.
    pub percent: Measured<f64>,
    /// The same by category.
    pub categories: Vec<CategoryScore>,
    /// Every check.
    pub checks: Vec<CheckScore>,
}

/// The score of one category.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CategoryScore {
    /// Which.
    pub category: Category,
    /// Points earned.
    pub earned: u32,
    /// Points of checks that apply and were measured.
    pub possible: u32,
    /// Points of all its checks.
    pub table: u32,
}

/// What one check said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CheckScore {
    /// Its name.
    pub id: &'static str,
    /// What it belongs to.
    pub category: Category,
    /// What earns the points.
    pub title: &'static str,
    /// What it is worth.
    pub points: u32,
    /// The answer.
    #[serde(flatten)]
    pub answer: Answer,
}

impl Answer {
    fn earned(evidence: Vec<Evidence>, otherwise: impl Into<String>) -> Answer {
        if evidence.is_empty() { Answer::missed(otherwise) } else { Answer::Earned { evidence } }
    }

    fn missed(why: impl Into<String>) -> Answer {
        Answer::Missed { why: why.into() }
    }

    fn not_measured(why: impl Into<String>) -> Answer {
        Answer::NotMeasured { why: why.into() }
    }

    fn not_applicable(why: impl Into<String>) -> Answer {
        Answer::NotApplicable { why: why.into() }
    }

    /// The answer for a figure that should satisfy `wish`; `says` puts it into words.
    fn of_figure<T>(figure: &Measured<T>, wish: impl Fn(&T) -> bool, says: impl Fn(&T) -> String) -> Answer {
        match figure {
            Measured::Missing(why) => Answer::not_measured(why.why()),
            Measured::Value(value) if wish(value) => {
                Answer::Earned { evidence: vec![Evidence::measured(says(value))] }
            }
            Measured::Value(value) => Answer::missed(says(value)),
        }
    }

    /// True if the points could be earned.
    pub fn counts(&self) -> bool {
        matches!(self, Answer::Earned { .. } | Answer::Missed { .. })
    }
}

impl Evidence {
    fn file(path: &RepoPath, what: impl Into<String>) -> Evidence {
        Evidence { path: Some(path.clone()), line: None, what: what.into() }
    }

    fn line(path: &RepoPath, line: u32, what: impl Into<String>) -> Evidence {
        Evidence { path: Some(path.clone()), line: Some(line), what: what.into() }
    }

    fn measured(what: impl Into<String>) -> Evidence {
        Evidence { path: None, line: None, what: what.into() }
    }
}

/// Scores a project. `facts` hold [`SECTIONS`].
///
/// # Errors
/// The tree cannot be listed.
pub fn analyze(
    tree: &dyn SourceTree,
    facts: &RepoFacts,
    measured: &Measurements,
) -> Result<ScoreReport, SourceError> {
    let project = Project { files: Files::of(tree)?, facts, measured, ci: OnceCell::new() };
    let checks: Vec<CheckScore> = CHECKS
        .iter()
        .map(|check| CheckScore {
            id: check.id,
            category: check.category,
            title: check.title,
            points: check.points,
            answer: (check.judge)(&project),
        })
        .collect();
    let sum = |wanted: &dyn Fn(&CheckScore) -> bool| -> u32 {
        checks.iter().filter(|check| wanted(check)).map(|check| check.points).sum()
    };
    let is_earned = |check: &CheckScore| matches!(check.answer, Answer::Earned { .. });
    let (earned, possible) = (sum(&is_earned), sum(&|check| check.answer.counts()));
    let categories = Category::ALL
        .iter()
        .map(|category| CategoryScore {
            category: *category,
            earned: sum(&|check| check.category == *category && is_earned(check)),
            possible: sum(&|check| check.category == *category && check.answer.counts()),
            table: sum(&|check| check.category == *category),
        })
        .collect();
    Ok(ScoreReport {
        tree: facts.tree.clone(),
        earned,
        possible,
        table: TOTAL_POINTS,
        percent: if facts.files.iter().any(|file| file.data.facts.has_functions()) {
            Measured::Value(100.0 * f64::from(earned) / f64::from(possible))
        } else {
            Measured::unsupported("no file of a language with a grammar could be measured")
        },
        categories,
        checks,
    })
}
