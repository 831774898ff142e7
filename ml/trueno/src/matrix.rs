//! Matrices whose dimensions are part of their type: a product or an operation with mismatched shapes does not compile.
//!
//! ```
//! use trueno::{DynMatrix, Matrix};
//!
//! let x = Matrix::<2, 3>::from_rows([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]);
//! let gram: Matrix<2, 2> = x.matmul(&x.transpose());
//! assert_eq!(gram.get(1, 0), Some(32.0));
//!
//! // The number of rows is known when it runs only.
//! let rows = DynMatrix::<3>::from_slice(&[1.0, 0.0, 0.0, 0.0, 1.0, 0.0])?;
//! assert_eq!(rows.matmul(&x.transpose()).row(1), Some([2.0, 5.0].as_slice()));
//! # Ok::<(), trueno::ShapeError>(())
//! ```
//!
//! The compiler also refuses a reshape that changes the number of elements:
//!
//! ```compile_fail,E0080
//! let x = trueno::Matrix::<10, 100>::zeros();
//! let y = x.reshape::<20, 51>();
//! ```

use crate::array::{Array, ArrayView};
use crate::error::ShapeError;
use crate::simd::Real;

/// `R` × `C` numbers on the heap.
#[derive(Debug, Clone, PartialEq)]
pub struct Matrix<const R: usize, const C: usize, T: Real = f32> {
    array: Array<T>,
}

/// Any number of rows of `C` numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct DynMatrix<const C: usize, T: Real = f32> {
    array: Array<T>,
}

/// A matrix with `N` columns: the input of a model with `N` features.
#[diagnostic::on_unimplemented(
    message = "shape mismatch: expected a matrix of {N} columns, `Matrix<_, {N}>`, found `{Self}`",
    label = "this matrix does not have {N} columns",
    note = "each row is a sample and each column a feature; consider using `x.transpose()`"
)]
pub trait HasColumns<const N: usize, T: Real = f32> {
    /// The numbers, as a matrix of `N` columns.
    fn samples(&self) -> ArrayView<'_, T>;
}

/// A right factor for matrices of `K` columns: a matrix of `K` rows.
#[diagnostic::on_unimplemented(
    message = "shape mismatch: a matrix of {K} columns cannot be multiplied by `{Self}`",
    label = "this factor does not have {K} rows",
    note = "the columns of the left factor must be the rows of the right one; consider using `.transpose()`"
)]
pub trait RightFactor<const K: usize, T: Real = f32> {
    /// The product of a matrix of `R` rows and this one.
    type Product<const R: usize>;
    /// The product of any number of rows and this one.
    type DynProduct;
    /// Multiplies a matrix of `R` rows and `K` columns.
    fn multiply<const R: usize>(&self, left: &Matrix<R, K, T>) -> Self::Product<R>;
    /// Multiplies rows of `K` columns.
    fn multiply_rows(&self, left: &DynMatrix<K, T>) -> Self::DynProduct;
}

impl<const R: usize, const C: usize, T: Real> Matrix<R, C, T> {
    /// All zeros. The compiler refuses a size that does not fit in memory.
    pub fn zeros() -> Self {
        const { assert!(fits(R, C), "a matrix of this size does not fit memory") };
        Self { array: Array::zeros(&[R, C]).expect("two dimensions whose product was checked") }
    }

    /// From rows.
    pub fn from_rows(rows: [[T; C]; R]) -> Self {
        let mut matrix = Self::zeros();
        matrix.array.as_mut_slice().copy_from_slice(rows.as_flattened());
        matrix
    }

    /// From an array whose shape is known at run time.
    ///
    /// # Errors
    /// The array is not `R` × `C`.
    pub fn from_array(array: Array<T>) -> Result<Self, ShapeError> {
        expect_shape(&array, &[R, C])?;
        Ok(Self { array })
    }

    /// The transpose.
    pub fn transpose(&self) -> Matrix<C, R, T> {
        Matrix { array: self.array.transpose().to_array() }
    }

    /// The same numbers in another shape with the same number of elements; any other number does not compile.
    pub fn reshape<const R2: usize, const C2: usize>(self) -> Matrix<R2, C2, T> {
        const { assert!(R * C == R2 * C2, "a reshape keeps the number of elements") };
        Matrix { array: self.array.reshape(&[R2, C2]).expect("as many elements, by the assertion") }
    }

    /// The matrix product.
    pub fn matmul<B: RightFactor<C, T>>(&self, right: &B) -> B::Product<R> {
        right.multiply(self)
    }

    /// One number; `None` if out of bounds.
    pub fn get(&self, row: usize, column: usize) -> Option<T> {
        self.array.get(&[row, column]).ok()
    }

    /// A view whose shape is known at run time.
    pub fn view(&self) -> ArrayView<'_, T> {
        self.array.view()
    }

    /// The numbers in row-major order, mutable.
    pub fn as_mut_slice(&mut self) -> &mut [T] {
        self.array.as_mut_slice()
    }

    /// The array, without the shape in its type.
    pub fn into_array(self) -> Array<T> {
        self.array
    }
}

impl<const C: usize, T: Real> DynMatrix<C, T> {
    /// `rows` rows of zeros.
    ///
    /// # Errors
    /// More elements than memory can hold.
    pub fn zeros(rows: usize) -> Result<Self, ShapeError> {
        Ok(Self { array: Array::zeros(&[rows, C])? })
    }

    /// Rows one after another.
    ///
    /// # Errors
    /// The number of values is not a multiple of `C`.
    pub fn from_slice(values: &[T]) -> Result<Self, ShapeError> {
        let rows = values.len().checked_div(C).unwrap_or_default();
        Ok(Self { array: Array::from_slice(values, &[rows, C])? })
    }

