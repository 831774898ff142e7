//! Calibration of the model's probabilities.

use super::comments::Comments;
use anyhow::Result;
use aprender::calibration::Isotonic;
use pmat::satd::learned::probability;
use std::fmt::Write as _;

/// Intervals of probabilities in the table.
const BINS: usize = 10;

/// Range of scores for the curve's points, and the distance between two points.
const LEAST: f64 = -9.0;
const GREATEST: f64 = 6.0;
const STEP: f64 = 0.5;
/// A point with fewer comments near it is left out.
const LEAST_COMMENTS: f64 = 10.0;

/// The curve from scores to probabilities. It uses comments of the chosen projects, scored by models that had not seen
/// those projects. Each point is the share of nearby comments that admit debt, weighted by distance; the curve is then
/// made to rise. Comments without words have no score and are ignored. (A logistic curve is too confident at its upper
/// end: one marked comment in six admits nothing.)
pub fn curve(
    comments: &Comments,
    scores: &[Option<f64>],
    chosen: impl Fn(usize) -> bool,
) -> Result<Vec<[f32; 2]>> {
    let rows = comments.rows.iter().zip(scores).filter(|(row, _)| chosen(row.project));
    let rows: Vec<(f64, bool)> =
        rows.filter_map(|(row, score)| Some((score.as_ref()?.clamp(LEAST, GREATEST), row.admits))).collect();
    let (mut places, mut shares, mut weights) = (Vec::new(), Vec::new(), Vec::new());
    for step in 0..=((GREATEST - LEAST) / STEP) as usize {
        let place = LEAST + STEP * step as f64;
        let near =
            rows.iter().map(|(score, admits)| ((1.0 - (score - place).abs() / STEP).max(0.0), *admits));
        let (weight, right) = near.fold((0.0, 0.0), |(all, right), (weight, admits)| {
            (all + weight, right + if admits { weight } else { 0.0 })
        });
        if weight >= LEAST_COMMENTS {
            places.push(place);
            shares.push(right / weight);
            weights.push(weight);
        }
    }
    let rising = Isotonic.fit(&places, &shares, Some(&weights))?;
    Ok(places.iter().map(|place| [*place as f32, rising.value(*place) as f32]).collect())
}

/// Predicted and actual shares by probability, each project by a curve of the others, and the expected error.
pub fn table(comments: &Comments, scores: &[Option<f64>]) -> Result<String> {
    let curves = (0..comments.projects.len())
        .map(|project| curve(comments, scores, |other| other != project))
        .collect::<Result<Vec<_>>>()?;
    let mut bins = [(0usize, 0.0, 0usize); BINS];
    let mut by_project = vec![[(0usize, 0.0, 0usize); BINS]; comments.projects.len()];
    for (row, score) in comments.rows.iter().zip(scores).filter_map(|(row, score)| Some((row, (*score)?))) {
        let chance = probability(&curves[row.project], score as f32);
        let place = ((chance * BINS as f64) as usize).min(BINS - 1);
        for bin in [&mut bins[place], &mut by_project[row.project][place]] {
            bin.0 += 1;
            bin.1 += chance;
            bin.2 += usize::from(row.admits);
        }
    }
    let mut text =
        String::from("| probability | comments | mean probability | admit debt |\n|---|---|---|---|\n");
    for (place, (count, sum, right)) in bins.iter().enumerate() {
        let all = (*count).max(1) as f64;
        let (from, to) = (place as f64 / BINS as f64, (place + 1) as f64 / BINS as f64);
        let _ = writeln!(
            text,
            "| {from:.1} to {to:.1} | {count} | {:.3} | {:.3} |",
            sum / all,
            *right as f64 / all
        );
    }
    let error = |bins: &[(usize, f64, usize)]| {
        let rows = bins.iter().map(|bin| bin.0).sum::<usize>().max(1) as f64;
        bins.iter().map(|(_, sum, right)| (sum - *right as f64).abs()).sum::<f64>() / rows
    };
    let each: Vec<String> = by_project.iter().map(|bins| format!("{:.4}", error(bins))).collect();
    let _ = writeln!(text, "expected calibration error {:.4}, by project {}", error(&bins), each.join(" "));
    Ok(text)
}
