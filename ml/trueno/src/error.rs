//! Errors about shapes and matrices. Nothing in this crate panics on either.

use crate::array::Shape;

/// Shapes that do not fit an operation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ShapeError {
    /// The operands of an elementwise operation cannot be broadcast together.
    #[error("shapes {left} and {right} cannot be broadcast together")]
    Broadcast {
        /// Shape of the left operand.
        left: Box<Shape>,
        /// Shape of the right operand.
        right: Box<Shape>,
    },
    /// The inner dimensions of a matrix product differ.
    #[error("cannot multiply {left} by {right}: {} columns meet {} rows{}", left.last(), right.first(), hint(left, right))]
    Product {
        /// Shape of the left factor.
        left: Box<Shape>,
        /// Shape of the right factor.
        right: Box<Shape>,
    },
    /// An operand has a different shape from the one that the operation needs.
    #[error("{what} has shape {found}, expected {expected}")]
    Expected {
        /// Which operand.
        what: &'static str,
        /// The shape it must have.
        expected: Box<Shape>,
        /// The shape it has.
        found: Box<Shape>,
    },
    /// An operand has a different number of dimensions from the one that the operation needs.
    #[error("{what} has {found} dimensions, expected {expected}")]
    Rank {
        /// Which operand.
        what: &'static str,
        /// Number of dimensions that it must have.
        expected: usize,
        /// Number of dimensions that it has.
        found: usize,
    },
    /// The number of values does not fill the shape.
    #[error("{values} values cannot fill shape {shape} of {} elements", shape.elements())]
    Length {
        /// Number of values given.
        values: usize,
        /// The shape they were to fill.
        shape: Box<Shape>,
    },
    /// The axis does not exist.
    #[error("axis {axis} does not exist in shape {shape}")]
    Axis {
        /// The requested axis.
        axis: usize,
        /// The shape.
        shape: Box<Shape>,
    },
    /// An index or range is outside.
    #[error("index {index} is out of bounds for axis {axis} of length {length}")]
    Bounds {
        /// The requested index.
        index: usize,
        /// The axis it is for.
        axis: usize,
        /// Length of that axis.
        length: usize,
    },
    /// More dimensions than [`crate::array::MAX_RANK`].
    #[error("{0} dimensions are more than {max}", max = crate::array::MAX_RANK)]
    TooManyDimensions(usize),
    /// The number of elements, or their size in bytes, is too large for this machine.
    #[error("a shape of {0:?} has more elements than this machine can address")]
    TooLarge(Vec<usize>),
    /// The operation (a maximum, for example) is not defined for zero elements.
    #[error("{0} of no elements is not defined")]
    Empty(&'static str),
}

/// Suggests a transpose if it would make the product fit.
fn hint(left: &Shape, right: &Shape) -> &'static str {
    let (l, r) = (left.dims(), right.dims());
    if l.len() != 2 || r.len() != 2 {
        return "";
    }
    match (l[1] == r[1], l[0] == r[0]) {
        (true, _) => "; consider transposing the right one with `.transpose()`",
        (_, true) => "; consider transposing the left one with `.transpose()`",
        _ => "",
    }
}

/// Why a decomposition or a solution does not exist.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum LinalgError {
    /// The operands' shapes do not fit.
    #[error(transparent)]
    Shape(#[from] ShapeError),
    /// Cholesky met a pivot that is not positive.
    #[error("the matrix is not positive definite: pivot {index} is {value:e}")]
    NotPositiveDefinite {
        /// Which pivot, from 0.
        index: usize,
        /// Its value.
        value: f64,
    },
    /// A square system has no single solution.
    #[error("the matrix is singular: pivot {index} is zero")]
    Singular {
        /// Which pivot, from 0.
        index: usize,
    },
    /// An entry is infinite or not a number.
    #[error("{what} holds a value that is not finite, at row {row}, column {column}")]
    NotFinite {
        /// Which operand.
        what: &'static str,
        /// Row, from 0.
        row: usize,
        /// Column, from 0.
        column: usize,
    },
    /// An iteration did not converge.
    #[error("{what} did not converge within {iterations} iterations")]
    NoConvergence {
        /// Which iteration.
        what: &'static str,
        /// How many were made.
        iterations: usize,
    },
}
