use super::Outcome;
use crate::args::{GateFormat, GlobalArgs, QualityGateArgs};
use crate::failure::Failure;
use crate::output::{self, Cell, Column, Destination, Meaning, Screen, Table, counted, shown};
use crate::source::Analysed;
use gates::{Config, Finding, Format, GateReport, Level, RuleReport, Status, Verdict};

/// Judges the tree by the rules. The exit code is the verdict.
pub fn run(args: &QualityGateArgs, global: &GlobalArgs) -> anyhow::Result<Outcome> {
    let destination = Destination::from_option(args.output.output.as_deref());
    destination.check()?;
    let mut analysed = Analysed::open(&args.source, global, &destination)?;
    select(&mut analysed.config, args)?;
    let facts = analysed.measure(gates::sections(&analysed.config))?;
    let report = gates::run(analysed.tree.as_ref(), &facts, &analysed.config, &analysed);
    let screen = Screen::of(&destination, global.color);
    let text = match args.format {
        GateFormat::Summary => summary(&report, &screen),
        GateFormat::Human => human(&report, &screen),
        GateFormat::Json => output::json("batuta/gate/1", &report)?,
        GateFormat::Sarif => gates::formats::render(Format::Sarif, &report),
        GateFormat::Junit => gates::formats::render(Format::Junit, &report),
        GateFormat::Markdown => gates::formats::render(Format::Markdown, &report),
        GateFormat::Github => gates::formats::render(Format::Github, &report),
        GateFormat::Gitlab => gates::formats::render(Format::Gitlab, &report),
    };
    destination.write(&text)?;
    Ok(match report.verdict {
        Verdict::Pass => Outcome::Fine,
        Verdict::Fail => Outcome::Findings,
        Verdict::NotMeasured => Outcome::NotMeasured,
    })
}

fn select(config: &mut Config, args: &QualityGateArgs) -> anyhow::Result<()> {
    if !args.checks.is_empty() {
        config.select(&args.checks).map_err(|why| {
            Failure::new("--checks names something that is no check")
                .why(why)
                .help("`batuta rules` lists all rules and their groups")
        })?;
    }
    match args.fail_on {
        Some(crate::args::FailOn::Warning) => config.fail_on = Level::Warning,
        Some(crate::args::FailOn::Error) => config.fail_on = Level::Error,
        None => {}
    }
    Ok(())
}

/// The findings file by file, then the summary.
fn human(report: &GateReport, screen: &Screen) -> String {
    let mut text = String::new();
    let mut path = None;
    let width = |part: fn(&Finding) -> usize| report.findings.iter().map(part).max().unwrap_or(0);
    let place_width = width(|finding| place(finding).len());
    let rule_width = width(|finding| finding.rule.len());
    for finding in &report.findings {
        if path != Some(&finding.path) {
            let separator = if path.is_some() { "\n" } else { "" };
            let name = shown(&finding.path.to_string()).into_owned();
            text.push_str(&format!("{separator}{}\n", screen.painter.paint(Meaning::Heading, &name)));
            path = Some(&finding.path);
        }
        let level = format!("{:<7}", finding.level.as_str());
        text.push_str(&format!(
            "  {:>place_width$}  {}  {}  {}\n",
            place(finding),
            screen.painter.paint(level_meaning(finding.level), &level),
            screen.painter.paint(Meaning::Quiet, &format!("{:<rule_width$}", finding.rule)),
            shown(&finding.message),
        ));
        let help = format!("{:place_width$}  help: {}", "", shown(&finding.help));
        text.push_str(&format!("  {}\n", screen.painter.paint(Meaning::Quiet, &help)));
    }
    if path.is_some() {
        text.push('\n');
    }
    text + &summary(report, screen)
}

fn place(finding: &Finding) -> String {
    finding.location.map_or_else(|| "file".to_owned(), |at| format!("{}:{}", at.line, at.column))
}

fn level_meaning(level: Level) -> Meaning {
    match level {
        Level::Error => Meaning::Bad,
        Level::Warning => Meaning::Warning,
    }
}

/// The answer of each rule that is on.
pub fn rules_table(report: &GateReport, screen: &Screen) -> String {
    let mut rules = Table::new([
        Column::text("Rule"),
        Column::text("Answer"),
        Column::figure("Findings"),
        Column::figure("Allowed"),
        Column::figure("Checked"),
        Column::sentence(""),
    ]);
    for rule in report.rules.iter().filter(|rule| rule.status != Status::Off) {
        rules.row(rule_row(rule));
    }
    rules.render(screen)
}

/// What each rule says, what was not measured, the verdict.
fn summary(report: &GateReport, screen: &Screen) -> String {
    let mut text = rules_table(report, screen);
    let off: Vec<&str> =
        report.rules.iter().filter(|rule| rule.status == Status::Off).map(|rule| rule.id).collect();
    if !off.is_empty() {
        text.push_str(&format!("off: {}\n", off.join(", ")));
    }
    if !report.not_measured.is_empty() {
        let mut files = Table::new([Column::path(""), Column::text("")]).indented(2);
        for file in &report.not_measured {
            files.row([Cell::new(file.path.to_string()), Cell::meaning(&file.why, Meaning::Warning)]);
        }
        text.push_str(&format!(
            "\n{}\n{}",
            screen.painter.paint(Meaning::Heading, "Not measured"),
            files.render(screen)
        ));
    }
    format!("{text}\n{}\n", verdict_line(report, screen))
}

fn rule_row(rule: &RuleReport) -> Vec<Cell> {
    let meaning = match rule.status {
        Status::Passed => Meaning::Good,
        Status::Warned | Status::NotMeasured => Meaning::Warning,
        Status::Failed => Meaning::Bad,
        Status::Off => Meaning::Quiet,
    };
    let mut row = vec![Cell::new(rule.id), Cell::meaning(rule.status.as_str(), meaning)];
    match &rule.why {
        Some(why) => row.extend(["".into(), "".into(), "".into(), Cell::meaning(why, Meaning::Warning)]),
        None => row.extend([
            rule.findings.into(),
            rule.suppressed.into(),
            rule.checked.into(),
            Cell::meaning(rule.unit, Meaning::Quiet),
        ]),
    }
    row
}

/// The verdict in one line, e.g. `Gate: FAILED, 3 errors and 1 warning in 2 of 40 files (work tree)`.
pub fn verdict_line(report: &GateReport, screen: &Screen) -> String {
    let of_level = |level| report.findings.iter().filter(|finding| finding.level == level).count();
    let found = match (of_level(Level::Error), of_level(Level::Warning)) {
        (0, 0) => "no findings".to_owned(),
        (errors, 0) => counted(errors, "error", "errors"),
        (0, warnings) => counted(warnings, "warning", "warnings"),
        (errors, warnings) => {
            format!("{} and {}", counted(errors, "error", "errors"), counted(warnings, "warning", "warnings"))
        }
    };
    let (word, meaning) = match report.verdict {
        Verdict::Pass => ("passed", Meaning::Good),
        Verdict::Fail => ("FAILED", Meaning::Bad),
        Verdict::NotMeasured => ("NOT MEASURED", Meaning::Warning),
    };
    let mut paths: Vec<_> = report.findings.iter().map(|finding| &finding.path).collect();
    paths.dedup();
    let files = counted(report.files, "file", "files");
    let place =
        if paths.is_empty() { format!("in {files}") } else { format!("in {} of {files}", paths.len()) };
    format!("Gate: {}, {found} {place} ({})", screen.painter.paint(meaning, word), shown(&report.tree))
}
