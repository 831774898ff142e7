use super::Outcome;
use super::not_measured::not_measured;
use crate::args::{GlobalArgs, HotspotsArgs, ReportFormat};
use crate::output::{self, Cell, Column, Destination, Meaning, Screen, Table, counted, grouped};
use crate::source::Analysed;
use abilities::Hotspots;
use facts::Measured;
use pmat::hotspots::{ComplexityBy, Hotspot, HotspotReport, KeyPerson, Knowledge, MainAuthor};

/// Default number of rows on screen.
const FILES: usize = 10;
const PAIRS: usize = 5;
const FOLDERS: usize = 8;
/// Names per line.
const NAMES: usize = 5;

/// Lists the files that are complex and change often.
pub fn run(args: &HotspotsArgs, global: &GlobalArgs) -> anyhow::Result<Outcome> {
    let destination = Destination::from_option(args.output.output.as_deref());
    destination.check()?;
    let analysed = Analysed::open(&args.source, global, &destination)?;
    let mut asked = args.asked.clone();
    if args.format == ReportFormat::Human {
        asked.top.get_or_insert(FILES);
    }
    let report = analysed.ask(&asked)?;
    let text = match args.format {
        ReportFormat::Json => output::report::<Hotspots>(&report)?,
        ReportFormat::Human => human(&report, &Screen::of(&destination, global.color)),
    };
    destination.write(&text)?;
    Ok(Outcome::Fine)
}

fn human(report: &HotspotReport, screen: &Screen) -> String {
    let mut text = String::new();
    if !report.files.is_empty() {
        text.push_str(&format!("{}\n", files(report, screen)));
    }
    if !report.coupling.is_empty() {
        text.push_str(&format!("{}\n", coupling(report, screen)));
    }
    if !report.folders.is_empty() {
        text.push_str(&format!("{}\n", folders(report, screen)));
    }
    text.push_str(&format!("{}\n{}\n", totals(report), knowledge(report)));
    text + &not_measured(&report.coverage, usize::MAX, screen)
}

fn files(report: &HotspotReport, screen: &Screen) -> String {
    let complexity = match report.complexity_by {
        ComplexityBy::Cognitive => "Cognitive",
        ComplexityBy::SourceLines => "Lines",
    };
    let mut table = Table::new([
        Column::figure("Score"),
        Column::figure("Revisions"),
        Column::figure(complexity),
        Column::figure("Authors"),
        Column::figure("Days ago"),
        Column::text("Most lines by"),
        Column::path("File"),
    ]);
    for file in &report.files {
        table.row([
            Cell::meaning(format!("{:.1}", file.score), score_meaning(file)),
            file.revisions.into(),
            Cell::new(grouped(file.complexity)),
            file.authors.into(),
            file.days_since_change.into(),
            main_author(&file.main_author),
            Cell::new(file.path.to_string()),
        ]);
    }
    table.render(screen)
}

fn score_meaning(file: &Hotspot) -> Meaning {
    match file.score {
        score if score >= 50.0 => Meaning::Bad,
        score if score >= 25.0 => Meaning::Warning,
        _ => Meaning::Plain,
    }
}

fn main_author(author: &Measured<MainAuthor>) -> Cell {
    match author {
        Measured::Value(author) => {
            let left = if author.former { ", left" } else { "" };
            Cell::new(format!("{} ({:.0} %{left})", author.name, 100.0 * author.share_of_lines))
        }
        Measured::Missing(why) => Cell::meaning(why, Meaning::Quiet),
    }
}

fn coupling(report: &HotspotReport, screen: &Screen) -> String {
    let mut table = Table::new([
        Column::figure("Together"),
        Column::figure("Of either"),
        Column::path("Change together"),
        Column::path(""),
    ]);
    for pair in report.coupling.iter().take(PAIRS) {
        table.row([
            pair.shared.into(),
            Cell::new(format!("{:.0} %", 100.0 * pair.jaccard)),
            Cell::new(pair.a.to_string()),
            Cell::new(pair.b.to_string()),
        ]);
    }
    table.render(screen)
}

/// The folders with the most code.
fn folders(report: &HotspotReport, screen: &Screen) -> String {
    let mut folders: Vec<&Knowledge> = report.folders.iter().collect();
    // Stable sort: folders of equal size stay sorted by name.
    folders.sort_by_key(|folder| std::cmp::Reverse(folder.source_lines));
    let mut table = Table::new([
        Column::figure("Lines"),
        Column::figure("Truck factor"),
        Column::figure("Left with former authors"),
        Column::path("Folder"),
        Column::sentence("Key people"),
    ]);
    for folder in folders.into_iter().take(FOLDERS) {
        let loss = folder
            .knowledge_loss
            .value()
            .map_or_else(|| "-".to_owned(), |loss| format!("{:.0} %", 100.0 * loss));
        let factor = folder.truck_factor.value().map_or_else(|| "-".to_owned(), usize::to_string);
        table.row([
            Cell::new(grouped(folder.source_lines)),
            Cell::new(factor),
            Cell::new(loss),
            Cell::new(&folder.folder),
            Cell::new(names(&folder.key_people)),
        ]);
    }
    table.render(screen)
}

fn names(people: &[KeyPerson]) -> String {
    let mut names: Vec<String> = people.iter().take(NAMES).map(|person| person.name.clone()).collect();
    if people.len() > NAMES {
        names.push(format!("{} more", people.len() - NAMES));
    }
    names.join(", ")
}

fn totals(report: &HotspotReport) -> String {
    let mut parts = vec![format!(
        "{} in {} of {}",
        counted(report.changed_files, "file changed", "files changed"),
        report.window,
        counted(report.changed_files + report.unchanged_files + report.without_complexity, "file", "files"),
    )];
    parts.push(format!(
        "{} of {}",
        counted(report.commits, "commit", "commits"),
        grouped(report.all_commits as u64)
    ));
    if report.without_complexity > 0 {
        let files = counted(report.without_complexity, "changed file has", "changed files have");
        parts.push(format!("{files} no measured complexity"));
    }
    if report.not_in_history > 0 {
        parts.push(format!("{} in no commit", counted(report.not_in_history, "file is", "files are")));
    }
    if report.bot_commits_left_out > 0 {
        let commits = counted(report.bot_commits_left_out, "commit", "commits");
        parts.push(format!("{commits} of bots left out"));
    }
    parts.join("; ")
}

fn knowledge(report: &HotspotReport) -> String {
    let factor = match &report.knowledge.truck_factor {
        Measured::Value(factor) => format!("truck factor {factor} ({})", names(&report.knowledge.key_people)),
        Measured::Missing(why) => format!("truck factor not measured: {why}"),
    };
    let loss = match &report.knowledge.knowledge_loss {
        Measured::Value(loss) => format!(
            "{:.0} % of the lines are in files of {}",
            100.0 * loss,
            counted(report.former_owners, "main author who has left", "main authors who have left")
        ),
        Measured::Missing(why) => format!("knowledge loss not measured: {why}"),
    };
    format!("{factor}; {loss}")
}
