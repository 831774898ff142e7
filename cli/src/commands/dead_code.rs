use super::Outcome;
use super::not_measured::not_measured;
use crate::args::{DeadCodeArgs, GlobalArgs, ReportFormat};
use crate::failure::Failure;
use crate::failure::Interrupted;
use crate::interrupt;
use crate::output::{self, Cell, Column, Destination, Meaning, Screen, Table, counted, grouped, word};
use crate::source::Analysed;
use abilities::DeadCode;
use anyhow::Context;
use facts::Measured;
use facts::source::confined::create_inside;
use pmat::dead_code::rustc::{Agreement, RustcReport, merge};
use pmat::dead_code::{DeadCodeReport, DeadItem, FileTotal, Reason, Rustc};
use programs::{Asked, Consent, End, Limits, Program, Start};
use std::io::Write;
use std::path::Path;

/// Files on screen unless asked otherwise.
const FILES_ON_SCREEN: usize = 20;
/// Definitions of one file on screen.
const ITEMS_ON_SCREEN: usize = 12;

/// Lists dead code.
pub fn run(args: &DeadCodeArgs, global: &GlobalArgs) -> anyhow::Result<Outcome> {
    let destination = Destination::from_option(args.output.output.as_deref());
    destination.check()?;
    let analysed = Analysed::open(&args.source, global, &destination)?;
    let mut asked = args.asked.clone();
    if args.format == ReportFormat::Human {
        asked.top_files.get_or_insert(FILES_ON_SCREEN);
    }
    let mut report = analysed.with_terminal(|session, terminal| asked.in_full(session, terminal))?;
    if args.rustc {
        merge(&mut report, &ask_rustc(&analysed)?);
    }
    let found = report.items.len() + report.files.len();
    asked.keep_top_files(&mut report);
    let text = match args.format {
        ReportFormat::Json => output::report::<DeadCode>(&report)?,
        ReportFormat::Human => human(&report, &Screen::of(&destination, global.color)),
    };
    destination.write(&text)?;
    Ok(match &report.dead_percent {
        Measured::Missing(_) if args.fail_on_violation && found == 0 => Outcome::NotMeasured,
        _ if args.fail_on_violation && found > 0 => Outcome::Findings,
        _ => Outcome::Fine,
    })
}

/// Copies the tree to a folder of its own and has cargo check it there: nothing is written next to the sources.
fn ask_rustc(analysed: &Analysed) -> anyhow::Result<RustcReport> {
    let failed = |what: &str| Failure::new(format!("--rustc: {what}"));
    let listing = analysed.tree.listing().map_err(|error| failed("the tree cannot be listed").why(error))?;
    if !listing.entries.iter().any(|entry| entry.path.as_bytes() == b"Cargo.toml") {
        return Err(failed("there is no Cargo.toml at the root of the tree")
            .help("leave out --rustc, or name the folder of a Cargo workspace")
            .into());
    }
    let folder = tempfile::tempdir().context("--rustc: a temporary folder is needed")?;
    let copy = folder.path().join("tree");
    for entry in &listing.entries {
        let bytes =
            analysed.tree.read(entry).map_err(|error| failed("the tree cannot be copied").why(error))?;
        let written = create_inside(&copy, &entry.path).and_then(|mut file| file.write_all(&bytes));
        written
            .map_err(|error| failed("the tree cannot be copied").why(format!("{}: {error}", entry.path)))?;
    }
    check(analysed.root(), &copy, &folder.path().join("target"))
}

/// Has cargo check the copy of the tree at `root`. Build scripts run: the help of `--rustc` says so.
fn check(root: &Path, copy: &Path, target: &Path) -> anyhow::Result<RustcReport> {
    let failed = |what: &str| Failure::new(format!("--rustc: {what}"));
    let words = ["check", "--workspace", "--all-targets", "--keep-going", "--quiet", "--message-format=json"];
    let consent = Consent::to(Asked::DeadCodeByRustc);
    let cargo = Start::new(&Program::Cargo, root, copy, &consent).arguments(words);
    let cargo = cargo.set("CARGO_TARGET_DIR", target).unset("RUSTFLAGS");
    let limits = Limits { time: None, cancelled: &interrupt::requested };
    let answer = interrupt::finishing(|| cargo.answer(&limits)).map_err(|error| {
        failed("cargo cannot be run")
            .why(error)
            .help("install Rust from https://rustup.rs, or leave out --rustc")
    })?;
    if answer.end == End::Interrupted {
        return Err(Interrupted.into());
    }
    let report = RustcReport::parse(&String::from_utf8_lossy(&answer.output));
    if answer.end == End::Exited(0) {
        return Ok(report);
    }
    let mut failure = failed("cargo check failed");
    let errors = String::from_utf8_lossy(&answer.errors);
    let said =
        report.errors.iter().map(String::as_str).chain(errors.lines()).filter(|line| !line.trim().is_empty());
    for line in said.take(5) {
        failure = failure.why(line.to_owned());
    }
    Err(failure.help("make the tree build by itself with `cargo check --all-targets`").into())
}

