//! Figures of past commits: filled in the background, the newest first, and kept in the cache for the next start.

use super::private_paths::PrivatePaths;
use crate::failure::Failure;
use crate::state::{Past, Series, Tag, Trend};
use facts::Measured;
use facts::source::{CommitId, Which};
use pmat::trend::{Every, METRICS, Part};
use project::{OpenOptions, Project, TrendAsked, TrendWatch};
use std::path::Path;

/// Points measured by default: two years of weeks. Points that `batuta history` measures are shown too.
const MOST_MEASURED: usize = 104;
/// Limit on the points that are shown.
const MOST_SHOWN: usize = 1_500;

/// The command that lists the same figures.
const COMMAND: &str = "batuta history --every week";

fn asked(max: usize, parts: &[Part]) -> TrendAsked {
    TrendAsked { since: None, every: Every::Week, max: Some(max), parts: parts.to_vec() }
}

fn open(path: &Path, commit: CommitId) -> Result<Project, Failure> {
    let which = Which::Revision(commit.to_string());
    Project::open(&OpenOptions { which: Some(which), ..OpenOptions::new(path) }).map_err(Failure::told)
}

/// Measures the newest points for which this part is not stored yet.
///
/// # Errors
/// It failed or was cancelled; figures measured until then are kept.
pub fn fill(
    path: &Path,
    commit: CommitId,
    part: Part,
    cancelled: &(dyn Fn() -> bool + Sync),
) -> Result<(), Failure> {
    let watch = TrendWatch { progress: None, cancelled: Some(cancelled) };
    let filled = open(path, commit)
        .and_then(|project| project.trend(&asked(MOST_MEASURED, &[part]), watch).map_err(Failure::told));
    filled.map(drop).map_err(|why| why.shown(|why| PrivatePaths::around(path).hidden(why)))
}

/// What is known about past commits.
pub fn known(path: &Path, commit: CommitId) -> Measured<Trend> {
    let stored = open(path, commit).and_then(|project| {
        project.stored_trend(&asked(MOST_SHOWN, &[Part::Files, Part::Tree])).map_err(Failure::told)
    });
    match stored {
        Ok(trend) if trend.points.is_empty() => Measured::pending("no past commit is measured yet"),
        Ok(trend) => Measured::Value(shown(&trend)),
        Err(why) => Measured::failed(PrivatePaths::around(path).hidden(&why.to_string())),
    }
}

fn shown(trend: &pmat::trend::Trend) -> Trend {
    let series = METRICS.iter().map(|metric| Series {
        title: metric.title.to_owned(),
        unit: metric.unit.to_owned(),
        points: trend
            .points
            .iter()
            .map(|point| Past { commit: point.commit, time: point.time, value: point.figures.value(metric) })
            .collect(),
    });
    let tags = trend
        .points
        .iter()
        .flat_map(|point| point.tags.iter().map(|name| Tag { name: name.clone(), time: point.time }));
    Trend { series: series.collect(), tags: tags.collect(), command: COMMAND.to_owned() }
}
