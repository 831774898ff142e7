//! `batuta pmat tdg`: scores and grades, what they are made of, what changed.

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
use facts::{Measured, RepoFacts, Sections};
use page::Page;
use pmat::tdg::{
    self, Card, Change, Grade, NotFound, TdgComparison, TdgDetails, TdgInputs, TdgOptions, TdgReport,
};
use serde::Serialize;

/// Rows on screen unless asked for.
const FILES: usize = 10;
const FUNCTIONS: usize = 10;

/// The rule that knows the lowest grade the gate allows.
const RULE: &str = "tdg";

/// Grades the tree.
pub fn run(args: &TdgArgs, global: &GlobalArgs) -> anyhow::Result<Outcome> {
    let destination = Destination::from_option(args.output.output.as_deref());
    destination.check()?;
    let analysed = Analysed::open(&args.source, global, &destination)?;
    let (facts, inputs) = measure(&analysed)?;
    let scored = tdg::score(&facts, &inputs);
    let report = scored.report(&options(args));
    let screen = Screen::of(&destination, global.color);
    if let Some(named) = &args.explain {
        let details = details(&analysed, &facts)?;
        let within = tdg::find(&facts, named, &analysed.path_in_tree(named))
            .map_err(|not_found| not_found_failure(named, &not_found))?;
        let Some(explanation) = tdg::explain(&scored, &details, &within) else {
            return Err(no_score(named, &report).into());
        };
        let text = written(args, &screen, "batuta/tdg-explanation/1", &explanation, |page| {
            explanation_page::fill(page, &explanation, args);
        })?;
        destination.write(&text)?;
        return Ok(outcome(args, &analysed, &report, None));
    }
    let Some(revision) = &args.baseline else {
        let text = written(args, &screen, "batuta/tdg/1", &report, |page| {
            report_page::fill(page, &analysed.name(), &report, args.components);
        })?;
        destination.write(&text)?;
        return Ok(outcome(args, &analysed, &report, None));
    };
    let before = baseline(args, global, &analysed, revision)?;
    let comparison =
        tdg::compare(&before, &scored.report(&TdgOptions { top_functions: Some(0), top_files: None }));
    let text = written(args, &screen, "batuta/tdg-comparison/1", &comparison, |page| {
        comparison_page::fill(page, &analysed.name(), &comparison);
    })?;
    destination.write(&text)?;
    Ok(outcome(args, &analysed, &report, Some(&comparison)))
}

/// A report in the format that was asked for.
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

fn options(args: &TdgArgs) -> TdgOptions {
    let on_screen = args.format != TdgFormat::Json;
    let rows = |asked: Option<usize>, default| match asked {
        Some(0) => None,
        Some(rows) => Some(rows),
        None => on_screen.then_some(default),
    };
    TdgOptions { top_files: rows(args.top_files, FILES), top_functions: rows(args.top_functions, FUNCTIONS) }
}

/// The facts that scores are made from: without any section where the rest is remembered.
pub fn measure(analysed: &Analysed) -> anyhow::Result<(RepoFacts, TdgInputs)> {
    if analysed.cache().is_none() {
        let facts = analysed.measure(tdg::SECTIONS)?;
        let inputs = inputs(analysed, &facts);
        return Ok((facts, inputs));
    }
    let facts = analysed.measure(Sections::default())?;
    let inputs = remembered_inputs(analysed, &facts)?;
    Ok((facts, inputs))
}

/// What scores need besides the facts: remembered, or made from facts with all sections.
pub fn remembered_inputs(analysed: &Analysed, facts: &RepoFacts) -> anyhow::Result<TdgInputs> {
    analysed.remembered(tdg::INPUTS, facts, || Ok(inputs(analysed, &in_full(analysed, facts)?)))
}

/// The repository's score, from facts that may hold any sections.
pub fn total(analysed: &Analysed, facts: &RepoFacts) -> anyhow::Result<Measured<Card>> {
    let inputs = remembered_inputs(analysed, facts)?;
    Ok(tdg::score(facts, &inputs).total())
}

fn inputs(analysed: &Analysed, facts: &RepoFacts) -> TdgInputs {
    TdgInputs::measure(analysed.tree.as_ref(), facts)
}

fn details(analysed: &Analysed, facts: &RepoFacts) -> anyhow::Result<TdgDetails> {
    analysed.remembered(tdg::DETAILS, facts, || {
        Ok(TdgDetails::measure(analysed.tree.as_ref(), &in_full(analysed, facts)?))
    })
}

/// The same facts with every section.
fn in_full(analysed: &Analysed, facts: &RepoFacts) -> anyhow::Result<RepoFacts> {
    let full = analysed.measure(tdg::SECTIONS)?;
    if full.fingerprint() != facts.fingerprint() {
        let what = format!("{} changed while it was read", analysed.path.display());
        return Err(Failure::new(what).help("run the command again").into());
    }
    Ok(full)
}

fn baseline(
    args: &TdgArgs,
    global: &GlobalArgs,
    analysed: &Analysed,
    revision: &str,
) -> anyhow::Result<TdgReport> {
    if analysed.git.is_none() {
        let what = format!("--baseline: {} is in no Git repository", analysed.path.display());
        return Err(Failure::new(what)
            .help("leave --baseline away, or name a folder of a repository")
            .into());
    }
    let source = SourceArgs { revision: Some(revision.to_owned()), staged: false, ..args.source.clone() };
    let before = Analysed::open(&source, global, &Destination::from_option(None))?;
    let (facts, inputs) = measure(&before)?;
    Ok(tdg::score(&facts, &inputs).report(&TdgOptions { top_functions: Some(0), top_files: None }))
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
    let of_gate = || analysed.config.rule(RULE).choice("min-grade").parse::<Grade>().ok();
    let least = args.min_grade.or_else(|| args.fail_on_violation.then(of_gate).flatten());
    let fell = |comparison: &TdgComparison| {
        let change = comparison.change.value();
        change.is_some_and(|change| change.as_hundredths() < 0) || worsened_below(comparison, args.min_grade)
    };
    let violated = least.is_some_and(|least| card.grade > least)
        || (args.fail_on_violation && comparison.is_some_and(fell));
    if violated { Outcome::Findings } else { Outcome::Fine }
}

/// True when a file is new or worse and below the lowest grade asked for.
fn worsened_below(comparison: &TdgComparison, least: Option<Grade>) -> bool {
    let touched =
        comparison.files.iter().filter(|file| matches!(file.status, Change::New | Change::Worsened));
    let mut grades = touched.filter_map(|file| file.after.map(|after| after.grade));
    least.is_some_and(|least| grades.any(|grade| grade > least))
}

fn not_found_failure(named: &str, not_found: &NotFound) -> anyhow::Error {
    let failure = match not_found {
        NotFound::Nothing => Failure::new(format!("--explain: there is no file, folder or function {named}"))
            .help("name a path of the tree, or a function as `pmat tdg` lists it"),
        NotFound::Several(places) => {
            let mut failure =
                Failure::new(format!("--explain: {} functions are called {named}", places.len()));
            for (path, line) in places.iter().take(5) {
                failure = failure.why(format!("{path}:{line}"));
            }
            failure.help("name one as FILE:LINE")
        }
    };
    failure.into()
}

fn no_score(named: &str, report: &TdgReport) -> Failure {
    let failure = Failure::new(format!("--explain: {named} has no score"));
    match &report.total {
        Measured::Missing(why) => failure.why(why),
        Measured::Value(_) => failure.why("it holds no code in a language with a grammar here"),
    }
}
