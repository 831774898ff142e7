//! From text to typed columns, by the rule that [`ColumnType`] states.

use crate::cells::Cells;
use crate::error::{DataError, Place, Problem};
use crate::frame::{Column, ColumnType, Text};
use crate::options::{Options, trimmed};

/// The cells as the type that all of them allow, or that was declared. `lines` are the lines of the rows.
pub(crate) fn typed(
    name: &str,
    cells: &Cells,
    lines: &[u64],
    file: &str,
    options: &Options,
) -> Result<Column, DataError> {
    let declared = options.types.get(name).copied();
    let column_type = declared.unwrap_or_else(|| inferred(cells, options));
    let wrong = |row: usize, cell: &str| {
        let value = cell.chars().take(60).collect();
        let line = lines.get(row).copied().unwrap_or_default();
        Place { file, line }.in_column(name, Problem::WrongType { value, wanted: column_type.name() })
    };
    match column_type {
        ColumnType::Boolean => parsed(cells, options, boolean, wrong).map(Column::Boolean),
        ColumnType::Integer => parsed(cells, options, integer, wrong).map(Column::Integer),
        ColumnType::Number => parsed(cells, options, number, wrong)
            .map(|values| Column::Number(values.into_iter().map(|x| x.unwrap_or(f64::NAN)).collect())),
        // What stands between quotation marks in a column of text is meant as text, even where it looks like a marker.
        ColumnType::Text => Ok(Column::Text(Text::new(
            cells.iter().map(|(cell, quoted)| (quoted || !options.is_missing(cell)).then_some(cell)),
        ))),
    }
}

fn parsed<T>(
    cells: &Cells,
    options: &Options,
    parse: impl Fn(&str) -> Option<T>,
    wrong: impl Fn(usize, &str) -> DataError,
) -> Result<Vec<Option<T>>, DataError> {
    let value = |(row, (cell, _)): (usize, (&str, bool))| {
        if options.is_missing(cell) {
            return Ok(None);
        }
        parse(cell).map(Some).ok_or_else(|| wrong(row, cell))
    };
    cells.iter().enumerate().map(value).collect()
}

fn inferred(cells: &Cells, options: &Options) -> ColumnType {
    let mut found = None;
    for (cell, _) in cells.iter().filter(|(cell, _)| !options.is_missing(cell)) {
        let of_cell = if boolean(cell).is_some() {
            ColumnType::Boolean
        } else if integer(cell).is_some() {
            ColumnType::Integer
        } else if number(cell).is_some() {
            ColumnType::Number
        } else {
            ColumnType::Text
        };
        let joined = match (found, of_cell) {
            (None, of_cell) => of_cell,
            (Some(found), of_cell) if found == of_cell => found,
            (Some(ColumnType::Integer), ColumnType::Number)
            | (Some(ColumnType::Number), ColumnType::Integer) => ColumnType::Number,
            _ => ColumnType::Text,
        };
        found = Some(joined);
        if joined == ColumnType::Text {
            break;
        }
    }
    found.unwrap_or(ColumnType::Number)
}

fn boolean(cell: &str) -> Option<bool> {
    match trimmed(cell) {
        "true" | "True" | "TRUE" => Some(true),
        "false" | "False" | "FALSE" => Some(false),
        _ => None,
    }
}

fn integer(cell: &str) -> Option<i64> {
    let cell = trimmed(cell);
    let digits = unsigned(cell);
    // "-0" is a number: as a whole number it would lose its sign.
    let whole = digits.bytes().all(|byte| byte.is_ascii_digit()) && !has_leading_zeros(digits);
    if whole && cell != "-0" { cell.parse().ok() } else { None }
}

fn number(cell: &str) -> Option<f64> {
    let cell = trimmed(cell);
    let digits = unsigned(cell);
    if ["inf", "Inf", "INF", "infinity", "Infinity"].contains(&digits) {
        return cell.parse().ok();
    }
    let decimal = digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-'));
    if decimal && !has_leading_zeros(digits) { cell.parse().ok() } else { None }
}

fn unsigned(cell: &str) -> &str {
    cell.strip_prefix(['+', '-']).unwrap_or(cell)
}

fn has_leading_zeros(digits: &str) -> bool {
    digits.starts_with('0') && digits.as_bytes().get(1).is_some_and(u8::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numerals() {
        assert_eq!(
            ["7", "-12", "+3", "0", " 4 "].map(integer),
            [Some(7), Some(-12), Some(3), Some(0), Some(4)]
        );
        assert_eq!(["007", "1.0", "9223372036854775808", "", "-", "1_000", "-0"].map(integer), [None; 7]);
        assert_eq!(
            [".5", "1e3", "-2.50", "0.1"].map(number),
            [Some(0.5), Some(1000.0), Some(-2.5), Some(0.1)]
        );
        assert_eq!(["1,5", "0x10", "00.5", "e5", "nan", "1e", "--1", "infinite"].map(number), [None; 8]);
        assert_eq!(number("-inf"), Some(f64::NEG_INFINITY));
        assert_eq!(["TRUE", "yes", "1"].map(boolean), [Some(true), None, None]);
    }
}
