//! The losses of boosting: squares, the log loss of two classes, the log loss of more.

use crate::link::{sigmoid, softmax};
use crate::table::Table;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// Rows that are processed together.
const CHUNK: usize = 4096;

/// How raw sums of the trees become predictions.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Link {
    /// The sum itself.
    Identity,
    /// The exponential of the sum.
    Exponential,
    /// 1 / (1 + exp(-scale · sum)), the probability of the second of two classes.
    Logistic {
        /// 1, except for imported models.
        scale: f64,
    },
    /// exp(sum) of each class, divided by the total of all classes.
    Softmax,
}

impl Link {
    /// Predictions from raw sums, rows × groups; two classes get two columns.
    pub(super) fn apply(self, mut sums: Vec<f64>, groups: usize) -> Vec<f64> {
        match self {
            Self::Identity => {}
            Self::Exponential => sums.iter_mut().for_each(|s| *s = s.exp()),
            Self::Logistic { scale } => {
                sums = sums.iter().flat_map(|s| [sigmoid(-scale * s), sigmoid(scale * s)]).collect();
            }
            Self::Softmax => sums.chunks_exact_mut(groups).for_each(softmax),
        }
        sums
    }
}

/// The targets of training.
pub(super) enum Goal<'a> {
    /// Squares.
    Numbers(&'a [f64]),
    /// The index of each row's class.
    Classes { places: &'a [u32], count: usize },
}

impl Goal<'_> {
    /// Trees in each iteration.
    pub(super) fn groups(&self) -> usize {
        match self {
            Self::Classes { count, .. } if *count > 2 => *count,
            _ => 1,
        }
    }

    pub(super) fn link(&self) -> Link {
        match self {
            Self::Numbers(_) => Link::Identity,
            Self::Classes { count: 2, .. } => Link::Logistic { scale: 1.0 },
            Self::Classes { .. } => Link::Softmax,
        }
    }

    /// Whether all rows have the same hessian, except for their weights.
    pub(super) fn hessian_is_constant(&self) -> bool {
        matches!(self, Self::Numbers(_))
    }

    /// The prediction before the first tree: the best constant.
    pub(super) fn base(&self, weights: Option<&[f64]>) -> Vec<f64> {
        let weight = |row: usize| weights.map_or(1.0, |w| w[row]);
        match self {
            Self::Numbers(targets) => {
                let total = (0..targets.len()).map(weight).sum::<f64>();
                vec![targets.iter().enumerate().map(|(i, y)| weight(i) * y).sum::<f64>() / total]
            }
            Self::Classes { places, count } => {
                let mut sums = vec![0.0; *count];
                places.iter().enumerate().for_each(|(i, p)| sums[*p as usize] += weight(i));
                let total = sums.iter().sum::<f64>();
                // A class without weight is unlikely, not impossible.
                let log = |s: f64| (s / total).clamp(1e-15, 1.0 - 1e-15).ln();
                if *count == 2 {
                    vec![log(sums[1]) - log(sums[0])]
                } else {
                    sums.into_iter().map(log).collect()
                }
            }
        }
    }

    /// The input of the gradients, rows × groups: raw sums, or with more than two classes their probabilities.
    pub(super) fn prepare(&self, sums: &[f64], prepared: &mut Vec<f64>) {
        let groups = self.groups();
        prepared.clear();
        prepared.extend_from_slice(sums);
        if groups > 1 {
            prepared
                .par_chunks_mut(CHUNK * groups)
                .for_each(|c| c.chunks_exact_mut(groups).for_each(softmax));
        }
    }

    /// Gradients and hessians of one group, from the result of [`Goal::prepare`].
    pub(super) fn gradients(
        &self,
        sums: &[f64],
        weights: Option<&[f64]>,
        group: usize,
        gradients: &mut [f64],
        hessians: &mut [f64],
    ) {
        let groups = self.groups();
        let pieces = gradients.par_chunks_mut(CHUNK).zip(hessians.par_chunks_mut(CHUNK));
        pieces.zip(sums.par_chunks(CHUNK * groups)).enumerate().for_each(|(chunk, ((g, h), sums))| {
            let first = chunk * CHUNK;
            match self {
                Self::Numbers(targets) => {
                    h.fill(1.0);
                    g.iter_mut().zip(sums).zip(&targets[first..]).for_each(|((g, s), y)| *g = s - y);
                }
                Self::Classes { places, count: 2 } => {
                    for (((g, h), s), place) in g.iter_mut().zip(h.iter_mut()).zip(sums).zip(&places[first..])
                    {
                        let p = sigmoid(*s);
                        (*g, *h) = (p - f64::from(*place), p * (1.0 - p));
                    }
                }
                Self::Classes { places, .. } => {
                    let rows = sums.chunks_exact(groups).zip(&places[first..]);
                    for ((g, h), (sums, place)) in g.iter_mut().zip(h.iter_mut()).zip(rows) {
                        let p = sums[group];
                        let hit = f64::from(u8::from(*place as usize == group));
                        (*g, *h) = (p - hit, p * (1.0 - p));
                    }
                }
            }
            if let Some(weights) = weights {
                let rows = g.iter_mut().zip(h.iter_mut()).zip(&weights[first..]);
                rows.for_each(|((g, h), w)| {
                    *g *= w;
                    *h *= w;
                });
            }
        });
    }

    /// The mean loss of raw sums over the given rows: half squares, or the log loss.
    pub(super) fn loss(
        &self,
        sums: &[f64],
        rows: impl Iterator<Item = usize>,
        weights: Option<&[f64]>,
    ) -> f64 {
        let groups = self.groups();
        let (mut total, mut weight) = (0.0, 0.0);
        for (place, row) in rows.enumerate() {
            let sums = &sums[place * groups..(place + 1) * groups];
            let loss = match self {
                Self::Numbers(targets) => 0.5 * (sums[0] - targets[row]).powi(2),
                Self::Classes { places, count: 2 } => {
                    let signed = if places[row] == 1 { -sums[0] } else { sums[0] };
                    signed.max(0.0) + (-signed.abs()).exp().ln_1p()
                }
                Self::Classes { places, .. } => {
                    let largest = sums.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                    let total = sums.iter().map(|s| (s - largest).exp()).sum::<f64>();
                    total.ln() + largest - sums[places[row] as usize]
                }
            };
            let w = weights.map_or(1.0, |w| w[row]);
            total += w * loss;
            weight += w;
        }
        if weight > 0.0 { total / weight } else { 0.0 }
    }

    /// The same goal for some of the rows.
    pub(super) fn select<'b>(&self, rows: &[usize], store: &'b mut Selected) -> Goal<'b> {
        match self {
            Self::Numbers(targets) => {
                store.numbers = rows.iter().map(|r| targets[*r]).collect();
                Goal::Numbers(&store.numbers)
            }
            Self::Classes { places, count } => {
                store.places = rows.iter().map(|r| places[*r]).collect();
                Goal::Classes { places: &store.places, count: *count }
            }
        }
    }
}

/// Targets of some rows.
#[derive(Default)]
pub(super) struct Selected {
    numbers: Vec<f64>,
    places: Vec<u32>,
}

/// Raw sums of a constant, rows × groups.
pub(super) fn constant(base: &[f64], table: &Table) -> Vec<f64> {
    base.iter().copied().cycle().take(base.len() * table.rows()).collect()
}
