//! A line chart of a figure over time, with marks for events.

use super::{Px, fitted};
use crate::when;
use maud::{Markup, html};
use serde::Serialize;
use std::fmt::Write;

/// The content of a chart.
#[derive(Debug, Clone, PartialEq)]
pub struct Chart {
    /// The name of the figure, used as the accessible name.
    pub name: String,
    /// The points, sorted by time.
    pub points: Vec<Point>,
    /// The events, sorted by time.
    pub marks: Vec<Mark>,
}

/// The figure of one commit.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    /// The time in seconds since the epoch.
    pub time: i64,
    /// The figure, or none if it was not measured. The line has a gap there.
    pub value: Option<f64>,
    /// The text shown on hover.
    pub title: String,
}

/// An event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// The time in seconds since the epoch.
    pub time: i64,
    /// A short description.
    pub label: String,
    /// The kind of event.
    pub kind: MarkKind,
}

/// The kind of event that a [`Mark`] marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum MarkKind {
    /// A tag, usually a release.
    Tag,
    /// The gate failed after it had passed.
    GateFailed,
    /// The gate passed after it had failed.
    GatePassed,
}

impl MarkKind {
    fn class(self) -> &'static str {
        match self {
            MarkKind::Tag => "mark tag",
            MarkKind::GateFailed => "mark bad",
            MarkKind::GatePassed => "mark good",
        }
    }
}

/// The chart as numbers, for a script that redraws it.
#[derive(Debug, Serialize)]
struct Data<'a> {
    times: Vec<i64>,
    values: Vec<Option<f64>>,
    marks: Vec<(i64, &'a str, MarkKind)>,
}

impl Chart {
    /// The chart as JSON: times, values (null where missing), marks.
    pub fn json(&self) -> String {
        let data = Data {
            times: self.points.iter().map(|point| point.time).collect(),
            values: self.points.iter().map(|point| point.value).collect(),
            marks: self.marks.iter().map(|mark| (mark.time, mark.label.as_str(), mark.kind)).collect(),
        };
        facts::visible::json::to_string(&data).expect("numbers and strings can be written as JSON")
    }
}

const WIDTH: f64 = 560.0;
const HEIGHT: f64 = 190.0;
const LEFT: f64 = 52.0;
const RIGHT: f64 = 14.0;
const TOP: f64 = 20.0;
const BOTTOM: f64 = 24.0;
/// Above this many points no dots are drawn, since the line alone is easier to read.
const DOTS: usize = 60;

/// Maps times and figures to positions in the picture.
struct Scale {
    first: i64,
    last: i64,
    low: f64,
    high: f64,
}

impl Scale {
    fn x(&self, time: i64) -> f64 {
        let all = (self.last - self.first) as f64;
        let part = if all > 0.0 { (time - self.first) as f64 / all } else { 0.5 };
        LEFT + part * (WIDTH - LEFT - RIGHT)
    }

    fn y(&self, value: f64) -> f64 {
        HEIGHT - BOTTOM - (value - self.low) / (self.high - self.low) * (HEIGHT - TOP - BOTTOM)
    }
}

/// Draws a chart; nothing when it has no point with a value.
pub fn draw(chart: &Chart) -> Option<Markup> {
    let values: Vec<f64> =
        chart.points.iter().filter_map(|point| point.value).filter(|v| v.is_finite()).collect();
    let (first, last) = (chart.points.first()?.time, chart.points.last()?.time);
    let lowest = values.iter().copied().reduce(f64::min)?;
    let highest = values.iter().copied().reduce(f64::max)?;
    let steps = steps(lowest, highest);
    let (low, high) = (*steps.first()?, *steps.last()?);
    let scale = Scale { first, last: last.max(first), low, high };
    let dots = values.len() <= DOTS;
    Some(html! {
        svg.line-chart viewBox={ "0 0 " (Px(WIDTH)) " " (Px(HEIGHT)) } role="img" aria-label=(chart.name)
            xmlns="http://www.w3.org/2000/svg" {
            (figures(&steps, &scale))
            (days(&scale))
            (marks(&chart.marks, &scale))
            path.line d=(line(&chart.points, &scale)) fill="none" {}
            @for point in chart.points.iter().filter(|_| dots) {
                @if let Some(value) = point.value.filter(|value| value.is_finite()) {
                    circle.dot cx=(Px(scale.x(point.time))) cy=(Px(scale.y(value))) r="3" {
                        title { (point.title) }
                    }
                }
            }
        }
    })
}

/// The line, interrupted where a value is missing.
fn line(points: &[Point], scale: &Scale) -> String {
    let mut path = String::new();
    let mut pen_down = false;
    for point in points {
        match point.value.filter(|value| value.is_finite()) {
            Some(value) => {
                let letter = if pen_down { 'L' } else { 'M' };
                // Writing to a string cannot fail.
                let _ = write!(path, "{letter}{} {}", Px(scale.x(point.time)), Px(scale.y(value)));
                pen_down = true;
            }
            None => pen_down = false,
        }
    }
    path
}

fn figures(steps: &[f64], scale: &Scale) -> Markup {
    html! {
        @for step in steps {
            @let y = scale.y(*step);
            line.grid x1=(Px(LEFT)) x2=(Px(WIDTH - RIGHT)) y1=(Px(y)) y2=(Px(y)) {}
            text.axis x=(Px(LEFT - 6.0)) y=(Px(y + 4.0)) text-anchor="end" { (short(*step)) }
        }
    }
}

