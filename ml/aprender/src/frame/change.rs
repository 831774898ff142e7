//! The transformation of one column.

use super::error::FrameError;
use super::recipe::{Categories, Fill, Preparation, Scale, Unseen};
use crate::preprocessing::{deviation, usable};
use alimentar::Column;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap};

/// The learned transformation of one column of a frame into one or more columns of a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "to")]
pub(crate) enum Change {
    /// (x - center) · factor after a missing x was replaced, and optionally a column that marks missing values.
    Number {
        /// Whether missing values are replaced.
        filled: bool,
        /// Whether a second column marks missing values.
        indicator: bool,
        /// The replacement for a missing value.
        #[serde(skip)]
        fill: f64,
        /// The value that is subtracted.
        #[serde(skip)]
        center: f64,
        /// The scale factor.
        #[serde(skip)]
        factor: f64,
    },
    /// 0 or 1 for each word.
    OneHot {
        /// The words, sorted.
        words: Vec<String>,
        /// Whether a missing value is a category of its own, after the words.
        missing: bool,
    },
    /// The index among the words.
    Ordinal {
        /// The words, sorted.
        words: Vec<String>,
        /// Whether a missing value is a category of its own, after the words.
        missing: bool,
    },
    /// The index among words in the order of another library; a missing value stays missing.
    Codes {
        /// The words.
        words: Vec<String>,
    },
}

impl Change {
    /// Learns from a column.
    pub(super) fn fit(name: &str, column: &Column, preparation: &Preparation) -> Result<Self, FrameError> {
        if column.missing() == column.len() {
            return Err(FrameError::NoValues(name.to_owned()));
        }
        if let Some(numbers) = column.numbers() {
            return number(name, &numbers, preparation);
        }
        let words = (0..column.len()).filter_map(|row| column.text(row)).collect::<BTreeSet<_>>();
        let words = words.into_iter().collect::<Vec<_>>();
        let missing = column.missing() > 0;
        match preparation.categories {
            Categories::Ordinal => Ok(Change::Ordinal { words, missing }),
            Categories::OneHot if words.len() > preparation.most_words => Err(FrameError::TooManyWords {
                column: name.to_owned(),
                found: words.len(),
                limit: preparation.most_words,
            }),
            Categories::OneHot => Ok(Change::OneHot { words, missing }),
        }
    }

    /// Columns of the table.
    pub(super) fn width(&self) -> usize {
        match self {
            Change::Number { indicator, .. } => 1 + usize::from(*indicator),
            Change::OneHot { words, missing } => words.len() + usize::from(*missing),
            Change::Ordinal { .. } | Change::Codes { .. } => 1,
        }
    }

    /// Number of different category indices in one column of the table; `None` for other columns.
    pub(super) fn places(&self) -> Option<usize> {
        match self {
            Change::Ordinal { words, missing } => Some(words.len() + usize::from(*missing)),
            Change::Codes { words } => Some(words.len()),
            _ => None,
        }
    }

    pub(super) fn features(&self, name: &str, names: &mut Vec<String>) {
        match self {
            Change::Number { indicator, .. } => {
                names.push(name.to_owned());
                names.extend(indicator.then(|| format!("{name} is missing")));
            }
            Change::OneHot { words, missing } => {
                names.extend(words.iter().map(|word| format!("{name}={word}")));
                names.extend(missing.then(|| format!("{name} is missing")));
            }
            Change::Ordinal { .. } | Change::Codes { .. } => names.push(name.to_owned()),
        }
    }

    /// Writes the transformed column into the rows, which have the width that [`Change::width`] returns.
    pub(super) fn apply<'a>(
        &self,
        name: &str,
        column: &Column,
        unseen: Unseen,
        rows: impl Iterator<Item = &'a mut [f64]>,
    ) -> Result<(), FrameError> {
        match self {
            Change::Number { filled, indicator, fill, center, factor } => {
                let numbers = numbers(name, column)?;
                for (out, x) in rows.zip(numbers) {
                    let value = if x.is_nan() && *filled { *fill } else { x };
                    out[0] = (value - center) * factor;
                    if *indicator {
                        out[1] = f64::from(u8::from(x.is_nan()));
                    }
                }
            }
            Change::OneHot { words, missing } => {
                let places = places(name, column, words, *missing, unseen)?;
                for (out, place) in rows.zip(places) {
                    if let Some(cell) = out.get_mut(place) {
                        *cell = 1.0;
                    }
                }
            }
            Change::Ordinal { words, missing } => {
                let places = places(name, column, words, *missing, unseen)?;
                rows.zip(places).for_each(|(out, place)| out[0] = place as f64);
            }
            Change::Codes { words } => {
                let codes = codes(name, column, words, unseen)?;
                rows.zip(codes).for_each(|(out, code)| out[0] = code);
            }
        }
        Ok(())
    }

    /// Fill, center and factor; zeros for words.
    pub(super) fn numbers(&self) -> [f64; 3] {
        match self {
            Change::Number { fill, center, factor, .. } => [*fill, *center, *factor],
            _ => [0.0; 3],
        }
    }

    /// The transformation with its numbers, checked.
    pub(super) fn with_numbers(mut self, numbers: &[f64; 3]) -> Result<Self, FrameError> {
        let invalid = |what: &str| FrameError::Invalid(what.to_owned());
        match &mut self {
            Change::Number { fill, center, factor, .. } => {
                [*fill, *center, *factor] = *numbers;
                if numbers.iter().any(|x| !x.is_finite()) || *factor == 0.0 {
                    return Err(invalid("a scale that is not finite or zero"));
                }
            }
            Change::OneHot { words, .. } | Change::Ordinal { words, .. } => {
                if words.is_empty() || !words.is_sorted_by(|a, b| a < b) {
                    return Err(invalid("words that are not in order"));
                }
            }
            Change::Codes { words } => {
                if words.is_empty() || words.iter().collect::<BTreeSet<_>>().len() != words.len() {
                    return Err(invalid("words that repeat"));
                }
            }
        }
        Ok(self)
    }
}

