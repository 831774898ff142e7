//! The scores of two states of a tree.

use super::grade::Grade;
use super::points::Points;
use super::report::{Card, FileScore, TdgReport};
use facts::Measured;
use facts::model::RepoPath;
use schemars::JsonSchema;
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// What changed between two states.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct TdgComparison {
    /// The state compared with.
    pub baseline: String,
    /// The repository's score there.
    pub before: Measured<Standing>,
    /// The repository's score now.
    pub after: Measured<Standing>,
    /// Points gained; missing when one of both has no score.
    pub change: Measured<Points>,
    /// Files whose score differs, and files that one of both lacks: worsened ones first, the largest change first.
    pub files: Vec<FileChange>,
    /// Files whose score is the same.
    pub unchanged: usize,
}

/// A score and its grade.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Standing {
    /// The score.
    pub score: Points,
    /// Its grade.
    pub grade: Grade,
}

/// How a file changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[schemars(rename = "ScoreChange")]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// Its score is lower.
    Worsened,
    /// It has a score now and had none.
    New,
    /// Its score is higher.
    Improved,
    /// It had a score and has none now.
    Removed,
}

/// A file whose score changed.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct FileChange {
    /// The file.
    pub path: RepoPath,
    /// How.
    pub status: Change,
    /// Its score at the baseline.
    pub before: Option<Standing>,
    /// Its score now.
    pub after: Option<Standing>,
    /// Points gained, where it has both.
    pub change: Option<Points>,
}

impl From<&Card> for Standing {
    fn from(card: &Card) -> Standing {
        Standing { score: card.score, grade: card.grade }
    }
}

/// Compares two reports that list all their files.
pub fn compare(before: &TdgReport, after: &TdgReport) -> TdgComparison {
    let by_path = |report: &'_ TdgReport| -> BTreeMap<RepoPath, Standing> {
        report.files.iter().map(|file: &FileScore| (file.path.clone(), Standing::from(&file.card))).collect()
    };
    let (old, new) = (by_path(before), by_path(after));
    let mut unchanged = 0;
    let mut files = Vec::new();
    for path in old.keys().chain(new.keys().filter(|path| !old.contains_key(*path))) {
        let (before, after) = (old.get(path).copied(), new.get(path).copied());
        let status = match (before, after) {
            (Some(before), Some(after)) if before.score == after.score => {
                unchanged += 1;
                continue;
            }
            (Some(before), Some(after)) if after.score < before.score => Change::Worsened,
            (Some(_), Some(_)) => Change::Improved,
            (Some(_), None) => Change::Removed,
            (None, _) => Change::New,
        };
        let change = before.zip(after).map(|(before, after)| after.score - before.score);
        files.push(FileChange { path: path.clone(), status, before, after, change });
    }
    files.sort_by_key(|file| {
        let size = file.change.map_or(0, |change| change.as_hundredths().abs());
        (file.status, Reverse(size), file.path.clone())
    });
    let standing = |report: &TdgReport| match &report.total {
        Measured::Value(card) => Measured::Value(Standing::from(card)),
        Measured::Missing(why) => Measured::Missing(why.clone()),
    };
    let (old, new) = (standing(before), standing(after));
    let change = match (&old, &new) {
        (Measured::Value(before), Measured::Value(after)) => Measured::Value(after.score - before.score),
        (Measured::Missing(why), _) => {
            Measured::Missing(why.reworded(|why| format!("the baseline has no score: {why}")))
        }
        (_, Measured::Missing(why)) => Measured::Missing(why.clone()),
    };
    TdgComparison { baseline: before.tree.clone(), before: old, after: new, change, files, unchanged }
}
