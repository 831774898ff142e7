//! Reads data: delimited text (RFC 4180) and JSON lines as a [`Frame`] of named, typed columns.
//!
//! Types follow from all rows, by one rule ([`ColumnType`]). An error names file, line and column and says what to do;
//! an oddity is only a [`Remark`]. No input causes a panic, and memory is bounded by [`Limits`].
//!
//! ```
//! use alimentar::{Column, Options, read_csv};
//! let text = "size,kind\n1.5,oak\nNA,\"elm, old\"\n";
//! let frame = read_csv(text.as_bytes(), "trees.csv", &Options::default())?;
//! assert_eq!(frame.rows(), 2);
//! assert!(matches!(frame.get("size"), Some(Column::Number(sizes)) if sizes[0] == 1.5 && sizes[1].is_nan()));
//! # Ok::<(), alimentar::DataError>(())
//! ```

mod cells;
mod column_type;
mod csv;
mod date;
mod error;
mod format;
mod frame;
mod inference;
mod json_lines;
mod options;
mod remark;

#[cfg(test)]
mod tests;

pub use column_type::ColumnType;
pub use csv::{read_csv, write_csv};
pub use error::{DataError, Problem};
pub use format::{Format, read, read_path};
pub use frame::{Column, Frame, Text};
pub use inference::are_few;
pub use json_lines::read_json_lines;
pub use options::{Limits, MISSING, Options};
pub use remark::{Fate, Remark};
