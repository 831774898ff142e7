//! Fitted boosting.

use super::loss::Link;
use crate::apr::{AprError, Reader, Result as AprResult, Writer};
use crate::error::Result;
use crate::estimator::{Classes, Classifier, Model};
use crate::table::Table;
use crate::tree::{Contributions, Forest, Tree};
use serde::{Deserialize, Serialize};

/// Trees whose sums, plus a base, become predictions.
#[derive(Debug, Clone, PartialEq)]
pub struct BoostedTrees {
    pub(super) forest: Forest,
    pub(super) base: Vec<f64>,
    link: Link,
    gains: Vec<f64>,
    splits: Vec<f64>,
}

/// A fitted classifier, or an imported one.
#[derive(Debug, Clone, PartialEq)]
pub struct BoostingClassifierModel {
    trees: BoostedTrees,
    classes: Classes,
}

/// A fitted regressor, or an imported one.
#[derive(Debug, Clone, PartialEq)]
pub struct BoostingRegressorModel {
    trees: BoostedTrees,
}

/// Data stored next to the trees in a file.
#[derive(Serialize, Deserialize)]
struct Settings {
    columns: usize,
    base: Vec<f64>,
    link: Link,
    gains: Vec<f64>,
    splits: Vec<f64>,
    /// `None` for a regressor.
    classes: Vec<u32>,
}

impl BoostedTrees {
    pub(super) fn new(forest: Forest, base: Vec<f64>, link: Link) -> Self {
        let columns = forest.columns();
        Self { forest, base, link, gains: vec![0.0; columns], splits: vec![0.0; columns] }
    }

    /// Appends a tree with the column and gain of each split.
    pub(super) fn push(&mut self, tree: Tree, gains: &[(usize, f64)]) {
        for (column, gain) in gains {
            self.gains[*column] += gain;
            self.splits[*column] += 1.0;
        }
        self.forest.push(tree);
    }

    /// Keeps the first trees.
    pub(super) fn keep(&mut self, trees: usize) {
        self.forest.truncate(trees.min(self.forest.trees()));
    }

    /// Number of trees: iterations × classes if there are more than two classes.
    pub fn trees(&self) -> usize {
        self.forest.trees()
    }

    /// Sum of the training gains of the splits on each column.
    pub fn gains(&self) -> &[f64] {
        &self.gains
    }

    /// Number of splits on each column.
    pub fn splits(&self) -> &[f64] {
        &self.splits
    }

    /// The sums of base and trees, before they become probabilities: rows × outputs.
    ///
    /// # Errors
    /// The number of columns differs, or a value is infinite. NaN means missing.
    pub fn raw(&self, table: &Table) -> Result<Table> {
        Table::new(self.sums(table)?, self.base.len())
    }

    /// The contribution of each column to each raw sum of each row: exact Shapley values.
    ///
    /// # Errors
    /// As [`Self::raw`], or the trees are too deep to be explained.
    pub fn contributions(&self, table: &Table) -> Result<Contributions> {
        self.check(table)?;
        let mut found = Contributions::of(&self.forest, table, self.base.len(), 1.0)?;
        found.base.iter_mut().zip(&self.base).for_each(|(f, b)| *f += b);
        Ok(found)
    }

    fn check(&self, table: &Table) -> Result<()> {
        table.check_columns(self.forest.columns())?;
        table.check_not_infinite()
    }

    fn sums(&self, table: &Table) -> Result<Vec<f64>> {
        self.check(table)?;
        let groups = self.base.len();
        let mut sums = self.forest.sums(table, groups);
        sums.chunks_exact_mut(groups)
            .for_each(|row| row.iter_mut().zip(&self.base).for_each(|(s, b)| *s += b));
        Ok(sums)
    }

    fn predictions(&self, table: &Table) -> Result<Vec<f64>> {
        Ok(self.link.apply(self.sums(table)?, self.base.len()))
    }

