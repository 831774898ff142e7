//! A fitted model with everything that it needs to predict from raw data.

use super::any::AnyModel;
use super::error::{Result, SavedError};
use crate::apr::{ModelCard, Provenance};
use crate::estimator::{Transform, highest};
use crate::frame::{Column, ColumnType, Frame, Recipe, Task};
use crate::mixture::GaussianMixtureModel;
use crate::table::Table;
use alimentar::Text;
use std::collections::BTreeMap;

/// The column that is predicted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetColumn {
    /// Its name.
    pub name: String,
    /// Its type in training.
    pub column_type: ColumnType,
}

/// A fitted model with its recipe, card and provenance.
#[derive(Debug, Clone, PartialEq)]
pub struct SavedModel {
    /// The name of its kind.
    pub kind: String,
    /// What it is for.
    pub task: Task,
    /// The column that it predicts; `None` for models without a target.
    pub target: Option<TargetColumn>,
    /// The labels of classes; empty if no classes are predicted.
    pub labels: Vec<String>,
    /// The transformation from a frame to the model's table.
    pub recipe: Recipe,
    /// Means of the table's columns over the training rows.
    pub background: Vec<f64>,
    /// The model itself.
    pub model: AnyModel,
    /// Intended use and limitations.
    pub card: ModelCard,
    /// Its provenance.
    pub provenance: Provenance,
}

impl SavedModel {
    /// The column types with which to read a file: those of the features, and of the target if `with_target`.
    pub fn types(&self, with_target: bool) -> BTreeMap<String, ColumnType> {
        let mut types = self.recipe.types();
        if let Some(target) = self.target.as_ref().filter(|_| with_target) {
            let column_type = match (self.task, target.column_type) {
                (Task::Regression, ColumnType::Integer) => ColumnType::Number,
                (_, column_type) => column_type,
            };
            types.insert(target.name.clone(), column_type);
        }
        types
    }

    /// The answers for each row, as columns: `prediction`, and with `probabilities` one column `p(label)` for each
    /// class. For principal components these are the coordinates, for a mixture the most likely component.
    /// [`SavedModel::evaluate`] compares the class in `prediction`.
    ///
    /// # Errors
    /// Columns are missing or unsuitable; or an answer is not a finite number.
    pub fn predict(&self, frame: &Frame, probabilities: bool) -> Result<Frame> {
        check_answers(frame.rows(), self.labels.len())?;
        let table = self.recipe.apply(frame)?;
        let mut columns = Vec::new();
        if let AnyModel::Pca(model) = &self.model {
            let table = model.transform(&table)?;
            let named =
                |c: usize| (format!("component {}", c + 1), Column::Number(table.column(c).collect()));
            columns.extend((0..table.columns()).map(named));
        } else if let AnyModel::KMeans(model) = &self.model {
            let clusters = model.predict(&table)?.into_iter().map(|cluster| Some(cluster as i64));
            columns.push(("prediction".to_owned(), Column::Integer(clusters.collect())));
        } else if let AnyModel::GaussianMixture(model) = &self.model {
            columns.extend(mixed(model, &table, probabilities)?);
        } else if let AnyModel::IsolationForest(model) = &self.model {
            columns.push(("score".to_owned(), Column::Number(model.scores(&table)?)));
        } else if let Some(model) = self.model.classifier() {
            // The model's own answer: for a support vector machine it is not always the most likely class.
            let answers = model.predict(&table)?;
            let words = answers.iter().map(|place| self.labels.get(*place as usize).map(String::as_str));
            columns.push(("prediction".to_owned(), Column::Text(Text::new(words))));
            if probabilities {
                let chances = model.predict_proba(&table)?;
                let named = |(place, label): (usize, &String)| {
                    (format!("p({label})"), Column::Number(chances.column(place).collect()))
                };
                columns.extend(self.labels.iter().enumerate().map(named));
            }
        } else if let Some(model) = self.model.regressor() {
            columns.push(("prediction".to_owned(), Column::Number(model.predict(&table)?)));
        }
        for numbers in columns.iter().filter_map(|(_, column)| match column {
            Column::Number(numbers) => Some(numbers),
            _ => None,
        }) {
            finite(numbers, 1)?;
        }
        // The names are made here, and all columns have one value for each row.
        Ok(Frame::new(columns).unwrap_or_default())
    }
}

/// Maximum number of answer values over all rows: 2 GiB of them.
const MOST_ANSWERS: usize = 1 << 28;

/// Refuses an input whose rows would get too many values in total, at this many per row.
pub(super) fn check_answers(rows: usize, each: usize) -> Result<()> {
    let limit = MOST_ANSWERS;
    if rows.saturating_mul(each) > limit {
        Err(SavedError::TooManyAnswers { rows, each, limit })
    } else {
        Ok(())
    }
}

/// An error if a value is not finite; each row has this many values.
pub(super) fn finite(numbers: &[f64], width: usize) -> Result<()> {
    match numbers.iter().position(|number| !number.is_finite()) {
        Some(place) => Err(SavedError::NotFinite { row: place / width.max(1) + 1 }),
        None => Ok(()),
    }
}

/// The most likely component of each row as `prediction`, and with `chances` one column `p(number)` for each.
fn mixed(model: &GaussianMixtureModel, table: &Table, chances: bool) -> Result<Vec<(String, Column)>> {
    let shares = model.predict_proba(table)?;
    let likeliest = shares.iter_rows().map(|row| Some(highest(row) as i64)).collect();
    let mut columns = vec![("prediction".to_owned(), Column::Integer(likeliest))];
    if chances {
        let named = |place: usize| (format!("p({place})"), Column::Number(shares.column(place).collect()));
        columns.extend((0..shares.columns()).map(named));
    }
    Ok(columns)
}
