//! Folds for cross-validation, and the scores over them.

mod folds;
mod grid;
#[cfg(test)]
mod tests;

pub use folds::{Fold, grouped, k_fold, stratified, time_ordered};
pub use grid::{Grid, search, with_fewer_rows};

use crate::checks::check_length;
use crate::error::Result;
use crate::estimator::{Estimator, Model};
use crate::table::Table;

/// The score of each fold: fitted to its training rows, scored (R² or accuracy) on its test rows.
///
/// # Errors
/// A fold refers to rows that do not exist, or fitting or scoring fails on one.
pub fn cross_validate<E: Estimator>(
    estimator: &E,
    table: &Table,
    targets: &[E::Target],
    folds: &[Fold],
) -> Result<Vec<f64>> {
    check_length("targets", table.rows(), targets.len())?;
    let pick = |rows: &[usize]| rows.iter().map(|i| targets[*i]).collect::<Vec<_>>();
    let mut scores = Vec::with_capacity(folds.len());
    for fold in folds {
        let (train, test) = (table.select(&fold.train)?, table.select(&fold.test)?);
        let model = estimator.fit(&train, &pick(&fold.train))?;
        scores.push(model.score(&test, &pick(&fold.test))?);
    }
    Ok(scores)
}
