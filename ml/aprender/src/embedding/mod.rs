//! t-SNE: a map of rows in two or three dimensions that keeps neighbours together.
//!
//! Source: van der Maaten, Hinton, "Visualizing data using t-SNE", JMLR 2008; van der Maaten, "Accelerating t-SNE using tree-based
//! algorithms", JMLR 2014 (sums over cells). Step sizes, exaggeration and the start from principal components are scikit-learn's.

mod cells;
mod similarity;
#[cfg(test)]
mod tests;

use crate::decomposition::Pca;
use crate::error::{ModelError, Result, setting};
use crate::estimator::{Transform, Transformer};
use crate::table::Table;
use cells::Cells;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use similarity::Similarities;

/// Settings.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Tsne {
    /// Columns of the map: 2 or 3. Default 2.
    pub dimensions: usize,
    /// Approximate number of neighbours of each row, at least 1 and less than the number of rows. Default 30.
    pub perplexity: f64,
    /// Number of steps. Default 1000.
    pub iterations: usize,
    /// Factor by which neighbours attract each other more strongly in the first quarter of the steps (at most 250).
    /// Default 12.
    pub exaggeration: f64,
    /// Step length; if `None`, rows / exaggeration / 4, at least 50.
    pub learning_rate: Option<f64>,
    /// Cells that look smaller than this (width by distance) count as one point; 0 for none, at most 0.5. Default 0.5.
    pub angle: f64,
}

impl Default for Tsne {
    fn default() -> Self {
        Self {
            dimensions: 2,
            perplexity: 30.0,
            iterations: 1000,
            exaggeration: 12.0,
            learning_rate: None,
            angle: 0.5,
        }
    }
}

/// A map of the rows that [`Tsne`] was given. The method cannot map other rows.
#[derive(Debug, Clone, PartialEq)]
pub struct TsneMap {
    /// Rows × dimensions.
    pub positions: Table,
    /// Kullback–Leibler divergence of the map from the table, in nats.
    pub divergence: f64,
}

impl Tsne {
    /// Maps the rows of a table. Nothing is random: the same table gives the same map, bit for bit.
    ///
    /// # Errors
    /// Fewer than 3 rows, values that are not finite, or a setting out of range.
    pub fn fit(&self, table: &Table) -> Result<TsneMap> {
        self.check(table)?;
        match self.dimensions {
            2 => self.map::<2>(table),
            3 => self.map::<3>(table),
            other => Err(ModelError::Setting {
                name: "dimensions",
                value: other as f64,
                range: "they must be 2 or 3",
            }),
        }
    }

    fn check(&self, table: &Table) -> Result<()> {
        if table.rows() < 3 {
            return Err(ModelError::TooFewRows {
                what: "a map of neighbours",
                needed: 3,
                found: table.rows(),
            });
        }
        let fits = self.perplexity >= 1.0 && self.perplexity < table.rows() as f64;
        setting(
            fits,
            "perplexity",
            self.perplexity,
            "it must be at least 1 and less than the number of rows",
        )?;
        let positive = |x: f64| x > 0.0 && x.is_finite();
        let strong = self.exaggeration >= 1.0 && self.exaggeration.is_finite();
        setting(strong, "exaggeration", self.exaggeration, "it must be at least 1")?;
        setting((0.0..=0.5).contains(&self.angle), "angle", self.angle, "it must be from 0 to 0.5")?;
        let rate = self.learning_rate.unwrap_or(1.0);
        setting(positive(rate), "learning_rate", rate, "it must be above 0")?;
        table.check_finite()
    }

