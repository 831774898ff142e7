//! WGSL kernels through wgpu: Vulkan, Metal, DirectX 12. No type of wgpu leaves this module. Arrays stay on the device
//! until they are read. Operations are recorded and submitted in batches; [`GpuArray::to_array`] submits the recorded
//! operations and waits. Pipelines, bind groups and buffers are kept and reused.

mod adapter;
mod array;
mod device;
mod memory;
mod operations;
mod pipelines;
mod wait;

pub use adapter::{Adapter, AdapterInfo, AdapterKind, adapters};
pub use array::GpuArray;
pub use device::Device;
pub use operations::{Factor, gemm};
