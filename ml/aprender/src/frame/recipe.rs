//! The learned transformation of the columns, and the resulting table.

use super::change::Change;
use super::error::FrameError;
use crate::boosting::ForeignCategories;
use crate::table::Table;
use alimentar::{ColumnType, Frame};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};

/// The replacement for a missing number.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fill {
    /// The mean of the training rows.
    Mean,
    /// Their median.
    Median,
    /// Their most frequent value, the smallest among equals.
    MostFrequent,
    /// This number.
    Constant(f64),
    /// None: it stays missing (NaN), for models that can handle that.
    Keep,
}

/// How numbers are scaled. Columns made from categories are left alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scale {
    /// Not at all.
    None,
    /// To mean 0 and (population) variance 1.
    Standard,
    /// To the range from 0 to 1.
    MinMax,
}

/// How categories become numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Categories {
    /// A column of 0 and 1 for each category of the training rows; a missing value is a category if the training rows have one.
    OneHot,
    /// The category's index among the sorted ones of the training rows.
    Ordinal,
}

/// How to treat a category that was absent from the training rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unseen {
    /// It matches no known one: all zeros, or as an ordinal the number after the last.
    Other,
    /// The row is refused.
    Refuse,
}

/// How a recipe is made.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Preparation {
    /// The replacement for missing numbers. Default: the mean.
    pub fill: Fill,
    /// Whether columns with missing numbers in the training rows get an extra column that marks them. Default: no.
    pub indicator: bool,
    /// How numbers are scaled. Default: mean 0, variance 1.
    pub scale: Scale,
    /// How categories become numbers. Default: one column for each.
    pub categories: Categories,
    /// How to treat unknown categories. Default: they match no known one.
    pub unseen: Unseen,
    /// Maximum number of different words of a column with [`Categories::OneHot`]. Default 1000.
    pub most_words: usize,
}

impl Default for Preparation {
    fn default() -> Self {
        Self {
            fill: Fill::Mean,
            indicator: false,
            scale: Scale::Standard,
            categories: Categories::OneHot,
            unseen: Unseen::Other,
            most_words: 1000,
        }
    }
}

/// The result of learning from the columns of the training rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Recipe {
    columns: Vec<Step>,
    unseen: Unseen,
    missing: Vec<String>,
}

/// One column of the frame.
#[derive(Debug, Clone, PartialEq)]
struct Step {
    name: String,
    column_type: ColumnType,
    change: Change,
}

/// A recipe without its numbers, which are stored exactly elsewhere.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Outline {
    unseen: Unseen,
    columns: Vec<OutlineColumn>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    missing: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct OutlineColumn {
    name: String,
    #[serde(rename = "type")]
    column_type: String,
    change: Change,
}

/// Maximum number of numbers of a table: one column of words may become a million columns, in a file of a few
/// megabytes.
const MOST_NUMBERS: usize = 1 << 32;

/// How types are spelled in a stored recipe.
const TYPES: [(ColumnType, &str); 5] = [
    (ColumnType::Number, "number"),
    (ColumnType::Integer, "integer"),
    (ColumnType::Boolean, "boolean"),
    (ColumnType::Date, "date"),
    (ColumnType::Text, "text"),
];

pub(crate) fn type_name(column_type: ColumnType) -> &'static str {
    TYPES.iter().find(|(own, _)| *own == column_type).map_or("text", |(_, name)| name)
}

pub(crate) fn type_of(name: &str) -> Option<ColumnType> {
    TYPES.iter().find(|(_, own)| *own == name).map(|(column_type, _)| *column_type)
}

impl Recipe {
    /// Learns from all columns of `frame`.
    ///
    /// # Errors
    /// No columns; a column without values, with infinities, or with too many different words.
    pub fn fit(frame: &Frame, preparation: &Preparation) -> Result<Self, FrameError> {
        let step = |(name, column): &(String, alimentar::Column)| {
            let change = Change::fit(name, column, preparation)?;
            Ok(Step { name: name.clone(), column_type: column.column_type(), change })
        };
        let columns = frame.columns().iter().map(step).collect::<Result<Vec<_>, FrameError>>()?;
        if columns.is_empty() {
            return Err(FrameError::NoFeatures);
        }
        Ok(Self { columns, unseen: preparation.unseen, missing: Vec::new() })
    }

    /// Takes numbers with these names as they are, missing ones included; a categorical column, given by its index,
    /// becomes the index of the word.
    ///
    /// # Errors
    /// No names, or a duplicate; categories that repeat.
    pub(crate) fn of_foreign(
        names: Vec<String>,
        mut categories: BTreeMap<usize, ForeignCategories>,
        unseen: Unseen,
    ) -> Result<Self, FrameError> {
        let column = |(place, name)| match categories.remove(&place) {
            Some(ForeignCategories { column_type, words }) => OutlineColumn {
                name,
                column_type: type_name(column_type).to_owned(),
                change: Change::Codes { words },
            },
            None => {
                let change =
                    Change::Number { filled: false, indicator: false, fill: 0.0, center: 0.0, factor: 1.0 };
                OutlineColumn { name, column_type: "number".to_owned(), change }
            }
        };
        let columns = names.into_iter().enumerate().map(column).collect::<Vec<_>>();
        let numbers = columns.iter().flat_map(|column| column.change.numbers()).collect::<Vec<_>>();
        Self::from_outline(Outline { unseen, columns, missing: Vec::new() }, &numbers)
    }

