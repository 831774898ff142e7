//! Errors of predicted numbers.

use super::same_length;
use crate::error::{ModelError, Result};

/// 1 - Σ (y - ŷ)² / Σ (y - ȳ)². 1 is perfect, 0 is as good as the mean.
///
/// # Errors
/// The lengths differ, fewer than two targets, or all targets are equal.
pub fn r2(truth: &[f64], predicted: &[f64]) -> Result<f64> {
    same_length(truth.len(), predicted.len())?;
    let mean = truth.iter().sum::<f64>() / truth.len() as f64;
    let spread = truth.iter().map(|y| (y - mean).powi(2)).sum::<f64>();
    if truth.iter().all(|y| *y == truth[0]) {
        return Err(ModelError::Undefined("R² of equal targets is not defined"));
    }
    Ok(1.0 - truth.iter().zip(predicted).map(|(y, p)| (y - p).powi(2)).sum::<f64>() / spread)
}

/// √(mean of (y - ŷ)²), in the targets' unit.
///
/// # Errors
/// The lengths differ, or there are none.
pub fn root_mean_squared_error(truth: &[f64], predicted: &[f64]) -> Result<f64> {
    same_length(truth.len(), predicted.len())?;
    let sum = truth.iter().zip(predicted).map(|(y, p)| (y - p).powi(2)).sum::<f64>();
    Ok((sum / truth.len() as f64).sqrt())
}

/// Mean of |y - ŷ|, in the targets' unit.
///
/// # Errors
/// The lengths differ, or there are none.
pub fn mean_absolute_error(truth: &[f64], predicted: &[f64]) -> Result<f64> {
    same_length(truth.len(), predicted.len())?;
    Ok(truth.iter().zip(predicted).map(|(y, p)| (y - p).abs()).sum::<f64>() / truth.len() as f64)
}
