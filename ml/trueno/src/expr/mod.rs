//! Chains of elementwise operations, computed in one pass, register by register, without intermediate arrays.
//!
//! ```
//! use trueno::expr::{Expression, of};
//! use trueno::Array;
//!
//! let x = Array::from_slice(&[0.0f32, 1.0, 2.0, 3.0], &[2, 2])?;
//! let bias = Array::from_slice(&[1.0f32, -1.0], &[2])?;
//! let y = of(&x).mul(of(&x))?.add(of(&bias))?.relu().eval()?;
//! assert_eq!(y.as_slice(), [1.0, 0.0, 5.0, 8.0]);
//! assert_eq!(of(&x).exp().ln().sum(), 6.0);
//! # Ok::<(), trueno::ShapeError>(())
//! ```

mod leaf;
mod operation;
mod run;
#[cfg(test)]
mod tests;

pub use leaf::{Constant, Values, ValuesRow, constant, of, values, view};
pub use operation::{Binary, BinaryOperation, Unary, UnaryOperation};

use crate::array::{Array, Shape};
use crate::error::ShapeError;
use crate::simd::{Lanes, Real};
use operation::{Abs, Add, Div, Exp, Gelu, Ln, Max, Min, Mul, Neg, Relu, Sigmoid, Silu, Sqrt, Sub, Tanh};

/// One row of an expression: small and `Copy`, so that a loop over its registers keeps the operands' addresses in
/// registers.
pub trait Row<T: Real>: Copy {
    /// `count` (at most `N`) numbers from column `at` on.
    fn lanes<S: Lanes<T>>(self, s: S, at: usize, count: usize) -> S::V;
}

/// A chain of operations on numbers of one type.
pub trait Expression<T: Real>: Sync + Sized {
    /// Computes a row of the result.
    type Row<'a>: Row<T>
    where
        Self: 'a;

    /// Shape of the result.
    fn shape(&self) -> Shape;

    /// Stretches the operands to a larger shape.
    ///
    /// # Errors
    /// An operand cannot be broadcast to it.
    fn stretch(&mut self, shape: &Shape) -> Result<(), ShapeError>;

    /// Whether all operands have the memory layout of the result, so that it can be treated as one long row.
    fn flat(&self) -> bool;

    /// Number of arrays that are read.
    fn arrays(&self) -> usize;

    /// A row of the result; rows are counted over all outer axes.
    fn row(&self, row: usize) -> Self::Row<'_>;

    /// The result as an array.
    ///
    /// # Errors
    /// The result does not fit in memory.
    fn eval(&self) -> Result<Array<T>, ShapeError> {
        let shape = self.shape();
        let mut result = Array::zeros(shape.dims())?;
        run::write(self, result.as_mut_slice(), false);
        Ok(result)
    }

    /// Writes the result in row-major order. Bypasses the caches if the result and several operands are large.
    ///
    /// # Errors
    /// The length of `out` differs from that of the result.
    fn eval_into(&self, out: &mut [T]) -> Result<(), ShapeError> {
        let shape = self.shape();
        if out.len() != shape.elements() {
            return Err(ShapeError::Length { values: out.len(), shape: Box::new(shape) });
        }
        run::write(self, out, run::streams(self, out));
        Ok(())
    }

    /// The result in row-major order.
    fn collect(&self) -> Vec<T> {
        let mut out = vec![T::ZERO; self.shape().elements()];
        run::write(self, &mut out, false);
        out
    }

    /// Sum of all elements; 0 if there are none.
    fn sum(&self) -> T {
        run::reduce(self, run::Reduction::Sum)
    }

    /// Mean of all elements; NaN if there are none.
    fn mean(&self) -> T {
        self.sum() / T::from_f64(self.shape().elements() as f64)
    }

    /// Largest element; NaN if any element is NaN.
    ///
    /// # Errors
    /// There is no element.
    fn max_value(&self) -> Result<T, ShapeError> {
        run::not_empty(self, "the maximum")?;
        Ok(run::reduce(self, run::Reduction::Max))
    }

