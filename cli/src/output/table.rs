use super::{Meaning, Screen, shown};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The gap between two columns.
const GAP: usize = 2;
/// Minimum width of a shortened column, in terminal columns.
const SHORTEST: usize = 12;

/// The alignment and shortening of a column.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    heading: &'static str,
    right: bool,
    shortens: Option<Shortened>,
}

/// How a column is shortened on a narrow terminal.
#[derive(Debug, Clone, Copy)]
enum Shortened {
    Middle,
    End,
}

impl Column {
    /// Text, aligned to the left.
    pub const fn text(heading: &'static str) -> Column {
        Column { heading, right: false, shortens: None }
    }

    /// Figures, aligned to the right.
    pub const fn figure(heading: &'static str) -> Column {
        Column { heading, right: true, shortens: None }
    }

    /// Text that is shortened in the middle on a narrow terminal: paths, names.
    pub const fn path(heading: &'static str) -> Column {
        Column { heading, right: false, shortens: Some(Shortened::Middle) }
    }

    /// Text that is shortened at the end on a narrow terminal.
    pub const fn sentence(heading: &'static str) -> Column {
        Column { heading, right: false, shortens: Some(Shortened::End) }
    }
}

/// One cell: its escaped text and its meaning.
#[derive(Debug, Clone)]
pub struct Cell {
    text: String,
    meaning: Meaning,
}

impl Cell {
    /// A cell without a special meaning.
    pub fn new(text: impl AsRef<str>) -> Cell {
        Cell::meaning(text, Meaning::Plain)
    }

    /// A cell with a meaning.
    pub fn meaning(text: impl AsRef<str>, meaning: Meaning) -> Cell {
        Cell { text: shown(text.as_ref()).into_owned(), meaning }
    }
}

impl<T: ToString> From<T> for Cell {
    fn from(value: T) -> Cell {
        Cell::new(value.to_string())
    }
}

/// Rows below column headings.
#[derive(Debug, Clone)]
pub struct Table {
    columns: Vec<Column>,
    rows: Vec<Vec<Cell>>,
    indent: usize,
}

impl Table {
    /// An empty table.
    pub fn new(columns: impl Into<Vec<Column>>) -> Table {
        Table { columns: columns.into(), rows: Vec::new(), indent: 0 }
    }

    /// Indents the table by `indent` spaces.
    pub fn indented(self, indent: usize) -> Table {
        Table { indent, ..self }
    }

    /// Adds a row. Missing cells at the end of a row are empty.
    pub fn row(&mut self, cells: impl IntoIterator<Item = Cell>) {
        let mut row: Vec<Cell> = cells.into_iter().take(self.columns.len()).collect();
        row.resize_with(self.columns.len(), || Cell::new(""));
        self.rows.push(row);
    }

    /// The lines of the table, each with its line end. If no column has a heading, there is no heading line.
    pub fn render(&self, screen: &Screen) -> String {
        let widths = self.widths(screen.width);
        let mut text = String::new();
        if self.columns.iter().any(|column| !column.heading.is_empty()) {
            let heading = |column: &Column| Cell::meaning(column.heading, Meaning::Heading);
            let headings: Vec<Cell> = self.columns.iter().map(heading).collect();
            self.line(&headings, &widths, screen, &mut text);
        }
        for row in &self.rows {
            self.line(row, &widths, screen, &mut text);
        }
        text
    }

    /// The width of each column. On a narrow terminal, shortens the widest column that may be shortened until the table
    /// fits.
    fn widths(&self, screen_width: Option<usize>) -> Vec<usize> {
        let widest = |index: usize, column: &Column| {
            let cells = self.rows.iter().map(|row| display_width(&row[index].text));
            cells.chain([display_width(column.heading)]).max().unwrap_or(0)
        };
        let mut widths: Vec<usize> =
            self.columns.iter().enumerate().map(|(index, column)| widest(index, column)).collect();
        let Some(available) = screen_width else {
            return widths;
        };
        let fixed = self.indent + GAP * widths.len().saturating_sub(1);
        while fixed + widths.iter().sum::<usize>() > available {
            let can_shrink =
                |&index: &usize| self.columns[index].shortens.is_some() && widths[index] > SHORTEST;
            let Some(index) = (0..widths.len()).filter(can_shrink).max_by_key(|&index| widths[index]) else {
                break;
            };
            widths[index] -= 1;
        }
        widths
    }

