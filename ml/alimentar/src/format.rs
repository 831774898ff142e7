//! The format of a file.

use crate::csv::read_csv;
use crate::error::{DataError, Place, Problem};
use crate::frame::Frame;
use crate::json_lines::read_json_lines;
use crate::options::Options;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// A format that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Fields separated by commas, or by the delimiter in the options.
    Csv,
    /// Fields between tabs.
    Tsv,
    /// One JSON object on each line.
    JsonLines,
}

impl Format {
    /// The format for a file name's extension: `csv`; `tsv`, `tab`; `jsonl`, `ndjson`.
    pub fn of(path: &Path) -> Option<Format> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "csv" => Some(Format::Csv),
            "tsv" | "tab" => Some(Format::Tsv),
            "jsonl" | "ndjson" => Some(Format::JsonLines),
            _ => None,
        }
    }
}

/// Reads `input` in one of the formats; `file` names it in errors.
///
/// # Errors
/// The problem, with line and column.
pub fn read(input: impl Read, file: &str, format: Format, options: &Options) -> Result<Frame, DataError> {
    match format {
        Format::Csv => read_csv(input, file, options),
        Format::Tsv => read_csv(input, file, &Options { delimiter: b'\t', ..options.clone() }),
        Format::JsonLines => read_json_lines(input, file, options),
    }
}

/// Reads the file at `path`, in the given format or the one of its extension.
///
/// # Errors
/// The problem, with line and column.
pub fn read_path(path: &Path, format: Option<Format>, options: &Options) -> Result<Frame, DataError> {
    let file = path.display().to_string();
    let place = Place { file: &file, line: 0 };
    let format = format.or_else(|| Format::of(path)).ok_or_else(|| place.error(Problem::UnknownFormat))?;
    let input = File::open(path).map_err(|error| place.error(Problem::Io(error)))?;
    read(input, &file, format, options)
}
