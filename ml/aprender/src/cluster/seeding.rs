//! First centers by greedy k-means++.

use super::squares;
use crate::error::Result;
use crate::table::Table;
use trueno::random::Philox;
use trueno::{ArrayView, matmul};

/// `clusters` rows, each drawn with a probability proportional to its squared distance from those before; of 2 + ln k
/// draws the one with the smallest sum wins.
pub(super) fn plus_plus(table: &Table, clusters: usize, random: &mut Philox) -> Result<Vec<f64>> {
    let tries = 2 + (clusters as f64).ln() as usize;
    let norms = squares(table.values(), table.columns()).collect::<Vec<_>>();
    let first = random.below(table.rows() as u64) as usize;
    let mut centers = table.row(first).to_vec();
    let far = vec![f64::INFINITY; table.rows()];
    let mut distances = nearer(table, &norms, &[first], &far)?.swap_remove(0);
    for _ in 1..clusters {
        let total = distances.iter().sum::<f64>();
        let rows = (0..tries).map(|_| draw(&distances, random.uniform() * total)).collect::<Vec<_>>();
        let mut best = (f64::INFINITY, Vec::new(), 0);
        for (row, after) in rows.iter().zip(nearer(table, &norms, &rows, &distances)?) {
            let sum = after.iter().sum::<f64>();
            if sum < best.0 {
                best = (sum, after, *row);
            }
        }
        centers.extend_from_slice(table.row(best.2));
        distances = best.1;
    }
    Ok(centers)
}

/// The row at which the running sum of distances exceeds `target`.
fn draw(distances: &[f64], target: f64) -> usize {
    let mut sum = 0.0;
    for (row, distance) in distances.iter().enumerate() {
        sum += distance;
        if sum > target {
            return row;
        }
    }
    distances.len() - 1
}

/// For each candidate row the squared distances of all rows from it, or from the earlier centers if those are smaller.
fn nearer(table: &Table, norms: &[f64], candidates: &[usize], before: &[f64]) -> Result<Vec<Vec<f64>>> {
    let columns = table.columns();
    let picked = candidates.iter().flat_map(|r| table.row(*r).iter().copied()).collect::<Vec<_>>();
    let view = ArrayView::from_slice(&picked, &[candidates.len(), columns])?;
    let products = matmul(&table.view()?, &view.transpose())?;
    let of = |(place, candidate): (usize, &usize)| {
        let norm = norms[*candidate];
        let products = products.as_slice().iter().skip(place).step_by(candidates.len());
        let rows = products.zip(norms).zip(before);
        let near = |((product, n), before): ((&f64, &f64), &f64)| {
            let distance = norm + n - 2.0 * product;
            if distance < *before { distance.max(0.0) } else { *before }
        };
        let mut distances = rows.map(near).collect::<Vec<_>>();
        distances[*candidate] = 0.0;
        distances
    };
    Ok(candidates.iter().enumerate().map(of).collect())
}
