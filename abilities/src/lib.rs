//! Every question that can be asked of a repository, each defined once: its input, its report, how long it may take,
//! and the function from an open repository to the report.
//!
//! Command line, service and documents are generated from [`ABILITIES`]; they only add how a report looks. A new
//! ability is one file here, one line in the list, and a page wherever it is shown in a special way.

mod ability;
mod churn;
mod complexity;
mod context;
mod crap;
mod dead_code;
mod duplicates;
mod graph;
mod history;
mod hotspots;
mod list;
mod overview;
mod quality_gate;
mod query;
mod rules;
mod satd;
mod score;
mod session;
mod tdg;
mod watch;
mod witness;

pub use ability::{Ability, About, Duration, Effect, Listed, Trees};
pub use churn::{Churn, Commits};
pub use complexity::Complexity;
pub use context::{Context, Vocabulary};
pub use crap::Crap;
pub use dead_code::{DeadCode, MinConfidence};
pub use duplicates::{DetectionType, Duplicates};
pub use graph::{Graph, GraphKind, GraphLevel, GraphRows};
pub use history::{BlameMetric, Every, History, HistoryReport, MetricName, Range};
pub use hotspots::{HotspotMeasure, Hotspots};
pub use list::{ABILITIES, ability};
pub use overview::{Overview, OverviewFigures, OverviewReport};
pub use quality_gate::{FailOn, QualityGate, ToJudge};
pub use query::{KindChoice, Query, QueryReport, QueryResult};
pub use rules::{Rules, RulesReport};
pub use satd::{DetectorArg, Satd};
pub use score::Score;
pub use session::{Graphed, Session};
pub use tdg::{ExplainTdg, Tdg};
pub use watch::{NobodyWatches, Watch};

/// How many rows a report has: `0` means all, and so does none, unless the caller has its own default.
pub(crate) fn rows(asked: Option<usize>) -> Option<usize> {
    asked.filter(|rows| *rows > 0)
}
