//! SplitMix64: Steele, Lea, Flood: Fast splittable pseudorandom number generators (OOPSLA 2014).

/// A generator whose numbers are the same in every run.
pub(super) struct SplitMix64(pub u64);

impl SplitMix64 {
    /// A number from 0 to `bound` - 1.
    pub fn below(&mut self, bound: u32) -> u32 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((u128::from(z ^ (z >> 31)) * u128::from(bound)) >> 64) as u32
    }
}

/// The numbers `0..count` in an order drawn by the seed (Fisher and Yates).
pub(super) fn shuffled(count: u32, seed: u64) -> Vec<u32> {
    let mut generator = SplitMix64(seed);
    let mut order: Vec<u32> = (0..count).collect();
    for last in (1..order.len()).rev() {
        order.swap(last, generator.below(last as u32 + 1) as usize);
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shuffle_keeps_every_number_and_depends_on_the_seed() {
        let order = shuffled(100, 7);
        let mut sorted = order.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, (0..100).collect::<Vec<_>>());
        assert_ne!(order, sorted);
        assert_ne!(order, shuffled(100, 8));
    }
}
