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
    /// True when the rule is to be used.
    pub(super) fn uses(&self, rule: &Rule) -> bool {
        if self.operators.is_empty() {
            rule.level <= self.level
        } else {
            self.operators.contains(&rule.operator)
        }
    }

    /// True when nothing on these lines of the file is wanted.
    pub(super) fn leaves_out(&self, path: &RepoPath, first: u32, last: u32) -> bool {
        let Some(files) = &self.changed_lines else { return false };
        let touched = |lines: &RangeInclusive<u32>| *lines.start() <= last && first <= *lines.end();
        !files.get(path).is_some_and(|changed| changed.iter().any(touched))
    }

    /// True when the patterns let the mutant pass.
    pub(super) fn names(&self, mutant: &Mutant) -> bool {
        if self.include.is_empty() && self.exclude.is_empty() {
            return true;
        }
        let name = mutant.name();
        let included = self.include.is_empty() || self.include.iter().any(|re| re.is_match(&name));
        included && !self.exclude.iter().any(|re| re.is_match(&name))
    }
}
