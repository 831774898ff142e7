//! A mark in a model's weights that identifies a buyer's copy.
//!
//! The seller adds a small step to each weight. A keyed hash of buyer and position decides whether it goes up or down.
//! To find the mark, the seller compares a leaked copy with the unmarked original; reordered rows and columns are put
//! back in place first.
//!
//! Why a found mark is evidence: if somebody's mark is not in the copy, their steps are independent of everything that
//! was compared. So by Hoeffding's inequality (1963, theorem 2) the sum of the steps times the differences d is at
//! least t · ‖d‖ with probability at most exp(-t² / 2). This bound protects the innocent, no matter how the copy was
//! changed.
//!
//! Why the mark reveals nothing to the buyer: the steps are the output of a pseudorandom function (keyed BLAKE3) under
//! the seller's key. A buyer who also had the original would see their own steps, but neither the key nor another
//! buyer's steps. Buyers who average their copies weaken all of their marks; each mark is still found if there are
//! enough weights.

use super::error::{AprError, Result};

/// With fewer weights than this a mark does not survive rounding and pruning.
const MIN_WEIGHTS: usize = 1000;
/// Number of values by which a row or column is recognised.
const FEATURES: usize = 48;

/// The mark of one buyer.
#[derive(Clone, Copy)]
pub struct Watermark<'a> {
    /// The seller's secret. Anyone who has it can find and make marks.
    pub key: &'a [u8; 32],
    /// The buyer, or the number of the sale.
    pub buyer: &'a str,
    /// Size of a step in root mean squares of the tensor's weights; .01 is usual. At least .002, so that rounding to 16 bits
    /// does not undo it.
    pub strength: f32,
}

/// A matrix of weights, row by row.
#[derive(Clone, Copy)]
pub struct Weights<'a> {
    /// The tensor's name; it must be the same for marking and searching.
    pub name: &'a str,
    /// How many rows.
    pub rows: usize,
    /// The weights; as many as rows times columns.
    pub values: &'a [f32],
}

impl<'a> Weights<'a> {
    fn columns(&self) -> usize {
        self.values.len() / self.rows.max(1)
    }

    fn check(&self) -> Result<()> {
        let whole = self.rows > 0 && self.values.len().is_multiple_of(self.rows);
        if !whole || self.values.len() < MIN_WEIGHTS || self.values.iter().any(|value| !value.is_finite()) {
            return Err(AprError::Unstorable(format!(
                "\"{}\" cannot carry a mark: it needs whole rows and at least {MIN_WEIGHTS} finite weights",
                self.name
            )));
        }
        Ok(())
    }

    /// Root mean square of the weights that are not zero.
    fn scale(&self) -> f64 {
        let weights = self.values.iter().filter(|value| **value != 0.0);
        let (sum, count) =
            weights.fold((0.0, 0usize), |(sum, count), value| (sum + f64::from(*value).powi(2), count + 1));
        (sum / count.max(1) as f64).sqrt()
    }
}

/// Evidence for a mark. Evidence from several tensors adds up.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Evidence {
    agreement: f64,
    squares: f64,
}

impl Evidence {
    /// Evidence of both.
    pub fn and(self, other: Evidence) -> Evidence {
        Evidence { agreement: self.agreement + other.agreement, squares: self.squares + other.squares }
    }

    /// The agreement, in standard deviations of the agreement of an innocent copy.
    pub fn deviations(&self) -> f64 {
        if self.squares > 0.0 { self.agreement / self.squares.sqrt() } else { 0.0 }
    }

    /// Upper bound on the probability of this much agreement in a copy without the mark. Multiply it by the number of
    /// buyers that were tried.
    pub fn p_value(&self) -> f64 {
        (-0.5 * self.deviations().max(0.0).powi(2)).exp()
    }
}

