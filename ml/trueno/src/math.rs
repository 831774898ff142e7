//! Elementary functions on registers; the same source serves both precisions.
//!
//! Only exactly rounded operations are used, so every instruction set gives the same bits. The stated errors hold over
//! the whole range and are tested: f32 in steps over all bit patterns against f64, f64 against the C library that Rust
//! calls.

use crate::simd::{Lanes, Real};

/// Evaluates a polynomial; coefficients from the highest power down.
#[inline(always)]
fn horner<T: Real, S: Lanes<T>>(s: S, x: S::V, coefficients: &[f64]) -> S::V {
    let mut sum = s.splat(T::from_f64(coefficients[0]));
    for c in &coefficients[1..] {
        sum = s.mul_add(sum, x, s.splat(T::from_f64(*c)));
    }
    sum
}

/// Whether T is f32; the compiler then picks its constants.
#[inline(always)]
fn single<T: Real>() -> bool {
    size_of::<T>() == 4
}

/// 1/13!, 1/12!, …, 1/2!: (exp(r) - 1 - r)/r² for |r| ≤ ln 2 / 2, remainder below 2^-57.
const EXP64: [f64; 12] = [
    1.605_904_383_682_161_3e-10,
    2.087_675_698_786_81e-9,
    2.505_210_838_544_172e-8,
    2.755_731_922_398_589_3e-7,
    2.755_731_922_398_589e-6,
    2.480_158_730_158_73e-5,
    1.984_126_984_126_984e-4,
    1.388_888_888_888_889e-3,
    8.333_333_333_333_333e-3,
    4.166_666_666_666_666_4e-2,
    1.666_666_666_666_666_6e-1,
    0.5,
];

/// ln 2 in two parts; the first has so few bits that its product with an exponent is exact.
#[inline(always)]
fn ln_two<T: Real>() -> (f64, f64) {
    if single::<T>() {
        (0.693_145_751_953_125, 1.428_606_765_330_187e-6)
    } else {
        (6.931_471_803_691_238e-1, 1.908_214_929_270_587_7e-10)
    }
}

/// x = n·ln 2 + r: the integer n, r, and (exp(r) - 1 - r).
#[inline(always)]
fn reduce_exp<T: Real, S: Lanes<T>>(s: S, x: S::V) -> (S::V, S::V, S::V) {
    let n = s.round(s.mul(x, s.splat(T::from_f64(std::f64::consts::LOG2_E))));
    let (high, low) = ln_two::<T>();
    let r = s.mul_add(n, s.splat(T::from_f64(-high)), x);
    let r = s.mul_add(n, s.splat(T::from_f64(-low)), r);
    let coefficients = if single::<T>() { &EXP64[6..] } else { &EXP64[..] };
    let rest = s.mul(s.mul(r, r), horner::<T, S>(s, r, coefficients));
    (n, r, rest)
}

/// eˣ, at most 1 ulp (f32) or 1.5 ulp (f64) off; 0 and infinity beyond the range, NaN for NaN.
#[inline(always)]
pub fn exp<T: Real, S: Lanes<T>>(s: S, x: S::V) -> S::V {
    let limit = if single::<T>() { 150.0 } else { 1400.0 };
    // `min(limit, x)` gives x if x is NaN.
    let bounded = s.max(s.splat(T::from_f64(-limit)), s.min(s.splat(T::from_f64(limit)), x));
    let (n, r, rest) = reduce_exp::<T, S>(s, bounded);
    let fraction = s.add(s.add(rest, r), s.splat(T::ONE));
    s.select(s.is_nan(x), x, s.scale(fraction, n))
}

/// 2¹²/13!, 2¹¹/12!, …, 2/2!: (exp(2h) - 1 - 2h)/(2h²) for |h| ≤ ln 2 / 4, remainder below 2^-57.
const HALF_EXP64: [f64; 12] = [
    6.577_784_355_562_133e-7,
    4.275_559_831_115_387e-6,
    2.565_335_898_669_232e-5,
    1.410_934_744_268_077_5e-4,
    7.054_673_721_340_388e-4,
    3.174_603_174_603_174_6e-3,
    1.269_841_269_841_269_8e-2,
    4.444_444_444_444_444_6e-2,
    1.333_333_333_333_333_3e-1,
    3.333_333_333_333_333e-1,
    6.666_666_666_666_666e-1,
    1.0,
];

