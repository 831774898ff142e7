//! Technical debt gradient: a score from 0 to 100 and a grade from A+ to F for every function, file, folder and the
//! repository, made of six metrics.
//!
//! ```text
//! facts (all sections), clones, code graph ──TdgInputs::of──▶ TdgInputs   (numbers; remembered for a state of the tree)
//! facts (no section) + TdgInputs ──score──▶ Scored ──report──▶ TdgReport
//!                                                 ├─explain──▶ Explanation (which lines cost what, what would help)
//!                                                 └─compare──▶ TdgComparison (with another revision)
//! ```
//! `docs/tdg.md` defines every metric. The scoring itself ([`figures`]) is a set of pure functions of whole numbers;
//! its guarantees are properties tested in `properties.rs`: improving a single figure never lowers a score, parts add
//! up, and the score of many is the mean of their scores by size.

mod compare;
mod explain;
pub mod figures;
mod grade;
mod inputs;
pub mod metric;
mod naming;
mod points;
#[cfg(test)]
mod properties;
mod public_items;
mod report;
#[cfg(test)]
mod tests;

pub use compare::{Change, FileChange, Standing, TdgComparison, compare};
pub use explain::{
    Cause, Explanation, FigureChange, FileDetails, Improvement, Loss, NextGrade, NotFound, TdgDetails,
    Within, explain, find,
};
pub use grade::Grade;
pub use inputs::{FileInputs, FunctionInputs, SECTIONS, TdgInputs};
pub use metric::Metric;
pub use points::{Points, Score, SizedSum};
pub use public_items::{is_public_item, public_items};
pub use report::{
    Card, CardGap, CardPart, FileScore, FolderScore, FunctionScore, Scored, TdgOptions, TdgReport, score,
};

use facts::cache::Subject;

/// Under which [`TdgInputs`] are remembered. Raised by every change of what they hold or of the analyses they come from.
pub const INPUTS: Subject = Subject { name: "tdg", version: 3 };

/// Under which [`TdgDetails`] are remembered.
pub const DETAILS: Subject = Subject { name: "tdg-details", version: 2 };