/// First, middle and last day.
fn days(scale: &Scale) -> Markup {
    let middle = scale.first + (scale.last - scale.first) / 2;
    let all = [(scale.first, "start"), (middle, "middle"), (scale.last, "end")];
    let one = [(scale.first, "middle")];
    let shown: &[(i64, &str)] = if scale.first == scale.last { &one } else { &all };
    html! {
        @for (time, anchor) in shown {
            text.axis x=(Px(scale.x(*time))) y=(Px(HEIGHT - 6.0)) text-anchor=(anchor) { (when::day(*time)) }
        }
    }
}

/// A vertical line for each mark, with its label above if there is room.
fn marks(marks: &[Mark], scale: &Scale) -> Markup {
    let inside: Vec<&Mark> =
        marks.iter().filter(|mark| (scale.first..=scale.last).contains(&mark.time)).collect();
    let mut free_from = 0.0;
    let label = |mark: &Mark, free_from: &mut f64| {
        let x = scale.x(mark.time);
        let text = fitted(&mark.label, 84.0, 10.0)?;
        let width = text.chars().count() as f64 * 6.0;
        let start = (x - width / 2.0).clamp(0.0, WIDTH - width);
        (start >= *free_from).then(|| {
            *free_from = start + width + 6.0;
            (start, text)
        })
    };
    html! {
        @for mark in inside {
            @let x = scale.x(mark.time);
            g class=(mark.kind.class()) {
                title { (mark.label) ", " (when::day(mark.time)) }
                line x1=(Px(x)) x2=(Px(x)) y1=(Px(TOP - 4.0)) y2=(Px(HEIGHT - BOTTOM)) {}
                @if let Some((start, text)) = label(mark, &mut free_from) {
                    text x=(Px(start)) y=(Px(TOP - 8.0)) { (text) }
                }
            }
        }
    }
}

/// Round axis values that cover the range. The step is 1, 2 or 5 times a power of ten.
fn steps(lowest: f64, highest: f64) -> Vec<f64> {
    let spread = highest - lowest;
    let spread = if spread > 0.0 { spread } else { (highest.abs() * 0.1).max(1.0) };
    let rough = spread / 4.0;
    let power = 10_f64.powf(rough.log10().floor());
    let factor = [1.0, 2.0, 5.0, 10.0].into_iter().find(|factor| factor * power >= rough).unwrap_or(10.0);
    let step = factor * power;
    let first = (lowest / step).floor() as i64;
    let last = ((highest / step).ceil() as i64).max(first + 1);
    (first..=last).map(|nth| nth as f64 * step).collect()
}

/// A number on an axis. Thousands and millions are abbreviated with a letter.
fn short(value: f64) -> String {
    let (scaled, letter) = match value.abs() {
        size if size >= 1e6 => (value / 1e6, "M"),
        size if size >= 1e4 => (value / 1e3, "k"),
        _ => (value, ""),
    };
    let text = format!("{scaled:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    format!("{}{letter}", if text == "-0" { "0" } else { text })
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400;

    fn chart(values: &[Option<f64>]) -> Chart {
        let point = |(nth, value): (usize, &Option<f64>)| Point {
            time: nth as i64 * DAY,
            value: *value,
            title: format!("day {nth}"),
        };
        Chart {
            name: "Lines".to_owned(),
            points: values.iter().enumerate().map(point).collect(),
            marks: vec![
                Mark { time: DAY, label: "v<1>".to_owned(), kind: MarkKind::Tag },
                Mark { time: -DAY, label: "before".to_owned(), kind: MarkKind::GateFailed },
            ],
        }
    }

    #[test]
    fn steps_are_round_and_hold_all_values() {
        assert_eq!(steps(0.0, 100.0), [0.0, 50.0, 100.0]);
        assert_eq!(steps(12.0, 48.0), [10.0, 20.0, 30.0, 40.0, 50.0]);
        assert_eq!(steps(5.0, 5.0), [5.0, 5.5]);
        assert_eq!(steps(0.0, 0.0), [0.0, 0.5]);
    }

    #[test]
    fn the_line_runs_from_corner_to_corner_of_the_plot() {
        let drawn = draw(&chart(&[Some(0.0), Some(100.0)])).expect("there are values").into_string();
        assert!(drawn.contains("d=\"M52 166L546 20\""), "{drawn}");
        assert!(drawn.contains("1970-01-01") && drawn.contains("1970-01-02"));
    }

    #[test]
    fn what_was_not_measured_is_a_gap() {
        let drawn = draw(&chart(&[Some(0.0), None, Some(100.0)])).expect("there are values").into_string();
        assert!(drawn.contains("d=\"M52 166M546 20\""), "{drawn}");
        assert_eq!(drawn.matches("<circle").count(), 2);
        assert!(draw(&chart(&[None, None])).is_none());
        assert!(draw(&chart(&[])).is_none());
    }

    #[test]
    fn marks_are_escaped_and_those_outside_left_out() {
        let drawn = draw(&chart(&[Some(1.0), Some(2.0)])).expect("there are values").into_string();
        assert!(drawn.contains("v&lt;1&gt;") && !drawn.contains("before"), "{drawn}");
    }

    #[test]
    fn one_point_is_a_chart() {
        let drawn = draw(&chart(&[Some(7.0)])).expect("there is a value").into_string();
        assert!(drawn.contains("<circle") && !drawn.contains("NaN"), "{drawn}");
    }

    #[test]
    fn numbers_on_the_axis_are_short() {
        assert_eq!(
            [0.0, -0.001, 0.25, 9_500.0, 12_000.0, 2_500_000.0].map(short),
            ["0", "0", "0.25", "9500", "12k", "2.5M"]
        );
    }

    #[test]
    fn the_data_for_scripts_are_those_of_the_picture() {
        let json = chart(&[Some(1.5), None]).json();
        assert_eq!(
            json,
            r#"{"times":[0,86400],"values":[1.5,null],"marks":[[86400,"v<1>","tag"],[-86400,"before","gate-failed"]]}"#
        );
    }
}
