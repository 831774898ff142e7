//! Grades by score.

use super::points::Points;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A grade, from best to worst: `Grade::APlus < Grade::F`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "GradeLetter")]
pub enum Grade {
    /// 95 and more.
    #[serde(rename = "A+")]
    APlus,
    /// 90 and more.
    A,
    /// 85 and more.
    #[serde(rename = "A-")]
    AMinus,
    /// 80 and more.
    #[serde(rename = "B+")]
    BPlus,
    /// 75 and more.
    B,
    /// 70 and more.
    #[serde(rename = "B-")]
    BMinus,
    /// 65 and more.
    #[serde(rename = "C+")]
    CPlus,
    /// 60 and more.
    C,
    /// 55 and more.
    #[serde(rename = "C-")]
    CMinus,
    /// 50 and more.
    D,
    /// Less than 50.
    F,
}

impl Grade {
    /// Every grade, best first.
    pub const ALL: [Grade; 11] = [
        Grade::APlus,
        Grade::A,
        Grade::AMinus,
        Grade::BPlus,
        Grade::B,
        Grade::BMinus,
        Grade::CPlus,
        Grade::C,
        Grade::CMinus,
        Grade::D,
        Grade::F,
    ];

    /// The names, best first.
    pub const NAMES: [&'static str; 11] = ["A+", "A", "A-", "B+", "B", "B-", "C+", "C", "C-", "D", "F"];

    /// The lowest score that earns it.
    pub const fn least(self) -> Points {
        Points::whole(match self {
            Grade::APlus => 95,
            Grade::A => 90,
            Grade::AMinus => 85,
            Grade::BPlus => 80,
            Grade::B => 75,
            Grade::BMinus => 70,
            Grade::CPlus => 65,
            Grade::C => 60,
            Grade::CMinus => 55,
            Grade::D => 50,
            Grade::F => 0,
        })
    }

    /// The grade of a score.
    pub fn of(score: Points) -> Grade {
        Grade::ALL.into_iter().find(|grade| score >= grade.least()).unwrap_or(Grade::F)
    }

    /// Its name.
    pub const fn name(self) -> &'static str {
        Grade::NAMES[self as usize]
    }

    /// The next better one.
    pub fn better(self) -> Option<Grade> {
        (self as usize).checked_sub(1).map(|index| Grade::ALL[index])
    }
}

impl fmt::Display for Grade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A text that is not a grade.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownGrade(pub String);

impl fmt::Display for UnknownGrade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is no grade; grades are {}", self.0, Grade::NAMES.join(", "))
    }
}

impl std::error::Error for UnknownGrade {}

impl FromStr for Grade {
    type Err = UnknownGrade;

    fn from_str(name: &str) -> Result<Grade, UnknownGrade> {
        let found = Grade::ALL.into_iter().find(|grade| grade.name().eq_ignore_ascii_case(name));
        found.ok_or_else(|| UnknownGrade(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thresholds_are_the_documented_ones() {
        let grade = |hundredths| Grade::of(Points::hundredths(hundredths)).name();
        assert_eq!(
            [10_000, 9_500, 9_499, 9_000, 8_999, 8_500].map(grade),
            ["A+", "A+", "A", "A", "A-", "A-"]
        );
        assert_eq!([8_499, 8_000, 7_500, 7_000, 6_999].map(grade), ["B+", "B+", "B", "B-", "C+"]);
        assert_eq!(
            [6_500, 6_000, 5_500, 5_499, 5_000, 4_999, 0].map(grade),
            ["C+", "C", "C-", "D", "D", "F", "F"]
        );
    }

    #[test]
    fn names_are_read_back() {
        for grade in Grade::ALL {
            assert_eq!(grade.name().parse(), Ok(grade));
            assert_eq!(grade.name().to_lowercase().parse(), Ok(grade));
        }
        assert!("E".parse::<Grade>().is_err());
        assert_eq!(Grade::F.better(), Some(Grade::D));
        assert_eq!(Grade::APlus.better(), None);
    }
}