/// The same for f32: interpolated at Chebyshev nodes, with an error below 2^-25.
const HALF_EXP32: [f64; 5] = [4.456_378_89e-2, 1.338_108_63e-1, 3.333_324_49e-1, 6.666_630_51e-1, 1.0];

/// (exp(2a) - 1)/2 for a from -20 to 0.
#[inline(always)]
fn half_exp_minus_one<T: Real, S: Lanes<T>>(s: S, a: S::V) -> S::V {
    let bias = s.splat(T::POWER_BIAS);
    // 2a = n·ln 2 + 2h. The rounding of ln 2 is harmless: if n is large, the result is close to -1/2.
    let biased = s.mul_add(a, s.splat(T::from_f64(2.0 * std::f64::consts::LOG2_E)), bias);
    let h = s.mul_add(s.sub(biased, bias), s.splat(T::from_f64(-0.5 * std::f64::consts::LN_2)), a);
    let coefficients = if single::<T>() { &HALF_EXP32[..] } else { &HALF_EXP64[..] };
    let fraction = s.mul_add(s.mul(h, h), horner::<T, S>(s, h, coefficients), h);
    let (power, half) = (s.power(biased), T::from_f64(0.5));
    s.mul_add(power, fraction, s.mul_add(power, s.splat(half), s.splat(-half)))
}

/// tanh x, at most 3 ulp (f32) or 4 ulp (f64) off; ±1 at infinity, NaN for NaN.
///
/// With g = (exp(-2|x|) - 1)/2 it is -g/(1 + g). The quotient -1/(1 + g), for g from -1/2 to 0, comes from a polynomial
/// (the one with the least relative error, 1/577, after Chebyshev), one third-order step and for f64 one Newton step.
/// This is quicker than a division.
#[inline(always)]
pub fn tanh<T: Real, S: Lanes<T>>(s: S, x: S::V) -> S::V {
    let limit = if single::<T>() { 10.0 } else { 20.0 };
    // `max(-limit, x)` gives x if x is NaN.
    let g = half_exp_minus_one::<T, S>(s, s.max(s.splat(T::from_f64(-limit)), s.neg(s.abs(x))));
    let one = s.splat(T::ONE);
    let term = |c: f64| s.splat(T::from_f64(c / 577.0));
    let quotient = s.mul_add(s.mul_add(s.mul(g, g), term(2048.0), term(640.0)), g, term(-576.0));
    let sum = s.add(g, one);
    let rest = s.mul_add(sum, quotient, one);
    let mut quotient = s.mul_add(quotient, s.mul_add(rest, rest, rest), quotient);
    if !single::<T>() {
        quotient = s.mul_add(quotient, s.mul_add(sum, quotient, one), quotient);
    }
    s.with_sign(s.mul(g, quotient), x)
}

/// 1/(1 + e⁻ˣ), at most 3 ulp off if the result is normal.
#[inline(always)]
pub fn sigmoid<T: Real, S: Lanes<T>>(s: S, x: S::V) -> S::V {
    let one = s.splat(T::ONE);
    s.div(one, s.add(one, exp::<T, S>(s, s.neg(x))))
}

/// (ln(1 + f) - f + f²/2)/f³ for √½ ≤ 1 + f < √2. Source: Cephes, logf (Moshier 1992).
const LOG32: [f64; 9] = [
    7.037_683_629_2e-2,
    -1.151_461_031_0e-1,
    1.167_699_874_0e-1,
    -1.242_014_084_6e-1,
    1.424_932_278_7e-1,
    -1.666_805_766_5e-1,
    2.000_071_476_5e-1,
    -2.499_999_399_3e-1,
    3.333_333_117_4e-1,
];

/// 2/21, 2/19, …, 2/3: (ln((1+s)/(1-s)) - 2s)/s for s² ≤ 0.0295.
const LOG: [f64; 10] = [
    2.0 / 21.0,
    2.0 / 19.0,
    2.0 / 17.0,
    2.0 / 15.0,
    2.0 / 13.0,
    2.0 / 11.0,
    2.0 / 9.0,
    2.0 / 7.0,
    2.0 / 5.0,
    2.0 / 3.0,
];

/// ln x, at most 1 ulp (f32) or 1.5 ulp (f64) off, for subnormals too; -∞ for 0, NaN below.
#[inline(always)]
pub fn ln<T: Real, S: Lanes<T>>(s: S, x: S::V) -> S::V {
    if s.all_normal(x) { ln_normal::<T, S>(s, x, s.splat(T::ZERO)) } else { ln_any::<T, S>(s, x) }
}

