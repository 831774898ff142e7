//! The types of columns.

/// The type of a column's values. Without a declared type it follows from all cells that are not missing:
/// [`Boolean`](ColumnType::Boolean) if all are `true` or `false` (also `True`, `TRUE`, …); else
/// [`Integer`](ColumnType::Integer) if all are whole numbers of 64 bits; else [`Number`](ColumnType::Number) if all are
/// decimal numbers or infinities; else [`Date`](ColumnType::Date) if all are dates of ISO 8601; else
/// [`Text`](ColumnType::Text). A numeral with leading zeros (`007`) counts as a code and is text; so is one with a
/// decimal comma. A column without any value is [`Number`](ColumnType::Number). Spaces around numbers, booleans, dates
/// and markers of missing values are ignored; text keeps them. A few odd cells do not change the type of a column: if
/// at most one in twenty (or a single one) has a different type from all others, it counts as missing, and a
/// [`Remark`](crate::Remark) reports it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ColumnType {
    /// 64-bit floating point.
    Number,
    /// Signed, 64 bits.
    Integer,
    /// True or false.
    Boolean,
    /// Days since 1970-01-01, UTC.
    Date,
    /// Words.
    Text,
}

impl ColumnType {
    /// With its article, for messages.
    pub fn name(self) -> &'static str {
        match self {
            ColumnType::Number => "a number",
            ColumnType::Integer => "a whole number",
            ColumnType::Boolean => "true or false",
            ColumnType::Date => "a date",
            ColumnType::Text => "text",
        }
    }
}
