//! Accepted findings: a file in the repository that only ever gets shorter.
//!
//! An accepted finding is recognised by its fingerprint, which contains no line numbers. If its file was renamed or its
//! definition moved, it is recognised by the fingerprint without the path. It stays accepted until it expires or its
//! figure gets worse. Copies of code are recognised by their content, or as parts of accepted copies: see [`copies`].

mod copies;
mod file;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_of_copies;

pub use file::{BaselineError, Entry};

use crate::new_code::{is_anonymous, is_worse};
use crate::report::{Finding, GateReport};
use crate::rules;
use copies::KnownCopies;
use facts::calendar::day_end;
use facts::hash::HashMap;
use facts::model::RepoPath;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::VecDeque;

/// The default path of the baseline; `batuta.toml` and the command line can set another.
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
    /// When the judged code was committed, in seconds since the epoch: entries that expired before then accept nothing.
    /// Without a time, nothing expires.
    pub time: Option<i64>,
}

/// What a baseline did.
#[derive(Debug, Clone, PartialEq, Default, Serialize, JsonSchema)]
#[schemars(rename = "Baseline")]
pub struct BaselineReport {
    /// Findings that it accepts, in the order of findings.
    pub accepted: Vec<Accepted>,
    /// Entries that expired though their finding is still there.
    pub expired: Vec<Entry>,
    /// Entries whose finding is gone: `--baseline write` drops them.
    pub gone: Vec<Entry>,
    /// Entries that were not checked: their rule or their file was not judged, or only new code was.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_judged: Vec<Entry>,
    /// An older program wrote it, which knew the largest copies only, by the places they were in: `--baseline write` renews
    /// it.
    #[serde(skip)]
    pub is_of_older_program: bool,
}

/// A finding that the baseline accepts.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
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

/// The terms on which new findings are accepted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Terms {
    /// Why.
    pub reason: Option<String>,
    /// The last day, `YYYY-MM-DD`.
    pub expires: Option<String>,
}

impl Baseline {
    /// The baseline after a run that used it. Entries whose finding is gone are dropped, improved ones get the better
    /// figure, and entries that were not judged stay. With `new`, the findings that the run still reported are accepted
    /// on these terms; without it the baseline can only get tighter.
    pub fn updated(report: &GateReport, new: Option<&Terms>) -> Baseline {
        let old = report.baseline.as_ref();
        let kept = old.into_iter().flat_map(|old| &old.accepted).map(|accepted| {
            let now = Entry::of(&accepted.finding);
            // The message is for people: it changes only if the value or the path did.
            let is_same = accepted.entry.value == now.value && accepted.entry.path == now.path;
            let message = if is_same { accepted.entry.message.clone() } else { now.message };
            Entry { message, reason: accepted.reason.clone(), expires: accepted.expires.clone(), ..now }
        });
        // Tightening does not renew an expired entry: its finding is open again.
        let fresh = new.into_iter().flat_map(|terms| {
            report.findings.iter().chain(&report.unlisted).map(|finding| Entry {
                reason: terms.reason.clone(),
                expires: terms.expires.clone(),
                ..Entry::of(finding)
            })
        });
        // An older program accepted only the listed copies, and never failed on the others.
        let is_older = new.is_none() && old.is_some_and(|old| old.is_of_older_program);
        let others = report.unlisted.iter().filter(|_| is_older).map(Entry::of);
        let not_judged = old.into_iter().flat_map(|old| old.not_judged.iter().cloned());
        let mut entries: Vec<Entry> = kept.chain(fresh).chain(others).chain(not_judged).collect();
        entries.sort_by(|a, b| a.order().cmp(&b.order()));
        Baseline { entries }
    }

    /// True if an older program wrote it. Older programs recorded only the largest copies, by their places.
    pub(crate) fn is_of_older_program(&self) -> bool {
        let mut of_copies = self.entries.iter().filter(|entry| entry.rule == rules::duplication::RULE.id);
        of_copies.any(|entry| entry.copies.is_none())
    }
}