/// ln(x · 2^-lift) of positive normal numbers.
#[inline(always)]
fn ln_normal<T: Real, S: Lanes<T>>(s: S, x: S::V, lift: S::V) -> S::V {
    let (m, e) = s.split(x);
    let e = s.sub(e, lift);
    let f = s.sub(m, s.splat(T::ONE));
    // ln(1+f) = f - (f²/2 - correction): the large term is exact.
    let square = s.mul(f, f);
    let (high, low) = ln_two::<T>();
    let small_part = s.mul(e, s.splat(T::from_f64(low)));
    let correction = if single::<T>() {
        s.mul_add(s.mul(square, f), horner::<T, S>(s, f, &LOG32), small_part)
    } else {
        let half = s.mul(s.splat(T::from_f64(0.5)), square);
        let q = s.div(f, s.add(f, s.splat(T::from_f64(2.0))));
        let z = s.mul(q, q);
        let rest = s.mul(z, horner::<T, S>(s, z, &LOG));
        s.mul_add(q, s.add(half, rest), small_part)
    };
    let rest = s.mul_add(square, s.splat(T::from_f64(-0.5)), correction);
    s.mul_add(e, s.splat(T::from_f64(high)), s.add(f, rest))
}

/// ln x for registers with some x that is subnormal, infinite, not positive or NaN; these are rare.
#[inline(always)]
fn ln_any<T: Real, S: Lanes<T>>(s: S, x: S::V) -> S::V {
    let (smallest, lift) =
        if single::<T>() { (f64::from(f32::MIN_POSITIVE), 23.0) } else { (f64::MIN_POSITIVE, 52.0) };
    let (zero, infinite) = (s.splat(T::ZERO), s.splat(T::INFINITY));
    let small = s.lt(x, s.splat(T::from_f64(smallest)));
    let lifted = s.select(small, s.mul(x, s.splat(T::from_f64(2f64.powi(lift as i32)))), x);
    let lift = s.select(small, s.splat(T::from_f64(lift)), zero);
    let result = s.select(s.lt(x, infinite), ln_normal::<T, S>(s, lifted, lift), x);
    let negative = s.select(s.lt(x, zero), s.splat(T::NAN), s.neg(infinite));
    s.select(s.lt(zero, x), result, s.select(s.is_nan(x), x, negative))
}

/// max(x, 0); NaN for NaN.
#[inline(always)]
pub fn relu<T: Real, S: Lanes<T>>(s: S, x: S::V) -> S::V {
    s.max(s.splat(T::ZERO), x)
}

/// x · sigmoid(x)
#[inline(always)]
pub fn silu<T: Real, S: Lanes<T>>(s: S, x: S::V) -> S::V {
    let one = s.splat(T::ONE);
    s.div(x, s.add(one, exp::<T, S>(s, s.neg(x))))
}

