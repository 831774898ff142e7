//! Views: a borrowed part of an array, with its own strides.

use super::Array;
use super::shape::{MAX_RANK, Offsets, Shape, Strides};
use crate::buffer::Plain;
use crate::error::ShapeError;
use std::ops::Range;

/// A read-only view. Every index within `shape` leads to an element of `data`; this is checked when a view is made.
#[derive(Debug, Clone, Copy)]
pub struct ArrayView<'a, T: Plain> {
    pub(crate) data: &'a [T],
    pub(crate) offset: usize,
    pub(crate) shape: Shape,
    pub(crate) strides: Strides,
}

/// A mutable view. No two of its indices lead to the same element.
#[derive(Debug)]
pub struct ArrayViewMut<'a, T: Plain> {
    pub(crate) data: &'a mut [T],
    pub(crate) offset: usize,
    pub(crate) shape: Shape,
    pub(crate) strides: Strides,
}

impl<'a, T: Plain> ArrayView<'a, T> {
    /// Views `data` as a contiguous array in row-major order.
    ///
    /// # Errors
    /// The number of values differs from the shape's number of elements.
    pub fn from_slice(data: &'a [T], dims: &[usize]) -> Result<Self, ShapeError> {
        let shape = Shape::new(dims)?;
        if shape.elements() != data.len() {
            return Err(ShapeError::Length { values: data.len(), shape: Box::new(shape) });
        }
        Ok(Self { data, offset: 0, shape, strides: shape.row_major() })
    }

    /// The shape.
    pub fn shape(&self) -> &Shape {
        &self.shape
    }

    /// Steps by axis, in elements; 0 where an axis was broadcast, negative where it was reversed.
    pub fn strides(&self) -> &[isize] {
        &self.strides[..self.shape.rank()]
    }

    /// The axes in reverse order; for a matrix, its transpose.
    pub fn transpose(&self) -> Self {
        let rank = self.shape.rank();
        let mut axes = [0; MAX_RANK];
        for (i, axis) in axes[..rank].iter_mut().enumerate() {
            *axis = rank - 1 - i;
        }
        self.permute(&axes[..rank]).expect("each axis stands once")
    }

    /// The axes in another order: axis `i` of the result is axis `axes[i]` of this.
    ///
    /// # Errors
    /// `axes` does not name each axis exactly once.
    pub fn permute(&self, axes: &[usize]) -> Result<Self, ShapeError> {
        let rank = self.shape.rank();
        if axes.len() != rank {
            return Err(ShapeError::Rank { what: "the list of axes", expected: rank, found: axes.len() });
        }
        let mut seen = [false; MAX_RANK];
        let (mut dims, mut strides) = ([0; MAX_RANK], [0; MAX_RANK]);
        for (i, axis) in axes.iter().enumerate() {
            dims[i] = self.shape.check_axis(*axis)?;
            if seen[*axis] {
                return Err(ShapeError::Axis { axis: *axis, shape: Box::new(self.shape) });
            }
            seen[*axis] = true;
            strides[i] = self.strides[*axis];
        }
        Ok(Self { shape: Shape::from_checked(&dims[..rank]), strides, ..*self })
    }

    /// The part of one axis within `range`.
    ///
    /// # Errors
    /// No such axis, or the range is not within it.
    pub fn slice(&self, axis: usize, range: Range<usize>) -> Result<Self, ShapeError> {
        self.slice_step(axis, range, 1)
    }

    /// Every `step`-th index of `range` on one axis; a negative step begins at the range's end.
    ///
    /// # Errors
    /// No such axis, the range is not within it, or the step is 0.
    pub fn slice_step(&self, axis: usize, range: Range<usize>, step: isize) -> Result<Self, ShapeError> {
        let (offset, shape, strides) = sliced(&self.shape, &self.strides, self.offset, axis, range, step)?;
        Ok(Self { offset, shape, strides, ..*self })
    }

    /// Selects one index of an axis and removes that axis.
    ///
    /// # Errors
    /// No such axis or index.
    pub fn index_axis(&self, axis: usize, index: usize) -> Result<Self, ShapeError> {
        let (offset, shape, strides) = indexed(&self.shape, &self.strides, self.offset, axis, index)?;
        Ok(Self { offset, shape, strides, ..*self })
    }

