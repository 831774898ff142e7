//! Every question that can be asked of a repository, each defined once: what it takes, what it answers, how long it may take,
//! and the function from an opened repository to a report.
//!
//! Command line, service and documents are made from [`ABILITIES`]; a surface adds only how a report looks. A new ability is one
//! file here, one line in the list, and a page for each surface that shows it in its own way.

mod ability;
mod churn;
mod complexity;
mod crap;
mod dead_code;
mod duplicates;
mod graph;
mod hotspots;
mod list;
mod query;
mod satd;
mod score;
mod session;
mod tdg;
mod watch;

pub use ability::{Ability, About, Duration, Listed};
pub use churn::{Churn, Commits};
pub use complexity::Complexity;
pub use crap::Crap;
pub use dead_code::{DeadCode, MinConfidence};
pub use duplicates::{DetectionType, Duplicates};
pub use graph::{Graph, GraphKind, GraphLevel, GraphRows};
pub use hotspots::{HotspotMeasure, Hotspots};
pub use list::ABILITIES;
pub use query::{KindChoice, Query, QueryReport, QueryResult};
pub use satd::{DetectorArg, Satd};
pub use score::Score;
pub use session::{Graphed, Session};
pub use tdg::{ExplainTdg, Tdg};
pub use watch::{NobodyWatches, Watch};

/// How many rows a report has: `0` asks for all, and so does nothing, unless a surface has its own default.
pub(crate) fn rows(asked: Option<usize>) -> Option<usize> {
    asked.filter(|rows| *rows > 0)
}
