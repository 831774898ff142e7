//! Exact Shapley values of trees, computed along the trees' own paths.
//!
//! Source: Lundberg, Erion, Lee, "Consistent individualized feature attribution for tree ensembles", arXiv 1802.03888
//! (2018). If a set of columns is unknown, a tree's answer is the mean over both children, weighted by their training
//! weight. Time is trees × leaves × depth² for each row. The weights of sets are not computed by the paper's algorithm
//! 2: when a column occurs again, that algorithm removes it from sums that contain it, and the loss of precision grows
//! each time. Here a column's Shapley value at a leaf is the integral over t from 0 to 1 of the product of zero · (1 -
//! t) + one · t over the other columns (Owen 1972). Gauss's rule integrates this polynomial exactly. None of its terms
//! is negative, so no precision is lost however often a column occurs.

use super::gauss::Rules;
use super::nodes::Forest;
use crate::apr::TreeNode;
use crate::error::{ModelError, Result};
use crate::table::Table;
use rayon::prelude::*;

/// The contribution of each column to each output of each row, plus a base; base and contributions sum to the raw
/// prediction.
#[derive(Debug, Clone, PartialEq)]
pub struct Contributions {
    /// Mean answer for each output.
    pub base: Vec<f64>,
    /// Rows × outputs × columns.
    pub values: Vec<f64>,
    columns: usize,
}

/// One column on the path from the root.
#[derive(Debug, Clone, Copy)]
struct Step {
    column: u32,
    /// Share of training weight that follows the path if the column is unknown.
    zero: f64,
    /// 1 if the row itself follows it.
    one: f64,
}

/// The columns on the path to a node, each listed once.
struct Path {
    steps: Vec<Step>,
    /// For each column of the table its index among the steps.
    places: Vec<Option<u32>>,
    /// The steps that were replaced by newer ones, from the root on.
    before: Vec<Option<Step>>,
    /// The indices of these steps.
    changed: Vec<u32>,
}

/// Maximum number of steps for one row and all trees, some tens of seconds: leaves × depth², where a repeated column
/// does not make a path deeper.
const MOST_STEPS_OF_ROW: f64 = 1e10;
/// The same for all rows together; they are spread over the cores.
const MOST_STEPS: f64 = 2e11;

/// One row's walk through one tree.
struct Walk<'a> {
    forest: &'a Forest,
    nodes: &'a [TreeNode],
    covers: &'a [f64],
    row: &'a [f64],
    groups: usize,
    group: usize,
    rules: &'a Rules,
}

impl Contributions {
    /// For the trees' sums times `scale`; trees with one number per leaf belong to the `groups` in turn.
    ///
    /// # Errors
    /// The trees are too deep to be explained, for one row or for so many.
    pub(crate) fn of(forest: &Forest, table: &Table, groups: usize, scale: f64) -> Result<Self> {
        let columns = table.columns();
        check_steps(forest, table)?;
        let deepest = (0..forest.trees()).map(|tree| depth(forest.tree(tree).0)).max().unwrap_or(0);
        let rules = Rules::up_to(deepest.min(columns));
        let mut base = vec![0.0; groups];
        for tree in 0..forest.trees() {
            let (nodes, covers) = forest.tree(tree);
            let mean = mean_answers(forest, nodes, covers);
            if forest.width() == 1 {
                base[tree % groups] += scale * mean[0];
            } else {
                base.iter_mut().zip(mean).for_each(|(b, m)| *b += scale * m);
            }
        }
        let mut values = vec![0.0; table.rows() * groups * columns];
        values.par_chunks_mut(groups * columns).zip(table.values().par_chunks(columns)).for_each(
            |(values, row)| {
                let mut path = Path::new(columns);
                for tree in 0..forest.trees() {
                    let (nodes, covers) = forest.tree(tree);
                    let group = if forest.width() == 1 { tree % groups } else { 0 };
                    let walk = Walk { forest, nodes, covers, row, groups, group, rules: &rules };
                    walk.run(&mut path, values);
                }
                values.iter_mut().for_each(|v| *v *= scale);
            },
        );
        Ok(Self { base, values, columns })
    }

