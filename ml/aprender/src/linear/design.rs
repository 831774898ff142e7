//! The operations on a table that fitting needs, dense or sparse.

use crate::class_limits::Extent;
use crate::error::Result;
use crate::sparse::SparseTable;
use crate::table::Table;
use rayon::prelude::*;
use trueno::{Array, ArrayView, Epilogue, gemm, matmul};

/// Bytes of rows in a block: it is scored and then multiplied by its errors while it is still in the second-level
/// cache.
const BLOCK_BYTES: usize = 256 << 10;

/// Number of blocks that are processed (by all threads) before their results are added.
const BLOCKS: usize = 64;

/// The same if the slopes of this many blocks would take more than [`SLOPE_BYTES`].
pub(super) const LEAST_BLOCKS: usize = 8;

/// Bytes for the scores of one block, and for the slopes of the blocks in progress: with many classes, blocks are small
/// and few.
const SCORE_BYTES: usize = 16 << 20;
const SLOPE_BYTES: usize = 256 << 20;

/// The result of one pass over all rows.
pub(crate) struct Pass {
    /// The sum of the losses.
    pub loss: f64,
    /// Eᵀ X and the sums of the errors: outputs × (columns and the intercept).
    pub slopes: Vec<f64>,
}

/// The rows of a linear model's training table.
pub(crate) trait Design: Sync {
    /// Whether the scores of many rows are evaluated at once. Otherwise it goes row by row, because reading the rows
    /// takes longer than that.
    const AT_ONCE: bool;

    /// Number of rows.
    fn rows(&self) -> usize;

    /// Number of columns.
    fn columns(&self) -> usize;

    /// How large it is.
    fn extent(&self) -> Extent;

    /// X Wᵀ + b, rows × outputs; `weights` is outputs × (columns and the intercept).
    fn scores(&self, weights: &[f64], outputs: usize) -> Result<Vec<f64>>;

    /// Scores all rows and sums the results of `rate`. It gets the index of a first row and the scores of the rows from
    /// there on; it turns the scores into errors and returns the sum of these rows' losses.
    fn pass(
        &self,
        weights: &[f64],
        outputs: usize,
        rate: impl Fn(usize, &mut [f64]) -> f64 + Sync,
    ) -> Result<Pass>;
}

impl Design for Table {
    const AT_ONCE: bool = true;

    fn rows(&self) -> usize {
        self.rows()
    }

    fn columns(&self) -> usize {
        self.columns()
    }

    fn extent(&self) -> Extent {
        Extent::of(self)
    }

    fn scores(&self, weights: &[f64], outputs: usize) -> Result<Vec<f64>> {
        scores_of(&self.view()?, weights, outputs)
    }

    /// Works in blocks of rows, each read from memory once; the results are added in order, so that threads change no
    /// bit.
    fn pass(
        &self,
        weights: &[f64],
        outputs: usize,
        rate: impl Fn(usize, &mut [f64]) -> f64 + Sync,
    ) -> Result<Pass> {
        let columns = self.columns();
        let of_bytes = |bytes: usize, width: usize| bytes / size_of::<f64>() / width;
        let rows = of_bytes(BLOCK_BYTES, columns).min(of_bytes(SCORE_BYTES, outputs)).max(16);
        let at_once = of_bytes(SLOPE_BYTES, outputs * (columns + 1)).clamp(LEAST_BLOCKS, BLOCKS);
        let of_block = |(block, values): (usize, &[f64])| -> Result<Pass> {
            let x = ArrayView::from_slice(values, &[values.len() / columns, columns])?;
            let mut errors = scores_of(&x, weights, outputs)?;
            let loss = rate(block * rows, &mut errors);
            Ok(Pass { loss, slopes: slopes_of(&x, &errors, outputs)? })
        };
        let blocks = self.values().par_chunks(rows * columns);
        let mut sum = Pass { loss: 0.0, slopes: vec![0.0; outputs * (columns + 1)] };
        for from in (0..blocks.len()).step_by(at_once) {
            let some = blocks.clone().enumerate().skip(from).take(at_once);
            for pass in some.map(of_block).collect::<Result<Vec<_>>>()? {
                sum.loss += pass.loss;
                sum.slopes.iter_mut().zip(pass.slopes).for_each(|(sum, x)| *sum += x);
            }
        }
        Ok(sum)
    }
}

/// X Wᵀ + b
fn scores_of(x: &ArrayView<'_, f64>, weights: &[f64], outputs: usize) -> Result<Vec<f64>> {
    let columns = x.shape().last();
    let all = ArrayView::from_slice(weights, &[outputs, columns + 1])?;
    let mut scores = matmul(x, &all.slice(1, 0..columns)?.transpose())?.as_slice().to_vec();
    for row in scores.chunks_exact_mut(outputs) {
        row.iter_mut().enumerate().for_each(|(o, s)| *s += weights[o * (columns + 1) + columns]);
    }
    Ok(scores)
}

/// Eᵀ X and the sums of the errors.
fn slopes_of(x: &ArrayView<'_, f64>, errors: &[f64], outputs: usize) -> Result<Vec<f64>> {
    let columns = x.shape().last();
    let mut slopes = Array::zeros(&[outputs, columns + 1])?;
    let transposed = ArrayView::from_slice(errors, &[errors.len() / outputs, outputs])?.transpose();
    let of_columns = slopes.view_mut().slice(1, 0..columns)?;
    gemm(1.0, &transposed, x, 0.0, of_columns, &Epilogue::default())?;
    let mut slopes = slopes.as_slice().to_vec();
    for row in errors.chunks_exact(outputs) {
        slopes.iter_mut().skip(columns).step_by(columns + 1).zip(row).for_each(|(sum, error)| *sum += error);
    }
    Ok(slopes)
}

impl Design for SparseTable {
    const AT_ONCE: bool = false;

    fn rows(&self) -> usize {
        self.rows()
    }

    fn columns(&self) -> usize {
        self.columns()
    }

    fn extent(&self) -> Extent {
        Extent { rows: self.rows(), columns: self.columns(), numbers: 2 * self.kept() }
    }

    fn scores(&self, weights: &[f64], outputs: usize) -> Result<Vec<f64>> {
        let width = self.columns() + 1;
        let mut scores = Vec::with_capacity(self.rows() * outputs);
        for row in 0..self.rows() {
            for of_output in weights.chunks_exact(width) {
                let sum = self.row(row).map(|(column, value)| of_output[column] * value).sum::<f64>();
                scores.push(sum + of_output[width - 1]);
            }
        }
        Ok(scores)
    }

    fn pass(
        &self,
        weights: &[f64],
        outputs: usize,
        rate: impl Fn(usize, &mut [f64]) -> f64 + Sync,
    ) -> Result<Pass> {
        let width = self.columns() + 1;
        let mut errors = self.scores(weights, outputs)?;
        let loss = rate(0, &mut errors);
        let mut slopes = vec![0.0; outputs * width];
        for (row, errors) in errors.chunks_exact(outputs).enumerate() {
            for (of_output, error) in slopes.chunks_exact_mut(width).zip(errors) {
                self.row(row).for_each(|(column, value)| of_output[column] += error * value);
                of_output[width - 1] += error;
            }
        }
        Ok(Pass { loss, slopes })
    }
}
