//! The page that shows who changed a metric.

use super::history_page::{difference, meaning, shown};
use crate::commands::tdg::page::{Head, Page};
use crate::output::{Meaning, counted, grouped};
use facts::Measured;
use facts::calendar::date;
use pmat::trend::{AuthorChange, Blame, CommitChange, Metric};

/// Writes the report. `changed` is the number of commits that changed the metric, of which only some are listed.
pub fn fill(page: &mut Page, metric: &Metric, blame: &Blame, changed: usize) {
    page.heading(format!("Who changed {}", metric.id));
    let value = match &blame.value {
        Measured::Value(value) => format!("now {} {}", shown(metric, *value), metric.unit),
        Measured::Missing(why) => format!("now not measured: {why}"),
    };
    page.line(
        format!(
            "{}; {} compared with the parent: {} raised or lowered it, by {} and {}",
            value.trim_end(),
            counted(blame.compared, "commit", "commits"),
            grouped(changed as u64),
            difference(metric, blame.raised),
            difference(metric, blame.lowered),
        ),
        Meaning::Plain,
    );
    let heads = vec![
        Head::Figure("Change"),
        Head::Figure("Before"),
        Head::Figure("After"),
        Head::Text("Commit"),
        Head::Text("Date"),
        Head::Text("Author"),
        Head::Sentence("Subject"),
    ];
    page.table(heads, blame.commits.iter().map(|change| commit(metric, change)).collect());
    if !blame.authors.is_empty() {
        page.heading("Authors");
    }
    let heads = vec![
        Head::Figure("Net"),
        Head::Figure("Raised"),
        Head::Figure("Lowered"),
        Head::Figure("Commits"),
        Head::Text("Author"),
    ];
    page.table(heads, blame.authors.iter().map(|change| author(metric, change)).collect());
    if blame.merges > 0 {
        let merges = counted(blame.merges, "merge", "merges");
        let text = format!("{merges} passed over: what they bring in is the commits' own (--first-parent)");
        page.line(text, Meaning::Quiet);
    }
    for gap in &blame.not_compared {
        let commits = counted(gap.commits, "commit", "commits");
        page.line(format!("{commits} not compared: {}", gap.why), Meaning::Warning);
    }
}

fn plain(text: impl Into<String>) -> (String, Meaning) {
    (text.into(), Meaning::Plain)
}

fn commit(metric: &Metric, change: &CommitChange) -> Vec<(String, Meaning)> {
    vec![
        (difference(metric, change.change), meaning(metric, change.change)),
        plain(change.before.map_or("-".to_owned(), |before| shown(metric, before))),
        plain(shown(metric, change.after)),
        (change.commit.short(), Meaning::Quiet),
        plain(date(change.commit_time)),
        plain(change.author.clone()),
        plain(change.summary.clone()),
    ]
}

fn author(metric: &Metric, change: &AuthorChange) -> Vec<(String, Meaning)> {
    let bot = if change.bot { " (bot)" } else { "" };
    vec![
        (difference(metric, change.net), meaning(metric, change.net)),
        plain(difference(metric, change.raised)),
        plain(difference(metric, change.lowered)),
        plain(grouped(change.commits as u64)),
        plain(format!("{}{bot}", change.author)),
    ]
}
