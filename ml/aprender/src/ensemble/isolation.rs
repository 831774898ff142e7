//! Isolation forest: rows that random splits separate early are unusual.
//!
//! Source: Liu, Ting, Zhou, "Isolation forest", ICDM 2008.

use crate::apr::{AprError, Reader, Result as AprResult, Writer};
use crate::error::{ModelError, Result, setting};
use crate::table::Table;
use crate::tree::{Forest, Tree};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use trueno::random::Philox;

/// Settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct IsolationForest {
    /// Number of trees. Default 100.
    pub trees: usize,
    /// Rows that each tree draws, without repetition; all if there are fewer. Default 256.
    pub sample: usize,
    /// Seed of what is drawn.
    pub seed: u64,
}

impl Default for IsolationForest {
    fn default() -> Self {
        Self { trees: 100, sample: 256, seed: 0 }
    }
}

/// A fitted [`IsolationForest`].
#[derive(Debug, Clone, PartialEq)]
pub struct IsolationForestModel {
    forest: Forest,
    settings: Settings,
}

/// Data stored next to the trees in a file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Settings {
    columns: usize,
    /// Mean path length in a tree of this many rows.
    normal: f64,
}

/// Mean path length of an unsuccessful search in a binary tree of `rows` rows (equation 1 of the paper).
fn mean_path(rows: usize) -> f64 {
    const EULER: f64 = 0.577_215_664_901_532_9;
    match rows {
        0 | 1 => 0.0,
        2 => 1.0,
        n => {
            let n = n as f64;
            2.0 * ((n - 1.0).ln() + EULER) - 2.0 * (n - 1.0) / n
        }
    }
}

struct Grower<'a> {
    table: &'a Table,
    random: Philox,
    tree: Tree,
    depth: usize,
}

impl Grower<'_> {
    /// Adds the node of some rows; a leaf answers its path length plus the expected length of the missing part.
    fn node(&mut self, rows: &mut [usize], depth: usize) -> u32 {
        let node = self.tree.add_leaf(rows.len() as f64);
        let split = if depth < self.depth && rows.len() > 1 { self.split(rows) } else { None };
        let Some((column, threshold)) = split else {
            self.tree.nodes[node as usize].value = depth as f64 + mean_path(rows.len());
            return node;
        };
        let mut middle = 0;
        for at in 0..rows.len() {
            if self.table.row(rows[at])[column] <= threshold {
                rows.swap(at, middle);
                middle += 1;
            }
        }
        let (lower, upper) = rows.split_at_mut(middle);
        let left = self.node(lower, depth + 1);
        let right = self.node(upper, depth + 1);
        let node_ref = &mut self.tree.nodes[node as usize];
        (node_ref.left, node_ref.right) = (left, right);
        (node_ref.feature, node_ref.threshold) = (column as u32, threshold);
        node
    }

    /// A random column that varies, and a random threshold within its range.
    fn split(&mut self, rows: &[usize]) -> Option<(usize, f64)> {
        let mut columns = (0..self.table.columns()).collect::<Vec<_>>();
        for drawn in 0..columns.len() {
            let other = drawn + self.random.below((columns.len() - drawn) as u64) as usize;
            columns.swap(drawn, other);
            let column = columns[drawn];
            let values = rows.iter().map(|r| self.table.row(*r)[column]);
            let (low, high) =
                values.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), x| (l.min(x), h.max(x)));
            if low < high {
                let share = self.random.uniform();
                let drawn = low * (1.0 - share) + high * share;
                return Some((column, if drawn >= high || drawn < low { low } else { drawn }));
            }
        }
        None
    }
}

impl IsolationForest {
    /// Grows the trees.
    ///
    /// # Errors
    /// Values that are not finite, fewer than two rows, or a setting out of range.
    pub fn fit(&self, table: &Table) -> Result<IsolationForestModel> {
        setting(self.trees > 0, "the number of trees", 0.0, "it must be at least 1")?;
        setting(self.sample >= 2, "the sample", self.sample as f64, "it must be at least 2")?;
        table.check_finite()?;
        if table.rows() < 2 {
            return Err(ModelError::TooFewRows {
                what: "an isolation forest",
                needed: 2,
                found: table.rows(),
            });
        }
        let sample = self.sample.min(table.rows());
        let depth = (sample as f64).log2().ceil() as usize;
        let one = |tree: usize| {
            let mut random = Philox::with_stream(self.seed, tree as u64);
            let mut rows = random.sample(table.rows(), sample);
            let mut grower = Grower { table, random, tree: Tree::default(), depth };
            grower.node(&mut rows, 0);
            grower.tree
        };
        let mut forest = Forest::new(table.columns(), 1);
        (0..self.trees).into_par_iter().map(one).collect::<Vec<_>>().into_iter().for_each(|t| forest.push(t));
        Ok(IsolationForestModel {
            forest,
            settings: Settings { columns: table.columns(), normal: mean_path(sample) },
        })
    }
}

impl IsolationForestModel {
    /// Number of columns that input tables must have.
    pub fn columns(&self) -> usize {
        self.settings.columns
    }

    /// 2^(-mean path / normal path) of each row: near 1 is unusual, well below ½ is usual.
    ///
    /// # Errors
    /// The number of columns differs, or a value is not finite.
    pub fn scores(&self, table: &Table) -> Result<Vec<f64>> {
        table.check_columns(self.settings.columns)?;
        table.check_finite()?;
        let scale = 1.0 / (self.forest.trees() as f64 * self.settings.normal);
        Ok(self.forest.sums(table, 1).into_iter().map(|sum| (-sum * scale).exp2()).collect())
    }

    /// Adds the model's sections to a file.
    pub(crate) fn save_into<'a>(&'a self, writer: &mut Writer<'a>) -> AprResult<()> {
        writer.json("settings", &self.settings)?;
        self.forest.save_into(writer)
    }

    /// Reads the sections that [`Self::save_into`] wrote.
    pub(crate) fn load_from(reader: &Reader) -> AprResult<Self> {
        let settings: Settings = reader.json("settings")?;
        let forest = Forest::load_from(reader, settings.columns, 1)?;
        if forest.trees() == 0 || !(settings.normal > 0.0 && settings.normal.is_finite()) {
            return Err(AprError::Malformed("an isolation forest without trees or path length".into()));
        }
        Ok(Self { forest, settings })
    }
}