    fn save_into<'a>(&'a self, writer: &mut Writer<'a>, classes: &[u32]) -> AprResult<()> {
        let settings = Settings {
            columns: self.forest.columns(),
            base: self.base.clone(),
            link: self.link,
            gains: self.gains.clone(),
            splits: self.splits.clone(),
            classes: classes.to_vec(),
        };
        writer.json("settings", &settings)?;
        self.forest.save_into(writer)
    }

    /// Reads the trees and the classes; a regressor has no classes.
    fn load_from(reader: &Reader) -> AprResult<(Self, Vec<u32>)> {
        let Settings { columns, base, link, gains, splits, classes } = reader.json("settings")?;
        let finite = |values: &[f64]| values.iter().all(|x| x.is_finite());
        let outputs = match (link, classes.len()) {
            (Link::Identity | Link::Exponential, 0) => 1,
            (Link::Logistic { scale }, 2) if scale.is_finite() => 1,
            (Link::Softmax, count) if count >= 2 => count,
            _ => 0,
        };
        let sound = outputs > 0
            && base.len() == outputs
            && gains.len() == columns
            && splits.len() == columns
            && finite(&base)
            && finite(&gains)
            && finite(&splits);
        if !sound {
            return Err(AprError::Malformed("boosting: settings that do not fit each other".into()));
        }
        let forest = Forest::load_from(reader, columns, 1)?;
        let most = base.iter().fold(0.0, |most: f64, base| most.max(base.abs()));
        forest.check_sums(most).map_err(|what| AprError::Malformed(format!("boosting: {what}")))?;
        Ok((Self { forest, base, link, gains, splits }, classes))
    }
}

impl BoostingClassifierModel {
    pub(super) fn new(trees: BoostedTrees, classes: Classes) -> Self {
        Self { trees, classes }
    }

    /// The trees.
    pub fn trees(&self) -> &BoostedTrees {
        &self.trees
    }

    /// Adds the model's sections to a file.
    pub(crate) fn save_into<'a>(&'a self, writer: &mut Writer<'a>) -> AprResult<()> {
        self.trees.save_into(writer, self.classes.as_slice())
    }

    /// Reads the sections that [`Self::save_into`] wrote.
    pub(crate) fn load_from(reader: &Reader) -> AprResult<Self> {
        let (trees, classes) = BoostedTrees::load_from(reader)?;
        match Classes::encode(&classes) {
            Ok((encoded, _)) if encoded.as_slice() == classes => Ok(Self { trees, classes: encoded }),
            _ => Err(AprError::Malformed("boosting: classes that are not in order".into())),
        }
    }
}

impl BoostingRegressorModel {
    pub(super) fn new(trees: BoostedTrees) -> Self {
        Self { trees }
    }

    /// The trees.
    pub fn trees(&self) -> &BoostedTrees {
        &self.trees
    }

    /// Adds the model's sections to a file.
    pub(crate) fn save_into<'a>(&'a self, writer: &mut Writer<'a>) -> AprResult<()> {
        self.trees.save_into(writer, &[])
    }

    /// Reads the sections that [`Self::save_into`] wrote.
    pub(crate) fn load_from(reader: &Reader) -> AprResult<Self> {
        match BoostedTrees::load_from(reader)? {
            (trees, classes) if classes.is_empty() => Ok(Self { trees }),
            _ => Err(AprError::Malformed("boosting: a regressor with classes".into())),
        }
    }
}

impl Model for BoostingClassifierModel {
    type Target = u32;

    fn columns(&self) -> usize {
        self.trees.forest.columns()
    }

    fn predict(&self, table: &Table) -> Result<Vec<u32>> {
        Ok(self.classes.best(&self.predict_proba(table)?))
    }
}

impl Classifier for BoostingClassifierModel {
    fn classes(&self) -> &[u32] {
        self.classes.as_slice()
    }

    fn predict_proba(&self, table: &Table) -> Result<Table> {
        Table::new(self.trees.predictions(table)?, self.classes.len())
    }
}

impl Model for BoostingRegressorModel {
    type Target = f64;

    fn columns(&self) -> usize {
        self.trees.forest.columns()
    }

    fn predict(&self, table: &Table) -> Result<Vec<f64>> {
        self.trees.predictions(table)
    }
}
