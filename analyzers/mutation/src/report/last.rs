//! Reads the report of an earlier run.

use super::{Counts, SCHEMA};
use crate::outcome::Status;
use facts::model::{BlobId, RepoPath};
use serde::Deserialize;
use std::collections::BTreeMap;

/// The parts of an earlier run's report that a gate needs.
#[derive(Debug, Clone)]
pub struct LastReport {
    /// The score in per cent, or why there is none.
    pub score: Result<f64, NoScore>,
    /// The file and the outcome of every mutant.
    pub outcomes: Vec<(RepoPath, Status)>,
    /// The mutants that no test noticed, by path and place.
    pub undetected: Vec<Undetected>,
    /// A note if these are not all possible mutants: a sample, a part, changed lines only.
    pub part: Option<String>,
    files: BTreeMap<RepoPath, String>,
}

/// Why there is no score.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoScore {
    /// The report contains the reason.
    #[error("{0}")]
    Told(String),
    /// Every mutant fails to build.
    #[error("no mutant of these files builds")]
    NothingBuilds,
}

/// Why bytes are not a readable report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoReport {
    /// They are not a report.
    #[error("it is no report of `pmat mutate` (line {line})")]
    Malformed {
        /// The first invalid line.
        line: usize,
    },
    /// Another version wrote it.
    #[error("its schema is not {SCHEMA}: run `pmat mutate` again")]
    OtherSchema,
}

/// A mutant that no test noticed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undetected {
    /// 16 hexadecimal digits.
    pub id: String,
    /// The file.
    pub path: RepoPath,
    /// First line of the change, from 1.
    pub line: u32,
    /// Its last line.
    pub end_line: u32,
    /// Column of the first replaced byte, from 1.
    pub column: u32,
    /// Qualified name of the function around it.
    pub function: Option<String>,
    /// The change in words.
    pub description: String,
    /// True if no test reaches it at all.
    pub not_covered: bool,
}

#[derive(Deserialize)]
struct Raw {
    schema: String,
    score: Score,
    selection: Selection,
    mutants: Vec<Mutant>,
    files: BTreeMap<RepoPath, String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Score {
    Value(f64),
    Missing { why: String },
}

#[derive(Deserialize)]
struct Selection {
    eligible: usize,
    shard: Option<String>,
    sample: Option<usize>,
    changed_since: Option<String>,
}

#[derive(Deserialize)]
struct Mutant {
    id: String,
    path: RepoPath,
    line: u32,
    end_line: u32,
    column: u32,
    function: Option<String>,
    description: String,
    status: Status,
}

impl LastReport {
    /// Reads the report.
    ///
    /// # Errors
    /// It is not a report, or is of another version.
    pub fn read(bytes: &[u8]) -> Result<LastReport, NoReport> {
        // Nothing of the file is quoted: the reader of the error may not be allowed to see it.
        let raw: Raw =
            serde_json::from_slice(bytes).map_err(|error| NoReport::Malformed { line: error.line() })?;
        if raw.schema != SCHEMA {
            return Err(NoReport::OtherSchema);
        }
        let undetected =
            raw.mutants.iter().filter(|mutant| mutant.status.undetected()).map(|mutant| Undetected {
                id: mutant.id.clone(),
                path: mutant.path.clone(),
                line: mutant.line,
                end_line: mutant.end_line,
                column: mutant.column,
                function: mutant.function.clone(),
                description: mutant.description.clone(),
                not_covered: mutant.status == Status::NoCoverage,
            });
        Ok(LastReport {
            score: match raw.score {
                Score::Value(score) => Ok(score),
                Score::Missing { why } => Err(NoScore::Told(why)),
            },
            outcomes: raw.mutants.iter().map(|mutant| (mutant.path.clone(), mutant.status)).collect(),
            undetected: undetected.collect(),
            part: raw.selection.part(),
            files: raw.files,
        })
    }

    /// The score over the files for which `keep` is true, in per cent.
    ///
    /// # Errors
    /// Why there is none.
    pub fn score_of(&self, keep: impl Fn(&RepoPath) -> bool) -> Result<f64, NoScore> {
        self.score.clone()?;
        let kept = self.outcomes.iter().filter(|(path, _)| keep(path)).map(|(_, status)| *status);
        Counts::of(kept).score().ok_or(NoScore::NothingBuilds)
    }

    /// The files with code that have changed since the mutants were tested: changed, new, or deleted. Sorted.
    pub fn stale<'f>(&self, now: impl IntoIterator<Item = (&'f RepoPath, BlobId)>) -> Vec<RepoPath> {
        let mut gone: BTreeMap<&RepoPath, &String> = self.files.iter().collect();
        let mut stale: Vec<RepoPath> = Vec::new();
        for (path, blob) in now {
            if gone.remove(path).is_none_or(|old| *old != blob.to_string()) {
                stale.push(path.clone());
            }
        }
        stale.extend(gone.into_keys().cloned());
        stale.sort_unstable();
        stale
    }
}

impl Selection {
    fn part(&self) -> Option<String> {
        let parts = [
            self.changed_since.as_ref().map(|since| format!("lines changed since {since}")),
            self.shard.as_ref().map(|shard| format!("part {shard}")),
            self.sample.map(|sample| format!("a sample of {sample} of {} mutants", self.eligible)),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    }
}
