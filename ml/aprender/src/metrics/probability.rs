//! Figures about predicted probabilities and scores.

use super::same_length;
use crate::checks::check_targets;
use crate::error::{ModelError, Result};
use crate::table::Table;

/// Mean of -ln p(class), natural logarithm; `classes` names the columns of `probabilities`. Probabilities below 2⁻⁵²
/// count as 2⁻⁵².
///
/// # Errors
/// The lengths differ, or a target's class has no column.
pub fn log_loss(truth: &[u32], probabilities: &Table, classes: &[u32]) -> Result<f64> {
    same_length(truth.len(), probabilities.rows())?;
    probabilities.check_columns(classes.len())?;
    let mut sum = 0.0;
    for (t, row) in truth.iter().zip(probabilities.iter_rows()) {
        let place = classes.iter().position(|c| c == t).ok_or(ModelError::UnknownClass(*t))?;
        sum -= row[place].clamp(f64::EPSILON, 1.0).ln();
    }
    Ok(sum / truth.len() as f64)
}

/// Mean of (p - [event])², for the probabilities of one event.
///
/// # Errors
/// The lengths differ, there are none, or a value is not finite.
pub fn brier(truth: &[bool], probabilities: &[f64]) -> Result<f64> {
    same_length(truth.len(), probabilities.len())?;
    check_targets("the probabilities", truth.len(), probabilities)?;
    let sum =
        truth.iter().zip(probabilities).map(|(t, p)| (p - f64::from(u8::from(*t))).powi(2)).sum::<f64>();
    Ok(sum / truth.len() as f64)
}

/// Σ over `bins` equal intervals of share × |mean probability - share of events|.
/// Source: Naeini, Cooper, Hauskrecht, "Obtaining well calibrated probabilities using Bayesian binning", AAAI 2015.
///
/// # Errors
/// The lengths differ, there are none, a probability is outside 0 to 1, or no bins.
pub fn expected_calibration_error(truth: &[bool], probabilities: &[f64], bins: usize) -> Result<f64> {
    same_length(truth.len(), probabilities.len())?;
    if bins == 0 {
        return Err(ModelError::Undefined("a calibration error over no bins is not defined"));
    }
    let mut sums = vec![(0.0, 0.0); bins];
    for (t, p) in truth.iter().zip(probabilities) {
        if !(0.0..=1.0).contains(p) {
            return Err(ModelError::Setting {
                name: "a probability",
                value: *p,
                range: "it must be from 0 to 1",
            });
        }
        let bin = ((p * bins as f64) as usize).min(bins - 1);
        sums[bin].0 += p;
        sums[bin].1 += f64::from(u8::from(*t));
    }
    Ok(sums.iter().map(|(p, t)| (p - t).abs()).sum::<f64>() / truth.len() as f64)
}

/// The probability that a random event scores above a random non-event, ties counting half (Mann-Whitney).
///
/// # Errors
/// The lengths differ, a score is not finite, or all or none of the rows are events.
pub fn roc_auc(truth: &[bool], scores: &[f64]) -> Result<f64> {
    let groups = ranked(truth, scores)?;
    let (mut below, mut wins) = (0.0, 0.0);
    let (mut events, mut others) = (0.0, 0.0);
    for (hits, misses) in groups.iter().rev() {
        wins += hits * (below + misses / 2.0);
        below += misses;
        events += hits;
        others += misses;
    }
    if events == 0.0 || others == 0.0 {
        return Err(ModelError::Undefined("ROC AUC needs events and non-events"));
    }
    Ok(wins / (events * others))
}

/// The area under the precision-recall curve as a step function: Σ (recall step) × precision.
///
/// # Errors
/// The lengths differ, a score is not finite, or there are no events.
pub fn average_precision(truth: &[bool], scores: &[f64]) -> Result<f64> {
    let events = truth.iter().filter(|t| **t).count() as f64;
    if events == 0.0 {
        return Err(ModelError::Undefined("precision and recall need events"));
    }
    let (mut hits, mut named, mut area) = (0.0, 0.0, 0.0);
    for (more, misses) in ranked(truth, scores)? {
        hits += more;
        named += more + misses;
        area += more / events * (hits / named);
    }
    Ok(area)
}

/// From the highest score down: (events, non-events) of each distinct score.
pub(super) fn ranked(truth: &[bool], scores: &[f64]) -> Result<Vec<(f64, f64)>> {
    same_length(truth.len(), scores.len())?;
    check_targets("the scores", truth.len(), scores)?;
    let mut order = (0..scores.len()).collect::<Vec<_>>();
    order.sort_unstable_by(|a, b| scores[*b].total_cmp(&scores[*a]));
    let mut groups = Vec::<(f64, f64)>::new();
    let mut last = f64::NAN;
    for i in order {
        if scores[i] != last {
            groups.push((0.0, 0.0));
            last = scores[i];
        }
        if let Some(group) = groups.last_mut() {
            if truth[i] { group.0 += 1.0 } else { group.1 += 1.0 }
        }
    }
    Ok(groups)
}
