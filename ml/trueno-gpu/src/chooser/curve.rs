//! Time as a function of work, between measured points.

use serde::{Deserialize, Serialize};

/// Measured seconds by amount of work, ascending in work.
///
/// Between points, time is interpolated on logarithmic scales. Below the first point it is that point's time, because
/// the start-up cost dominates there; above the last it grows in proportion.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Vec<(f64, f64)>", into = "Vec<(f64, f64)>")]
pub struct Curve(Vec<(f64, f64)>);

impl Curve {
    /// A curve through points of (work, seconds).
    ///
    /// # Errors
    /// No points, numbers that are not positive, or works that do not ascend.
    pub fn new(points: Vec<(f64, f64)>) -> Result<Self, &'static str> {
        let positive = |x: f64| x.is_finite() && x > 0.0;
        if points.is_empty() {
            return Err("a curve needs a point");
        }
        if !points.iter().all(|(work, seconds)| positive(*work) && positive(*seconds)) {
            return Err("work and seconds of a curve are positive");
        }
        if !points.is_sorted_by(|a, b| a.0 < b.0) {
            return Err("the work of a curve ascends");
        }
        Ok(Self(points))
    }

    /// Expected seconds for that much work.
    pub fn seconds(&self, work: f64) -> f64 {
        let next = self.0.partition_point(|point| point.0 < work);
        let (Some(low), high) = (next.checked_sub(1), self.0.get(next)) else { return self.first() };
        let low = self.0[low];
        let Some(high) = high else { return low.1 * (work / low.0) };
        let part = (work / low.0).ln() / (high.0 / low.0).ln();
        (low.1.ln() + part * (high.1 / low.1).ln()).exp()
    }

    /// Seconds of the smallest measured work.
    pub fn first(&self) -> f64 {
        self.0[0].1
    }

    /// Work per second at the largest measured work.
    pub fn last_rate(&self) -> f64 {
        let (work, seconds) = self.0[self.0.len() - 1];
        work / seconds
    }

    /// Highest work per second of any point.
    pub fn best_rate(&self) -> f64 {
        self.0.iter().map(|(work, seconds)| work / seconds).fold(0.0, f64::max)
    }

    /// The measured points.
    pub fn points(&self) -> &[(f64, f64)] {
        &self.0
    }
}

impl TryFrom<Vec<(f64, f64)>> for Curve {
    type Error = &'static str;

    fn try_from(points: Vec<(f64, f64)>) -> Result<Self, Self::Error> {
        Self::new(points)
    }
}

impl From<Curve> for Vec<(f64, f64)> {
    fn from(curve: Curve) -> Self {
        curve.0
    }
}
