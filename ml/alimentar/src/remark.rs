//! Notes about oddities of columns that could still be read.

use crate::column_type::ColumnType;
use std::fmt::{self, Display};

/// Maximum number of characters of a cell that are shown.
const SHOWN: usize = 60;

/// Cells that differ from the others of their column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// The column.
    pub column: String,
    /// Line of the first such cell, from 1.
    pub line: u64,
    /// The content of that cell, or its beginning if it is long.
    pub value: String,
    /// Number of these cells.
    pub cells: usize,
    /// What became of them.
    pub fate: Fate,
}

/// Treatment of cells that differ from the others of their column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// They count as missing in a column of this type.
    Missing(ColumnType),
    /// The whole column is text, though most cells are numbers.
    Text,
    /// The whole column is text, though most cells are numbers in a special notation (`$1.50`, `5%`, `1,000`).
    Dressed,
    /// They are question marks, which count as missing in a column that is not text, although no option says so.
    QuestionMark,
}

impl Remark {
    pub(crate) fn new(column: &str, line: u64, value: &str, cells: usize, fate: Fate) -> Self {
        let value = value.chars().take(SHOWN).collect();
        Self { column: column.to_owned(), line, value, cells, fate }
    }
}

impl Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Remark { column, line, value, cells, fate } = self;
        match (fate, cells) {
            (Fate::Missing(wanted), 1) => {
                write!(
                    f,
                    "column \"{column}\": \"{value}\" in line {line} is not {} and counts as missing",
                    wanted.name()
                )
            }
            (Fate::Missing(wanted), _) => write!(
                f,
                "column \"{column}\": {cells} cells are not {} and count as missing, the first \"{value}\" in line {line}",
                wanted.name()
            ),
            (Fate::Text, 1) => {
                write!(
                    f,
                    "column \"{column}\" is read as text: \"{value}\" in line {line} is no plain number, all others are"
                )
            }
            (Fate::Dressed, _) => write!(
                f,
                "column \"{column}\" is read as text, each different cell a category of its own: {cells} cells are numbers with \
                 other signs, the first \"{value}\" in line {line}; write them as plain numbers (1234.5)"
            ),
            (Fate::QuestionMark, 1) => {
                write!(f, "column \"{column}\": \"{value}\" in line {line} counts as missing")
            }
            (Fate::QuestionMark, _) => write!(
                f,
                "column \"{column}\": {cells} cells are \"{value}\" and count as missing, the first in line {line}"
            ),
            (Fate::Text, _) => write!(
                f,
                "column \"{column}\" is read as text: {cells} cells are no plain numbers, the first \"{value}\" in line {line}"
            ),
        }
    }
}
