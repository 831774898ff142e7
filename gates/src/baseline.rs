//! Findings that were accepted: a file in the repository that only ever gets shorter.
//!
//! An accepted finding is recognised by its fingerprint, which knows no lines; where its file was renamed or its definition
//! moved, by the fingerprint without the path. It stays accepted as long as its figure is no worse than it was, and until
//! its expiry.

mod file;
#[cfg(test)]
mod tests;

pub use file::{BaselineError, Entry};

use crate::new_code::{is_anonymous, is_worse};
use crate::report::{Finding, GateReport};
use facts::calendar::day_end;
use facts::model::RepoPath;
use serde::Serialize;

/// Where the baseline is kept unless `batuta.toml` or the command line says otherwise.
pub const BASELINE_FILE: &str = "batuta-baseline.json";

/// The accepted findings, sorted by path, rule and fingerprint.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Baseline {
    /// The entries.
    pub entries: Vec<Entry>,
}

/// A baseline to judge by, and the time to judge at.
#[derive(Debug, Clone, Copy)]
pub struct Acceptance<'a> {
    /// What was accepted.
    pub baseline: &'a Baseline,
    /// When the judged code was committed, in seconds since the epoch: entries that expired before accept nothing. Without a
    /// time nothing expires.
    pub time: Option<i64>,
}

/// What a baseline did.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct BaselineReport {
    /// Findings that it accepts, in the order of findings.
    pub accepted: Vec<Accepted>,
    /// Entries that expired though their finding is still there.
    pub expired: Vec<Entry>,
    /// Entries whose finding is gone: `--baseline write` drops them.
    pub gone: Vec<Entry>,
}

/// A finding that the baseline accepts.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Accepted {
    /// The finding.
    pub finding: Finding,
    /// The entry that accepts it.
    #[serde(skip)]
    pub entry: Entry,
    /// Why it was accepted, if somebody said.
    pub reason: Option<String>,
    /// The last day on which it is accepted, if it expires.
    pub expires: Option<String>,
}

/// Under which terms new findings are accepted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Terms {
    /// Why.
    pub reason: Option<String>,
    /// The last day, `YYYY-MM-DD`.
    pub expires: Option<String>,
}

impl Baseline {
    /// The baseline after a run that was judged by it: what is gone is dropped, what got better is held to the better
    /// figure. `new` accepts what the run still found, under these terms; without, only tightening is possible.
    pub fn updated(report: &GateReport, new: Option<&Terms>) -> Baseline {
        let old = report.baseline.as_ref();
        let kept = old.into_iter().flat_map(|old| &old.accepted).map(|accepted| Entry {
            reason: accepted.reason.clone(),
            expires: accepted.expires.clone(),
            value: accepted.finding.value,
            ..Entry::of(&accepted.finding)
        });
        // An expired entry is not renewed by tightening: its finding is open again.
        let fresh = new.into_iter().flat_map(|terms| {
            report.findings.iter().map(|finding| Entry {
                reason: terms.reason.clone(),
                expires: terms.expires.clone(),
                ..Entry::of(finding)
            })
        });
        let mut entries: Vec<Entry> = kept.chain(fresh).collect();
        entries.sort_by(|a, b| a.order().cmp(&b.order()));
        Baseline { entries }
    }
}

/// Matches findings with the entries of a baseline.
pub(crate) struct Accepting<'a> {
    acceptance: &'a Acceptance<'a>,
    /// Whether each entry's finding was met.
    met: Vec<bool>,
    report: BaselineReport,
}

impl<'a> Accepting<'a> {
    pub fn new(acceptance: &'a Acceptance<'a>) -> Self {
        let met = vec![false; acceptance.baseline.entries.len()];
        Accepting { acceptance, met, report: BaselineReport::default() }
    }

    /// Takes the accepted ones from the findings. `exists` tells whether a path is still in the tree.
    pub fn take(&mut self, findings: Vec<Finding>, exists: &dyn Fn(&RepoPath) -> bool) -> Vec<Finding> {
        let mut entry_of: Vec<Option<usize>> = vec![None; findings.len()];
        for (index, finding) in findings.iter().enumerate() {
            entry_of[index] = self.meet(|entry| entry.fingerprint == finding.fingerprint);
        }
        for (index, finding) in
            findings.iter().enumerate().filter(|(index, _)| entry_of[*index].is_none()).collect::<Vec<_>>()
        {
            // What has no name is known by its text. Where that changed, it is still one of those of its file.
            let is_nameless = is_anonymous(finding.function.as_deref());
            entry_of[index] = self.meet(|entry| {
                let moved = finding.function.is_some() && (!is_nameless || entry.path == finding.path);
                entry.anywhere == finding.fingerprint_anywhere && (moved || !exists(&entry.path))
            });
        }
        let mut left = Vec::new();
        for (finding, entry) in findings.into_iter().zip(entry_of) {
            left.extend(match entry {
                Some(entry) => self.judge(finding, entry),
                None => Some(finding),
            });
        }
        left
    }

    /// The first entry not met yet for which `is` holds.
    fn meet(&mut self, is: impl Fn(&Entry) -> bool) -> Option<usize> {
        let entries = &self.acceptance.baseline.entries;
        let found = (0..entries.len()).find(|index| !self.met[*index] && is(&entries[*index]))?;
        self.met[found] = true;
        Some(found)
    }

    /// The finding again unless its entry accepts it.
    fn judge(&mut self, mut finding: Finding, entry: usize) -> Option<Finding> {
        let entry = &self.acceptance.baseline.entries[entry];
        let expired = entry
            .expires
            .as_deref()
            .filter(|day| self.acceptance.time.zip(day_end(day)).is_some_and(|(time, end)| time >= end));
        if let Some(day) = expired {
            finding.help = format!("it was accepted until {day}; {}", finding.help);
            self.report.expired.push(entry.clone());
            return Some(finding);
        }
        if let (Some(value), Some(limit), Some(before)) = (finding.value, finding.limit, entry.value)
            && is_worse(value, limit, before)
        {
            finding.was = Some(before);
            return Some(finding);
        }
        self.report.accepted.push(Accepted {
            finding,
            reason: entry.reason.clone(),
            expires: entry.expires.clone(),
            entry: entry.clone(),
        });
        None
    }

    pub fn report(mut self) -> BaselineReport {
        let entries = self.acceptance.baseline.entries.iter().zip(&self.met);
        self.report.gone = entries.filter(|(_, met)| !**met).map(|(entry, _)| entry.clone()).collect();
        self.report
    }
}
