//! Curves over all thresholds of a score.

use super::probability::ranked;
use super::same_length;
use crate::error::{ModelError, Result, setting};

/// (share of non-events above a threshold, share of events above it), from (0, 0) to (1, 1), one point for each distinct score.
///
/// # Errors
/// The lengths differ, a score is not finite, or all or none of the rows are events.
pub fn roc_curve(truth: &[bool], scores: &[f64]) -> Result<Vec<(f64, f64)>> {
    let groups = ranked(truth, scores)?;
    let (events, others) = totals(&groups);
    if events == 0.0 || others == 0.0 {
        return Err(ModelError::Undefined("a ROC curve needs events and non-events"));
    }
    let (mut hits, mut misses) = (0.0, 0.0);
    let mut points = vec![(0.0, 0.0)];
    for (more, less) in groups {
        hits += more;
        misses += less;
        points.push((misses / others, hits / events));
    }
    Ok(points)
}

/// (recall, precision) at each distinct score, from the highest down.
///
/// # Errors
/// The lengths differ, a score is not finite, or there are no events.
pub fn precision_recall_curve(truth: &[bool], scores: &[f64]) -> Result<Vec<(f64, f64)>> {
    let groups = ranked(truth, scores)?;
    let (events, _) = totals(&groups);
    if events == 0.0 {
        return Err(ModelError::Undefined("precision and recall need events"));
    }
    let (mut hits, mut named) = (0.0, 0.0);
    let point = |(more, less): (f64, f64)| {
        hits += more;
        named += more + less;
        (hits / events, hits / named)
    };
    Ok(groups.into_iter().map(point).collect())
}

fn totals(groups: &[(f64, f64)]) -> (f64, f64) {
    groups.iter().fold((0.0, 0.0), |(events, others), (e, o)| (events + e, others + o))
}

/// Predictions whose probabilities are in one interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CalibrationBin {
    /// Mean of the probabilities.
    pub predicted: f64,
    /// Share of events.
    pub happened: f64,
    /// Number of predictions.
    pub count: usize,
}

/// Predicted and actual rates, for each of `bins` equal intervals that has predictions.
///
/// # Errors
/// The lengths differ, there are none, no bins, or a probability is outside 0 to 1.
pub fn calibration_curve(truth: &[bool], probabilities: &[f64], bins: usize) -> Result<Vec<CalibrationBin>> {
    same_length(truth.len(), probabilities.len())?;
    setting(bins >= 1, "the number of bins", 0.0, "it must be at least 1")?;
    let mut sums = vec![(0.0, 0usize, 0usize); bins];
    for (t, p) in truth.iter().zip(probabilities) {
        setting((0.0..=1.0).contains(p), "a probability", *p, "it must be from 0 to 1")?;
        let (sum, events, count) = &mut sums[((p * bins as f64) as usize).min(bins - 1)];
        *sum += p;
        *events += usize::from(*t);
        *count += 1;
    }
    let filled = sums.into_iter().filter(|(.., count)| *count > 0);
    let bin = |(sum, events, count): (f64, usize, usize)| CalibrationBin {
        predicted: sum / count as f64,
        happened: events as f64 / count as f64,
        count,
    };
    Ok(filled.map(bin).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::{average_precision, expected_calibration_error, roc_auc};
    use proptest::prelude::*;

    #[test]
    fn the_example_of_scikit_learns_documentation() {
        let (truth, scores) = ([false, false, true, true], [0.1, 0.4, 0.35, 0.8]);
        let curve = roc_curve(&truth, &scores).expect("defined");
        assert_eq!(curve, [(0.0, 0.0), (0.0, 0.5), (0.5, 0.5), (0.5, 1.0), (1.0, 1.0)]);
        let curve = precision_recall_curve(&truth, &scores).expect("defined");
        assert_eq!(curve, [(0.5, 1.0), (0.5, 0.5), (1.0, 2.0 / 3.0), (1.0, 0.5)]);
        assert!(roc_curve(&[true], &[0.5]).is_err());
        assert!(precision_recall_curve(&[false], &[0.5]).is_err());
        assert!(calibration_curve(&[true], &[1.5], 3).is_err());
    }

    proptest! {
        #[test]
        fn areas_and_errors_are_those_of_the_curves(
            rows in prop::collection::vec((any::<bool>(), 0u8..10), 2..40)
        ) {
            let truth = rows.iter().map(|row| row.0).collect::<Vec<_>>();
            let scores = rows.iter().map(|row| f64::from(row.1) / 10.0).collect::<Vec<_>>();
            if let Ok(curve) = roc_curve(&truth, &scores) {
                let area = curve.windows(2).map(|w| (w[1].0 - w[0].0) * (w[0].1 + w[1].1) / 2.0).sum::<f64>();
                prop_assert!((area - roc_auc(&truth, &scores).expect("defined")).abs() < 1e-12);
            }
            if let Ok(curve) = precision_recall_curve(&truth, &scores) {
                let mut last = 0.0;
                let mut area = 0.0;
                for (recall, precision) in curve {
                    area += (recall - last) * precision;
                    last = recall;
                }
                prop_assert!((area - average_precision(&truth, &scores).expect("defined")).abs() < 1e-12);
            }
            let bins = calibration_curve(&truth, &scores, 4).expect("probabilities");
            let gap = |bin: &CalibrationBin| (bin.predicted - bin.happened).abs() * bin.count as f64;
            let error = bins.iter().map(gap).sum::<f64>() / rows.len() as f64;
            let expected = expected_calibration_error(&truth, &scores, 4).expect("probabilities");
            prop_assert!((error - expected).abs() < 1e-12);
        }
    }
}
