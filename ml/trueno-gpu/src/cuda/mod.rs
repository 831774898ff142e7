//! PTX kernels by the CUDA driver, which is looked for when it is needed. That there is none is data, not an error.
//!
//! Kernels are written in the `.cu` files here; `cargo xtask ptx` makes the `.ptx` files from them, which are what the program holds. The
//! driver compiles those for the card it has.

mod device;
mod driver;
mod operations;

pub use device::{CudaArray, CudaDevice};
pub use driver::{Absence, CudaInfo};
pub use operations::gemm;

/// The cards that the CUDA driver knows of.
///
/// # Errors
/// Why there is none: no driver, one that does not start, or no card.
pub fn devices() -> Result<Vec<CudaInfo>, Absence> {
    driver::Driver::load()?.devices()
}
