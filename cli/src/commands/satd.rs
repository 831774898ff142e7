use super::Outcome;
use super::not_measured::not_measured;
use crate::args::{GlobalArgs, ReportFormat, SatdArgs};
use crate::failure::Failure;
use crate::output::{self, Cell, Column, Destination, Meaning, Screen, Table, counted, word};
use crate::source::Analysed;
use facts::Measured;
use facts::model::RepoPath;
use facts::source::{BlamedCommit, GitContext, SourceError, Which};
use pmat::satd::{Age, Attribution, Blame, Mode, SatdItem, SatdOptions, SatdReport, Severity, analyze};
use std::sync::Arc;

/// Lists the technical debt that comments admit to.
pub fn run(args: &SatdArgs, global: &GlobalArgs) -> anyhow::Result<Outcome> {
    let destination = Destination::from_option(args.output.output.as_deref());
    destination.check()?;
    let analysed = Analysed::open(&args.source, global, &destination)?;
    let facts = analysed.measure(SatdOptions::SECTIONS)?;
    let mode = if args.strict { Mode::Strict } else { Mode::Full };
    let detector = args.detector.into();
    let report = match args.blame {
        false => analyze(&facts, &SatdOptions { mode, detector, attribution: None }),
        true => {
            let (git, at) = history(&analysed)?;
            let blame = |path: &RepoPath| blame(git, &analysed.which, path);
            let blame: &Blame<'_> = &blame;
            analyze(&facts, &SatdOptions { mode, detector, attribution: Some(Attribution { blame, at }) })
        }
    };
    let text = match args.format {
        ReportFormat::Json => output::json("batuta/satd/1", &report)?,
        ReportFormat::Human => human(&report, &Screen::of(&destination, global.color)),
    };
    destination.write(&text)?;
    Ok(if args.fail_on_violation && report.total > 0 { Outcome::Findings } else { Outcome::Fine })
}

/// The repository that knows who wrote what, and the time of the analysed commit.
fn history(analysed: &Analysed) -> anyhow::Result<(&GitContext, i64)> {
    let Some(git) = &analysed.git else {
        return Err(Failure::new(format!("--blame: {} is in no Git repository", analysed.path.display()))
            .help("leave --blame away, or name a folder of a repository")
            .into());
    };
    let revision = match &analysed.which {
        Which::Revision(revision) => revision,
        Which::WorkTree | Which::Index => "HEAD",
    };
    let at = git
        .commit_time(revision)
        .map_err(|error| Failure::new("--blame: the history cannot be read").why(error))?;
    Ok((git, at))
}

fn blame(
    git: &GitContext,
    which: &Which,
    path: &RepoPath,
) -> Result<Vec<Option<Arc<BlamedCommit>>>, SourceError> {
    match which {
        Which::WorkTree => git.blame_work_tree(path),
        Which::Revision(revision) => Ok(git.blame(path, revision)?.into_iter().map(Some).collect()),
        Which::Index => {
            Err(SourceError::new("lines are blamed in the work tree or a revision, not in the index"))
        }
    }
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
    // Stable: within a severity the order stays that of the report, by place.
    items.sort_by_key(|item| std::cmp::Reverse(item.severity));
    for item in items {
        table.row(row(item, blamed));
    }
    let mut text = String::new();
    if report.total > 0 {
        text = format!("{}\n", table.render(screen));
    }
    text.push_str(&format!("{}\n", totals(report)));
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
        return format!("no technical debt admitted in {comments}");
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
