//! Figures of past commits: every metric for any commit, and which commits changed it.
//!
//! ```text
//! commits ──select (every commit, day, week, month, tag)──▶ line ──┬─ stored ──▶ Trend (what is known already)
//!                                                                 └─ fill ────▶ Trend (the rest is measured and kept)
//! Trend of every commit and of their parents ──blame──▶ Blame (what each commit and author changed)
//! ```
//! A figure of a commit is what the ordinary commands say for that commit (`--revision`): the configuration of the
//! commit itself decides what is excluded, unless the caller has another. The slow part of a history is parsing; a file
//! is parsed once for all commits that contain it, and its numbers are stored under its blob id. Figures of a commit
//! are stored under the commit's id.

mod blame;
mod compute;
mod figures;
mod fill;
mod metric;
mod select;
mod settings;
mod summary;

pub use blame::{AuthorChange, Blame, BlameOptions, CommitChange, NotCompared, blame};
pub use figures::{Figures, FileFigures, LanguageLines, Point, TreeFigures};
pub use fill::{Trend, TrendOptions, fill, stored};
pub use metric::{Better, METRICS, Metric, Part, metric};
pub use select::{Every, Start};
pub use settings::{Limits, Settings, SettingsError, SettingsOf};

pub(crate) use compute::measure_commits;
