use super::Outcome;
use crate::args::{GlobalArgs, ScoreArgs, ScoreFormat};
use crate::failure::Failure;
use crate::output::{self, Cell, Column, Destination, Meaning, Screen, Table, shown};
use crate::source::Analysed;
use abilities::Score;
use facts::Measured;
use pmat::score::{Answer, CheckScore, ScoreReport};

/// Scores a repository of any language.
pub fn repository(args: &ScoreArgs, global: &GlobalArgs) -> anyhow::Result<Outcome> {
    run(args, global, |_| Ok(()))
}

/// Scores a Cargo project.
pub fn rust_project(args: &ScoreArgs, global: &GlobalArgs) -> anyhow::Result<Outcome> {
    run(args, global, |analysed| {
        let listing = analysed.tree.listing().map_err(|error| Failure::new("cannot score").why(error))?;
        if listing.entries.iter().any(|entry| entry.path.as_bytes() == b"Cargo.toml") {
            return Ok(());
        }
        Err(Failure::new(format!(
            "{} is no Cargo project: there is no Cargo.toml at its root",
            analysed.path.display()
        ))
        .help("`pmat repo-score` scores repositories of any language")
        .into())
    })
}

fn run(
    args: &ScoreArgs,
    global: &GlobalArgs,
    check: impl Fn(&Analysed) -> anyhow::Result<()>,
) -> anyhow::Result<Outcome> {
    let destination = Destination::from_option(args.output.output.as_deref());
    destination.check()?;
    let analysed = Analysed::open(&args.source, global, &destination)?;
    check(&analysed)?;
    let report = analysed.ask(&Score::default())?;
    let text = match args.format {
        ScoreFormat::Json => output::report::<Score>(&report)?,
        ScoreFormat::Human => human(&report, args.failures_only, &Screen::of(&destination, global.color)),
        ScoreFormat::Markdown => markdown(&report, args.failures_only),
    };
    destination.write(&text)?;
    Ok(match (args.min_percent, &report.percent) {
        (None, Measured::Value(_)) => Outcome::Fine,
        (_, Measured::Missing(_)) => Outcome::NotMeasured,
        (Some(min), Measured::Value(percent)) if *percent < min => Outcome::Findings,
        (Some(_), Measured::Value(_)) => Outcome::Fine,
    })
}

// ---- the page

fn human(report: &ScoreReport, failures_only: bool, screen: &Screen) -> String {
    let mut text = String::new();
    for category in &report.categories {
        let heading =
            format!("{}: {} of {} points", category.category.name(), category.earned, category.possible);
        text.push_str(&format!("{}\n", screen.painter.paint(Meaning::Heading, &heading)));
        let mut table =
            Table::new([Column::figure(""), Column::text(""), Column::text(""), Column::sentence("")])
                .indented(2);
        for check in report.checks.iter().filter(|check| check.category == category.category) {
            if !(failures_only && matches!(check.answer, Answer::Earned { .. })) {
                table.row(row(check));
            }
        }
        text.push_str(&format!("{}\n", table.render(screen)));
    }
    text + &format!("{}\n", total(report))
}

fn row(check: &CheckScore) -> [Cell; 4] {
    let (points, meaning) = match &check.answer {
        Answer::Earned { .. } => (format!("{}/{}", check.points, check.points), Meaning::Good),
        Answer::Missed { .. } => (format!("0/{}", check.points), Meaning::Bad),
        Answer::NotMeasured { .. } | Answer::NotApplicable { .. } => {
            (format!("-/{}", check.points), Meaning::Quiet)
        }
    };
    [
        Cell::meaning(points, meaning),
        Cell::new(check.id),
        Cell::new(check.title),
        Cell::meaning(shown(&reason(&check.answer)), Meaning::Quiet),
    ]
}

/// The first piece of evidence, or what is missing.
fn reason(answer: &Answer) -> String {
    match answer {
        Answer::Missed { why } => why.clone(),
        Answer::NotMeasured { why } => format!("not measured: {why}"),
        Answer::NotApplicable { why } => format!("not applicable: {why}"),
        Answer::Earned { evidence } => {
            let Some(first) = evidence.first() else { return String::new() };
            let more = evidence.len() - 1;
            let others = if more == 0 { String::new() } else { format!(" (and {more} more)") };
            let place = match (&first.path, first.line) {
                (Some(path), Some(line)) => format!("{path}:{line}: "),
                (Some(path), None) => format!("{path}: "),
                (None, _) => String::new(),
            };
            format!("{place}{}{others}", first.what)
        }
    }
}

fn total(report: &ScoreReport) -> String {
    match &report.percent {
        Measured::Value(percent) => {
            let left_out = report.table - report.possible;
            let rest = match left_out {
                0 => String::new(),
                points => format!(
                    "; {points} of the table's {} points were not measured or do not apply",
                    report.table
                ),
            };
            format!("Score: {} of {} points ({percent:.1} %){rest}", report.earned, report.possible)
        }
        Measured::Missing(why) => format!("Score not measured: {why}"),
    }
}

fn markdown(report: &ScoreReport, failures_only: bool) -> String {
    let mut text = format!("# Project score\n\n{}\n", total(report));
    for category in &report.categories {
        text.push_str(&format!(
            "\n## {}: {} of {}\n\n| points | check | | evidence |\n|---:|---|---|---|\n",
            category.category.name(),
            category.earned,
            category.possible
        ));
        for check in report.checks.iter().filter(|check| check.category == category.category) {
            let (earned, points) = match &check.answer {
                Answer::Earned { .. } if failures_only => continue,
                Answer::Earned { .. } => (check.points.to_string(), check.points),
                Answer::Missed { .. } => ("0".to_owned(), check.points),
                Answer::NotMeasured { .. } | Answer::NotApplicable { .. } => ("–".to_owned(), check.points),
            };
            let reason = shown(&reason(&check.answer)).replace('|', "\\|").replace('<', "&lt;");
            text.push_str(&format!("| {earned} of {points} | {} | {} | {reason} |\n", check.id, check.title));
        }
    }
    text
}