    /// The contributions of a row to an output, one for each column; empty if there is no such row or output.
    pub fn row(&self, row: usize, output: usize) -> &[f64] {
        let groups = self.base.len();
        if output >= groups {
            return &[];
        }
        let from = (row * groups + output) * self.columns;
        self.values.get(from..from + self.columns).unwrap_or(&[])
    }

    /// Mean absolute contribution of each column over rows and outputs: a measure of importance.
    pub fn mean_sizes(&self) -> Vec<f64> {
        let mut sums = vec![0.0; self.columns];
        let mut count = 0.0;
        for part in self.values.chunks_exact(self.columns) {
            sums.iter_mut().zip(part).for_each(|(s, v)| *s += v.abs());
            count += 1.0;
        }
        sums.iter_mut().for_each(|s| *s /= f64::max(count, 1.0));
        sums
    }
}

/// # Errors
/// The steps that explain a row by all trees, or all rows, are too many.
fn check_steps(forest: &Forest, table: &Table) -> Result<()> {
    let of_row: f64 = (0..forest.trees()).map(|tree| steps(forest.tree(tree).0, table.columns())).sum();
    if of_row > MOST_STEPS_OF_ROW {
        let what = "the model's trees are too deep to be explained: their leaves, each by the square of its depth, are \
                    more than 10,000,000,000";
        return Err(ModelError::Undefined(what));
    }
    if of_row * table.rows() as f64 > MOST_STEPS {
        let what = "the model's trees are too deep to explain so many rows at a time: their leaves, each by the square of \
                    its depth, and for each row, are more than 200,000,000,000; use --row, or fewer rows";
        return Err(ModelError::Undefined(what));
    }
    Ok(())
}

/// Upper bound of the steps that explain one row by a tree: leaves × depth².
fn steps(nodes: &[TreeNode], columns: usize) -> f64 {
    let depths = depths(nodes);
    let leaves = nodes.iter().zip(depths).filter(|(node, _)| node.is_leaf());
    leaves.map(|(_, depth)| (depth.min(columns) as f64).powi(2)).sum()
}

/// Number of splits above the deepest leaf.
fn depth(nodes: &[TreeNode]) -> usize {
    depths(nodes).into_iter().max().unwrap_or(0)
}

/// Splits above each node.
fn depths(nodes: &[TreeNode]) -> Vec<usize> {
    let mut depths = vec![0; nodes.len()];
    for (index, node) in nodes.iter().enumerate().filter(|(_, node)| !node.is_leaf()) {
        [node.left, node.right].iter().for_each(|child| depths[*child as usize] = depths[index] + 1);
    }
    depths
}

/// Share of a node's cover that goes to a child; one half if the cover is zero.
fn share(covers: &[f64], node: &TreeNode, child: u32) -> f64 {
    let [left, right, own] = [node.left, node.right, child].map(|node| covers[node as usize]);
    let sum = left + right;
    if sum.is_infinite() {
        return own / 2.0 / (left / 2.0 + right / 2.0);
    }
    if sum > 0.0 { own / sum } else { 0.5 }
}

/// The mean of the leaves' answers, weighted by cover.
fn mean_answers(forest: &Forest, nodes: &[TreeNode], covers: &[f64]) -> Vec<f64> {
    let mut reach = vec![0.0; nodes.len()];
    reach[0] = 1.0;
    let mut means = vec![0.0; forest.width()];
    for (index, node) in nodes.iter().enumerate() {
        if node.is_leaf() {
            means.iter_mut().enumerate().for_each(|(o, m)| *m += reach[index] * forest.answer(node, o));
        } else {
            for child in [node.left, node.right] {
                reach[child as usize] += reach[index] * share(covers, node, child);
            }
        }
    }
    means
}

impl Path {
    fn new(columns: usize) -> Self {
        Path { steps: Vec::new(), places: vec![None; columns], before: Vec::new(), changed: Vec::new() }
    }

