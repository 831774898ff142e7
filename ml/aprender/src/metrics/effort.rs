//! Defects found for the work of inspecting items in a given order: the figures of effort-aware defect prediction.

use super::same_length;
use crate::checks::check_targets;
use crate::error::{ModelError, Result, setting};

/// Defects found against work done, both as shares of the total, from (0, 0) to (1, 1). Items of equal score are
/// inspected evenly. Source: Arisholm, Briand, Johannessen, "A systematic and comprehensive investigation of methods to
/// build and evaluate fault prediction models", 2010.
///
/// `defects` is the number of defects of each item, `effort` the cost of inspecting it (its lines, for example); items
/// with higher `scores` come first.
///
/// # Errors
/// The lengths differ, a number is not finite, defects are negative or all zero, or effort is not above 0.
pub fn effort_curve(defects: &[f64], effort: &[f64], scores: &[f64]) -> Result<Vec<(f64, f64)>> {
    same_length(defects.len(), scores.len())?;
    same_length(defects.len(), effort.len())?;
    for (what, numbers) in [("the defects", defects), ("the efforts", effort), ("the scores", scores)] {
        check_targets(what, defects.len(), numbers)?;
    }
    let total = defects.iter().sum::<f64>();
    if defects.iter().any(|d| *d < 0.0) || total <= 0.0 {
        return Err(ModelError::Undefined("effort-aware figures need defects, at least 0 of each item"));
    }
    if effort.iter().any(|e| *e <= 0.0) {
        return Err(ModelError::Undefined("the effort of each item must be above 0"));
    }
    let work = effort.iter().sum::<f64>();
    let mut order = (0..scores.len()).collect::<Vec<_>>();
    order.sort_unstable_by(|a, b| scores[*b].total_cmp(&scores[*a]).then(a.cmp(b)));
    let (mut done, mut found) = (0.0, 0.0);
    let mut curve = vec![(0.0, 0.0)];
    for group in order.chunk_by(|a, b| scores[*a] == scores[*b]) {
        done += group.iter().map(|item| effort[*item]).sum::<f64>();
        found += group.iter().map(|item| defects[*item]).sum::<f64>();
        curve.push((done / work, found / total));
    }
    Ok(curve)
}

/// The share of all defects that the first `share` of the work finds; 0.2 is usual. Source: Kamei et al., "A large-scale empirical
/// study of just-in-time quality assurance", 2013.
///
/// # Errors
/// As [`effort_curve`], or the share is outside 0 to 1.
pub fn recall_at_effort(defects: &[f64], effort: &[f64], scores: &[f64], share: f64) -> Result<f64> {
    setting((0.0..=1.0).contains(&share), "the share of the work", share, "it must be from 0 to 1")?;
    let curve = effort_curve(defects, effort, scores)?;
    let piece = curve.windows(2).find(|pair| pair[1].0 >= share);
    // Rounding may leave the end of the curve just below 1.
    Ok(piece.map_or(1.0, |pair| {
        let ((x0, y0), (x1, y1)) = (pair[0], pair[1]);
        y0 + (y1 - y0) * ((share - x0) / (x1 - x0)).clamp(0.0, 1.0)
    }))
}

/// Popt: the area under the curve between that of the worst order (0) and that of the best (1). Source: Mende, Koschke,
/// "Effort-aware defect prediction models", 2010, scaled as Kamei et al., 2013, do.
///
/// # Errors
/// As [`effort_curve`], or every order is equally good.
pub fn effort_gain(defects: &[f64], effort: &[f64], scores: &[f64]) -> Result<f64> {
    let area = |scores: &[f64]| -> Result<f64> {
        let curve = effort_curve(defects, effort, scores)?;
        Ok(curve.windows(2).map(|pair| (pair[1].0 - pair[0].0) * (pair[0].1 + pair[1].1) / 2.0).sum())
    };
    let own = area(scores)?;
    let density = defects.iter().zip(effort).map(|(d, e)| d / e).collect::<Vec<_>>();
    let best = area(&density)?;
    let worst = area(&density.iter().map(|d| -d).collect::<Vec<_>>())?;
    if best - worst <= 1e-12 {
        return Err(ModelError::Undefined("every order of these items finds the defects equally soon"));
    }
    Ok(((own - worst) / (best - worst)).clamp(0.0, 1.0))
}
