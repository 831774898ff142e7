//! The page that explains a score.

use super::page::{Head, Page};
use super::report_page::{left_out, meaning, parts};
use crate::args::TdgArgs;
use crate::output::Meaning;
use clones::LineRange;
use pmat::tdg::{Cause, Explanation, Improvement, Loss, Within};

/// Default number of rows per table.
const ROWS: usize = 15;
/// Line ranges per row.
const RANGES: usize = 4;
/// Other files named per figure.
const OTHERS: usize = 3;

/// Fills the page.
pub fn fill(page: &mut Page, explanation: &Explanation, args: &TdgArgs) {
    let card = &explanation.card;
    page.heading(title(&explanation.within));
    page.line(format!("{} {}", card.score, card.grade), meaning(card.grade));
    parts(page, card);
    left_out(page, card);
    let rows = match args.asked.top_functions.or(args.asked.top_files) {
        Some(0) => usize::MAX,
        Some(rows) => rows,
        None => ROWS,
    };
    let all = explanation.losses.len();
    if all > 0 {
        page.heading("What costs points");
        let losses = explanation.losses.iter().take(rows).map(|loss| loss_row(loss, &explanation.within));
        page.table(
            vec![Head::Figure("Costs"), Head::Text("Metric"), Head::Path("Where"), Head::Sentence("Why")],
            losses.collect(),
        );
        more(page, all, rows);
    }
    improvements(page, explanation, rows);
}

fn improvements(page: &mut Page, explanation: &Explanation, rows: usize) {
    let all = explanation.improvements.len();
    if all > 0 {
        page.heading("What would raise the score, each by itself");
        let improvements = explanation.improvements.iter().take(rows);
        page.table(
            vec![Head::Figure("Gains"), Head::Path("Where"), Head::Sentence("What")],
            improvements.map(|found| improvement_row(found, &explanation.within)).collect(),
        );
        more(page, all, rows);
    }
    let Some(next) = &explanation.next_grade else { return };
    let missing = format!("{} is {} points away", next.grade, next.missing);
    let way = match next.improvements {
        Some(1) => format!("the first of these reaches {}", next.score),
        Some(count) => format!("the first {count} of these together reach {}", next.score),
        None => format!("all of these together reach {}", next.score),
    };
    page.line(format!("{missing}: {way}"), Meaning::Plain);
}

fn more(page: &mut Page, all: usize, rows: usize) {
    if all > rows {
        page.line(format!("and {} more; --top-files 0 shows all", all - rows), Meaning::Quiet);
    }
}

fn title(within: &Within) -> String {
    match within {
        Within::Repository => "The repository".to_owned(),
        Within::Folder { path } => format!("{path}/"),
        Within::File { path } => path.to_string(),
        Within::Function { path, name, line, .. } => format!("{name} ({path}:{line})"),
    }
}

fn loss_row(loss: &Loss, within: &Within) -> Vec<(String, Meaning)> {
    let causes: Vec<String> = loss
        .causes
        .iter()
        .map(|cause| match cause.free > 0.0 {
            true => {
                format!("{} {} (free up to {}){}", cause.figure, cause.value, cause.free, others(cause))
            }
            false => format!("{} {}{}", cause.value, cause.figure, others(cause)),
        })
        .collect();
    vec![
        (points(loss.cost), Meaning::Plain),
        (loss.metric.to_string(), Meaning::Plain),
        (place(&loss.path.to_string(), loss.function.as_deref(), &loss.lines, within), Meaning::Quiet),
        (causes.join(", "), Meaning::Plain),
    ]
}

/// The first few of the other files involved.
fn others(cause: &Cause) -> String {
    let named: Vec<String> = cause.others.iter().take(OTHERS).map(ToString::to_string).collect();
    let more = if cause.others.len() > OTHERS { ", …" } else { "" };
    if named.is_empty() { String::new() } else { format!(": {}{more}", named.join(", ")) }
}

fn improvement_row(found: &Improvement, within: &Within) -> Vec<(String, Meaning)> {
    let changes: Vec<String> = found
        .changes
        .iter()
        .map(|change| format!("{} {} → {}", change.figure, change.from, change.to))
        .collect();
    vec![
        (format!("+{}", points(found.gain)), Meaning::Good),
        (place(&found.path.to_string(), found.function.as_deref(), &found.lines, within), Meaning::Quiet),
        (format!("{}: {}", found.advice, changes.join(", ")), Meaning::Plain),
    ]
}

/// Points, with as many digits as a small part of a large repository needs.
fn points(points: f64) -> String {
    if points >= 0.01 { format!("{points:.2}") } else { format!("{points:.4}") }
}

fn place(path: &str, function: Option<&str>, lines: &[LineRange], within: &Within) -> String {
    let ranges: Vec<String> = lines.iter().take(RANGES).map(range).collect();
    let more = if lines.len() > RANGES { ", …" } else { "" };
    let lines = format!("{}{more}", ranges.join(", "));
    let path = match within {
        Within::File { .. } | Within::Function { .. } => "",
        Within::Repository | Within::Folder { .. } => path,
    };
    let place = match (path.is_empty(), lines.is_empty()) {
        (true, true) => "the file".to_owned(),
        (true, false) => format!("lines {lines}"),
        (false, true) => path.to_owned(),
        (false, false) => format!("{path}:{lines}"),
    };
    function.map_or(place.clone(), |function| format!("{function} ({place})"))
}

fn range(range: &LineRange) -> String {
    match range.first == range.last {
        true => range.first.to_string(),
        false => format!("{}-{}", range.first, range.last),
    }
}