fn human(report: &DeadCodeReport, screen: &Screen) -> String {
    let mut text = String::new();
    for file in &report.by_file {
        text.push_str(&file_text(report, file, screen));
    }
    if !report.files.is_empty() {
        let mut table =
            Table::new([Column::path("Unused file"), Column::figure("Lines"), Column::sentence("Why")]);
        for file in &report.files {
            table.row([
                Cell::new(file.path.to_string()),
                Cell::new(grouped(u64::from(file.lines))),
                Cell::new(file.why),
            ]);
        }
        text.push_str(&format!("{}\n", table.render(screen)));
    }
    text.push_str(&totals(report));
    if let Some(agreement) = &report.rustc {
        text.push_str(&said_by_rustc(agreement));
    }
    text + &not_measured(&report.coverage, usize::MAX, screen)
}

/// What is dead in a file, except what is inside something dead.
fn file_text(report: &DeadCodeReport, file: &FileTotal, screen: &Screen) -> String {
    let heading = format!("{}: {}", file.path, counted(file.lines as usize, "dead line", "dead lines"));
    let whole = |item: &&DeadItem| item.path == file.path && item.within.is_none();
    let items: Vec<&DeadItem> = report.items.iter().filter(whole).collect();
    let mut table = Table::new([
        Column::figure("Line"),
        Column::text("Kind"),
        Column::path("Name"),
        Column::text("Confidence"),
        Column::sentence("Why"),
    ])
    .indented(2);
    for item in items.iter().take(ITEMS_ON_SCREEN) {
        table.row([
            Cell::new(item.line.to_string()),
            Cell::new(word(&item.kind)),
            Cell::new(&item.name),
            Cell::new(word(&item.confidence)),
            Cell::meaning(why(item), Meaning::Quiet),
        ]);
    }
    let left = items.len().saturating_sub(ITEMS_ON_SCREEN);
    let more = if left == 0 { String::new() } else { format!("  and {left} more\n") };
    format!("{}\n{}{more}\n", screen.painter.paint(Meaning::Heading, &heading), table.render(screen))
}

fn why(item: &DeadItem) -> String {
    let reason = match (item.reason, &item.used_by) {
        (Reason::Unused, _) => "nothing uses it".to_owned(),
        (Reason::UsedByDeadCode, None) => "only dead code uses it".to_owned(),
        (Reason::UsedByDeadCode, Some(user)) => format!("only `{user}` uses it, which is dead"),
        (Reason::UsedByTests, _) => "only tests use it".to_owned(),
    };
    let doubt = item.doubt.map(|doubt| format!("; {doubt}")).unwrap_or_default();
    let rustc = match item.rustc {
        Some(Rustc::Dead) => "; rustc says so, too",
        Some(Rustc::Silent) => "; rustc does not say so",
        None => "",
    };
    format!("{reason}{doubt}{rustc}")
}

fn totals(report: &DeadCodeReport) -> String {
    let percent = match &report.dead_percent {
        Measured::Missing(why) => return format!("dead code not measured: {why}\n"),
        Measured::Value(percent) => percent,
    };
    let dead = report.certain + report.likely + report.possible;
    let possible = match report.possible {
        0 => String::new(),
        possible => format!(", {possible} possible"),
    };
    let left_out = match report.left_out {
        0 => String::new(),
        left_out => format!(
            "{} less sure: --min-confidence possible lists them\n",
            counted(left_out, "finding is", "findings are")
        ),
    };
    format!(
        "{} of {} judged definitions are dead: {percent:.1} % ({} certain, {} likely{possible}; {} used by tests only)\n{} could be removed\n{left_out}",
        grouped(dead as u64),
        grouped(report.judged as u64),
        report.certain,
        report.likely,
        report.used_by_tests,
        counted(report.removable_lines as usize, "line", "lines"),
    )
}

fn said_by_rustc(agreement: &Agreement) -> String {
    format!(
        "rustc agrees on {}; is silent on {} certain, {} likely and {} possible; reports {} more\n",
        agreement.both,
        agreement.only_analysis_certain,
        agreement.only_analysis_likely,
        agreement.only_analysis_possible,
        counted(agreement.only_rustc.len(), "thing", "things"),
    )
}
