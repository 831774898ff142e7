//! Combines several signals into one order.

use schemars::JsonSchema;
use serde::Serialize;

/// The signals for a result; each from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct Signals {
    /// BM25 in parts of the best result's.
    pub lexical: f64,
    /// Share of all definitions that are used less (percentile of PageRank in the code graph), where it is known.
    pub centrality: Option<f64>,
    /// Closeness in meaning, where a model measured it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub semantic: Option<f64>,
}

/// The weight of each signal.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weights {
    /// Weight of [`Signals::lexical`].
    pub lexical: f64,
    /// Weight of [`Signals::centrality`].
    pub centrality: f64,
    /// Weight of [`Signals::semantic`].
    pub semantic: f64,
}

impl Default for Weights {
    /// Words decide; centrality breaks near-ties.
    fn default() -> Self {
        Weights { lexical: 1.0, centrality: 0.15, semantic: 1.0 }
    }
}

impl Weights {
    /// Weighted mean of the signals that are known, from 0 to 1.
    pub fn score(&self, signals: &Signals) -> f64 {
        let parts = [
            (Some(signals.lexical), self.lexical),
            (signals.centrality, self.centrality),
            (signals.semantic, self.semantic),
        ];
        let known = parts.iter().filter_map(|(value, weight)| Some((value.as_ref()?, weight)));
        let (sum, weights) = known
            .fold((0.0, 0.0), |(sum, weights), (value, weight)| (sum + value * weight, weights + weight));
        if weights > 0.0 { sum / weights } else { 0.0 }
    }
}

/// A result with its score.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranked<T> {
    /// The result.
    pub item: T,
    /// Its signals.
    pub signals: Signals,
    /// [`Weights::score`].
    pub score: f64,
}

/// The best `limit` results, best first; equal ones in the order of their `tie` keys.
pub fn rank<T, K: Ord>(
    results: Vec<(T, Signals)>,
    weights: &Weights,
    limit: usize,
    tie: impl Fn(&T) -> K,
) -> Vec<Ranked<T>> {
    let scored = results.into_iter().map(|(item, signals)| {
        let score = weights.score(&signals);
        Ranked { item, signals, score }
    });
    let mut ranked: Vec<Ranked<T>> = scored.collect();
    let order = |a: &Ranked<T>, b: &Ranked<T>| {
        b.score.total_cmp(&a.score).then_with(|| tie(&a.item).cmp(&tie(&b.item)))
    };
    if ranked.len() > limit {
        ranked.select_nth_unstable_by(limit, order);
        ranked.truncate(limit);
    }
    ranked.sort_by(order);
    ranked
}
