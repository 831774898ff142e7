//! The operands of expressions: numbers in memory, and constants.

use super::{Expression, Row};
use crate::array::{Array, ArrayView, Offsets, Shape};
use crate::error::ShapeError;
use crate::reduce::AHEAD;
use crate::simd::{Lanes, Real};

/// Maximum number of lanes of any register.
const MOST_LANES: usize = 16;

/// Numbers in memory.
#[derive(Debug, Clone)]
pub struct Values<'a, T: Real> {
    view: ArrayView<'a, T>,
    flat: bool,
    /// The start of each row; empty if `flat`.
    rows: Vec<usize>,
}

/// An array as an operand.
pub fn of<T: Real>(array: &Array<T>) -> Values<'_, T> {
    view(&array.view())
}

/// A view as an operand.
pub fn view<'a, T: Real>(view: &ArrayView<'a, T>) -> Values<'a, T> {
    Values::new(*view)
}

/// A slice as an operand of one axis.
pub fn values<T: Real>(values: &[T]) -> Values<'_, T> {
    Values::new(
        ArrayView::from_slice(values, &[values.len()]).expect("one axis of as many values as there are"),
    )
}

impl<'a, T: Real> Values<'a, T> {
    fn new(view: ArrayView<'a, T>) -> Self {
        let flat = view.as_slice().is_some();
        let rank = view.shape.rank();
        let rows = if flat || rank == 0 {
            Vec::new()
        } else {
            Offsets::new(Shape::from_checked(&view.shape.dims()[..rank - 1]), view.strides, view.offset)
                .collect()
        };
        Self { view, flat, rows }
    }
}

/// One row of numbers in memory.
#[derive(Debug, Clone, Copy)]
pub struct ValuesRow<'a, T> {
    data: &'a [T],
    start: usize,
    step: isize,
}

impl<T: Real> Row<T> for ValuesRow<'_, T> {
    #[inline(always)]
    fn lanes<S: Lanes<T>>(self, s: S, at: usize, count: usize) -> S::V {
        match self.step {
            1 if count == S::N => {
                let from = &self.data[self.start + at..];
                // Hardware prefetching stops at each page.
                s.prefetch(from.as_ptr().wrapping_add(AHEAD));
                s.load(from)
            }
            1 => s.load_part(&self.data[self.start + at..][..count]),
            0 => s.splat(self.data[self.start]),
            step => {
                let mut gathered = [T::ZERO; MOST_LANES];
                for (i, to) in gathered.iter_mut().enumerate().take(count) {
                    *to = self.data[(self.start as isize + (at + i) as isize * step) as usize];
                }
                s.load_part(&gathered[..count])
            }
        }
    }
}

impl<'v, T: Real> Expression<T> for Values<'v, T> {
    type Row<'a>
        = ValuesRow<'v, T>
    where
        Self: 'a;

    fn shape(&self) -> Shape {
        self.view.shape
    }

    fn stretch(&mut self, shape: &Shape) -> Result<(), ShapeError> {
        if *shape != self.view.shape {
            *self = Self::new(self.view.broadcast_to(shape)?);
        }
        Ok(())
    }

    fn flat(&self) -> bool {
        self.flat
    }

    fn arrays(&self) -> usize {
        1
    }

    #[inline(always)]
    fn row(&self, row: usize) -> ValuesRow<'v, T> {
        let (start, step) = if self.flat {
            (self.view.offset + row * self.view.shape.last(), 1)
        } else {
            (self.rows[row], self.view.strides[self.view.shape.rank() - 1])
        };
        ValuesRow { data: self.view.data, start, step }
    }
}

/// One number everywhere.
#[derive(Debug, Clone, Copy)]
pub struct Constant<T>(T);

/// A number as an operand of any shape.
pub fn constant<T: Real>(value: T) -> Constant<T> {
    Constant(value)
}

impl<T: Real> Row<T> for Constant<T> {
    #[inline(always)]
    fn lanes<S: Lanes<T>>(self, s: S, _: usize, _: usize) -> S::V {
        s.splat(self.0)
    }
}

impl<T: Real> Expression<T> for Constant<T> {
    type Row<'a>
        = Self
    where
        Self: 'a;

    fn shape(&self) -> Shape {
        Shape::from_checked(&[])
    }

    fn stretch(&mut self, _: &Shape) -> Result<(), ShapeError> {
        Ok(())
    }

    fn flat(&self) -> bool {
        true
    }

    fn arrays(&self) -> usize {
        0
    }

    #[inline(always)]
    fn row(&self, _: usize) -> Self {
        *self
    }
}
