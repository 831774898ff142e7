//! Exact Shapley values of trees, by the trees' own paths.
//!
//! Source: Lundberg, Erion, Lee, "Consistent individualized feature attribution for tree ensembles", arXiv 1802.03888 (2018),
//! algorithm 2. What a tree answers where a set of columns is unknown is the mean over both children, by the training weight
//! that came by. Time is trees × leaves × depth² for each row.

use super::nodes::Forest;
use crate::apr::TreeNode;
use crate::error::{ModelError, Result};
use crate::table::Table;
use rayon::prelude::*;

/// What each column adds to each output of each row, beside a base; base and contributions sum to the raw prediction.
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
    /// Column; none for the root.
    column: u32,
    /// Share of training weight that follows the path where the column is unknown.
    zero: f64,
    /// 1 where the row itself follows it.
    one: f64,
    /// Share of the sets of this size that follow it.
    weight: f64,
}

const ROOT: u32 = u32::MAX;

/// Smaller shares are none: dividing by them would not be finite.
const LEAST_SHARE: f64 = 1e-200;

/// Steps for one row and one tree, some tens of seconds: leaves × depth², where a column that is met again makes no path
/// deeper.
const MOST_STEPS: f64 = 1e10;

/// One row's walk through one tree.
struct Walk<'a> {
    forest: &'a Forest,
    nodes: &'a [TreeNode],
    covers: &'a [f64],
    row: &'a [f64],
    groups: usize,
    group: usize,
}

impl Contributions {
    /// Of the trees' sums times `scale`; trees of one number belong to the `groups` in turn.
    ///
    /// # Errors
    /// A tree is too deep to be explained.
    pub(crate) fn of(forest: &Forest, table: &Table, groups: usize, scale: f64) -> Result<Self> {
        let columns = table.columns();
        if (0..forest.trees()).any(|tree| steps(forest.tree(tree).0, columns) > MOST_STEPS) {
            return Err(ModelError::Undefined("a tree of the model is too deep to be explained"));
        }
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
                for tree in 0..forest.trees() {
                    let (nodes, covers) = forest.tree(tree);
                    let group = if forest.width() == 1 { tree % groups } else { 0 };
                    let walk = Walk { forest, nodes, covers, row, groups, group };
                    walk.run(values);
                }
                values.iter_mut().for_each(|v| *v *= scale);
            },
        );
        Ok(Self { base, values, columns })
    }

    /// The contributions of a row to an output, one for each column; empty where there is no such row or output.
    pub fn row(&self, row: usize, output: usize) -> &[f64] {
        let groups = self.base.len();
        if output >= groups {
            return &[];
        }
        let from = (row * groups + output) * self.columns;
        self.values.get(from..from + self.columns).unwrap_or(&[])
    }

    /// Mean over rows and outputs of the sizes of each column's contributions: a measure of importance.
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

/// At most so many steps explain one row by a tree: leaves × depth².
fn steps(nodes: &[TreeNode], columns: usize) -> f64 {
    let mut depths = vec![0_usize; nodes.len()];
    let mut steps = 0.0;
    for (index, node) in nodes.iter().enumerate() {
        if node.is_leaf() {
            steps += (depths[index].min(columns) as f64).powi(2);
        } else {
            [node.left, node.right].iter().for_each(|child| depths[*child as usize] = depths[index] + 1);
        }
    }
    steps
}

/// Share of a node's cover that goes to a child; half where nothing came by.
fn share(covers: &[f64], node: &TreeNode, child: u32) -> f64 {
    let sum = covers[node.left as usize] + covers[node.right as usize];
    if sum > 0.0 { covers[child as usize] / sum } else { 0.5 }
}

/// The mean over leaves of what they answer, by cover.
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

/// Adds a step to a path: the weights of sets that are one column larger.
fn extend(path: &mut Vec<Step>, step: Step) {
    let depth = path.len();
    path.push(Step { weight: if depth == 0 { 1.0 } else { 0.0 }, ..step });
    let size = (depth + 1) as f64;
    for i in (0..depth).rev() {
        path[i + 1].weight += step.one * path[i].weight * (i + 1) as f64 / size;
        path[i].weight *= step.zero * (depth - i) as f64 / size;
    }
}

/// Takes a step out of a path: [`extend`] in reverse.
fn unwind(path: &mut Vec<Step>, index: usize) {
    let depth = path.len() - 1;
    let Step { one, zero, .. } = path[index];
    let size = (depth + 1) as f64;
    let mut next = path[depth].weight;
    for i in (0..depth).rev() {
        if one != 0.0 {
            let before = path[i].weight;
            path[i].weight = next * size / ((i + 1) as f64 * one);
            next = before - path[i].weight * zero * (depth - i) as f64 / size;
        } else {
            path[i].weight *= size / (zero * (depth - i) as f64);
        }
    }
    for i in index..depth {
        let Step { column, zero, one, .. } = path[i + 1];
        path[i] = Step { column, zero, one, weight: path[i].weight };
    }
    path.pop();
}

/// Sum of the weights that would be left without a step.
fn unwound_sum(path: &[Step], index: usize) -> f64 {
    let depth = path.len() - 1;
    let Step { one, zero, .. } = path[index];
    let size = (depth + 1) as f64;
    let mut next = path[depth].weight;
    let mut total = 0.0;
    for i in (0..depth).rev() {
        if one != 0.0 {
            let weight = next * size / ((i + 1) as f64 * one);
            total += weight;
            next = path[i].weight - weight * zero * (depth - i) as f64 / size;
        } else if zero != 0.0 {
            total += path[i].weight * size / (zero * (depth - i) as f64);
        }
    }
    total
}

impl Walk<'_> {
    /// All paths that the row or training weight follows, the newest first: a deep tree needs no deep stack.
    fn run(&self, values: &mut [f64]) {
        let mut open = vec![(0, Vec::new(), Step { column: ROOT, zero: 1.0, one: 1.0, weight: 1.0 })];
        while let Some((index, mut path, step)) = open.pop() {
            extend(&mut path, step);
            let node = &self.nodes[index];
            if node.is_leaf() {
                self.settle(node, &path, values);
                continue;
            }
            let left = self.forest.goes_left(node, self.row[node.feature as usize]);
            let (hot, cold) = if left { (node.left, node.right) } else { (node.right, node.left) };
            let (mut zero, mut one) = (1.0, 1.0);
            // A column that was met before counts once.
            if let Some(met) = path.iter().position(|s| s.column == node.feature) {
                (zero, one) = (path[met].zero, path[met].one);
                unwind(&mut path, met);
            }
            for (child, one) in [(hot, one), (cold, 0.0)] {
                let zero = zero * share(self.covers, node, child);
                let zero = if zero < LEAST_SHARE { 0.0 } else { zero };
                if zero > 0.0 || one > 0.0 {
                    let step = Step { column: node.feature, zero, one, weight: 0.0 };
                    open.push((child as usize, path.clone(), step));
                }
            }
        }
    }

    /// At a leaf each column on the path gets its share.
    fn settle(&self, leaf: &TreeNode, path: &[Step], values: &mut [f64]) {
        let columns = self.row.len();
        for index in 1..path.len() {
            let step = path[index];
            let part = unwound_sum(path, index) * (step.one - step.zero);
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
