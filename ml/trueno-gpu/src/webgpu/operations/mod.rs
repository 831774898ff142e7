//! The operations on [`super::GpuArray`], one file for each group of kernels.

mod elementwise;
mod product;
mod reduce;
mod rows;
mod top_k;

pub use product::{Factor, gemm};

use super::GpuArray;
use crate::GpuError;
use trueno::{Shape, ShapeError};

/// Invocations of a workgroup in kernels that process a list.
const WORKGROUP: u64 = 256;

/// Workgroups along one axis that every device supports (WebGPU, limit `maxComputeWorkgroupsPerDimension`); kernels
/// loop over longer lists.
const MOST_GROUPS: u64 = 65_535;

/// Number of workgroups for a list of `count`.
fn groups(count: u64) -> [u64; 3] {
    [count.div_ceil(WORKGROUP).clamp(1, MOST_GROUPS), 1, 1]
}

/// Invocations of a workgroup that computes one row of this many columns: no more than there is work for, but at least
/// the number that devices run together.
fn width(columns: usize) -> u32 {
    columns.clamp(32, WORKGROUP as usize).next_power_of_two() as u32
}

/// A number as a kernel parameter of one word. Bindings are at most 4 GiB of f32, so counts of elements fit.
fn word(number: usize) -> Result<u32, GpuError> {
    u32::try_from(number).map_err(|_| GpuError::TooLarge { bytes: 4 * number as u64, limit: 4 << 32 })
}

fn same_device(arrays: &[&GpuArray]) -> Result<(), GpuError> {
    if arrays.iter().all(|array| array.device().same(arrays[0].device())) {
        Ok(())
    } else {
        Err(GpuError::OtherDevice)
    }
}

fn expected(what: &'static str, dims: &[usize], found: &GpuArray) -> Result<(), GpuError> {
    if found.dims() == dims {
        return Ok(());
    }
    Err(ShapeError::Expected { what, expected: Box::new(Shape::new(dims)?), found: Box::new(*found.shape()) }
        .into())
}