/// GELU by its usual approximation x/2 · (1 + tanh(√(2/π)(x + 0.044715 x³))). Source: Hendrycks and Gimpel, arXiv 1606.08415.
#[inline(always)]
pub fn gelu<T: Real, S: Lanes<T>>(s: S, x: S::V) -> S::V {
    let cubic = s.mul_add(s.mul(x, x), s.splat(T::from_f64(0.044_715)), s.splat(T::ONE));
    let inner = s.mul(s.mul(x, cubic), s.splat(T::from_f64(0.797_884_560_802_865_4)));
    let half = s.mul(x, s.splat(T::from_f64(0.5)));
    s.mul_add(half, tanh::<T, S>(s, inner), half)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::{Expression, values};
    use crate::random::Philox;
    use crate::simd::{Level, with_level};

    /// Distance of `found` from the exact value, in ulp of that value as T.
    fn ulps<T: Real>(found: T, exact: f64) -> f64 {
        let rounded = T::from_f64(exact).to_f64();
        if found.to_f64() == rounded || (found.is_nan() && exact.is_nan()) {
            return 0.0;
        }
        let digits = if single::<T>() { 23 } else { 52 };
        let smallest = if single::<T>() { -126 } else { -1022 };
        let exponent = (rounded.abs().log2().floor() as i32).max(smallest);
        // In two steps, because the ulp itself may be too small for `powi`.
        (found.to_f64() - exact).abs() / 2f64.powi(exponent) * 2f64.powi(digits)
    }

    fn worst<T: Real>(points: &[T], found: Vec<T>, exact: impl Fn(f64) -> f64) -> f64 {
        let mut worst = (0.0, 0.0);
        for (x, y) in points.iter().zip(found) {
            let error = ulps(y, exact(x.to_f64()));
            if error > worst.0 || error.is_nan() {
                worst = (error, x.to_f64());
            }
        }
        assert!(worst.0.is_finite(), "at {:e}", worst.1);
        worst.0
    }

    fn evaluate<T: Real>(points: &[T]) -> [Vec<T>; 4] {
        [
            values(points).exp().collect(),
            values(points).ln().collect(),
            values(points).tanh().collect(),
            values(points).sigmoid().collect(),
        ]
    }

    #[test]
    fn f32_functions_stay_within_their_ulps_over_all_numbers() {
        // Every 1021st bit pattern, a prime step.
        let points = (0..=u32::MAX).step_by(1021).map(f32::from_bits).collect::<Vec<_>>();
        let [e, l, t, s] = evaluate(&points);
        assert!(t.iter().all(|t| t.is_nan() || t.abs() <= 1.0));
        let e = worst(&points, e, f64::exp);
        let l = worst(&points, l, f64::ln);
        let t = worst(&points, t, f64::tanh);
        let normal = points.iter().zip(&s).filter(|(_, y)| y.is_nan() || **y >= f32::MIN_POSITIVE);
        let (normal, s): (Vec<f32>, Vec<f32>) = normal.map(|(x, y)| (*x, *y)).unzip();
        let s = worst(&normal, s, |x| 1.0 / (1.0 + (-x).exp()));
        assert!(e <= 1.0 && l <= 1.0 && t <= 3.0 && s <= 3.0, "exp {e} ln {l} tanh {t} sigmoid {s}");
    }

    #[test]
    fn f64_functions_stay_within_their_ulps() {
        let mut random = Philox::new(5);
        let mut points =
            vec![0.0, -0.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 5e-324, -745.2, 709.8, 1.0];
        for _ in 0..300_000 {
            points.push((random.uniform() - 0.5) * 1600.0);
            points.push((random.uniform() - 0.5) * 4.0);
            points.push(f64::from_bits(random.next_u64() >> 1));
            points.push(1.0 + (random.uniform() - 0.5) * 2f64.powi(-(random.below(50) as i32)));
        }
        let [e, l, t, _] = evaluate(&points);
        assert!(t.iter().all(|t| t.is_nan() || t.abs() <= 1.0));
        let e = worst(&points, e, f64::exp);
        let l = worst(&points, l, f64::ln);
        let t = worst(&points, t, f64::tanh);
        assert!(e <= 1.5 && l <= 1.5 && t <= 4.0, "exp {e} ln {l} tanh {t}");
    }

    #[test]
    fn all_instruction_sets_give_the_same_bits() {
        let mut random = Philox::new(6);
        let points = (0..5000).map(|_| ((random.uniform() - 0.5) * 240.0) as f32).collect::<Vec<_>>();
        let doubles = points.iter().map(|x| f64::from(*x) * 7.0).collect::<Vec<_>>();
        let bits = |level| {
            with_level(level, || {
                let singles = evaluate(&points).concat().iter().map(|x| x.to_bits()).collect::<Vec<_>>();
                let doubles = evaluate(&doubles).concat().iter().map(|x| x.to_bits()).collect::<Vec<_>>();
                (singles, doubles)
            })
        };
        // Negative arguments always give the same NaN.
        let expected = bits(Level::Portable);
        for level in Level::available() {
            assert!(bits(level) == expected, "{level}");
        }
    }

    #[test]
    fn activations_agree_with_their_definitions() {
        let points = (-60..60).map(|i| f64::from(i) / 7.0).collect::<Vec<_>>();
        let gelu = values(&points).gelu().collect();
        let silu = values(&points).silu().collect();
        let relu = values(&points).relu().collect();
        for (i, x) in points.iter().enumerate() {
            let g =
                0.5 * x * (1.0 + ((2.0 / std::f64::consts::PI).sqrt() * (x + 0.044_715 * x.powi(3))).tanh());
            assert!((gelu[i] - g).abs() < 1e-14 && (silu[i] - x / (1.0 + (-x).exp())).abs() < 1e-14);
            assert_eq!(relu[i], x.max(0.0));
        }
        assert!(values(&[f64::NAN]).relu().collect()[0].is_nan());
    }
}
