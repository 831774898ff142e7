//! Delimited text as in RFC 4180: quotation marks, doubled inside quotes; line ends of either kind, also inside quotes.
//! The first record names the columns. Empty lines and a byte order mark are skipped.

mod records;
mod write;

pub use write::write_csv;

use crate::cells::Cells;
use crate::error::{DataError, Place, Problem};
use crate::frame::Frame;
use crate::inference::typed;
use crate::options::{Limits, Options};
use records::{Record, Records};
use std::collections::HashSet;
use std::io::Read;

/// Memory of a field in addition to its text.
const FIELD_BYTES: u64 = 8;

/// Reads delimited text; `file` names it in errors.
///
/// # Errors
/// The problem, with line and column.
pub fn read_csv(input: impl Read, file: &str, options: &Options) -> Result<Frame, DataError> {
    let whole = Place { file, line: 0 };
    let mut records = Records::new(input, file, options)?;
    let Some(header) = records.next()? else {
        return Err(whole.error(Problem::Nothing("columns")));
    };
    let names = names(header, file, &options.limits)?;
    let known = names.iter().collect::<HashSet<_>>();
    if let Some(unknown) = options.types.keys().find(|name| !known.contains(name)) {
        return Err(whole.in_column(unknown, Problem::NoColumn));
    }
    let mut columns = names.iter().map(|_| Cells::default()).collect::<Vec<_>>();
    let mut lines = Vec::new();
    let mut total = 0u64;
    while let Some(record) = records.next()? {
        let place = Place { file, line: record.line };
        if record.len() != names.len() {
            return Err(place.error(Problem::Ragged { expected: names.len(), found: record.len() }));
        }
        total += record.bytes() as u64 + FIELD_BYTES * record.len() as u64;
        let limit = options.limits.total_bytes;
        if total > limit {
            return Err(place.error(Problem::Limit { what: "bytes of all fields", limit }));
        }
        for (cells, (text, quoted)) in columns.iter_mut().zip(record.iter()) {
            cells.push(text, quoted);
        }
        lines.push(record.line);
    }
    if lines.is_empty() {
        return Err(whole.error(Problem::Nothing("rows under the header")));
    }
    let mut remarks = Vec::new();
    let typed = names.into_iter().zip(columns).map(|(name, cells)| {
        let (column, remark) = typed(&name, &cells, &lines, file, options)?;
        remarks.extend(remark);
        Ok((name, column))
    });
    let columns = typed.collect::<Result<Vec<_>, _>>()?;
    let frame = Frame::new(columns).ok_or_else(|| whole.error(Problem::DuplicateHeader))?;
    Ok(frame.with_remarks(remarks))
}

/// The names in the first record, without empty or duplicate ones.
fn names(header: &Record, file: &str, limits: &Limits) -> Result<Vec<String>, DataError> {
    let place = Place { file, line: header.line };
    if header.len() > limits.columns {
        return Err(place.error(Problem::Limit { what: "columns", limit: limits.columns as u64 }));
    }
    let mut seen = HashSet::new();
    let mut names = Vec::with_capacity(header.len());
    for (number, (name, _)) in header.iter().enumerate() {
        if name.trim().is_empty() {
            let numbered = Some((number + 1).to_string());
            return Err(DataError { column: numbered, ..place.error(Problem::EmptyHeader) });
        }
        if !seen.insert(name) {
            return Err(place.in_column(name, Problem::DuplicateHeader));
        }
        names.push(name.to_owned());
    }
    Ok(names)
}
