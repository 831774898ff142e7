//! Figures about predicted classes.

use super::same_length;
use crate::error::Result;

/// Share of correct predictions.
///
/// # Errors
/// The lengths differ, or there are none.
pub fn accuracy(truth: &[u32], predicted: &[u32]) -> Result<f64> {
    same_length(truth.len(), predicted.len())?;
    let right = truth.iter().zip(predicted).filter(|(t, p)| t == p).count();
    Ok(right as f64 / truth.len() as f64)
}

/// How often each class was mistaken for each other class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confusion {
    /// All classes among truth and predictions, ascending.
    pub classes: Vec<u32>,
    /// `counts[i * classes + j]`: rows of class i that were predicted to be class j.
    pub counts: Vec<usize>,
}

impl Confusion {
    /// Counts.
    ///
    /// # Errors
    /// The lengths differ, or there are none.
    pub fn new(truth: &[u32], predicted: &[u32]) -> Result<Self> {
        same_length(truth.len(), predicted.len())?;
        let mut classes = [truth, predicted].concat();
        classes.sort_unstable();
        classes.dedup();
        let place = |class: u32| classes.partition_point(|c| *c < class);
        let mut counts = vec![0; classes.len() * classes.len()];
        for (t, p) in truth.iter().zip(predicted) {
            counts[place(*t) * classes.len() + place(*p)] += 1;
        }
        Ok(Self { classes, counts })
    }

    /// The harmonic mean of precision and recall of the class at an index; 0 if it was neither present nor predicted.
    pub fn f1(&self, place: usize) -> f64 {
        let n = self.classes.len();
        if place >= n {
            return 0.0;
        }
        let hits = self.counts[place * n + place];
        let there = self.counts[place * n..(place + 1) * n].iter().sum::<usize>();
        let predicted = self.counts.iter().skip(place).step_by(n).sum::<usize>();
        if there + predicted == 0 { 0.0 } else { 2.0 * hits as f64 / (there + predicted) as f64 }
    }
}

/// F1 of one class; 0 if it was neither present nor predicted.
///
/// # Errors
/// The lengths differ, or there are none.
pub fn f1(truth: &[u32], predicted: &[u32], class: u32) -> Result<f64> {
    let confusion = Confusion::new(truth, predicted)?;
    Ok(confusion.classes.binary_search(&class).map_or(0.0, |place| confusion.f1(place)))
}

/// Mean F1 of the classes, each class counting the same.
///
/// # Errors
/// The lengths differ, or there are none.
pub fn macro_f1(truth: &[u32], predicted: &[u32]) -> Result<f64> {
    let confusion = Confusion::new(truth, predicted)?;
    let n = confusion.classes.len();
    Ok((0..n).map(|place| confusion.f1(place)).sum::<f64>() / n as f64)
}
