//! Scaling of columns.

use crate::error::{Result, setting};
use crate::estimator::{Transform, Transformer};
use crate::table::Table;
use serde::{Deserialize, Serialize};

/// Scales each column to mean 0 and (population) variance 1; a constant column becomes 0.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StandardScaler;

impl Transformer for StandardScaler {
    type Fitted = ColumnScaler;

    fn fit(&self, table: &Table) -> Result<ColumnScaler> {
        table.check_finite()?;
        let means = table.column_means();
        let mut squares = vec![0.0; table.columns()];
        for row in table.iter_rows() {
            squares.iter_mut().zip(row).zip(&means).for_each(|((s, x), m)| *s += (x - m) * (x - m));
        }
        let factors = squares.iter().zip(&means).enumerate().map(|(column, (square, mean))| {
            let deviation = deviation(*square, *mean, table.column(column));
            // Rounding errors in a constant column are not a spread.
            if deviation <= 10.0 * f64::EPSILON * mean.abs() { 1.0 } else { usable(1.0 / deviation) }
        });
        Ok(ColumnScaler { factors: factors.collect(), offsets: vec![0.0; means.len()], centers: means })
    }
}

/// The (population) standard deviation of values around their mean, from the sum of the squared distances. If those
/// squares are too small or too large for floating point, the distances are scaled first.
pub(crate) fn deviation(squares: f64, mean: f64, values: impl Iterator<Item = f64> + Clone) -> f64 {
    let count = values.clone().count() as f64;
    if squares.is_finite() && squares > 1e-280 {
        return (squares / count).sqrt();
    }
    let largest = values.clone().map(|x| (x - mean).abs()).fold(0.0, f64::max);
    if largest == 0.0 || !largest.is_finite() {
        return largest;
    }
    let shares = values.map(|x| ((x - mean) / largest).powi(2)).sum::<f64>();
    largest * (shares / count).sqrt()
}

/// Values so far apart, or so close together, that their range has no reciprocal are not scaled.
pub(crate) fn usable(factor: f64) -> f64 {
    if factor.is_finite() && factor != 0.0 { factor } else { 1.0 }
}

/// Scales each column to the range `low..=high`; a constant column becomes `low`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct MinMaxScaler {
    /// The new smallest value.
    pub low: f64,
    /// The new largest value.
    pub high: f64,
}

impl Default for MinMaxScaler {
    fn default() -> Self {
        Self { low: 0.0, high: 1.0 }
    }
}

impl Transformer for MinMaxScaler {
    type Fitted = ColumnScaler;

    fn fit(&self, table: &Table) -> Result<ColumnScaler> {
        let range = self.high - self.low;
        setting(
            range > 0.0 && range.is_finite(),
            "the range",
            range,
            "its high end must lie above its low end",
        )?;
        table.check_finite()?;
        let (mut least, mut greatest) = (table.row(0).to_vec(), table.row(0).to_vec());
        for row in table.iter_rows() {
            for (j, x) in row.iter().enumerate() {
                least[j] = least[j].min(*x);
                greatest[j] = greatest[j].max(*x);
            }
        }
        let factors =
            least.iter().zip(&greatest).map(|(l, g)| if g > l { range / (g - l) } else { 1.0 }).collect();
        Ok(ColumnScaler { offsets: vec![self.low; least.len()], centers: least, factors })
    }
}

/// (x - center) · factor + offset, by column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ColumnScaler {
    centers: Vec<f64>,
    factors: Vec<f64>,
    offsets: Vec<f64>,
}

impl ColumnScaler {
    /// The table before the transformation.
    ///
    /// # Errors
    /// Another number of columns.
    pub fn inverse(&self, table: &Table) -> Result<Table> {
        self.each(table, |x, j| (x - self.offsets[j]) / self.factors[j] + self.centers[j])
    }

    fn each(&self, table: &Table, change: impl Fn(f64, usize) -> f64) -> Result<Table> {
        table.check_columns(self.centers.len())?;
        let mut values = table.values().to_vec();
        for row in values.chunks_exact_mut(table.columns()) {
            row.iter_mut().enumerate().for_each(|(j, x)| *x = change(*x, j));
        }
        Table::new(values, table.columns())
    }
}

impl Transform for ColumnScaler {
    fn transform(&self, table: &Table) -> Result<Table> {
        table.check_finite()?;
        self.each(table, |x, j| (x - self.centers[j]) * self.factors[j] + self.offsets[j])
    }
}
