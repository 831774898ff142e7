use super::rule::{Level, Rule};
use crate::mutant::{Mutant, Operator};
use facts::model::RepoPath;
use regex::Regex;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// Which mutants to create. The default: the default operators, without filters.
#[derive(Debug, Clone)]
pub struct OperatorOptions {
    /// Rules up to this level.
    pub level: Level,
    /// Only these operators, with all their rules; all operators if empty.
    pub operators: Vec<Operator>,
    /// Only mutants whose [name](Mutant::name) matches one of these, unless the list is empty.
    pub include: Vec<Regex>,
    /// No mutants whose [name](Mutant::name) matches one of these.
    pub exclude: Vec<Regex>,
    /// Only mutants whose replaced text touches these lines of these files (1-based); no mutants in other files.
    pub changed_lines: Option<BTreeMap<RepoPath, Vec<RangeInclusive<u32>>>>,
    /// Rust expressions that functions returning a `Result` also return as an `Err`.
    pub error_values: Vec<String>,
    /// Rust functions and methods whose calls are not mutated, including the arguments.
    pub skip_calls: Vec<String>,
}

/// Lines on which mutants are wanted; by default all.
pub(super) struct WantedLines(Option<Vec<RangeInclusive<u32>>>);

impl WantedLines {
    /// True if none of these lines is wanted.
    pub(super) fn leave_out(&self, first: u32, last: u32) -> bool {
        let Some(ranges) = &self.0 else { return false };
        // The first range that does not end before; ranges are sorted and disjoint.
        let next = ranges.partition_point(|range| *range.end() < first);
        ranges.get(next).is_none_or(|range| *range.start() > last)
    }
}

/// Sorts ranges and merges those that touch.
pub(super) fn merged<T: Copy + Ord>(mut ranges: Vec<RangeInclusive<T>>) -> Vec<RangeInclusive<T>> {
    ranges.retain(|range| !range.is_empty());
    ranges.sort_unstable_by_key(|range| (*range.start(), *range.end()));
    let mut merged: Vec<RangeInclusive<T>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match merged.last_mut() {
            Some(last) if last.end() >= range.start() => {
                *last = *last.start()..=(*last.end()).max(*range.end());
            }
            _ => merged.push(range),
        }
    }
    merged
}

impl Default for OperatorOptions {
    fn default() -> Self {
        OperatorOptions {
            level: Level::Default,
            operators: Vec::new(),
            include: Vec::new(),
            exclude: Vec::new(),
            changed_lines: None,
            error_values: Vec::new(),
            // No test can observe the effect of the capacity.
            skip_calls: vec!["with_capacity".to_owned()],
        }
    }
}

impl OperatorOptions {
    /// True if the rule should be used.
    pub(super) fn uses(&self, rule: &Rule) -> bool {
        if self.operators.is_empty() {
            rule.level <= self.level
        } else {
            self.operators.contains(&rule.operator)
        }
    }

    /// The lines of a file that are wanted.
    pub(super) fn wanted_lines(&self, path: &RepoPath) -> WantedLines {
        let changed = self.changed_lines.as_ref();
        WantedLines(changed.map(|files| merged(files.get(path).cloned().unwrap_or_default())))
    }

    /// True if the patterns accept the mutant.
    pub(super) fn names(&self, mutant: &Mutant) -> bool {
        if self.include.is_empty() && self.exclude.is_empty() {
            return true;
        }
        let name = mutant.name();
        let included = self.include.is_empty() || self.include.iter().any(|re| re.is_match(&name));
        included && !self.exclude.iter().any(|re| re.is_match(&name))
    }
}
