//! Probabilities that rows are neighbours.

use crate::error::Result;
use crate::neighbors::Neighbors;
use crate::table::Table;
use rayon::prelude::*;

/// Maximum number of halvings of an interval for the width; after that it is taken as it is.
const HALVINGS: usize = 100;

/// A sparse symmetric matrix that sums to 1: each row's nearest neighbours.
pub(super) struct Similarities {
    starts: Vec<usize>,
    entries: Vec<(u32, f64)>,
}

impl Similarities {
    /// About 3 · perplexity neighbours of each row, weighted by a normal distribution around the row whose width gives
    /// that perplexity.
    pub(super) fn new(table: &Table, perplexity: f64) -> Result<Self> {
        let rows = table.rows();
        let count = (3.0 * perplexity + 1.0).min((rows - 1) as f64) as usize;
        let all = Neighbors::new(table)?.nearest(table, count + 1)?;
        let one = |(row, mut nearest): (usize, Vec<(f64, usize)>)| {
            // Among many equal rows, the result for a row may not contain the row itself.
            nearest.retain(|(_, other)| *other != row);
            nearest.truncate(count);
            let distances = nearest.iter().map(|(d, _)| *d).collect::<Vec<_>>();
            let chances = chances(&distances, perplexity.ln());
            nearest.iter().map(|(_, other)| *other as u32).zip(chances).collect::<Vec<_>>()
        };
        let near = all.into_par_iter().enumerate().map(one).collect::<Vec<_>>();
        let mut entries = Vec::with_capacity(2 * rows * count);
        for (row, near) in near.iter().enumerate() {
            for (other, chance) in near {
                let half = chance / (2 * rows) as f64;
                entries.push((row as u32, *other, half));
                entries.push((*other, row as u32, half));
            }
        }
        entries.sort_unstable_by_key(|(row, other, _)| (*row, *other));
        // The probabilities from both sides are added; both orders of the sum give the same result.
        entries.dedup_by(|next, kept| {
            let same = (next.0, next.1) == (kept.0, kept.1);
            if same {
                kept.2 += next.2;
            }
            same
        });
        let starts = (0..=rows).map(|row| entries.partition_point(|(r, ..)| (*r as usize) < row)).collect();
        Ok(Self { starts, entries: entries.into_iter().map(|(_, other, p)| (other, p)).collect() })
    }

    /// Neighbours of a row with their shares.
    pub(super) fn of(&self, row: usize) -> impl Iterator<Item = (usize, f64)> + '_ {
        self.entries[self.starts[row]..self.starts[row + 1]].iter().map(|(other, p)| (*other as usize, *p))
    }
}

/// exp(-β d) for squared distances d, ascending, normalised, with the β that gives the requested entropy (in nats).
fn chances(distances: &[f64], entropy: f64) -> Vec<f64> {
    let nearest = distances.first().copied().unwrap_or(0.0);
    let (mut low, mut high, mut beta) = (0.0, f64::INFINITY, 1.0);
    let mut found = Vec::new();
    for _ in 0..HALVINGS {
        found = distances.iter().map(|d| (-beta * (d - nearest)).exp()).collect::<Vec<_>>();
        let sum = found.iter().sum::<f64>();
        found.iter_mut().for_each(|p| *p /= sum);
        let mean = found.iter().zip(distances).map(|(p, d)| p * (d - nearest)).sum::<f64>();
        let difference = sum.ln() + beta * mean - entropy;
        if difference.abs() < 1e-5 {
            break;
        }
        if difference > 0.0 {
            low = beta;
            beta = if high == f64::INFINITY { beta * 2.0 } else { f64::midpoint(beta, high) };
        } else {
            high = beta;
            beta = f64::midpoint(beta, low);
        }
    }
    found
}
