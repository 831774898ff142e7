//! Softmax and normalisations along the last axis.

use super::{MOST_GROUPS, expected, same_device, width, word};
use crate::GpuError;
use crate::webgpu::GpuArray;
use crate::webgpu::device::Run;
use crate::webgpu::pipelines::{Kernel, Shader};

impl GpuArray {
    /// exp(x) / Σ exp(x) along the last axis, without overflow.
    ///
    /// # Errors
    /// The device has no memory for the result, or was lost.
    pub fn softmax(&self) -> Result<GpuArray, GpuError> {
        self.by_row("softmax", self, self, 0.0)
    }

    /// (x - mean)/√(variance + epsilon) · weight + bias along the last axis; the variance is that of the population.
    /// Source: Ba, Kiros, Hinton, arXiv 1607.06450.
    ///
    /// # Errors
    /// The length of weight or bias differs from that of the last axis, or it is on another device; the device has no
    /// memory for the result, or was lost.
    pub fn layer_norm(&self, weight: &GpuArray, bias: &GpuArray, epsilon: f32) -> Result<GpuArray, GpuError> {
        expected("the weight", &[self.shape().last()], weight)?;
        expected("the bias", &[self.shape().last()], bias)?;
        self.by_row("layer_norm", weight, bias, epsilon)
    }

    /// x/√(mean of squares + epsilon) · weight along the last axis. Source: Zhang and Sennrich, arXiv 1910.07467.
    ///
    /// # Errors
    /// The length of the weight differs from that of the last axis, or it is on another device; the device has no
    /// memory for the result, or was lost.
    pub fn rms_norm(&self, weight: &GpuArray, epsilon: f32) -> Result<GpuArray, GpuError> {
        expected("the weight", &[self.shape().last()], weight)?;
        self.by_row("rms_norm", weight, weight, epsilon)
    }

    fn by_row(
        &self,
        entry: &'static str,
        weight: &GpuArray,
        bias: &GpuArray,
        epsilon: f32,
    ) -> Result<GpuArray, GpuError> {
        same_device(&[self, weight, bias])?;
        let result = GpuArray::new(self.device(), self.dims())?;
        if self.is_empty() {
            return Ok(result);
        }
        let columns = self.shape().last();
        let rows = word(self.len() / columns)?;
        self.device().record(&Run {
            kernel: Kernel { shader: Shader::Rows, entry, operation: None, width: Some(width(columns)) },
            buffers: &[self.storage(), weight.storage(), bias.storage(), result.storage()],
            words: &[rows, word(columns)?, epsilon.to_bits(), f32::NEG_INFINITY.to_bits()],
            groups: [u64::from(rows).min(MOST_GROUPS), 1, 1],
        })?;
        Ok(result)
    }
}
