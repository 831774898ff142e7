//! The page of scores.

use super::page::{Head, Page};
use crate::output::{Meaning, counted, grouped};
use facts::Measured;
use pmat::tdg::{Card, Grade, Metric, TdgReport};

type Row = Vec<(String, Meaning)>;

/// Folders shown.
const FOLDERS: usize = 12;

/// Fills the page of a whole report.
pub fn fill(page: &mut Page, name: &str, report: &TdgReport, components: bool) {
    page.heading(format!("{name} ({})", report.tree));
    match &report.total {
        Measured::Missing(why) => page.line(format!("not graded: {why}"), Meaning::Warning),
        Measured::Value(card) => {
            let files = counted(report.graded_files, "file", "files");
            let lines = grouped(report.graded_lines);
            let line = format!("{} {} over {files}, {lines} lines of code", card.score, card.grade);
            page.line(line, meaning(card.grade));
            parts(page, card);
            left_out(page, card);
        }
    }
    let mut folders: Vec<_> = report.folders.iter().collect();
    // The lowest scores come first.
    folders.sort_by(|a, b| (a.card.score, &a.path).cmp(&(b.card.score, &b.path)));
    let shown = folders.len().min(FOLDERS);
    let rows = folders[..shown].iter().map(|folder| {
        let kind = folder.manifest.map_or_else(String::new, |manifest| format!(" ({manifest})"));
        let mut row = vec![figure(folder.lines), figure(folder.files as u64)];
        row.push(plain(format!("{}/{kind}", folder.path)));
        with_card(&folder.card, components, row)
    });
    let rows: Vec<Row> = rows.collect();
    if !rows.is_empty() {
        page.heading("Folders with the lowest scores");
        let own = [Head::Figure("Lines"), Head::Figure("Files"), Head::Path("Folder")];
        page.table(heads(components, &own), rows);
    }
    files(page, report, components);
    functions(page, report, components);
    not_graded(page, report);
}

fn files(page: &mut Page, report: &TdgReport, components: bool) {
    let rows: Vec<Row> = report
        .files
        .iter()
        .map(|file| {
            let partly = if file.partly_parsed { " (partly parsed)" } else { "" };
            let row = vec![
                plain(file.cost.to_string()),
                figure(file.lines),
                plain(format!("{}{partly}", file.path)),
            ];
            with_card(&file.card, components, row)
        })
        .collect();
    if !rows.is_empty() {
        page.heading("Files that cost the repository most points");
        page.table(
            heads(components, &[Head::Figure("Costs"), Head::Figure("Lines"), Head::Path("File")]),
            rows,
        );
    }
}

fn functions(page: &mut Page, report: &TdgReport, components: bool) {
    let rows: Vec<Row> = report
        .functions
        .iter()
        .map(|function| {
            let partly = if function.partly_parsed { " (partly parsed)" } else { "" };
            let row = vec![
                figure(function.lines),
                plain(format!("{}{partly}", function.name)),
                (format!("{}:{}", function.path, function.line), Meaning::Quiet),
            ];
            with_card(&function.card, components, row)
        })
        .collect();
    if !rows.is_empty() {
        page.heading("Functions that lose the most points");
        let own = [Head::Figure("Lines"), Head::Path("Function"), Head::Path("Where")];
        page.table(heads(components, &own), rows);
    }
}

/// The six metrics of a score.
pub fn parts(page: &mut Page, card: &Card) {
    let row = |metric: Metric| {
        let part = card.part(metric);
        let (points, most, share) = match part {
            Some(part) => {
                let share = 100.0 * part.points.value() / part.most.value().max(f64::MIN_POSITIVE);
                (part.points.to_string(), part.most.to_string(), format!("{share:.0} %"))
            }
            None => ("not measured".to_owned(), String::new(), String::new()),
        };
        vec![plain(metric.to_string()), plain(points), plain(most), plain(share)]
    };
    let mut rows: Vec<Row> = Metric::ALL.into_iter().map(row).collect();
    rows.push(vec![
        plain("together".to_owned()),
        (card.score.to_string(), meaning(card.grade)),
        plain(card.parts.iter().map(|part| part.most).sum::<pmat::tdg::Points>().to_string()),
        (card.grade.to_string(), meaning(card.grade)),
    ]);
    page.table(
        vec![Head::Text("Metric"), Head::Figure("Points"), Head::Figure("of"), Head::Figure("")],
        rows,
    );
}

/// Metrics that were left out of the weights, and why.
pub fn left_out(page: &mut Page, card: &Card) {
    for gap in &card.left_out {
        let lines = grouped(gap.lines);
        page.line(format!("{} left out on {lines} lines: {}", gap.metric, gap.why), Meaning::Quiet);
    }
}

fn not_graded(page: &mut Page, report: &TdgReport) {
    let partly = report.coverage.partly_parsed.len();
    if partly > 0 {
        let files = counted(partly, "file is", "files are");
        page.line(format!("{files} partly parsed: the scores hold for what could be read"), Meaning::Warning);
    }
    if !report.not_graded.is_empty() {
        let files = counted(report.not_graded.len(), "file or folder", "files or folders");
        page.line(format!("{files} not graded; JSON lists each with its reason"), Meaning::Quiet);
    }
}

/// Score and grade, the metrics if requested, then the row's own cells.
fn with_card(card: &Card, components: bool, own: Row) -> Row {
    let mut row =
        vec![(card.score.to_string(), Meaning::Plain), (card.grade.to_string(), meaning(card.grade))];
    if components {
        row.extend(Metric::ALL.map(|metric| match card.part(metric) {
            Some(part) => plain(part.points.to_string()),
            None => ("-".to_owned(), Meaning::Quiet),
        }));
    }
    row.extend(own);
    row
}

fn heads(components: bool, own: &[Head]) -> Vec<Head> {
    let mut heads = vec![Head::Figure("Score"), Head::Text("Grade")];
    if components {
        heads.extend(Metric::ALL.map(|metric| Head::Figure(metric.name())));
    }
    heads.extend(own);
    heads
}

fn plain(text: String) -> (String, Meaning) {
    (text, Meaning::Plain)
}

fn figure(number: u64) -> (String, Meaning) {
    plain(grouped(number))
}

/// Good from A- up, bad from D down.
pub fn meaning(grade: Grade) -> Meaning {
    match grade {
        _ if grade <= Grade::AMinus => Meaning::Good,
        _ if grade <= Grade::CMinus => Meaning::Warning,
        _ => Meaning::Bad,
    }
}

/// The grade and its parts as lines of text, for the overview.
pub fn grades_of(total: &Measured<Card>, screen: &crate::output::Screen) -> String {
    let mut page = Page::default();
    page.heading("Technical debt gradient");
    match total {
        Measured::Missing(why) => page.line(format!("not graded: {why}"), Meaning::Warning),
        Measured::Value(card) => {
            parts(&mut page, card);
            left_out(&mut page, card);
        }
    }
    page.human(screen)
}
