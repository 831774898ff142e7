//! Operations on the result while it is still in the cache: scale, bias, activation, residual.
#![allow(unsafe_code, reason = "works on the tile through pointers")]

use crate::array::ArrayView;
use crate::error::ShapeError;
use crate::math;
use crate::simd::{Lanes, Real};

/// A function applied to each element.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Activation {
    /// None.
    #[default]
    Identity,
    /// max(x, 0)
    Relu,
    /// GELU, tanh form
    Gelu,
    /// x · sigmoid(x)
    Silu,
    /// tanh x
    Tanh,
    /// 1/(1 + e⁻ˣ)
    Sigmoid,
}

/// result = activation(scale · (product) + bias) + residual
#[derive(Debug, Clone, Copy)]
pub struct Epilogue<'a, T: Real> {
    /// Factor of the product.
    pub scale: T,
    /// Added to each row of the result: one number per column.
    pub column_bias: Option<&'a [T]>,
    /// Added to each column of the result: one number per row.
    pub row_bias: Option<&'a [T]>,
    /// Applied after the bias.
    pub activation: Activation,
    /// Added at the end; has the shape of the result.
    pub residual: Option<ArrayView<'a, T>>,
}

impl<T: Real> Default for Epilogue<'_, T> {
    fn default() -> Self {
        Self {
            scale: T::ONE,
            column_bias: None,
            row_bias: None,
            activation: Activation::Identity,
            residual: None,
        }
    }
}

impl<'a, T: Real> Epilogue<'a, T> {
    pub(super) fn check(&self, rows: usize, columns: usize) -> Result<(), ShapeError> {
        let vector = |what, bias: Option<&[T]>, length| match bias {
            Some(bias) if bias.len() != length => Err(ShapeError::Expected {
                what,
                expected: crate::Shape::new(&[length])?.into(),
                found: crate::Shape::new(&[bias.len()])?.into(),
            }),
            _ => Ok(()),
        };
        vector("the bias of columns", self.column_bias, columns)?;
        vector("the bias of rows", self.row_bias, rows)?;
        match &self.residual {
            Some(residual) if residual.shape().dims() != [rows, columns] => Err(ShapeError::Expected {
                what: "the residual",
                expected: crate::Shape::new(&[rows, columns])?.into(),
                found: Box::new(*residual.shape()),
            }),
            _ => Ok(()),
        }
    }

    /// The same for the transposed result.
    pub(super) fn transposed(&self) -> Self {
        Self {
            column_bias: self.row_bias,
            row_bias: self.column_bias,
            residual: self.residual.map(|r| r.transpose()),
            ..*self
        }
    }

    pub(super) fn is_identity(&self) -> bool {
        self.scale == T::ONE
            && self.column_bias.is_none()
            && self.row_bias.is_none()
            && self.activation == Activation::Identity
            && self.residual.is_none()
    }

    /// Applies it to the `rows` × `columns` numbers at `c`, which are at (`row`, `column`) of the result.
    ///
    /// # Safety
    /// `c` points to that many numbers, rows adjacent; the position is within the checked result.
    #[inline(always)]
    pub(super) unsafe fn apply<S: Lanes<T>>(
        &self,
        s: S,
        c: *mut T,
        column_step: isize,
        (row, column): (usize, usize),
        (rows, columns): (usize, usize),
    ) {
        for j in 0..columns {
            // SAFETY: the caller guarantees `rows` numbers in each of `columns` columns.
            let values =
                unsafe { std::slice::from_raw_parts_mut(c.wrapping_offset(j as isize * column_step), rows) };
            let shared = s.splat(self.column_bias.map_or(T::ZERO, |bias| bias[column + j]));
            for (chunk, part) in values.chunks_mut(S::N).enumerate() {
                let first = row + chunk * S::N;
                let mut v = s.mul(s.load_part(part), s.splat(self.scale));
                if self.column_bias.is_some() {
                    v = s.add(v, shared);
                }
                if let Some(bias) = self.row_bias {
                    v = s.add(v, s.load_part(&bias[first..]));
                }
                v = activate::<T, S>(s, self.activation, v);
                if let Some(residual) = &self.residual {
                    v = s.add(v, load_rows::<T, S>(s, residual, first, column + j, part.len()));
                }
                s.store_part(part, v);
            }
        }
    }
}

#[inline(always)]
fn activate<T: Real, S: Lanes<T>>(s: S, activation: Activation, v: S::V) -> S::V {
    match activation {
        Activation::Identity => v,
        Activation::Relu => math::relu::<T, S>(s, v),
        Activation::Gelu => math::gelu::<T, S>(s, v),
        Activation::Silu => math::silu::<T, S>(s, v),
        Activation::Tanh => math::tanh::<T, S>(s, v),
        Activation::Sigmoid => math::sigmoid::<T, S>(s, v),
    }
}

/// `count` numbers down one column of a view.
#[inline(always)]
fn load_rows<T: Real, S: Lanes<T>>(
    s: S,
    view: &ArrayView<'_, T>,
    row: usize,
    column: usize,
    count: usize,
) -> S::V {
    let (row_step, column_step) = (view.strides[0], view.strides[1]);
    let start = view.offset as isize + row as isize * row_step + column as isize * column_step;
    if row_step == 1 {
        return s.load_part(&view.data[start as usize..start as usize + count]);
    }
    let mut gathered = [T::ZERO; 16];
    for (i, to) in gathered.iter_mut().enumerate().take(count.min(16)) {
        *to = view.data[(start + i as isize * row_step) as usize];
    }
    s.load_part(&gathered[..count.min(16)])
}
