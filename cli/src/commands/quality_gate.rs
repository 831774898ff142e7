use super::Outcome;
use crate::args::{BaselineMode, GateFormat, GlobalArgs, QualityGateArgs};
use crate::failure::Failure;
use crate::output::{self, Cell, Column, Destination, Meaning, Screen, Table, counted, shown};
use crate::source::Analysed;
use abilities::QualityGate;
use facts::calendar::day_end;
use gates::baseline::{Baseline, BaselineReport, Terms};
use gates::{Finding, Format, GateReport, Level, RuleReport, Status, Verdict};
use std::io::{self, Write};
use std::path::Path;

/// Judges the tree by the rules. The exit code is the verdict.
pub fn run(args: &QualityGateArgs, global: &GlobalArgs) -> anyhow::Result<Outcome> {
    let destination = Destination::from_option(args.output.output.as_deref());
    destination.check()?;
    check(args)?;
    let analysed = Analysed::open(&args.source, global, &destination)?;
    check_against(args, &analysed)?;
    let to_judge = analysed.with_terminal(|session, terminal| args.asked.to_judge(session, terminal))?;
    let baseline = baseline(args, &analysed)?;
    let report = match args.baseline {
        Some(BaselineMode::Write) => {
            let updated = write_baseline(args, &analysed, &to_judge.judged(baseline.as_ref()), global)?;
            // Report on the findings as they are accepted now.
            to_judge.judged(Some(&updated))
        }
        _ => to_judge.judged(baseline.as_ref()),
    };
    let screen = Screen::of(&destination, global.color);
    let text = match args.format {
        GateFormat::Summary => summary(&report, &screen),
        GateFormat::Human => human(&report, &screen),
        GateFormat::Json => output::report::<QualityGate>(&report)?,
        GateFormat::Sarif => gates::formats::render(Format::Sarif, &report),
        GateFormat::Junit => gates::formats::render(Format::Junit, &report),
        GateFormat::Markdown => gates::formats::render(Format::Markdown, &report),
        GateFormat::Github => gates::formats::render(Format::Github, &report),
        GateFormat::Gitlab => gates::formats::render(Format::Gitlab, &report),
        GateFormat::GithubReview => gates::formats::render(Format::GithubReview, &report),
        GateFormat::GitlabReview => gates::formats::render(Format::GitlabReview, &report),
    };
    destination.write(&text)?;
    Ok(match report.verdict {
        Verdict::Pass => Outcome::Fine,
        Verdict::Fail => Outcome::Findings,
        Verdict::NotMeasured => Outcome::NotMeasured,
    })
}

/// Checks of the options that clap cannot express.
fn check(args: &QualityGateArgs) -> anyhow::Result<()> {
    let review = matches!(args.format, GateFormat::GithubReview | GateFormat::GitlabReview);
    if review && args.asked.base().map_err(Failure::from)?.is_none() {
        return Err(Failure::new("a review comments on new lines, and all code was asked for")
            .help("add --new-code, or --base with the branch that the change goes to")
            .into());
    }
    if args.accept_new && args.baseline != Some(BaselineMode::Write) {
        return Err(Failure::new("--accept-new changes the baseline").help("add --baseline write").into());
    }
    if args.baseline == Some(BaselineMode::Off) && args.baseline_file.is_some() {
        return Err(Failure::new("--baseline off judges without the file that --baseline-file names")
            .help("use only one of them, or --baseline check")
            .into());
    }
    let elsewhere = args.source.staged || args.source.revision.is_some();
    if args.baseline == Some(BaselineMode::Write) && elsewhere {
        return Err(Failure::new("a baseline is written from the work tree only")
            .help("leave out --staged and --revision")
            .into());
    }
    Ok(())
}

/// Checks of the options that need the project.
fn check_against(args: &QualityGateArgs, analysed: &Analysed) -> anyhow::Result<()> {
    let end = args.expires.as_deref().and_then(day_end);
    if end.zip(analysed.time()).is_some_and(|(end, time)| end <= time) {
        let day = args.expires.as_deref().unwrap_or_default();
        return Err(Failure::new(format!("--expires {day}: the day is past, so nothing would be accepted"))
            .why("the commit that is judged is of a later day")
            .help("name a day to come")
            .into());
    }
    let named = args.baseline_file.as_deref();
    let (Some(output), Ok(baseline)) = (&args.output.output, analysed.baseline_to_write(named)) else {
        return Ok(());
    };
    let known = |path: &Path| path.canonicalize().ok();
    if known(output).is_some_and(|output| known(&baseline).is_some_and(|baseline| baseline == output)) {
        return Err(Failure::new(format!("--output {} is the baseline", output.display()))
            .why("the report would replace the accepted findings")
            .help("name another file")
            .into());
    }
    Ok(())
}

