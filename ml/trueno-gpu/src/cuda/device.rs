//! An opened card, and arrays on it.

use super::driver::{Argument, Context, Driver, Memory, Module};
use super::{Absence, CudaInfo};
use crate::GpuError;
use std::ffi::CStr;
use std::sync::Arc;
use trueno::{Array, ArrayView, Shape};

/// Threads of a block; all kernels are written for this number.
pub const THREADS: u32 = 256;

/// A file of kernels.
#[derive(Debug, Clone, Copy)]
pub enum File {
    /// `sgemm.cu`
    Product,
    /// `elementwise.cu`
    Elementwise,
    /// `rows.cu`
    Rows,
}

/// An opened card. Clones refer to the same card.
#[derive(Debug, Clone)]
pub struct CudaDevice(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    info: CudaInfo,
    modules: [Module; 3],
    context: Arc<Context>,
}

/// The text of a PTX file, with a terminating zero.
macro_rules! ptx {
    ($path:literal) => {
        concat!(include_str!($path), "\0").as_bytes()
    };
}

const PTX: [&[u8]; 3] = [ptx!("ptx/sgemm.ptx"), ptx!("ptx/elementwise.ptx"), ptx!("ptx/rows.ptx")];

impl CudaDevice {
    /// Opens a card and has its kernels compiled.
    ///
    /// # Errors
    /// The driver went away, or does not know the PTX of these kernels: it is older than CUDA 12.0, or the card older
    /// than compute capability 8.0.
    pub fn open(info: &CudaInfo) -> Result<Self, GpuError> {
        let gone = |absence: Absence| GpuError::Lost(absence.to_string());
        let context = Arc::new(Driver::load().map_err(gone)?.context(info.index)?);
        let module = |text: &[u8]| {
            let text =
                CStr::from_bytes_with_nul(text).map_err(|error| GpuError::Refused(error.to_string()))?;
            context.module(text)
        };
        let modules = [module(PTX[0])?, module(PTX[1])?, module(PTX[2])?];
        Ok(Self(Arc::new(Inner { info: info.clone(), modules, context })))
    }

    /// Facts about the card.
    pub fn info(&self) -> &CudaInfo {
        &self.0.info
    }

    /// Waits until all operations are done.
    ///
    /// # Errors
    /// One of them failed.
    pub fn finish(&self) -> Result<(), GpuError> {
        self.0.context.synchronize()
    }

    /// Copies an array to the card.
    ///
    /// # Errors
    /// The card does not have enough memory.
    pub fn array(&self, from: &ArrayView<'_, f32>) -> Result<CudaArray, GpuError> {
        let array = CudaArray::new(self, from.shape().dims())?;
        match from.as_slice() {
            Some(values) => array.memory.write(bytemuck::cast_slice(values))?,
            None => array.memory.write(bytemuck::cast_slice(from.to_array().as_slice()))?,
        }
        Ok(array)
    }

    pub(super) fn same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    pub(super) fn launch(
        &self,
        file: File,
        name: &CStr,
        blocks: (u32, u32),
        arguments: &[Argument<'_>],
    ) -> Result<(), GpuError> {
        self.0.modules[file as usize].launch(name, blocks, THREADS, arguments)
    }
}

/// An array of f32 in row-major order, on a card. It is immutable; clones share it.
#[derive(Debug, Clone)]
pub struct CudaArray {
    device: CudaDevice,
    memory: Arc<Memory>,
    shape: Shape,
}

impl CudaArray {
    pub(super) fn new(device: &CudaDevice, dims: &[usize]) -> Result<Self, GpuError> {
        let shape = Shape::new(dims)?;
        let memory = Arc::new(device.0.context.allocate(4 * shape.elements())?);
        Ok(Self { device: device.clone(), memory, shape })
    }

    /// The card it is on.
    pub fn device(&self) -> &CudaDevice {
        &self.device
    }

    /// The shape.
    pub fn shape(&self) -> &Shape {
        &self.shape
    }

    pub(super) fn memory(&self) -> Argument<'_> {
        Argument::Memory(&self.memory)
    }

    /// Waits for the card, and copies the elements to main memory.
    ///
    /// # Errors
    /// An earlier operation failed.
    pub fn to_array(&self) -> Result<Array<f32>, GpuError> {
        let mut result = Array::zeros(self.shape.dims())?;
        self.memory.read(bytemuck::cast_slice_mut(result.as_mut_slice()))?;
        Ok(result)
    }
}
