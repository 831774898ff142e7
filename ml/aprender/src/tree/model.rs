//! Fitted trees: one, or the mean of many.

use super::nodes::Forest;
use super::shap::Contributions;
use crate::apr::{AprError, Reader, Result as AprResult, Writer};
use crate::error::Result;
use crate::estimator::{Classes, Classifier, Model};
use crate::table::Table;
use serde::{Deserialize, Serialize};

/// Trees whose leaves answer the share of each class; the mean over trees is the probability.
#[derive(Debug, Clone, PartialEq)]
pub struct TreesClassifierModel {
    forest: Forest,
    settings: Settings,
    classes: Classes,
}

/// Trees whose leaves answer a number; the mean over trees is the prediction.
#[derive(Debug, Clone, PartialEq)]
pub struct TreesRegressorModel {
    forest: Forest,
    settings: Settings,
}

/// Data stored next to the trees in a file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Settings {
    columns: usize,
    importance: Vec<f64>,
    out_of_bag: Option<f64>,
}

/// Data stored next to the trees of a classifier in a file.
#[derive(Serialize, Deserialize)]
struct ClassifierSettings {
    classes: Vec<u32>,
    trees: Settings,
}

impl Settings {
    /// The mean over trees of each column's share of the gain.
    fn new(columns: usize, gains: &[Vec<f64>], out_of_bag: Option<f64>) -> Self {
        let mut importance = vec![0.0; columns];
        for gain in gains {
            let total = gain.iter().sum::<f64>();
            if total > 0.0 {
                importance.iter_mut().zip(gain).for_each(|(i, g)| *i += g / total);
            }
        }
        let total = importance.iter().sum::<f64>();
        if total > 0.0 {
            importance.iter_mut().for_each(|i| *i /= total);
        }
        Self { columns, importance, out_of_bag }
    }

    fn check(&self) -> AprResult<()> {
        if self.columns == self.importance.len() && self.importance.iter().all(|i| i.is_finite()) {
            Ok(())
        } else {
            Err(AprError::Malformed("trees: importances that do not fit the columns".into()))
        }
    }
}

macro_rules! fitted_trees {
    ($model:ty) => {
        impl $model {
            /// Each column's share of the splits' gain, averaged over trees; the shares sum to 1, or are 0 without a
            /// split.
            pub fn importance(&self) -> &[f64] {
                &self.settings.importance
            }

            /// The score on the out-of-bag rows, if it was requested.
            pub fn out_of_bag(&self) -> Option<f64> {
                self.settings.out_of_bag
            }

            /// Number of trees.
            pub fn trees(&self) -> usize {
                self.forest.trees()
            }

            /// Number of leaves of each tree.
            pub fn leaves(&self) -> Vec<usize> {
                (0..self.trees())
                    .map(|t| self.forest.tree(t).0.iter().filter(|node| node.is_leaf()).count())
                    .collect()
            }

            /// The contribution of each column to each answer of each row: exact Shapley values.
            ///
            /// # Errors
            /// The number of columns differs, a value is not finite, or the trees are too deep to be explained.
            pub fn contributions(&self, table: &Table) -> Result<Contributions> {
                table.check_columns(self.settings.columns)?;
                table.check_finite()?;
                Contributions::of(&self.forest, table, self.forest.width(), 1.0 / self.trees() as f64)
            }
        }
    };
}

fitted_trees!(TreesClassifierModel);
fitted_trees!(TreesRegressorModel);

/// The mean of the trees' answers.
fn means(forest: &Forest, table: &Table) -> Result<Vec<f64>> {
    table.check_columns(forest.columns())?;
    table.check_finite()?;
    let mut sums = forest.sums(table, forest.width());
    let share = 1.0 / forest.trees() as f64;
    sums.iter_mut().for_each(|s| *s *= share);
    Ok(sums)
}

impl TreesClassifierModel {
    pub(crate) fn new(forest: Forest, classes: Classes, gains: &[Vec<f64>], out_of_bag: Option<f64>) -> Self {
        Self { settings: Settings::new(forest.columns(), gains, out_of_bag), forest, classes }
    }

    /// Adds the model's sections to a file.
    pub(crate) fn save_into<'a>(&'a self, writer: &mut Writer<'a>) -> AprResult<()> {
        let settings =
            ClassifierSettings { classes: self.classes.as_slice().to_vec(), trees: self.settings.clone() };
        writer.json("settings", &settings)?;
        self.forest.save_into(writer)
    }

    /// Reads the sections that [`Self::save_into`] wrote.
    pub(crate) fn load_from(reader: &Reader) -> AprResult<Self> {
        let ClassifierSettings { classes, trees: settings } = reader.json("settings")?;
        settings.check()?;
        let count = classes.len();
        let classes = Classes::encode(&classes)
            .map(|(encoded, _)| encoded)
            .ok()
            .filter(|encoded| encoded.as_slice() == classes)
            .ok_or_else(|| AprError::Malformed("trees: classes that are not in order".into()))?;
        let forest = load_forest(reader, settings.columns, count)?;
        Ok(Self { forest, settings, classes })
    }
}

impl TreesRegressorModel {
    pub(crate) fn new(forest: Forest, gains: &[Vec<f64>], out_of_bag: Option<f64>) -> Self {
        Self { settings: Settings::new(forest.columns(), gains, out_of_bag), forest }
    }

    /// Adds the model's sections to a file.
    pub(crate) fn save_into<'a>(&'a self, writer: &mut Writer<'a>) -> AprResult<()> {
        writer.json("settings", &self.settings)?;
        self.forest.save_into(writer)
    }

    /// Reads the sections that [`Self::save_into`] wrote.
    pub(crate) fn load_from(reader: &Reader) -> AprResult<Self> {
        let settings: Settings = reader.json("settings")?;
        settings.check()?;
        let forest = load_forest(reader, settings.columns, 1)?;
        Ok(Self { forest, settings })
    }
}

fn load_forest(reader: &Reader, columns: usize, width: usize) -> AprResult<Forest> {
    let forest = Forest::load_from(reader, columns, width)?;
    if forest.trees() == 0 {
        return Err(AprError::Malformed("trees: none".into()));
    }
    Ok(forest)
}

impl Model for TreesClassifierModel {
    type Target = u32;

    fn columns(&self) -> usize {
        self.settings.columns
    }

    fn predict(&self, table: &Table) -> Result<Vec<u32>> {
        Ok(self.classes.best(&self.predict_proba(table)?))
    }
}

impl Classifier for TreesClassifierModel {
    fn classes(&self) -> &[u32] {
        self.classes.as_slice()
    }

    fn predict_proba(&self, table: &Table) -> Result<Table> {
        Table::new(means(&self.forest, table)?, self.classes.len())
    }
}

impl Model for TreesRegressorModel {
    type Target = f64;

    fn columns(&self) -> usize {
        self.settings.columns
    }

    fn predict(&self, table: &Table) -> Result<Vec<f64>> {
        means(&self.forest, table)
    }
}