    /// Stretches axes of length 1, and adds axes in front.
    ///
    /// # Errors
    /// An axis is neither of length 1 nor of the requested length.
    pub fn broadcast_to(&self, shape: &Shape) -> Result<Self, ShapeError> {
        let refused = || ShapeError::Broadcast { left: Box::new(self.shape), right: Box::new(*shape) };
        let missing = shape.rank().checked_sub(self.shape.rank()).ok_or_else(refused)?;
        let mut strides = [0; MAX_RANK];
        for (axis, length) in shape.dims().iter().enumerate().skip(missing) {
            let own = self.shape.dims()[axis - missing];
            if own == *length {
                strides[axis] = self.strides[axis - missing];
            } else if own != 1 {
                return Err(refused());
            }
        }
        Ok(Self { shape: *shape, strides, ..*self })
    }

    /// The same elements in another shape; needs a contiguous view.
    ///
    /// # Errors
    /// The numbers of elements differ, or the view is not contiguous (`to_array` makes a contiguous copy).
    pub fn reshape(&self, dims: &[usize]) -> Result<Self, ShapeError> {
        let shape = Shape::new(dims)?;
        let values = self.as_slice().map(<[T]>::len).unwrap_or_default();
        if shape.elements() != values {
            return Err(ShapeError::Length { values, shape: Box::new(shape) });
        }
        Ok(Self { shape, strides: shape.row_major(), ..*self })
    }

    /// A vector as a matrix of one column.
    pub(crate) fn reshape_column(&self) -> Result<Self, ShapeError> {
        let mut strides = [0; MAX_RANK];
        strides[..2].copy_from_slice(&[self.strides[0], 1]);
        let length = self.shape.check_axis(0)?;
        Ok(Self { shape: Shape::new(&[length, 1])?, strides, ..*self })
    }

    /// The elements in order, if they are contiguous in row-major order.
    pub fn as_slice(&self) -> Option<&'a [T]> {
        let length = self.shape.elements();
        is_row_major(&self.shape, &self.strides).then(|| &self.data[self.offset..self.offset + length])
    }

    /// One element.
    ///
    /// # Errors
    /// The number of indices differs from the number of axes, or an index is out of bounds.
    pub fn get(&self, index: &[usize]) -> Result<T, ShapeError> {
        Ok(self.data[position(&self.shape, &self.strides, self.offset, index)?])
    }

    /// The elements in row-major order of their indices.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = T> + use<'a, T> {
        let data = self.data;
        Offsets::new(self.shape, self.strides, self.offset).map(move |offset| data[offset])
    }

    /// A contiguous copy.
    pub fn to_array(&self) -> Array<T> {
        let mut copy = Array::zeroed(self.shape);
        match self.as_slice() {
            Some(values) => copy.as_mut_slice().copy_from_slice(values),
            None => copy.as_mut_slice().iter_mut().zip(self.iter()).for_each(|(to, from)| *to = from),
        }
        copy
    }
}

impl<'a, T: Plain> ArrayViewMut<'a, T> {
    /// Views `data` as a contiguous array in row-major order.
    ///
    /// # Errors
    /// The number of values differs from the shape's number of elements.
    pub fn from_slice(data: &'a mut [T], dims: &[usize]) -> Result<Self, ShapeError> {
        let shape = Shape::new(dims)?;
        if shape.elements() != data.len() {
            return Err(ShapeError::Length { values: data.len(), shape: Box::new(shape) });
        }
        Ok(Self { data, offset: 0, shape, strides: shape.row_major() })
    }

    /// The shape.
    pub fn shape(&self) -> &Shape {
        &self.shape
    }

