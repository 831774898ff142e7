//! Products of matrices.

use super::{MOST_GROUPS, expected, same_device, word};
use crate::GpuError;
use crate::webgpu::GpuArray;
use crate::webgpu::device::Run;
use crate::webgpu::pipelines::{Kernel, Shader};
use trueno::ShapeError;

/// Rows and columns of the tile that one workgroup of `gemm.wgsl` computes.
const TILE: usize = 64;

/// A factor of a product.
#[derive(Debug, Clone, Copy)]
pub struct Factor<'a> {
    /// The matrix.
    pub matrix: &'a GpuArray,
    /// Whether it is read as its transpose.
    pub transposed: bool,
}

impl<'a> From<&'a GpuArray> for Factor<'a> {
    fn from(matrix: &'a GpuArray) -> Self {
        Self { matrix, transposed: false }
    }
}

impl Factor<'_> {
    /// Rows, columns, and the strides along them.
    fn layout(&self, what: &'static str) -> Result<[usize; 4], GpuError> {
        let &[rows, columns] = self.matrix.dims() else {
            let found = self.matrix.shape().rank();
            return Err(ShapeError::Rank { what, expected: 2, found }.into());
        };
        Ok(if self.transposed { [columns, rows, 1, columns] } else { [rows, columns, columns, 1] })
    }
}

impl GpuArray {
    /// The matrix read as its transpose, for a product.
    pub fn transposed(&self) -> Factor<'_> {
        Factor { matrix: self, transposed: true }
    }

    /// The product of two matrices, m × k by k × n.
    ///
    /// # Errors
    /// Not two matrices, or their inner dimensions differ; they are on two devices; the device has no memory for the
    /// result, or was lost.
    pub fn matmul<'a>(&'a self, right: impl Into<Factor<'a>>) -> Result<GpuArray, GpuError> {
        gemm(1.0, self.into(), right.into(), None)
    }
}

/// alpha · left · right + beta · addend, if an addend is given.
///
/// # Errors
/// Not two matrices, or shapes that do not fit; they are on different devices; the device has no memory for the result,
/// or was lost.
pub fn gemm(
    alpha: f32,
    left: Factor<'_>,
    right: Factor<'_>,
    addend: Option<(f32, &GpuArray)>,
) -> Result<GpuArray, GpuError> {
    same_device(&[left.matrix, right.matrix, addend.map_or(left.matrix, |(_, array)| array)])?;
    let [rows, depth, a_row, a_column] = left.layout("the left factor")?;
    let [right_rows, columns, b_row, b_column] = right.layout("the right factor")?;
    if depth != right_rows {
        let shape = |rows, columns| trueno::Shape::new(&[rows, columns]).map(Box::new);
        let (left, right) = (shape(rows, depth)?, shape(right_rows, columns)?);
        return Err(ShapeError::Product { left, right }.into());
    }
    let device = left.matrix.device();
    let (beta, old) = addend.unwrap_or((0.0, left.matrix));
    if addend.is_some() {
        expected("the addend", &[rows, columns], old)?;
    }
    let result = GpuArray::new(device, &[rows, columns])?;
    if result.is_empty() {
        return Ok(result);
    }
    let mut words = [0; 9];
    for (to, number) in words.iter_mut().zip([rows, columns, depth, a_row, a_column, b_row, b_column]) {
        *to = word(number)?;
    }
    (words[7], words[8]) = (alpha.to_bits(), beta.to_bits());
    device.record(&Run {
        kernel: Kernel { shader: Shader::Gemm, entry: "gemm", operation: None, width: None },
        buffers: &[left.matrix.storage(), right.matrix.storage(), old.storage(), result.storage()],
        words: &words,
        groups: [columns.div_ceil(TILE) as u64, rows.div_ceil(TILE) as u64, 1],
    })?;
    Ok(result)
}

impl GpuArray {
    /// A matrix times a vector, m × k by k.
    ///
    /// # Errors
    /// Not a matrix and a vector of its number of columns; they are on two devices; the device has no memory for the
    /// result, or was lost.
    pub fn matvec(&self, vector: &GpuArray) -> Result<GpuArray, GpuError> {
        same_device(&[self, vector])?;
        let [rows, columns, ..] = Factor::from(self).layout("the matrix")?;
        expected("the vector", &[columns], vector)?;
        let result = GpuArray::new(self.device(), &[rows])?;
        if result.is_empty() {
            return Ok(result);
        }
        self.device().record(&Run {
            kernel: Kernel { shader: Shader::Gemv, entry: "gemv", operation: None, width: None },
            buffers: &[self.storage(), vector.storage(), result.storage()],
            words: &[word(rows)?, word(columns)?],
            groups: [(rows as u64).min(MOST_GROUPS), 1, 1],
        })?;
        Ok(result)
    }
}
