//! Named columns of one length.

use crate::column_type::ColumnType;
use crate::date;
use crate::remark::Remark;
use std::collections::HashMap;

/// One column.
#[derive(Debug, Clone)]
pub enum Column {
    /// Numbers; NaN is missing.
    Number(Vec<f64>),
    /// Whole numbers.
    Integer(Vec<Option<i64>>),
    /// Truth values.
    Boolean(Vec<Option<bool>>),
    /// Dates as days since 1970-01-01, UTC; NaN is missing.
    Date(Vec<f64>),
    /// Words.
    Text(Text),
}

impl PartialEq for Column {
    /// Missing numbers equal each other; 0 and -0 do not.
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Column::Number(a), Column::Number(b)) | (Column::Date(a), Column::Date(b)) => {
                let same = |(x, y): (&f64, &f64)| x.to_bits() == y.to_bits() || x.is_nan() && y.is_nan();
                a.len() == b.len() && a.iter().zip(b).all(same)
            }
            (Column::Integer(a), Column::Integer(b)) => a == b,
            (Column::Boolean(a), Column::Boolean(b)) => a == b,
            (Column::Text(a), Column::Text(b)) => a.iter().eq(b.iter()),
            _ => false,
        }
    }
}

impl Column {
    /// Number of rows.
    pub fn len(&self) -> usize {
        match self {
            Column::Number(values) | Column::Date(values) => values.len(),
            Column::Integer(values) => values.len(),
            Column::Boolean(values) => values.len(),
            Column::Text(text) => text.codes.len(),
        }
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Its type.
    pub fn column_type(&self) -> ColumnType {
        match self {
            Column::Number(_) => ColumnType::Number,
            Column::Integer(_) => ColumnType::Integer,
            Column::Boolean(_) => ColumnType::Boolean,
            Column::Date(_) => ColumnType::Date,
            Column::Text(_) => ColumnType::Text,
        }
    }

    /// Number of missing values.
    pub fn missing(&self) -> usize {
        match self {
            Column::Number(values) | Column::Date(values) => values.iter().filter(|x| x.is_nan()).count(),
            Column::Integer(values) => values.iter().filter(|x| x.is_none()).count(),
            Column::Boolean(values) => values.iter().filter(|x| x.is_none()).count(),
            Column::Text(text) => text.codes.iter().filter(|x| x.is_none()).count(),
        }
    }

    /// The value of a row as text; `None` if it is missing or there is no such row. Numbers are in the shortest form
    /// that reads back as the same number, dates in ISO 8601.
    pub fn text(&self, row: usize) -> Option<String> {
        match self {
            Column::Number(values) => values.get(row).filter(|x| !x.is_nan()).map(f64::to_string),
            Column::Integer(values) => values.get(row).copied().flatten().map(|x| x.to_string()),
            Column::Boolean(values) => values.get(row).copied().flatten().map(|x| x.to_string()),
            Column::Date(values) => values.get(row).filter(|x| !x.is_nan()).map(|days| date::iso(*days)),
            Column::Text(text) => text.get(row).map(str::to_owned),
        }
    }

    /// All values as numbers, missing ones as NaN; true is 1, a date the days since 1970-01-01. Whole numbers beyond
    /// 2⁵³ are rounded. `None` for text.
    pub fn numbers(&self) -> Option<Vec<f64>> {
        match self {
            Column::Number(values) | Column::Date(values) => Some(values.clone()),
            Column::Integer(values) => {
                Some(values.iter().map(|x| x.map_or(f64::NAN, |x| x as f64)).collect())
            }
            Column::Boolean(values) => {
                Some(values.iter().map(|x| x.map_or(f64::NAN, |x| f64::from(u8::from(x)))).collect())
            }
            Column::Text(_) => None,
        }
    }

    /// The given rows, in the given order; rows that do not exist are left out.
    fn select(&self, rows: &[usize]) -> Column {
        fn pick<T: Copy>(values: &[T], rows: &[usize]) -> Vec<T> {
            rows.iter().filter_map(|row| values.get(*row).copied()).collect()
        }
        match self {
            Column::Number(values) => Column::Number(pick(values, rows)),
            Column::Date(values) => Column::Date(pick(values, rows)),
            Column::Integer(values) => Column::Integer(pick(values, rows)),
            Column::Boolean(values) => Column::Boolean(pick(values, rows)),
            Column::Text(text) => {
                Column::Text(Text { words: text.words.clone(), codes: pick(&text.codes, rows) })
            }
        }
    }
}

/// Words of a column; each distinct word is stored once.
#[derive(Debug, Clone, Default)]
pub struct Text {
    words: Vec<String>,
    codes: Vec<Option<u32>>,
}

impl Text {
    /// The words of the rows; `None` means missing.
    pub fn new<'a>(rows: impl IntoIterator<Item = Option<&'a str>>) -> Self {
        let mut places = HashMap::<&str, u32>::new();
        let mut words = Vec::new();
        let codes = rows.into_iter().map(|row| {
            row.map(|word| {
                *places.entry(word).or_insert_with(|| {
                    words.push(word.to_owned());
                    words.len() as u32 - 1
                })
            })
        });
        let codes = codes.collect();
        Self { words, codes }
    }

