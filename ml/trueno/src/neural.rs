//! Row-wise functions of neural networks: softmax and normalisations along the last axis.

use crate::array::{Array, ArrayView};
use crate::error::ShapeError;
use crate::expr::{Expression, values};
use crate::simd::{Kernel, Lanes, Level, Real, dispatch_at, with_level};
use rayon::prelude::*;

/// From this many elements on, rows run on several threads.
const PARALLEL: usize = 1 << 18;

/// Runs a function on each row: it gets the row and the slice to write to.
fn by_row<T: Real>(
    x: &ArrayView<'_, T>,
    row: impl Fn(&[T], &mut [T]) + Sync,
) -> Result<Array<T>, ShapeError> {
    let mut out = Array::zeros(x.shape().dims())?;
    let (columns, copy);
    let input = match x.as_slice() {
        Some(values) => values,
        None => {
            copy = x.to_array();
            copy.as_slice()
        }
    };
    columns = x.shape().last();
    if input.is_empty() {
        return Ok(out);
    }
    let level = Level::current();
    let one = |(from, to): (&[T], &mut [T])| with_level(level, || row(from, to));
    if input.len() < PARALLEL {
        input.chunks(columns).zip(out.as_mut_slice().chunks_mut(columns)).for_each(one);
    } else {
        input.par_chunks(columns).zip(out.as_mut_slice().par_chunks_mut(columns)).for_each(one);
    }
    Ok(out)
}

/// x · factor + term, in place.
struct Affine<'a, T> {
    x: &'a mut [T],
    factor: T,
    term: T,
}

impl<T: Real> Kernel<T> for Affine<'_, T> {
    type Output = ();
    #[inline(always)]
    fn run<S: Lanes<T>>(self, s: S) {
        let (factor, term) = (s.splat(self.factor), s.splat(self.term));
        for part in self.x.chunks_mut(S::N) {
            s.store_part(part, s.mul_add(s.load_part(part), factor, term));
        }
    }
}

fn affine<T: Real>(x: &mut [T], factor: T, term: T) {
    dispatch_at(Level::current(), Affine { x, factor, term });
}

/// Largest element and Σ exp(x - largest), with the exponentials written to `out`.
fn exponentials<T: Real>(x: &[T], out: &mut [T]) -> (T, T) {
    let largest = values(x).max_value().expect("rows are not empty");
    // A row that is all -∞, or contains ∞, has no softmax: the result is NaN, as the definition says.
    values(x).offset(-largest).exp().eval_into(out).expect("one length");
    (largest, values(out).sum())
}

/// exp(x) / Σ exp(x) along the last axis, without overflow.
///
/// # Errors
/// The result cannot be allocated.
pub fn softmax<T: Real>(x: &ArrayView<'_, T>) -> Result<Array<T>, ShapeError> {
    by_row(x, |from, to| {
        let (_, sum) = exponentials(from, to);
        affine(to, T::ONE / sum, T::ZERO);
    })
}

/// x - ln Σ exp(x) along the last axis, without overflow.
///
/// # Errors
/// The result cannot be allocated.
pub fn log_softmax<T: Real>(x: &ArrayView<'_, T>) -> Result<Array<T>, ShapeError> {
    by_row(x, |from, to| {
        let (largest, sum) = exponentials(from, to);
        let ln = values(&[sum]).ln().sum();
        values(from).offset(-largest).offset(-ln).eval_into(to).expect("one length");
    })
}

fn check_weights<T>(what: &'static str, weights: &[T], columns: usize) -> Result<(), ShapeError> {
    if weights.len() == columns {
        return Ok(());
    }
    Err(ShapeError::Expected {
        what,
        expected: crate::Shape::new(&[columns])?.into(),
        found: crate::Shape::new(&[weights.len()])?.into(),
    })
}