    /// Reads through the same view.
    pub fn view(&self) -> ArrayView<'_, T> {
        ArrayView { data: self.data, offset: self.offset, shape: self.shape, strides: self.strides }
    }

    /// The axes in reverse order; for a matrix, its transpose.
    pub fn transpose(self) -> Self {
        let rank = self.shape.rank();
        let mut dims = [0; MAX_RANK];
        let mut strides = [0; MAX_RANK];
        for i in 0..rank {
            dims[i] = self.shape.dims()[rank - 1 - i];
            strides[i] = self.strides[rank - 1 - i];
        }
        Self { shape: Shape::from_checked(&dims[..rank]), strides, ..self }
    }

    /// The part of one axis within `range`.
    ///
    /// # Errors
    /// No such axis, or the range is not within it.
    pub fn slice(self, axis: usize, range: Range<usize>) -> Result<Self, ShapeError> {
        let (offset, shape, strides) = sliced(&self.shape, &self.strides, self.offset, axis, range, 1)?;
        Ok(Self { offset, shape, strides, ..self })
    }

    /// Selects one index of an axis and removes that axis.
    ///
    /// # Errors
    /// No such axis or index.
    pub fn index_axis(self, axis: usize, index: usize) -> Result<Self, ShapeError> {
        let (offset, shape, strides) = indexed(&self.shape, &self.strides, self.offset, axis, index)?;
        Ok(Self { offset, shape, strides, ..self })
    }

    /// Writes one element.
    ///
    /// # Errors
    /// The number of indices differs from the number of axes, or an index is out of bounds.
    pub fn set(&mut self, index: &[usize], value: T) -> Result<(), ShapeError> {
        let at = position(&self.shape, &self.strides, self.offset, index)?;
        self.data[at] = value;
        Ok(())
    }

    /// Writes every element, broadcasting `values`.
    ///
    /// # Errors
    /// `values` cannot be broadcast to this shape.
    pub fn assign(&mut self, values: &ArrayView<'_, T>) -> Result<(), ShapeError> {
        let values = values.broadcast_to(&self.shape)?;
        for (to, from) in Offsets::new(self.shape, self.strides, self.offset).zip(values.iter()) {
            self.data[to] = from;
        }
        Ok(())
    }

    /// The elements in order, if they are contiguous in row-major order.
    pub fn as_mut_slice(&mut self) -> Option<&mut [T]> {
        let length = self.shape.elements();
        if is_row_major(&self.shape, &self.strides) {
            Some(&mut self.data[self.offset..self.offset + length])
        } else {
            None
        }
    }
}

fn is_row_major(shape: &Shape, strides: &Strides) -> bool {
    let expected = shape.row_major();
    shape.elements() == 0
        || (0..shape.rank()).all(|axis| shape.dims()[axis] == 1 || strides[axis] == expected[axis])
}

fn position(shape: &Shape, strides: &Strides, offset: usize, index: &[usize]) -> Result<usize, ShapeError> {
    if index.len() != shape.rank() {
        return Err(ShapeError::Rank { what: "the index", expected: shape.rank(), found: index.len() });
    }
    let mut at = offset as isize;
    for (axis, i) in index.iter().enumerate() {
        let length = shape.dims()[axis];
        if *i >= length {
            return Err(ShapeError::Bounds { index: *i, axis, length });
        }
        at += *i as isize * strides[axis];
    }
    Ok(at as usize)
}

type Layout = (usize, Shape, Strides);

fn sliced(
    shape: &Shape,
    strides: &Strides,
    offset: usize,
    axis: usize,
    range: Range<usize>,
    step: isize,
) -> Result<Layout, ShapeError> {
    let length = shape.check_axis(axis)?;
    if range.end > length || range.start > range.end {
        return Err(ShapeError::Bounds { index: range.end.max(range.start), axis, length });
    }
    if step == 0 {
        return Err(ShapeError::Empty("a slice with step 0"));
    }
    let count = range.len().div_ceil(step.unsigned_abs());
    // An empty part has no first element; the old offset is kept because it is within bounds.
    let first = if count == 0 {
        0
    } else if step > 0 {
        range.start
    } else {
        range.end - 1
    };
    let mut dims = [0; MAX_RANK];
    dims[..shape.rank()].copy_from_slice(shape.dims());
    dims[axis] = count;
    let mut steps = *strides;
    steps[axis] = strides[axis].saturating_mul(step);
    let offset = (offset as isize + first as isize * strides[axis]) as usize;
    Ok((offset, Shape::from_checked(&dims[..shape.rank()]), steps))
}

fn indexed(
    shape: &Shape,
    strides: &Strides,
    offset: usize,
    axis: usize,
    index: usize,
) -> Result<Layout, ShapeError> {
    let length = shape.check_axis(axis)?;
    if index >= length {
        return Err(ShapeError::Bounds { index, axis, length });
    }
    let (mut dims, mut steps) = ([0; MAX_RANK], [0; MAX_RANK]);
    let mut kept = 0;
    for other in (0..shape.rank()).filter(|other| *other != axis) {
        dims[kept] = shape.dims()[other];
        steps[kept] = strides[other];
        kept += 1;
    }
    let offset = (offset as isize + index as isize * strides[axis]) as usize;
    // If another axis has length 0, no element is ever read, so the offset may be anything within bounds.
    let offset = if dims[..kept].contains(&0) { 0 } else { offset };
    Ok((offset, Shape::from_checked(&dims[..kept]), steps))
}
