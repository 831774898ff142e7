//! The rounds of boosting. Source: Friedman, "Greedy function approximation: a gradient boosting machine", Annals of Statistics 29
//! (2001), with Newton steps.

use super::bins::Bins;
use super::gradients::{Gradients, MOST_ROWS};
use super::growth::{Grown, TreeLimits, grow};
use super::histogram::Shape;
use super::loss::{Goal, Selected, constant};
use super::model::BoostedTrees;
use super::split::Rules;
use super::{Boosting, EarlyStopping, Progress};
use crate::apr::TreeNode;
use crate::class_limits::NodeRoom;
use crate::error::{ModelError, Result, setting};
use crate::table::Table;
use crate::tree::Forest;
use std::ops::ControlFlow;
use trueno::random::Philox;

/// Up to this many rows, the rows on each side of a split are counted if hessians differ; beyond it, the counts are
/// estimated from the hessians.
const COUNTED_ROWS: usize = 1 << 15;

/// Bytes of a node and its cover.
const NODE_BYTES: usize = size_of::<TreeNode>() + size_of::<f64>();

/// The random stream for the held-out rows.
const HELD_OUT: u64 = 1 << 62;

/// Called after each iteration; it may end training.
pub(super) type Observer<'a> = dyn FnMut(&Progress) -> ControlFlow<()> + 'a;

/// The training data.
pub(super) struct Data<'a> {
    pub table: &'a Table,
    pub goal: Goal<'a>,
    pub weights: Option<&'a [f64]>,
}

/// Held-out rows, which only measure the loss.
struct HeldOut<'a> {
    table: Table,
    rows: Vec<usize>,
    goal: &'a Goal<'a>,
    weights: Option<&'a [f64]>,
    sums: Vec<f64>,
    rule: EarlyStopping,
    best: (f64, usize),
}

impl Boosting {
    fn check(&self, table: &Table) -> Result<()> {
        let at_least =
            |value: usize, least: usize, name| setting(value >= least, name, value as f64, "it is too small");
        at_least(self.iterations, 1, "the number of iterations")?;
        at_least(self.max_leaf_nodes, 2, "the number of leaves")?;
        at_least(self.max_bins, 2, "the number of bins")?;
        setting(self.max_bins <= 255, "the number of bins", self.max_bins as f64, "it must be at most 255")?;
        let positive = |value: f64, name| {
            setting(value >= 0.0 && value.is_finite(), name, value, "it must be at least 0")
        };
        positive(self.learning_rate, "the learning rate")?;
        positive(self.l2, "l2")?;
        positive(self.min_hessian, "the least hessian")?;
        let known = self.monotone.is_empty() || self.monotone.len() == table.columns();
        let count = self.monotone.len() as f64;
        setting(known, "the number of monotone directions", count, "there must be one for each column")?;
        let good = self.monotone.iter().enumerate();
        for (column, direction) in good {
            let free = *direction == 0 || !self.categorical.contains(&column);
            setting(
                (-1..=1).contains(direction) && free,
                "a monotone direction",
                f64::from(*direction),
                "it must be -1, 0 or 1, and 0 for categories",
            )?;
        }
        if table.rows() > MOST_ROWS {
            return Err(ModelError::Undefined("boosting takes at most 2^26 rows"));
        }
        Ok(())
    }

    /// Bytes that this many classes take in addition to the trees of earlier iterations: for each row and class a sum,
    /// its probability and the row's place in a tree, and for each class a tree.
    pub(super) fn bytes(&self, rows: usize, classes: f64) -> f64 {
        let groups = if classes > 2.0 { classes } else { 1.0 };
        let leaves = self.max_leaf_nodes.min(rows) as f64;
        groups
            * (rows as f64 * (2 * size_of::<f64>() + size_of::<u32>()) as f64
                + 2.0 * leaves * NODE_BYTES as f64)
    }

    fn limits(&self) -> TreeLimits {
        TreeLimits {
            leaves: self.max_leaf_nodes,
            depth: self.max_depth.unwrap_or(usize::MAX),
            rules: Rules {
                l2: self.l2,
                min_rows: self.min_samples_leaf,
                min_hessian: self.min_hessian,
                min_gain: 0.0,
                monotone: self.monotone.clone(),
            },
            learning_rate: self.learning_rate,
        }
    }

