//! `batuta pmat tdg`: scores and grades, their components, and their changes.

mod comparison_page;
mod explanation_page;
pub(super) mod page;
mod report_page;

pub use report_page::grades_of;

use super::Outcome;
use crate::args::{GlobalArgs, SourceArgs, TdgArgs, TdgFormat};
use crate::failure::Failure;
use crate::output::{self, Destination, Screen};
use crate::source::Analysed;
use abilities::{Ability, ExplainTdg, Tdg};
use facts::Measured;
use page::Page;
use pmat::tdg::{self, Change, Grade, TdgComparison, TdgOptions, TdgReport};
use serde::Serialize;

/// Default number of rows on screen.
const FILES: usize = 10;
const FUNCTIONS: usize = 10;

/// Options for comparing two revisions.
const EVERY_FILE: TdgOptions = TdgOptions { top_functions: Some(0), top_files: None };

/// Grades the tree.
pub fn run(args: &TdgArgs, global: &GlobalArgs) -> anyhow::Result<Outcome> {
    let destination = Destination::from_option(args.output.output.as_deref());
    destination.check()?;
    let analysed = Analysed::open(&args.source, global, &destination)?;
    let asked = asked(args);
    let report = analysed.ask(&asked)?;
    let screen = Screen::of(&destination, global.color);
    if let Some(named) = &args.explain {
        let explanation = analysed.ask(&ExplainTdg { what: named.clone() })?;
        let text = written(args, &screen, ExplainTdg::ABOUT.report, &explanation, |page| {
            explanation_page::fill(page, &explanation, args);
        })?;
        destination.write(&text)?;
        return Ok(outcome(args, &analysed, &report, None));
    }
    let Some(revision) = &args.baseline else {
        let text = written(args, &screen, Tdg::ABOUT.report, &report, |page| {
            report_page::fill(page, &analysed.name(), &report, args.components);
        })?;
        destination.write(&text)?;
        return Ok(outcome(args, &analysed, &report, None));
    };
    let before = baseline(args, global, &analysed, revision)?;
    let (facts, inputs) = analysed.graded()?;
    let comparison = tdg::compare(&before, &tdg::score(&facts, &inputs).report(&EVERY_FILE));
    let text = written(args, &screen, "batuta/tdg-comparison/1", &comparison, |page| {
        comparison_page::fill(page, &analysed.name(), &comparison);
    })?;
    destination.write(&text)?;
    Ok(outcome(args, &analysed, &report, Some(&comparison)))
}

/// A report in the requested format.
fn written<T: Serialize>(
    args: &TdgArgs,
    screen: &Screen,
    schema: &str,
    report: &T,
    fill: impl FnOnce(&mut Page),
) -> anyhow::Result<String> {
    let mut page = Page::default();
    fill(&mut page);
    match args.format {
        TdgFormat::Json => output::json(schema, report),
        TdgFormat::Human => Ok(page.human(screen)),
        TdgFormat::Markdown => Ok(page.markdown()),
    }
}

/// The query, limited to as many rows as fit on a page.
fn asked(args: &TdgArgs) -> Tdg {
    let mut asked = args.asked.clone();
    if args.format != TdgFormat::Json {
        asked.top_files.get_or_insert(FILES);
        asked.top_functions.get_or_insert(FUNCTIONS);
    }
    asked
}

fn baseline(
    args: &TdgArgs,
    global: &GlobalArgs,
    analysed: &Analysed,
    revision: &str,
) -> anyhow::Result<TdgReport> {
    if analysed.git.is_none() {
        let what = format!("--baseline: {} is in no Git repository", analysed.path.display());
        return Err(Failure::new(what).help("leave out --baseline, or name a folder of a repository").into());
    }
    let source = SourceArgs { revision: Some(revision.to_owned()), staged: false, ..args.source.clone() };
    let before = Analysed::open(&source, global, &Destination::from_option(None))?;
    let (facts, inputs) = before.graded()?;
    Ok(tdg::score(&facts, &inputs).report(&EVERY_FILE))
}

fn outcome(
    args: &TdgArgs,
    analysed: &Analysed,
    report: &TdgReport,
    comparison: Option<&TdgComparison>,
) -> Outcome {
    let Measured::Value(card) = &report.total else {
        return Outcome::NotMeasured;
    };
    let of_gate = || analysed.config.own::<gates::rules::tdg::Settings>().min_grade;
    let least = args.min_grade.or_else(|| args.fail_on_violation.then(of_gate));
    let fell = |comparison: &TdgComparison| {
        let change = comparison.change.value();
        change.is_some_and(|change| change.as_hundredths() < 0) || worsened_below(comparison, args.min_grade)
    };
    let violated = least.is_some_and(|least| card.grade > least)
        || (args.fail_on_violation && comparison.is_some_and(fell));
    if violated { Outcome::Findings } else { Outcome::Fine }
}

/// True if a file is new or worse, and below the lowest allowed grade.
fn worsened_below(comparison: &TdgComparison, least: Option<Grade>) -> bool {
    let touched =
        comparison.files.iter().filter(|file| matches!(file.status, Change::New | Change::Worsened));
    let mut grades = touched.filter_map(|file| file.after.map(|after| after.grade));
    least.is_some_and(|least| grades.any(|grade| grade > least))
}
