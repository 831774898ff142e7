//! A report as headings, lines and tables, for a terminal or as Markdown. Both show the same cells.

use crate::output::{Cell, Column, Meaning, Screen, Table, shown};

/// A report being written for a person.
#[derive(Default)]
pub struct Page {
    blocks: Vec<Block>,
}

enum Block {
    Heading(String),
    Line(String, Meaning),
    Table(Vec<Head>, Vec<Vec<(String, Meaning)>>),
}

/// A column heading.
#[derive(Clone, Copy)]
pub enum Head {
    /// Text.
    Text(&'static str),
    /// Figures.
    Figure(&'static str),
    /// A path or name, shortened in the middle on a narrow terminal.
    Path(&'static str),
    /// A sentence, shortened at the end on a narrow terminal.
    Sentence(&'static str),
}

impl Head {
    fn name(self) -> &'static str {
        match self {
            Head::Text(name) | Head::Figure(name) | Head::Path(name) | Head::Sentence(name) => name,
        }
    }

    fn column(self) -> Column {
        match self {
            Head::Text(name) => Column::text(name),
            Head::Figure(name) => Column::figure(name),
            Head::Path(name) => Column::path(name),
            Head::Sentence(name) => Column::sentence(name),
        }
    }
}

impl Page {
    /// Adds a title.
    pub fn heading(&mut self, text: impl Into<String>) {
        self.blocks.push(Block::Heading(text.into()));
    }

    /// Adds a line of text.
    pub fn line(&mut self, text: impl Into<String>, meaning: Meaning) {
        self.blocks.push(Block::Line(text.into(), meaning));
    }

    /// Adds a table, unless it has no rows.
    pub fn table(&mut self, heads: Vec<Head>, rows: Vec<Vec<(String, Meaning)>>) {
        if !rows.is_empty() {
            self.blocks.push(Block::Table(heads, rows));
        }
    }

    /// Renders for a terminal or a plain text file.
    pub fn human(&self, screen: &Screen) -> String {
        let mut text = String::new();
        for block in &self.blocks {
            match block {
                Block::Heading(title) => {
                    if !text.is_empty() {
                        text.push('\n');
                    }
                    text.push_str(&screen.painter.paint(Meaning::Heading, &shown(title)));
                    text.push('\n');
                }
                Block::Line(line, meaning) => {
                    text.push_str(&screen.painter.paint(*meaning, &shown(line)));
                    text.push('\n');
                }
                Block::Table(heads, rows) => {
                    let mut table = Table::new(heads.iter().map(|head| head.column()).collect::<Vec<_>>());
                    for row in rows {
                        table.row(row.iter().map(|(cell, meaning)| Cell::meaning(cell, *meaning)));
                    }
                    text.push_str(&table.render(screen));
                }
            }
        }
        text
    }

    /// Renders as Markdown.
    pub fn markdown(&self) -> String {
        let mut text = String::new();
        for (index, block) in self.blocks.iter().enumerate() {
            if index > 0 {
                text.push('\n');
            }
            match block {
                Block::Heading(title) => {
                    text.push_str(&format!("{} {}\n", if index == 0 { "#" } else { "##" }, escaped(title)));
                }
                Block::Line(line, _) => text.push_str(&format!("{}\n", escaped(line))),
                Block::Table(heads, rows) => {
                    let names: Vec<&str> = heads.iter().map(|head| head.name()).collect();
                    let rules: Vec<&str> = heads.iter().map(|head| rule(*head)).collect();
                    text.push_str(&format!("| {} |\n| {} |\n", names.join(" | "), rules.join(" | ")));
                    for row in rows {
                        let cells: Vec<String> = row.iter().map(|(cell, _)| escaped(cell)).collect();
                        text.push_str(&format!("| {} |\n", cells.join(" | ")));
                    }
                }
            }
        }
        text
    }
}

fn rule(head: Head) -> &'static str {
    match head {
        Head::Figure(_) => "---:",
        Head::Text(_) | Head::Path(_) | Head::Sentence(_) => "---",
    }
}

/// Escapes text for Markdown.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in shown(text).chars() {
        if matches!(c, '|' | '*' | '_' | '<' | '>' | '[' | ']' | '`' | '\\' | '#') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::Painter;

    #[test]
    fn both_forms_show_the_same_cells() {
        let mut page = Page::default();
        page.heading("Files");
        page.table(
            vec![Head::Figure("Score"), Head::Path("File")],
            vec![vec![("87.05".to_owned(), Meaning::Plain), ("src/a_b|c.rs".to_owned(), Meaning::Plain)]],
        );
        let screen = Screen { painter: Painter::OFF, width: None };
        assert_eq!(page.human(&screen), "Files\nScore  File\n87.05  src/a_b|c.rs\n");
        let markdown = "# Files\n\n| Score | File |\n| ---: | --- |\n| 87.05 | src/a\\_b\\|c.rs |\n";
        assert_eq!(page.markdown(), markdown);
    }
}