    /// The distinct words, in the order of their first appearance in the file; this may include words of rows that were
    /// left out since.
    pub fn words(&self) -> &[String] {
        &self.words
    }

    /// For each row the index of its word.
    pub fn codes(&self) -> &[Option<u32>] {
        &self.codes
    }

    /// The word of a row.
    pub fn get(&self, row: usize) -> Option<&str> {
        let code = (*self.codes.get(row)?)?;
        self.words.get(code as usize).map(String::as_str)
    }

    /// The words of all rows.
    pub fn iter(&self) -> impl Iterator<Item = Option<&str>> + '_ {
        (0..self.codes.len()).map(|row| self.get(row))
    }
}

/// Named columns of one length.
#[derive(Debug, Clone, Default)]
pub struct Frame {
    columns: Vec<(String, Column)>,
    remarks: Vec<Remark>,
}

impl PartialEq for Frame {
    /// Equality compares only the columns, however they were read.
    fn eq(&self, other: &Self) -> bool {
        self.columns == other.columns
    }
}

impl Frame {
    /// A frame of these columns; `None` if names repeat or lengths differ.
    pub fn new(columns: Vec<(String, Column)>) -> Option<Self> {
        let mut names = columns.iter().map(|(name, _)| name).collect::<Vec<_>>();
        names.sort_unstable();
        let unique = names.windows(2).all(|pair| pair[0] != pair[1]);
        let equal = columns.windows(2).all(|pair| pair[0].1.len() == pair[1].1.len());
        (unique && equal).then_some(Self { columns, remarks: Vec::new() })
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.columns.first().map_or(0, |(_, column)| column.len())
    }

    /// The columns with their names, in the order of the file.
    pub fn columns(&self) -> &[(String, Column)] {
        &self.columns
    }

    /// The names, in the order of the file.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|(name, _)| name.as_str())
    }

    /// A column by its name.
    pub fn get(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|(own, _)| own == name).map(|(_, column)| column)
    }

    pub(crate) fn with_remarks(self, remarks: Vec<Remark>) -> Self {
        Self { remarks, ..self }
    }

    /// Oddities of columns that could still be read, in the order of the columns.
    pub fn remarks(&self) -> &[Remark] {
        &self.remarks
    }

    /// All columns except the named ones; unknown names are ignored.
    pub fn without(&self, names: &[&str]) -> Frame {
        let keep = self.columns.iter().filter(|(name, _)| !names.contains(&name.as_str()));
        let remarks = self.remarks.iter().filter(|remark| !names.contains(&remark.column.as_str()));
        Frame { columns: keep.cloned().collect(), remarks: remarks.cloned().collect() }
    }

    /// The given rows, in the given order; rows that do not exist are left out.
    pub fn select(&self, rows: &[usize]) -> Frame {
        let columns = self.columns.iter().map(|(name, column)| (name.clone(), column.select(rows)));
        Frame { columns: columns.collect(), remarks: self.remarks.clone() }
    }
}
