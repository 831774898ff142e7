//! Errors in a data file, with their place and advice.

use std::fmt::{self, Display};

/// The subject of a limit: a name that occurs on a few lines makes a cell in every row.
pub(crate) const ABSENT_CELLS: &str = "cells without a value";

/// An error with its place.
#[derive(Debug)]
pub struct DataError {
    /// The file, as named by the caller.
    pub file: String,
    /// Line of the file, from 1; 0 if the problem is with the whole file.
    pub line: u64,
    /// The column's name, or its number from 1 if the name is unknown.
    pub column: Option<String>,
    /// What is wrong.
    pub problem: Problem,
}

impl Display for DataError {
    /// `file:line: column "x": what is wrong`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
        }
        if let Some(column) = &self.column {
            write!(f, ": column {column}")?;
        }
        write!(f, ": {}", self.problem)
    }
}

impl std::error::Error for DataError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.problem {
            Problem::Io(error) => Some(error),
            _ => None,
        }
    }
}

/// What can be wrong.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// The system refused to read or write.
    #[error("{0}")]
    Io(std::io::Error),
    /// The file is empty, or has nothing under the header.
    #[error("there are no {0}")]
    Nothing(&'static str),
    /// A row with more or fewer fields than the header.
    #[error("{found} fields, the header has {expected}")]
    Ragged {
        /// Fields of the header.
        expected: usize,
        /// Fields of the row.
        found: usize,
    },
    /// A quotation mark inside a field that does not begin with one.
    #[error("a quotation mark in the middle of a field")]
    StrayQuote,
    /// Something other than a delimiter or a line end after the closing quotation mark.
    #[error("text after the closing quotation mark of a field")]
    AfterQuote,
    /// A quotation mark that is never closed.
    #[error("the quotation mark that opens here is never closed")]
    OpenQuote,
    /// A carriage return without a line feed, outside quotation marks.
    #[error("a carriage return without a line feed")]
    LoneCarriageReturn,
    /// Bytes that are not UTF-8.
    #[error("bytes that are not UTF-8")]
    NotUtf8,
    /// A UTF-16 byte order mark at the beginning.
    #[error("the file is UTF-16")]
    Utf16,
    /// A zero byte.
    #[error("a zero byte: this is not a text file")]
    ZeroByte,
    /// A header without a name.
    #[error("the column has no name")]
    EmptyHeader,
    /// Two columns with the same name.
    #[error("another column has this name too")]
    DuplicateHeader,
    /// More than a limit allows.
    #[error("{what}: more than the limit of {limit}")]
    Limit {
        /// The subject of the limit.
        what: &'static str,
        /// The limit.
        limit: u64,
    },
    /// A line that is not a JSON object.
    #[error("not a JSON object: {0}")]
    Json(String),
    /// A column that holds values of different kinds.
    #[error("{found}, but the rows before have {expected}")]
    Mixed {
        /// The kind of the values in the rows before.
        expected: &'static str,
        /// What this one has.
        found: &'static str,
    },
    /// A value that does not have the requested type.
    #[error("\"{value}\" is not {wanted}")]
    WrongType {
        /// The value, or its beginning if it is long.
        value: String,
        /// The type.
        wanted: &'static str,
    },
    /// A column that was named but does not exist.
    #[error("there is no such column")]
    NoColumn,
    /// A character that is not allowed as a delimiter.
    #[error("{0:?} cannot separate fields")]
    Delimiter(char),
    /// A file name whose extension does not reveal the format.
    #[error("the ending of the name does not say what the file is")]
    UnknownFormat,
}

impl Problem {
    /// Advice for the owner of the file.
    pub fn help(&self) -> &'static str {
        match self {
            Problem::Io(_) => "check the path and its permissions",
            Problem::Nothing(_) => "the first line names the columns, the rows follow",
            Problem::Ragged { .. } => "quote fields that hold the delimiter, or add what is missing",
            Problem::StrayQuote => "quote the whole field and double the quotation marks in it",
            Problem::AfterQuote => "double the quotation marks inside a quoted field",
            Problem::OpenQuote => "close it, or double the quotation marks inside a quoted field",
            Problem::LoneCarriageReturn => "end lines with LF or CR LF, and quote fields that hold line ends",
            Problem::NotUtf8 | Problem::Utf16 => "convert the file, for example with iconv -t UTF-8",
            Problem::ZeroByte => "give a text file",
            Problem::EmptyHeader => "name every column in the first line",
            Problem::DuplicateHeader => "give each column its own name",
            Problem::Limit { what: ABSENT_CELLS, .. } => {
                "leave out names that few lines have, or split the file"
            }
            Problem::Limit { .. } => "look for a quotation mark that is not closed, or split the file",
            Problem::Json(_) => {
                "each line is one object whose values are numbers, strings, true, false or null"
            }
            Problem::Mixed { .. } => "write the values of a column in one way",
            Problem::WrongType { .. } => "correct the value, or name another type",
            Problem::NoColumn => "use a name from the first line",
            Problem::Delimiter(_) => "choose one ASCII character that is no quotation mark and no line end",
            Problem::UnknownFormat => "name the format: csv, tsv or jsonl",
        }
    }
}

/// Makes errors about one file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) file: &'a str,
    pub(crate) line: u64,
}

impl Place<'_> {
    pub(crate) fn error(&self, problem: Problem) -> DataError {
        DataError { file: self.file.to_owned(), line: self.line, column: None, problem }
    }

    /// About a column whose name is known.
    pub(crate) fn in_column(&self, name: &str, problem: Problem) -> DataError {
        let name = name.chars().take(80).collect::<String>();
        DataError { column: Some(format!("\"{name}\"")), ..self.error(problem) }
    }
}
