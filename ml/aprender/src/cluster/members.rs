//! Which rows belong to which center, kept up to date while centers move.
//!
//! For most rows, bounds of the distances to the nearest and second nearest center show that nothing changes. Source:
//! Hamerly, "Making k-means even faster", SDM 2010.

use super::squares;
use crate::error::Result;
use crate::table::Table;
use rayon::prelude::*;
use trueno::reduce::squared_distance;
use trueno::{ArrayView, matmul};

/// Rows that are processed together.
const CHUNK: usize = 512;

/// The rows of a table by their nearest centers.
pub(super) struct Members<'a> {
    table: &'a Table,
    /// |x|² of each row.
    norms: Vec<f64>,
    bounds: Vec<Bound>,
    /// Σ of the rows of each center, and their number.
    sums: Vec<f64>,
    counts: Vec<usize>,
}

/// The state of a row.
#[derive(Debug, Clone, Copy)]
struct Bound {
    nearest: usize,
    /// Upper bound of the distance to the nearest center.
    upper: f64,
    /// Lower bound of the distance to any other center.
    lower: f64,
}

/// A row that moves from one center to another.
struct Change {
    row: usize,
    from: usize,
    to: usize,
}

fn distance(a: &[f64], b: &[f64]) -> f64 {
    squared_distance(a, b).unwrap_or(f64::INFINITY).sqrt()
}

impl<'a> Members<'a> {
    /// Finds the nearest center of each row; the first among equals.
    pub(super) fn new(table: &'a Table, centers: &[f64]) -> Result<Self> {
        let norms = squares(table.values(), table.columns()).collect::<Vec<_>>();
        let unknown = Bound { nearest: 0, upper: f64::INFINITY, lower: 0.0 };
        let clusters = centers.len() / table.columns();
        let bounds = vec![unknown; norms.len()];
        let mut members = Self { table, norms, bounds, sums: Vec::new(), counts: vec![0; clusters] };
        members.reassign(centers)?;
        members.add_up();
        Ok(members)
    }

    /// The index of each row's center.
    pub(super) fn nearest(&self) -> Vec<usize> {
        self.bounds.iter().map(|b| b.nearest).collect()
    }

    /// Σ |x - c|² by Σ|x|² - 2 c·Σx + n|c|².
    pub(super) fn sum(&self, centers: &[f64]) -> f64 {
        let columns = self.table.columns();
        let parts = centers.chunks_exact(columns).zip(self.sums.chunks_exact(columns)).zip(&self.counts);
        let of = |((center, sum), count): ((&[f64], &[f64]), &usize)| {
            center.iter().zip(sum).map(|(c, s)| c * (*count as f64 * c - 2.0 * s)).sum::<f64>()
        };
        (self.norms.iter().sum::<f64>() + parts.map(of).sum::<f64>()).max(0.0)
    }

    /// |x - c|² of each row, term by term.
    pub(super) fn distances(&self, centers: &[f64]) -> Vec<f64> {
        let columns = self.table.columns();
        let rows = self.table.values().par_chunks(columns).zip(&self.bounds);
        let of = |(row, bound): (&[f64], &Bound)| {
            squared_distance(row, &centers[bound.nearest * columns..][..columns]).unwrap_or(f64::INFINITY)
        };
        rows.map(of).collect()
    }

    /// The mean of each center's rows. A center without rows takes the row farthest from its own center.
    pub(super) fn means(&self, centers: &[f64]) -> Vec<f64> {
        let columns = self.table.columns();
        let mut far = Vec::new();
        if self.counts.contains(&0) {
            let distances = self.distances(centers);
            far = (0..distances.len()).collect();
            far.sort_by(|a, b| distances[*a].total_cmp(&distances[*b]).then(b.cmp(a)));
        }
        let mut means = self.sums.clone();
        for (mean, count) in means.chunks_exact_mut(columns).zip(&self.counts) {
            if *count > 0 {
                mean.iter_mut().for_each(|m| *m /= *count as f64);
            } else if let Some(row) = far.pop() {
                mean.copy_from_slice(self.table.row(row));
            }
        }
        means
    }

    /// Moves the centers; returns whether any row changed its center.
    pub(super) fn follow(&mut self, before: &[f64], centers: &[f64]) -> Result<bool> {
        let columns = self.table.columns();
        let pairs = before.chunks_exact(columns).zip(centers.chunks_exact(columns));
        let moves = pairs.map(|(a, b)| distance(a, b)).collect::<Vec<_>>();
        // The largest move, and the largest of the others.
        let (mut most, mut second, mut mover) = (0.0, 0.0, 0);
        for (center, moved) in moves.iter().enumerate() {
            if *moved > most {
                (most, second, mover) = (*moved, most, center);
            } else if *moved > second {
                second = *moved;
            }
        }
        for bound in &mut self.bounds {
            bound.upper += moves[bound.nearest];
            bound.lower -= if bound.nearest == mover { second } else { most };
        }
        let changes = self.reassign(centers)?;
        if changes.len() * 8 > self.bounds.len() {
            self.add_up();
        } else {
            changes.iter().for_each(|change| self.carry(change));
        }
        Ok(!changes.is_empty())
    }

