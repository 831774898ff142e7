//! Growing one tree by exact splits. Source: Breiman, Friedman, Olshen, Stone, "Classification and regression trees", 1984; the
//! order of drawing columns is that of Breiman's random forests, random thresholds those of Geurts, Ernst, Wehenkel, "Extremely
//! randomized trees", 2006.

use super::columns::Ranks;
use super::nodes::Tree;
use super::targets::Targets;
use crate::class_limits::NodeRoom;
use trueno::random::Philox;

/// The maximum size of a tree, and how splits are searched.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub depth: usize,
    pub split_rows: usize,
    pub leaf_rows: usize,
    pub leaves: usize,
    /// Columns drawn for each split.
    pub columns: usize,
    /// Whether each drawn column gets one random threshold instead of all thresholds.
    pub random_thresholds: bool,
}

impl Limits {
    /// Maximum number of leaves of a tree of these rows.
    pub(crate) fn most_leaves(&self, ranks: &Ranks) -> usize {
        let by_depth = u32::try_from(self.depth).ok().and_then(|depth| 1usize.checked_shl(depth));
        let distinct = |column| ranks.column(column).values.len();
        let rows = (0..ranks.len()).map(distinct).fold(1usize, usize::saturating_mul);
        let by_rows = ranks.rows() / self.leaf_rows.max(1);
        self.leaves.min(by_depth.unwrap_or(usize::MAX)).min(rows).min(by_rows).max(1)
    }
}

/// A split of a node: ranks below `cut` go left.
#[derive(Debug, Clone, Copy)]
struct Split {
    column: usize,
    cut: u32,
    threshold: f64,
    quality: f64,
}

/// A node that can be split.
struct Pending<S> {
    node: u32,
    from: usize,
    to: usize,
    depth: usize,
    sums: S,
    split: Split,
}

struct Grower<'a, T: Targets> {
    ranks: &'a Ranks,
    targets: &'a T,
    weights: &'a [f64],
    limits: Limits,
    random: Philox,
    rows: Vec<u32>,
    keys: Vec<u64>,
    columns: Vec<usize>,
    tree: Tree,
    importance: Vec<f64>,
    room: &'a NodeRoom,
}

/// Grows a tree over the rows with weight; also returns the gain of each column's splits. It ends early if there is no
/// room left.
pub(crate) fn grow<T: Targets>(
    ranks: &Ranks,
    targets: &T,
    weights: &[f64],
    limits: Limits,
    random: Philox,
    room: &NodeRoom,
) -> (Tree, Vec<f64>) {
    let rows = (0..ranks.rows() as u32).filter(|r| weights[*r as usize] > 0.0).collect::<Vec<_>>();
    let mut grower = Grower {
        ranks,
        targets,
        weights,
        limits,
        random,
        keys: Vec::with_capacity(rows.len()),
        rows,
        columns: (0..ranks.len()).collect(),
        tree: Tree::default(),
        importance: vec![0.0; ranks.len()],
        room,
    };
    grower.run();
    (grower.tree, grower.importance)
}

