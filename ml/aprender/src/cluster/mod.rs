//! k-means: Lloyd's iteration from greedy k-means++ starts; the best start is kept. Distances come from matrix
//! products, and only if the bounds are inconclusive.
//!
//! Source: Arthur, Vassilvitskii, "k-means++: the advantages of careful seeding", SODA 2007; the greedy choice among
//! 2 + ln k candidates is from the same authors' thesis.

mod dbscan;
mod members;
mod seeding;
mod stored;
#[cfg(test)]
mod tests;

pub use dbscan::{Dbscan, DbscanClusters};

use crate::error::{ModelError, Result, setting};
use crate::table::Table;
use members::Members;
use serde::{Deserialize, Serialize};
use trueno::random::Philox;

/// Settings.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct KMeans {
    /// Number of clusters. Default 8.
    pub clusters: usize,
    /// Number of starts; the best is kept. Default 10.
    pub starts: usize,
    /// Maximum number of steps of each start. Default 300.
    pub max_iterations: usize,
    /// A start ends if the squared move of the centers is at most this share of the mean column variance. Default 10⁻⁴.
    pub tolerance: f64,
    /// Seed of the starts.
    pub seed: u64,
}

impl Default for KMeans {
    fn default() -> Self {
        Self { clusters: 8, starts: 10, max_iterations: 300, tolerance: 1e-4, seed: 0 }
    }
}

/// Centers, and the quality of their fit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KMeansModel {
    /// Clusters × columns.
    pub centers: Table,
    /// Σ of the training rows' squared distances to their centers.
    pub inertia: f64,
    /// That sum before each step of the kept start.
    pub history: Vec<f64>,
}

impl KMeans {
    /// Finds centers.
    ///
    /// # Errors
    /// Fewer rows than clusters, values that are not finite, or a setting out of range.
    pub fn fit(&self, table: &Table) -> Result<KMeansModel> {
        setting(self.clusters >= 1, "the number of clusters", 0.0, "it must be at least 1")?;
        setting(self.starts >= 1, "the number of starts", 0.0, "it must be at least 1")?;
        setting(self.tolerance >= 0.0, "tolerance", self.tolerance, "it must be at least 0")?;
        table.check_finite()?;
        if table.rows() < self.clusters {
            return Err(ModelError::TooFewRows {
                what: "k-means",
                needed: self.clusters,
                found: table.rows(),
            });
        }
        let means = table.column_means();
        let centered = table.centered(&means);
        let total = centered.values().iter().map(|x| x * x).sum::<f64>();
        let limit = self.tolerance * total / (table.rows() * table.columns()) as f64;
        let mut best = None::<KMeansModel>;
        for start in 0..self.starts {
            let mut random = Philox::with_stream(self.seed, start as u64);
            let model =
                self.descend(&centered, seeding::plus_plus(&centered, self.clusters, &mut random)?, limit)?;
            if best.as_ref().is_none_or(|b| model.inertia < b.inertia) {
                best = Some(model);
            }
        }
        let mut best = best.ok_or(ModelError::Undefined("k-means without a start"))?;
        let back = means.iter().map(|m| -m).collect::<Vec<_>>();
        best.centers = best.centers.centered(&back);
        Ok(best)
    }

    /// Lloyd's iteration.
    fn descend(&self, table: &Table, start: Vec<f64>, limit: f64) -> Result<KMeansModel> {
        let columns = table.columns();
        let mut centers = start;
        let mut history = Vec::new();
        let mut members = Members::new(table, &centers)?;
        for _ in 0..self.max_iterations {
            history.push(members.sum(&centers));
            let next = members.means(&centers);
            let moved = centers.iter().zip(&next).map(|(a, b)| (a - b) * (a - b)).sum::<f64>();
            let changed = members.follow(&centers, &next)?;
            centers = next;
            if !changed || moved <= limit {
                break;
            }
        }
        // Term by term here: the rounding errors of the products would show for rows that lie on their centers.
        let inertia = members.distances(&centers).iter().sum();
        Ok(KMeansModel { centers: Table::new(centers, columns)?, inertia, history })
    }
}

/// |x|² of each row.
fn squares(values: &[f64], columns: usize) -> impl Iterator<Item = f64> + '_ {
    values.chunks_exact(columns).map(|row| row.iter().map(|x| x * x).sum())
}

impl KMeansModel {
    /// The cluster of each row.
    ///
    /// # Errors
    /// The number of columns differs, or a value is not finite.
    pub fn predict(&self, table: &Table) -> Result<Vec<usize>> {
        table.check_columns(self.centers.columns())?;
        table.check_finite()?;
        Ok(Members::new(table, self.centers.values())?.nearest())
    }
}
