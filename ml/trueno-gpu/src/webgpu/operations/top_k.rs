//! The largest elements, as indices.

use super::{MOST_GROUPS, groups, word};
use crate::GpuError;
use crate::webgpu::GpuArray;
use crate::webgpu::device::{Run, Storage};
use crate::webgpu::pipelines::{Kernel, Shader};

/// Pairs that one workgroup sorts: `BLOCK` of `top_k.wgsl`.
const BLOCK: usize = 1024;

impl GpuArray {
    /// Indices (of the elements in row-major order) of the `k` largest elements, the largest first; NaN last, equal elements by index.
    ///
    /// Up to 512 are found by sorting blocks and keeping the best of each, more by sorting everything.
    ///
    /// # Errors
    /// The device has no memory for the pairs of key and index, or was lost.
    pub fn top_k(&self, k: usize) -> Result<Vec<usize>, GpuError> {
        let k = k.min(self.len());
        if k == 0 {
            return Ok(Vec::new());
        }
        let pairs = if k <= BLOCK / 2 { self.selected(k)? } else { self.sorted()? };
        let pairs = pairs.to_array()?;
        // The second word of each pair.
        Ok(pairs.as_slice().chunks_exact(2).take(k).map(|pair| pair[1].to_bits() as usize).collect())
    }

    fn step(
        &self,
        entry: &'static str,
        (pairs, result): (&Storage, &GpuArray),
        words: &[u32],
        groups: [u64; 3],
    ) -> Result<(), GpuError> {
        let kernel = Kernel { shader: Shader::TopK, entry, operation: None, width: None };
        let buffers = &[self.storage(), pairs, result.storage()];
        self.device().record(&Run { kernel, buffers, words, groups })
    }

    /// Keys and indices, padded with empty pairs up to `length`.
    fn keyed(&self, length: usize) -> Result<GpuArray, GpuError> {
        let pairs = GpuArray::new(self.device(), &[length, 2])?;
        let words = [word(self.len())?, word(length)?];
        self.step("begin", (self.storage(), &pairs), &words, groups(length as u64))?;
        Ok(pairs)
    }

    fn selected(&self, k: usize) -> Result<GpuArray, GpuError> {
        let mut pairs = self.keyed(self.len())?;
        loop {
            let count = pairs.dims()[0];
            let blocks = count.div_ceil(BLOCK);
            let best = GpuArray::new(self.device(), &[blocks * k, 2])?;
            let words = [word(count)?, word(blocks)?, word(k)?];
            let groups = [(blocks as u64).min(MOST_GROUPS), 1, 1];
            self.step("select_blocks", (pairs.storage(), &best), &words, groups)?;
            if blocks == 1 {
                return Ok(best);
            }
            pairs = best;
        }
    }

    fn sorted(&self) -> Result<GpuArray, GpuError> {
        let length = self.len().next_power_of_two();
        let pairs = self.keyed(length)?;
        let mut size = 2;
        while size <= length {
            let mut distance = size / 2;
            while distance > 0 {
                let words = [word(self.len())?, word(length / 2)?, word(size)?, word(distance)?];
                self.step("exchange", (self.storage(), &pairs), &words, groups(length as u64 / 2))?;
                distance /= 2;
            }
            size *= 2;
        }
        Ok(pairs)
    }
}
