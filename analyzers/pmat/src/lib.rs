//! Figures per function, file and repository: complexity, self-admitted technical debt, the overview.
//!
//! Each analysis is one function from facts to a plain serde struct; nothing here reads files (except for manifests, through
//! the [`SourceTree`](facts::source::SourceTree)), prints, or knows an output format.
//!
//! ```text
//! complexity::analyze(&RepoFacts, &ComplexityOptions { max_cyclomatic, max_cognitive, top_files, top_functions })
//!     -> ComplexityReport { total, files, functions, violations, coverage, not_measured }
//! satd::analyze(&RepoFacts, &SatdOptions { mode, attribution })       facts with SatdOptions::SECTIONS
//!     -> SatdReport { items, total, by_category, by_severity, by_language, by_marker, density, coverage }
//! overview::analyze(&dyn SourceTree, &RepoFacts, &OverviewOptions)    facts with OverviewOptions::SECTIONS
//!     -> Overview { languages, total, complexity, worst_functions, debt, dependencies, coverage }
//! churn::analyze(&RepoFacts, &History, &ChurnOptions { days, top_files })
//!     -> ChurnReport { files, authors, commits, … }                   history of the window
//! hotspots::analyze(&RepoFacts, &History, &HotspotOptions)
//!     -> HotspotReport { files, coupling, knowledge, folders, owners } whole history
//! ```
//!
//! Lists are sorted with a full tie-break, so the same facts give the same bytes. What was not measured is in every
//! report's [`Coverage`](coverage::Coverage); a figure that is missing says why ([`Measured`](facts::Measured)).
//! Self-admitted debt with authors and ages: `SatdOptions { attribution: Some(Attribution { blame, at }), .. }`, where
//! `blame` gives for a path the commit of each line (`None` for a line that is not committed), as
//! `GitContext::blame_work_tree` does, and `at` is the time of the analysed commit.

pub mod churn;
pub mod complexity;
pub mod coverage;
pub mod crap;
pub mod dead_code;
pub mod dependencies;
pub mod duplicates;
pub mod hotspots;
pub mod line_coverage;
pub mod overview;
pub mod satd;
pub mod score;
pub mod tdg;
pub mod trend;

#[cfg(test)]
mod tests;
