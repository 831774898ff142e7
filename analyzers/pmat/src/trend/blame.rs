//! Which commits and authors changed a metric.

use super::fill::{TrendOptions, figures_of};
use super::metric::Metric;
use super::select::all_commits;
use facts::Measured;
use facts::cache::Cache;
use facts::hash::{HashMap, HashSet};
use facts::history::{CommitLog, LoggedCommit};
use facts::source::{CommitId, GitContext, SourceError};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt;

/// How to attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BlameOptions {
    /// Follow only the first parent of each merge; a merge then counts as everything it brought in, attributed to
    /// whoever merged.
    pub first_parent: bool,
}

/// Who changed a metric, when, by how much.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Blame {
    /// The metric's name.
    pub metric: &'static str,
    /// Its value at the newest commit.
    pub value: Measured<f64>,
    /// Commits that were compared with their parent.
    pub compared: usize,
    /// Commits that left the metric as it was.
    pub unchanged: usize,
    /// Commits that raised it together.
    pub raised: f64,
    /// Commits that lowered it together; never positive.
    pub lowered: f64,
    /// Commits that changed it, the largest change first.
    pub commits: Vec<CommitChange>,
    /// Authors who changed it, the largest change (up and down added up) first.
    pub authors: Vec<AuthorChange>,
    /// Merges, which are not compared: what they bring in is the commits' own.
    pub merges: usize,
    /// Commits that could not be compared, by reason.
    pub not_compared: Vec<NotCompared>,
    /// What went wrong with the cache, if anything; the figures are still right.
    #[serde(skip)]
    pub cache_trouble: Option<String>,
}

/// What one commit changed.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct CommitChange {
    /// The commit.
    pub commit: CommitId,
    /// When it was committed, in seconds since the epoch.
    pub commit_time: i64,
    /// Who wrote it, after `.mailmap`.
    pub author: String,
    /// Their address.
    pub email: String,
    /// The first paragraph of its message, on one line.
    pub summary: String,
    /// The metric at its parent; none for the first commit of all, which begins with nothing.
    pub before: Option<f64>,
    /// The metric at the commit.
    pub after: f64,
    /// What it added.
    pub change: f64,
}

/// What one author changed.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct AuthorChange {
    /// The name.
    pub author: String,
    /// The address.
    pub email: String,
    /// A program.
    pub bot: bool,
    /// Their commits that changed the metric.
    pub commits: usize,
    /// Those that raised it, together.
    pub raised: f64,
    /// Those that lowered it, together; never positive.
    pub lowered: f64,
    /// Both together.
    pub net: f64,
}

/// Commits that could not be compared for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct NotCompared {
    /// Why.
    pub why: String,
    /// How many.
    pub commits: usize,
}

/// Compares every commit of a history with its parent by one metric. [`TrendOptions::every`] does not matter.
///
/// # Errors
/// The history cannot be read, or the run was cancelled; what was measured until then is kept.
pub fn blame(
    git: &GitContext,
    cache: Option<&Cache>,
    metric: &'static Metric,
    options: &TrendOptions<'_>,
    how: BlameOptions,
) -> Result<Blame, SourceError> {
    let log = all_commits(git, &options.selection(), how.first_parent)?;
    let (values, trouble) = values(cache, metric, options, &log, how)?;
    let mut report = Blame {
        metric: metric.id,
        value: Measured::unsupported("there is no commit"),
        compared: 0,
        unchanged: 0,
        raised: 0.0,
        lowered: 0.0,
        commits: Vec::new(),
        authors: Vec::new(),
        merges: 0,
        not_compared: Vec::new(),
        cache_trouble: trouble,
    };
    if let Some(newest) = log.commits.first() {
        report.value = values[&newest.id].clone();
    }
    let mut authors: BTreeMap<u32, AuthorChange> = BTreeMap::new();
    let mut not_compared: BTreeMap<String, usize> = BTreeMap::new();
    for commit in &log.commits {
        if is_passed_over(commit, how) {
            report.merges += 1;
            continue;
        }
        match change_of(commit, metric, &values) {
            Err(why) => *not_compared.entry(why.to_string()).or_default() += 1,
            Ok((before, after)) => report.add(commit, (before, after), &log, &mut authors),
        }
    }
    report.not_compared =
        not_compared.into_iter().map(|(why, commits)| NotCompared { why, commits }).collect();
    report.authors = authors.into_values().collect();
    report.sort();
    Ok(report)
}

/// A merge's own tree holds what several lines did; each did it in its own commits.
fn is_passed_over(commit: &LoggedCommit, how: BlameOptions) -> bool {
    commit.parents.len() > 1 && !how.first_parent
}

/// The metric at each commit.
type Values = HashMap<CommitId, Measured<f64>>;

