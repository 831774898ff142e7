//! The column to predict.

use super::error::FrameError;
use alimentar::{Column, ColumnType, Fate, Frame, Remark, are_few};
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

/// What a model is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Task {
    /// Numbers are predicted.
    Regression,
    /// Classes are predicted.
    Classification,
    /// Rows are grouped without a target.
    Clustering,
    /// Columns are reduced to fewer, without a target.
    Reduction,
    /// Rows get an anomaly score, without a target.
    Outliers,
}

/// Whole numbers with at most this many different values count as classes by default.
const MOST_NUMBERED_CLASSES: usize = 10;

impl Task {
    /// The task that a target suggests: classification if it holds text, truth values, or whole numbers of at most 10
    /// different values; else regression.
    pub fn suggested(column: &Column) -> Task {
        let classes = match column {
            Column::Text(_) | Column::Boolean(_) => true,
            Column::Number(_) | Column::Date(_) => false,
            Column::Integer(values) => few(values.iter().flatten()),
        };
        if classes { Task::Classification } else { Task::Regression }
    }

    /// The task that the target with that name suggests, unless a few odd cells would decide it.
    ///
    /// # Errors
    /// There is no such column; almost all of its cells have one type and a few differ; most are numbers that suggest
    /// regression, and the rest is text; almost all are whole numbers that suggest classes, and the rest are fractions.
    pub fn of_target(frame: &Frame, name: &str) -> Result<Task, FrameError> {
        let column = column(frame, name)?;
        // Cells of a text column, and conventional missing values, do not count as odd.
        let is_odd = |fate: Fate| matches!(fate, Fate::Missing(_) | Fate::Text);
        let own = |remark: &&Remark| remark.column == name && is_odd(remark.fate);
        let Some(remark) = frame.remarks().iter().find(own) else {
            return match odd_fraction(column) {
                Some((row, value)) => {
                    Err(FrameError::OddNumber { column: name.to_owned(), row: row + 1, value })
                }
                None => Ok(Task::suggested(column)),
            };
        };
        let others = match remark.fate {
            Fate::Missing(ColumnType::Boolean) => "true or false",
            Fate::Missing(ColumnType::Date) => "dates",
            Fate::Missing(_) => "numbers",
            Fate::Text if are_labels(column) => return Ok(Task::Classification),
            _ => "numbers",
        };
        let (line, value) = (remark.line, remark.value.clone());
        Err(FrameError::OddTarget { column: name.to_owned(), line, value, others })
    }
}

/// Whether the number of different values is small enough for labels rather than quantities.
fn few<T: Ord>(values: impl Iterator<Item = T>) -> bool {
    let mut seen = values.collect::<Vec<_>>();
    seen.sort_unstable();
    seen.dedup();
    seen.len() <= MOST_NUMBERED_CLASSES
}

/// If the values are whole numbers that would be labels except for a few fractions: the first fraction and its row.
fn odd_fraction(column: &Column) -> Option<(usize, f64)> {
    let Column::Number(values) = column else { return None };
    let present = values.iter().filter(|x| !x.is_nan());
    let (whole, fractions): (Vec<f64>, Vec<f64>) = present.partition(|x| x.fract() == 0.0);
    let accidents = are_few(fractions.len(), whole.len()) && few(whole.iter().map(|x| x.to_bits()));
    let row = values.iter().position(|x| !x.is_nan() && x.fract() != 0.0)?;
    accidents.then_some((row, values[row]))
}

/// Whether the numbers among a column's words are whole and have few different values.
fn are_labels(column: &Column) -> bool {
    let numbers = (0..column.len())
        .filter_map(|row| column.text(row))
        .filter(|word| word.trim().parse::<f64>().is_ok());
    let numbers = numbers.collect::<Vec<_>>();
    numbers.iter().all(|word| word.trim().parse::<i64>().is_ok()) && few(numbers.into_iter())
}

