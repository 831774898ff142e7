//! `llm-optimized`: one line per thing, no decoration.

use crate::report::{ContextReport, MappedFile};
use facts::visible::{line, lines};
use std::fmt::Write;

/// Writing to a string cannot fail.
const INFALLIBLE: &str = "a string takes all text";

pub(super) fn render(report: &ContextReport) -> String {
    let mut out = format!("Context of {}\n", line(&report.tree));
    preamble(report, &mut out).expect(INFALLIBLE);
    if !report.map.is_empty() {
        out.push_str("\nMap, most important files first (line: definition — documentation):\n");
    }
    for file in &report.map {
        map_file(file, &mut out).expect(INFALLIBLE);
    }
    for file in &report.packed {
        let (path, text) = (file.shown(), lines(&file.text));
        let mark = fence(&text);
        let end = if text.ends_with('\n') || text.is_empty() { "" } else { "\n" };
        write!(out, "\n{mark} {path}\n{text}{end}{mark} end of {path}\n").expect(INFALLIBLE);
    }
    if !report.omitted.is_empty() {
        out.push_str("\nNot shown:\n");
    }
    for omitted in &report.omitted {
        writeln!(out, "{} {}: {}", omitted.count, omitted.what, line(&omitted.why)).expect(INFALLIBLE);
    }
    out
}

fn preamble(report: &ContextReport, out: &mut String) -> std::fmt::Result {
    if let Some(overview) = &report.overview {
        writeln!(out, "\n{} ({})", line(&overview.text), overview.found_in)?;
    }
    if !report.languages.is_empty() {
        let shares: Vec<String> = report
            .languages
            .iter()
            .map(|share| format!("{} {} lines in {} files", share.language, share.lines, share.files))
            .collect();
        writeln!(out, "\nLanguages: {}", shares.join("; "))?;
    }
    if !report.entry_points.is_empty() {
        writeln!(out, "\nEntry points:")?;
    }
    for entry in &report.entry_points {
        writeln!(out, "{} {} {}", entry.kind, line(&entry.name), entry.found_in)?;
    }
    if !report.commands.is_empty() {
        writeln!(out, "\nCommands:")?;
    }
    for command in &report.commands {
        writeln!(out, "{}: {} ({})", command.purpose.name(), line(&command.command), command.found_in)?;
    }
    if !report.hot_spots.is_empty() {
        writeln!(out, "\nMost complex functions (cyclomatic, cognitive, lines):")?;
    }
    for spot in &report.hot_spots {
        let (cyclomatic, cognitive, lines) = (spot.cyclomatic, spot.cognitive, spot.lines);
        writeln!(out, "{} {} {cyclomatic} {cognitive} {lines}", spot.found_in, line(&spot.function))?;
    }
    Ok(())
}

fn map_file(file: &MappedFile, out: &mut String) -> std::fmt::Result {
    writeln!(out, "{} {} lines", file.path, file.lines)?;
    let mut container = "";
    for symbol in &file.symbols {
        if symbol.container != container && !symbol.container.is_empty() {
            writeln!(out, " in {}:", line(&symbol.container))?;
        }
        container = &symbol.container;
        let indent = if container.is_empty() { " " } else { "  " };
        write!(out, "{indent}{}: {}", symbol.line, line(&symbol.signature))?;
        match &symbol.doc {
            Some(doc) => writeln!(out, " — {}", line(doc))?,
            None => writeln!(out)?,
        }
    }
    Ok(())
}

/// A run of `=` longer than any at the start of a line of `text`, so that no file can close its own packing.
fn fence(text: &str) -> String {
    let longest = text.lines().map(|line| line.len() - line.trim_start_matches('=').len()).max().unwrap_or(0);
    "=".repeat(longest.max(3) + 1)
}
