//! Figures combined over several folds, and the choice of held-out rows.

use super::error::{Result, SavedError};
use super::evaluation::Evaluation;
use super::learner::Learner;
use crate::error::{ModelError, setting};
use crate::frame::{Frame, Target, Task};
use crate::validation::{Fold, Grid, grouped, time_ordered};
use serde::Serialize;
use std::collections::BTreeMap;
use trueno::random::Philox;

/// A figure over several folds.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Spread {
    /// The mean over folds.
    pub mean: f64,
    /// The standard deviation between folds (divided by their number).
    pub deviation: f64,
    /// The figure of each fold.
    pub folds: Vec<f64>,
}

/// The quality of a learner on rows that it was not fitted to.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// Rows that were compared.
    pub rows: usize,
    /// Figures by name; only those that are defined in every fold.
    pub metrics: BTreeMap<&'static str, Spread>,
}

impl Comparison {
    /// The figures of these folds.
    pub fn of(evaluations: &[Evaluation]) -> Self {
        let names = evaluations.first().map(|first| first.metrics.keys().copied()).into_iter().flatten();
        let spread = |name: &'static str| {
            let folds =
                evaluations.iter().map(|e| e.metrics.get(name).copied()).collect::<Option<Vec<_>>>()?;
            let count = folds.len() as f64;
            let mean = folds.iter().sum::<f64>() / count;
            let deviation = (folds.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / count).sqrt();
            Some((name, Spread { mean, deviation, folds }))
        };
        let rows = evaluations.iter().map(|evaluation| evaluation.rows).sum();
        Self { rows, metrics: names.filter_map(spread).collect() }
    }

    /// The mean of a figure over the folds.
    pub fn mean(&self, figure: &str) -> Option<f64> {
        self.metrics.get(figure).map(|spread| spread.mean)
    }
}

/// The figure by which candidates are ranked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scoring {
    /// Accuracy, or R².
    #[default]
    Usual,
    /// The figure with that name, one of [`Scoring::FIGURES`].
    Figure(&'static str),
}

impl Scoring {
    /// All figures, the models that they apply to, and whether lower is better.
    pub const FIGURES: [(&'static str, Task, bool); 10] = [
        ("accuracy", Task::Classification, false),
        ("macro_f1", Task::Classification, false),
        ("log_loss", Task::Classification, true),
        ("roc_auc", Task::Classification, false),
        ("average_precision", Task::Classification, false),
        ("brier", Task::Classification, true),
        ("calibration_error", Task::Classification, true),
        ("r2", Task::Regression, false),
        ("rmse", Task::Regression, true),
        ("mae", Task::Regression, true),
    ];

    /// The figure's name, and whether lower is better.
    ///
    /// # Errors
    /// Models for the task do not have it.
    pub fn of(self, task: Task) -> Result<(&'static str, bool)> {
        let wanted = match self {
            Scoring::Usual if task == Task::Regression => "r2",
            Scoring::Usual => "accuracy",
            Scoring::Figure(name) => name,
        };
        let of_task = Self::FIGURES.iter().filter(|(_, own, _)| *own == task);
        let found = of_task.clone().find(|(name, ..)| *name == wanted);
        found.map(|(name, _, less)| (*name, *less)).ok_or_else(|| SavedError::NoFigure {
            figure: wanted,
            task: if task == Task::Regression { "regression" } else { "classification" },
            known: of_task.map(|(name, ..)| *name).collect::<Vec<_>>().join(", "),
        })
    }
}

/// How rows are split for evaluation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parting<'a> {
    /// At random, classes spread evenly.
    Random,
    /// Rows with the same value in a column stay together.
    Grouped(&'a str),
    /// Trained on earlier rows and tested on later ones.
    InOrder,
}

impl Learner {
    /// Folds of a frame's rows.
    ///
    /// # Errors
    /// Fewer rows, groups, or rows of a class, than folds; an unusable column.
    pub fn parted(
        &self,
        frame: &Frame,
        target: Option<&str>,
        count: usize,
        by: Parting,
    ) -> Result<Vec<Fold>> {
        match by {
            Parting::Random => self.folds(frame, target, count),
            Parting::InOrder => Ok(time_ordered(frame.rows(), count)?),
            Parting::Grouped(column) => match Target::new(frame, column, Task::Classification)? {
                Target::Classes { codes, .. } => Ok(grouped(&codes, count, Some(self.seed))?),
                Target::Numbers(_) => Err(ModelError::Undefined("groups of numbers").into()),
            },
        }
    }

    /// One fold whose test rows are a share of all, drawn by the seed; for classification each class contributes the
    /// same share.
    ///
    /// # Errors
    /// The share leaves no row on one side, or the target is unusable.
    pub fn held_out(&self, frame: &Frame, target: Option<&str>, share: f64) -> Result<Fold> {
        setting(share > 0.0 && share < 1.0, "the share of test rows", share, "it must be between 0 and 1")?;
        let codes = match target.filter(|_| self.task == Task::Classification) {
            Some(name) => match Target::new(frame, name, self.task)? {
                Target::Classes { codes, .. } => codes,
                Target::Numbers(values) => vec![0; values.len()],
            },
            None => vec![0; frame.rows()],
        };
        let mut members = BTreeMap::<u32, Vec<usize>>::new();
        for (row, code) in codes.iter().enumerate() {
            members.entry(*code).or_default().push(row);
        }
        let (mut train, mut test) = (Vec::new(), Vec::new());
        for (code, mut rows) in members {
            Philox::with_stream(self.seed, u64::from(code)).shuffle(&mut rows);
            let count = (rows.len() as f64 * share).round() as usize;
            train.extend_from_slice(&rows[count..]);
            rows.truncate(count);
            test.extend(rows);
        }
        train.sort_unstable();
        test.sort_unstable();
        if train.is_empty() || test.is_empty() {
            let found = frame.rows();
            return Err(ModelError::TooFewRows { what: "held-out rows", needed: found + 1, found }.into());
        }
        Ok(Fold { train, test })
    }

    /// The learner with the settings of a point in the grid.
    ///
    /// # Errors
    /// The kind of model has no such setting.
    pub fn at(&self, grid: &Grid, point: usize) -> Result<Learner> {
        let mut learner = self.clone();
        for (name, value) in grid.point(point) {
            learner.settings.set(self.kind, name, value)?;
        }
        Ok(learner)
    }

    /// Fits and evaluates on each fold; returns the mean of the figure of [`Learner::scoring`].
    ///
    /// # Errors
    /// Fitting or evaluating fails, or the figure is undefined in a fold.
    pub fn compared(&self, frame: &Frame, target: Option<&str>, folds: &[Fold]) -> Result<(f64, Comparison)> {
        let (figure, _) = self.scoring.of(self.task)?;
        let comparison = Comparison::of(&self.cross_validate(frame, target, folds)?);
        let score = comparison.mean(figure);
        let undefined =
            || ModelError::Undefined("the score of a fold is not defined: all its targets are equal");
        Ok((score.ok_or_else(undefined).map_err(SavedError::from)?, comparison))
    }
}
