//! Buffers of a device, kept for the next array of about the same size.

use crate::GpuError;
use std::collections::BTreeMap;

/// Sizes are multiples of this: kernels read four numbers at a time, and copies need multiples of four bytes.
pub const GRAIN: u64 = 16;

/// Size in bytes of a buffer for `bytes`: at most a quarter more, so that a few sizes serve all.
pub fn class(bytes: u64, limit: u64) -> u64 {
    let exact = bytes.max(1).next_multiple_of(GRAIN);
    let step = (exact.next_power_of_two() / 8).max(GRAIN);
    let rounded = exact.next_multiple_of(step);
    if rounded <= limit { rounded } else { exact }
}

/// What a buffer is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Purpose {
    /// An array that kernels read and write.
    Storage,
    /// A copy that the processor reads.
    Readback,
}

impl Purpose {
    fn usage(self) -> wgpu::BufferUsages {
        match self {
            Self::Storage => {
                wgpu::BufferUsages::STORAGE | wgpu::BufferUsages::COPY_SRC | wgpu::BufferUsages::COPY_DST
            }
            Self::Readback => wgpu::BufferUsages::MAP_READ | wgpu::BufferUsages::COPY_DST,
        }
    }
}

/// Buffers that no array uses at the moment.
#[derive(Debug, Default)]
pub struct Memory {
    free: BTreeMap<(Purpose, u64), Vec<wgpu::Buffer>>,
    free_bytes: u64,
    used_bytes: u64,
    most_used_bytes: u64,
}

impl Memory {
    /// A kept buffer of that size class, if there is one.
    pub fn take(&mut self, purpose: Purpose, class: u64) -> Option<wgpu::Buffer> {
        let buffer = self.free.get_mut(&(purpose, class))?.pop()?;
        self.free_bytes -= class;
        self.count(class);
        Some(buffer)
    }

    /// Counts a new buffer.
    pub fn count(&mut self, class: u64) {
        self.used_bytes += class;
        self.most_used_bytes = self.most_used_bytes.max(self.used_bytes);
    }

    /// Takes a buffer back. It is kept unless more bytes are idle than were ever in use at once.
    pub fn give(&mut self, purpose: Purpose, buffer: wgpu::Buffer) {
        let class = buffer.size();
        self.used_bytes = self.used_bytes.saturating_sub(class);
        if self.free_bytes + class <= self.most_used_bytes {
            self.free_bytes += class;
            self.free.entry((purpose, class)).or_default().push(buffer);
        }
    }

    /// Drops all that is kept.
    pub fn clear(&mut self) {
        self.free.clear();
        self.free_bytes = 0;
    }

    /// Bytes in arrays, and bytes kept for later.
    pub fn bytes(&self) -> (u64, u64) {
        (self.used_bytes, self.free_bytes)
    }
}

/// Creates a buffer; `None` if the device has no memory for it.
pub fn create(device: &wgpu::Device, purpose: Purpose, class: u64) -> Option<wgpu::Buffer> {
    let scope = device.push_error_scope(wgpu::ErrorFilter::OutOfMemory);
    let buffer = device.create_buffer(&wgpu::BufferDescriptor {
        label: None,
        size: class,
        usage: purpose.usage(),
        mapped_at_creation: false,
    });
    match super::wait::wait(scope.pop()) {
        None => Some(buffer),
        Some(_) => None,
    }
}

/// Checks that one binding can be this large.
pub fn check(bytes: u64, limit: u64) -> Result<(), GpuError> {
    if bytes.next_multiple_of(GRAIN) > limit { Err(GpuError::TooLarge { bytes, limit }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::class;

    #[test]
    fn a_class_is_enough_and_at_most_a_quarter_more() {
        for bytes in (0..5000).chain([1 << 20, (1 << 20) + 1, (1 << 31) - 1]) {
            let class = class(bytes, 1 << 40);
            assert!(
                class >= bytes && class.is_multiple_of(16) && class <= bytes + bytes / 4 + 16,
                "{bytes} {class}"
            );
        }
        assert_eq!(class(1000, 1008), 1008);
    }
}