    fn line(&self, cells: &[Cell], widths: &[usize], screen: &Screen, text: &mut String) {
        let start = text.len();
        text.push_str(&" ".repeat(self.indent));
        for (index, ((cell, &width), column)) in cells.iter().zip(widths).zip(&self.columns).enumerate() {
            let fitted = match column.shortens {
                Some(Shortened::End) => shorten_end(&cell.text, width),
                Some(Shortened::Middle) => shorten_middle(&cell.text, width),
                None => cell.text.clone(),
            };
            let padding = " ".repeat(width.saturating_sub(display_width(&fitted)));
            let painted = screen.painter.paint(cell.meaning, &fitted);
            if index > 0 {
                text.push_str(&" ".repeat(GAP));
            }
            let (before, after) = if column.right { (padding.as_str(), "") } else { ("", padding.as_str()) };
            text.push_str(before);
            text.push_str(&painted);
            text.push_str(after);
        }
        text.truncate(start + text[start..].trim_end().len());
        text.push('\n');
    }
}

/// The width of `text` in terminal columns.
pub fn display_width(text: &str) -> usize {
    text.width()
}

/// Shortens `text` to `width` terminal columns with `…` in the middle, since both ends of a path matter.
pub fn shorten_middle(text: &str, width: usize) -> String {
    if display_width(text) <= width {
        return text.to_owned();
    }
    let room = width.saturating_sub(1);
    let head = taken(text.chars(), room / 2);
    let tail: String = taken(text.chars().rev(), room - display_width(&head)).chars().rev().collect();
    format!("{head}…{tail}")
}

/// Shortens `text` to `width` terminal columns with `…` at the end.
pub fn shorten_end(text: &str, width: usize) -> String {
    if display_width(text) <= width {
        return text.to_owned();
    }
    format!("{}…", taken(text.chars(), width.saturating_sub(1)))
}

/// The characters that fit into `width` terminal columns.
fn taken(characters: impl Iterator<Item = char>, width: usize) -> String {
    let mut used = 0;
    characters
        .take_while(|c| {
            used += c.width().unwrap_or(0);
            used <= width
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::Painter;

    fn screen(width: Option<usize>) -> Screen {
        Screen { painter: Painter::OFF, width }
    }

    #[test]
    fn columns_align_by_terminal_width_not_by_bytes() {
        let mut table = Table::new([Column::text("name"), Column::figure("lines")]);
        table.row(["größe".into(), 7.into()]);
        table.row(["名前".into(), 1234.into()]);
        assert_eq!(table.render(&screen(None)), "name   lines\ngröße      7\n名前    1234\n");
    }

    #[test]
    fn a_narrow_terminal_takes_the_middle_of_long_paths_only() {
        let mut table = Table::new([Column::figure("n"), Column::path("path")]);
        let path = "a/very/long/path/to/some/file/deep/inside.rs";
        table.row([1.into(), path.into()]);
        let narrow = table.render(&screen(Some(24)));
        assert!(narrow.lines().all(|line| display_width(line) <= 24), "{narrow}");
        assert!(
            narrow.contains('…') && narrow.contains("a/very") && narrow.contains("inside.rs"),
            "{narrow}"
        );
        assert!(table.render(&screen(None)).contains(path));
    }

    #[test]
    fn shortening_never_exceeds_the_width() {
        for width in 1..12 {
            let text = "名前/ファイル/longname.rs";
            assert!(display_width(&shorten_middle(text, width)) <= width);
            assert!(display_width(&shorten_end(text, width)) <= width);
        }
    }

    #[test]
    fn hostile_cells_are_escaped() {
        let mut table = Table::new([Column::text("")]);
        table.row([Cell::new("x\x1b]0;owned\x07\ny")]);
        assert_eq!(table.render(&screen(None)), "x\\x1B]0;owned\\x07\\ny\n");
    }
}
