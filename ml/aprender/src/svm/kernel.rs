//! Kernel values between rows.

use super::Kernel;
use crate::error::Result;
use crate::table::Table;
use std::collections::VecDeque;
use std::sync::Arc;
use trueno::{ArrayView, matmul};

/// The reference rows, and the kernel.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Space {
    /// γ; `None` for the linear kernel.
    gamma: Option<f64>,
    /// Subtracted from all rows first: distances stay the same and lose less to rounding. Zeros for the linear kernel.
    shift: Vec<f64>,
    table: Table,
    /// |x|² of each row.
    squares: Vec<f64>,
}

impl Space {
    /// All rows of `table`.
    pub(super) fn new(kernel: Kernel, table: &Table) -> Result<Self> {
        table.check_finite()?;
        let (gamma, shift) = match kernel {
            Kernel::Linear => (None, vec![0.0; table.columns()]),
            Kernel::Gaussian { gamma } => {
                (Some(gamma.unwrap_or_else(|| scale_of(table))), table.column_means())
            }
        };
        Ok(Self::of(gamma, shift.clone(), table.centered(&shift)))
    }

    /// From rows that were shifted already.
    pub(super) fn of(gamma: Option<f64>, shift: Vec<f64>, table: Table) -> Self {
        let squares = table.iter_rows().map(square).collect();
        Self { gamma, shift, table, squares }
    }

    pub(super) fn gamma(&self) -> Option<f64> {
        self.gamma
    }

    pub(super) fn shift(&self) -> &[f64] {
        &self.shift
    }

    pub(super) fn table(&self) -> &Table {
        &self.table
    }

    /// The same with some of the rows.
    pub(super) fn select(&self, rows: &[usize]) -> Result<Self> {
        Ok(Self::of(self.gamma, self.shift.clone(), self.table.select(rows)?))
    }

    /// Rows of other tables in the form that [`Space::with`] takes.
    pub(super) fn shifted(&self, table: &Table) -> Result<Table> {
        table.check_columns(self.shift.len())?;
        table.check_finite()?;
        Ok(table.centered(&self.shift))
    }

    /// Kernel values of shifted rows (row by row) with all rows of this space: given rows × own rows.
    pub(super) fn with(&self, rows: &[f64]) -> Result<Vec<f64>> {
        let columns = self.shift.len();
        let view = ArrayView::from_slice(rows, &[rows.len() / columns, columns])?;
        let mut values = matmul(&view, &self.table.view()?.transpose())?.as_slice().to_vec();
        if let Some(gamma) = self.gamma {
            for (row, values) in rows.chunks_exact(columns).zip(values.chunks_exact_mut(self.squares.len())) {
                let own = square(row);
                for (value, other) in values.iter_mut().zip(&self.squares) {
                    *value = (-gamma * (own + other - 2.0 * *value).max(0.0)).exp();
                }
            }
        }
        Ok(values)
    }

    /// The kernel value of each row with itself.
    pub(super) fn own(&self) -> Vec<f64> {
        if self.gamma.is_some() { vec![1.0; self.squares.len()] } else { self.squares.clone() }
    }
}

fn square(row: &[f64]) -> f64 {
    row.iter().map(|x| x * x).sum()
}

/// 1 / (columns · variance of all values); 1 if they do not vary.
fn scale_of(table: &Table) -> f64 {
    let values = table.values();
    let count = values.len() as f64;
    let mean = values.iter().map(|x| x / count).sum::<f64>();
    let variance = values.iter().map(|x| (x - mean) * (x - mean) / count).sum::<f64>();
    let scale = 1.0 / (table.columns() as f64 * variance);
    if scale.is_finite() && scale > 0.0 { scale } else { 1.0 }
}

/// Maximum number of values in the cached kernel rows of all machines that are fitted at once: 256 MiB of them.
const KEPT: usize = 1 << 25;

/// Rows of the kernel matrix, computed on demand; the most recent ones are cached.
pub(super) struct KernelRows<'a> {
    space: &'a Space,
    kept: Vec<Option<Arc<[f64]>>>,
    order: VecDeque<usize>,
    most: usize,
}

impl<'a> KernelRows<'a> {
    pub(super) fn new(space: &'a Space) -> Self {
        let rows = space.squares.len();
        let most = (KEPT / rayon::current_num_threads() / rows.max(1)).max(2);
        Self { space, kept: vec![None; rows], order: VecDeque::new(), most }
    }

    /// Kernel values of row `index` with all rows.
    pub(super) fn row(&mut self, index: usize) -> Result<Arc<[f64]>> {
        if let Some(row) = &self.kept[index] {
            return Ok(row.clone());
        }
        if self.order.len() >= self.most
            && let Some(oldest) = self.order.pop_front()
        {
            self.kept[oldest] = None;
        }
        let row: Arc<[f64]> = self.space.with(self.space.table.row(index))?.into();
        self.kept[index] = Some(row.clone());
        self.order.push_back(index);
        Ok(row)
    }
}