    /// The sums and counts from the rows.
    fn add_up(&mut self) {
        let columns = self.table.columns();
        self.sums.clear();
        self.sums.resize(self.counts.len() * columns, 0.0);
        self.counts.fill(0);
        for (row, bound) in self.table.iter_rows().zip(&self.bounds) {
            self.counts[bound.nearest] += 1;
            self.sums[bound.nearest * columns..][..columns].iter_mut().zip(row).for_each(|(s, x)| *s += x);
        }
    }

    fn carry(&mut self, change: &Change) {
        let columns = self.table.columns();
        let row = self.table.row(change.row);
        self.counts[change.from] -= 1;
        self.counts[change.to] += 1;
        self.sums[change.from * columns..][..columns].iter_mut().zip(row).for_each(|(s, x)| *s -= x);
        self.sums[change.to * columns..][..columns].iter_mut().zip(row).for_each(|(s, x)| *s += x);
    }

    /// Finds the nearest center of all rows whose bounds are inconclusive.
    fn reassign(&mut self, centers: &[f64]) -> Result<Vec<Change>> {
        let columns = self.table.columns();
        let search = Search::new(centers, columns)?;
        let chunks = self.bounds.par_chunks_mut(CHUNK).zip(self.norms.par_chunks(CHUNK));
        let chunks = chunks.zip(self.table.values().par_chunks(CHUNK * columns)).enumerate();
        let found =
            chunks.map(|(chunk, ((bounds, norms), rows))| search.chunk(chunk * CHUNK, bounds, norms, rows));
        Ok(found.collect::<Result<Vec<_>>>()?.into_iter().flatten().collect())
    }
}

/// Centers and values derived from them.
struct Search<'a> {
    centers: &'a [f64],
    columns: usize,
    /// ½|c|² of each.
    halves: Vec<f64>,
    /// Half the distance to the nearest other center: a row within it has no nearer center.
    reach: Vec<f64>,
}

impl<'a> Search<'a> {
    fn new(centers: &'a [f64], columns: usize) -> Result<Self> {
        let halves = squares(centers, columns).map(|s| 0.5 * s).collect::<Vec<_>>();
        let all = centers.chunks_exact(columns).enumerate().collect::<Vec<_>>();
        let nearest_other = |(place, center): &(usize, &[f64])| {
            let others = all.iter().filter(|(other, _)| other != place);
            0.5 * others.map(|(_, other)| distance(center, other)).fold(f64::INFINITY, f64::min)
        };
        Ok(Self { centers, columns, halves, reach: all.par_iter().map(nearest_other).collect() })
    }

    fn chunk(&self, first: usize, bounds: &mut [Bound], norms: &[f64], rows: &[f64]) -> Result<Vec<Change>> {
        let columns = self.columns;
        let (mut open, mut values) = (Vec::with_capacity(CHUNK), Vec::new());
        for (place, (bound, row)) in bounds.iter_mut().zip(rows.chunks_exact(columns)).enumerate() {
            if bound.upper < f64::INFINITY {
                let enough = self.reach[bound.nearest].max(bound.lower);
                if bound.upper <= enough {
                    continue;
                }
                bound.upper = distance(row, &self.centers[bound.nearest * columns..][..columns]);
                if bound.upper <= enough {
                    continue;
                }
            }
            open.push(place);
            values.extend_from_slice(row);
        }
        if open.is_empty() {
            return Ok(Vec::new());
        }
        let centers = ArrayView::from_slice(self.centers, &[self.halves.len(), columns])?;
        let products =
            matmul(&ArrayView::from_slice(&values, &[open.len(), columns])?, &centers.transpose())?;
        let rows = products.as_slice().chunks_exact(self.halves.len());
        let mut changes = Vec::new();
        for (place, products) in open.into_iter().zip(rows) {
            let (least, second, to) = self.least(products);
            let root = |key: f64| (norms[place] + 2.0 * key).max(0.0).sqrt();
            let from = bounds[place].nearest;
            bounds[place] = Bound { nearest: to, upper: root(least), lower: root(second) };
            if from != to {
                changes.push(Change { row: first + place, from, to });
            }
        }
        Ok(changes)
    }

    /// Smallest and second smallest ½|c|² - x·c over the centers, and the first center with the smallest, from the
    /// products of a row.
    #[inline]
    fn least(&self, products: &[f64]) -> (f64, f64, usize) {
        let (mut least, mut second, mut nearest) = (f64::INFINITY, f64::INFINITY, 0);
        for (center, (product, half)) in products.iter().zip(&self.halves).enumerate() {
            let key = half - product;
            let closer = key < least;
            second = second.min(if closer { least } else { key });
            least = if closer { key } else { least };
            nearest = if closer { center } else { nearest };
        }
        (least, second, nearest)
    }
}
