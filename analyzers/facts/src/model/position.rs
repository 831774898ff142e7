use serde::{Deserialize, Serialize};

/// A stretch of a file. Bytes count from 0 with an exclusive end; lines and columns count from 1, both inclusive, columns
/// in bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span {
    /// First byte.
    pub start_byte: u32,
    /// One past the last byte.
    pub end_byte: u32,
    /// Line of the first byte.
    pub start_line: u32,
    /// Line of the last byte.
    pub end_line: u32,
    /// Column of the first byte.
    pub start_column: u32,
}

impl Span {
    /// A line from its start, where the bytes are not known.
    pub fn of_line(line: u32) -> Span {
        Span { start_line: line, end_line: line, start_column: 1, ..Span::default() }
    }

    /// Number of lines the span touches.
    pub fn line_count(&self) -> u32 {
        self.end_line - self.start_line + 1
    }

    /// True if `other` is entirely inside.
    pub fn contains(&self, other: &Span) -> bool {
        self.start_byte <= other.start_byte && other.end_byte <= self.end_byte
    }

    /// The bytes of the span in `source`; empty when the span is outside.
    pub fn of<'s>(&self, source: &'s [u8]) -> &'s [u8] {
        source.get(self.start_byte as usize..self.end_byte as usize).unwrap_or_default()
    }
}
