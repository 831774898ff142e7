//! The element types of tensors.

use bytemuck::{Pod, Zeroable};
use half::{bf16, f16};

/// The type of a tensor's elements, as one byte of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Dtype {
    /// IEEE 754 binary32.
    F32 = 1,
    /// IEEE 754 binary64.
    F64 = 2,
    /// IEEE 754 binary16.
    F16 = 3,
    /// The upper half of a binary32.
    Bf16 = 4,
    /// Signed, 8 bits.
    I8 = 5,
    /// Signed, 16 bits.
    I16 = 6,
    /// Signed, 32 bits.
    I32 = 7,
    /// Signed, 64 bits.
    I64 = 8,
    /// Unsigned, 8 bits.
    U8 = 9,
    /// Unsigned, 16 bits.
    U16 = 10,
    /// Unsigned, 32 bits.
    U32 = 11,
    /// Unsigned, 64 bits.
    U64 = 12,
}

impl Dtype {
    const ALL: [(Dtype, &'static str, usize); 12] = [
        (Dtype::F32, "f32", 4),
        (Dtype::F64, "f64", 8),
        (Dtype::F16, "f16", 2),
        (Dtype::Bf16, "bf16", 2),
        (Dtype::I8, "i8", 1),
        (Dtype::I16, "i16", 2),
        (Dtype::I32, "i32", 4),
        (Dtype::I64, "i64", 8),
        (Dtype::U8, "u8", 1),
        (Dtype::U16, "u16", 2),
        (Dtype::U32, "u32", 4),
        (Dtype::U64, "u64", 8),
    ];

    /// The type with this number in the file.
    pub fn from_id(id: u8) -> Option<Dtype> {
        Dtype::ALL.into_iter().map(|(dtype, ..)| dtype).find(|dtype| *dtype as u8 == id)
    }

    /// Its name, as Rust spells it.
    pub fn name(self) -> &'static str {
        Dtype::ALL[self as usize - 1].1
    }

    /// Bytes per element.
    pub fn size(self) -> usize {
        Dtype::ALL[self as usize - 1].2
    }
}

/// A Rust type that a tensor's elements are viewed as.
pub trait Element: Pod {
    /// The type's number in the file.
    const DTYPE: Dtype;
}

macro_rules! elements {
    ($($rust:ty => $dtype:ident),* $(,)?) => {
        $(impl Element for $rust {
            const DTYPE: Dtype = Dtype::$dtype;
        })*
    };
}

elements! {
    f32 => F32, f64 => F64, f16 => F16, bf16 => Bf16,
    i8 => I8, i16 => I16, i32 => I32, i64 => I64,
    u8 => U8, u16 => U16, u32 => U32, u64 => U64,
}

/// One node of a decision tree, 32 bytes, exactly as in the file.
///
/// An inner node sends a row to `left` if the value of `feature` is at most `threshold`. Children come after their parent,
/// so that every walk ends; this is checked when the file is read.
#[derive(Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
#[repr(C)]
pub struct TreeNode {
    /// The split threshold; meaningless in a leaf.
    pub threshold: f64,
    /// A leaf's answer (or its row in a tensor of answers); in an inner node the model's kind defines it.
    pub value: f64,
    /// Number of the left child, counted from the tree's root; 0 in a leaf.
    pub left: u32,
    /// Number of the right child; 0 in a leaf.
    pub right: u32,
    /// The feature that is split on; meaningless in a leaf.
    pub feature: u32,
    /// [`TreeNode::MISSING_LEFT`] and bits that the model's kind defines.
    pub flags: u32,
}

impl TreeNode {
    /// A missing value goes to the left child.
    pub const MISSING_LEFT: u32 = 1;

    /// Whether the node has no children.
    pub fn is_leaf(&self) -> bool {
        self.left == 0 && self.right == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_names_one_type_and_the_table_is_in_order() {
        for id in 0..=255u8 {
            if let Some(dtype) = Dtype::from_id(id) {
                assert_eq!(dtype as u8, id);
            }
        }
        assert_eq!((Dtype::Bf16.name(), Dtype::Bf16.size()), ("bf16", 2));
        assert_eq!((Dtype::U64.name(), Dtype::U64.size()), ("u64", 8));
        assert_eq!(size_of::<TreeNode>(), 32);
    }
}