    /// Learns trees.
    pub(super) fn train(
        &self,
        data: &Data<'_>,
        mut observer: Option<&mut Observer<'_>>,
    ) -> Result<BoostedTrees> {
        self.check(data.table)?;
        let Some(rule) = self.early_stopping else {
            return self.rounds(data, None, &mut observer);
        };
        let share = rule.held_out;
        setting(share > 0.0 && share < 1.0, "the held-out share", share, "it must be between 0 and 1")?;
        let rows = data.table.rows();
        let count = ((rows as f64 * share).ceil() as usize).max(1);
        if rows < 2 || count >= rows {
            return Err(ModelError::TooFewRows { what: "early stopping", needed: 2, found: rows });
        }
        let mut out = Philox::with_stream(self.seed, HELD_OUT).sample(rows, count);
        out.sort_unstable();
        let kept = (0..rows).filter(|r| out.binary_search(r).is_err()).collect::<Vec<_>>();
        let mut store = Selected::default();
        let goal = data.goal.select(&kept, &mut store);
        let weights = data.weights.map(|w| kept.iter().map(|r| w[*r]).collect::<Vec<_>>());
        if weights.as_ref().is_some_and(|w| w.iter().all(|w| *w == 0.0)) {
            return Err(ModelError::Undefined("all weights of the rows that are not held out are zero"));
        }
        let table = data.table.select(&kept)?;
        let held = HeldOut {
            table: data.table.select(&out)?,
            rows: out,
            goal: &data.goal,
            weights: data.weights,
            sums: Vec::new(),
            rule,
            best: (f64::INFINITY, 0),
        };
        self.rounds(&Data { table: &table, goal, weights: weights.as_deref() }, Some(held), &mut observer)
    }

    fn rounds(
        &self,
        data: &Data<'_>,
        mut held: Option<HeldOut<'_>>,
        observer: &mut Option<&mut Observer<'_>>,
    ) -> Result<BoostedTrees> {
        let bins = Bins::new(data.table, &self.categorical, self.max_bins, self.seed)?;
        let (rows, groups) = (bins.rows(), data.goal.groups());
        let constant_hessian = data.goal.hessian_is_constant() && data.weights.is_none();
        let shape = Shape::new(&bins, !constant_hessian && rows <= COUNTED_ROWS);
        let limits = self.limits();
        let base = data.goal.base(data.weights);
        let mut sums = constant(&base, data.table);
        let mut model = BoostedTrees::new(Forest::new(data.table.columns(), 1), base, data.goal.link());
        if let Some(held) = &mut held {
            held.sums = constant(&model.base, &held.table);
        }
        let (mut prepared, room) = (Vec::new(), NodeRoom::new(data.table));
        let (mut gradients, mut hessians) = (vec![0.0; rows], vec![0.0; rows]);
        for iteration in 0..self.iterations {
            let mut trees = Vec::with_capacity(groups);
            data.goal.prepare(&sums, &mut prepared);
            for group in 0..groups {
                data.goal.gradients(&prepared, data.weights, group, &mut gradients, &mut hessians);
                let seed = (self.seed << 32) ^ ((iteration * groups + group) as u64) << 27;
                let rounded = Gradients::round(&gradients, &hessians, seed);
                trees.push(grow(&bins, &rounded, shape, &limits));
            }
            for (group, grown) in trees.into_iter().enumerate() {
                add_values(&mut sums, &grown, group, groups);
                // Without many classes only the settings decide how many trees there are.
                if groups > 1 {
                    room.take(grown.tree.nodes.len() * NODE_BYTES / size_of::<f64>());
                }
                model.push(grown.tree, &grown.gains);
            }
            if room.is_exhausted() {
                return Err(room.error(groups));
            }
            let validation = held.as_mut().map(|held| held.loss(&model, groups));
            let stop = held.as_ref().is_some_and(|held| held.is_over(iteration));
            if let Some(observer) = observer {
                let training_loss = data.goal.loss(&sums, 0..rows, data.weights);
                let progress = Progress { iteration, training_loss, validation_loss: validation };
                if observer(&progress).is_break() {
                    break;
                }
            }
            if stop {
                break;
            }
        }
        if let Some(held) = held {
            model.keep((held.best.1 + 1) * groups);
        }
        Ok(model)
    }
}

/// Adds the leaves' answers to the raw sums of their rows.
fn add_values(sums: &mut [f64], grown: &Grown, group: usize, groups: usize) {
    for (from, to, value) in &grown.leaves {
        for row in &grown.rows[*from..*to] {
            sums[*row as usize * groups + group] += value;
        }
    }
}

impl HeldOut<'_> {
    /// The loss after the newest iteration.
    fn loss(&mut self, model: &BoostedTrees, groups: usize) -> f64 {
        let trees = model.forest.trees();
        for tree in trees - groups..trees {
            let (nodes, _) = model.forest.tree(tree);
            for (sums, row) in self.sums.chunks_exact_mut(groups).zip(self.table.iter_rows()) {
                model.forest.add(model.forest.leaf(nodes, row), tree, sums);
            }
        }
        let loss = self.goal.loss(&self.sums, self.rows.iter().copied(), self.weights);
        if loss < self.best.0 - self.rule.tolerance {
            self.best = (loss, trees / groups - 1);
        }
        loss
    }

    /// Whether the loss has not fallen for the permitted number of iterations.
    fn is_over(&self, iteration: usize) -> bool {
        iteration >= self.best.1 + self.rule.patience.max(1)
    }
}