    /// Shares of training weight and of the row that follow the path as far as the column decides; 1 for both if the
    /// path does not test the column.
    fn shares(&self, column: u32) -> (f64, f64) {
        let step = self.places[column as usize].map(|place| self.steps[place as usize]);
        step.map_or((1.0, 1.0), |step| (step.zero, step.one))
    }

    /// Adds a step. A column that occurred before counts once.
    fn take(&mut self, step: Step) {
        let place = self.places[step.column as usize];
        self.before.push(place.map(|place| self.steps[place as usize]));
        match place {
            Some(place) => {
                self.changed.push(place);
                self.steps[place as usize] = step;
            }
            None => {
                let place = self.steps.len() as u32;
                self.changed.push(place);
                self.places[step.column as usize] = Some(place);
                self.steps.push(step);
            }
        }
    }

    /// Undoes all steps except the first `length`.
    fn go_back_to(&mut self, length: usize) {
        while self.before.len() > length {
            let (Some(before), Some(place)) = (self.before.pop(), self.changed.pop()) else { return };
            match before {
                Some(step) => self.steps[place as usize] = step,
                None => {
                    if let Some(step) = self.steps.pop() {
                        self.places[step.column as usize] = None;
                    }
                }
            }
        }
    }

    fn length(&self) -> usize {
        self.before.len()
    }
}

/// For each step of a path the integral over the other steps; `weights` and `before` are scratch buffers.
fn integrals(path: &[Step], rules: &Rules, weights: &mut Vec<f64>, before: &mut Vec<f64>) {
    weights.clear();
    weights.resize(path.len(), 0.0);
    for (t, weight) in rules.of_degree(path.len().saturating_sub(1)) {
        let factor = |step: &Step| step.zero * (1.0 - t) + step.one * t;
        before.clear();
        let mut product = *weight;
        for step in path {
            before.push(product);
            product *= factor(step);
        }
        let mut after = 1.0;
        for ((step, before), sum) in path.iter().zip(before.iter()).zip(weights.iter_mut()).rev() {
            *sum += before * after;
            after *= factor(step);
        }
    }
}

impl Walk<'_> {
    /// Walks all paths that the row or training weight follows, the newest first, without recursion, so a deep tree
    /// needs no deep stack. The path is left as it was given, empty.
    fn run(&self, path: &mut Path, values: &mut [f64]) {
        let (mut weights, mut before) = (Vec::new(), Vec::new());
        let mut open: Vec<(u32, usize, Option<Step>)> = vec![(0, 0, None)];
        while let Some((index, length, step)) = open.pop() {
            path.go_back_to(length);
            if let Some(step) = step {
                path.take(step);
            }
            let node = &self.nodes[index as usize];
            if node.is_leaf() {
                integrals(&path.steps, self.rules, &mut weights, &mut before);
                self.settle(node, &path.steps, &weights, values);
                continue;
            }
            let left = self.forest.goes_left(node, self.row[node.feature as usize]);
            let (hot, cold) = if left { (node.left, node.right) } else { (node.right, node.left) };
            let (zero, one) = path.shares(node.feature);
            for (child, one) in [(hot, one), (cold, 0.0)] {
                let zero = zero * share(self.covers, node, child);
                if zero > 0.0 || one > 0.0 {
                    open.push((child, path.length(), Some(Step { column: node.feature, zero, one })));
                }
            }
        }
        path.go_back_to(0);
    }

    /// At a leaf each column on the path gets its share.
    fn settle(&self, leaf: &TreeNode, path: &[Step], weights: &[f64], values: &mut [f64]) {
        let columns = self.row.len();
        for (step, weight) in path.iter().zip(weights) {
            let part = weight * (step.one - step.zero);
            if self.forest.width() == 1 {
                values[self.group * columns + step.column as usize] += part * leaf.value;
            } else {
                for output in 0..self.groups {
                    values[output * columns + step.column as usize] +=
                        part * self.forest.answer(leaf, output);
                }
            }
        }
    }
}
