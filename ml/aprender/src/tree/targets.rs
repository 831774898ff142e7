//! The value of a set of rows as one leaf: sums of their targets, for classes and for numbers.

use serde::{Deserialize, Serialize};

/// Impurity measure of the classes in a node.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Impurity {
    /// 1 - Σ p²
    #[default]
    Gini,
    /// -Σ p ln p
    Entropy,
}

/// Targets of rows, and the sums by which splits are judged.
pub(crate) trait Targets: Sync {
    /// Sums over rows.
    type Sums: Clone + Send;

    /// Sums over no rows.
    fn zero(&self) -> Self::Sums;
    /// Moves a row's weight from one sum to another.
    fn shift(&self, from: &mut Self::Sums, to: &mut Self::Sums, row: u32, weight: f64);
    /// Adds a row.
    fn add(&self, sums: &mut Self::Sums, row: u32, weight: f64);
    /// -(weight × impurity), up to a constant that is the same for all partitions of the rows. Higher is better.
    fn worth(&self, sums: &Self::Sums) -> f64;
    /// Σ of the weights.
    fn weight(&self, sums: &Self::Sums) -> f64;
    /// Whether all rows have one target.
    fn is_pure(&self, rows: &[u32]) -> bool;
    /// Number of values in a leaf's answer.
    fn width(&self) -> usize;
    /// Appends the answer of a leaf of these rows.
    fn answer(&self, sums: &Self::Sums, answers: &mut Vec<f64>);
}

/// Classes as indices.
pub(crate) struct ClassTargets<'a> {
    pub places: &'a [u32],
    pub classes: usize,
    pub impurity: Impurity,
}

/// Weight of each class.
#[derive(Clone)]
pub(crate) struct ClassSums {
    counts: Vec<f64>,
    squares: f64,
    weight: f64,
}

impl Targets for ClassTargets<'_> {
    type Sums = ClassSums;

    fn zero(&self) -> ClassSums {
        ClassSums { counts: vec![0.0; self.classes], squares: 0.0, weight: 0.0 }
    }

    #[inline]
    fn shift(&self, from: &mut ClassSums, to: &mut ClassSums, row: u32, weight: f64) {
        let place = self.places[row as usize] as usize;
        from.squares += weight * (weight - 2.0 * from.counts[place]);
        from.counts[place] -= weight;
        from.weight -= weight;
        to.squares += weight * (weight + 2.0 * to.counts[place]);
        to.counts[place] += weight;
        to.weight += weight;
    }

    #[inline]
    fn add(&self, sums: &mut ClassSums, row: u32, weight: f64) {
        let place = self.places[row as usize] as usize;
        sums.squares += weight * (weight + 2.0 * sums.counts[place]);
        sums.counts[place] += weight;
        sums.weight += weight;
    }

    #[inline]
    fn worth(&self, sums: &ClassSums) -> f64 {
        match self.impurity {
            Impurity::Gini => sums.squares / sums.weight,
            Impurity::Entropy => {
                let part = |x: f64| if x > 0.0 { x * x.ln() } else { 0.0 };
                sums.counts.iter().map(|c| part(*c)).sum::<f64>() - part(sums.weight)
            }
        }
    }

    fn weight(&self, sums: &ClassSums) -> f64 {
        sums.weight
    }

    fn is_pure(&self, rows: &[u32]) -> bool {
        rows.iter().all(|r| self.places[*r as usize] == self.places[rows[0] as usize])
    }

    fn width(&self) -> usize {
        self.classes
    }

    fn answer(&self, sums: &ClassSums, answers: &mut Vec<f64>) {
        answers.extend(sums.counts.iter().map(|c| (c / sums.weight).clamp(0.0, 1.0)));
    }
}

/// Numbers minus their mean, so that sums of squares lose no digits.
pub(crate) struct NumberTargets {
    values: Vec<f64>,
    mean: f64,
}

impl NumberTargets {
    /// Targets of rows with weights, which must not all be zero.
    pub(crate) fn new(targets: &[f64], weights: Option<&[f64]>) -> Self {
        let weight = |row: usize| weights.map_or(1.0, |w| w[row]);
        let sum = targets.iter().enumerate().map(|(row, y)| weight(row) * y).sum::<f64>();
        let mean = sum / (0..targets.len()).map(weight).sum::<f64>();
        let mean = if mean.is_finite() { mean } else { 0.0 };
        Self { values: targets.iter().map(|y| y - mean).collect(), mean }
    }
}

/// Weight and weighted sum.
#[derive(Clone)]
pub(crate) struct NumberSums {
    sum: f64,
    weight: f64,
}

impl Targets for NumberTargets {
    type Sums = NumberSums;

    fn zero(&self) -> NumberSums {
        NumberSums { sum: 0.0, weight: 0.0 }
    }

    #[inline]
    fn shift(&self, from: &mut NumberSums, to: &mut NumberSums, row: u32, weight: f64) {
        let y = weight * self.values[row as usize];
        from.sum -= y;
        from.weight -= weight;
        to.sum += y;
        to.weight += weight;
    }

    #[inline]
    fn add(&self, sums: &mut NumberSums, row: u32, weight: f64) {
        sums.sum += weight * self.values[row as usize];
        sums.weight += weight;
    }

    #[inline]
    fn worth(&self, sums: &NumberSums) -> f64 {
        sums.sum * sums.sum / sums.weight
    }

    fn weight(&self, sums: &NumberSums) -> f64 {
        sums.weight
    }

    fn is_pure(&self, rows: &[u32]) -> bool {
        rows.iter().all(|r| self.values[*r as usize] == self.values[rows[0] as usize])
    }

    fn width(&self) -> usize {
        1
    }

    fn answer(&self, sums: &NumberSums, answers: &mut Vec<f64>) {
        answers.push(self.mean + sums.sum / sums.weight);
    }
}
