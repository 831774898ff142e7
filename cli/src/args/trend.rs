use super::{OutputArgs, ReportFormat};
use clap::builder::PossibleValuesParser;
use clap::{Args, ValueEnum, ValueHint};
use facts::source::Base;
use pmat::trend::{self, METRICS, Part, Start};
use std::path::PathBuf;
use std::str::FromStr;

/// All metrics together.
const ALL: &str = "all";

/// `batuta history`
#[derive(Debug, Args)]
#[command(after_help = "\
Each figure is what the ordinary commands say for that commit (--revision), by the commit's own batuta.toml. What was
measured is kept, so a second run measures new commits only; a run that is interrupted goes on where it was.

Examples:
  batuta history                               # one point for each week, over all years
  batuta history --every tag                   # one for each release
  batuta history --since v1.0 --every commit --metrics cognitive,over-limits
  batuta history --every month --metrics all --format csv --output history.csv
  batuta history src --since 2024-01-01        # of one folder")]
pub struct HistoryArgs {
    /// Which commits.
    #[command(flatten)]
    pub range: RangeArgs,
    /// Which commits are points: each one on the line of first parents, the last of each period, or those with a tag
    #[arg(long, value_name = "EVERY", default_value = "week")]
    pub every: EveryChoice,
    /// Metrics to show; those of the whole tree (duplicated, tdg) compare all code with all code for each point
    #[arg(long, value_name = "LIST", value_delimiter = ',', value_parser = metric_names(true))]
    pub metrics: Vec<String>,
    /// List the N newest points on screen
    #[arg(long, value_name = "N", default_value_t = 15)]
    pub rows: usize,
    /// Format of the report
    #[arg(short, long, value_name = "FORMAT", default_value = "human")]
    pub format: HistoryFormat,
    /// Where the report goes.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// `batuta blame-metric`
#[derive(Debug, Args)]
#[command(after_help = "\
Every commit is compared with its parent; merges are passed over, because what they bring in is the commits' own. With
--first-parent only first parents are followed, and a merge counts as what it brought in, in the name of who merged.

Examples:
  batuta blame-metric cognitive                      # who made the code harder to understand, who easier
  batuta blame-metric debt --since v1.0 --top 10
  batuta blame-metric over-limits --path src/parser  # of one folder
  batuta blame-metric tdg --since HEAD~50 --format json")]
pub struct BlameMetricArgs {
    /// The metric
    #[arg(value_name = "METRIC", value_parser = metric_names(false))]
    pub metric: String,
    /// Which commits.
    #[command(flatten)]
    pub range: RangeArgs,
    /// Follow only the first parent of each merge; a merge then counts as what it brought in
    #[arg(long)]
    pub first_parent: bool,
    /// List the N largest changes [default: 20 on screen, all in JSON; 0: all]
    #[arg(long, value_name = "N")]
    pub top: Option<usize>,
    /// Format of the report
    #[arg(short, long, value_name = "FORMAT", default_value = "human")]
    pub format: ReportFormat,
    /// Where the report goes.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// Which commits of which history.
#[derive(Debug, Clone, Args)]
pub struct RangeArgs {
    /// Repository, or folder in one: then of what is there only
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath, conflicts_with = "named_path")]
    pub path: Option<PathBuf>,
    /// The same as PATH
    #[arg(short = 'p', long = "path", visible_alias = "project-path", value_name = "PATH", id = "named_path", value_hint = ValueHint::AnyPath)]
    pub named_path: Option<PathBuf>,
    /// Begin on this day (2024-01-31, UTC), or where the history left this branch, tag or commit [default: the first commit]
    #[arg(long, value_name = "DAY|REV")]
    pub since: Option<Since>,
    /// End with this branch, tag or commit [default: HEAD]
    #[arg(long, value_name = "REV")]
    pub until: Option<String>,
    /// Take the N newest only
    #[arg(long, value_name = "N")]
    pub max: Option<usize>,
}

impl RangeArgs {
    /// The path, by default the current folder.
    pub fn path(&self) -> PathBuf {
        self.path.clone().or_else(|| self.named_path.clone()).unwrap_or_else(|| PathBuf::from("."))
    }
}

/// Where a history begins, as it was written.
#[derive(Debug, Clone)]
pub struct Since(pub Start);

impl FromStr for Since {
    type Err = String;

    fn from_str(text: &str) -> Result<Since, String> {
        match text.parse()? {
            Base::Day { end, .. } => Ok(Since(Start::Time(end - 24 * 60 * 60))),
            Base::DefaultBranch | Base::Revision(_) => Ok(Since(Start::Revision(text.to_owned()))),
        }
    }
}

/// Which commits are points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum EveryChoice {
    /// Each commit on the line of first parents
    Commit,
    /// The last commit of each day (UTC)
    Day,
    /// The last commit of each week, which begins on Monday
    Week,
    /// The last commit of each month
    Month,
    /// Each commit with a tag
    Tag,
}

impl From<EveryChoice> for trend::Every {
    fn from(choice: EveryChoice) -> Self {
        match choice {
            EveryChoice::Commit => trend::Every::Commit,
            EveryChoice::Day => trend::Every::Day,
            EveryChoice::Week => trend::Every::Week,
            EveryChoice::Month => trend::Every::Month,
            EveryChoice::Tag => trend::Every::Tag,
        }
    }
}

/// Formats of a history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum HistoryFormat {
    /// Tables for people, with a line for each metric
    #[default]
    Human,
    /// JSON; a figure that was not measured is {"value": null, "why": "…"}
    Json,
    /// One line for each point; a figure that was not measured is empty
    Csv,
    /// Markdown, for comments and wikis
    Markdown,
}

fn metric_names(with_all: bool) -> PossibleValuesParser {
    let all = with_all.then_some(ALL);
    PossibleValuesParser::new(all.into_iter().chain(METRICS.iter().map(|metric| metric.id)))
}

impl HistoryArgs {
    /// The metrics to show: those named, else those that need no comparison of all code.
    pub fn metrics(&self) -> Vec<&'static trend::Metric> {
        let all = self.metrics.iter().any(|name| name == ALL);
        let is_wanted = |metric: &&trend::Metric| match self.metrics.is_empty() {
            true => metric.part == Part::Files,
            false => all || self.metrics.iter().any(|name| name == metric.id),
        };
        METRICS.iter().filter(is_wanted).collect()
    }
}
