//! Minimising a smooth function plus weighted absolute values: L-BFGS that stays in one orthant for each step.
//!
//! Source: Andrew, Gao, "Scalable training of L1-regularized log-linear models", 2007 (OWL-QN).

use super::lbfgs::{Minimum, direction, dot, remember};
use std::collections::VecDeque;

/// Minimises `function` + Σ costs · |x| from `start`. `function` writes its gradient at a point and returns its value.
pub(super) fn minimize_with_absolute(
    start: Vec<f64>,
    costs: &[f64],
    tolerance: f64,
    limit: usize,
    mut function: impl FnMut(&[f64], &mut [f64]) -> f64,
) -> Minimum {
    let mut point = start;
    let mut gradient = vec![0.0; point.len()];
    let mut value = function(&point, &mut gradient) + absolute(&point, costs);
    let mut pairs = VecDeque::new();
    for iterations in 0..limit {
        let slopes = pseudo_gradient(&point, &gradient, costs);
        if slopes.iter().all(|slope| slope.abs() <= tolerance) {
            return Minimum { point, iterations, converged: true };
        }
        let mut along = direction(&pairs, &slopes);
        // If the direction and the slope have the same sign, the step would go uphill, so this coordinate stays.
        along.iter_mut().zip(&slopes).zip(costs).for_each(|((d, slope), cost)| {
            if *cost > 0.0 && *d * slope >= 0.0 {
                *d = 0.0;
            }
        });
        if dot(&along, &slopes) >= 0.0 {
            pairs.clear();
            along = slopes.iter().map(|slope| -slope).collect();
        }
        let first = if pairs.is_empty() { 1.0 / dot(&slopes, &slopes).sqrt().max(1.0) } else { 1.0 };
        let mut there = vec![0.0; point.len()];
        let step = (0..60).find_map(|halvings| {
            let next = stepped(&point, &along, &slopes, costs, first * 0.5f64.powi(halvings));
            let found = function(&next, &mut there) + absolute(&next, costs);
            let gained =
                next.iter().zip(&point).zip(&slopes).map(|((b, a), slope)| (b - a) * slope).sum::<f64>();
            (found.is_finite() && found <= value + 1e-4 * gained && next != point).then_some((next, found))
        });
        let Some((next, next_value)) = step else {
            // No step lowers the value any more: floating-point precision is exhausted.
            return Minimum { point, iterations, converged: true };
        };
        remember(&mut pairs, (&point, &next), (&gradient, &there));
        (point, value, gradient) = (next, next_value, there);
    }
    Minimum { point, iterations: limit, converged: false }
}

fn absolute(point: &[f64], costs: &[f64]) -> f64 {
    point.iter().zip(costs).map(|(x, cost)| cost * x.abs()).sum()
}

/// The steepest slope at each coordinate: at zero it is the one of the side on which the value falls, or 0 if it falls
/// on neither.
fn pseudo_gradient(point: &[f64], gradient: &[f64], costs: &[f64]) -> Vec<f64> {
    let slope = |((x, g), cost): ((&f64, &f64), &f64)| match x.partial_cmp(&0.0) {
        Some(std::cmp::Ordering::Greater) => g + cost,
        Some(std::cmp::Ordering::Less) => g - cost,
        _ if g + cost < 0.0 => g + cost,
        _ if g - cost > 0.0 => g - cost,
        _ => 0.0,
    };
    point.iter().zip(gradient).zip(costs).map(slope).collect()
}

/// A step of `length`; coordinates that would leave the step's orthant become zero.
fn stepped(point: &[f64], along: &[f64], slopes: &[f64], costs: &[f64], length: f64) -> Vec<f64> {
    let coordinate = |place: usize| {
        let x = point[place];
        let next = x + length * along[place];
        let side = if x == 0.0 { -slopes[place] } else { x };
        if costs[place] > 0.0 && next * side <= 0.0 { 0.0 } else { next }
    };
    (0..point.len()).map(coordinate).collect()
}
