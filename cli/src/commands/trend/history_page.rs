//! A history on screen and as Markdown: each metric over all points, then the newest points.

use super::sparkline;
use crate::commands::tdg::page::{Head, Page};
use crate::output::{Meaning, counted, grouped};
use facts::Measured;
use facts::calendar::date;
use pmat::trend::{Better, METRICS, Metric, Part, Point, Trend};
use std::collections::BTreeMap;

/// Characters per sparkline.
const WIDTH: usize = 32;
/// Metrics with a column in the list of points. All metrics have a line above it.
const COLUMNS: [&str; 7] =
    ["source-lines", "functions", "cognitive", "over-limits", "debt", "documented", "tdg"];

/// Writes the report.
pub fn fill(page: &mut Page, name: &str, trend: &Trend, metrics: &[&'static Metric], rows: usize) {
    page.heading(format!("History of {name}"));
    let (Some(first), Some(last)) = (trend.points.first(), trend.points.last()) else {
        page.line("there is no point in this range", Meaning::Warning);
        return;
    };
    let range = format!(
        "{} from {} to {}",
        counted(trend.points.len(), "point", "points"),
        date(first.time),
        date(last.time)
    );
    page.line(range, Meaning::Plain);
    let heads = vec![
        Head::Text("Metric"),
        Head::Figure("First"),
        Head::Figure("Last"),
        Head::Figure("Change"),
        Head::Text("Line"),
    ];
    page.table(heads, metrics.iter().map(|metric| over_all(trend, metric)).collect());
    newest(page, trend, metrics, rows);
    remarks(page, trend, metrics);
}

fn plain(text: impl Into<String>) -> (String, Meaning) {
    (text.into(), Meaning::Plain)
}

/// A number formatted for people.
pub fn shown(metric: &Metric, value: f64) -> String {
    match metric.digits {
        // Sums of counts are whole numbers far below 2⁵³.
        0 if value >= 0.0 => grouped(value as u64),
        0 => format!("-{}", grouped(-value as u64)),
        _ => metric.shown(value),
    }
}

/// A difference with its sign.
pub fn difference(metric: &Metric, value: f64) -> String {
    let sign = if value > 0.0 { "+" } else { "" };
    format!("{sign}{}", shown(metric, value))
}

/// Whether a change is an improvement.
pub fn meaning(metric: &Metric, change: f64) -> Meaning {
    match metric.better {
        Better::Lower if change < 0.0 => Meaning::Good,
        Better::Lower if change > 0.0 => Meaning::Bad,
        Better::Higher if change > 0.0 => Meaning::Good,
        Better::Higher if change < 0.0 => Meaning::Bad,
        _ => Meaning::Plain,
    }
}

fn over_all(trend: &Trend, metric: &Metric) -> Vec<(String, Meaning)> {
    let values: Vec<Option<f64>> =
        trend.points.iter().map(|point| point.figures.value(metric).value().copied()).collect();
    let (first, last) =
        (values.iter().flatten().next().copied(), values.iter().rev().flatten().next().copied());
    let figure = |value: Option<f64>| value.map_or("-".to_owned(), |value| shown(metric, value));
    let change = first.zip(last).map(|(first, last)| last - first);
    let title = match metric.unit {
        "" => metric.title.to_owned(),
        unit => format!("{} ({unit})", metric.title),
    };
    vec![
        plain(title),
        plain(figure(first)),
        plain(figure(last)),
        change.map_or_else(|| plain("-"), |change| (difference(metric, change), meaning(metric, change))),
        plain(sparkline::of(&values, WIDTH)),
    ]
}

fn newest(page: &mut Page, trend: &Trend, metrics: &[&'static Metric], rows: usize) {
    let all = metrics.len() <= COLUMNS.len();
    let columns: Vec<&'static Metric> =
        metrics.iter().copied().filter(|metric| all || COLUMNS.contains(&metric.id)).collect();
    let mut heads = vec![Head::Text("Date"), Head::Text("Commit")];
    heads.extend(columns.iter().map(|metric| Head::Figure(metric.id)));
    heads.push(Head::Sentence("Subject"));
    let rows: Vec<&Point> = trend.points.iter().rev().take(rows).collect();
    if rows.is_empty() {
        return;
    }
    let left = trend.points.len() - rows.len();
    let title = match left {
        0 => "Points, the newest first".to_owned(),
        left => format!("The newest points ({} more in --format json and csv)", grouped(left as u64)),
    };
    page.heading(title);
    page.table(heads, rows.into_iter().map(|point| row(point, &columns)).collect());
}

fn row(point: &Point, columns: &[&'static Metric]) -> Vec<(String, Meaning)> {
    let mut cells = vec![plain(date(point.time)), (point.commit.short(), Meaning::Quiet)];
    for metric in columns {
        cells.push(match point.figures.value(metric) {
            Measured::Value(value) => plain(shown(metric, value)),
            Measured::Missing(_) => ("-".to_owned(), Meaning::Quiet),
        });
    }
    let subject = match point.tags.is_empty() {
        true => point.summary.clone(),
        false => format!("[{}] {}", point.tags.join(", "), point.summary),
    };
    cells.push(plain(subject));
    cells
}

fn remarks(page: &mut Page, trend: &Trend, metrics: &[&'static Metric]) {
    let mut reasons: BTreeMap<String, (usize, Vec<&'static str>)> = BTreeMap::new();
    for metric in metrics {
        for point in &trend.points {
            if let Measured::Missing(why) = point.figures.value(metric) {
                let (points, of) = reasons.entry(why.to_string()).or_default();
                if of.last() != Some(&metric.id) {
                    of.push(metric.id);
                    *points = 0;
                }
                *points += 1;
            }
        }
    }
    for (why, (points, of)) in reasons {
        let points = counted(points, "point", "points");
        page.line(format!("not measured at {points}: {} ({why})", of.join(", ")), Meaning::Warning);
    }
    // A user who selected metrics knows that there are others.
    let is_usual = METRICS.iter().all(|metric| metric.part == Part::Tree || metrics.contains(&metric));
    let left_out: Vec<&str> =
        METRICS.iter().filter(|metric| !metrics.contains(metric)).map(|metric| metric.id).collect();
    if is_usual && !left_out.is_empty() {
        page.line(format!("not asked for: {} (--metrics)", left_out.join(", ")), Meaning::Quiet);
    }
    if trend.clocks_off > 0 {
        let commits = counted(
            trend.clocks_off,
            "commit has a clock that contradicts",
            "commits have clocks that contradict",
        );
        page.line(format!("{commits} the order of the commits; the order counts"), Meaning::Warning);
    }
    if trend.shallow {
        let text =
            "the clone is shallow: what was before its first commit is not known (`git fetch --unshallow`)";
        page.line(text, Meaning::Warning);
    }
}
