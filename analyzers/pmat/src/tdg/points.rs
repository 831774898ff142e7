//! Points: exact internally, shown in hundredths that add up.

use super::grade::Grade;
use super::metric::{Metric, Millionths, WHOLE};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};
use std::borrow::Cow;
use std::fmt;

/// Points in hundredths, as every report shows them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Points(i64);

impl Points {
    /// Whole points.
    pub const fn whole(points: i64) -> Points {
        Points(points * 100)
    }

    /// Hundredths of a point.
    pub const fn hundredths(hundredths: i64) -> Points {
        Points(hundredths)
    }

    /// In hundredths of a point.
    pub const fn as_hundredths(self) -> i64 {
        self.0
    }

    /// As a number of points.
    pub fn value(self) -> f64 {
        self.0 as f64 / 100.0
    }
}

impl std::ops::Sub for Points {
    type Output = Points;

    fn sub(self, other: Points) -> Points {
        Points(self.0 - other.0)
    }
}

impl std::iter::Sum for Points {
    fn sum<I: Iterator<Item = Points>>(all: I) -> Points {
        Points(all.map(|points| points.0).sum())
    }
}

impl fmt::Display for Points {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = match (self.0 < 0, f.sign_plus() && self.0 > 0) {
            (true, _) => "-",
            (_, true) => "+",
            _ => "",
        };
        let size = self.0.unsigned_abs();
        write!(f, "{sign}{}.{:02}", size / 100, size % 100)
    }
}

impl Serialize for Points {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.value())
    }
}

impl JsonSchema for Points {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Points".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "number" })
    }
}

/// Millionths of a point for each metric: what was earned, and what could have been. A metric that was left out has both 0.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Score {
    pub(super) earned: [u64; 6],
    pub(super) most: [u64; 6],
}

/// Millionths of a point in a hundredth of a point.
const HUNDREDTH: u64 = 10_000;
/// Millionths of a point in a full score.
const FULL: u64 = 100 * WHOLE;

impl Score {
    /// The score of a thing by the quality (from 0 to [`WHOLE`]) of each metric that was measured on it. The weights of the
    /// others are spread over these in proportion. None if nothing was measured.
    pub fn of(qualities: &[Option<Millionths>; 6]) -> Option<Score> {
        let measured = || Metric::ALL.into_iter().zip(qualities).filter(|(_, quality)| quality.is_some());
        let weights: u64 = measured().map(|(metric, _)| u64::from(metric.weight())).sum();
        if weights == 0 {
            return None;
        }
        let mut score = Score::default();
        for (metric, quality) in measured() {
            let most = FULL * u64::from(metric.weight());
            let quality = quality.unwrap_or(0).min(WHOLE);
            score.most[metric.index()] = most / weights;
            score.earned[metric.index()] = most * quality / WHOLE / weights;
        }
        Some(score)
    }

    /// Everything earned, in millionths of a point.
    pub fn exact(&self) -> u64 {
        self.earned.iter().sum()
    }

    /// As it is shown.
    pub fn points(&self) -> Points {
        Points::hundredths(rounded(self.exact()) as i64)
    }

    /// Its grade, by the score as it is shown.
    pub fn grade(&self) -> Grade {
        Grade::of(self.points())
    }

    /// The parts as they are shown: they add up to [`points`](Score::points), and what they could have been to 100. Each is
    /// the exact part rounded down or up; the largest remainders are rounded up. None for a metric that was left out.
    pub fn parts(&self) -> [Option<(Points, Points)>; 6] {
        let most = apportion(&self.most, rounded(self.most.iter().sum()), &[u64::MAX; 6]);
        let earned = apportion(&self.earned, rounded(self.exact()), &most);
        let mut parts = [None; 6];
        for metric in Metric::ALL {
            let index = metric.index();
            if self.most[index] > 0 {
                let points = |hundredths: u64| Points::hundredths(hundredths as i64);
                parts[index] = Some((points(earned[index]), points(most[index])));
            }
        }
        parts
    }
}

/// Hundredths of a point nearest to this many millionths.
fn rounded(millionths: u64) -> u64 {
    (millionths + HUNDREDTH / 2) / HUNDREDTH
}

/// Rounds each part to hundredths so that they add up to `total`, none above its `cap`.
fn apportion(parts: &[u64; 6], total: u64, caps: &[u64; 6]) -> [u64; 6] {
    let mut shown = parts.map(|part| part / HUNDREDTH);
    for (shown, cap) in shown.iter_mut().zip(caps) {
        *shown = (*shown).min(*cap);
    }
    let mut left = total.saturating_sub(shown.iter().sum());
    while left > 0 {
        // What is missing of the exact part; the first of equal ones wins.
        let missing = |index: usize| parts[index] as i64 - (shown[index] * HUNDREDTH) as i64;
        let with_room = (0..parts.len()).filter(|&index| shown[index] < caps[index] && parts[index] > 0);
        let Some(index) = with_room.rev().max_by_key(|&index| missing(index)) else {
            break;
        };
        shown[index] += 1;
        left -= 1;
    }
    shown
}

/// A sum of scores by size: its mean is the score of all of them together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SizedSum {
    size: u64,
    earned: [u128; 6],
    most: [u128; 6],
}

impl SizedSum {
    /// Adds a thing of this many source lines.
    pub fn add(&mut self, size: u64, score: &Score) {
        self.size += size;
        for index in 0..6 {
            self.earned[index] += u128::from(size) * u128::from(score.earned[index]);
            self.most[index] += u128::from(size) * u128::from(score.most[index]);
        }
    }

    /// The same with one thing's score replaced.
    pub fn replacing(mut self, size: u64, old: &Score, new: &Score) -> SizedSum {
        for index in 0..6 {
            let weighted = |points: u64| u128::from(size) * u128::from(points);
            self.earned[index] =
                self.earned[index] - weighted(old.earned[index]) + weighted(new.earned[index]);
        }
        self
    }

    /// Source lines of everything added.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The mean by size; none of nothing.
    pub fn mean(&self) -> Option<Score> {
        if self.size == 0 {
            return None;
        }
        let size = u128::from(self.size);
        let mean = |sums: &[u128; 6]| sums.map(|sum| u64::try_from((sum + size / 2) / size).unwrap_or(FULL));
        Some(Score { earned: mean(&self.earned), most: mean(&self.most) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_show_two_digits_and_a_sign_when_asked() {
        assert_eq!(Points::hundredths(8_705).to_string(), "87.05");
        assert_eq!(Points::hundredths(-5).to_string(), "-0.05");
        assert_eq!(format!("{:+}", Points::hundredths(5)), "+0.05");
        assert_eq!(format!("{:+}", Points::hundredths(0)), "0.00");
        assert_eq!(serde_json::to_string(&Points::hundredths(8_705)).expect("a number"), "87.05");
    }

    #[test]
    fn full_quality_is_a_hundred_whatever_was_left_out() {
        for measured in 1u32..64 {
            let qualities = std::array::from_fn(|index| (measured >> index & 1 == 1).then_some(WHOLE));
            let score = Score::of(&qualities).expect("something was measured");
            assert_eq!(score.points(), Points::whole(100), "{qualities:?}");
            assert_eq!(score.parts().iter().flatten().map(|part| part.1).sum::<Points>(), Points::whole(100));
        }
        assert_eq!(Score::of(&[None; 6]), None);
    }
}
