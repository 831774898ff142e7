use crate::watch::stoppable;
use crate::{Ability, About, Duration, Effect, Session, Trees, Watch, rows};
use clap::builder::PossibleValuesParser;
use clap::{Args, ValueEnum};
use facts::Progress;
use facts::source::{Base, NoBase};
use pmat::trend::{self, Better, Blame, BlameOptions, METRICS, Metric, Part, Start, Trend};
use project::{HistoryError, ProjectError, TrendAsked, TrendWatch};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

/// All metrics together.
const ALL: &str = "all";

/// Metrics over time: one point per commit, day, week, month or tag.
#[derive(Debug, Clone, Default, Args, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct History {
    /// Which commits.
    #[command(flatten)]
    pub range: Range,
    /// Which commits are points: each one on the line of first parents, the last of each period, or those with a tag
    #[arg(long, value_name = "EVERY", default_value = "week")]
    pub every: Every,
    /// Metrics to show; those of the whole tree (duplicated, tdg) are slow: they compare all code at each point
    #[arg(long, value_name = "LIST", value_delimiter = ',', value_parser = metric_names(true))]
    #[schemars(schema_with = "metrics_schema")]
    pub metrics: Vec<String>,
}

/// Which commits of a history, which ends with the analysed one.
#[derive(Debug, Clone, Default, Args, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Range {
    /// Begin on this day (2024-01-31, UTC), or where the history left this branch, tag or commit [default: the first commit]
    #[arg(long, value_name = "DAY|REV", value_parser = since)]
    pub since: Option<String>,
    /// End with this branch, tag or commit [default: HEAD]
    #[arg(long, value_name = "REV")]
    #[serde(skip)]
    pub until: Option<String>,
    /// Take only the N newest
    #[arg(long, value_name = "N")]
    pub max: Option<usize>,
}

/// Which commits are points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Every {
    /// Each commit on the line of first parents
    Commit,
    /// The last commit of each day (UTC)
    Day,
    /// The last commit of each week, which begins on Monday
    #[default]
    Week,
    /// The last commit of each month
    Month,
    /// Each commit with a tag
    Tag,
}

impl From<Every> for trend::Every {
    fn from(every: Every) -> Self {
        match every {
            Every::Commit => trend::Every::Commit,
            Every::Day => trend::Every::Day,
            Every::Week => trend::Every::Week,
            Every::Month => trend::Every::Month,
            Every::Tag => trend::Every::Tag,
        }
    }
}

/// Parses where a history begins.
fn start(text: &str) -> Result<Start, NoBase> {
    match text.parse()? {
        Base::Day { end, .. } => Ok(Start::Time(end - 24 * 60 * 60)),
        Base::DefaultBranch | Base::Revision(_) => Ok(Start::Revision(text.to_owned())),
    }
}

/// The text, if it says where a history begins.
fn since(text: &str) -> Result<String, NoBase> {
    start(text).map(|_| text.to_owned())
}

fn metric_names(with_all: bool) -> PossibleValuesParser {
    let all = with_all.then_some(ALL);
    PossibleValuesParser::new(all.into_iter().chain(METRICS.iter().map(|metric| metric.id)))
}

fn metric_schema(_: &mut SchemaGenerator) -> Schema {
    let names: Vec<&str> = METRICS.iter().map(|metric| metric.id).collect();
    json_schema!({ "type": "string", "enum": names })
}

fn metrics_schema(_: &mut SchemaGenerator) -> Schema {
    let names: Vec<&str> = [ALL].into_iter().chain(METRICS.iter().map(|metric| metric.id)).collect();
    json_schema!({ "type": "array", "items": { "type": "string", "enum": names } })
}

impl Range {
    fn asked(
        &self,
        every: trend::Every,
        parts: impl Iterator<Item = Part>,
    ) -> Result<TrendAsked, ProjectError> {
        let since = self.since.as_deref().map(start).transpose();
        let since = since.map_err(|why| ProjectError::new("--since names no beginning").why(why))?;
        let mut parts: Vec<Part> = parts.collect();
        parts.sort();
        parts.dedup();
        Ok(TrendAsked { since, every, max: self.max, parts })
    }
}

