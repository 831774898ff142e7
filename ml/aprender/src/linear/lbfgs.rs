//! Minimising a smooth function by limited-memory BFGS.
//!
//! Source: Nocedal, Wright, "Numerical Optimization", 2nd ed., algorithms 7.4 and 7.5, and 3.5 with bisection for the Wolfe
//! conditions.

use std::collections::VecDeque;

/// Number of remembered steps.
const MEMORY: usize = 10;

/// Where the search ended.
pub(super) struct Minimum {
    /// The point.
    pub point: Vec<f64>,
    /// Steps made.
    pub iterations: usize,
    /// Whether the largest component of the gradient fell below the tolerance, or no smaller value can be found.
    pub converged: bool,
}

/// One step and the change of the gradient over it.
pub(super) struct Pair {
    step: Vec<f64>,
    change: Vec<f64>,
    inverse: f64,
}

pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    trueno::reduce::dot(a, b).unwrap_or(f64::NAN)
}

/// The two-loop recursion: an approximation of -H⁻¹ g.
pub(super) fn direction(pairs: &VecDeque<Pair>, gradient: &[f64]) -> Vec<f64> {
    let mut d = gradient.iter().map(|g| -g).collect::<Vec<_>>();
    let mut factors = Vec::with_capacity(pairs.len());
    for pair in pairs.iter().rev() {
        let factor = pair.inverse * dot(&pair.step, &d);
        d.iter_mut().zip(&pair.change).for_each(|(d, y)| *d -= factor * y);
        factors.push(factor);
    }
    if let Some(pair) = pairs.back() {
        let scale = 1.0 / (pair.inverse * dot(&pair.change, &pair.change));
        d.iter_mut().for_each(|d| *d *= scale);
    }
    for (pair, factor) in pairs.iter().zip(factors.into_iter().rev()) {
        let other = pair.inverse * dot(&pair.change, &d);
        d.iter_mut().zip(&pair.step).for_each(|(d, s)| *d += (factor - other) * s);
    }
    d
}

/// Adds a step from one point to the next, with the gradients there; a step without curvature is ignored.
pub(super) fn remember(pairs: &mut VecDeque<Pair>, points: (&[f64], &[f64]), gradients: (&[f64], &[f64])) {
    let difference = |(a, b): (&[f64], &[f64])| b.iter().zip(a).map(|(b, a)| b - a).collect::<Vec<_>>();
    let (step, change) = (difference(points), difference(gradients));
    let curvature = dot(&step, &change);
    if curvature > 1e-300 {
        if pairs.len() == MEMORY {
            pairs.pop_front();
        }
        pairs.push_back(Pair { step, change, inverse: 1.0 / curvature });
    }
}

/// Minimises from `start`. `function` writes its gradient at a point and returns its value.
pub(super) fn minimize(
    start: Vec<f64>,
    tolerance: f64,
    limit: usize,
    mut function: impl FnMut(&[f64], &mut [f64]) -> f64,
) -> Minimum {
    let mut point = start;
    let mut gradient = vec![0.0; point.len()];
    let mut value = function(&point, &mut gradient);
    let mut pairs = VecDeque::with_capacity(MEMORY);
    for iterations in 0..limit {
        if gradient.iter().all(|g| g.abs() <= tolerance) {
            return Minimum { point, iterations, converged: true };
        }
        let mut along = direction(&pairs, &gradient);
        if dot(&along, &gradient) >= 0.0 {
            pairs.clear();
            along = gradient.iter().map(|g| -g).collect();
        }
        let first = if pairs.is_empty() { 1.0 / dot(&gradient, &gradient).sqrt().max(1.0) } else { 1.0 };
        let Some((next, next_value, next_gradient)) =
            search(&point, &along, value, &gradient, first, &mut function)
        else {
            // No step lowers the value any more: floating-point precision is exhausted.
            return Minimum { point, iterations, converged: true };
        };
        remember(&mut pairs, (&point, &next), (&gradient, &next_gradient));
        (point, value, gradient) = (next, next_value, next_gradient);
    }
    Minimum { point, iterations: limit, converged: false }
}

/// A step along a descent direction that fulfils the weak Wolfe conditions, by doubling and bisection; `None` if none
/// is found within 40 tries.
fn search(
    point: &[f64],
    along: &[f64],
    value: f64,
    gradient: &[f64],
    first: f64,
    function: &mut impl FnMut(&[f64], &mut [f64]) -> f64,
) -> Option<(Vec<f64>, f64, Vec<f64>)> {
    let slope = dot(along, gradient);
    let (mut low, mut high, mut length) = (0.0, f64::INFINITY, first);
    let mut there = vec![0.0; point.len()];
    for _ in 0..40 {
        let next = point.iter().zip(along).map(|(x, d)| x + length * d).collect::<Vec<_>>();
        let found = function(&next, &mut there);
        if !found.is_finite() || found > value + 1e-4 * length * slope {
            high = length;
        } else if dot(along, &there) < 0.9 * slope {
            low = length;
        } else {
            return Some((next, found, there));
        }
        length = if high.is_finite() { 0.5 * (low + high) } else { 2.0 * length };
    }
    None
}
