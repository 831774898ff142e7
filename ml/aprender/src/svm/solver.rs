//! Sequential minimal optimisation: changes two weights at a time, chosen by their second-order gain.

use super::Margin;
use super::kernel::{KernelRows, Space};
use crate::error::{ModelError, Result};

/// min ½ Σ sₜ sᵤ αₜ αᵤ Kₜᵤ + Σ pₜ αₜ with Σ sₜ αₜ = 0 and 0 ≤ αₜ ≤ the cost of its sign. Several variables may stand
/// for one row of the space: variable t stands for row t modulo the number of rows.
pub(super) struct Problem<'a> {
    pub(super) space: &'a Space,
    /// sₜ: 1 or -1.
    pub(super) signs: Vec<f64>,
    /// -sₜ pₜ
    pub(super) start: Vec<f64>,
    /// Maximum weight of variables of sign -1, and of sign 1.
    pub(super) costs: [f64; 2],
}

/// Weights and threshold: a row's answer is Σ weight · kernel value + bias.
pub(super) struct Solution {
    /// For each row of the space.
    pub(super) weights: Vec<f64>,
    pub(super) bias: f64,
}

/// The state: αₜ, and vₜ = -sₜ · gradient, which is the bias that row t would prefer.
struct State {
    alpha: Vec<f64>,
    wish: Vec<f64>,
    signs: Vec<f64>,
    costs: [f64; 2],
}

impl State {
    /// Upper bound of αₜ.
    fn cost(&self, t: usize) -> f64 {
        self.costs[usize::from(self.signs[t] > 0.0)]
    }

    /// Whether sₜ αₜ can grow.
    fn up(&self, t: usize) -> bool {
        if self.signs[t] > 0.0 { self.alpha[t] < self.cost(t) } else { self.alpha[t] > 0.0 }
    }

    /// Whether sₜ αₜ can shrink.
    fn down(&self, t: usize) -> bool {
        if self.signs[t] > 0.0 { self.alpha[t] > 0.0 } else { self.alpha[t] < self.cost(t) }
    }

    /// The variable that can grow and prefers the highest bias.
    fn highest(&self) -> Option<usize> {
        let mut best = None;
        let mut most = f64::NEG_INFINITY;
        for (t, wish) in self.wish.iter().enumerate() {
            if *wish > most && self.up(t) {
                (best, most) = (Some(t), *wish);
            }
        }
        best
    }

    /// The variable that gains most together with `i`, and the lowest bias preferred by one that can shrink.
    fn partner(&self, i: usize, own: &[f64], row: &[f64]) -> (Option<usize>, f64) {
        let (mut best, mut most, mut lowest) = (None, 0.0, f64::INFINITY);
        let rows = own.len();
        let (wish, own_i) = (self.wish[i], own[i % rows]);
        for part in 0..self.wish.len() / rows {
            for (r, value) in row.iter().enumerate() {
                let t = part * rows + r;
                if !self.down(t) {
                    continue;
                }
                lowest = self.wish[t].min(lowest);
                let difference = wish - self.wish[t];
                if difference > 0.0 {
                    let gain = difference * difference / curvature(own_i + own[r] - 2.0 * value);
                    if gain > most {
                        (best, most) = (Some(t), gain);
                    }
                }
            }
        }
        (best, lowest)
    }

    /// Moves the weight of `i` up and that of `j` down by the optimal amount within their bounds; returns the step.
    fn step(&mut self, i: usize, j: usize, curvature: f64) -> f64 {
        let room = |t: usize, grows: bool| if grows { self.cost(t) - self.alpha[t] } else { self.alpha[t] };
        let of_i = room(i, self.signs[i] > 0.0);
        let of_j = room(j, self.signs[j] < 0.0);
        let step = ((self.wish[i] - self.wish[j]) / curvature).min(of_i).min(of_j);
        for (t, room, grows) in [(i, of_i, self.signs[i] > 0.0), (j, of_j, self.signs[j] < 0.0)] {
            let cost = self.cost(t);
            let bound = if grows { cost } else { 0.0 };
            let moved = if grows { self.alpha[t] + step } else { self.alpha[t] - step };
            self.alpha[t] = if step >= room { bound } else { moved.clamp(0.0, cost) };
        }
        step
    }

    fn bias(&self) -> f64 {
        let free = (0..self.alpha.len()).filter(|t| self.alpha[*t] > 0.0 && self.alpha[*t] < self.cost(*t));
        let (mut sum, mut count) = (0.0, 0.0);
        free.for_each(|t| {
            sum += self.wish[t];
            count += 1.0;
        });
        if count > 0.0 {
            return sum / count;
        }
        let (mut high, mut low) = (f64::NEG_INFINITY, f64::INFINITY);
        for t in 0..self.alpha.len() {
            if self.up(t) {
                high = self.wish[t].max(high);
            }
            if self.down(t) {
                low = self.wish[t].min(low);
            }
        }
        (high + low) / 2.0
    }
}

const OVERFLOW: ModelError =
    ModelError::Undefined("the kernel values of a support vector machine overflow; scale the columns");

/// The curvature is zero for equal rows; the smallest number keeps the step finite.
fn curvature(value: f64) -> f64 {
    if value > 0.0 { value } else { 1e-12 }
}

impl Problem<'_> {
    /// # Errors
    /// The optimality conditions are not met within the allowed steps, or kernel values overflow.
    pub(super) fn solve(self, margin: &Margin) -> Result<Solution> {
        let own = self.space.own();
        let rows = own.len();
        // A kernel value is at most the larger of the two rows' own values.
        if own.iter().any(|x| x.is_nan() || *x > 1e300) {
            return Err(OVERFLOW);
        }
        let mut kernel = KernelRows::new(self.space);
        let alpha = vec![0.0; self.signs.len()];
        let mut state = State { alpha, wish: self.start, signs: self.signs, costs: self.costs };
        for _ in 0..margin.max_iterations {
            let Some(i) = state.highest() else { return state.solution(rows) };
            let row_i = kernel.row(i % rows)?;
            let (partner, lowest) = state.partner(i, &own, &row_i);
            let Some(j) = partner.filter(|_| state.wish[i] - lowest > margin.tolerance) else {
                return state.solution(rows);
            };
            let row_j = kernel.row(j % rows)?;
            let step = state.step(i, j, curvature(own[i % rows] + own[j % rows] - 2.0 * row_i[j % rows]));
            for part in state.wish.chunks_exact_mut(rows) {
                for ((wish, a), b) in part.iter_mut().zip(&*row_i).zip(&*row_j) {
                    *wish -= step * (a - b);
                }
            }
        }
        Err(ModelError::Undefined(
            "a support vector machine did not settle within max_iterations; scale the columns, lower the cost, or allow more",
        ))
    }
}

impl State {
    fn solution(self, rows: usize) -> Result<Solution> {
        let bias = self.bias();
        let mut weights = vec![0.0; rows];
        for (alpha, signs) in self.alpha.chunks_exact(rows).zip(self.signs.chunks_exact(rows)) {
            weights.iter_mut().zip(alpha).zip(signs).for_each(|((w, a), s)| *w += s * a);
        }
        if bias.is_finite() && self.wish.iter().all(|w| w.is_finite()) {
            return Ok(Solution { weights, bias });
        }
        Err(OVERFLOW)
    }
}
