//! k nearest neighbours by Euclidean distance, found by comparing with all rows.
//!
//! A matrix product first finds a few more rows than requested; then their distances are computed again term by term.
//! So rounding in the product changes no answer. Ties are broken by row number.

mod stored;
#[cfg(test)]
mod tests;

use crate::checks::{check_length, check_targets};
use crate::class_limits::Extent;
use crate::error::{ModelError, Result, setting};
use crate::estimator::{Classes, Classifier, Estimator, Model};
use crate::table::Table;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use trueno::{ArrayView, ArrayViewMut, Epilogue, gemm};

/// Queries that are compared in one product.
const CHUNK: usize = 128;

/// Rows that are compared in one product: it stays in the second-level cache.
const TILE: usize = 512;

/// Extra rows to find, because the product is rounded.
const MARGIN: usize = 8;

/// The reference rows of all comparisons.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Neighbors {
    /// Means of the columns, subtracted before the product.
    means: Vec<f64>,
    table: Table,
    /// ½|x|² of each row.
    halves: Vec<f64>,
}

impl Neighbors {
    /// Keeps `table`.
    ///
    /// # Errors
    /// Values that are not finite.
    pub fn new(table: &Table) -> Result<Self> {
        table.check_finite()?;
        let means = table.column_means();
        let table = table.centered(&means);
        let halves = table.iter_rows().map(|row| 0.5 * row.iter().map(|x| x * x).sum::<f64>()).collect();
        Ok(Self { means, table, halves })
    }

    /// For each row of `queries` the `count` nearest rows: (squared distance, row), ascending.
    ///
    /// # Errors
    /// The number of columns differs, a value is not finite, or `count` is zero or greater than the number of rows.
    pub fn nearest(&self, queries: &Table, count: usize) -> Result<Vec<Vec<(f64, usize)>>> {
        queries.check_columns(self.table.columns())?;
        queries.check_finite()?;
        setting(count > 0, "the number of neighbours", 0.0, "it must be at least 1")?;
        if count > self.table.rows() {
            return Err(ModelError::TooFewRows {
                what: "neighbours",
                needed: count,
                found: self.table.rows(),
            });
        }
        let queries = queries.centered(&self.means);
        let chunks = queries.values().par_chunks(CHUNK * queries.columns());
        let found = chunks.map(|chunk| self.chunk(chunk, count)).collect::<Result<Vec<_>>>()?;
        Ok(found.into_iter().flatten().collect())
    }

    fn chunk(&self, queries: &[f64], count: usize) -> Result<Vec<Vec<(f64, usize)>>> {
        let columns = self.table.columns();
        let rows = queries.len() / columns;
        let view = ArrayView::from_slice(queries, &[rows, columns])?;
        let wanted = (count + MARGIN).min(self.table.rows());
        let mut kept =
            vec![Kept { nearest: Vec::with_capacity(wanted + 1), limit: f64::INFINITY, wanted }; rows];
        let mut products = vec![0.0; rows * TILE];
        let tiles = self.table.values().chunks(TILE * columns).zip(self.halves.chunks(TILE));
        for (tile, (values, halves)) in tiles.enumerate() {
            let values = ArrayView::from_slice(values, &[halves.len(), columns])?;
            let product = &mut products[..rows * halves.len()];
            let target = ArrayViewMut::from_slice(product, &[rows, halves.len()])?;
            gemm(-1.0, &view, &values.transpose(), 0.0, target, &Epilogue::default())?;
            for (kept, products) in kept.iter_mut().zip(product.chunks_exact(halves.len())) {
                kept.take(products, halves, tile * TILE);
            }
        }
        Ok(queries
            .chunks_exact(columns)
            .zip(kept)
            .map(|(query, kept)| self.refine(query, kept, count))
            .collect())
    }

    /// The nearest rows of a query among the candidates, with distances computed term by term.
    fn refine(&self, query: &[f64], kept: Kept, count: usize) -> Vec<(f64, usize)> {
        let mut nearest = kept.nearest;
        for (key, row) in &mut nearest {
            *key = query.iter().zip(self.table.row(*row)).map(|(a, b)| (a - b) * (a - b)).sum();
        }
        nearest.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        nearest.truncate(count);
        nearest
    }
}

/// The rows nearest to a query so far: (½|x|² - q·x, row), ascending.
#[derive(Debug, Clone)]
struct Kept {
    nearest: Vec<(f64, usize)>,
    /// Keys from here on are rejected.
    limit: f64,
    wanted: usize,
}

