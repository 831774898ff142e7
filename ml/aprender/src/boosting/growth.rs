//! Growing one tree, the leaf with most gain first. Source: Shi, "Best-first decision tree learning", 2007; Ke et al., "LightGBM: a
//! highly efficient gradient boosting decision tree", NeurIPS 2017 (histograms of one child by subtraction).

use super::bins::{Bins, Borders};
use super::gradients::Gradients;
use super::histogram::{Histogram, Shape, subtract};
use super::split::{Rules, Search, Split, Test, Totals};
use crate::apr::TreeNode;
use crate::tree::{CATEGORICAL, Tree};
use rayon::prelude::*;

/// Memory limit for the histograms of waiting leaves; beyond it they are recomputed instead.
const KEPT_BYTES: usize = 1 << 30;

/// Rows that are split together.
const CHUNK: usize = 1 << 16;

/// The maximum size of a tree, and the rules for its splits.
#[derive(Debug, Clone)]
pub(super) struct TreeLimits {
    pub leaves: usize,
    pub depth: usize,
    pub rules: Rules,
    pub learning_rate: f64,
}

/// A leaf that may be split.
struct Leaf {
    node: u32,
    from: usize,
    to: usize,
    depth: usize,
    totals: Totals,
    histogram: Option<Histogram>,
    split: Option<Split>,
}

/// A grown tree, the rows of its leaves, and the gains of its splits.
pub(super) struct Grown {
    pub tree: Tree,
    /// For each leaf its range of `rows` and its answer.
    pub leaves: Vec<(usize, usize, f64)>,
    pub rows: Vec<u32>,
    /// Column and gain of each split.
    pub gains: Vec<(usize, f64)>,
}

struct Grower<'a> {
    search: Search<'a>,
    limits: &'a TreeLimits,
    rows: Vec<u32>,
    spare_rows: Vec<u32>,
    unused: Vec<Histogram>,
    tree: Tree,
    gains: Vec<(usize, f64)>,
}

/// Grows a tree over all rows.
pub(super) fn grow(bins: &Bins, gradients: &Gradients<'_>, shape: Shape, limits: &TreeLimits) -> Grown {
    let rows = (0..bins.rows() as u32).collect::<Vec<_>>();
    let search = Search { bins, gradients, shape, rules: &limits.rules };
    let mut grower = Grower {
        search,
        limits,
        spare_rows: vec![0; rows.len()],
        rows,
        unused: Vec::new(),
        tree: Tree::default(),
        gains: Vec::new(),
    };
    let leaves = grower.run();
    let leaves = leaves
        .iter()
        .map(|leaf| {
            let rows = &grower.rows[leaf.from..leaf.to];
            let value = grower.search.exact_value(leaf.totals, rows) * limits.learning_rate;
            grower.tree.nodes[leaf.node as usize].value = value;
            (leaf.from, leaf.to, value)
        })
        .collect();
    Grown { tree: grower.tree, leaves, rows: grower.rows, gains: grower.gains }
}