/// The index of each row's category; the index after the last for unknown ones.
fn places(
    name: &str,
    column: &Column,
    words: &[String],
    missing: bool,
    unseen: Unseen,
) -> Result<Vec<usize>, FrameError> {
    let known = words.iter().enumerate().map(|(place, word)| (word.as_str(), place));
    let known = known.collect::<HashMap<_, _>>();
    let other = words.len() + usize::from(missing);
    let place = |row: usize| match column.text(row) {
        Some(word) => match known.get(word.as_str()) {
            Some(place) => Ok(*place),
            None if unseen == Unseen::Other => Ok(other),
            None => Err(FrameError::Unseen { column: name.to_owned(), row: row + 1, value: word }),
        },
        None if missing => Ok(words.len()),
        None if unseen == Unseen::Other => Ok(other),
        None => Err(FrameError::Missing { column: name.to_owned(), row: row + 1 }),
    };
    (0..column.len()).map(place).collect()
}

/// The index of each row's word; NaN if there is none, and for unknown words that are not refused.
fn codes(name: &str, column: &Column, words: &[String], unseen: Unseen) -> Result<Vec<f64>, FrameError> {
    let known = words.iter().enumerate().map(|(place, word)| (word.as_str(), place as f64));
    let known = known.collect::<HashMap<_, _>>();
    let code = |row: usize| match column.text(row) {
        None => Ok(f64::NAN),
        Some(word) => match known.get(word.as_str()) {
            Some(code) => Ok(*code),
            None if unseen == Unseen::Other => Ok(f64::NAN),
            None => Err(FrameError::Unseen { column: name.to_owned(), row: row + 1, value: word }),
        },
    };
    (0..column.len()).map(code).collect()
}

/// A column's numbers, none of them infinite.
fn numbers(name: &str, column: &Column) -> Result<Vec<f64>, FrameError> {
    let Some(numbers) = column.numbers() else {
        let first = (0..column.len()).find_map(|row| column.text(row).map(|value| (row + 1, value)));
        return match first {
            Some((row, value)) => Err(FrameError::NotNumbers { column: name.to_owned(), row, value }),
            None => Ok(vec![f64::NAN; column.len()]),
        };
    };
    match numbers.iter().position(|x| x.is_infinite()) {
        Some(row) => Err(FrameError::Infinite { column: name.to_owned(), row: row + 1 }),
        None => Ok(numbers),
    }
}

fn number(name: &str, values: &[f64], preparation: &Preparation) -> Result<Change, FrameError> {
    if let Some(row) = values.iter().position(|x| x.is_infinite()) {
        return Err(FrameError::Infinite { column: name.to_owned(), row: row + 1 });
    }
    let present = values.iter().copied().filter(|x| !x.is_nan()).collect::<Vec<_>>();
    let fill = filled(&present, preparation.fill);
    let after = match fill {
        Some(fill) => values.iter().map(|x| if x.is_nan() { fill } else { *x }).collect(),
        None => present.clone(),
    };
    let (center, factor) = scaled(&after, preparation.scale);
    let indicator = preparation.indicator && present.len() < values.len();
    Ok(Change::Number { filled: fill.is_some(), indicator, fill: fill.unwrap_or(0.0), center, factor })
}

/// The mean, computed so that the sum does not overflow.
fn mean(values: &[f64]) -> f64 {
    let count = values.len() as f64;
    let rough = values.iter().map(|x| x / count).sum::<f64>();
    rough + values.iter().map(|x| (x - rough) / count).sum::<f64>()
}

/// The replacement for missing values, from the values that are present.
fn filled(present: &[f64], fill: Fill) -> Option<f64> {
    let mut sorted = present.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    match fill {
        Fill::Keep => None,
        Fill::Constant(value) => Some(value),
        Fill::Mean => Some(mean(present)),
        Fill::Median => {
            let middle = sorted.len() / 2;
            let even = sorted.len().is_multiple_of(2) && middle > 0;
            let lower = if even { sorted[middle - 1] } else { sorted[middle] };
            Some(lower / 2.0 + sorted[middle] / 2.0)
        }
        Fill::MostFrequent => {
            let groups = sorted.chunk_by(|a, b| a == b);
            // Of equally long groups the first has the smallest value.
            groups.rev().max_by_key(|group| group.len()).map(|group| group[0])
        }
    }
}

/// Center and factor of a scale; a constant column keeps factor 1.
fn scaled(values: &[f64], scale: Scale) -> (f64, f64) {
    match scale {
        Scale::None => (0.0, 1.0),
        Scale::Standard => {
            let center = mean(values);
            let squares = values.iter().map(|x| (x - center) * (x - center)).sum::<f64>();
            let deviation = deviation(squares, center, values.iter().copied());
            let constant = deviation <= 10.0 * f64::EPSILON * center.abs();
            (center, if constant { 1.0 } else { usable(1.0 / deviation) })
        }
        Scale::MinMax => {
            let least = values.iter().copied().fold(f64::INFINITY, f64::min);
            let greatest = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            (least, if greatest > least { usable(1.0 / (greatest - least)) } else { 1.0 })
        }
    }
}
