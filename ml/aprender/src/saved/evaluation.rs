//! The quality of a model on given rows.

use super::error::{Result, SavedError};
use super::learner::Learner;
use super::model::{SavedModel, check_answers};
use crate::error::ModelError;
use crate::frame::{Frame, Target, Task};
use crate::metrics;
use crate::table::Table;
use crate::validation::Fold;
use serde::Serialize;
use std::collections::BTreeMap;

/// Figures, and the data behind them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Evaluation {
    /// What the model is for.
    pub task: Task,
    /// Number of rows.
    pub rows: usize,
    /// Figures by name.
    pub metrics: BTreeMap<&'static str, f64>,
    /// Figures that are undefined for these rows, with the reason.
    pub undefined: BTreeMap<&'static str, String>,
    /// The labels of the classes.
    pub labels: Vec<String>,
    /// Rows of class i (line) that were predicted to be class j; empty for numbers.
    pub confusion: Vec<Vec<usize>>,
    /// Truth and answers, for plots.
    #[serde(skip)]
    pub scored: Scored,
}

/// Truth and answers.
#[derive(Debug, Clone, PartialEq)]
pub enum Scored {
    /// Numbers.
    Numbers {
        /// The actual numbers.
        truth: Vec<f64>,
        /// The model's answers.
        predicted: Vec<f64>,
    },
    /// Classes, as indices of the labels.
    Classes {
        /// The actual classes.
        truth: Vec<u32>,
        /// The model's answers, rows × classes.
        chances: Table,
    },
}

/// A figure over the probabilities of one class.
type Figure<'a> = &'a dyn Fn(&[bool], &[f64]) -> Result<f64, ModelError>;

/// Maximum number of classes for a confusion matrix: it is a table of classes × classes.
const MOST_COMPARED: usize = 1 << 12;

/// Bins of the calibration error.
const BINS: usize = 10;

impl SavedModel {
    /// Compares the model's answers with the target column of `frame`.
    ///
    /// # Errors
    /// Columns are missing or unsuitable; or a class is unknown to the model.
    pub fn evaluate(&self, frame: &Frame) -> Result<Evaluation> {
        let target = self.target.as_ref().ok_or_else(|| SavedError::NothingToCompare(self.kind.clone()))?;
        if self.labels.len() > MOST_COMPARED {
            return Err(SavedError::TooManyToCompare { classes: self.labels.len(), limit: MOST_COMPARED });
        }
        check_answers(frame.rows(), self.labels.len())?;
        let table = self.recipe.apply(frame)?;
        if let Some(model) = self.model.classifier() {
            let truth = Target::among(frame, &target.name, &self.labels)?;
            let (predicted, chances) = (model.predict(&table)?, model.predict_proba(&table)?);
            return self.classes(truth, &predicted, chances);
        }
        let model = self.model.regressor().ok_or_else(|| SavedError::NothingToCompare(self.kind.clone()))?;
        let truth = Target::numbers(frame, &target.name)?;
        let predicted = model.predict(&table)?;
        let mut figures = Figures::default();
        figures.take("r2", metrics::r2(&truth, &predicted))?;
        figures.take("rmse", metrics::root_mean_squared_error(&truth, &predicted))?;
        figures.take("mae", metrics::mean_absolute_error(&truth, &predicted))?;
        Ok(Evaluation {
            task: Task::Regression,
            rows: truth.len(),
            metrics: figures.metrics,
            undefined: figures.undefined,
            labels: Vec::new(),
            confusion: Vec::new(),
            scored: Scored::Numbers { truth, predicted },
        })
    }

    fn classes(&self, truth: Vec<u32>, predicted: &[u32], chances: Table) -> Result<Evaluation> {
        let count = self.labels.len();
        let places = (0..count as u32).collect::<Vec<_>>();
        let mut figures = Figures::default();
        figures.take("accuracy", metrics::accuracy(&truth, predicted))?;
        figures.take("macro_f1", metrics::macro_f1(&truth, predicted))?;
        figures.take("log_loss", metrics::log_loss(&truth, &chances, &places))?;
        // With two classes the second is the event; with more, each in turn, and the mean is taken.
        let events = if count == 2 { 1..2 } else { 0..count };
        let of_event = |figure: Figure| {
            let mut sum = 0.0;
            for place in events.clone() {
                let happened = truth.iter().map(|t| *t as usize == place).collect::<Vec<_>>();
                sum += figure(&happened, &chances.column(place).collect::<Vec<_>>())?;
            }
            Ok(sum / events.len() as f64)
        };
        figures.take("roc_auc", of_event(&|truth, scores| metrics::roc_auc(truth, scores)))?;
        figures.take("average_precision", of_event(&|t, scores| metrics::average_precision(t, scores)))?;
        figures.take("brier", of_event(&|truth, chances| metrics::brier(truth, chances)))?;
        let calibration = of_event(&|t, chances| metrics::expected_calibration_error(t, chances, BINS));
        figures.take("calibration_error", calibration)?;
        let mut confusion = vec![vec![0; count]; count];
        for (t, p) in truth.iter().zip(predicted) {
            confusion[*t as usize][*p as usize] += 1;
        }
        Ok(Evaluation {
            task: Task::Classification,
            rows: truth.len(),
            metrics: figures.metrics,
            undefined: figures.undefined,
            labels: self.labels.clone(),
            confusion,
            scored: Scored::Classes { truth, chances },
        })
    }
}

impl Learner {
    /// The evaluation of each fold: fitted to its training rows, evaluated on its test rows.
    ///
    /// # Errors
    /// Fitting or evaluating fails on a fold.
    pub fn cross_validate(
        &self,
        frame: &Frame,
        target: Option<&str>,
        folds: &[Fold],
    ) -> Result<Vec<Evaluation>> {
        let one =
            |fold: &Fold| self.fit(&frame.select(&fold.train), target)?.evaluate(&frame.select(&fold.test));
        folds.iter().map(one).collect()
    }
}

#[derive(Default)]
struct Figures {
    metrics: BTreeMap<&'static str, f64>,
    undefined: BTreeMap<&'static str, String>,
}

impl Figures {
    /// A figure, or the reason why it is undefined; other errors are passed on.
    fn take(&mut self, name: &'static str, figure: Result<f64, ModelError>) -> Result<()> {
        match figure {
            Ok(figure) => {
                self.metrics.insert(name, figure);
            }
            Err(ModelError::Undefined(why)) => {
                self.undefined.insert(name, why.to_owned());
            }
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }
}
