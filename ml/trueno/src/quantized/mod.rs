//! Eight-bit integers for inference: rows with one scale each, exact dot products, and products of such matrices.
//!
//! Dot products of integers are exact, so every instruction set gives the same result: VNNI, AVX-512 BW, AVX2 or none.

mod tile;

use crate::array::{Array, ArrayView};
use crate::error::ShapeError;
use rayon::prelude::*;
use tile::{COLUMNS, Instructions, ROWS};

/// Bytes of rows that are multiplied by all rows of the other side before the next group: they stay in the first-level
/// cache.
const GROUP_BYTES: usize = 24 << 10;

/// Σ aᵢ·bᵢ, exactly.
///
/// # Errors
/// The lengths differ.
pub fn dot_i8(a: &[i8], b: &[i8]) -> Result<i64, ShapeError> {
    if a.len() != b.len() {
        return Err(ShapeError::Expected {
            what: "the second vector",
            expected: crate::Shape::new(&[a.len()])?.into(),
            found: crate::Shape::new(&[b.len()])?.into(),
        });
    }
    let with = Instructions::current();
    let mut sums = [0i64; 1];
    with.dots::<1, 1>([&with.left(a, a.len()).0[..a.len()]], [b], &with.offsets([b]), &mut sums);
    Ok(sums[0])
}

/// Rows of eight-bit integers: element = scale of the row · integer.
#[derive(Debug, Clone)]
pub struct QuantizedRows {
    values: Array<i8>,
    scales: Vec<f32>,
}

impl QuantizedRows {
    /// Rounds each row to 255 levels between plus and minus its largest magnitude; the error is at most half a scale.
    ///
    /// # Errors
    /// Not a matrix, or a value is infinite or NaN.
    pub fn new(x: &ArrayView<'_, f32>) -> Result<Self, crate::LinalgError> {
        let [rows, columns] = *x.shape().dims() else {
            return Err(ShapeError::Rank { what: "the matrix", expected: 2, found: x.shape().rank() }.into());
        };
        let mut values = Array::zeros(&[rows, columns])?;
        let mut scales = Vec::with_capacity(rows);
        for (row, target) in values.as_mut_slice().chunks_mut(columns.max(1)).enumerate() {
            let mut largest = 0.0f32;
            for (column, value) in x.index_axis(0, row)?.iter().enumerate() {
                if !value.is_finite() {
                    return Err(crate::LinalgError::NotFinite { what: "the matrix", row, column });
                }
                largest = largest.max(value.abs());
            }
            let scale = largest / 127.0;
            for (to, value) in target.iter_mut().zip(x.index_axis(0, row)?.iter()) {
                // A scale that underflows to zero (subnormal rows) leaves zeros.
                *to = if scale > 0.0 {
                    (value / scale).round_ties_even().clamp(-127.0, 127.0) as i8
                } else {
                    0
                };
            }
            scales.push(scale);
        }
        scales.resize(rows, 0.0);
        Ok(Self { values, scales })
    }

    /// The integers.
    pub fn values(&self) -> &Array<i8> {
        &self.values
    }

    /// The scale of each row.
    pub fn scales(&self) -> &[f32] {
        &self.scales
    }

    /// The dequantised numbers.
    pub fn to_f32(&self) -> Array<f32> {
        let columns = self.values.shape().last().max(1);
        let mut result = Array::zeroed(*self.values.shape());
        for (i, to) in result.as_mut_slice().iter_mut().enumerate() {
            *to = f32::from(self.values.as_slice()[i]) * self.scales[i / columns];
        }
        result
    }

    /// self · otherᵀ: the dot product of each row of `self` with each row of `other`, for layers whose weights are
    /// stored by output.
    ///
    /// # Errors
    /// The rows have different lengths.
    pub fn matmul_transposed(&self, other: &Self) -> Result<Array<f32>, ShapeError> {
        let [rows, depth] = *self.values.dims() else { return Err(ShapeError::Empty("a product")) };
        let [columns, other_depth] = *other.values.dims() else { return Err(ShapeError::Empty("a product")) };
        if depth != other_depth {
            return Err(ShapeError::Product {
                left: Box::new(*self.values.shape()),
                right: crate::Shape::new(&[other_depth, columns])?.into(),
            });
        }
        let mut result = Array::zeros(&[rows, columns])?;
        if depth == 0 || columns == 0 {
            return Ok(result);
        }
        let with = Instructions::current();
        let offsets = other.offsets(with);
        let group = (GROUP_BYTES / depth).clamp(1, 16).next_multiple_of(ROWS);
        let left = self.values.as_slice().par_chunks(group * depth).zip(self.scales.par_chunks(group));
        left.zip(result.as_mut_slice().par_chunks_mut(group * columns)).for_each(|((a, scales), out)| {
            other.multiply_group(with, &offsets, (a, scales), out);
        });
        Ok(result)
    }

    /// The offsets to subtract from the sums with each row.
    fn offsets(&self, with: Instructions) -> Vec<i64> {
        let depth = self.values.shape().last().max(1);
        self.values.as_slice().chunks(depth).flat_map(|row| with.offsets([row])).collect()
    }