impl Grower<'_> {
    fn run(&mut self) -> Vec<Leaf> {
        let all = self.rows.len();
        let packed = self.search.gradients.packed.par_chunks(CHUNK).map(|c| c.iter().sum::<i64>()).sum();
        let totals = Totals { packed, rows: all, low: f64::NEG_INFINITY, high: f64::INFINITY };
        let node = self.tree.add_leaf(all as f64);
        let mut root = Leaf { node, from: 0, to: all, depth: 0, totals, histogram: None, split: None };
        if self.may_split(&root) {
            let mut histogram = Histogram::default();
            self.fill(&mut histogram, &root);
            self.find(&mut root, histogram);
        }
        let mut leaves = vec![root];
        while leaves.len() < self.limits.leaves {
            let gain = |leaf: &Leaf| leaf.split.map_or(0.0, |s| s.gain);
            let best =
                (0..leaves.len()).reduce(|b, i| if gain(&leaves[i]) > gain(&leaves[b]) { i } else { b });
            let Some((at, split)) = best.and_then(|at| Some((at, leaves[at].split?))) else { break };
            let leaf = leaves.swap_remove(at);
            let last = leaves.len() + 2 == self.limits.leaves;
            let (left, right) = self.part(leaf, split, last);
            leaves.push(left);
            leaves.push(right);
        }
        leaves
    }

    fn may_split(&self, leaf: &Leaf) -> bool {
        let rows = leaf.to - leaf.from;
        rows >= 2 && rows >= 2 * self.limits.rules.min_rows && leaf.depth < self.limits.depth
    }

    fn fill(&self, histogram: &mut Histogram, leaf: &Leaf) {
        let Search { bins, gradients, shape, .. } = &self.search;
        shape.fill(histogram, bins, gradients, &self.rows[leaf.from..leaf.to]);
    }

    /// Finds the leaf's split; keeps its histogram for its children.
    fn find(&mut self, leaf: &mut Leaf, histogram: Histogram) {
        leaf.split = self.search.best(&histogram, leaf.totals);
        let room = self.search.shape.bytes().saturating_mul(self.limits.leaves) <= KEPT_BYTES;
        if leaf.split.is_some() && room {
            leaf.histogram = Some(histogram);
        } else {
            self.unused.push(histogram);
        }
    }

    /// Splits a leaf; the children of the `last` split need no histograms.
    fn part(&mut self, leaf: Leaf, split: Split, last: bool) -> (Leaf, Leaf) {
        self.gains.push((split.column, split.gain));
        let middle = leaf.from + self.part_rows(leaf.from, leaf.to, &split);
        let (left_node, right_node) =
            (self.tree.add_leaf((middle - leaf.from) as f64), self.tree.add_leaf((leaf.to - middle) as f64));
        self.describe(leaf.node, &split, left_node, right_node);
        let (left_totals, right_totals) = self.totals(&leaf.totals, &split, middle - leaf.from);
        let child = |node, from, to, totals| Leaf {
            node,
            from,
            to,
            depth: leaf.depth + 1,
            totals,
            histogram: None,
            split: None,
        };
        let mut left = child(left_node, leaf.from, middle, left_totals);
        let mut right = child(right_node, middle, leaf.to, right_totals);
        let parent = leaf.histogram;
        if last {
            self.unused.extend(parent);
        } else {
            let (small, large) = if middle - leaf.from <= leaf.to - middle {
                (&mut left, &mut right)
            } else {
                (&mut right, &mut left)
            };
            self.find_both(small, large, parent);
        }
        (left, right)
    }

    fn find_both(&mut self, small: &mut Leaf, large: &mut Leaf, parent: Option<Histogram>) {
        if !self.may_split(large) {
            self.unused.extend(parent);
            return;
        }
        let mut histogram = self.unused.pop().unwrap_or_default();
        if let Some(mut parent) = parent {
            self.fill(&mut histogram, small);
            subtract(&mut parent, &histogram);
            self.find(large, parent);
        } else {
            self.fill(&mut histogram, large);
            self.find(large, histogram);
            histogram = self.unused.pop().unwrap_or_default();
            self.fill(&mut histogram, small);
        }
        if self.may_split(small) {
            self.find(small, histogram);
        } else {
            self.unused.push(histogram);
        }
    }

    /// Sums and allowed answers of the children; if a column is monotone, the midpoint of both answers separates them.
    fn totals(&self, parent: &Totals, split: &Split, left_rows: usize) -> (Totals, Totals) {
        let mut left = Totals { packed: split.left, rows: left_rows, ..*parent };
        let mut right =
            Totals { packed: parent.packed - split.left, rows: parent.rows - left_rows, ..*parent };
        let direction = self.limits.rules.monotone.get(split.column).copied().unwrap_or(0);
        if direction != 0 {
            let middle = f64::midpoint(self.search.value(left), self.search.value(right));
            let (lower, upper) =
                if direction > 0 { (&mut left, &mut right) } else { (&mut right, &mut left) };
            lower.high = middle;
            upper.low = middle;
        }
        (left, right)
    }

    /// Writes the node's test.
    fn describe(&mut self, node: u32, split: &Split, left: u32, right: u32) {
        let mut flags = if split.missing_left { TreeNode::MISSING_LEFT } else { 0 };
        let threshold = match (split.test, &self.search.bins.borders[split.column]) {
            // All numbers go left, only missing values right.
            (Test::UpTo(bin), Borders::Numbers(borders)) => {
                borders.get(usize::from(bin)).copied().unwrap_or(f64::INFINITY)
            }
            (Test::UpTo(bin), Borders::Categories(_)) => f64::from(bin),
            (Test::Set(bits), _) => {
                flags |= CATEGORICAL;
                let place = self.tree.sets.len();
                self.tree.sets.push(8);
                self.tree.sets.extend(bits.iter().flat_map(|b| [*b as u32, (*b >> 32) as u32]));
                place as f64
            }
        };
        let node = &mut self.tree.nodes[node as usize];
        *node = TreeNode { threshold, left, right, feature: split.column as u32, flags, ..*node };
    }

    /// Moves the rows that go left before the others and keeps the order on both sides; returns how many go left.
    fn part_rows(&mut self, from: usize, to: usize, split: &Split) -> usize {
        let bins = self.search.bins.column(split.column);
        let mut goes_left = [false; 256];
        goes_left.iter_mut().enumerate().for_each(|(bin, left)| *left = split.goes_left(bin as u8));
        let rows = &mut self.rows[from..to];
        let spare = &mut self.spare_rows[from..to];
        let pieces = rows.par_chunks_mut(CHUNK).zip(spare.par_chunks_mut(CHUNK));
        let counts =
            pieces.map(|(rows, spare)| part_piece(rows, spare, bins, &goes_left)).collect::<Vec<_>>();
        if counts.len() == 1 {
            let left = counts[0];
            let right = rows.len() - left;
            rows[left..].copy_from_slice(&spare[..right]);
            return left;
        }
        // The left rows of all pieces are moved together; the right ones wait in the spare buffer.
        let mut left = 0;
        for (piece, count) in counts.iter().enumerate() {
            rows.copy_within(piece * CHUNK..piece * CHUNK + count, left);
            left += count;
        }
        let mut at = left;
        for (piece, count) in counts.iter().enumerate() {
            let length = CHUNK.min(rows.len() - piece * CHUNK) - count;
            rows[at..at + length].copy_from_slice(&spare[piece * CHUNK..][..length]);
            at += length;
        }
        left
    }
}

/// Leaves the left rows at the start of `rows` and the right ones at the start of `spare`; returns how many go left.
fn part_piece(rows: &mut [u32], spare: &mut [u32], bins: &[u8], goes_left: &[bool; 256]) -> usize {
    let (mut left, mut right) = (0, 0);
    for at in 0..rows.len() {
        let row = rows[at];
        let goes = usize::from(goes_left[usize::from(bins[row as usize])]);
        // Both are written but only one counts: no branch to predict.
        rows[left] = row;
        spare[right] = row;
        left += goes;
        right += 1 - goes;
    }
    left
}
