//! The feature matrix: rows are examples, columns are features, values are `f64`.

use crate::error::{ModelError, Result};
use serde::{Deserialize, Serialize};
use trueno::ArrayView;

/// Rows × columns numbers, row by row. Neither dimension is zero.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Table {
    values: Vec<f64>,
    columns: usize,
}

impl Table {
    /// A table of `values`, row by row, with `columns` values in each.
    ///
    /// # Errors
    /// No values, or they do not fill whole rows. NaN and infinities are accepted here; models that cannot handle them
    /// refuse them.
    pub fn new(values: Vec<f64>, columns: usize) -> Result<Self> {
        if columns == 0 || values.is_empty() {
            return Err(ModelError::Empty { rows: values.len().checked_div(columns).unwrap_or(0), columns });
        }
        let rest = values.len() % columns;
        if rest != 0 {
            return Err(ModelError::Ragged { row: values.len() / columns, expected: columns, found: rest });
        }
        Ok(Self { values, columns })
    }

    /// The same from single precision.
    ///
    /// # Errors
    /// As [`Table::new`].
    pub fn from_f32(values: &[f32], columns: usize) -> Result<Self> {
        Self::new(values.iter().map(|x| f64::from(*x)).collect(), columns)
    }

    /// A table of rows, which must all have the same length.
    ///
    /// # Errors
    /// No rows, no columns, or rows of different lengths.
    pub fn from_rows<R: AsRef<[f64]>>(rows: &[R]) -> Result<Self> {
        let columns = rows.first().map_or(0, |r| r.as_ref().len());
        let mut values = Vec::with_capacity(rows.len() * columns);
        for (row, r) in rows.iter().enumerate() {
            let r = r.as_ref();
            if r.len() != columns {
                return Err(ModelError::Ragged { row, expected: columns, found: r.len() });
            }
            values.extend_from_slice(r);
        }
        Self::new(values, columns)
    }

    /// Number of rows, at least 1.
    pub fn rows(&self) -> usize {
        self.values.len() / self.columns
    }

    /// Number of columns, at least 1.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// Row `index`; empty if there is none.
    #[inline]
    pub fn row(&self, index: usize) -> &[f64] {
        self.values.get(index * self.columns..(index + 1) * self.columns).unwrap_or(&[])
    }

    /// All rows in order.
    pub fn iter_rows(&self) -> std::slice::ChunksExact<'_, f64> {
        self.values.chunks_exact(self.columns)
    }

    /// The values of one column, from the top; empty if the column does not exist.
    pub fn column(&self, index: usize) -> impl Iterator<Item = f64> + Clone + '_ {
        let from = if index < self.columns { index } else { self.values.len() };
        self.values[from..].iter().step_by(self.columns).copied()
    }

    /// All values, row by row.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// All values, row by row.
    pub fn into_values(self) -> Vec<f64> {
        self.values
    }

    /// A view for trueno's operations, rows × columns.
    ///
    /// # Errors
    /// Never in practice: the sizes are known to fit.
    pub fn view(&self) -> Result<ArrayView<'_, f64>> {
        Ok(ArrayView::from_slice(&self.values, &[self.rows(), self.columns])?)
    }

    /// The given rows in the given order; a row may be repeated.
    ///
    /// # Errors
    /// The list is empty, or a row does not exist.
    pub fn select(&self, rows: &[usize]) -> Result<Self> {
        let mut values = Vec::with_capacity(rows.len() * self.columns);
        for &row in rows {
            if row >= self.rows() {
                return Err(ModelError::Length { what: "row index", expected: self.rows(), found: row });
            }
            values.extend_from_slice(self.row(row));
        }
        Self::new(values, self.columns)
    }

    /// The mean of each column, of finite values.
    pub(crate) fn column_means(&self) -> Vec<f64> {
        let mut sums = vec![0.0; self.columns];
        for row in self.iter_rows() {
            sums.iter_mut().zip(row).for_each(|(s, x)| *s += x);
        }
        let rows = self.rows() as f64;
        sums.iter_mut().for_each(|s| *s /= rows);
        // A second pass removes the rounding error of the first.
        let mut rest = vec![0.0; self.columns];
        for row in self.iter_rows() {
            rest.iter_mut().zip(row).zip(&sums).for_each(|((r, x), m)| *r += x - m);
        }
        sums.iter_mut().zip(rest).for_each(|(s, r)| *s += r / rows);
        sums
    }

    /// The table minus each column's mean.
    pub(crate) fn centered(&self, means: &[f64]) -> Self {
        let mut values = self.values.clone();
        for row in values.chunks_exact_mut(self.columns) {
            row.iter_mut().zip(means).for_each(|(x, m)| *x -= m);
        }
        Self { values, columns: self.columns }
    }

    /// Refuses NaN and infinities.
    ///
    /// # Errors
    /// [`ModelError::NotFinite`] names the first.
    pub fn check_finite(&self) -> Result<()> {
        self.check_values(f64::is_finite)
    }

    /// Refuses infinities; NaN means "missing".
    ///
    /// # Errors
    /// [`ModelError::NotFinite`] names the first.
    pub fn check_not_infinite(&self) -> Result<()> {
        self.check_values(|x| !x.is_infinite())
    }

    fn check_values(&self, good: impl Fn(f64) -> bool) -> Result<()> {
        match self.values.iter().position(|x| !good(*x)) {
            None => Ok(()),
            Some(at) => Err(ModelError::NotFinite {
                what: "the table",
                row: at / self.columns,
                column: at % self.columns,
                value: self.values[at],
            }),
        }
    }

    /// Refuses a number of columns that differs from the model's.
    ///
    /// # Errors
    /// [`ModelError::Columns`]
    pub fn check_columns(&self, expected: usize) -> Result<()> {
        if self.columns == expected {
            Ok(())
        } else {
            Err(ModelError::Columns { expected, found: self.columns })
        }
    }
}