    /// The dot products of some rows `a` with all rows of `self`; `out` has a row of results for each.
    fn multiply_group(
        &self,
        with: Instructions,
        offsets: &[i64],
        (a, scales): (&[i8], &[f32]),
        out: &mut [f32],
    ) {
        let (columns, depth) = (self.values.dims()[0], self.values.shape().last());
        let (a, step) = with.left(a, depth);
        for first in (0..columns).step_by(COLUMNS) {
            let count = COLUMNS.min(columns - first);
            // At the edge the last row stands in for missing ones; its extra results are discarded.
            let row = |j: usize| &self.values.as_slice()[(first + j.min(count - 1)) * depth..][..depth];
            let b = std::array::from_fn(row);
            let of_block = std::array::from_fn(|j| offsets[first + j.min(count - 1)]);
            let b_scales = &self.scales[first..first + count];
            for (i, (a, scales)) in a.chunks(ROWS * step).zip(scales.chunks(ROWS)).enumerate() {
                let mut sums = [0i64; ROWS * COLUMNS];
                if scales.len() == 1 {
                    with.dots::<1, COLUMNS>([&a[..depth]], b, &of_block, &mut sums);
                } else {
                    let rows = std::array::from_fn(|j| &a[j.min(scales.len() - 1) * step..][..depth]);
                    with.dots::<ROWS, COLUMNS>(rows, b, &of_block, &mut sums);
                }
                for (j, scale) in scales.iter().enumerate() {
                    let to = &mut out[(i * ROWS + j) * columns + first..][..count];
                    for ((to, sum), b_scale) in to.iter_mut().zip(&sums[j * COLUMNS..]).zip(b_scales) {
                        *to = *sum as f32 * (scale * b_scale);
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Philox;
    use crate::simd::{Level, with_level};

    #[test]
    fn dot_products_are_exact_on_all_instruction_sets() {
        let mut random = Philox::new(1);
        for length in [0, 1, 15, 16, 17, 63, 64, 65, 1000, 70_000, 200_000] {
            let extreme = length % 2 == 0;
            let mut make = || -> Vec<i8> {
                (0..length).map(|_| if extreme { i8::MIN } else { random.next_u32() as i8 }).collect()
            };
            let (a, b) = (make(), make());
            let exact = a.iter().zip(&b).map(|(a, b)| i64::from(*a) * i64::from(*b)).sum::<i64>();
            for level in Level::available() {
                assert_eq!(with_level(level, || dot_i8(&a, &b)), Ok(exact), "{level}, {length}");
            }
            for with in Instructions::available() {
                let mut sums = [0; 1];
                with.dots::<1, 1>([&with.left(&a, length).0[..length]], [&b], &with.offsets([&b]), &mut sums);
                assert_eq!(sums, [exact], "{with:?}, {length}");
            }
        }
        assert!(dot_i8(&[1], &[1, 2]).is_err());
    }

    #[test]
    fn products_are_off_by_no_more_than_the_rounding_of_the_rows() {
        let mut random = Philox::new(2);
        let mut make = |rows| Array::from_fn(&[rows, 300], |_| random.normal() as f32).expect("small");
        let (a, b) = (make(7), make(11));
        let (x, y) =
            (QuantizedRows::new(&a.view()).expect("finite"), QuantizedRows::new(&b.view()).expect("finite"));
        let found = x.matmul_transposed(&y).expect("one length");
        let exact = crate::matmul(&x.to_f32().view(), &y.to_f32().transpose()).expect("the shapes fit");
        let plain = crate::matmul(&a.view(), &b.transpose()).expect("the shapes fit");
        for i in 0..77 {
            assert!((found.as_slice()[i] - exact.as_slice()[i]).abs() < 1e-3);
            // √300 terms of half a scale each, five times.
            assert!((found.as_slice()[i] - plain.as_slice()[i]).abs() < 5.0 * 17.4 * 2.0 * 0.5 * 4.5 / 127.0);
        }
        for (x, y) in a.as_slice().iter().zip(x.to_f32().as_slice()) {
            assert!((x - y).abs() <= 0.51 * 4.5 / 127.0);
        }
        assert!(x.matmul_transposed(&QuantizedRows::new(&a.transpose()).expect("finite")).is_err());
        let zeros = QuantizedRows::new(&Array::zeros(&[2, 3]).expect("small").view()).expect("finite");
        assert_eq!(zeros.to_f32().as_slice(), [0.0; 6]);
        assert!(QuantizedRows::new(&Array::full(&[1, 1], f32::NAN).expect("small").view()).is_err());
        assert_eq!(
            QuantizedRows::new(&Array::zeros(&[2, 0]).expect("small").view()).expect("finite").scales().len(),
            2
        );
    }

    /// All sizes around the tiles' borders, with the largest integers; the oracle is a loop.
    #[test]
    fn products_of_any_size_are_exact_sums_times_the_scales() {
        let mut random = Philox::new(3);
        for (rows, columns, depth) in
            [(1, 1, 1), (1, 9, 64), (4, 4, 65), (5, 3, 130), (17, 6, 1), (9, 5, 1000), (2, 7, 66_000)]
        {
            let mut make = |rows| {
                let values =
                    Array::from_fn(&[rows, depth], |_| [-127i8, 127, 0, 1][random.below(4) as usize])
                        .expect("small");
                let scales = (0..rows).map(|_| random.uniform_f32()).collect::<Vec<_>>();
                QuantizedRows { values, scales }
            };
            let (a, b) = (make(rows), make(columns));
            let mut exact = Vec::new();
            for (x, scale) in a.values.as_slice().chunks(depth).zip(&a.scales) {
                for (y, other) in b.values.as_slice().chunks(depth).zip(&b.scales) {
                    let sum = x.iter().zip(y).map(|(x, y)| i64::from(*x) * i64::from(*y)).sum::<i64>();
                    exact.push(sum as f32 * (scale * other));
                }
            }
            for with in Instructions::available() {
                let mut found = vec![0.0; rows * columns];
                b.multiply_group(with, &b.offsets(with), (a.values.as_slice(), &a.scales), &mut found);
                assert_eq!(found, exact, "{with:?}, {rows}×{depth} by {columns}");
            }
            assert_eq!(a.matmul_transposed(&b).expect("one depth").as_slice(), exact);
        }
    }
}
