//! The overview as a newcomer first sees it: one screen of 80 columns and 45 lines, or selected sections in full.

use super::complexity::{Limits, functions, spread};
use super::not_measured::not_measured;
use super::quality_gate::{rules_table, verdict_line};
use super::tdg::grades_of;
use crate::output::{Cell, Column, Meaning, Screen, Table, counted, grouped, shown, word};
use facts::Measured;
use facts::model::LineCounts;
use gates::{GateReport, Status};
use pmat::dependencies::{Dependencies, EcosystemDependencies};
use pmat::overview::{Debt, Overview};
use pmat::tdg::Card;

/// Rows per section on one screen.
const LANGUAGES: usize = 7;
const NOT_MEASURED: usize = 5;
const BROKEN_RULES: usize = 3;
const MANIFESTS: usize = 3;

/// The content of the screen.
pub struct View<'a> {
    /// The path that the user asked to analyse.
    pub place: String,
    /// The figures.
    pub overview: &'a Overview,
    /// The repository's grade, if requested.
    pub grade: Option<&'a Measured<Card>>,
    /// The gate's verdict, if requested.
    pub gate: Option<&'a GateReport>,
    /// The limits above which figures are marked.
    pub limits: Limits,
    /// The sections to show.
    pub sections: abilities::Overview,
    /// Whether to fit on one screen or show everything.
    pub brief: bool,
}

impl View<'_> {
    /// The whole text.
    pub fn render(&self, screen: &Screen) -> String {
        // Assume 80 columns if there is no terminal.
        let width = if self.brief { screen.width.or(Some(80)) } else { screen.width };
        let screen = &Screen { width, ..*screen };
        let mut parts = vec![self.title(screen)];
        if self.sections.languages {
            parts.push(self.languages(screen));
        }
        if self.sections.complexity {
            parts.push(self.complexity(screen));
        }
        if self.sections.debt {
            parts.push(self.debt(screen));
        }
        if self.sections.dependencies {
            parts.push(self.dependencies(screen));
        }
        if let Some(grade) = self.grade {
            parts.push(grades_of(grade, screen));
        }
        let most = if self.brief { NOT_MEASURED } else { usize::MAX };
        let unmeasured = not_measured(&self.overview.coverage, most, screen);
        if !unmeasured.is_empty() {
            parts.push(unmeasured.trim_start_matches('\n').to_owned());
        }
        if let Some(gate) = self.gate {
            parts.push(self.gate(gate, screen));
        }
        parts.join("\n")
    }

    fn title(&self, screen: &Screen) -> String {
        let place = shown(&self.place).into_owned();
        format!("{} ({})\n", screen.painter.paint(Meaning::Heading, &place), shown(&self.overview.tree))
    }

    fn languages(&self, screen: &Screen) -> String {
        let mut table = Table::new([
            Column::text("Language"),
            Column::figure("Files"),
            Column::figure("Lines"),
            Column::figure("Code"),
            Column::figure("Comments"),
            Column::figure("Blank"),
            Column::figure("Functions"),
        ]);
        let all = &self.overview.languages;
        let most = if self.brief && all.len() > LANGUAGES { LANGUAGES - 1 } else { all.len() };
        for share in &all[..most] {
            table.row(language_row(
                share.language,
                share.files,
                share.lines,
                functions_cell(&share.functions),
            ));
        }
        if most < all.len() {
            let (mut files, mut lines) = (0, LineCounts::default());
            for share in &all[most..] {
                files += share.files;
                lines += share.lines;
            }
            let functions: usize = all[most..].iter().filter_map(|share| share.functions.value()).sum();
            let name = format!("{} others", all.len() - most);
            table.row(language_row(&name, files, lines, Cell::new(grouped(functions as u64))));
        }
        if let (Measured::Value(total), true) = (&self.overview.total, all.len() > 1) {
            let functions = functions_cell(&self.overview.complexity.functions);
            table.row(language_row("total", total.files, total.lines, functions));
        }
        table.render(screen)
    }

    fn complexity(&self, screen: &Screen) -> String {
        let summary = &self.overview.complexity;
        let heading = screen.painter.paint(Meaning::Heading, "Complexity").into_owned();
        match &summary.functions {
            Measured::Missing(why) => format!("{heading} not measured: {why}\n"),
            Measured::Value(0) => format!("{heading} no functions\n"),
            Measured::Value(count) => {
                let spread = spread(&summary.cognitive, &summary.cyclomatic);
                let counted = counted(*count, "function", "functions");
                let table = functions(&self.overview.worst_functions, self.limits, screen);
                format!("{heading} {counted}\n  {spread}\n{table}")
            }
        }
    }

    fn debt(&self, screen: &Screen) -> String {
        let heading = screen.painter.paint(Meaning::Heading, "Self-admitted debt").into_owned();
        match &self.overview.debt {
            Measured::Missing(why) => format!("{heading} not measured: {why}\n"),
            Measured::Value(debt) if debt.total == 0 => format!("{heading} none in comments\n"),
            Measured::Value(debt) => format!("{heading} {}\n", debt_text(debt)),
        }
    }

    fn dependencies(&self, screen: &Screen) -> String {
        let found = &self.overview.dependencies;
        let heading = screen.painter.paint(Meaning::Heading, "Dependencies").into_owned();
        let mut lines: Vec<String> = found.ecosystems.iter().map(ecosystem_line).collect();
        if lines.is_empty() {
            lines.push("no manifest declares any".to_owned());
        }
        let unread = |not_read: &pmat::dependencies::NotRead| {
            let text = format!("not read: {}", not_read.why);
            screen.painter.paint(Meaning::Warning, &shown(&text)).into_owned()
        };
        let most = if self.brief { MANIFESTS } else { usize::MAX };
        lines.extend(found.not_read.iter().map(unread));
        let hidden = lines.len().saturating_sub(most);
        lines.truncate(most);
        if hidden > 0 {
            lines.push(format!("and {hidden} more: batuta analyze --dependencies"));
        }
        let mut text = format!("{heading} {}\n", lines.remove(0));
        for line in lines {
            text.push_str(&format!("  {line}\n"));
        }
        if !self.brief && !found.ecosystems.is_empty() {
            text.push_str(&packages(found, screen));
        }
        text
    }

    fn gate(&self, gate: &GateReport, screen: &Screen) -> String {
        if !self.brief {
            return format!("{}\n{}\n", rules_table(gate, screen), verdict_line(gate, screen));
        }
        let mut text = format!("{}\n", verdict_line(gate, screen));
        let broken: Vec<_> = gate
            .rules
            .iter()
            .filter(|rule| matches!(rule.status, Status::Failed | Status::NotMeasured))
            .collect();
        for rule in broken.iter().take(BROKEN_RULES) {
            let what = match &rule.why {
                Some(why) => format!("not measured: {why}"),
                None => counted(rule.findings, "finding", "findings"),
            };
            text.push_str(&format!("  {}: {}\n", rule.id, shown(&what)));
        }
        if broken.len() > BROKEN_RULES {
            text.push_str(&format!("  and {} more rules\n", broken.len() - BROKEN_RULES));
        }
        if !gate.findings.is_empty() {
            let command = screen.painter.paint(Meaning::Command, "batuta pmat quality-gate").into_owned();
            text.push_str(&format!("{command} lists the findings\n"));
        }
        text
    }
}

