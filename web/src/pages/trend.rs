//! Figures of past commits, drawn as lines with tags and gate events.

use super::command::Command;
use super::{figures, shown};
use crate::state::{GateEvent, Past, Series, Trend};
use crate::svg::line_chart::{self, Chart, Mark, MarkKind, Point};
use crate::when;
use facts::Measured;
use maud::{Markup, html};

/// Rows of the table next to a chart, newest points only.
const ROWS: usize = 12;
/// Points per chart: one for every two or three of its pixels.
const POINTS: usize = 240;
/// Titles of the figures shown first. The others are one click away.
const FIRST: [&str; 9] = [
    "Technical debt gradient",
    "Source lines",
    "Functions",
    "Cognitive complexity, mean",
    "Cognitive complexity, worst",
    "Functions over a limit",
    "Duplicated lines",
    "Self-admitted debt",
    "Documented public items",
];

/// The charts of all figures, or the reason why there are none.
pub fn charts(trend: &Measured<Trend>, gate_events: &[GateEvent]) -> Markup {
    let trend = match trend {
        Measured::Value(trend) => trend,
        Measured::Missing(why) => return html! { p { (figures::missing(why)) } },
    };
    let mut first: Vec<&Series> = FIRST
        .iter()
        .filter_map(|title| trend.series.iter().find(|series| series.title == *title))
        .filter(|series| has_figures(series))
        .collect();
    if first.is_empty() {
        first = trend.series.iter().filter(|series| has_figures(series)).take(FIRST.len()).collect();
    }
    let is_first = |series: &Series| first.iter().any(|shown| std::ptr::eq(*shown, series));
    let others: Vec<&Series> = trend.series.iter().filter(|series| !is_first(series)).collect();
    let (others, unknown): (Vec<&Series>, Vec<&Series>) =
        others.into_iter().partition(|series| has_figures(series));
    html! {
        div.charts { @for series in &first { (figure(series, trend, gate_events)) } }
        @if !unknown.is_empty() {
            p.missing {
                "no past commit has these figures: "
                @for (nth, series) in unknown.iter().enumerate() { @if nth > 0 { ", " } (shown::text(&series.title)) }
            }
        }
        @if !others.is_empty() {
            details {
                summary { (figures::counted(others.len(), "more figure", "more figures")) }
                div.charts { @for series in &others { (figure(series, trend, gate_events)) } }
            }
        }
        (Command::plain(trend.command.clone()).details())
    }
}

fn has_figures(series: &Series) -> bool {
    series.points.iter().any(|past| past.value.value().is_some_and(|value| value.is_finite()))
}

fn figure(series: &Series, trend: &Trend, gate_events: &[GateEvent]) -> Markup {
    let chart = chart(series, trend, gate_events);
    html! {
        figure.trend {
            figcaption { strong { (shown::text(&series.title)) } " " span.unit { (shown::text(&series.unit)) } }
            @if let Some(picture) = line_chart::draw(&chart) {
                div data-chart=(chart.json()) data-name=(shown::plain(&series.title)) { (picture) }
            }
            (table(series))
        }
    }
}

fn chart(series: &Series, trend: &Trend, gate_events: &[GateEvent]) -> Chart {
    let points: Vec<Point> = thinned(&series.points).map(point).collect();
    let tags = trend.tags.iter().map(|tag| Mark {
        time: tag.time,
        label: shown::plain(&tag.name),
        kind: MarkKind::Tag,
    });
    let mut marks: Vec<Mark> = tags.chain(gate_events.iter().filter_map(gate_mark)).collect();
    marks.sort_by_key(|mark| mark.time);
    Chart { name: summary(series), points, marks }
}

/// Every n-th point, counted from the newest, with n large enough that points can be told apart.
fn thinned(points: &[Past]) -> impl Iterator<Item = &Past> {
    let step = points.len().div_ceil(POINTS).max(1);
    let offset = points.len().saturating_sub(1) % step;
    points.iter().skip(offset).step_by(step)
}

fn point(past: &Past) -> Point {
    let figure = match &past.value {
        Measured::Value(value) => number(*value),
        Measured::Missing(why) => format!("not measured: {why}"),
    };
    Point {
        time: past.time,
        value: past.value.value().copied(),
        title: format!("{figure}, commit {} of {}", past.commit.short(), when::day(past.time)),
    }
}

fn gate_mark(event: &GateEvent) -> Option<Mark> {
    let (kind, label) = match (event.before.as_deref(), event.after.as_str()) {
        (Some(before), after) if before == after => return None,
        (_, "fail") => (MarkKind::GateFailed, "gate failed"),
        (Some(_), "pass") => (MarkKind::GatePassed, "gate passed"),
        _ => return None,
    };
    Some(Mark { time: event.time, label: label.to_owned(), kind })
}

/// A description of the chart, in words.
fn summary(series: &Series) -> String {
    let title = shown::plain(&series.title);
    let mut known = series.points.iter().filter_map(|past| Some((past.time, *past.value.value()?)));
    let (Some(first), last) = (known.next(), known.next_back()) else {
        return format!("{title}: no figure");
    };
    let last = last.unwrap_or(first);
    format!(
        "{title}: from {} on {} to {} on {}",
        number(first.1),
        when::day(first.0),
        number(last.1),
        when::day(last.0)
    )
}

fn table(series: &Series) -> Markup {
    html! {
        details.data {
            summary { "as a table" }
            div.wide {
                table {
                    caption { (shown::text(&series.title)) ", the newest first" }
                    thead { tr { th scope="col" { "Day" } th scope="col" { "Commit" } th scope="col" { "Figure" } } }
                    tbody {
                        @for past in series.points.iter().rev().take(ROWS) {
                            tr {
                                td { (when::day(past.time)) }
                                td { code { (past.commit.short()) } }
                                td.number { (figures::measured(&past.value, |value| html! { (number(*value)) })) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// A figure without meaningless decimals.
fn number(value: f64) -> String {
    if value.fract() == 0.0 { format!("{value:.0}") } else { format!("{value:.2}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use facts::source::CommitId;

    fn points(count: i64) -> Vec<Past> {
        let past = |time| Past { commit: CommitId([0; 20]), time, value: Measured::Value(time as f64) };
        (0..count).map(past).collect()
    }

    #[test]
    fn the_newest_point_is_always_shown() {
        for count in [1, 2, 239, 240, 241, 500, 1500] {
            let all = points(count);
            let shown: Vec<i64> = thinned(&all).map(|past| past.time).collect();
            assert_eq!(shown.last(), Some(&(count - 1)));
            assert!(shown.len() <= POINTS, "{} of {count}", shown.len());
            assert!(shown.windows(2).all(|pair| pair[0] < pair[1]));
        }
        assert_eq!(thinned(&points(240)).count(), 240);
        assert_eq!(thinned(&[]).count(), 0);
    }
}