    /// Markers of missing values in data for this model, in addition to the usual ones.
    pub fn missing(&self) -> &[String] {
        &self.missing
    }

    /// Stores the markers of missing values in data for this model, in addition to the usual ones.
    pub fn set_missing(&mut self, missing: Vec<String>) {
        self.missing = missing;
    }

    /// The names of the table's columns: those of the frame, `column=category`, `column is missing`.
    pub fn features(&self) -> Vec<String> {
        let mut names = Vec::new();
        for step in &self.columns {
            step.change.features(&step.name, &mut names);
        }
        names
    }

    /// For each column of the table the index of the frame's column that it was made from.
    pub fn origins(&self) -> Vec<usize> {
        let widths = self.columns.iter().map(|step| step.change.width());
        widths.enumerate().flat_map(|(place, width)| std::iter::repeat_n(place, width)).collect()
    }

    /// The columns of the frame that are used, in the model's order.
    pub fn inputs(&self) -> Vec<String> {
        self.columns.iter().map(|step| step.name.clone()).collect()
    }

    /// Columns of the table that hold category indices ([`Categories::Ordinal`]).
    pub fn ordinals(&self) -> Vec<usize> {
        let mut places = Vec::new();
        let mut next = 0;
        for step in &self.columns {
            if step.change.places().is_some() {
                places.push(next);
            }
            next += step.change.width();
        }
        places
    }

    /// The first column of the frame with more than `most` categories as indices, and its number of categories.
    pub(crate) fn beyond(&self, most: usize) -> Option<(&str, usize)> {
        let sizes = self.columns.iter().filter_map(|step| Some((step.name.as_str(), step.change.places()?)));
        sizes.into_iter().find(|(_, places)| *places > most)
    }

    /// The column types with which to read a file, so that it suits the model.
    pub fn types(&self) -> BTreeMap<String, ColumnType> {
        let types = self.columns.iter().map(|step| {
            let column_type = match step.column_type {
                ColumnType::Integer => ColumnType::Number,
                other => other,
            };
            (step.name.clone(), column_type)
        });
        types.collect()
    }

    /// The table, with one row for each row of the frame. The frame's columns are found by name, and other columns are
    /// ignored.
    ///
    /// # Errors
    /// A column is missing or holds text instead of numbers; an infinite value; a category that is refused.
    pub fn apply(&self, frame: &Frame) -> Result<Table, FrameError> {
        let own = |names: Vec<&str>| names.into_iter().map(str::to_owned).collect::<Vec<_>>();
        let columns = frame.columns().iter().map(|(name, column)| (name.as_str(), column));
        let columns = columns.collect::<HashMap<_, _>>();
        let missing =
            self.columns.iter().map(|step| step.name.as_str()).filter(|name| !columns.contains_key(name));
        let missing = missing.collect::<Vec<_>>();
        if !missing.is_empty() {
            return Err(FrameError::NoColumn { missing: own(missing), found: own(frame.names().collect()) });
        }
        let width = self.columns.iter().map(|step| step.change.width()).sum::<usize>();
        if frame.rows().saturating_mul(width) > MOST_NUMBERS {
            return Err(FrameError::TooManyNumbers {
                rows: frame.rows(),
                columns: width,
                limit: MOST_NUMBERS,
            });
        }
        let mut values = vec![0.0; frame.rows() * width];
        let mut at = 0;
        for step in &self.columns {
            if let Some(column) = columns.get(step.name.as_str()) {
                let rows = values.chunks_exact_mut(width).map(|row| &mut row[at..at + step.change.width()]);
                step.change.apply(&step.name, column, self.unseen, rows)?;
            }
            at += step.change.width();
        }
        Ok(Table::new(values, width)?)
    }

    /// The part that is stored as text, and the numbers of each column (three for each, see [`Change::numbers`]).
    pub(crate) fn outline(&self) -> (Outline, Vec<f64>) {
        let columns = self.columns.iter().map(|step| OutlineColumn {
            name: step.name.clone(),
            column_type: type_name(step.column_type).to_owned(),
            change: step.change.clone(),
        });
        let numbers = self.columns.iter().flat_map(|step| step.change.numbers()).collect();
        (Outline { unseen: self.unseen, columns: columns.collect(), missing: self.missing.clone() }, numbers)
    }

    /// The recipe again.
    ///
    /// # Errors
    /// Names that repeat, types that do not exist, numbers that are not finite, words out of order.
    pub(crate) fn from_outline(outline: Outline, numbers: &[f64]) -> Result<Self, FrameError> {
        let invalid = |what: &str| FrameError::Invalid(what.to_owned());
        if outline.columns.is_empty() || numbers.len() != 3 * outline.columns.len() {
            return Err(invalid("the numbers are not three for each column"));
        }
        let mut names = outline.columns.iter().map(|column| &column.name).collect::<Vec<_>>();
        names.sort_unstable();
        if names.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(invalid("two columns of one name"));
        }
        let (triples, _) = numbers.as_chunks::<3>();
        let step = |(column, triple): (OutlineColumn, &[f64; 3])| {
            let column_type =
                type_of(&column.column_type).ok_or_else(|| invalid("a type that does not exist"))?;
            let change = column.change.with_numbers(triple)?;
            Ok(Step { name: column.name, column_type, change })
        };
        let columns = outline.columns.into_iter().zip(triples).map(step);
        let columns = columns.collect::<Result<_, FrameError>>()?;
        Ok(Self { columns, unseen: outline.unseen, missing: outline.missing })
    }
}
