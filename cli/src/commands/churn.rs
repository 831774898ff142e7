use super::Outcome;
use crate::args::{ChurnArgs, GlobalArgs, ReportFormat};
use crate::output::{self, Cell, Column, Destination, Meaning, Screen, Table, counted, grouped};
use crate::source::Analysed;
use abilities::Churn;
use facts::Measured;
use pmat::churn::ChurnReport;

/// Rows on screen unless asked for.
const FILES: usize = 10;
const AUTHORS: usize = 5;

/// Counts recent changes.
pub fn run(args: &ChurnArgs, global: &GlobalArgs) -> anyhow::Result<Outcome> {
    let destination = Destination::from_option(args.output.output.as_deref());
    destination.check()?;
    let analysed = Analysed::open(&args.source, global, &destination)?;
    let mut asked = args.asked.clone();
    if args.format == ReportFormat::Human {
        asked.top_files.get_or_insert(FILES);
    }
    let report = analysed.ask(&asked)?;
    let text = match args.format {
        ReportFormat::Json => output::report::<Churn>(&report)?,
        ReportFormat::Human => human(&report, &Screen::of(&destination, global.color)),
    };
    destination.write(&text)?;
    Ok(Outcome::Fine)
}

fn human(report: &ChurnReport, screen: &Screen) -> String {
    let mut files = Table::new([
        Column::figure("Commits"),
        Column::figure("Added"),
        Column::figure("Removed"),
        Column::figure("Per line"),
        Column::figure("Authors"),
        Column::figure("Days ago"),
        Column::path("File"),
    ]);
    for file in &report.files {
        let relative = match &file.relative_churn {
            Measured::Value(relative) => Cell::new(format!("{relative:.2}")),
            Measured::Missing(_) => Cell::meaning("-", Meaning::Quiet),
        };
        files.row([
            file.commits.into(),
            Cell::new(grouped(file.added)),
            Cell::new(grouped(file.removed)),
            relative,
            file.authors.into(),
            file.days_since_change.into(),
            Cell::new(file.path.to_string()),
        ]);
    }
    let mut authors = Table::new([
        Column::figure("Commits"),
        Column::figure("Added"),
        Column::figure("Removed"),
        Column::text("Author"),
    ]);
    for author in report.authors.iter().take(AUTHORS) {
        let bot = if author.bot { " (bot)" } else { "" };
        authors.row([
            author.commits.into(),
            Cell::new(grouped(author.added)),
            Cell::new(grouped(author.removed)),
            Cell::new(format!("{}{bot}", author.name)),
        ]);
    }
    format!("{}\n{}\n{}\n", files.render(screen), authors.render(screen), totals(report))
}

fn totals(report: &ChurnReport) -> String {
    let merges = match report.merges {
        0 => String::new(),
        merges => format!(" ({})", counted(merges, "merge", "merges")),
    };
    let bots = match report.bot_commits_left_out {
        0 => String::new(),
        bots => format!("; {} of bots left out", counted(bots, "commit", "commits")),
    };
    format!(
        "{}{merges} by {} changed {}: {} lines added, {} removed; {}{bots}",
        counted(report.commits, "commit", "commits"),
        counted(report.authors.len(), "author", "authors"),
        counted(report.files_changed, "file", "files"),
        grouped(report.added),
        grouped(report.removed),
        report.window,
    )
}
