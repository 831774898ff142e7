//! How text is read, and the bounds within which a hostile file is held.

use crate::column_type::ColumnType;
use std::collections::{BTreeMap, BTreeSet};

/// How text is read.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// What is between two fields; one byte of ASCII that is neither a quotation mark nor a line end. Default: a comma.
    pub delimiter: u8,
    /// Texts that mean a missing value, in addition to an empty field. Default: [`MISSING`].
    pub missing: Vec<String>,
    /// Types of columns by name, instead of what all rows let infer.
    pub types: BTreeMap<String, ColumnType>,
    /// Whether few cells that are not of their column's type ([`Options::types`]) count as missing, with a
    /// [`Remark`](crate::Remark), as they do where the type is inferred. Default: no, the first one is an error.
    pub few_odd_cells: bool,
    /// Columns of which every cell that is not of their type counts as missing, with a remark.
    pub any_odd_cells: BTreeSet<String>,
    /// Bounds.
    pub limits: Limits,
}

/// What stands for a missing value where nobody says otherwise: what `pandas.read_csv` takes for one, and `?`, which gets a
/// [`Remark`](crate::Remark) outside of text.
pub const MISSING: [&str; 18] = [
    "NA", "N/A", "n/a", "NaN", "nan", "-NaN", "-nan", "null", "NULL", "None", "?", "<NA>", "#N/A", "#NA",
    "#N/A N/A", "1.#IND", "-1.#IND", "-1.#QNAN",
];

impl Default for Options {
    fn default() -> Self {
        Self {
            delimiter: b',',
            missing: MISSING.map(str::to_owned).to_vec(),
            types: BTreeMap::new(),
            few_odd_cells: false,
            any_odd_cells: BTreeSet::new(),
            limits: Limits::default(),
        }
    }
}

impl Options {
    /// Whether `text` stands for a missing value.
    pub(crate) fn is_missing(&self, text: &str) -> bool {
        let text = trimmed(text);
        // Most cells begin with a digit, and few markers do.
        let Some(first) = text.as_bytes().first() else { return true };
        self.missing.iter().any(|marker| marker.as_bytes().first() == Some(first) && marker == text)
    }
}

impl Options {
    /// Whether `text` stands for a missing value by the user's word, and not only by convention.
    pub(crate) fn is_named_missing(&self, text: &str) -> bool {
        self.is_missing(text) && !text.is_empty() && !MISSING.contains(&trimmed(text))
    }
}

impl Options {
    /// Whether a question mark means a missing value only by convention: an option that names it makes it explicit.
    pub(crate) fn assumes_question_marks(&self) -> bool {
        self.missing.iter().filter(|marker| *marker == "?").count() == 1
    }
}

/// The cell without the spaces and tabs around it.
pub(crate) fn trimmed(cell: &str) -> &str {
    let is_plain = |byte: Option<&u8>| !matches!(byte, Some(b' ' | b'\t'));
    // Most cells have none.
    if is_plain(cell.as_bytes().first()) && is_plain(cell.as_bytes().last()) {
        return cell;
    }
    cell.trim_matches([' ', '\t'])
}

/// Bounds on what a file may ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one field. Default 1 MiB.
    pub field_bytes: usize,
    /// Bytes of one record, or of one line of JSON. Default 64 MiB.
    pub record_bytes: usize,
    /// Columns. Default 200,000.
    pub columns: usize,
    /// Bytes of all fields together, and 8 for each of delimited text: an empty one takes room, too. Default 8 GiB.
    pub total_bytes: u64,
    /// Cells that no line of JSON gives a value: a name on one line makes a cell in every row. Default 134,217,728.
    pub absent_cells: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            field_bytes: 1 << 20,
            record_bytes: 64 << 20,
            columns: 200_000,
            total_bytes: 8 << 30,
            absent_cells: 1 << 27,
        }
    }
}
