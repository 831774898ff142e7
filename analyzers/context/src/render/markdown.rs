use crate::report::{ContextReport, MappedFile, PackedFile};
use facts::visible::{line, lines};
use std::fmt::Write;

/// Writing to a string cannot fail.
const INFALLIBLE: &str = "a string takes all text";

pub(super) fn render(report: &ContextReport) -> String {
    let mut out = format!("# Context of {}\n", plain(&report.tree));
    preamble(report, &mut out).expect(INFALLIBLE);
    if !report.map.is_empty() {
        out.push_str("\n## Map\n\nMost important files first.\n");
    }
    for file in &report.map {
        map_file(file, &mut out).expect(INFALLIBLE);
    }
    if !report.packed.is_empty() {
        out.push_str("\n## Files\n");
    }
    for file in &report.packed {
        packed_file(file, &mut out).expect(INFALLIBLE);
    }
    if !report.omitted.is_empty() {
        out.push_str("\n## Not shown\n\n");
    }
    for omitted in &report.omitted {
        writeln!(out, "- {} {}: {}", omitted.count, omitted.what, plain(&omitted.why)).expect(INFALLIBLE);
    }
    out
}

fn preamble(report: &ContextReport, out: &mut String) -> std::fmt::Result {
    if let Some(overview) = &report.overview {
        writeln!(out, "\n{} ({})", plain(&overview.text), code(&overview.found_in.to_string()))?;
    }
    if !report.languages.is_empty() {
        out.push_str("\n## Languages\n\n");
    }
    for share in &report.languages {
        writeln!(out, "- {}: {} lines in {} files", share.language, share.lines, share.files)?;
    }
    if !report.entry_points.is_empty() {
        out.push_str("\n## Entry points\n\n");
    }
    for entry in &report.entry_points {
        writeln!(out, "- {} {}: {}", entry.kind, code(&entry.name), code(&entry.found_in.to_string()))?;
    }
    if !report.commands.is_empty() {
        out.push_str("\n## Commands\n\n");
    }
    for command in &report.commands {
        let found_in = code(&command.found_in.to_string());
        writeln!(out, "- {}: {} ({found_in})", command.purpose.name(), code(&command.command))?;
    }
    if !report.hot_spots.is_empty() {
        out.push_str("\n## Most complex functions\n\n");
    }
    for spot in &report.hot_spots {
        let (function, found_in) = (code(&spot.function), code(&spot.found_in.to_string()));
        let (cyclomatic, cognitive, lines) = (spot.cyclomatic, spot.cognitive, spot.lines);
        writeln!(
            out,
            "- {function} {found_in}: cyclomatic {cyclomatic}, cognitive {cognitive}, {lines} lines"
        )?;
    }
    Ok(())
}

fn map_file(file: &MappedFile, out: &mut String) -> std::fmt::Result {
    writeln!(out, "\n### {}\n\n{}, {} lines", code(&file.path.to_string()), file.language, file.lines)?;
    if !file.symbols.is_empty() {
        out.push('\n');
    }
    for symbol in &file.symbols {
        write!(out, "- {} {}", symbol.line, code(&symbol.signature))?;
        if !symbol.container.is_empty() {
            write!(out, " in {}", code(&symbol.container))?;
        }
        match &symbol.doc {
            Some(doc) => writeln!(out, ": {}", plain(doc))?,
            None => writeln!(out)?,
        }
    }
    Ok(())
}

fn packed_file(file: &PackedFile, out: &mut String) -> std::fmt::Result {
    let text = lines(&file.text);
    let fence = "`".repeat(longest_backticks(&text).max(2) + 1);
    let extension = String::from_utf8_lossy(file.path.extension().unwrap_or_default()).into_owned();
    let info = if extension.chars().all(|c| c.is_ascii_alphanumeric()) { extension.as_str() } else { "" };
    let end = if text.ends_with('\n') || text.is_empty() { "" } else { "\n" };
    write!(out, "\n### {}\n\n{fence}{info}\n{text}{end}{fence}\n", code(&file.shown()))
}

/// `text` as a code span: with more backticks around it than it holds (CommonMark, section 6.1).
fn code(text: &str) -> String {
    let text = line(text);
    match longest_backticks(&text) {
        0 => format!("`{text}`"),
        longest => {
            let fence = "`".repeat(longest + 1);
            format!("{fence} {text} {fence}")
        }
    }
}

fn longest_backticks(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

fn plain(text: &str) -> String {
    line(&text.replace(['\n', '\r'], " ")).into_owned()
}
