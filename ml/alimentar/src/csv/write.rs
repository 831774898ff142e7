//! Writes a frame as delimited text.

use crate::frame::{Column, Frame};
use crate::options::Options;
use std::io::{Result, Write};

/// Writes a frame so that [`read_csv`](super::read_csv) with the same options and the frame's types gives it back:
/// missing values as empty fields (as the first marker if there is only one column), line ends LF. Without the types, a
/// text column whose cells all look like numbers or truth values is read as such.
///
/// # Errors
/// Those of `out`.
pub fn write_csv(frame: &Frame, mut out: impl Write, options: &Options) -> Result<()> {
    let columns = frame.columns();
    let mut line = String::new();
    for (index, (name, _)) in columns.iter().enumerate() {
        separate(&mut line, index, options);
        field(&mut line, name, options);
    }
    line.push('\n');
    out.write_all(line.as_bytes())?;
    let missing = match columns {
        [_] => options.missing.first().map_or("", String::as_str),
        _ => "",
    };
    for row in 0..frame.rows() {
        line.clear();
        for (index, (_, column)) in columns.iter().enumerate() {
            separate(&mut line, index, options);
            match (column, column.text(row)) {
                (_, None) => line.push_str(missing),
                (Column::Text(_), Some(text)) => field(&mut line, &text, options),
                (_, Some(number)) => line.push_str(&number),
            }
        }
        line.push('\n');
        out.write_all(line.as_bytes())?;
    }
    out.flush()
}

fn separate(line: &mut String, index: usize, options: &Options) {
    if index > 0 {
        line.push(char::from(options.delimiter));
    }
}

/// Text, in quotes if it would otherwise be read as something else.
fn field(line: &mut String, text: &str, options: &Options) {
    let special = |c: char| c == '"' || c == '\n' || c == '\r' || c == char::from(options.delimiter);
    if text.contains(special) || options.is_missing(text) || text.starts_with('\u{FEFF}') {
        line.push('"');
        line.push_str(&text.replace('"', "\"\""));
        line.push('"');
    } else {
        line.push_str(text);
    }
}