impl<T: Targets> Grower<'_, T> {
    fn run(&mut self) {
        let mut frontier = Vec::new();
        let count = self.rows.len();
        let sums = self.sums(0, count);
        self.node(0, count, 0, sums, &mut frontier);
        let mut leaves = 1;
        while let Some(next) = self.next(&mut frontier).filter(|_| !self.room.is_exhausted()) {
            if leaves >= self.limits.leaves {
                self.leaf(next.node, &next.sums);
                continue;
            }
            leaves += 1;
            self.part(next, &mut frontier);
        }
    }

    /// The node to split next: the newest, or the one with the largest gain if the number of leaves is limited.
    fn next(&self, frontier: &mut Vec<Pending<T::Sums>>) -> Option<Pending<T::Sums>> {
        if self.limits.leaves == usize::MAX {
            return frontier.pop();
        }
        let gain = |p: &Pending<T::Sums>| p.split.quality - self.targets.worth(&p.sums);
        let best = (0..frontier.len()).max_by(|a, b| gain(&frontier[*a]).total_cmp(&gain(&frontier[*b])))?;
        Some(frontier.swap_remove(best))
    }

    fn sums(&self, from: usize, to: usize) -> T::Sums {
        let mut sums = self.targets.zero();
        for row in &self.rows[from..to] {
            self.targets.add(&mut sums, *row, self.weights[*row as usize]);
        }
        sums
    }

    fn leaf(&mut self, node: u32, sums: &T::Sums) {
        let width = self.targets.width();
        let mut answer = Vec::with_capacity(width);
        self.targets.answer(sums, &mut answer);
        let node = &mut self.tree.nodes[node as usize];
        if width == 1 {
            node.value = answer[0];
        } else {
            node.value = (self.tree.answers.len() / width) as f64;
            self.tree.answers.extend(answer);
        }
    }

    /// Adds a node, either as a leaf or as a candidate for a split.
    fn node(
        &mut self,
        from: usize,
        to: usize,
        depth: usize,
        sums: T::Sums,
        frontier: &mut Vec<Pending<T::Sums>>,
    ) -> u32 {
        let node = self.tree.add_leaf(self.targets.weight(&sums));
        if self.targets.width() > 1 {
            self.room.take(self.targets.width());
        }
        let count = to - from;
        let ends = depth >= self.limits.depth
            || count < self.limits.split_rows.max(2)
            || count < 2 * self.limits.leaf_rows
            || self.targets.is_pure(&self.rows[from..to]);
        match if ends { None } else { self.best(from, to, &sums) } {
            Some(split) => frontier.push(Pending { node, from, to, depth, sums, split }),
            None => self.leaf(node, &sums),
        }
        node
    }

    fn part(&mut self, pending: Pending<T::Sums>, frontier: &mut Vec<Pending<T::Sums>>) {
        let Pending { node, from, to, depth, sums, split } = pending;
        let ranks = &self.ranks.column(split.column).ranks;
        let mut middle = from;
        for at in from..to {
            if ranks[self.rows[at] as usize] < split.cut {
                self.rows.swap(at, middle);
                middle += 1;
            }
        }
        self.importance[split.column] += split.quality - self.targets.worth(&sums);
        let (left_sums, right_sums) = (self.sums(from, middle), self.sums(middle, to));
        // The right child is added first: the left one is then the newest and is split next.
        let right = self.node(middle, to, depth + 1, right_sums, frontier);
        let left = self.node(from, middle, depth + 1, left_sums, frontier);
        let node = &mut self.tree.nodes[node as usize];
        (node.left, node.right) = (left, right);
        (node.feature, node.threshold) = (split.column as u32, split.threshold);
    }

    /// The best split of a node's rows over the drawn columns; more columns are drawn while all so far are constant.
    fn best(&mut self, from: usize, to: usize, sums: &T::Sums) -> Option<Split> {
        let mut best = None::<Split>;
        let (mut left, mut right) = (self.targets.zero(), self.targets.zero());
        let (all, mut varied) = (self.columns.len(), false);
        for drawn in 0..all {
            if drawn >= self.limits.columns && varied {
                break;
            }
            if self.limits.columns < all || self.limits.random_thresholds {
                let other = drawn + self.random.below((all - drawn) as u64) as usize;
                self.columns.swap(drawn, other);
            }
            let column = self.columns[drawn];
            let Some((low, high)) = self.range(column, from, to) else { continue };
            varied = true;
            left.clone_from(&self.targets.zero());
            right.clone_from(sums);
            let found = if self.limits.random_thresholds {
                self.random_split(column, from..to, (low, high), &mut left, &mut right)
            } else {
                self.exact_split(column, from..to, &mut left, &mut right)
            };
            if let Some(found) = found
                && best.is_none_or(|b| found.quality > b.quality)
            {
                best = Some(found);
            }
        }
        best
    }

    /// Smallest and largest rank, if they differ.
    fn range(&self, column: usize, from: usize, to: usize) -> Option<(u32, u32)> {
        let ranks = &self.ranks.column(column).ranks;
        let of = |row: &u32| ranks[*row as usize];
        let first = of(&self.rows[from]);
        let (low, high) =
            self.rows[from..to].iter().map(of).fold((first, first), |(l, h), r| (l.min(r), h.max(r)));
        (low < high).then_some((low, high))
    }

    fn exact_split(
        &mut self,
        column: usize,
        range: std::ops::Range<usize>,
        left: &mut T::Sums,
        right: &mut T::Sums,
    ) -> Option<Split> {
        let values = self.ranks.column(column);
        let count = range.len();
        self.keys.clear();
        self.keys.extend(
            self.rows[range].iter().map(|row| u64::from(values.ranks[*row as usize]) << 32 | u64::from(*row)),
        );
        self.keys.sort_unstable();
        let mut best = None::<(usize, f64)>;
        let least = self.limits.leaf_rows.max(1);
        for (before, pair) in self.keys.windows(2).enumerate() {
            let row = pair[0] as u32;
            self.targets.shift(right, left, row, self.weights[row as usize]);
            let here = before + 1;
            if pair[0] >> 32 == pair[1] >> 32 || here < least || count - here < least {
                continue;
            }
            let quality = self.targets.worth(left) + self.targets.worth(right);
            if best.is_none_or(|b| quality > b.1) {
                best = Some((here, quality));
            }
        }
        let (here, quality) = best?;
        let (low, high) = ((self.keys[here - 1] >> 32) as u32, (self.keys[here] >> 32) as u32);
        Some(Split { column, cut: low + 1, threshold: values.between(low, high), quality })
    }

    fn random_split(
        &mut self,
        column: usize,
        range: std::ops::Range<usize>,
        (low, high): (u32, u32),
        left: &mut T::Sums,
        right: &mut T::Sums,
    ) -> Option<Split> {
        let values = self.ranks.column(column);
        let (least, greatest) = (values.values[low as usize], values.values[high as usize]);
        let share = self.random.uniform();
        let drawn = least * (1.0 - share) + greatest * share;
        let threshold = if drawn >= greatest || drawn < least { least } else { drawn };
        let cut = values.values.partition_point(|v| *v <= threshold) as u32;
        let (mut count, all) = (0, range.len());
        for row in &self.rows[range] {
            if values.ranks[*row as usize] < cut {
                self.targets.shift(right, left, *row, self.weights[*row as usize]);
                count += 1;
            }
        }
        let least_rows = self.limits.leaf_rows.max(1);
        if count < least_rows || all - count < least_rows {
            return None;
        }
        let quality = self.targets.worth(left) + self.targets.worth(right);
        Some(Split { column, cut, threshold, quality })
    }
}
