//! Shapes, strides, and the rules of broadcasting.

use crate::error::ShapeError;
use std::fmt;

/// Maximum number of dimensions of an array.
pub const MAX_RANK: usize = 8;

/// Lengths of the axes of an array, outermost first.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Shape {
    rank: u8,
    dims: [usize; MAX_RANK],
}

impl Shape {
    /// # Errors
    /// More than [`MAX_RANK`] axes, or more elements than `isize::MAX`.
    pub fn new(dims: &[usize]) -> Result<Self, ShapeError> {
        if dims.len() > MAX_RANK {
            return Err(ShapeError::TooManyDimensions(dims.len()));
        }
        // Zeros are skipped, so that the strides of an empty array cannot overflow.
        let elements = dims.iter().filter(|d| **d != 0).try_fold(1usize, |n, d| n.checked_mul(*d));
        if elements.is_none_or(|n| n > isize::MAX as usize / 16) {
            return Err(ShapeError::TooLarge(dims.to_vec()));
        }
        Ok(Self::from_checked(dims))
    }

    pub(crate) fn from_checked(dims: &[usize]) -> Self {
        let mut all = [0; MAX_RANK];
        all[..dims.len()].copy_from_slice(dims);
        Self { rank: dims.len() as u8, dims: all }
    }

    /// Number of axes.
    pub fn rank(&self) -> usize {
        usize::from(self.rank)
    }

    /// Lengths of the axes, outermost first.
    pub fn dims(&self) -> &[usize] {
        &self.dims[..self.rank()]
    }

    /// Number of elements; 1 for no axes.
    pub fn elements(&self) -> usize {
        self.dims().iter().product()
    }

    /// Length of the first axis; 1 for no axes.
    pub fn first(&self) -> usize {
        self.dims().first().copied().unwrap_or(1)
    }

    /// Length of the last axis; 1 for no axes.
    pub fn last(&self) -> usize {
        self.dims().last().copied().unwrap_or(1)
    }

    /// Steps, in elements, of a contiguous array in row-major order.
    pub(crate) fn row_major(&self) -> Strides {
        let mut strides = [0; MAX_RANK];
        let mut step = 1isize;
        for axis in (0..self.rank()).rev() {
            strides[axis] = step;
            step *= self.dims[axis].max(1) as isize;
        }
        strides
    }

    /// The common shape after broadcasting: axes are aligned at the end, and a length of 1 stretches.
    ///
    /// # Errors
    /// Two lengths differ and neither is 1.
    pub fn broadcast(&self, other: &Self) -> Result<Self, ShapeError> {
        let rank = self.rank().max(other.rank());
        let mut dims = [0; MAX_RANK];
        for (axis, dim) in dims.iter_mut().enumerate().take(rank) {
            let length = |shape: &Self| {
                let missing = rank - shape.rank();
                if axis < missing { 1 } else { shape.dims[axis - missing] }
            };
            *dim = match (length(self), length(other)) {
                (1, b) => b,
                (a, 1) => a,
                (a, b) if a == b => a,
                _ => return Err(ShapeError::Broadcast { left: Box::new(*self), right: Box::new(*other) }),
            };
        }
        Self::new(&dims[..rank])
    }

    pub(crate) fn check_axis(&self, axis: usize) -> Result<usize, ShapeError> {
        self.dims().get(axis).copied().ok_or(ShapeError::Axis { axis, shape: Box::new(*self) })
    }
}

/// Steps in elements from one index to the next, by axis; entries beyond the rank are 0.
pub(crate) type Strides = [isize; MAX_RANK];

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.rank == 0 {
            return write!(f, "()");
        }
        for (axis, dim) in self.dims().iter().enumerate() {
            if axis > 0 {
                write!(f, "×")?;
            }
            write!(f, "{dim}")?;
        }
        if self.rank == 1 { write!(f, " (one axis)") } else { Ok(()) }
    }
}

impl fmt::Debug for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.dims().fmt(f)
    }
}

/// Iterates over the offsets of the elements, in row-major order of their indices.
#[derive(Debug, Clone)]
pub(crate) struct Offsets {
    shape: Shape,
    strides: Strides,
    index: [usize; MAX_RANK],
    offset: isize,
    left: usize,
}

impl Offsets {
    pub(crate) fn new(shape: Shape, strides: Strides, start: usize) -> Self {
        Self { shape, strides, index: [0; MAX_RANK], offset: start as isize, left: shape.elements() }
    }
}

impl Iterator for Offsets {
    type Item = usize;
    fn next(&mut self) -> Option<usize> {
        if self.left == 0 {
            return None;
        }
        self.left -= 1;
        let here = self.offset as usize;
        for axis in (0..self.shape.rank()).rev() {
            self.index[axis] += 1;
            self.offset += self.strides[axis];
            if self.index[axis] < self.shape.dims[axis] {
                break;
            }
            self.offset -= self.strides[axis] * self.shape.dims[axis] as isize;
            self.index[axis] = 0;
        }
        Some(here)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl ExactSizeIterator for Offsets {}
