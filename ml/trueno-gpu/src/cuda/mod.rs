//! PTX kernels through the CUDA driver, which is looked up on demand. A missing driver is data, not an error.
//!
//! Kernels are written in the `.cu` files here; `cargo xtask ptx` compiles them to the `.ptx` files that the program
//! embeds. The driver compiles those for its card.

mod device;
mod driver;
mod operations;

pub use device::{CudaArray, CudaDevice};
pub use driver::{Absence, CudaInfo};
pub use operations::gemm;

/// The cards of the CUDA driver.
///
/// # Errors
/// Why there is none: no driver, a driver that fails to start, or no card.
pub fn devices() -> Result<Vec<CudaInfo>, Absence> {
    driver::Driver::load()?.devices()
}