    /// From an array whose shape is known at run time.
    ///
    /// # Errors
    /// The array is not a matrix of `C` columns.
    pub fn from_array(array: Array<T>) -> Result<Self, ShapeError> {
        let rows = array.shape().first();
        expect_shape(&array, &[rows, C])?;
        Ok(Self { array })
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.array.shape().first()
    }

    /// One row; `None` if out of bounds.
    pub fn row(&self, row: usize) -> Option<&[T]> {
        self.array.as_slice().get(row.checked_mul(C)?..)?.get(..C)
    }

    /// The matrix product.
    pub fn matmul<B: RightFactor<C, T>>(&self, right: &B) -> B::DynProduct {
        right.multiply_rows(self)
    }

    /// With the number of rows in the type.
    ///
    /// # Errors
    /// The number of rows is not `R`.
    pub fn with_rows<const R: usize>(self) -> Result<Matrix<R, C, T>, ShapeError> {
        Matrix::from_array(self.array)
    }

    /// A view whose shape is known at run time.
    pub fn view(&self) -> ArrayView<'_, T> {
        self.array.view()
    }

    /// The array, without the shape in its type.
    pub fn into_array(self) -> Array<T> {
        self.array
    }
}

impl<const R: usize, const C: usize, T: Real> TryFrom<Array<T>> for Matrix<R, C, T> {
    type Error = ShapeError;
    fn try_from(array: Array<T>) -> Result<Self, ShapeError> {
        Self::from_array(array)
    }
}

impl<const C: usize, T: Real> TryFrom<Array<T>> for DynMatrix<C, T> {
    type Error = ShapeError;
    fn try_from(array: Array<T>) -> Result<Self, ShapeError> {
        Self::from_array(array)
    }
}

impl<const R: usize, const C: usize, T: Real> HasColumns<C, T> for Matrix<R, C, T> {
    fn samples(&self) -> ArrayView<'_, T> {
        self.view()
    }
}

impl<const C: usize, T: Real> HasColumns<C, T> for DynMatrix<C, T> {
    fn samples(&self) -> ArrayView<'_, T> {
        self.view()
    }
}

impl<const K: usize, const N: usize, T: Real> RightFactor<K, T> for Matrix<K, N, T> {
    type Product<const R: usize> = Matrix<R, N, T>;
    type DynProduct = DynMatrix<N, T>;

    fn multiply<const R: usize>(&self, left: &Matrix<R, K, T>) -> Matrix<R, N, T> {
        Matrix { array: product(&left.array, &self.array) }
    }

    fn multiply_rows(&self, left: &DynMatrix<K, T>) -> DynMatrix<N, T> {
        DynMatrix { array: product(&left.array, &self.array) }
    }
}

fn product<T: Real>(left: &Array<T>, right: &Array<T>) -> Array<T> {
    crate::matmul(&left.view(), &right.view()).expect("the types say that the shapes fit")
}

fn expect_shape<T: Real>(array: &Array<T>, dims: &[usize; 2]) -> Result<(), ShapeError> {
    if array.dims() == dims {
        return Ok(());
    }
    Err(ShapeError::Expected {
        what: "the array",
        expected: crate::Shape::new(dims)?.into(),
        found: Box::new(*array.shape()),
    })
}

/// Whether [`crate::Shape::new`] accepts a shape.
const fn fits(rows: usize, columns: usize) -> bool {
    match rows.checked_mul(columns) {
        Some(elements) => {
            let most = isize::MAX as usize / 16;
            elements <= most && rows <= most && columns <= most
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_known_at_run_time_are_checked_once() {
        let array = Array::from_slice(&[1.0f64, 2.0, 3.0, 4.0, 5.0, 6.0], &[2, 3]).expect("six values");
        let typed = Matrix::<2, 3, f64>::from_array(array.clone()).expect("2×3");
        assert_eq!(typed.transpose().get(2, 1), Some(6.0));
        assert_eq!(typed.get(2, 0), None);
        let refused = Matrix::<3, 2, f64>::from_array(array.clone()).expect_err("2×3 is not 3×2");
        assert_eq!(refused.to_string(), "the array has shape 2×3, expected 3×2");
        let rows = DynMatrix::<3, f64>::from_array(array.clone()).expect("three columns");
        assert_eq!((rows.rows(), rows.row(1), rows.row(2)), (2, Some(&[4.0, 5.0, 6.0][..]), None));
        assert!(DynMatrix::<2, f64>::from_array(array).is_err());
        assert!(DynMatrix::<4, f64>::from_slice(&[1.0; 6]).is_err());
        assert!(rows.clone().with_rows::<3>().is_err());
        assert_eq!(rows.with_rows::<2>(), Ok(typed.clone()));
        assert_eq!(typed.reshape::<3, 2>().get(2, 1), Some(6.0));
    }

    #[test]
    fn whatever_has_the_columns_is_taken() {
        fn predict<X: HasColumns<10>>(x: &X) -> usize {
            x.samples().shape().first()
        }
        let x = Matrix::<10, 100>::zeros();
        assert_eq!(predict(&x.transpose()), 100);
        assert_eq!(predict(&DynMatrix::<10>::zeros(7).expect("small")), 7);
        let known_later = Array::<f32>::zeros(&[3, 10]).expect("small");
        let typed = DynMatrix::<10>::try_from(known_later.clone()).expect("ten columns");
        assert_eq!(predict(&typed), 3);
        assert!(Matrix::<10, 3>::try_from(known_later).is_err());
    }

    #[test]
    fn large_matrices_live_on_the_heap() {
        let a = Matrix::<1000, 1000>::zeros();
        assert_eq!(a.matmul(&Matrix::<1000, 2>::zeros()).view().shape().dims(), [1000, 2]);
    }
}