fn functions_cell(functions: &Measured<usize>) -> Cell {
    match functions {
        Measured::Value(count) => Cell::new(grouped(*count as u64)),
        Measured::Missing(_) => Cell::meaning("not measured", Meaning::Quiet),
    }
}

fn language_row(name: &str, files: usize, lines: LineCounts, functions: Cell) -> Vec<Cell> {
    let figure = |number: u32| Cell::new(grouped(u64::from(number)));
    vec![
        Cell::new(name),
        Cell::new(grouped(files as u64)),
        figure(lines.physical),
        figure(lines.source),
        figure(lines.comment),
        figure(lines.blank),
        functions,
    ]
}

fn debt_text(debt: &Debt) -> String {
    let named = |counts: Vec<(String, usize)>| {
        let parts: Vec<String> = counts
            .into_iter()
            .filter(|(_, count)| *count > 0)
            .map(|(name, count)| format!("{count} {name}"))
            .collect();
        parts.join(", ")
    };
    let severities = named(debt.by_severity.iter().map(|count| (word(&count.name), count.count)).collect());
    let categories = named(debt.by_category.iter().map(|count| (word(&count.name), count.count)).collect());
    let items = counted(debt.total, "item", "items");
    let files = counted(debt.files, "file", "files");
    let density = match &debt.density {
        Measured::Value(density) => format!(", {density:.1} per 1,000 lines of code"),
        Measured::Missing(_) => String::new(),
    };
    format!("{items} in {files}{density}\n  {severities}\n  {categories}")
}

fn ecosystem_line(found: &EcosystemDependencies) -> String {
    let scopes: Vec<String> = found
        .scopes
        .iter()
        .map(|scope| format!("{} {}", grouped(scope.packages.len() as u64), word(&scope.scope)))
        .collect();
    let packages = counted(found.packages, "package", "packages");
    let manifests = counted(found.manifests, "manifest", "manifests");
    let scopes = if scopes.is_empty() { String::new() } else { format!(": {}", scopes.join(", ")) };
    format!("{}: {packages} in {manifests}{scopes}", word(&found.ecosystem))
}

/// All packages, in full.
fn packages(found: &Dependencies, screen: &Screen) -> String {
    let mut table = Table::new([
        Column::text("Ecosystem"),
        Column::text("Scope"),
        Column::path("Package"),
        Column::sentence("Requirement"),
        Column::path("Manifests"),
    ]);
    for ecosystem in &found.ecosystems {
        for scope in &ecosystem.scopes {
            for package in &scope.packages {
                let manifests: Vec<String> = package.manifests.iter().map(ToString::to_string).collect();
                table.row([
                    Cell::new(word(&ecosystem.ecosystem)),
                    Cell::new(word(&scope.scope)),
                    Cell::new(&package.name),
                    Cell::new(package.requirements.join(", ")),
                    Cell::meaning(manifests.join(", "), Meaning::Quiet),
                ]);
            }
        }
    }
    format!("\n{}", table.render(screen))
}
