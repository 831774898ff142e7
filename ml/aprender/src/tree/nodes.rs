//! Fitted trees of every kind in one flat layout: nodes, the start of each tree, and the leaves' answers.

use crate::apr::{AprError, Reader, Result as AprResult, TreeNode, Writer};
use crate::table::Table;
use rayon::prelude::*;

/// The node's threshold is the index of a set of categories; those go left.
pub(crate) const CATEGORICAL: u32 = 1 << 1;
/// A missing value counts as zero.
pub(crate) const MISSING_IS_ZERO: u32 = 1 << 2;
/// Zero counts as missing.
pub(crate) const ZERO_IS_MISSING: u32 = 1 << 3;
/// The value is rounded to single precision before it is compared.
pub(crate) const SINGLE: u32 = 1 << 4;
const KNOWN: u32 = (SINGLE << 1) - 1;

/// LightGBM treats smaller values as zero.
const ZERO: f64 = 1e-35;

/// Rows that walk through the trees together.
const CHUNK: usize = 256;

/// Trees over the columns of a table.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Forest {
    nodes: Vec<TreeNode>,
    /// First node of each tree, and the end.
    starts: Vec<u32>,
    /// Weight of the training rows that reached each node.
    covers: Vec<f64>,
    /// Numbers per leaf. If 1, the number is the node's value; otherwise the value is an index into these rows.
    width: usize,
    answers: Vec<f64>,
    /// Sets of categories: number of words, then the words.
    sets: Vec<u32>,
    columns: usize,
}

/// One tree that is being grown.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tree {
    /// Root first, children after their parents.
    pub nodes: Vec<TreeNode>,
    /// One for each node.
    pub covers: Vec<f64>,
    /// Leaves × width; empty if the width is 1.
    pub answers: Vec<f64>,
    /// Sets of categories, with indices counted within this tree.
    pub sets: Vec<u32>,
}

impl Tree {
    /// Appends a leaf that answers 0; returns its number.
    pub(crate) fn add_leaf(&mut self, cover: f64) -> u32 {
        self.nodes.push(TreeNode { threshold: 0.0, value: 0.0, left: 0, right: 0, feature: 0, flags: 0 });
        self.covers.push(cover);
        (self.nodes.len() - 1) as u32
    }
}

impl Forest {
    /// No trees yet.
    pub(crate) fn new(columns: usize, width: usize) -> Self {
        Self {
            nodes: Vec::new(),
            starts: vec![0],
            covers: Vec::new(),
            width,
            answers: Vec::new(),
            sets: Vec::new(),
            columns,
        }
    }