/// Indices of entries grouped by key, in order. A map, because a baseline may have a million entries and a tree as many
/// findings.
fn queues<'e>(
    entries: &'e [Entry],
    key: impl Fn(&'e Entry) -> Option<&'e str>,
) -> HashMap<&'e str, VecDeque<usize>> {
    let mut queues: HashMap<&str, VecDeque<usize>> = HashMap::default();
    for (place, entry) in entries.iter().enumerate() {
        if let Some(key) = key(entry) {
            queues.entry(key).or_default().push_back(place);
        }
    }
    queues
}

/// Entries by the fingerprint without the path, which does not change when a finding moves.
struct Moved<'e> {
    all: HashMap<&'e str, VecDeque<usize>>,
    by_path: HashMap<&'e str, HashMap<&'e RepoPath, VecDeque<usize>>>,
    /// Entries of files that are gone.
    gone: HashMap<&'e str, VecDeque<usize>>,
}

impl<'e> Moved<'e> {
    fn new(entries: &'e [Entry], exists: &dyn Fn(&RepoPath) -> bool) -> Self {
        let mut by_path: HashMap<_, HashMap<_, VecDeque<usize>>> = HashMap::default();
        let of_findings = |entry: &Entry| entry.copies.is_none();
        for (place, entry) in entries.iter().enumerate().filter(|(_, entry)| of_findings(entry)) {
            by_path
                .entry(entry.anywhere.as_str())
                .or_default()
                .entry(&entry.path)
                .or_default()
                .push_back(place);
        }
        Moved {
            by_path,
            all: queues(entries, |entry| of_findings(entry).then_some(entry.anywhere.as_str())),
            gone: queues(entries, |entry| {
                (of_findings(entry) && !exists(&entry.path)).then_some(entry.anywhere.as_str())
            }),
        }
    }

    /// The queues that may hold the entry of a finding.
    fn queues<'q>(&'q mut self, finding: &'q Finding) -> [Option<&'q mut VecDeque<usize>>; 2] {
        let anywhere = finding.fingerprint_anywhere.as_str();
        if finding.function.is_some() && !is_anonymous(finding.function.as_deref()) {
            return [self.all.get_mut(anywhere), None];
        }
        // A finding without a name is recognised by its text. If that changed, an entry of the same file is used.
        let beside = match finding.function {
            Some(_) => self.by_path.get_mut(anywhere).and_then(|paths| paths.get_mut(&finding.path)),
            None => None,
        };
        [beside, self.gone.get_mut(anywhere)]
    }
}

/// Adds the worsened figure to the message.
fn worse_copies(mut finding: Finding) -> Finding {
    if let (Some(_), Some(_), Some(value)) = (&finding.copies, finding.was, finding.value) {
        finding.message.push_str(&format!("; {value} tokens in all places"));
    }
    finding
}

/// Matches findings with the entries of a baseline.
pub(crate) struct Accepting<'a> {
    acceptance: &'a Acceptance<'a>,
    /// For each entry, whether its finding occurred.
    met: Vec<bool>,
    report: BaselineReport,
}

impl<'a> Accepting<'a> {
    pub fn new(acceptance: &'a Acceptance<'a>) -> Self {
        let met = vec![false; acceptance.baseline.entries.len()];
        Accepting { acceptance, met, report: BaselineReport::default() }
    }

