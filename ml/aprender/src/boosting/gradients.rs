//! Gradients and hessians as small integers, both in one 64-bit number: sums of integers do not depend on the order.
//!
//! Source: Shi, Ke, Soukhavong, Lamb, Meng, Finley, Wang, Chen, Liu, "Quantized training of gradient boosting decision
//! trees", NeurIPS 2022. Here they have as many bits as the sums leave room for. They are rounded at random, so small
//! gradients are not lost.

use rayon::prelude::*;

/// Rows that are rounded together.
const CHUNK: usize = 4096;

/// Maximum number of rows for which the sums have room.
pub(super) const MOST_ROWS: usize = 1 << 26;

/// Integer gradients (upper half) and hessians (lower half) of the rows, and their units.
pub(super) struct Gradients<'a> {
    exact: (&'a [f64], &'a [f64]),
    pub(super) packed: Vec<i64>,
    pub(super) gradient_unit: f64,
    pub(super) hessian_unit: f64,
}

/// Sum of gradients and sum of hessians of packed sums.
#[inline]
pub(super) fn unpack(packed: i64) -> (i64, u64) {
    (packed >> 32, u64::from(packed as u32))
}

/// A random number for a row in an iteration: splitmix64.
#[inline]
fn mixed(seed: u64) -> u64 {
    let mut z = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

impl<'a> Gradients<'a> {
    /// Rounds gradients and hessians (none negative) of one tree.
    pub(super) fn round(gradients: &'a [f64], hessians: &'a [f64], seed: u64) -> Self {
        let levels = ((1u64 << 31) / gradients.len().next_power_of_two() as u64).clamp(32, 1 << 20) as f64;
        let largest = |values: &[f64]| {
            values
                .par_chunks(CHUNK)
                .map(|c| c.iter().fold(0.0, |m: f64, x| m.max(x.abs())))
                .reduce(|| 0.0, f64::max)
        };
        let unit = |largest: f64| if largest > 0.0 { largest / (levels - 1.0) } else { 1.0 };
        let (gradient_unit, hessian_unit) = (unit(largest(gradients)), unit(largest(hessians)));
        let (per_gradient, per_hessian) = (1.0 / gradient_unit, 1.0 / hessian_unit);
        let mut packed = vec![0i64; gradients.len()];
        let inputs = gradients.par_chunks(CHUNK).zip(hessians.par_chunks(CHUNK));
        packed.par_chunks_mut(CHUNK).zip(inputs).enumerate().for_each(|(chunk, (packed, (g, h)))| {
            for (i, (to, (g, h))) in packed.iter_mut().zip(g.iter().zip(h)).enumerate() {
                let random = mixed(seed ^ (chunk * CHUNK + i) as u64);
                let share = |bits: u64| bits as u32 as f64 * (1.0 / 4_294_967_296.0);
                // A random number below one is added, then the sum is rounded down: the mean is the number itself.
                let g = (g * per_gradient + share(random)).floor() as i64;
                let h = (h * per_hessian + share(random >> 32)).floor() as i64;
                *to = (g << 32) + h;
            }
        });
        Self { exact: (gradients, hessians), packed, gradient_unit, hessian_unit }
    }

    /// The sums of some rows before rounding, added in row order.
    pub(super) fn exact_sums(&self, rows: &[u32]) -> (f64, f64) {
        let (gradients, hessians) = self.exact;
        let add = |(g, h): (f64, f64), row: &u32| (g + gradients[*row as usize], h + hessians[*row as usize]);
        rows.iter().fold((0.0, 0.0), add)
    }

    /// The sums in units.
    #[inline]
    pub(super) fn sums(&self, packed: i64) -> (f64, f64) {
        let (g, h) = unpack(packed);
        (g as f64 * self.gradient_unit, h as f64 * self.hessian_unit)
    }
}
