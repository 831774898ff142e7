//! Arrays that are on a device.

use super::device::{Device, Storage};
use crate::GpuError;
use std::sync::Arc;
use trueno::{Array, ArrayView, Shape, ShapeError};

/// An array of f32 in row-major order, on a device. It is immutable; clones share it.
#[derive(Debug, Clone)]
pub struct GpuArray {
    device: Device,
    storage: Arc<Storage>,
    shape: Shape,
}

impl GpuArray {
    pub(super) fn new(device: &Device, dims: &[usize]) -> Result<Self, GpuError> {
        let shape = Shape::new(dims)?;
        let storage = device.allocate(4 * shape.elements() as u64)?;
        Ok(Self { device: device.clone(), storage: Arc::new(storage), shape })
    }

    /// The device it is on.
    pub fn device(&self) -> &Device {
        &self.device
    }

    /// The shape.
    pub fn shape(&self) -> &Shape {
        &self.shape
    }

    /// Lengths of the axes.
    pub fn dims(&self) -> &[usize] {
        self.shape.dims()
    }

    /// Number of elements.
    pub fn len(&self) -> usize {
        self.shape.elements()
    }

    /// Whether there are no elements.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(super) fn storage(&self) -> &Storage {
        &self.storage
    }

    /// The same elements in another shape; nothing is copied.
    ///
    /// # Errors
    /// The numbers of elements differ.
    pub fn reshape(&self, dims: &[usize]) -> Result<Self, GpuError> {
        let shape = Shape::new(dims)?;
        if shape.elements() != self.len() {
            return Err(ShapeError::Length { values: self.len(), shape: Box::new(shape) }.into());
        }
        Ok(Self { shape, ..self.clone() })
    }

    /// Waits for the device, and copies the elements to main memory.
    ///
    /// # Errors
    /// The device was lost, refused a recorded command, or does not finish.
    pub fn to_array(&self) -> Result<Array<f32>, GpuError> {
        let mut result = Array::zeros(self.dims())?;
        self.device.read(&self.storage, |bytes| {
            bytemuck::cast_slice_mut::<f32, u8>(result.as_mut_slice()).copy_from_slice(bytes);
        })?;
        Ok(result)
    }
}

impl Device {
    /// Copies an array to the device.
    ///
    /// # Errors
    /// The device has no memory for it, or was lost.
    pub fn array(&self, from: &ArrayView<'_, f32>) -> Result<GpuArray, GpuError> {
        let copy;
        let values = match from.as_slice() {
            Some(values) => values,
            None => {
                copy = from.to_array();
                copy.as_slice()
            }
        };
        let storage = self.upload(bytemuck::cast_slice(values))?;
        Ok(GpuArray { device: self.clone(), storage: Arc::new(storage), shape: *from.shape() })
    }
}
