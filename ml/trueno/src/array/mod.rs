//! Dense arrays: owned and contiguous, or views with shape and steps.
//!
//! An [`Array`] owns its elements in row-major order, in memory aligned to 64 bytes. An [`ArrayView`] looks at some of
//! them: transposed, sliced, reversed, broadcast, without a copy. All index arithmetic is checked where a view is made.

mod shape;
#[cfg(test)]
mod tests;
mod view;

pub(crate) use shape::Offsets;
pub use shape::{MAX_RANK, Shape};
pub use view::{ArrayView, ArrayViewMut};

use crate::buffer::{Buffer, Plain};
use crate::error::ShapeError;
use crate::half::{Bf16, F16};
use std::fmt;

/// An owned array in row-major order.
#[derive(Clone)]
pub struct Array<T: Plain> {
    buffer: Buffer<T>,
    shape: Shape,
}

impl<T: Plain> Array<T> {
    /// All zeros.
    ///
    /// # Errors
    /// Too many axes or elements.
    pub fn zeros(dims: &[usize]) -> Result<Self, ShapeError> {
        let shape = Shape::new(dims)?;
        let buffer = Buffer::try_zeroed(shape.elements()).ok_or(ShapeError::TooLarge(dims.to_vec()))?;
        Ok(Self { buffer, shape })
    }

    /// For shapes of an existing array or view, which have been checked already.
    pub(crate) fn zeroed(shape: Shape) -> Self {
        let buffer = Buffer::try_zeroed(shape.elements()).expect("the shape was checked when it was made");
        Self { buffer, shape }
    }

    /// One value everywhere.
    ///
    /// # Errors
    /// Too many axes or elements.
    pub fn full(dims: &[usize], value: T) -> Result<Self, ShapeError> {
        let mut array = Self::zeros(dims)?;
        array.as_mut_slice().fill(value);
        Ok(array)
    }

    /// Values in row-major order.
    ///
    /// # Errors
    /// The number of values differs from the shape's number of elements.
    pub fn from_slice(values: &[T], dims: &[usize]) -> Result<Self, ShapeError> {
        Ok(ArrayView::from_slice(values, dims)?.to_array())
    }

    /// Each element from its index.
    ///
    /// # Errors
    /// Too many axes or elements.
    pub fn from_fn(dims: &[usize], mut value: impl FnMut(&[usize]) -> T) -> Result<Self, ShapeError> {
        let mut array = Self::zeros(dims)?;
        let mut index = [0usize; MAX_RANK];
        let rank = dims.len();
        for element in array.buffer.iter_mut() {
            *element = value(&index[..rank]);
            for axis in (0..rank).rev() {
                index[axis] += 1;
                if index[axis] < dims[axis] {
                    break;
                }
                index[axis] = 0;
            }
        }
        Ok(array)
    }

    /// The shape.
    pub fn shape(&self) -> &Shape {
        &self.shape
    }

    /// Lengths of the axes.
    pub fn dims(&self) -> &[usize] {
        self.shape.dims()
    }

    /// The elements in row-major order.
    pub fn as_slice(&self) -> &[T] {
        &self.buffer
    }

    /// The elements in row-major order, mutable.
    pub fn as_mut_slice(&mut self) -> &mut [T] {
        &mut self.buffer
    }

    /// A view of everything.
    pub fn view(&self) -> ArrayView<'_, T> {
        ArrayView { data: &self.buffer, offset: 0, shape: self.shape, strides: self.shape.row_major() }
    }

    /// A mutable view of everything.
    pub fn view_mut(&mut self) -> ArrayViewMut<'_, T> {
        ArrayViewMut { strides: self.shape.row_major(), data: &mut self.buffer, offset: 0, shape: self.shape }
    }

    /// A view with the axes in the opposite order.
    pub fn transpose(&self) -> ArrayView<'_, T> {
        self.view().transpose()
    }

    /// The same elements in another shape.
    ///
    /// # Errors
    /// The numbers of elements differ.
    pub fn reshape(mut self, dims: &[usize]) -> Result<Self, ShapeError> {
        let shape = Shape::new(dims)?;
        if shape.elements() != self.buffer.len() {
            return Err(ShapeError::Length { values: self.buffer.len(), shape: Box::new(shape) });
        }
        self.shape = shape;
        Ok(self)
    }

    /// One element.
    ///
    /// # Errors
    /// The number of indices differs from the number of axes, or an index is out of bounds.
    pub fn get(&self, index: &[usize]) -> Result<T, ShapeError> {
        self.view().get(index)
    }

    /// Applies a function to each element, one at a time; see [`crate::expr`] for chains in vector registers.
    pub fn map<U: Plain>(&self, change: impl Fn(T) -> U) -> Array<U> {
        let mut result = Array::zeroed(self.shape);
        for (to, from) in result.as_mut_slice().iter_mut().zip(self.as_slice()) {
            *to = change(*from);
        }
        result
    }
}

impl Array<f32> {
    /// Rounded to binary16.
    pub fn to_f16(&self) -> Array<F16> {
        self.map(F16::from_f32)
    }

    /// Rounded to bfloat16.
    pub fn to_bf16(&self) -> Array<Bf16> {
        self.map(Bf16::from_f32)
    }
}

impl Array<F16> {
    /// The same values as f32.
    pub fn to_f32(&self) -> Array<f32> {
        self.map(F16::to_f32)
    }
}

impl Array<Bf16> {
    /// The same values as f32.
    pub fn to_f32(&self) -> Array<f32> {
        self.map(Bf16::to_f32)
    }
}

impl<T: Plain + PartialEq> PartialEq for Array<T> {
    fn eq(&self, other: &Self) -> bool {
        self.shape == other.shape && self.as_slice() == other.as_slice()
    }
}

impl<T: Plain + fmt::Debug> fmt::Debug for Array<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let few = &self.as_slice()[..self.buffer.len().min(16)];
        write!(f, "Array {} {few:?}", self.shape)
    }
}

impl<'a, T: Plain> From<&'a Array<T>> for ArrayView<'a, T> {
    fn from(array: &'a Array<T>) -> Self {
        array.view()
    }
}
