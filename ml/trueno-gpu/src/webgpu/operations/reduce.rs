//! Reductions of arrays and rows to numbers.

use super::{expected, same_device, width, word};
use crate::webgpu::GpuArray;
use crate::webgpu::device::Run;
use crate::webgpu::pipelines::{Kernel, Shader};
use crate::{GpuError, Reduction};
use trueno::ShapeError;

/// `DOT` of `reduce.wgsl`.
const DOT: u32 = 100;

/// Minimum number of elements of a piece that one workgroup reduces.
const PIECE: usize = 4096;

/// Maximum number of pieces of a row: a second pass with one workgroup per row reduces them in one go.
const PIECES: usize = 256;

/// Rows of a matrix, reduced by one kernel.
struct Rows<'a> {
    operation: u32,
    x: &'a GpuArray,
    y: &'a GpuArray,
    rows: usize,
    columns: usize,
    identity: f32,
    factor: f32,
}

impl Rows<'_> {
    /// One number for each row, in one or two passes.
    fn reduce(&self, dims: &[usize]) -> Result<GpuArray, GpuError> {
        let piece = self.columns.div_ceil(PIECES).max(PIECE);
        let pieces = self.columns.div_ceil(piece).max(1);
        if pieces == 1 {
            return self.pass(dims, piece, 1);
        }
        let first = Rows { factor: 1.0, ..*self }.pass(&[self.rows, pieces], piece, pieces)?;
        // The first pass computes the products of a dot product.
        let operation = if self.operation == DOT { Reduction::Sum as u32 } else { self.operation };
        Rows { operation, x: &first, y: &first, columns: pieces, ..*self }.pass(dims, piece, 1)
    }

    fn pass(&self, dims: &[usize], piece: usize, pieces: usize) -> Result<GpuArray, GpuError> {
        let result = GpuArray::new(self.x.device(), dims)?;
        if self.rows == 0 {
            return Ok(result);
        }
        let (identity, factor) = (self.identity.to_bits(), self.factor.to_bits());
        self.x.device().record(&Run {
            kernel: Kernel {
                shader: Shader::Reduce,
                entry: "reduce",
                operation: Some(self.operation),
                width: Some(width(piece.min(self.columns))),
            },
            buffers: &[self.x.storage(), self.y.storage(), result.storage()],
            words: &[word(self.rows)?, word(self.columns)?, word(piece)?, word(pieces)?, identity, factor],
            groups: [pieces as u64, (self.rows as u64).min(super::MOST_GROUPS), 1],
        })?;
        Ok(result)
    }
}

/// A mean is a sum that is multiplied at the end.
fn kernel_of(operation: Reduction) -> u32 {
    match operation {
        Reduction::Mean => Reduction::Sum as u32,
        other => other as u32,
    }
}

impl GpuArray {
    /// Reduces all elements to one, in an array without axes.
    ///
    /// # Errors
    /// A maximum or minimum of zero elements; the device has no memory for the result, or was lost.
    pub fn reduce(&self, operation: Reduction) -> Result<GpuArray, GpuError> {
        self.reduced(operation, 1, self.len(), &[])
    }

    /// Reduces each row (along the last axis) to one number and removes the last axis.
    ///
    /// # Errors
    /// A maximum or minimum of empty rows, or no axis; the device has no memory for the result, or was lost.
    pub fn reduce_rows(&self, operation: Reduction) -> Result<GpuArray, GpuError> {
        let Some((columns, outer)) = self.dims().split_last() else {
            return Err(ShapeError::Rank { what: "the array of rows", expected: 1, found: 0 }.into());
        };
        self.reduced(operation, outer.iter().product(), *columns, outer)
    }

    fn reduced(
        &self,
        operation: Reduction,
        rows: usize,
        columns: usize,
        dims: &[usize],
    ) -> Result<GpuArray, GpuError> {
        match operation {
            Reduction::Max if columns == 0 && rows > 0 => Err(ShapeError::Empty("the maximum").into()),
            Reduction::Min if columns == 0 && rows > 0 => Err(ShapeError::Empty("the minimum").into()),
            _ => {
                // For zero elements this is 0 · (1/0) = NaN, like trueno's mean.
                let factor = if operation == Reduction::Mean { 1.0 / columns as f32 } else { 1.0 };
                let (operation, identity) = (kernel_of(operation), operation.identity());
                Rows { operation, x: self, y: self, rows, columns, identity, factor }.reduce(dims)
            }
        }
    }

    /// Σ xᵢ·yᵢ, in an array without axes.
    ///
    /// # Errors
    /// The shapes differ, or the arrays are on two devices; the device has no memory for the result, or was lost.
    pub fn dot(&self, other: &GpuArray) -> Result<GpuArray, GpuError> {
        same_device(&[self, other])?;
        expected("the second vector", self.dims(), other)?;
        let (rows, columns) = (1, self.len());
        Rows { operation: DOT, x: self, y: other, rows, columns, identity: 0.0, factor: 1.0 }.reduce(&[])
    }
}
