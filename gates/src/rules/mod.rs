//! The rules. Each is one file here with its definition: name, documentation, defaults, check, and the fixtures that it
//! must reject and accept.

mod function_limit;

pub mod cognitive_complexity;
pub mod coverage;
pub mod cycles;
pub mod cyclomatic_complexity;
pub mod dead_code;
pub mod doc_coverage;
pub mod duplication;
pub mod file_length;
pub mod file_size;
pub mod function_length;
pub mod hotspots;
pub mod invalid_suppression;
pub mod layers;
pub mod mutation;
pub mod nesting_depth;
pub mod parameter_count;
pub mod parse_failure;
pub mod satd;
pub mod score;
pub mod secrets;
pub mod suppression_without_reason;
pub mod tdg;
pub mod unused_suppression;

use crate::rule::Rule;

static ALL: &[&Rule] = &[
    &cyclomatic_complexity::RULE,
    &cognitive_complexity::RULE,
    &nesting_depth::RULE,
    &hotspots::RULE,
    &parameter_count::RULE,
    &function_length::RULE,
    &file_length::RULE,
    &file_size::RULE,
    &satd::RULE,
    &tdg::RULE,
    &duplication::RULE,
    &dead_code::RULE,
    &coverage::RULE,
    &mutation::RULE,
    &doc_coverage::RULE,
    &parse_failure::RULE,
    &layers::RULE,
    &cycles::RULE,
    &score::RULE,
    &secrets::RULE,
    &suppression_without_reason::RULE,
    &invalid_suppression::RULE,
    &unused_suppression::RULE,
];

/// Every rule, in the order of reports and documentation.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    ALL.iter().copied()
}

/// The ids of all rules.
pub fn ids() -> impl Iterator<Item = &'static str> {
    all().map(|rule| rule.id)
}

/// The rule with this id.
pub fn by_id(id: &str) -> Option<&'static Rule> {
    all().find(|rule| rule.id == id)
}

#[cfg(test)]
mod tests;
