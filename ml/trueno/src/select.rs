//! Sort orders and largest elements, as indices.

use crate::simd::Real;
use std::cmp::Ordering;

/// NaN comes last in every order; equal elements keep the order of their indices.
fn ascending<T: Real>(values: &[T], a: usize, b: usize) -> Ordering {
    match (values[a].is_nan(), values[b].is_nan()) {
        (false, false) => values[a].partial_cmp(&values[b]).unwrap_or(Ordering::Equal),
        (a, b) => a.cmp(&b),
    }
    .then(a.cmp(&b))
}

fn descending<T: Real>(values: &[T], a: usize, b: usize) -> Ordering {
    match (values[a].is_nan(), values[b].is_nan()) {
        (false, false) => values[b].partial_cmp(&values[a]).unwrap_or(Ordering::Equal),
        (a, b) => a.cmp(&b),
    }
    .then(a.cmp(&b))
}

/// Indices in ascending order of their elements; NaN last, equal elements by index.
pub fn argsort<T: Real>(values: &[T]) -> Vec<usize> {
    let mut indices = (0..values.len()).collect::<Vec<_>>();
    indices.sort_unstable_by(|a, b| ascending(values, *a, *b));
    indices
}

/// Indices of the `k` largest elements, the largest first; NaN last, equal elements by index.
pub fn top_k<T: Real>(values: &[T], k: usize) -> Vec<usize> {
    let k = k.min(values.len());
    if k == 0 {
        return Vec::new();
    }
    // Candidates are collected until there are 2k; then only the best k stay, and the worst of them is the threshold.
    let mut kept: Vec<usize> = Vec::with_capacity(2 * k + 1);
    let mut bar: Option<T> = None;
    for (index, value) in values.iter().enumerate() {
        if bar.is_some_and(|bar| *value <= bar || value.is_nan()) {
            continue;
        }
        kept.push(index);
        if kept.len() > 2 * k {
            kept.select_nth_unstable_by(k - 1, |a, b| descending(values, *a, *b));
            kept.truncate(k);
            bar = Some(values[kept[k - 1]]).filter(|worst| !worst.is_nan());
        }
    }
    kept.sort_unstable_by(|a, b| descending(values, *a, *b));
    kept.truncate(k);
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Philox;

    #[test]
    fn the_largest_are_the_first_of_the_whole_order() {
        let mut random = Philox::new(1);
        for length in [0, 1, 2, 10, 1000] {
            for levels in [2, 50, 1 << 20] {
                let values = (0..length)
                    .map(|_| match random.below(20) {
                        0 => f32::NAN,
                        1 => f32::NEG_INFINITY,
                        _ => random.below(levels) as f32,
                    })
                    .collect::<Vec<_>>();
                let mut all = (0..length).collect::<Vec<_>>();
                all.sort_by(|a, b| {
                    let key = |i: usize| if values[i].is_nan() { (1, 0.0) } else { (0, -values[i]) };
                    key(*a).partial_cmp(&key(*b)).expect("no NaN left")
                });
                for k in [0, 1, 3, 100, 5000] {
                    assert_eq!(top_k(&values, k), all[..k.min(length)]);
                }
                let order = argsort(&values);
                let kept =
                    order.iter().filter(|i| !values[**i].is_nan()).map(|i| values[*i]).collect::<Vec<_>>();
                assert!(kept.is_sorted() && order[..kept.len()].iter().all(|i| !values[*i].is_nan()));
                assert!(order.windows(2).all(|w| values[w[0]] != values[w[1]] || w[0] < w[1]));
            }
        }
    }
}
