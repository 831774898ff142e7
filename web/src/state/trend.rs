use facts::Measured;
use facts::source::CommitId;

/// How figures developed.
#[derive(Debug, Clone, PartialEq)]
pub struct Trend {
    /// One for each figure.
    pub series: Vec<Series>,
    /// Tags of commits of the branch, by rising time.
    pub tags: Vec<Tag>,
    /// The command that lists the same figures.
    pub command: String,
}

/// One figure over time.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// What it is called.
    pub title: String,
    /// Its unit, or what it means.
    pub unit: String,
    /// By rising time.
    pub points: Vec<Past>,
}

/// The figure of a past commit.
#[derive(Debug, Clone, PartialEq)]
pub struct Past {
    /// The commit.
    pub commit: CommitId,
    /// When it was committed, in seconds since the epoch.
    pub time: i64,
    /// The figure.
    pub value: Measured<f64>,
}

/// A tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// Its name.
    pub name: String,
    /// When its commit was committed, in seconds since the epoch.
    pub time: i64,
}