    fn map<const D: usize>(&self, table: &Table) -> Result<TsneMap> {
        let similarities = Similarities::new(table, self.perplexity)?;
        let mut points = start::<D>(table)?;
        let rate = (table.rows() as f64 / self.exaggeration / 4.0).max(50.0);
        let rate = self.learning_rate.unwrap_or(rate);
        let (mut moves, mut gains) = (vec![[0.0; D]; points.len()], vec![[1.0_f64; D]; points.len()]);
        let early = (self.iterations / 4).min(250);
        for iteration in 0..self.iterations {
            let (exaggeration, momentum) =
                if iteration < early { (self.exaggeration, 0.5) } else { (1.0, 0.8) };
            if iteration == early {
                // From here on neighbours attract each other less, so momentum and gains start afresh.
                moves.fill([0.0; D]);
                gains.fill([1.0; D]);
            }
            let slopes = slopes(&similarities, &points, exaggeration, self.angle);
            for (((point, moved), gain), slope) in
                points.iter_mut().zip(&mut moves).zip(&mut gains).zip(slopes)
            {
                for d in 0..D {
                    gain[d] =
                        if moved[d] * slope[d] < 0.0 { gain[d] + 0.2 } else { (gain[d] * 0.8).max(0.01) };
                    moved[d] = momentum * moved[d] - rate * gain[d] * slope[d];
                    point[d] += moved[d];
                }
            }
        }
        let values = points.iter().flatten().copied().collect::<Vec<_>>();
        if values.iter().any(|x| !x.is_finite()) {
            return Err(ModelError::Undefined("the map of neighbours diverged; lower the learning rate"));
        }
        let divergence = divergence(&similarities, &points, self.angle);
        Ok(TsneMap { positions: Table::new(values, D)?, divergence })
    }
}

/// The first principal components, the first scaled to deviation 10⁻⁴; missing ones are zero.
fn start<const D: usize>(table: &Table) -> Result<Vec<[f64; D]>> {
    let components = D.min(table.columns()).min(table.rows());
    let model = Pca { components }.fit(table)?;
    let deviation = model.variances[0].sqrt();
    let scale = if deviation > 0.0 { 1e-4 / deviation } else { 0.0 };
    let coordinates = model.transform(table)?;
    let point = |row: &[f64]| std::array::from_fn(|d| row.get(d).map_or(0.0, |x| x * scale));
    Ok(coordinates.iter_rows().map(point).collect())
}

/// The gradient of the divergence at each point.
fn slopes<const D: usize>(
    similarities: &Similarities,
    points: &[[f64; D]],
    exaggeration: f64,
    angle: f64,
) -> Vec<[f64; D]> {
    let cells = Cells::new(points);
    let pushes = points.par_iter().map(|point| cells.push(point, angle)).collect::<Vec<_>>();
    let total = pushes.iter().map(|(_, sum)| sum).sum::<f64>().max(f64::MIN_POSITIVE);
    let slope = |(i, (push, _)): (usize, &([f64; D], f64))| {
        let mut pull = [0.0; D];
        for (j, p) in similarities.of(i) {
            let difference: [f64; D] = std::array::from_fn(|d| points[i][d] - points[j][d]);
            let near = p / (1.0 + difference.iter().map(|x| x * x).sum::<f64>());
            (0..D).for_each(|d| pull[d] += near * difference[d]);
        }
        std::array::from_fn(|d| 4.0 * (exaggeration * pull[d] - push[d] / total))
    };
    pushes.par_iter().enumerate().map(slope).collect()
}

/// Σ p ln(p / q)
fn divergence<const D: usize>(similarities: &Similarities, points: &[[f64; D]], angle: f64) -> f64 {
    let cells = Cells::new(points);
    let total = points.iter().map(|point| cells.push(point, angle).1).sum::<f64>().max(f64::MIN_POSITIVE);
    let of_row = |i: usize| {
        let term = |(j, p): (usize, f64)| {
            let distance = (0..D).map(|d| (points[i][d] - points[j][d]).powi(2)).sum::<f64>();
            let q = 1.0 / (1.0 + distance) / total;
            p * (p.max(f64::MIN_POSITIVE) / q.max(f64::MIN_POSITIVE)).ln()
        };
        similarities.of(i).map(term).sum::<f64>()
    };
    (0..points.len()).map(of_row).sum()
}