/// Does work on past commits, and passes messages about the cache on.
fn watched<T>(
    watch: &dyn Watch,
    work: impl FnOnce(TrendWatch<'_>) -> Result<T, HistoryError>,
    trouble: impl FnOnce(&T) -> Option<&str>,
) -> Result<T, ProjectError> {
    let progress = |progress: Progress| watch.measuring_commits(progress);
    let cancelled = || watch.cancelled();
    let result =
        stoppable(watch, || work(TrendWatch { progress: Some(&progress), cancelled: Some(&cancelled) }));
    let result = result.map_err(|why| ProjectError::new("the history cannot be measured").why(why))?;
    if let Some(trouble) = trouble(&result) {
        watch.remark(trouble);
    }
    Ok(result)
}

fn unknown(metric: &str) -> ProjectError {
    ProjectError::new(format!("there is no metric {metric}"))
}

impl History {
    /// The metrics to show: those named, else those that do not compare all code.
    ///
    /// # Errors
    /// A name is not the name of a metric.
    pub fn metrics(&self) -> Result<Vec<&'static Metric>, ProjectError> {
        let is_known = |name: &&String| *name == ALL || trend::metric(name).is_some();
        if let Some(name) = self.metrics.iter().find(|name| !is_known(name)) {
            return Err(unknown(name));
        }
        let all = self.metrics.iter().any(|name| name == ALL);
        let is_wanted = |metric: &&Metric| match self.metrics.is_empty() {
            true => metric.part == Part::Files,
            false => all || self.metrics.iter().any(|name| name == metric.id),
        };
        Ok(METRICS.iter().filter(is_wanted).collect())
    }
}

/// The figures of a line of commits.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "History")]
pub struct HistoryReport {
    /// The metrics that were asked for.
    pub metrics: Vec<MetricName>,
    /// Their values.
    #[serde(flatten)]
    pub trend: Trend,
}

/// A metric that was asked for.
#[derive(Debug, Serialize, JsonSchema)]
pub struct MetricName {
    id: &'static str,
    title: &'static str,
    unit: &'static str,
    better: Better,
}

impl From<&'static Metric> for MetricName {
    fn from(metric: &'static Metric) -> Self {
        let Metric { id, title, unit, better, .. } = *metric;
        MetricName { id, title, unit, better }
    }
}

impl Ability for History {
    const ABOUT: About = About {
        id: "history",
        title: "Metrics over time: one point per commit, day, week, month or tag",
        when: "How a metric developed, and whether things get better",
        command: &["history"],
        report: "batuta/history/1",
        duration: Duration::History,
        trees: Trees::Commits,
        effect: Effect::OnlyReads,
        needs_history: true,
        judges: false,
    };
    type Report = HistoryReport;

    fn answer(&self, session: &Session, watch: &dyn Watch) -> Result<HistoryReport, ProjectError> {
        let metrics = self.metrics()?;
        let asked = self.range.asked(self.every.into(), metrics.iter().map(|metric| metric.part))?;
        let measured = |watch: TrendWatch<'_>| session.trend(&asked, watch);
        let trend = watched(watch, measured, |trend: &Trend| trend.cache_trouble.as_deref())?;
        Ok(HistoryReport { metrics: metrics.into_iter().map(MetricName::from).collect(), trend })
    }
}

/// Which commits and authors made a metric better or worse.
#[derive(Debug, Clone, Args, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BlameMetric {
    /// The metric
    #[arg(value_name = "METRIC", index = 1, value_parser = metric_names(false))]
    #[schemars(schema_with = "metric_schema")]
    pub metric: String,
    /// Which commits.
    #[command(flatten)]
    #[serde(default)]
    pub range: Range,
    /// Follow only the first parent of each merge; a merge then counts as everything it brought in
    #[arg(long)]
    #[serde(default)]
    pub first_parent: bool,
    /// List the N largest changes [default: 20 on screen, all in JSON; 0: all]
    #[arg(long, value_name = "N")]
    #[serde(default)]
    pub top: Option<usize>,
}

impl BlameMetric {
    /// The metric.
    ///
    /// # Errors
    /// No metric has that name.
    pub fn known_metric(&self) -> Result<&'static Metric, ProjectError> {
        trend::metric(&self.metric).ok_or_else(|| unknown(&self.metric))
    }

    /// The report with every commit.
    ///
    /// # Errors
    /// Those of [`Ability::answer`].
    pub fn in_full(&self, session: &Session, watch: &dyn Watch) -> Result<Blame, ProjectError> {
        let metric = self.known_metric()?;
        let asked = self.range.asked(trend::Every::Commit, [metric.part].into_iter())?;
        let how = BlameOptions { first_parent: self.first_parent };
        let measured = |watch: TrendWatch<'_>| session.blame_metric(metric, how, &asked, watch);
        watched(watch, measured, |blame: &Blame| blame.cache_trouble.as_deref())
    }
}

impl Ability for BlameMetric {
    const ABOUT: About = About {
        id: "blame-metric",
        title: "Which commits and authors made a metric better or worse",
        when: "Where a figure went wrong, commit by commit",
        command: &["blame-metric"],
        report: "batuta/blame-metric/1",
        duration: Duration::History,
        trees: Trees::Commits,
        effect: Effect::OnlyReads,
        needs_history: true,
        judges: false,
    };
    type Report = Blame;

    fn answer(&self, session: &Session, watch: &dyn Watch) -> Result<Blame, ProjectError> {
        let mut blame = self.in_full(session, watch)?;
        if let Some(top) = rows(self.top) {
            blame.commits.truncate(top);
        }
        Ok(blame)
    }
}
