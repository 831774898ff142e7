use super::Outcome;
use super::not_measured::not_measured;
use crate::args::{ComplexityArgs, GlobalArgs, ReportFormat};
use crate::output::{self, Cell, Column, Destination, Meaning, Screen, Table, counted, grouped};
use crate::source::Analysed;
use abilities::Complexity;
use facts::Measured;
use gates::Config;
use pmat::complexity::{ComplexityReport, Distribution, FunctionComplexity};

/// Default number of rows on screen.
const FILES: usize = 10;
const FUNCTIONS: usize = 20;

/// The limits above which a function is marked.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// The limit of cyclomatic complexity.
    pub cyclomatic: u32,
    /// The limit of cognitive complexity.
    pub cognitive: u32,
}

impl Limits {
    /// The gate's own limits.
    pub fn of(config: &Config) -> Limits {
        let (cyclomatic, cognitive) = Complexity::default().limits(config);
        Limits { cyclomatic, cognitive }
    }
}

/// Measures every function of the tree.
pub fn run(args: &ComplexityArgs, global: &GlobalArgs) -> anyhow::Result<Outcome> {
    let destination = Destination::from_option(args.output.output.as_deref());
    destination.check()?;
    let analysed = Analysed::open(&args.source, global, &destination)?;
    let (cyclomatic, cognitive) = args.asked.limits(&analysed.config);
    let limits = Limits { cyclomatic, cognitive };
    let mut asked = args.asked.clone();
    if args.format == ReportFormat::Human {
        asked.top_files.get_or_insert(FILES);
        asked.top_functions.get_or_insert(FUNCTIONS);
    }
    let report = analysed.ask(&asked)?;
    let text = match args.format {
        ReportFormat::Json => output::report::<Complexity>(&report)?,
        ReportFormat::Human => human(&report, limits, &Screen::of(&destination, global.color)),
    };
    destination.write(&text)?;
    Ok(match args.fail_on_violation {
        true if report.coverage.with_functions == 0 => Outcome::NotMeasured,
        true if !report.violations.is_empty() => Outcome::Findings,
        _ => Outcome::Fine,
    })
}

fn human(report: &ComplexityReport, limits: Limits, screen: &Screen) -> String {
    let mut text = String::new();
    if !report.functions.is_empty() {
        text.push_str(&functions(&report.functions, limits, screen));
        text.push('\n');
    }
    if !report.files.is_empty() {
        text.push_str(&files(report, screen));
        text.push('\n');
    }
    text.push_str(&format!("{}\n", totals(report)));
    text.push_str(&format!("{}\n", above_limits(report, limits, screen)));
    text + &not_measured(&report.coverage, usize::MAX, screen)
}

/// The table of functions. Figures above their limit are marked with an exclamation mark.
pub fn functions(functions: &[FunctionComplexity], limits: Limits, screen: &Screen) -> String {
    let mut table = Table::new([
        Column::figure("Cognitive"),
        Column::figure("Cyclomatic"),
        Column::figure("Lines"),
        Column::path("Function"),
        Column::path("Where"),
    ]);
    for function in functions {
        let incomplete = if function.incomplete { " (partly parsed)" } else { "" };
        let own = match function.cognitive_own == function.cognitive {
            true => String::new(),
            false => format!(" ({} without nested functions)", function.cognitive_own),
        };
        table.row([
            against(function.cognitive, limits.cognitive),
            against(function.cyclomatic, limits.cyclomatic),
            function.lines.source.into(),
            Cell::new(format!("{}{own}{incomplete}", function.name)),
            Cell::meaning(format!("{}:{}", function.path, function.line), Meaning::Quiet),
        ]);
    }
    table.render(screen)
}

fn against(value: u32, limit: u32) -> Cell {
    match value > limit {
        true => Cell::meaning(format!("{value}!"), Meaning::Bad),
        false => Cell::new(format!("{value} ")),
    }
}

fn files(report: &ComplexityReport, screen: &Screen) -> String {
    let mut table = Table::new([
        Column::figure("Cognitive"),
        Column::figure("Cyclomatic"),
        Column::figure("Functions"),
        Column::figure("Lines"),
        Column::figure("Maintainability"),
        Column::path("File"),
    ]);
    for file in &report.files {
        let sum = |figure: &Measured<Distribution>, top: u32| {
            let functions = figure.value().map_or(0, |figure| figure.sum);
            Cell::new(grouped(functions + u64::from(top)))
        };
        let partly = if file.partly_parsed { " (partly parsed)" } else { "" };
        table.row([
            sum(&file.total.cognitive, file.top_level.cognitive),
            sum(&file.total.cyclomatic, file.top_level.cyclomatic),
            file.total.functions.into(),
            file.lines.source.into(),
            Cell::new(format!("{:.0}", file.maintainability)),
            Cell::new(format!("{}{partly}", file.path)),
        ]);
    }
    table.render(screen)
}

fn totals(report: &ComplexityReport) -> String {
    let functions = counted(report.total.functions, "function", "functions");
    let files = counted(report.coverage.with_functions, "file", "files");
    let spread = spread(&report.total.cognitive, &report.total.cyclomatic);
    let tests = counted(report.total.tests, "test", "tests");
    format!("{functions} in {files}, {tests} among them\n{spread}")
}

/// `cognitive median 1, p90 7, max 60; cyclomatic …`: 90 % of the functions do not exceed p90.
pub fn spread(cognitive: &Measured<Distribution>, cyclomatic: &Measured<Distribution>) -> String {
    let describe = |name: &str, figure: &Measured<Distribution>| match figure {
        Measured::Value(figure) => {
            format!("{name} median {}, p90 {}, max {}", figure.median, figure.p90, figure.max)
        }
        Measured::Missing(why) => format!("{name} not measured: {why}"),
    };
    format!("{}; {}", describe("cognitive", cognitive), describe("cyclomatic", cyclomatic))
}

fn above_limits(report: &ComplexityReport, limits: Limits, screen: &Screen) -> String {
    let mut places: Vec<_> =
        report.violations.iter().map(|found| (&found.path, found.line, &found.function)).collect();
    places.sort();
    places.dedup();
    let named = format!("cognitive {}, cyclomatic {}", limits.cognitive, limits.cyclomatic);
    let (text, meaning) = match places.len() {
        0 if report.coverage.with_functions == 0 => (
            "not measured: no file of a language with a grammar could be measured".to_owned(),
            Meaning::Warning,
        ),
        0 => (format!("no function is above a limit ({named})"), Meaning::Good),
        1 => (format!("1 function is above a limit ({named})"), Meaning::Bad),
        above => (format!("{} functions are above a limit ({named})", grouped(above as u64)), Meaning::Bad),
    };
    screen.painter.paint(meaning, &text).into_owned()
}
