use facts::Measured;
use facts::source::CommitId;

/// The figures over time.
#[derive(Debug, Clone, PartialEq)]
pub struct Trend {
    /// One series per figure.
    pub series: Vec<Series>,
    /// Tags of the branch's commits, sorted by time.
    pub tags: Vec<Tag>,
    /// The command that lists the same figures.
    pub command: String,
}

/// One figure over time.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// The title.
    pub title: String,
    /// The unit, or an explanation.
    pub unit: String,
    /// Points, sorted by time.
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
