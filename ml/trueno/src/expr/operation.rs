//! The operations of expressions: one small type each.

use super::{Expression, Row};
use crate::array::Shape;
use crate::error::ShapeError;
use crate::math;
use crate::simd::{Lanes, Real};

/// An operation on one operand.
pub trait UnaryOperation: Copy + Sync {
    /// Applies it to a register.
    fn apply<T: Real, S: Lanes<T>>(self, s: S, x: S::V) -> S::V;
}

/// An operation on two operands.
pub trait BinaryOperation: Copy + Sync {
    /// Applies it to two registers.
    fn apply<T: Real, S: Lanes<T>>(self, s: S, x: S::V, y: S::V) -> S::V;
}

macro_rules! unary {
    ($($(#[$doc:meta])* $name:ident = |$s:ident, $x:ident| $value:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy)]
        pub struct $name;
        impl UnaryOperation for $name {
            #[inline(always)]
            fn apply<T: Real, S: Lanes<T>>(self, $s: S, $x: S::V) -> S::V {
                $value
            }
        }
    )*};
}

macro_rules! binary {
    ($($(#[$doc:meta])* $name:ident = $method:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy)]
        pub struct $name;
        impl BinaryOperation for $name {
            #[inline(always)]
            fn apply<T: Real, S: Lanes<T>>(self, s: S, x: S::V, y: S::V) -> S::V {
                s.$method(x, y)
            }
        }
    )*};
}

unary! {
    /// eˣ
    Exp = |s, x| math::exp::<T, S>(s, x);
    /// ln x
    Ln = |s, x| math::ln::<T, S>(s, x);
    /// tanh x
    Tanh = |s, x| math::tanh::<T, S>(s, x);
    /// 1/(1 + e⁻ˣ)
    Sigmoid = |s, x| math::sigmoid::<T, S>(s, x);
    /// max(x, 0)
    Relu = |s, x| math::relu::<T, S>(s, x);
    /// GELU, tanh form
    Gelu = |s, x| math::gelu::<T, S>(s, x);
    /// x · sigmoid(x)
    Silu = |s, x| math::silu::<T, S>(s, x);
    /// √x
    Sqrt = |s, x| s.sqrt(x);
    /// |x|
    Abs = |s, x| s.abs(x);
    /// -x
    Neg = |s, x| s.neg(x);
}

binary! {
    /// x + y
    Add = add;
    /// x - y
    Sub = sub;
    /// x · y
    Mul = mul;
    /// x / y
    Div = div;
    /// The smaller one
    Min = min;
    /// The larger one
    Max = max;
}

/// An operation applied to an expression, or to a row of one.
#[derive(Debug, Clone, Copy)]
pub struct Unary<O, E> {
    pub(super) operation: O,
    pub(super) of: E,
}

impl<T: Real, O: UnaryOperation, R: Row<T>> Row<T> for Unary<O, R> {
    #[inline(always)]
    fn lanes<S: Lanes<T>>(self, s: S, at: usize, count: usize) -> S::V {
        self.operation.apply::<T, S>(s, self.of.lanes(s, at, count))
    }
}

impl<T: Real, O: UnaryOperation, E: Expression<T>> Expression<T> for Unary<O, E> {
    type Row<'a>
        = Unary<O, E::Row<'a>>
    where
        Self: 'a;

    fn shape(&self) -> Shape {
        self.of.shape()
    }

    fn stretch(&mut self, shape: &Shape) -> Result<(), ShapeError> {
        self.of.stretch(shape)
    }

    fn flat(&self) -> bool {
        self.of.flat()
    }

    fn arrays(&self) -> usize {
        self.of.arrays()
    }

    #[inline(always)]
    fn row(&self, row: usize) -> Self::Row<'_> {
        Unary { operation: self.operation, of: self.of.row(row) }
    }
}

/// An operation applied to two expressions of the same shape, or to a row of each.
#[derive(Debug, Clone, Copy)]
pub struct Binary<O, L, R> {
    pub(super) operation: O,
    pub(super) left: L,
    pub(super) right: R,
}

impl<O, L, R> Binary<O, L, R> {
    pub(super) fn new<T: Real>(operation: O, mut left: L, mut right: R) -> Result<Self, ShapeError>
    where
        L: Expression<T>,
        R: Expression<T>,
    {
        let shape = left.shape().broadcast(&right.shape())?;
        left.stretch(&shape)?;
        right.stretch(&shape)?;
        Ok(Self { operation, left, right })
    }
}

impl<T: Real, O: BinaryOperation, L: Row<T>, R: Row<T>> Row<T> for Binary<O, L, R> {
    #[inline(always)]
    fn lanes<S: Lanes<T>>(self, s: S, at: usize, count: usize) -> S::V {
        let (x, y) = (self.left.lanes(s, at, count), self.right.lanes(s, at, count));
        self.operation.apply::<T, S>(s, x, y)
    }
}

impl<T: Real, O: BinaryOperation, L: Expression<T>, R: Expression<T>> Expression<T> for Binary<O, L, R> {
    type Row<'a>
        = Binary<O, L::Row<'a>, R::Row<'a>>
    where
        Self: 'a;

    fn shape(&self) -> Shape {
        // Only a constant can differ in shape from the other operand: it has no axes, and broadcasting skips it.
        let (left, right) = (self.left.shape(), self.right.shape());
        if left.rank() >= right.rank() { left } else { right }
    }

    fn stretch(&mut self, shape: &Shape) -> Result<(), ShapeError> {
        self.left.stretch(shape)?;
        self.right.stretch(shape)
    }

    fn flat(&self) -> bool {
        self.left.flat() && self.right.flat()
    }

    fn arrays(&self) -> usize {
        self.left.arrays() + self.right.arrays()
    }

    #[inline(always)]
    fn row(&self, row: usize) -> Self::Row<'_> {
        Binary { operation: self.operation, left: self.left.row(row), right: self.right.row(row) }
    }
}