    /// Removes the accepted findings and returns the rest. `exists` says whether a path is still in the tree.
    pub fn take(&mut self, findings: Vec<Finding>, exists: &dyn Fn(&RepoPath) -> bool) -> Vec<Finding> {
        let acceptance = self.acceptance;
        let entries = &acceptance.baseline.entries;
        let by_content = |entry: &'a Entry| entry.copies.as_ref().map(|copies| copies.content.as_str());
        let mut by_content = queues(entries, by_content);
        let mut by_print =
            queues(entries, |entry| entry.copies.is_none().then_some(entry.fingerprint.as_str()));
        let mut entry_of: Vec<Option<usize>> = Vec::with_capacity(findings.len());
        for finding in &findings {
            let content = finding.copies.as_ref().map_or("", |copies| &copies.content);
            let first = self
                .first_of(by_content.get_mut(content))
                .or_else(|| self.first_of(by_print.get_mut(finding.fingerprint.as_str())));
            entry_of.push(first.inspect(|entry| self.met[*entry] = true));
        }
        if entry_of.contains(&None) {
            let mut moved = Moved::new(entries, exists);
            for (finding, entry) in findings.iter().zip(&mut entry_of).filter(|(_, entry)| entry.is_none()) {
                let first =
                    moved.queues(finding).map(|queue| self.first_of(queue)).into_iter().flatten().min();
                *entry = first.inspect(|entry| self.met[*entry] = true);
            }
        }
        let known = KnownCopies::of(entries, |entry| self.is_expired(entry));
        let mut left = Vec::new();
        for (finding, entry) in findings.into_iter().zip(entry_of) {
            let open = match entry {
                Some(entry) => self.judge(finding, entry),
                None => Some(finding),
            };
            let is_expired = entry.is_some_and(|entry| self.is_expired(&entries[entry]));
            let part = open.as_ref().filter(|_| !is_expired).and_then(|open| known.holds(open));
            let open = open
                .map(|open| if part.is_none() { worse_copies(open) } else { Finding { was: None, ..open } });
            match (part, open) {
                (Some(entry), Some(finding)) => self.accept(finding, &entries[entry]),
                (_, open) => left.extend(open),
            }
        }
        left
    }

    /// The first entry of a queue that is not matched yet; those before it are removed.
    fn first_of(&self, queue: Option<&mut VecDeque<usize>>) -> Option<usize> {
        let queue = queue?;
        while queue.front().is_some_and(|entry| self.met[*entry]) {
            queue.pop_front();
        }
        queue.front().copied()
    }

    fn is_expired(&self, entry: &Entry) -> bool {
        let end = entry.expires.as_deref().and_then(day_end);
        self.acceptance.time.zip(end).is_some_and(|(time, end)| time >= end)
    }

    fn accept(&mut self, finding: Finding, entry: &Entry) {
        self.report.accepted.push(Accepted {
            finding,
            reason: entry.reason.clone(),
            expires: entry.expires.clone(),
            entry: entry.clone(),
        });
    }

    /// Returns the finding unless its entry accepts it.
    fn judge(&mut self, mut finding: Finding, entry: usize) -> Option<Finding> {
        let entry = &self.acceptance.baseline.entries[entry];
        if self.is_expired(entry) {
            let day = entry.expires.as_deref().unwrap_or_default();
            finding.help = format!("it was accepted until {day}; {}", finding.help);
            self.report.expired.push(entry.clone());
            return Some(finding);
        }
        // Copies have a limit of 0. An older program recorded their share of the whole, which cannot be compared.
        let limit = match (&finding.copies, &entry.copies) {
            (Some(_), Some(_)) => Some(0.0),
            (Some(_), None) => None,
            (None, _) => finding.limit,
        };
        if let (Some(value), Some(limit), Some(before)) = (finding.value, limit, entry.value)
            && is_worse(value, limit, before)
        {
            finding.was = Some(before);
            return Some(finding);
        }
        self.accept(finding, entry);
        None
    }

    /// The result. `is_judged` says whether the run would have found an entry's finding if it still existed.
    pub fn report(mut self, is_judged: &dyn Fn(&Entry) -> bool) -> BaselineReport {
        self.report.is_of_older_program = self.acceptance.baseline.is_of_older_program();
        let entries = self.acceptance.baseline.entries.iter().zip(&self.met);
        let unmet = entries.filter(|(_, met)| !**met).map(|(entry, _)| entry.clone());
        (self.report.gone, self.report.not_judged) = unmet.partition(is_judged);
        self.report
    }
}
