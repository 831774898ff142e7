//! Dense arrays and the kernels on them, in pure Rust: products after BLIS, fused elementwise expressions,
//! decompositions, random numbers. Instructions are chosen at run time; the results have the same bits with every
//! instruction set and any number of threads.

pub mod array;
pub mod buffer;
pub mod error;
pub mod expr;
pub mod gemm;
pub mod half;
pub mod linalg;
pub mod math;
pub mod matrix;
pub mod neural;
pub mod quantized;
pub mod random;
pub mod reduce;
pub mod select;
pub mod simd;

pub use array::{Array, ArrayView, ArrayViewMut, Shape};
pub use error::{LinalgError, ShapeError};
pub use gemm::{Epilogue, batched_matmul, gemm, gram, matmul};
pub use matrix::{DynMatrix, HasColumns, Matrix};
pub use simd::{Level, Real, with_level};
