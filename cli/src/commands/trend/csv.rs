//! A history as comma-separated values (RFC 4180). Untrusted text is escaped for terminals and spreadsheets.

use facts::calendar::date;
use facts::visible::csv::cell;
use pmat::trend::{Metric, Point, Trend};

/// One line per point, oldest first. Values that were not measured are empty.
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
        cell(&tags, ',').into_owned(),
        cell(&point.author, ',').into_owned(),
        cell(&point.email, ',').into_owned(),
        cell(&point.summary, ',').into_owned(),
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
