//! Figures for the quality of predictions.

mod classification;
mod curves;
mod effort;
mod probability;
mod ranking;
mod regression;
#[cfg(test)]
mod tests;

pub use classification::{Confusion, accuracy, f1, macro_f1};
pub use curves::{CalibrationBin, calibration_curve, precision_recall_curve, roc_curve};
pub use effort::{effort_curve, effort_gain, recall_at_effort};
pub use probability::{average_precision, brier, expected_calibration_error, log_loss, roc_auc};
pub use ranking::{initial_false_alarms, ndcg, precision_and_recall_at};
pub use regression::{mean_absolute_error, r2, root_mean_squared_error};

use crate::checks::check_length;
use crate::error::{ModelError, Result};

/// Refuses inputs of different lengths, and empty ones.
fn same_length(truth: usize, predicted: usize) -> Result<()> {
    check_length("predictions", truth, predicted)?;
    if truth == 0 {
        return Err(ModelError::Undefined("a figure over no predictions is not defined"));
    }
    Ok(())
}
