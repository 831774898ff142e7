//! A history as comma-separated values (RFC 4180).

use facts::calendar::date;
use pmat::trend::{Metric, Point, Trend};
use std::borrow::Cow;

/// One line for each point, the oldest first. What was not measured is empty.
pub fn of(trend: &Trend, metrics: &[&'static Metric]) -> String {
    let mut text = String::from("commit,date,time,commit_time,tags,author,email,summary");
    for metric in metrics {
        text.push(',');
        text.push_str(metric.id);
    }
    text.push_str("\r\n");
    for point in &trend.points {
        line(&mut text, point, metrics);
    }
    text
}

fn line(text: &mut String, point: &Point, metrics: &[&'static Metric]) {
    let tags = point.tags.join(" ");
    let known = [
        point.commit.to_string(),
        date(point.time),
        point.time.to_string(),
        point.commit_time.to_string(),
        quoted(&tags).into_owned(),
        quoted(&point.author).into_owned(),
        quoted(&point.email).into_owned(),
        quoted(&point.summary).into_owned(),
    ];
    text.push_str(&known.join(","));
    for metric in metrics {
        text.push(',');
        if let Some(value) = point.figures.value(metric).value() {
            text.push_str(&value.to_string());
        }
    }
    text.push_str("\r\n");
}

/// In quotation marks where it holds what separates values.
fn quoted(text: &str) -> Cow<'_, str> {
    match text.contains([',', '"', '\n', '\r']) {
        true => Cow::Owned(format!("\"{}\"", text.replace('"', "\"\""))),
        false => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn what_separates_values_is_quoted() {
        assert_eq!(quoted("plain words"), "plain words");
        assert_eq!(quoted("a, \"b\""), "\"a, \"\"b\"\"\"");
        assert_eq!(quoted("a\rb"), "\"a\rb\"");
    }
}
