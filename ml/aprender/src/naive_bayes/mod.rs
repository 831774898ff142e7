//! Gaussian naive Bayes: each column normal within each class, independent of the others.
//!
//! Source: Chan, Golub, LeVeque, "Updating formulae and a pairwise algorithm for computing sample variances", 1979, for
//! the need of two passes; the smoothing (10⁻⁹ of the largest column variance) is that of scikit-learn.

mod stored;

use crate::checks::check_length;
use crate::class_limits::Extent;
use crate::error::{ModelError, Result, setting};
use crate::estimator::{Classes, Classifier, Estimator, Model};
use crate::table::Table;
use serde::{Deserialize, Serialize};

/// Settings.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct GaussianNaiveBayes {
    /// Share of the largest column variance that is added to all variances. Default 10⁻⁹.
    pub smoothing: f64,
}

impl Default for GaussianNaiveBayes {
    fn default() -> Self {
        Self { smoothing: 1e-9 }
    }
}

/// Means, variances and shares of the classes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GaussianNaiveBayesModel {
    classes: Classes,
    columns: usize,
    /// Classes × columns.
    means: Vec<f64>,
    /// Classes × columns: 1 / (2 σ²).
    halved_precisions: Vec<f64>,
    /// By class: ln share - Σ ½ ln(2π σ²).
    constants: Vec<f64>,
}

impl Estimator for GaussianNaiveBayes {
    type Target = u32;
    type Model = GaussianNaiveBayesModel;

    fn fit(&self, table: &Table, targets: &[u32]) -> Result<GaussianNaiveBayesModel> {
        setting(
            self.smoothing >= 0.0 && self.smoothing.is_finite(),
            "smoothing",
            self.smoothing,
            "it must be at least 0",
        )?;
        check_length("targets", table.rows(), targets.len())?;
        table.check_finite()?;
        let columns = table.columns();
        // Means, sums of squares and precisions.
        let bytes = |classes: f64| classes * columns as f64 * 32.0;
        let (classes, places) = Extent::of(table).encode(targets, bytes)?;
        let mut counts = vec![0.0; classes.len()];
        let mut means = vec![0.0; classes.len() * columns];
        for (row, place) in table.iter_rows().zip(&places) {
            counts[*place as usize] += 1.0;
            let sums = &mut means[*place as usize * columns..][..columns];
            sums.iter_mut().zip(row).for_each(|(s, x)| *s += x);
        }
        for (mean, count) in means.chunks_exact_mut(columns).zip(&counts) {
            mean.iter_mut().for_each(|m| *m /= count);
        }
        let overall = table.column_means();
        let (mut within, mut total) = (vec![0.0; means.len()], vec![0.0; columns]);
        for (row, place) in table.iter_rows().zip(&places) {
            let at = *place as usize * columns;
            for j in 0..columns {
                within[at + j] += (row[j] - means[at + j]).powi(2);
                total[j] += (row[j] - overall[j]).powi(2);
            }
        }
        let rows = table.rows() as f64;
        let added = self.smoothing * total.iter().copied().fold(0.0, f64::max) / rows;
        // If all columns are constant in all classes, there is no variance at all; the smallest number keeps the
        // logarithm finite.
        let variance = |sum: f64, count: f64| (sum / count + added).max(f64::MIN_POSITIVE.sqrt());
        let mut constants = Vec::with_capacity(classes.len());
        for (sums, count) in within.chunks_exact_mut(columns).zip(&counts) {
            sums.iter_mut().for_each(|s| *s = variance(*s, *count));
            let logs = sums.iter().map(|v| (std::f64::consts::TAU * v).ln()).sum::<f64>();
            constants.push((count / rows).ln() - 0.5 * logs);
        }
        let halved_precisions = within.iter().map(|v| 0.5 / v).collect::<Vec<_>>();
        if !constants.iter().chain(&halved_precisions).all(|number| number.is_finite()) {
            return Err(ModelError::Undefined(
                "a variance would be beyond what floating point holds; scale the columns",
            ));
        }
        Ok(GaussianNaiveBayesModel { classes, columns, means, halved_precisions, constants })
    }
}

impl GaussianNaiveBayesModel {
    /// Mean of each column in each class, classes × columns.
    pub fn means(&self) -> &[f64] {
        &self.means
    }

    /// ln(share · density), rows × classes.
    fn joint(&self, table: &Table) -> Result<Table> {
        table.check_columns(self.columns)?;
        table.check_finite()?;
        let mut scores = Vec::with_capacity(table.rows() * self.classes.len());
        for row in table.iter_rows() {
            for (class, constant) in self.constants.iter().enumerate() {
                let range = class * self.columns..(class + 1) * self.columns;
                let distances =
                    row.iter().zip(&self.means[range.clone()]).zip(&self.halved_precisions[range]);
                scores.push(constant - distances.map(|((x, m), p)| (x - m) * (x - m) * p).sum::<f64>());
            }
        }
        Table::new(scores, self.classes.len())
    }
}

impl Model for GaussianNaiveBayesModel {
    type Target = u32;

    fn columns(&self) -> usize {
        self.columns
    }

    fn predict(&self, table: &Table) -> Result<Vec<u32>> {
        Ok(self.classes.best(&self.joint(table)?))
    }
}

impl Classifier for GaussianNaiveBayesModel {
    fn classes(&self) -> &[u32] {
        self.classes.as_slice()
    }

    fn predict_proba(&self, table: &Table) -> Result<Table> {
        let mut scores = self.joint(table)?.into_values();
        scores.chunks_exact_mut(self.classes.len()).for_each(crate::link::softmax);
        Table::new(scores, self.classes.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_normal_classes_by_hand() {
        // Class 3: values 0 and 2 (mean 1, variance 1); class 7: 4 and 8 (mean 6, variance 4). Equal shares.
        let table = Table::new(vec![0.0, 2.0, 4.0, 8.0], 1).expect("fits");
        let model = GaussianNaiveBayes { smoothing: 0.0 }.fit(&table, &[3, 3, 7, 7]).expect("usable");
        let asked = Table::new(vec![3.0], 1).expect("fits");
        let (a, b) = ((-2.0f64).exp(), (-9.0f64 / 8.0).exp() / 2.0);
        let proba = model.predict_proba(&asked).expect("usable");
        assert!((proba.row(0)[0] - a / (a + b)).abs() < 1e-12);
        assert_eq!(model.predict(&asked).expect("usable"), [if a > b { 3 } else { 7 }]);
    }

    #[test]
    fn constant_columns_change_nothing() {
        let one = Table::new(vec![0.0, 2.0, 4.0, 8.0], 1).expect("fits");
        let two = Table::new(vec![0.0, 5.0, 2.0, 5.0, 4.0, 5.0, 8.0, 5.0], 2).expect("fits");
        let fit =
            |t: &Table| GaussianNaiveBayes::default().fit(t, &[0, 0, 1, 1]).and_then(|m| m.predict_proba(t));
        let (one, two) = (fit(&one).expect("usable"), fit(&two).expect("usable"));
        assert!(one.values().iter().zip(two.values()).all(|(a, b)| (a - b).abs() < 1e-9));
    }
}