/// (x - mean)/√(variance + epsilon) · weight + bias along the last axis; the variance is that of the population.
/// Source: Ba, Kiros, Hinton, arXiv 1607.06450.
///
/// # Errors
/// The length of weight or bias differs from that of the last axis.
pub fn layer_norm<T: Real>(
    x: &ArrayView<'_, T>,
    weight: &[T],
    bias: &[T],
    epsilon: T,
) -> Result<Array<T>, ShapeError> {
    check_weights("the weight", weight, x.shape().last())?;
    check_weights("the bias", bias, x.shape().last())?;
    by_row(x, |from, to| {
        let count = T::from_f64(from.len() as f64);
        let mean = values(from).mean();
        values(from).offset(-mean).eval_into(to).expect("one length");
        let variance = crate::reduce::dot(to, to).expect("one length") / count;
        affine(to, T::ONE / (variance + epsilon).sqrt(), T::ZERO);
        let centred = to.to_vec();
        let chain = values(&centred).mul(values(weight)).and_then(|e| e.add(values(bias)));
        chain.and_then(|e| e.eval_into(to)).expect("lengths were checked");
    })
}

/// x/√(mean of squares + epsilon) · weight along the last axis. Source: Zhang and Sennrich, arXiv 1910.07467.
///
/// # Errors
/// The length of the weight differs from that of the last axis.
pub fn rms_norm<T: Real>(x: &ArrayView<'_, T>, weight: &[T], epsilon: T) -> Result<Array<T>, ShapeError> {
    check_weights("the weight", weight, x.shape().last())?;
    by_row(x, |from, to| {
        let mean = crate::reduce::dot(from, from).expect("one length") / T::from_f64(from.len() as f64);
        let chain = values(from).scale(T::ONE / (mean + epsilon).sqrt()).mul(values(weight));
        chain.and_then(|e| e.eval_into(to)).expect("lengths were checked");
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Philox;

    fn rows(seed: u64) -> Array<f64> {
        let mut random = Philox::new(seed);
        Array::from_fn(&[4, 3, 21], |_| 3.0 * random.normal()).expect("small")
    }

    #[test]
    fn softmax_is_its_definition_and_does_not_overflow() {
        let x = rows(1);
        let (y, z) = (softmax(&x.view()).expect("small"), log_softmax(&x.view()).expect("small"));
        for ((x, y), z) in x.as_slice().chunks(21).zip(y.as_slice().chunks(21)).zip(z.as_slice().chunks(21)) {
            let sum = x.iter().map(|x| x.exp()).sum::<f64>();
            for i in 0..21 {
                assert!((y[i] - x[i].exp() / sum).abs() < 1e-15 && (z[i] - (x[i] - sum.ln())).abs() < 1e-14);
            }
        }
        let large = Array::from_slice(&[1000.0f32, 999.0, -1000.0], &[3]).expect("small");
        let y = softmax(&large.view()).expect("small");
        assert!((y.as_slice()[0] - 0.731_058_6).abs() < 1e-6 && y.as_slice()[2] == 0.0);
        assert_eq!(
            softmax(&Array::<f32>::zeros(&[3, 0]).expect("small").view()).expect("small").dims(),
            [3, 0]
        );
    }

    #[test]
    fn normalised_rows_have_the_moments_asked_for() {
        let x = rows(2);
        let (weight, bias) = ([2.0; 21], [0.5; 21]);
        let y = layer_norm(&x.transpose().transpose(), &weight, &bias, 0.0).expect("they fit");
        for row in y.as_slice().chunks(21) {
            let mean = row.iter().sum::<f64>() / 21.0;
            let variance = row.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 21.0;
            assert!((mean - 0.5).abs() < 1e-14 && (variance - 4.0).abs() < 1e-13);
        }
        let y = rms_norm(&x.view(), &weight, 0.0).expect("they fit");
        for row in y.as_slice().chunks(21) {
            assert!((row.iter().map(|x| x * x).sum::<f64>() / 21.0 - 4.0).abs() < 1e-13);
        }
        assert!(rms_norm(&x.view(), &[1.0], 0.0).is_err());
    }
}