impl Watermark<'_> {
    /// The weights with the mark. Zeros stay zeros.
    ///
    /// # Errors
    /// [`AprError::Unstorable`] for fewer than 1000 weights, broken rows, weights that are not finite, a strength outside .002
    /// to .1.
    pub fn embed(&self, weights: &Weights) -> Result<Vec<f32>> {
        weights.check()?;
        if !(0.002..=0.1).contains(&self.strength) {
            return Err(AprError::Unstorable(format!(
                "a mark of strength {} (allowed: .002 to .1)",
                self.strength
            )));
        }
        let step = (f64::from(self.strength) * weights.scale()) as f32;
        let steps = self.steps(weights);
        let marked = weights.values.iter().zip(steps);
        Ok(marked
            .map(|(value, up)| if *value == 0.0 { 0.0 } else { value + if up { step } else { -step } })
            .collect())
    }

    /// Looks for the mark in a copy of `original`, whose rows and columns may have been reordered.
    ///
    /// # Errors
    /// [`AprError::Unstorable`] if the copy has another shape, or the original cannot carry a mark.
    pub fn find(&self, original: &Weights, copy: &[f32]) -> Result<Evidence> {
        original.check()?;
        if copy.len() != original.values.len() {
            return Err(AprError::Unstorable(format!("a copy of \"{}\" with another shape", original.name)));
        }
        let limit = 2.0 * f64::from(self.strength) * original.scale();
        let columns = original.columns();
        let (row_of, column_of) = places(original, copy);
        let steps = self.steps(original);
        let mut evidence = Evidence::default();
        for (index, found) in copy.iter().enumerate() {
            let (Some(row), Some(column)) = (row_of[index / columns], column_of[index % columns]) else {
                continue;
            };
            let place = row * columns + column;
            let value = original.values[place];
            if value == 0.0 || !found.is_finite() {
                continue;
            }
            // Single large differences (pruned or replaced weights) must not drown the rest.
            let difference = (f64::from(*found) - f64::from(value)).clamp(-limit, limit);
            evidence.agreement += if steps[place] { difference } else { -difference };
            evidence.squares += difference * difference;
        }
        Ok(evidence)
    }

    /// Which weights go up: bits of keyed BLAKE3 over buyer and tensor.
    fn steps(&self, weights: &Weights) -> Vec<bool> {
        let mut hasher = blake3::Hasher::new_keyed(&blake3::derive_key("apr watermark", self.key));
        for text in [self.buyer, weights.name] {
            hasher.update(&(text.len() as u64).to_le_bytes()).update(text.as_bytes());
        }
        let mut bytes = vec![0; weights.values.len().div_ceil(8)];
        hasher.finalize_xof().fill(&mut bytes);
        (0..weights.values.len()).map(|index| bytes[index / 8] >> (index % 8) & 1 == 1).collect()
    }
}

/// The original number of each row and column of the copy, if one is recognised. Only weights are used for this, not
/// steps, so the evidence is unaffected.
fn places(original: &Weights, copy: &[f32]) -> (Vec<Option<usize>>, Vec<Option<usize>>) {
    let (rows, columns) = (original.rows, original.columns());
    // A row is recognised by its sorted values, which do not depend on the order of columns.
    let row_features =
        |values: &[f32]| values.chunks_exact(columns).map(|row| quantiles(row.to_vec())).collect();
    let row_of = nearest(row_features(copy), row_features(original.values));
    // With the rows in place a column is recognised by its values in some of them.
    let known: Vec<(usize, usize)> =
        row_of.iter().enumerate().filter_map(|(row, place)| Some((row, (*place)?))).collect();
    let chosen: Vec<_> = known.iter().step_by(known.len().div_ceil(FEATURES).max(1)).collect();
    let column_features = |values: &[f32], row_in: fn(&(usize, usize)) -> usize| {
        let feature = |column| chosen.iter().map(|pair| values[row_in(pair) * columns + column]).collect();
        (0..columns).map(feature).collect()
    };
    let column_of =
        nearest(column_features(copy, |pair| pair.0), column_features(original.values, |pair| pair.1));
    debug_assert_eq!((row_of.len(), column_of.len()), (rows, columns));
    (row_of, column_of)
}

/// The values at evenly spread ranks.
fn quantiles(mut values: Vec<f32>) -> Vec<f32> {
    values.sort_by(f32::total_cmp);
    let count = values.len().min(FEATURES);
    (0..count).map(|rank| values[rank * (values.len() - 1) / (count - 1).max(1)]).collect()
}

/// The nearest of `known` for each of `found`; if several have the same nearest, only the closest of them gets it.
fn nearest(found: Vec<Vec<f32>>, known: Vec<Vec<f32>>) -> Vec<Option<usize>> {
    let distance = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum::<f32>();
    let mut taken: Vec<Option<(f32, usize)>> = vec![None; known.len()];
    for (index, features) in found.iter().enumerate() {
        // The same place is tried first, so that identical rows stay where they are.
        let places = std::iter::once(index).chain((0..known.len()).filter(|place| *place != index));
        let best =
            places.map(|place| (distance(features, &known[place]), place)).min_by(|a, b| a.0.total_cmp(&b.0));
        let Some((distance, place)) = best else { continue };
        if taken[place].is_none_or(|(other, _)| distance < other) {
            taken[place] = Some((distance, index));
        }
    }
    let mut places = vec![None; found.len()];
    for (place, winner) in taken.iter().enumerate() {
        if let Some((_, index)) = winner {
            places[*index] = Some(place);
        }
    }
    places
}
