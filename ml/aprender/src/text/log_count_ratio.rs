//! Weights that measure how much more a term belongs to one class than to the other.

use crate::checks::{check_length, check_weights};
use crate::error::{ModelError, Result, setting};
use crate::sparse::SparseTable;

/// ln((p / |p|) / (q / |q|)) of each column, where p and q are the column's sums over the rows of the class and over
/// all others, each plus `smoothing`. On short texts, a linear model over columns multiplied by these weights does
/// better than one over counts.
///
/// Source: Wang, Manning, "Baselines and bigrams: simple, good sentiment and topic classification", ACL 2012.
///
/// # Errors
/// The number of members or weights differs from that of rows, weights are unusable, smoothing is not above 0, or the
/// class has no rows or all rows.
pub fn log_count_ratios(
    table: &SparseTable,
    member: &[bool],
    weights: &[f64],
    smoothing: f64,
) -> Result<Vec<f64>> {
    check_length("members", table.rows(), member.len())?;
    check_weights(table.rows(), weights)?;
    setting(smoothing > 0.0 && smoothing.is_finite(), "smoothing", smoothing, "it must be above 0")?;
    if member.iter().all(|m| *m) || !member.contains(&true) {
        return Err(ModelError::OneClass(1));
    }
    let share = |of: bool| {
        let mut sums = table.column_sums(|row| if member[row] == of { weights[row] } else { 0.0 });
        sums.iter_mut().for_each(|sum| *sum += smoothing);
        let total = sums.iter().sum::<f64>();
        sums.iter_mut().for_each(|sum| *sum /= total);
        sums
    };
    let ratios: Vec<f64> = share(true).iter().zip(share(false)).map(|(p, q)| (p / q).ln()).collect();
    match ratios.iter().position(|ratio| !ratio.is_finite()) {
        None => Ok(ratios),
        Some(column) => Err(ModelError::NotFinite {
            what: "a ratio of counts (they must not be negative)",
            row: 0,
            column,
            value: ratios[column],
        }),
    }
}
