//! `batuta history` and `batuta blame-metric`: figures of past commits, and who changed them.

mod blame_page;
mod csv;
mod history_page;
mod sparkline;

use super::Outcome;
use super::tdg::page::Page;
use crate::args::{BlameMetricArgs, GlobalArgs, HistoryArgs, HistoryFormat, RangeArgs, ReportFormat};
use crate::failure::{Failure, Interrupted};
use crate::interrupt;
use crate::output::{self, Destination, ProgressLine, Screen};
use facts::Progress;
use facts::source::Which;
use pmat::trend::{Blame, BlameOptions, Every, Metric, Part, Trend, metric};
use project::{OpenOptions, Project, TrendAsked, TrendWatch};
use schemars::JsonSchema;
use serde::Serialize;
use std::io::{self, Write};

/// Changes listed on screen unless asked for.
const CHANGES: usize = 20;

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "History")]
struct HistoryReport<'t> {
    /// The metrics that were asked for.
    metrics: Vec<MetricName>,
    #[serde(flatten)]
    trend: &'t Trend,
}

#[derive(Serialize, JsonSchema)]
struct MetricName {
    id: &'static str,
    title: &'static str,
    unit: &'static str,
    better: pmat::trend::Better,
}

impl From<&'static Metric> for MetricName {
    fn from(metric: &'static Metric) -> Self {
        let Metric { id, title, unit, better, .. } = *metric;
        MetricName { id, title, unit, better }
    }
}

/// Shows the figures of a line of commits.
pub fn history(args: &HistoryArgs, global: &GlobalArgs) -> anyhow::Result<Outcome> {
    let destination = Destination::from_option(args.output.output.as_deref());
    destination.check()?;
    let metrics = args.metrics();
    let project = open(&args.range, global)?;
    let asked = asked(&args.range, args.every.into(), metrics.iter().map(|metric| metric.part));
    let trend = watched(global, |watch| project.trend(&asked, watch))?;
    remark(global, trend.cache_trouble.as_deref());
    let text = match args.format {
        HistoryFormat::Json => {
            let metrics = metrics.iter().map(|metric| MetricName::from(*metric)).collect();
            output::json("batuta/history/1", &HistoryReport { metrics, trend: &trend })?
        }
        HistoryFormat::Csv => csv::of(&trend, &metrics),
        HistoryFormat::Human | HistoryFormat::Markdown => {
            let mut page = Page::default();
            history_page::fill(&mut page, &project.name(), &trend, &metrics, args.rows);
            match args.format {
                HistoryFormat::Markdown => page.markdown(),
                _ => page.human(&Screen::of(&destination, global.color)),
            }
        }
    };
    destination.write(&text)?;
    Ok(Outcome::Fine)
}

/// Shows which commits and authors changed a metric.
pub fn blame_metric(args: &BlameMetricArgs, global: &GlobalArgs) -> anyhow::Result<Outcome> {
    let destination = Destination::from_option(args.output.output.as_deref());
    destination.check()?;
    let Some(metric) = metric(&args.metric) else {
        return Err(Failure::new(format!("there is no metric {}", args.metric)).into());
    };
    let project = open(&args.range, global)?;
    let asked = asked(&args.range, Every::Commit, [metric.part].into_iter());
    let how = BlameOptions { first_parent: args.first_parent };
    let mut blame = watched(global, |watch| project.blame_metric(metric, how, &asked, watch))?;
    remark(global, blame.cache_trouble.as_deref());
    let on_screen = args.format == ReportFormat::Human;
    let changed = blame.commits.len();
    shorten(&mut blame, args.top, on_screen);
    let text = match args.format {
        ReportFormat::Json => output::json("batuta/blame-metric/1", &blame)?,
        ReportFormat::Human => {
            let mut page = Page::default();
            blame_page::fill(&mut page, metric, &blame, changed);
            page.human(&Screen::of(&destination, global.color))
        }
    };
    destination.write(&text)?;
    Ok(Outcome::Fine)
}

fn shorten(blame: &mut Blame, top: Option<usize>, on_screen: bool) {
    let most = match top {
        Some(0) => usize::MAX,
        Some(top) => top,
        None if on_screen => CHANGES,
        None => usize::MAX,
    };
    blame.commits.truncate(most);
    if on_screen {
        blame.authors.truncate(most);
    }
}

fn open(range: &RangeArgs, global: &GlobalArgs) -> anyhow::Result<Project> {
    let until = range.until.clone().unwrap_or_else(|| "HEAD".to_owned());
    let options = OpenOptions {
        path: &range.path(),
        which: Some(Which::Revision(until)),
        config: global.config.as_deref(),
        use_cache: !global.no_cache,
        settings_of: None,
        without: None,
    };
    Ok(Project::open(&options).map_err(Failure::from)?)
}

fn asked(range: &RangeArgs, every: Every, parts: impl Iterator<Item = Part>) -> TrendAsked {
    let mut parts: Vec<Part> = parts.collect();
    parts.sort();
    parts.dedup();
    TrendAsked { since: range.since.clone().map(|since| since.0), every, max: range.max, parts }
}

/// Runs the work with progress on standard error; Ctrl-C ends it with what was measured kept.
fn watched<T>(
    global: &GlobalArgs,
    work: impl FnOnce(TrendWatch<'_>) -> Result<T, String>,
) -> anyhow::Result<T> {
    let line = ProgressLine::new(global.progress, global.quiet);
    let progress = |progress: Progress| {
        line.say(|| format!("measuring: {} of {} commits", progress.done, progress.total));
    };
    let watch = TrendWatch { progress: Some(&progress), cancelled: Some(&interrupt::requested) };
    let result = interrupt::finishing(|| work(watch));
    drop(line);
    if interrupt::requested() {
        return Err(Interrupted.into());
    }
    Ok(result.map_err(|why| Failure::new("the history cannot be measured").why(why))?)
}

fn remark(global: &GlobalArgs, trouble: Option<&str>) {
    if let (Some(trouble), false) = (trouble, global.quiet) {
        // A remark that cannot be written is not worth failing for.
        let _ = writeln!(io::stderr(), "note: {}", output::shown(trouble));
    }
}
