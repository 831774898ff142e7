//! Mutants of a file, made on its syntax tree.
//!
//! A language is a list of [rules](rule::Rule) for kinds of syntax nodes; [`generate`] walks the tree, collects the
//! rules' proposals, and keeps those that differ from the original and still parse.

mod bash;
mod c_family;
mod documentation;
mod engine;
mod go;
mod java;
mod javascript;
mod options;
mod parses;
mod python;
mod rule;
mod rust;
mod seen;
mod suppress;
mod test_files;

pub use documentation::markdown;
pub use options::OperatorOptions;
pub use rule::Level;
pub use rust::{Declaration, ModuleFile};
pub use test_files::{is_left_alone, module_file};

use crate::mutant::Mutant;
use facts::contained::contained;
use facts::language::Language;
use facts::model::{Function, RepoPath};
use rule::LanguageOperators;

/// The languages with operators, in the order of the documentation.
static TABLES: &[&LanguageOperators] = &[
    &rust::OPERATORS,
    &python::OPERATORS,
    &javascript::OPERATORS,
    &c_family::OPERATORS,
    &go::OPERATORS,
    &java::OPERATORS,
    &bash::OPERATORS,
];

/// Why a file as a whole has no mutants.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotMutated {
    /// No operators for its language.
    #[error("there are no mutation operators for {}", .0.name())]
    NoOperators(Language),
    /// The parser gave up.
    #[error("the parser ran over its allowance")]
    NotParsed,
    /// Creating the mutants would exceed the limits of work or memory.
    #[error(
        "it nests so deep, or is so damaged, that its mutants take more than their allowance of work or of memory"
    )]
    TooMuch,
    /// The program panicked.
    #[error("making its mutants failed: {0}")]
    Failed(#[from] facts::contained::Fault),
    /// The file is too large: spans hold 32-bit offsets.
    #[error("the file is 4 GiB or larger")]
    TooLarge,
}

/// The languages that can be mutated.
pub fn languages() -> Vec<Language> {
    TABLES.iter().flat_map(|table| table.languages.iter().copied()).collect()
}

/// Every mutant of a file that the options ask for, sorted by start, operator, end and replacement. `functions` are
/// those of the file's facts: they give the mutants their function, and test functions are not mutated.
///
/// Each mutant differs from the original and parses at least as well. The same input gives the same mutants.
///
/// # Errors
/// The file as a whole cannot be mutated. A file without anything to mutate gives an empty list.
pub fn generate(
    language: Language,
    path: &RepoPath,
    source: &[u8],
    functions: &[Function],
    options: &OperatorOptions,
) -> Result<Vec<Mutant>, NotMutated> {
    let table = TABLES
        .iter()
        .find(|table| table.languages.contains(&language))
        .ok_or(NotMutated::NoOperators(language))?;
    if u32::try_from(source.len()).is_err() {
        return Err(NotMutated::TooLarge);
    }
    let tree = facts::extract::syntax_tree(language, source).ok_or(NotMutated::NotParsed)?;
    let engine = engine::Engine::new(table, path, source, functions, options);
    contained(|| engine.run(language, &tree))?.ok_or(NotMutated::TooMuch)
}
