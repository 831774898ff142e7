//! Checks of the inputs of every fit and metric.

use crate::error::{ModelError, Result};

/// Refuses inputs that differ in length.
pub(crate) fn check_length(what: &'static str, expected: usize, found: usize) -> Result<()> {
    if expected == found { Ok(()) } else { Err(ModelError::Length { what, expected, found }) }
}

/// Refuses numbers that are not finite.
pub(crate) fn check_targets(what: &'static str, rows: usize, targets: &[f64]) -> Result<()> {
    check_length(what, rows, targets.len())?;
    match targets.iter().position(|x| !x.is_finite()) {
        None => Ok(()),
        Some(row) => Err(ModelError::NotFinite { what, row, column: 0, value: targets[row] }),
    }
}

/// Refuses weights that are negative, not finite, or all zero.
pub(crate) fn check_weights(rows: usize, weights: &[f64]) -> Result<()> {
    check_targets("the weights", rows, weights)?;
    if let Some(negative) = weights.iter().find(|w| **w < 0.0) {
        return Err(ModelError::Setting {
            name: "a weight",
            value: *negative,
            range: "weights must not be negative",
        });
    }
    if weights.iter().all(|w| *w == 0.0) {
        return Err(ModelError::Undefined("all weights are zero"));
    }
    Ok(())
}