    /// Reserves exactly the room for the answers of trees that will be appended.
    pub(crate) fn reserve<'t>(&mut self, trees: impl Iterator<Item = &'t Tree>) {
        self.answers.reserve_exact(trees.map(|tree| tree.answers.len()).sum());
    }

    /// Appends a tree.
    pub(crate) fn push(&mut self, tree: Tree) {
        let (first_answer, first_set) = (self.answers.len() / self.width, self.sets.len());
        for mut node in tree.nodes {
            if node.is_leaf() {
                if self.width > 1 {
                    node.value += first_answer as f64;
                }
            } else if node.flags & CATEGORICAL != 0 {
                node.threshold += first_set as f64;
            }
            self.nodes.push(node);
        }
        self.covers.extend(tree.covers);
        self.answers.extend(tree.answers);
        self.sets.extend(tree.sets);
        self.starts.push(self.nodes.len() as u32);
    }

    /// Keeps the first `count` trees.
    pub(crate) fn truncate(&mut self, count: usize) {
        self.starts.truncate(count + 1);
        let nodes = self.starts.last().map_or(0, |n| *n as usize);
        self.nodes.truncate(nodes);
        self.covers.truncate(nodes);
    }

    pub(crate) fn columns(&self) -> usize {
        self.columns
    }

    pub(crate) fn width(&self) -> usize {
        self.width
    }

    pub(crate) fn trees(&self) -> usize {
        self.starts.len() - 1
    }

    /// Nodes of a tree and their covers.
    pub(crate) fn tree(&self, index: usize) -> (&[TreeNode], &[f64]) {
        let range = self.starts[index] as usize..self.starts[index + 1] as usize;
        (&self.nodes[range.clone()], &self.covers[range])
    }

    /// Number `output` of a leaf's answer.
    pub(crate) fn answer(&self, leaf: &TreeNode, output: usize) -> f64 {
        if self.width == 1 { leaf.value } else { self.answers[leaf.value as usize * self.width + output] }
    }

    /// Multiplies the answers of the leaves of the trees from `first` on; for trees with one number per leaf.
    pub(crate) fn scale(&mut self, first: usize, factor: f64) {
        let from = self.starts[first] as usize;
        self.nodes[from..].iter_mut().filter(|n| n.is_leaf()).for_each(|n| n.value *= factor);
    }

    /// Whether a value goes to the left child.
    #[inline]
    pub(crate) fn goes_left(&self, node: &TreeNode, x: f64) -> bool {
        if node.flags & !TreeNode::MISSING_LEFT == 0 {
            return x <= node.threshold || x.is_nan() && node.flags != 0;
        }
        self.goes_left_specially(node, x)
    }

    fn goes_left_specially(&self, node: &TreeNode, x: f64) -> bool {
        let missing_left = node.flags & TreeNode::MISSING_LEFT != 0;
        if node.flags & CATEGORICAL != 0 {
            if x.is_nan() {
                return missing_left;
            }
            return self.contains(node.threshold as usize, x);
        }
        let mut x = x;
        if x.is_nan() && node.flags & MISSING_IS_ZERO != 0 {
            x = 0.0;
        }
        if x.is_nan() || node.flags & ZERO_IS_MISSING != 0 && x.abs() <= ZERO {
            return missing_left;
        }
        if node.flags & SINGLE != 0 {
            x = f64::from(x as f32);
        }
        x <= node.threshold
    }

    /// Whether the set at index `place` contains the category: the integral part of the value, at least 0.
    fn contains(&self, place: usize, category: f64) -> bool {
        let words = self.sets.get(place).map_or(0, |n| *n as usize);
        if category <= -1.0 || category >= words as f64 * 32.0 {
            return false;
        }
        let category = category as usize;
        self.sets.get(place + 1 + category / 32).is_some_and(|word| word >> (category % 32) & 1 == 1)
    }

    /// The leaf that a row reaches.
    #[inline]
    pub(crate) fn leaf<'a>(&self, nodes: &'a [TreeNode], row: &[f64]) -> &'a TreeNode {
        let mut node = &nodes[0];
        while !node.is_leaf() {
            let next = if self.goes_left(node, row[node.feature as usize]) { node.left } else { node.right };
            node = &nodes[next as usize];
        }
        node
    }

    /// Σ of the leaves' answers over trees, rows × groups. Trees with one number per leaf belong to the groups in turn.
    pub(crate) fn sums(&self, table: &Table, groups: usize) -> Vec<f64> {
        let mut sums = vec![0.0; table.rows() * groups];
        let rows = table.values().par_chunks(CHUNK * table.columns());
        sums.par_chunks_mut(CHUNK * groups).zip(rows).for_each(|(sums, rows)| {
            for tree in 0..self.trees() {
                let (nodes, _) = self.tree(tree);
                for (sums, row) in sums.chunks_exact_mut(groups).zip(rows.chunks_exact(table.columns())) {
                    self.add(self.leaf(nodes, row), tree, sums);
                }
            }
        });
        sums
    }

    /// Adds the answer of a leaf of a tree.
    pub(crate) fn add(&self, leaf: &TreeNode, tree: usize, sums: &mut [f64]) {
        if self.width == 1 {
            let group = tree % sums.len();
            sums[group] += leaf.value;
        } else {
            let answers = &self.answers[leaf.value as usize * self.width..];
            sums.iter_mut().zip(answers).for_each(|(s, a)| *s += a);
        }
    }

    /// Adds the sections of these trees to a file.
    pub(crate) fn save_into<'a>(&'a self, writer: &mut Writer<'a>) -> AprResult<()> {
        let trees = (0..self.trees()).map(|t| self.tree(t).0).collect::<Vec<_>>();
        writer.trees("trees", &trees)?;
        writer.tensor("trees.covers", &[self.covers.len()], &self.covers)?;
        if !self.answers.is_empty() {
            let shape = [self.answers.len() / self.width, self.width];
            writer.tensor("trees.answers", &shape, &self.answers)?;
        }
        if !self.sets.is_empty() {
            writer.tensor("trees.sets", &[self.sets.len()], &self.sets)?;
        }
        Ok(())
    }

    /// Reads the sections that [`Forest::save_into`] wrote, and checks that every walk stays within them.
    pub(crate) fn load_from(reader: &Reader, columns: usize, width: usize) -> AprResult<Self> {
        let malformed = |what: &str| AprError::Malformed(format!("trees: {what}"));
        if columns == 0 || width == 0 {
            return Err(malformed("no columns or no answers"));
        }
        let mut forest = Self::new(columns, width);
        for nodes in reader.trees("trees")?.iter() {
            forest.nodes.extend_from_slice(nodes);
            forest.starts.push(forest.nodes.len() as u32);
        }
        forest.covers = reader.tensor::<f64>("trees.covers")?.values()?.to_vec();
        if reader.section("trees.answers").is_some() {
            forest.answers = reader.tensor::<f64>("trees.answers")?.values()?.to_vec();
        }
        if reader.section("trees.sets").is_some() {
            forest.sets = reader.tensor::<u32>("trees.sets")?.values()?.to_vec();
        }
        forest.check().map_err(|fault| malformed(&fault.to_string()))?;
        Ok(forest)
    }

    /// Refuses trees in which a walk could fail.
    pub(crate) fn check(&self) -> Result<(), ForestFault> {
        if self.covers.len() != self.nodes.len() || self.covers.iter().any(|c| !c.is_finite() || *c < 0.0) {
            return Err(ForestFault::Covers);
        }
        if !self.answers.len().is_multiple_of(self.width) || self.answers.iter().any(|a| !a.is_finite()) {
            return Err(ForestFault::Answers);
        }
        self.nodes.iter().enumerate().try_for_each(|(index, node)| {
            self.check_node(node).map_err(|fault| ForestFault::Node { index, fault })
        })?;
        self.check_sums(0.0)
    }

    /// Refuses answers if their sum with a base, or a column's contribution to it, could be infinite.
    pub(crate) fn check_sums(&self, base: f64) -> Result<(), ForestFault> {
        let size = |answers: &[f64]| answers.iter().fold(0.0, |most: f64, x| most.max(x.abs()));
        let leaves = |tree: usize| {
            let leaves = self.tree(tree).0.iter().filter(|node| node.is_leaf());
            leaves.fold(0.0, |most: f64, leaf| most.max(leaf.value.abs()))
        };
        let all = match self.width {
            1 => (0..self.trees()).map(leaves).sum(),
            _ => size(&self.answers) * self.trees() as f64,
        };
        // A column's contribution is at most twice the answer.
        if (4.0 * (all + base.abs())).is_finite() { Ok(()) } else { Err(ForestFault::Sums) }
    }

    fn check_node(&self, node: &TreeNode) -> Result<(), NodeFault> {
        let place = |x: f64| (x >= 0.0 && x.fract() == 0.0 && x < 4e9).then_some(x as usize);
        if node.is_leaf() {
            let rows = self.answers.len() / self.width;
            let sound = if self.width == 1 {
                node.value.is_finite()
            } else {
                place(node.value).is_some_and(|row| row < rows)
            };
            return if sound { Ok(()) } else { Err(NodeFault::Leaf) };
        }
        if node.feature as usize >= self.columns || node.flags & !KNOWN != 0 {
            return Err(NodeFault::Column);
        }
        if node.flags & CATEGORICAL != 0 {
            let words = place(node.threshold).and_then(|p| Some((p, *self.sets.get(p)? as usize)));
            return match words {
                Some((place, words)) if words < self.sets.len() - place => Ok(()),
                _ => Err(NodeFault::Categories),
            };
        }
        if node.threshold.is_nan() { Err(NodeFault::Threshold) } else { Ok(()) }
    }
}

/// Faults that could break a walk through trees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ForestFault {
    #[error("covers that do not fit the nodes")]
    Covers,
    #[error("answers that are not finite or do not fill rows")]
    Answers,
    #[error("node {index}: {fault}")]
    Node { index: usize, fault: NodeFault },
    #[error("answers so large that their sum is not finite")]
    Sums,
}

/// Faults of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NodeFault {
    #[error("a leaf without an answer")]
    Leaf,
    #[error("a column or flag that does not exist")]
    Column,
    #[error("a set of categories that does not exist")]
    Categories,
    #[error("a threshold that is not a number")]
    Threshold,
}