    /// Smallest element; NaN if any element is NaN.
    ///
    /// # Errors
    /// There is no element.
    fn min_value(&self) -> Result<T, ShapeError> {
        run::not_empty(self, "the minimum")?;
        Ok(run::reduce(self, run::Reduction::Min))
    }

    /// Applies an operation to each element.
    fn map<O: UnaryOperation>(self, operation: O) -> Unary<O, Self> {
        Unary { operation, of: self }
    }

    /// Combines each element with one of another expression, broadcasting both.
    ///
    /// # Errors
    /// The shapes cannot be broadcast together.
    fn zip<O: BinaryOperation, E: Expression<T>>(
        self,
        operation: O,
        other: E,
    ) -> Result<Binary<O, Self, E>, ShapeError> {
        Binary::new(operation, self, other)
    }

    /// self + other
    ///
    /// # Errors
    /// The shapes cannot be broadcast together.
    fn add<E: Expression<T>>(self, other: E) -> Result<Binary<Add, Self, E>, ShapeError> {
        self.zip(Add, other)
    }

    /// self - other
    ///
    /// # Errors
    /// The shapes cannot be broadcast together.
    fn sub<E: Expression<T>>(self, other: E) -> Result<Binary<Sub, Self, E>, ShapeError> {
        self.zip(Sub, other)
    }

    /// self · other
    ///
    /// # Errors
    /// The shapes cannot be broadcast together.
    fn mul<E: Expression<T>>(self, other: E) -> Result<Binary<Mul, Self, E>, ShapeError> {
        self.zip(Mul, other)
    }

    /// self / other
    ///
    /// # Errors
    /// The shapes cannot be broadcast together.
    fn div<E: Expression<T>>(self, other: E) -> Result<Binary<Div, Self, E>, ShapeError> {
        self.zip(Div, other)
    }

    /// The smaller one; `other` if either is NaN.
    ///
    /// # Errors
    /// The shapes cannot be broadcast together.
    fn minimum<E: Expression<T>>(self, other: E) -> Result<Binary<Min, Self, E>, ShapeError> {
        self.zip(Min, other)
    }

    /// The larger one; `other` if either is NaN.
    ///
    /// # Errors
    /// The shapes cannot be broadcast together.
    fn maximum<E: Expression<T>>(self, other: E) -> Result<Binary<Max, Self, E>, ShapeError> {
        self.zip(Max, other)
    }

    /// self · factor
    fn scale(self, factor: T) -> Binary<Mul, Self, Constant<T>> {
        Binary { operation: Mul, left: self, right: constant(factor) }
    }

    /// self + term
    fn offset(self, term: T) -> Binary<Add, Self, Constant<T>> {
        Binary { operation: Add, left: self, right: constant(term) }
    }

    /// eˣ, at most 1 ulp (f32) or 1.5 ulp (f64) off
    fn exp(self) -> Unary<Exp, Self> {
        self.map(Exp)
    }

    /// ln x, at most 1 ulp (f32) or 1.5 ulp (f64) off
    fn ln(self) -> Unary<Ln, Self> {
        self.map(Ln)
    }

    /// tanh x, at most 3 ulp (f32) or 4 ulp (f64) off
    fn tanh(self) -> Unary<Tanh, Self> {
        self.map(Tanh)
    }

    /// 1/(1 + e⁻ˣ), at most 3 ulp off
    fn sigmoid(self) -> Unary<Sigmoid, Self> {
        self.map(Sigmoid)
    }

    /// max(x, 0)
    fn relu(self) -> Unary<Relu, Self> {
        self.map(Relu)
    }

    /// GELU in its tanh form
    fn gelu(self) -> Unary<Gelu, Self> {
        self.map(Gelu)
    }

    /// x · sigmoid(x)
    fn silu(self) -> Unary<Silu, Self> {
        self.map(Silu)
    }

    /// √x, exactly rounded
    fn sqrt(self) -> Unary<Sqrt, Self> {
        self.map(Sqrt)
    }

    /// |x|
    fn abs(self) -> Unary<Abs, Self> {
        self.map(Abs)
    }

    /// -x
    fn neg(self) -> Unary<Neg, Self> {
        self.map(Neg)
    }
}