/// Loads the accepted findings.
fn baseline(args: &QualityGateArgs, analysed: &Analysed) -> anyhow::Result<Option<Baseline>> {
    match args.baseline {
        Some(BaselineMode::Off) => return Ok(None),
        None => return Ok(analysed.configured_baseline().map_err(Failure::from)?),
        Some(BaselineMode::Check | BaselineMode::Write) => {}
    }
    let found = analysed.baseline(args.baseline_file.as_deref()).map_err(Failure::from)?;
    if found.is_none() && args.baseline != Some(BaselineMode::Write) {
        let file = analysed.baseline_file(args.baseline_file.as_deref());
        return Err(Failure::new(format!("there is no baseline {file}"))
            .help("`pmat quality-gate --baseline write --accept-new` writes it")
            .into());
    }
    Ok(Some(found.unwrap_or_default()))
}

/// Writes the findings that are accepted from now on.
fn write_baseline(
    args: &QualityGateArgs,
    analysed: &Analysed,
    report: &GateReport,
    global: &GlobalArgs,
) -> anyhow::Result<Baseline> {
    let terms = Terms { reason: args.reason.clone(), expires: args.expires.clone() };
    let updated = Baseline::updated(report, args.accept_new.then_some(&terms));
    let file = analysed.baseline_file(args.baseline_file.as_deref());
    let path = analysed.baseline_to_write(args.baseline_file.as_deref()).map_err(Failure::from)?;
    Destination::File(path).write(&updated.to_text())?;
    if !global.quiet {
        let count = counted(updated.entries.len(), "finding", "findings");
        // Failing to write a note is no reason to fail.
        let _ = writeln!(io::stderr(), "note: {} accepts {count}", shown(&file));
    }
    Ok(updated)
}

/// The findings by file, then the summary.
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
            shown(&message(finding)),
        ));
        let help = format!("{:place_width$}  help: {}", "", shown(&finding.help));
        text.push_str(&format!("  {}\n", screen.painter.paint(Meaning::Quiet, &help)));
    }
    if path.is_some() {
        text.push('\n');
    }
    text + &summary(report, screen)
}

/// The message of a finding, with the earlier value if that was better.
fn message(finding: &Finding) -> String {
    match finding.was {
        Some(was) => format!("{} (it was {was})", finding.message),
        None => finding.message.clone(),
    }
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

/// The result of each active rule.
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

/// The results of the rules, the unmeasured ones, and the verdict.
fn summary(report: &GateReport, screen: &Screen) -> String {
    let mut text = rules_table(report, screen);
    let off: Vec<&str> =
        report.rules.iter().filter(|rule| rule.status == Status::Off).map(|rule| rule.id).collect();
    if !off.is_empty() {
        text.push_str(&format!("off: {}\n", off.join(", ")));
    }
    if let Some(new) = &report.new_code {
        text.push_str(&format!("{}\n", shown(&new.sentence())));
    }
    if let Some(baseline) = &report.baseline {
        text.push_str(&baseline_line(baseline));
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

/// The effect of the baseline, e.g. `Baseline: 12 findings are accepted, 1 expired, 2 are gone (--baseline write drops
/// them)`.
fn baseline_line(baseline: &BaselineReport) -> String {
    let mut parts = vec![format!("{} accepted", counted(baseline.accepted.len(), "finding", "findings"))];
    if !baseline.expired.is_empty() {
        parts.push(format!("{} expired", baseline.expired.len()));
    }
    if !baseline.gone.is_empty() {
        parts.push(format!("{} gone (--baseline write drops what is gone)", baseline.gone.len()));
    }
    if !baseline.not_judged.is_empty() {
        parts.push(format!("{} not judged now", baseline.not_judged.len()));
    }
    let mut line = format!("Baseline: {}\n", parts.join(", "));
    if baseline.is_of_older_program {
        line.push_str(
            "  an older program wrote it, which knew the largest copies of code only: --baseline write renews it\n",
        );
    }
    line
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
            (rule.suppressed + rule.accepted).into(),
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