impl Kept {
    /// Considers rows from `first` on, given their -q·x and ½|x|².
    fn take(&mut self, products: &[f64], halves: &[f64], first: usize) {
        const STEP: usize = 16;
        for (group, (products, halves)) in products.chunks(STEP).zip(halves.chunks(STEP)).enumerate() {
            let limit = self.limit;
            // Most groups contain no candidate: one comparison covers the whole group, without a branch for each row.
            let any = products.iter().zip(halves).fold(false, |any, (p, h)| any | (h + p < limit));
            if !any && limit < f64::INFINITY {
                continue;
            }
            for (at, (product, half)) in products.iter().zip(halves).enumerate() {
                let key = half + product;
                if key < self.limit || self.nearest.len() < self.wanted {
                    self.keep(key, first + group * STEP + at);
                }
            }
        }
    }

    fn keep(&mut self, key: f64, row: usize) {
        let place = self.nearest.partition_point(|(k, _)| *k <= key);
        self.nearest.insert(place, (key, row));
        self.nearest.truncate(self.wanted);
        let full = self.nearest.len() == self.wanted;
        self.limit = if full { self.nearest[self.wanted - 1].0 } else { f64::INFINITY };
    }
}

/// Classes by the vote of the nearest rows; among equal votes the smallest class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct NearestClassifier {
    /// Number of voting rows. Default 5.
    pub neighbors: usize,
}

/// Numbers by the mean of the nearest rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct NearestRegressor {
    /// Number of rows in the mean. Default 5.
    pub neighbors: usize,
}

impl Default for NearestClassifier {
    fn default() -> Self {
        Self { neighbors: 5 }
    }
}

impl Default for NearestRegressor {
    fn default() -> Self {
        Self { neighbors: 5 }
    }
}

/// A fitted [`NearestClassifier`]. It holds the training rows, as the method requires.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NearestClassifierModel {
    neighbors: Neighbors,
    count: usize,
    classes: Classes,
    places: Vec<u32>,
}

/// A fitted [`NearestRegressor`]. It holds the training rows, as the method requires.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NearestRegressorModel {
    neighbors: Neighbors,
    count: usize,
    targets: Vec<f64>,
}

fn check_count(count: usize, rows: usize) -> Result<()> {
    setting(count > 0, "the number of neighbours", 0.0, "it must be at least 1")?;
    if rows < count {
        return Err(ModelError::TooFewRows { what: "nearest neighbours", needed: count, found: rows });
    }
    Ok(())
}

impl Estimator for NearestClassifier {
    type Target = u32;
    type Model = NearestClassifierModel;

    fn fit(&self, table: &Table, targets: &[u32]) -> Result<NearestClassifierModel> {
        check_length("targets", table.rows(), targets.len())?;
        check_count(self.neighbors, table.rows())?;
        let (classes, places) = Extent::of(table).encode(targets, |_| 0.0)?;
        Ok(NearestClassifierModel {
            neighbors: Neighbors::new(table)?,
            count: self.neighbors,
            classes,
            places,
        })
    }
}

impl Estimator for NearestRegressor {
    type Target = f64;
    type Model = NearestRegressorModel;

    fn fit(&self, table: &Table, targets: &[f64]) -> Result<NearestRegressorModel> {
        check_targets("the targets", table.rows(), targets)?;
        check_count(self.neighbors, table.rows())?;
        Ok(NearestRegressorModel {
            neighbors: Neighbors::new(table)?,
            count: self.neighbors,
            targets: targets.to_vec(),
        })
    }
}

impl Model for NearestClassifierModel {
    type Target = u32;

    fn columns(&self) -> usize {
        self.neighbors.means.len()
    }

    fn predict(&self, table: &Table) -> Result<Vec<u32>> {
        Ok(self.classes.best(&self.predict_proba(table)?))
    }
}

impl Classifier for NearestClassifierModel {
    fn classes(&self) -> &[u32] {
        self.classes.as_slice()
    }

    fn predict_proba(&self, table: &Table) -> Result<Table> {
        let width = self.classes.len();
        let mut votes = vec![0.0; table.rows() * width];
        let all = self.neighbors.nearest(table, self.count)?;
        for (nearest, row) in all.iter().zip(votes.chunks_exact_mut(width)) {
            for (_, neighbor) in nearest {
                row[self.places[*neighbor] as usize] += 1.0;
            }
            row.iter_mut().for_each(|v| *v /= self.count as f64);
        }
        Table::new(votes, width)
    }
}

impl Model for NearestRegressorModel {
    type Target = f64;

    fn columns(&self) -> usize {
        self.neighbors.means.len()
    }

    fn predict(&self, table: &Table) -> Result<Vec<f64>> {
        let mean = |nearest: &Vec<(f64, usize)>| {
            nearest.iter().map(|(_, row)| self.targets[*row]).sum::<f64>() / self.count as f64
        };
        Ok(self.neighbors.nearest(table, self.count)?.iter().map(mean).collect())
    }
}
