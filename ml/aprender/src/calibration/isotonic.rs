//! A rising curve over scores.

use crate::checks::{check_length, check_targets, check_weights};
use crate::error::Result;
use serde::{Deserialize, Serialize};

/// Fits the rising curve with the least squared distance to the targets, by pooling adjacent violators. It is linear
/// between the seen scores and constant beyond them.
///
/// Source: Barlow, Bartholomew, Bremner, Brunk, "Statistical inference under order restrictions", 1972.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Isotonic;

/// A fitted [`Isotonic`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IsotonicModel {
    /// Ascending, each once.
    scores: Vec<f64>,
    /// Not descending.
    values: Vec<f64>,
}

/// Scores with one common value.
struct Pool {
    first: f64,
    last: f64,
    sum: f64,
    weight: f64,
}

impl Pool {
    fn value(&self) -> f64 {
        self.sum / self.weight
    }
}

impl Isotonic {
    /// Fits to scores and targets, one target per score; rows of weight 0 do not count.
    ///
    /// # Errors
    /// No rows, different lengths, values that are not finite, unusable weights.
    pub fn fit(&self, scores: &[f64], targets: &[f64], weights: Option<&[f64]>) -> Result<IsotonicModel> {
        check_length("targets", scores.len(), targets.len())?;
        check_targets("the scores", scores.len(), scores)?;
        check_targets("the targets", scores.len(), targets)?;
        let ones = vec![1.0; scores.len()];
        let weights = weights.unwrap_or(&ones);
        check_weights(scores.len(), weights)?;
        let mut order: Vec<usize> = (0..scores.len()).filter(|row| weights[*row] > 0.0).collect();
        order.sort_by(|a, b| scores[*a].total_cmp(&scores[*b]));
        let mut pools: Vec<Pool> = Vec::new();
        for row in order {
            let (score, weight) = (scores[row], weights[row]);
            let mut pool = Pool { first: score, last: score, sum: weight * targets[row], weight };
            // Rows with the same score have one value; a value below the one before is pooled with it.
            while let Some(before) =
                pools.pop_if(|before| before.last == pool.first || before.value() >= pool.value())
            {
                pool = Pool {
                    first: before.first,
                    last: pool.last,
                    sum: before.sum + pool.sum,
                    weight: before.weight + pool.weight,
                };
            }
            pools.push(pool);
        }
        let mut model = IsotonicModel { scores: Vec::new(), values: Vec::new() };
        for pool in &pools {
            for score in [pool.first, pool.last] {
                if model.scores.last() != Some(&score) {
                    model.scores.push(score);
                    model.values.push(pool.value());
                }
            }
        }
        Ok(model)
    }
}

impl IsotonicModel {
    /// The curve at `score`; NaN at NaN.
    pub fn value(&self, score: f64) -> f64 {
        if score.is_nan() {
            return f64::NAN;
        }
        let after = self.scores.partition_point(|known| *known < score);
        let (Some(high), Some(to)) = (self.scores.get(after), self.values.get(after)) else {
            return self.values.last().copied().unwrap_or(f64::NAN);
        };
        if after == 0 || *high == score {
            return *to;
        }
        let (low, from) = (self.scores[after - 1], self.values[after - 1]);
        from + (to - from) * ((score - low) / (high - low))
    }
}