/// The metric at every commit that is needed, and what went wrong with the cache.
fn values(
    cache: Option<&Cache>,
    metric: &Metric,
    options: &TrendOptions<'_>,
    log: &CommitLog,
    how: BlameOptions,
) -> Result<(Values, Option<String>), SourceError> {
    let mut wanted: Vec<CommitId> = Vec::new();
    let mut seen = HashSet::default();
    for (index, commit) in log.commits.iter().enumerate() {
        let compared = !is_passed_over(commit, how);
        let parent = commit.parents.first().filter(|_| compared && !commit.cut_off);
        let own = (compared || index == 0).then_some(&commit.id);
        wanted.extend(own.into_iter().chain(parent).filter(|id| seen.insert(**id)).copied());
    }
    let parts = [metric.part];
    let options = TrendOptions { parts: &parts, ..*options };
    let (figures, trouble) = figures_of(cache, &options, &wanted)?;
    let values = figures.iter().map(|figures| figures.value(metric));
    Ok((wanted.into_iter().zip(values).collect(), trouble))
}

/// Why it is not known what a commit did to a metric.
#[derive(Debug, Clone, PartialEq, Eq)]
enum NoChange {
    /// The clone ends with it.
    CutOff,
    /// It has no parent, and the metric no zero.
    First,
    /// The figure was not asked for.
    NotMeasured,
    /// The figure is missing, for this reason.
    NoFigure(String),
    /// That of its parent is missing.
    OfParent(Box<NoChange>),
}

impl fmt::Display for NoChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NoChange::CutOff => f.write_str("its parents are not in this shallow clone"),
            NoChange::First => f.write_str("it is the first commit, with nothing to compare it with"),
            NoChange::NotMeasured => f.write_str("not measured"),
            NoChange::NoFigure(why) => f.write_str(why),
            NoChange::OfParent(why) => write!(f, "its parent has no such figure: {why}"),
        }
    }
}

/// The metric before and after a commit, or why that is not known.
fn change_of(
    commit: &LoggedCommit,
    metric: &Metric,
    values: &Values,
) -> Result<(Option<f64>, f64), NoChange> {
    if commit.cut_off {
        return Err(NoChange::CutOff);
    }
    let value = |id: &CommitId| match values.get(id) {
        Some(Measured::Value(value)) => Ok(*value),
        Some(Measured::Missing(why)) => Err(NoChange::NoFigure(why.to_string())),
        None => Err(NoChange::NotMeasured),
    };
    let Some(parent) = commit.parents.first() else {
        return match metric.additive {
            true => value(&commit.id).map(|after| (None, after)),
            false => Err(NoChange::First),
        };
    };
    let of_parent = value(parent).map_err(|why| NoChange::OfParent(Box::new(why)))?;
    Ok((Some(of_parent), value(&commit.id)?))
}

impl Blame {
    fn add(
        &mut self,
        commit: &LoggedCommit,
        (before, after): (Option<f64>, f64),
        log: &CommitLog,
        authors: &mut BTreeMap<u32, AuthorChange>,
    ) {
        self.compared += 1;
        let change = after - before.unwrap_or(0.0);
        if change == 0.0 {
            self.unchanged += 1;
            return;
        }
        let person = log.person(commit.author);
        let author = authors.entry(commit.author.0).or_insert_with(|| AuthorChange {
            author: person.name.clone(),
            email: person.email.clone(),
            bot: person.bot,
            commits: 0,
            raised: 0.0,
            lowered: 0.0,
            net: 0.0,
        });
        author.commits += 1;
        author.net += change;
        let (of_all, of_author) = match change > 0.0 {
            true => (&mut self.raised, &mut author.raised),
            false => (&mut self.lowered, &mut author.lowered),
        };
        *of_all += change;
        *of_author += change;
        self.commits.push(CommitChange {
            commit: commit.id,
            commit_time: commit.commit_time,
            author: person.name.clone(),
            email: person.email.clone(),
            summary: commit.summary.clone(),
            before,
            after,
            change,
        });
    }

    /// The largest first; of equal ones the newest, then by name.
    fn sort(&mut self) {
        let size = |change: f64| change.abs();
        self.commits.sort_by(|a, b| {
            size(b.change)
                .total_cmp(&size(a.change))
                .then_with(|| b.commit_time.cmp(&a.commit_time))
                .then_with(|| a.commit.cmp(&b.commit))
        });
        let moved = |author: &AuthorChange| author.raised - author.lowered;
        self.authors.sort_by(|a, b| {
            moved(b).total_cmp(&moved(a)).then_with(|| (&a.author, &a.email).cmp(&(&b.author, &b.email)))
        });
    }
}
