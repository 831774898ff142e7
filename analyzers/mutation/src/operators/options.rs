use super::rule::{Level, Rule};
use crate::mutant::{Mutant, Operator};
use facts::model::RepoPath;
use regex::Regex;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// Which mutants are wanted. The default: the default operators on everything.
#[derive(Debug, Clone)]
pub struct OperatorOptions {
    /// Rules up to this level.
    pub level: Level,
    /// Only these operators, every rule of them; all operators where empty.
    pub operators: Vec<Operator>,
    /// Only mutants whose [name](Mutant::name) one of these matches, where there are any.
    pub include: Vec<Regex>,
    /// No mutants whose [name](Mutant::name) one of these matches.
    pub exclude: Vec<Regex>,
    /// Only mutants whose replaced text touches these lines of these files (1-based); files not named have none.
    pub changed_lines: Option<BTreeMap<RepoPath, Vec<RangeInclusive<u32>>>>,
    /// Rust expressions that functions returning a `Result` are made to return as an `Err` in addition.
    pub error_values: Vec<String>,
    /// Rust functions and methods whose calls are left alone, arguments included.
    pub skip_calls: Vec<String>,
}

/// Lines on which mutants are wanted; by default all.
pub(super) struct WantedLines(Option<Vec<RangeInclusive<u32>>>);

impl WantedLines {
    /// True if none of these lines is wanted.
    pub(super) fn leave_out(&self, first: u32, last: u32) -> bool {
        let Some(ranges) = &self.0 else { return false };
        // The first that does not end before; they are in order and apart.
        let next = ranges.partition_point(|range| *range.end() < first);
        ranges.get(next).is_none_or(|range| *range.start() > last)
    }
}

/// Ranges in order, those that touch one another as one.
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
            // The capacity given has no effect that a test could see.
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

    /// True if the patterns let the mutant pass.
    pub(super) fn names(&self, mutant: &Mutant) -> bool {
        if self.include.is_empty() && self.exclude.is_empty() {
            return true;
        }
        let name = mutant.name();
        let included = self.include.is_empty() || self.include.iter().any(|re| re.is_match(&name));
        included && !self.exclude.iter().any(|re| re.is_match(&name))
    }
}
