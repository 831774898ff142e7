use super::Outcome;
use crate::args::{CrapArgs, GlobalArgs, ReportFormat};
use crate::output::{self, Cell, Column, Destination, Meaning, Screen, Table, counted};
use crate::source::Analysed;
use abilities::Crap;
use facts::Measured;
use pmat::crap::{CrapFunction, CrapReport};

/// Functions on screen unless asked for.
const FUNCTIONS: usize = 20;
/// Files without coverage that are named on screen.
const FILES: usize = 5;

/// Lists functions that are complex and poorly tested.
pub fn run(args: &CrapArgs, global: &GlobalArgs) -> anyhow::Result<Outcome> {
    let destination = Destination::from_option(args.output.output.as_deref());
    destination.check()?;
    let analysed = Analysed::open(&args.source, global, &destination)?;
    let mut asked = args.asked.clone();
    if args.format == ReportFormat::Human {
        asked.top.get_or_insert(FUNCTIONS);
    }
    let report = analysed.ask(&asked)?;
    let text = match args.format {
        ReportFormat::Json => output::report::<Crap>(&report)?,
        ReportFormat::Human => human(&report, &Screen::of(&destination, global.color)),
    };
    destination.write(&text)?;
    Ok(match args.fail_on_violation {
        true if report.scored == 0 => Outcome::NotMeasured,
        true if report.above > 0 => Outcome::Findings,
        _ => Outcome::Fine,
    })
}

fn human(report: &CrapReport, screen: &Screen) -> String {
    let mut table = Table::new([
        Column::figure("CRAP"),
        Column::figure("Cyclomatic"),
        Column::figure("Lines run"),
        Column::figure("Needed"),
        Column::path("Function"),
        Column::path("Where"),
    ]);
    for function in &report.functions {
        table.row(row(function, report.max));
    }
    let above = match report.above {
        0 => {
            screen.painter.paint(Meaning::Good, &format!("no function is above {}", report.max)).into_owned()
        }
        above => {
            let share =
                report.above_percent.value().map_or_else(String::new, |share| format!(" ({share:.1} %)"));
            let functions = counted(above, "function is", "functions are");
            screen
                .painter
                .paint(Meaning::Bad, &format!("{functions} above {}{share}", report.max))
                .into_owned()
        }
    };
    format!("{}\n{above}\n{}", table.render(screen), known(report))
}

/// A score above the highest allowed is marked with an exclamation mark.
fn row(function: &CrapFunction, max: f64) -> Vec<Cell> {
    let score = match function.crap > max {
        true => Cell::meaning(format!("{:.0}!", function.crap), Meaning::Bad),
        false => Cell::new(format!("{:.0} ", function.crap)),
    };
    let needed = function
        .needed_percent
        .map_or_else(|| "divide".to_owned(), |needed| format!("{:.0} %", needed.ceil()));
    vec![
        score,
        function.cyclomatic.into(),
        Cell::new(format!("{:.0} %", function.covered_percent)),
        Cell::meaning(needed, Meaning::Quiet),
        Cell::new(&function.name),
        Cell::meaning(format!("{}:{}", function.path, function.line), Meaning::Quiet),
    ]
}

/// What the scores are based on, and which code has no score.
fn known(report: &CrapReport) -> String {
    let scored = counted(report.scored, "function has a score", "functions have a score");
    let mut text = format!("{scored}, by {}", report.coverage_report);
    if let Measured::Missing(why) = &report.above_percent {
        text.push_str(&format!("; {why}"));
    }
    if report.not_scored > 0 {
        text.push_str(&format!(
            "; {} without a line in it",
            counted(report.not_scored, "function", "functions")
        ));
    }
    text.push('\n');
    if !report.not_named.is_empty() {
        let named: Vec<String> = report.not_named.iter().take(FILES).map(ToString::to_string).collect();
        let more = if report.not_named.len() > FILES { ", …" } else { "" };
        let files = counted(report.not_named.len(), "file is", "files are");
        text.push_str(&format!("{files} not in the report: {}{more}\n", named.join(", ")));
    }
    text
}