/// A target, one value for each row.
#[derive(Debug, Clone, PartialEq)]
pub enum Target {
    /// Numbers, all finite.
    Numbers(Vec<f64>),
    /// Places among labels.
    Classes {
        /// The labels: numbers sorted by size, others alphabetically.
        labels: Vec<String>,
        /// For each row the index of its label.
        codes: Vec<u32>,
    },
}

impl Target {
    /// Numbers from a column.
    ///
    /// # Errors
    /// There is no such column; it holds text; a value is missing or infinite.
    pub fn numbers(frame: &Frame, name: &str) -> Result<Vec<f64>, FrameError> {
        let column = column(frame, name)?;
        let Some(numbers) = column.numbers() else {
            let first = (0..column.len()).find_map(|row| column.text(row).map(|value| (row + 1, value)));
            let (row, value) = first.unwrap_or_default();
            return Err(FrameError::TextTarget { column: name.to_owned(), row, value });
        };
        match numbers.iter().position(|x| !x.is_finite()) {
            None => Ok(numbers),
            Some(row) if numbers[row].is_nan() => {
                Err(FrameError::Missing { column: name.to_owned(), row: row + 1 })
            }
            Some(row) => Err(FrameError::Infinite { column: name.to_owned(), row: row + 1 }),
        }
    }

    /// A column as a target for the task.
    ///
    /// # Errors
    /// As [`Target::numbers`]; or there are fewer than two classes.
    pub fn new(frame: &Frame, name: &str, task: Task) -> Result<Target, FrameError> {
        if task != Task::Classification {
            return Target::numbers(frame, name).map(Target::Numbers);
        }
        let words = words(frame, name)?;
        let mut labels = words.clone();
        labels.sort_unstable_by(|a, b| by_number(a, b));
        labels.dedup();
        if labels.len() < 2 {
            return Err(crate::ModelError::OneClass(labels.len()).into());
        }
        let codes = codes(name, &words, &labels)?;
        Ok(Target::Classes { labels, codes })
    }

    /// The indices of a column's values among known labels.
    ///
    /// # Errors
    /// There is no such column; a value is missing or not among the labels.
    pub fn among(frame: &Frame, name: &str, labels: &[String]) -> Result<Vec<u32>, FrameError> {
        codes(name, &words(frame, name)?, labels)
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        match self {
            Target::Numbers(values) => values.len(),
            Target::Classes { codes, .. } => codes.len(),
        }
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

fn column<'a>(frame: &'a Frame, name: &str) -> Result<&'a Column, FrameError> {
    frame.get(name).ok_or_else(|| FrameError::NoColumn {
        missing: vec![name.to_owned()],
        found: frame.names().map(str::to_owned).collect(),
    })
}

fn words(frame: &Frame, name: &str) -> Result<Vec<String>, FrameError> {
    let column = column(frame, name)?;
    let word = |row: usize| {
        column.text(row).ok_or_else(|| FrameError::Missing { column: name.to_owned(), row: row + 1 })
    };
    (0..column.len()).map(word).collect()
}

fn codes(name: &str, words: &[String], labels: &[String]) -> Result<Vec<u32>, FrameError> {
    let places = labels.iter().enumerate().map(|(place, label)| (label.as_str(), place as u32));
    let places = places.collect::<std::collections::HashMap<_, _>>();
    let code = |(row, word): (usize, &String)| {
        places.get(word.as_str()).copied().ok_or_else(|| FrameError::Unseen {
            column: name.to_owned(),
            row: row + 1,
            value: word.clone(),
        })
    };
    words.iter().enumerate().map(code).collect()
}

/// Numbers by size and before words, words alphabetically.
fn by_number(a: &str, b: &str) -> Ordering {
    match (a.parse::<f64>(), b.parse::<f64>()) {
        (Ok(x), Ok(y)) => x.total_cmp(&y).then_with(|| a.cmp(b)),
        (Ok(_), Err(_)) => Ordering::Less,
        (Err(_), Ok(_)) => Ordering::Greater,
        (Err(_), Err(_)) => a.cmp(b),
    }
}
