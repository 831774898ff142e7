use crate::output::{Cell, Column, Meaning, Screen, Table, counted};
use pmat::coverage::{Coverage, LinesOnly, PartlyParsed};

/// The section that says what the figures do not cover, and why. Empty if they cover everything. It has at most `most`
/// lines below the heading; the rest is counted.
pub fn not_measured(coverage: &Coverage, most: usize, screen: &Screen) -> String {
    let mut rows = partly_parsed(coverage, most);
    for group in &coverage.left_out {
        let examples: Vec<String> = group.examples.iter().map(ToString::to_string).collect();
        rows.push([
            group.count.into(),
            Cell::new(&group.why),
            Cell::meaning(examples.join(", "), Meaning::Quiet),
        ]);
    }
    rows.extend(lines_only(coverage, most));
    if rows.is_empty() {
        return String::new();
    }
    let hidden = rows.len().saturating_sub(most);
    let shown = if hidden > 0 { most.saturating_sub(1) } else { rows.len() };
    let left = rows.len() - shown;
    rows.truncate(shown);
    let mut table = Table::new([Column::figure(""), Column::sentence(""), Column::sentence("")]).indented(2);
    for row in rows {
        table.row(row);
    }
    if left > 0 {
        table.row([left.into(), Cell::meaning("more reasons", Meaning::Quiet), Cell::new("")]);
    }
    format!("\n{}\n{}", screen.painter.paint(Meaning::Heading, "Not measured"), table.render(screen))
}

/// Files that do not fit their grammar: one row each, or a single row if they would crowd out the rest.
fn partly_parsed(coverage: &Coverage, most: usize) -> Vec<[Cell; 3]> {
    let files = &coverage.partly_parsed;
    if files.len() > 1 && files.len() + coverage.left_out.len() + 1 > most {
        let examples: Vec<String> = files.iter().take(2).map(|file| file.path.to_string()).collect();
        let why = Cell::meaning("partly parsed: batuta's grammars do not fit", Meaning::Warning);
        return vec![[files.len().into(), why, examples.join(", ").into()]];
    }
    let row = |file: &PartlyParsed| {
        let errors = counted(file.errors as usize, "place", "places");
        let why = format!(
            "partly parsed: batuta's grammar does not fit in {errors}, first on line {}",
            file.first_line
        );
        [Cell::new("1"), Cell::meaning(why, Meaning::Warning), Cell::new(file.path.to_string())]
    };
    files.iter().map(row).collect()
}

/// Languages without a grammar: one row each, or a single row if there is little space.
fn lines_only(coverage: &Coverage, most: usize) -> Vec<[Cell; 3]> {
    let quiet = |text: String| Cell::meaning(text, Meaning::Quiet);
    if most == usize::MAX {
        let row = |group: &LinesOnly| {
            [group.files.into(), quiet("lines and comments only".to_owned()), Cell::new(group.language)]
        };
        return coverage.lines_only.iter().map(row).collect();
    }
    let files: usize = coverage.lines_only.iter().map(|group| group.files).sum();
    let names: Vec<&str> = coverage.lines_only.iter().map(|group| group.language).collect();
    let row = [files.into(), quiet("lines and comments only".to_owned()), quiet(names.join(", "))];
    if files > 0 { vec![row] } else { Vec::new() }
}
