//! How text is read, and limits for hostile files.

use crate::column_type::ColumnType;
use std::collections::{BTreeMap, BTreeSet};

/// How text is read.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// The delimiter between two fields; one byte of ASCII that is neither a quotation mark nor a line end. Default: a
    /// comma.
    pub delimiter: u8,
    /// Texts that mean a missing value, in addition to an empty field. Default: [`MISSING`].
    pub missing: Vec<String>,
    /// Types of columns by name, which replace inference from the rows.
    pub types: BTreeMap<String, ColumnType>,
    /// Whether a few cells that do not have their column's type ([`Options::types`]) count as missing, with a
    /// [`Remark`](crate::Remark), as with inferred types. Default: no, the first one is an error.
    pub few_odd_cells: bool,
    /// Columns in which every cell of the wrong type counts as missing, with a remark.
    pub any_odd_cells: BTreeSet<String>,
    /// Bounds.
    pub limits: Limits,
}

/// The default markers of missing values: those of `pandas.read_csv`, and `?`, which gets a [`Remark`](crate::Remark)
/// outside of text.
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
    /// Whether `text` marks a missing value.
    pub(crate) fn is_missing(&self, text: &str) -> bool {
        let text = trimmed(text);
        // Most cells begin with a digit, but few markers do.
        let Some(first) = text.as_bytes().first() else { return true };
        self.missing.iter().any(|marker| marker.as_bytes().first() == Some(first) && marker == text)
    }
}

impl Options {
    /// Whether the user declared that `text` marks a missing value; convention alone does not count.
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

/// The cell without spaces and tabs around it.
pub(crate) fn trimmed(cell: &str) -> &str {
    let is_plain = |byte: Option<&u8>| !matches!(byte, Some(b' ' | b'\t'));
    // Most cells have none.
    if is_plain(cell.as_bytes().first()) && is_plain(cell.as_bytes().last()) {
        return cell;
    }
    cell.trim_matches([' ', '\t'])
}

/// Limits on the resources of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one field. Default 1 MiB.
    pub field_bytes: usize,
    /// Bytes of one record, or of one line of JSON. Default 64 MiB.
    pub record_bytes: usize,
    /// Columns. Default 200,000.
    pub columns: usize,
    /// Bytes of all fields together, plus 8 for each field of delimited text, because empty fields take memory too.
    /// Default 8 GiB.
    pub total_bytes: u64,
    /// Cells without a value on their line of JSON: a name on a single line makes a cell in every row. Default
    /// 134,217,728.
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
