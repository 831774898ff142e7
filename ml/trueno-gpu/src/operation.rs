//! The operations of every backend, by the names that kernels use.

use serde::{Deserialize, Serialize};

/// An operation on each element.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[repr(u32)]
pub enum Unary {
    /// eˣ
    Exp = 0,
    /// ln x
    Ln = 1,
    /// tanh x
    Tanh = 2,
    /// 1/(1 + e⁻ˣ)
    Sigmoid = 3,
    /// max(x, 0)
    Relu = 4,
    /// GELU in its tanh form
    Gelu = 5,
    /// x · sigmoid(x)
    Silu = 6,
    /// √x
    Sqrt = 7,
    /// |x|
    Abs = 8,
    /// -x
    Neg = 9,
}

impl Unary {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Exp,
        Self::Ln,
        Self::Tanh,
        Self::Sigmoid,
        Self::Relu,
        Self::Gelu,
        Self::Silu,
        Self::Sqrt,
        Self::Abs,
        Self::Neg,
    ];
}

/// An operation on pairs of elements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[repr(u32)]
pub enum Binary {
    /// x + y
    Add = 0,
    /// x - y
    Sub = 1,
    /// x · y
    Mul = 2,
    /// x / y
    Div = 3,
    /// The smaller one; y if either is NaN
    Min = 4,
    /// The larger one; y if either is NaN
    Max = 5,
}

impl Binary {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Add, Self::Sub, Self::Mul, Self::Div, Self::Min, Self::Max];
}

/// Many elements made one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[repr(u32)]
pub enum Reduction {
    /// Sum; 0 of none
    Sum = 0,
    /// Largest; NaN if any element is NaN
    Max = 1,
    /// Smallest; NaN if any element is NaN
    Min = 2,
    /// Sum divided by the count; NaN if there are no elements
    Mean = 3,
}

impl Reduction {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Sum, Self::Max, Self::Min, Self::Mean];

    /// The neutral element of the operation.
    pub fn identity(self) -> f32 {
        match self {
            Self::Sum | Self::Mean => 0.0,
            Self::Max => f32::NEG_INFINITY,
            Self::Min => f32::INFINITY,
        }
    }
}
