//! A logistic curve over scores.

use crate::checks::{check_length, check_targets};
use crate::error::{ModelError, Result};
use crate::estimator::WeightedEstimator;
use crate::linear::LogisticRegression;
use crate::link::sigmoid;
use crate::table::Table;
use serde::{Deserialize, Serialize};

/// Fits 1 / (1 + exp(-(a·score + b))), with targets pulled in from 0 and 1 so that few rows do not give certainty.
///
/// Source: Platt, "Probabilistic outputs for support vector machines", 1999, section 2.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Platt;

/// A fitted [`Platt`].
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PlattModel {
    /// a: how fast the probability rises with the score.
    pub slope: f64,
    /// b: the log odds at score 0.
    pub offset: f64,
}

impl Platt {
    /// Fits to scores and whether each came true.
    ///
    /// # Errors
    /// The lengths differ, a score is not finite, or all or none came true.
    pub fn fit(&self, scores: &[f64], truth: &[bool]) -> Result<PlattModel> {
        check_length("outcomes", scores.len(), truth.len())?;
        check_targets("the scores", scores.len(), scores)?;
        let positive = truth.iter().filter(|t| **t).count() as f64;
        let negative = truth.len() as f64 - positive;
        if positive == 0.0 || negative == 0.0 {
            return Err(ModelError::OneClass(usize::from(!truth.is_empty())));
        }
        let target = |t: bool| if t { (positive + 1.0) / (positive + 2.0) } else { 1.0 / (negative + 2.0) };
        // A row with a fractional target counts as two rows that share its weight.
        let table = Table::new([scores, scores].concat(), 1)?;
        let classes = [vec![1; scores.len()], vec![0; scores.len()]].concat();
        let shares = truth.iter().map(|t| target(*t));
        let weights: Vec<f64> = shares.clone().chain(shares.map(|share| 1.0 - share)).collect();
        let settings = LogisticRegression { penalty: 0.0, tolerance: 1e-9, ..LogisticRegression::default() };
        let model = settings.fit_weighted(&table, &classes, &weights)?;
        Ok(PlattModel { slope: model.coefficients(0)[0], offset: model.intercepts()[0] })
    }
}

impl PlattModel {
    /// The probability that a score comes true.
    pub fn probability(&self, score: f64) -> f64 {
        sigmoid(self.slope * score + self.offset)
    }
}
