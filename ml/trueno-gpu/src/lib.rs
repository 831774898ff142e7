//! The operations of `trueno` on graphics processors, and the choice of the place for each operation.
//!
//! [`webgpu`] runs WGSL kernels through wgpu on Vulkan, Metal and DirectX 12, [`cuda`] runs PTX kernels through the
//! CUDA driver; [`chooser`] decides from measurements.

pub mod chooser;
pub mod cuda;
pub mod error;
pub mod operation;
pub mod webgpu;

pub use error::GpuError;
pub use operation::{Binary, Reduction, Unary};
