use super::Outcome;
use super::not_measured::not_measured;
use crate::args::{GlobalArgs, ReportFormat, SatdArgs};
use crate::output::{self, Cell, Column, Destination, Meaning, Screen, Table, counted, word};
use crate::source::Analysed;
use abilities::Satd;
use facts::Measured;
use pmat::satd::{Age, SatdItem, SatdReport, Severity};

/// Lists self-admitted technical debt in comments.
pub fn run(args: &SatdArgs, global: &GlobalArgs) -> anyhow::Result<Outcome> {
    let destination = Destination::from_option(args.output.output.as_deref());
    destination.check()?;
    let analysed = Analysed::open(&args.source, global, &destination)?;
    let report = analysed.ask(&args.asked)?;
    let text = match args.format {
        ReportFormat::Json => output::report::<Satd>(&report)?,
        ReportFormat::Human => human(&report, &Screen::of(&destination, global.color)),
    };
    destination.write(&text)?;
    Ok(if args.fail_on_violation && report.total > 0 { Outcome::Findings } else { Outcome::Fine })
}

fn human(report: &SatdReport, screen: &Screen) -> String {
    let blamed = report.items.iter().any(|item| item.written.is_some());
    let mut columns = vec![Column::text("Severity"), Column::text("Category"), Column::path("Where")];
    if blamed {
        columns.extend([Column::text("Author"), Column::figure("Days")]);
    }
    columns.push(Column::sentence("What"));
    let mut table = Table::new(columns);
    let mut items: Vec<&SatdItem> = report.items.iter().collect();
    // Stable sort: within a severity, the report's order by place is kept.
    items.sort_by_key(|item| std::cmp::Reverse(item.severity));
    for item in items {
        table.row(row(item, blamed));
    }
    let mut text = String::new();
    if report.total > 0 {
        text = format!("{}\n", table.render(screen));
    }
    text.push_str(&format!("{}\n", totals(report)));
    if let Some(why) = &report.not_attributed {
        let why = format!("authors and ages are not known: {why}");
        text.push_str(&format!("{}\n", screen.painter.paint(Meaning::Warning, &why)));
    }
    text + &not_measured(&report.coverage, usize::MAX, screen)
}

fn row(item: &SatdItem, blamed: bool) -> Vec<Cell> {
    let mut row = vec![
        Cell::meaning(word(&item.severity), severity_meaning(item.severity)),
        Cell::new(word(&item.category)),
        Cell::new(format!("{}:{}", item.path, item.line)),
    ];
    if blamed {
        row.extend(match &item.written {
            Some(Measured::Value(Age { author, days, .. })) => [Cell::new(author), (*days).into()],
            Some(Measured::Missing(why)) => [Cell::meaning(why, Meaning::Quiet), Cell::new("")],
            None => [Cell::new(""), Cell::new("")],
        });
    }
    row.push(Cell::new(&item.text));
    row
}

/// The colour of a severity.
pub fn severity_meaning(severity: Severity) -> Meaning {
    match severity {
        Severity::Critical | Severity::High => Meaning::Bad,
        Severity::Medium => Meaning::Warning,
        Severity::Low => Meaning::Plain,
    }
}

/// `12 items in 5 files: 1 critical, 3 high, 8 low; .8 per 1,000 lines`
pub fn totals(report: &SatdReport) -> String {
    let items = counted(report.total, "item", "items");
    if report.total == 0 {
        let comments = counted(report.comments, "comment", "comments");
        return format!("no self-admitted technical debt in {comments}");
    }
    let severities: Vec<String> = report
        .by_severity
        .iter()
        .filter(|count| count.count > 0)
        .map(|count| format!("{} {}", count.count, word(&count.name)))
        .collect();
    let density = match &report.density {
        Measured::Value(density) => format!("{density:.1} per 1,000 lines of code"),
        Measured::Missing(why) => format!("density not measured: {why}"),
    };
    let files = counted(report.files_with_items, "file", "files");
    format!("{items} in {files}: {}; {density}", severities.join(", "))
}
