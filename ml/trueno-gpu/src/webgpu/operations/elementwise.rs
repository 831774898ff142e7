//! Operations on each element and on pairs of elements.

use super::{groups, same_device, word};
use crate::webgpu::GpuArray;
use crate::webgpu::device::Run;
use crate::webgpu::pipelines::{Kernel, Shader};
use crate::{Binary, GpuError, Unary};
use trueno::ShapeError;

/// `AFFINE` of `unary.wgsl`.
const AFFINE: u32 = 100;

impl GpuArray {
    /// Applies an operation to each element. NaN stays NaN; the results are within 1e-4 of the processor's, relative to
    /// the larger of 1 and the result, if that is finite.
    ///
    /// # Errors
    /// The device has no memory for the result, or was lost.
    pub fn map(&self, operation: Unary) -> Result<GpuArray, GpuError> {
        self.unary(operation as u32, 0.0, 0.0)
    }

    /// x · factor + term
    ///
    /// # Errors
    /// The device has no memory for the result, or was lost.
    pub fn affine(&self, factor: f32, term: f32) -> Result<GpuArray, GpuError> {
        self.unary(AFFINE, factor, term)
    }

    fn unary(&self, operation: u32, factor: f32, term: f32) -> Result<GpuArray, GpuError> {
        let result = GpuArray::new(self.device(), self.dims())?;
        if self.is_empty() {
            return Ok(result);
        }
        let count = word(self.len())?.div_ceil(4);
        self.device().record(&Run {
            kernel: Kernel { shader: Shader::Unary, entry: "unary", operation: Some(operation), width: None },
            buffers: &[self.storage(), result.storage()],
            words: &[count, f32::NAN.to_bits(), factor.to_bits(), term.to_bits()],
            groups: groups(u64::from(count)),
        })?;
        Ok(result)
    }

    /// Combines each element with one of `other`: an array of the same shape, one row that is applied to every row, or
    /// one number.
    ///
    /// # Errors
    /// The shape of `other` is not one of these, or it is on another device; the device has no memory for the result, or was lost.
    pub fn zip(&self, operation: Binary, other: &GpuArray) -> Result<GpuArray, GpuError> {
        same_device(&[self, other])?;
        let same = self.shape() == other.shape();
        let row = other.shape().rank() == 1 && other.len() == self.shape().last();
        if !same && !row && other.len() != 1 {
            let (left, right) = (Box::new(*self.shape()), Box::new(*other.shape()));
            return Err(ShapeError::Broadcast { left, right }.into());
        }
        let result = GpuArray::new(self.device(), self.dims())?;
        if self.is_empty() {
            return Ok(result);
        }
        let length = word(self.len())?;
        let (entry, count) = if same { ("pairs", length.div_ceil(4)) } else { ("repeating", length) };
        self.device().record(&Run {
            kernel: Kernel { shader: Shader::Binary, entry, operation: Some(operation as u32), width: None },
            buffers: &[self.storage(), other.storage(), result.storage()],
            words: &[count, word(other.len())?],
            groups: groups(u64::from(count)),
        })?;
        Ok(result)
    }
}
