//! The operations of `trueno` on graphics processors, and the choice of where an operation runs.
//!
//! [`webgpu`] runs WGSL kernels by wgpu on Vulkan, Metal and DirectX 12, [`cuda`] PTX kernels by the CUDA driver; [`chooser`] decides from
//! measurements.

pub mod chooser;
pub mod cuda;
pub mod error;
pub mod operation;
pub mod webgpu;

pub use error::GpuError;
pub use operation::{Binary, Reduction, Unary};
