//! Random numbers from a counter: Philox4x32-10.
//!
//! Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011. The n-th block is a
//! function of key and n, so streams can be split and entered anywhere, and every machine gives the same numbers.

/// One block of Philox4x32-10: four words from a counter and a key.
pub fn philox4x32(counter: [u32; 4], key: [u32; 2]) -> [u32; 4] {
    let (mut x, mut k) = (counter, key);
    for round in 0..10 {
        if round > 0 {
            k = [k[0].wrapping_add(0x9E37_79B9), k[1].wrapping_add(0xBB67_AE85)];
        }
        let first = u64::from(x[0]) * 0xD251_1F53;
        let second = u64::from(x[2]) * 0xCD9E_8D57;
        x = [
            (second >> 32) as u32 ^ x[1] ^ k[0],
            second as u32,
            (first >> 32) as u32 ^ x[3] ^ k[1],
            first as u32,
        ];
    }
    x
}

/// A sequence of random numbers: a seed, a stream, and a place in it.
#[derive(Debug, Clone)]
pub struct Philox {
    key: [u32; 2],
    stream: u64,
    block: u64,
    words: [u32; 4],
    used: usize,
}

impl Philox {
    /// Stream 0 of a seed.
    pub fn new(seed: u64) -> Self {
        Self::with_stream(seed, 0)
    }

    /// One of 2^64 streams of a seed; they do not overlap.
    pub fn with_stream(seed: u64, stream: u64) -> Self {
        Self { key: [seed as u32, (seed >> 32) as u32], stream, block: 0, words: [0; 4], used: 4 }
    }

    /// Goes to a block of four words, counted from the start of the stream.
    pub fn seek(&mut self, block: u64) {
        self.block = block;
        self.used = 4;
    }

    /// 32 random bits.
    #[inline]
    pub fn next_u32(&mut self) -> u32 {
        if self.used == 4 {
            let (b, s) = (self.block, self.stream);
            self.words = philox4x32([b as u32, (b >> 32) as u32, s as u32, (s >> 32) as u32], self.key);
            self.block = self.block.wrapping_add(1);
            self.used = 0;
        }
        self.used += 1;
        self.words[self.used - 1]
    }

    /// 64 random bits.
    #[inline]
    pub fn next_u64(&mut self) -> u64 {
        u64::from(self.next_u32()) | u64::from(self.next_u32()) << 32
    }

    /// Uniform in [0, 1), a multiple of 2^-53.
    #[inline]
    pub fn uniform(&mut self) -> f64 {
        (self.next_u64() >> 11) as f64 * (1.0 / 9_007_199_254_740_992.0)
    }

    /// Uniform in [0, 1), a multiple of 2^-24.
    #[inline]
    pub fn uniform_f32(&mut self) -> f32 {
        (self.next_u32() >> 8) as f32 * (1.0 / 16_777_216.0)
    }

    /// Uniform among 0..`limit`, without bias; 0 for a limit of 0. Source: Lemire, "Fast random integer generation in an interval",
    /// ACM TOMACS 29 (2019).
    #[inline]
    pub fn below(&mut self, limit: u64) -> u64 {
        loop {
            let product = u128::from(self.next_u64()) * u128::from(limit);
            let low = product as u64;
            if low >= limit || low >= limit.wrapping_neg() % limit.max(1) {
                return (product >> 64) as u64;
            }
        }
    }

    /// Standard normal. Source: Marsaglia's polar method.
    pub fn normal(&mut self) -> f64 {
        loop {
            let (x, y) = (2.0 * self.uniform() - 1.0, 2.0 * self.uniform() - 1.0);
            let square = x * x + y * y;
            if square < 1.0 && square > 0.0 {
                return x * (-2.0 * square.ln() / square).sqrt();
            }
        }
    }

    /// Shuffles a slice; every order is equally likely.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last as u64 + 1) as usize);
        }
    }

    /// `count` distinct indices of 0..`length` in random order; all of them if there are fewer.
    pub fn sample(&mut self, length: usize, count: usize) -> Vec<usize> {
        let mut indices = (0..length).collect::<Vec<_>>();
        let count = count.min(length);
        for i in 0..count {
            let other = i + self.below((length - i) as u64) as usize;
            indices.swap(i, other);
        }
        indices.truncate(count);
        indices
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Known answers that the authors publish with Random123 (kat_vectors, philox4x32 10).
    #[test]
    fn the_published_vectors_come_out() {
        assert_eq!(philox4x32([0; 4], [0; 2]), [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]);
        assert_eq!(
            philox4x32([u32::MAX; 4], [u32::MAX; 2]),
            [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]
        );
        assert_eq!(
            philox4x32([0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], [0xa409_3822, 0x299f_31d0]),
            [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
        );
    }

    #[test]
    fn a_sequence_can_be_entered_anywhere() {
        let mut a = Philox::with_stream(7, 3);
        let first = (0..40).map(|_| a.next_u32()).collect::<Vec<_>>();
        let mut b = Philox::with_stream(7, 3);
        b.seek(5);
        assert_eq!((0..20).map(|_| b.next_u32()).collect::<Vec<_>>(), first[20..]);
        assert_ne!(Philox::with_stream(7, 4).next_u64(), Philox::with_stream(7, 3).next_u64());
    }

    #[test]
    fn moments_are_those_of_the_distributions() {
        let mut random = Philox::new(1);
        let n = 200_000;
        let (mut mean, mut square, mut fourth) = (0.0, 0.0, 0.0);
        for _ in 0..n {
            let x = random.normal();
            mean += x;
            square += x * x;
            fourth += x * x * x * x;
        }
        let n = f64::from(n);
        // Five standard errors: 1/√n, √2/√n, √96/√n.
        assert!((mean / n).abs() < 5.0 / n.sqrt());
        assert!((square / n - 1.0).abs() < 5.0 * (2.0 / n).sqrt());
        assert!((fourth / n - 3.0).abs() < 5.0 * (96.0 / n).sqrt());
        let mut counts = [0u32; 7];
        (0..70_000).for_each(|_| counts[random.below(7) as usize] += 1);
        let chi2: f64 = counts.iter().map(|c| (f64::from(*c) - 1e4).powi(2) / 1e4).sum();
        assert!(chi2 < 22.5, "beyond the 99.9th percentile of 6 degrees of freedom: {chi2}");
        assert_eq!(random.below(1), 0);
        assert_eq!(random.below(0), 0);
    }

    #[test]
    fn shuffles_keep_and_samples_do_not_repeat() {
        let mut random = Philox::new(2);
        let mut items = (0..100).collect::<Vec<_>>();
        random.shuffle(&mut items);
        assert_ne!(items, (0..100).collect::<Vec<_>>());
        let mut sample = random.sample(100, 30);
        items.sort_unstable();
        sample.sort_unstable();
        sample.dedup();
        assert_eq!((items, sample.len()), ((0..100).collect(), 30));
    }
}
