//! The quality of an order. Items of equal score count as the average over all their orders.

use super::probability::ranked;
use super::same_length;
use crate::checks::check_targets;
use crate::error::{ModelError, Result, setting};

/// Normalised discounted cumulative gain of the first `most` items (all, if `None`): Σ gain / log₂(1 + rank) divided by
/// the same sum for the best order. Source: Järvelin, Kekäläinen, "Cumulated gain-based evaluation of IR techniques",
/// 2002; ties as McSherry, Najork, "Computing information retrieval performance measures efficiently in the presence of
/// tied scores", 2008.
///
/// # Errors
/// The lengths differ, a gain is negative or all are 0, a number is not finite, or `most` is 0.
pub fn ndcg(gains: &[f64], scores: &[f64], most: Option<usize>) -> Result<f64> {
    same_length(gains.len(), scores.len())?;
    check_targets("the gains", gains.len(), gains)?;
    check_targets("the scores", gains.len(), scores)?;
    let most = most.unwrap_or(gains.len());
    setting(most >= 1, "the number of items", most as f64, "it must be at least 1")?;
    if gains.iter().any(|gain| *gain < 0.0) || gains.iter().all(|gain| *gain == 0.0) {
        return Err(ModelError::Undefined("discounted gain needs gains of at least 0, one of them above"));
    }
    Ok(discounted(gains, scores, most) / discounted(gains, gains, most))
}

/// Σ gain / log₂(1 + rank); each gain is the mean over the items with the same score.
fn discounted(gains: &[f64], scores: &[f64], most: usize) -> f64 {
    let mut order = (0..scores.len()).collect::<Vec<_>>();
    order.sort_unstable_by(|a, b| scores[*b].total_cmp(&scores[*a]));
    let mut rank = 0;
    let mut sum = 0.0;
    for group in order.chunk_by(|a, b| scores[*a] == scores[*b]) {
        let mean = group.iter().map(|item| gains[*item]).sum::<f64>() / group.len() as f64;
        let within = (rank..rank + group.len()).take_while(|rank| *rank < most);
        sum += mean * within.map(|rank| 1.0 / (rank as f64 + 2.0).log2()).sum::<f64>();
        rank += group.len();
    }
    sum
}

/// Events among the first `most` items: (share of those items, share of all events).
///
/// # Errors
/// The lengths differ, a score is not finite, there are no events, or `most` is 0 or more than the number of items.
pub fn precision_and_recall_at(truth: &[bool], scores: &[f64], most: usize) -> Result<(f64, f64)> {
    let fits = most >= 1 && most <= truth.len();
    setting(fits, "the number of items", most as f64, "it must be at least 1 and at most what there is")?;
    let (mut room, mut found, mut events) = (most as f64, 0.0, 0.0);
    for (hits, misses) in ranked(truth, scores)? {
        let share = (room / (hits + misses)).min(1.0);
        found += hits * share;
        room -= (hits + misses) * share;
        events += hits;
    }
    if events == 0.0 {
        return Err(ModelError::Undefined("precision and recall need events"));
    }
    Ok((found / most as f64, found / events))
}

/// Non-events before the first event (initial false alarms). Source: Huang, Xia, Lo, "Supervised vs unsupervised models: a holistic
/// look at effort-aware just-in-time defect prediction", 2017.
///
/// # Errors
/// The lengths differ, a score is not finite, or there are no events.
pub fn initial_false_alarms(truth: &[bool], scores: &[f64]) -> Result<f64> {
    let mut before = 0.0;
    for (hits, misses) in ranked(truth, scores)? {
        if hits > 0.0 {
            return Ok(before + misses / (hits + 1.0));
        }
        before += misses;
    }
    Err(ModelError::Undefined("there is no event that could be found"))
}
