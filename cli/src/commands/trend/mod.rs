//! `batuta history` and `batuta blame-metric`: figures of past commits, and who changed them.

mod blame_page;
mod csv;
mod history_page;
mod sparkline;

use super::Outcome;
use super::tdg::page::Page;
use crate::args::{BlameMetricArgs, GlobalArgs, HistoryArgs, HistoryFormat, ReportFormat};
use crate::failure::Failure;
use crate::output::{self, Destination, Screen};
use crate::source::Analysed;
use abilities::{BlameMetric, History, Range};
use pmat::trend::Blame;
use std::path::Path;

/// Default number of changes on screen.
const CHANGES: usize = 20;

/// Shows the figures of a series of commits.
pub fn history(args: &HistoryArgs, global: &GlobalArgs) -> anyhow::Result<Outcome> {
    let destination = Destination::from_option(args.output.output.as_deref());
    destination.check()?;
    let metrics = args.asked.metrics().map_err(Failure::from)?;
    let path = args.place.path.as_deref().or(args.place.named_path.as_deref());
    let analysed = open(path, &args.asked.range, global)?;
    let report = analysed.ask(&args.asked)?;
    let text = match args.format {
        HistoryFormat::Json => output::report::<History>(&report)?,
        HistoryFormat::Csv => csv::of(&report.trend, &metrics),
        HistoryFormat::Human | HistoryFormat::Markdown => {
            let mut page = Page::default();
            history_page::fill(&mut page, &analysed.name(), &report.trend, &metrics, args.rows);
            match args.format {
                HistoryFormat::Markdown => page.markdown(),
                _ => page.human(&Screen::of(&destination, global.color)),
            }
        }
    };
    destination.write(&text)?;
    Ok(Outcome::Fine)
}

/// Shows which commits and authors changed a metric.
pub fn blame_metric(args: &BlameMetricArgs, global: &GlobalArgs) -> anyhow::Result<Outcome> {
    let destination = Destination::from_option(args.output.output.as_deref());
    destination.check()?;
    let metric = args.asked.known_metric().map_err(Failure::from)?;
    let path = args.path.as_deref().or(args.named_path.as_deref());
    let analysed = open(path, &args.asked.range, global)?;
    let text = match args.format {
        ReportFormat::Json => output::report::<BlameMetric>(&analysed.ask(&args.asked)?)?,
        ReportFormat::Human => {
            let mut blame =
                analysed.with_terminal(|session, terminal| args.asked.in_full(session, terminal))?;
            let changed = blame.commits.len();
            shorten(&mut blame, args.asked.top);
            let mut page = Page::default();
            blame_page::fill(&mut page, metric, &blame, changed);
            page.human(&Screen::of(&destination, global.color))
        }
    };
    destination.write(&text)?;
    Ok(Outcome::Fine)
}

/// Cuts the report to what fits on a screen.
fn shorten(blame: &mut Blame, top: Option<usize>) {
    let most = match top {
        Some(0) => usize::MAX,
        Some(top) => top,
        None => CHANGES,
    };
    blame.commits.truncate(most);
    blame.authors.truncate(most);
}

/// Opens the last commit of a history. Without a path, of the current folder's repository.
fn open(path: Option<&Path>, range: &Range, global: &GlobalArgs) -> anyhow::Result<Analysed> {
    let until = range.until.as_deref().unwrap_or("HEAD");
    Analysed::open_revision(path.unwrap_or(Path::new(".")), until, global)
}
