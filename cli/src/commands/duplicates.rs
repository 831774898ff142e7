use super::Outcome;
use super::not_measured::not_measured;
use crate::args::{DuplicatesArgs, GlobalArgs, ReportFormat};
use crate::output::{self, Cell, Column, Destination, Meaning, Screen, Table, counted, grouped, word};
use crate::source::Analysed;
use abilities::Duplicates;
use clones::CloneKind;
use facts::Measured;
use pmat::duplicates::{Class, Counts, DuplicatesReport};

/// Default number of classes and files on screen.
const TOP_ON_SCREEN: usize = 20;

/// Members listed per class. The rest are counted.
const MEMBERS_ON_SCREEN: usize = 8;

/// Lists duplicated code.
pub fn run(args: &DuplicatesArgs, global: &GlobalArgs) -> anyhow::Result<Outcome> {
    let destination = Destination::from_option(args.output.output.as_deref());
    destination.check()?;
    let analysed = Analysed::open(&args.source, global, &destination)?;
    let mut asked = args.asked.clone();
    if args.format == ReportFormat::Human {
        asked.top.get_or_insert(TOP_ON_SCREEN);
        asked.members = Some(MEMBERS_ON_SCREEN);
    }
    let top = asked.top();
    let report = analysed.ask(&asked)?;
    let text = match args.format {
        ReportFormat::Json => output::report::<Duplicates>(&report)?,
        ReportFormat::Human => human(&report, args.threshold, top, &Screen::of(&destination, global.color)),
    };
    destination.write(&text)?;
    Ok(outcome(&report, args))
}

fn outcome(report: &DuplicatesReport, args: &DuplicatesArgs) -> Outcome {
    let share = &report.total;
    match (args.threshold, &share.duplicated_percent) {
        (Some(_), Measured::Missing(_)) => Outcome::NotMeasured,
        (None, Measured::Missing(_)) if args.fail_on_violation => Outcome::NotMeasured,
        (Some(threshold), Measured::Value(percent)) if *percent > threshold => Outcome::Findings,
        (None, Measured::Value(_)) if args.fail_on_violation && share.duplicated_lines > 0 => {
            Outcome::Findings
        }
        _ => Outcome::Fine,
    }
}

fn human(report: &DuplicatesReport, threshold: Option<f64>, top: usize, screen: &Screen) -> String {
    let mut text = String::new();
    for class in &report.classes {
        text.push_str(&class_text(class, screen));
    }
    let classes = report.counts.exact + report.counts.renamed + report.counts.gapped;
    if classes > report.classes.len() {
        let more = counted(classes - report.classes.len(), "more class", "more classes");
        text.push_str(&format!("{more} (--top 0 shows all)\n\n"));
    }
    text.push_str(&shares(report, screen));
    text.push_str(&totals(report, threshold));
    text + &not_measured(&report.coverage, top, screen)
}

fn class_text(class: &Class, screen: &Screen) -> String {
    let similarity = match class.kind {
        CloneKind::Gapped => format!(", {:.0} % alike", 100.0 * class.similarity),
        CloneKind::Exact | CloneKind::Renamed => String::new(),
    };
    let tokens = counted(class.tokens as usize, "token", "tokens");
    let heading = format!("{}: {tokens} in {} places{similarity}", word(&class.kind), class.member_count);
    let mut table = Table::new([Column::path("")]).indented(2);
    for member in &class.members {
        table.row([Cell::new(format!("{}:{}-{}", member.path, member.first_line, member.last_line))]);
    }
    let left = class.member_count - class.members.len();
    if left > 0 {
        table.row([Cell::meaning(counted(left, "more place", "more places"), Meaning::Quiet)]);
    }
    format!("{}\n{}\n", screen.painter.paint(Meaning::Heading, &heading), table.render(screen))
}

/// Languages and files with their shares of duplicated code.
fn shares(report: &DuplicatesReport, screen: &Screen) -> String {
    let mut table = Table::new([
        Column::path("Language or file"),
        Column::figure("Lines"),
        Column::figure("Duplicated"),
        Column::figure("%"),
    ]);
    let languages = report.languages.iter().map(|language| (language.language.to_owned(), &language.share));
    let files = report.files.iter().map(|file| (format!("  {}", file.path), &file.share));
    for (name, share) in languages.chain(files) {
        table.row([
            Cell::new(name),
            Cell::new(grouped(share.compared_lines)),
            Cell::new(grouped(share.duplicated_lines)),
            Cell::new(percent(&share.duplicated_percent)),
        ]);
    }
    if report.languages.is_empty() { String::new() } else { format!("{}\n", table.render(screen)) }
}

fn percent(share: &Measured<f64>) -> String {
    match share {
        Measured::Value(percent) => format!("{percent:.1}"),
        Measured::Missing(_) => "not measured".to_owned(),
    }
}

fn totals(report: &DuplicatesReport, threshold: Option<f64>) -> String {
    let share = &report.total;
    let percent = match &share.duplicated_percent {
        Measured::Missing(why) => return format!("duplication not measured: {why}\n"),
        Measured::Value(percent) => percent,
    };
    let Counts { exact, renamed, gapped } = &report.counts;
    let limit = threshold.map_or_else(String::new, |threshold| format!(" (at most {threshold} % allowed)"));
    let copied = match report.exact.as_ref().map(|exact| &exact.duplicated_percent) {
        Some(Measured::Value(percent)) => format!("; by exact copies {percent:.1} %"),
        _ => String::new(),
    };
    let types: Vec<String> = report.types.iter().map(word).collect();
    format!(
        "{} of {} lines are duplicated: {percent:.1} %{limit}{copied}\n{}: {exact} exact, {renamed} renamed, {gapped} gapped\n\
         clones are {} copies of at least {} tokens and {} lines\n",
        grouped(share.duplicated_lines),
        grouped(share.compared_lines),
        counted(exact + renamed + gapped, "clone class", "clone classes"),
        types.join(", "),
        report.min_tokens,
        report.min_lines,
    )
}
