//! Every operation of every instruction set gives the bits of the portable one.

use super::*;
use crate::random::Philox;

/// All operations on three registers' worth of numbers; each result is stored as bits.
struct AllOperations<'a, T> {
    a: &'a [T],
    b: &'a [T],
    c: &'a [T],
}

impl<T: Real> Kernel<T> for AllOperations<'_, T> {
    type Output = Vec<T>;
    #[inline(always)]
    fn run<S: Lanes<T>>(self, s: S) -> Vec<T> {
        let mut out = Vec::new();
        for start in (0..self.a.len()).step_by(S::N) {
            let [a, b, c] = [self.a, self.b, self.c].map(|x| s.load_part(&x[start..]));
            let small = s.min(s.max(s.round(b), s.splat(T::from_f64(-250.0))), s.splat(T::from_f64(250.0)));
            let positive = s.max(s.abs(a), s.splat(T::from_f64(1e-30)));
            let (fraction, exponent) = s.split(positive);
            let results = [
                s.add(a, b),
                s.sub(a, b),
                s.mul(a, b),
                s.div(a, b),
                s.mul_add(a, b, c),
                s.min(a, b),
                s.max(a, b),
                s.sqrt(s.abs(a)),
                s.abs(a),
                s.neg(a),
                s.round(a),
                s.select(s.lt(a, b), a, c),
                s.select(s.is_nan(s.mul(a, c)), b, c),
                s.scale(a, small),
                s.power(s.add(s.mul(small, s.splat(T::from_f64(0.5))), s.splat(T::POWER_BIAS))),
                s.with_sign(a, b),
                s.splat(if s.all_normal(s.splat(T::ONE)) { T::ONE } else { T::ZERO }),
                fraction,
                exponent,
            ];
            let count = S::N.min(self.a.len() - start);
            for v in results {
                let at = out.len();
                out.resize(at + count, T::ZERO);
                s.store_part(&mut out[at..], v);
            }
        }
        // Sorted by operation, so that the number of lanes does not matter.
        let operations = 19;
        let mut sorted = vec![Vec::new(); operations];
        let mut rest = &out[..];
        for start in (0..self.a.len()).step_by(S::N) {
            let count = S::N.min(self.a.len() - start);
            for results in &mut sorted {
                results.extend_from_slice(&rest[..count]);
                rest = &rest[count..];
            }
        }
        sorted.concat()
    }
}

fn numbers<T: Real>(seed: u64, count: usize) -> Vec<T> {
    let mut random = Philox::new(seed);
    let special =
        [0.0, -0.0, 1.0, -1.0, 0.5, 2.5, -3.5, 1e-39, f64::INFINITY, f64::NEG_INFINITY, 1e30, 250.0];
    (0..count)
        .map(|i| match i % 3 {
            0 => T::from_f64(special[random.below(special.len() as u64) as usize]),
            1 => T::from_f64((random.uniform() - 0.5) * 600.0),
            _ => T::from_f64((random.uniform() - 0.5) * 2f64.powi(random.below(160) as i32 - 80)),
        })
        .collect()
}

fn agree<T: Real>() {
    for count in [1, 3, 16, 37, 500] {
        let [a, b, c] = [1, 2, 3].map(|seed| numbers::<T>(seed + 10 * count as u64, count));
        let at = |level| dispatch_at(level, AllOperations { a: &a, b: &b, c: &c });
        let expected = at(Level::Portable);
        for level in Level::available() {
            for (i, (x, y)) in at(level).iter().zip(&expected).enumerate() {
                // Two NaNs may differ in payload bits.
                let same = (x.is_nan() && y.is_nan()) || x.to_f64().to_bits() == y.to_f64().to_bits();
                assert!(
                    same,
                    "operation {} at {level}: {x:?} and {y:?} of {:?}",
                    i / count,
                    (a[i % count], b[i % count])
                );
            }
        }
    }
}

#[test]
fn f32_operations_agree_bit_for_bit() {
    agree::<f32>();
}

#[test]
fn f64_operations_agree_bit_for_bit() {
    agree::<f64>();
}

#[test]
fn a_level_can_be_forced_and_is_restored() {
    let before = Level::current();
    for level in Level::available() {
        assert_eq!(with_level(level, Level::current), level);
    }
    assert_eq!(Level::current(), before);
}
