//! What a language model should see of a repository, under a hard token budget.
//!
//! ```text
//! RepoFacts, CodeGraph ──rank (words of the question, who uses what)──┐
//! SourceTree ──survey (README, manifests, CI)─────────────────────────┴─▶ Material ──fill (budget)──▶ ContextReport ──▶ text
//! ```
//!
//! The text never has more tokens than asked for, whatever the format; everything that is left out is counted in it.
//! Credentials are masked before anything is chosen.

mod fill;
mod material;
mod pack;
pub mod rank;
mod render;
pub mod report;
mod survey;
pub mod tokenizer;

pub use rank::{Seeds, rank_files};
pub use render::Format;
pub use report::ContextReport;
pub use tokenizer::Tokenizer;

use facts::RepoFacts;
use facts::source::SourceTree;
use trueno_graph::code::CodeGraph;

/// The sections of the facts that ranking and rendering read.
pub const SECTIONS: facts::Sections =
    facts::Sections { comments: true, symbols: true, tokens: false, types: false };

/// The budget when none is given, in tokens.
pub const DEFAULT_MAX_TOKENS: usize = 8000;

/// What is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContextOptions {
    /// The most tokens the text may have; `None` for no limit.
    pub max_tokens: Option<usize>,
    /// What tokens are counted in.
    pub tokenizer: Tokenizer,
    /// How it is written.
    pub format: Format,
    /// What the user points at.
    pub seeds: Seeds,
    /// Whole files after the map.
    pub full: bool,
}

impl Default for ContextOptions {
    fn default() -> Self {
        ContextOptions {
            max_tokens: Some(DEFAULT_MAX_TOKENS),
            tokenizer: Tokenizer::default(),
            format: Format::default(),
            seeds: Seeds::default(),
            full: false,
        }
    }
}

/// A finished context.
#[derive(Debug, Clone, PartialEq)]
pub struct Context {
    /// The text, as it is to be printed.
    pub text: String,
    /// The tokens of the text.
    pub tokens: usize,
    /// What the text was written from.
    pub report: ContextReport,
}

/// Why there is no context.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ContextError {
    /// Not even the first line and the note on what is missing fit.
    #[error("a budget of {budget} tokens is too small: this repository needs at least {minimum}")]
    BudgetTooSmall {
        /// What was asked for.
        budget: usize,
        /// What is needed.
        minimum: usize,
    },
}

/// Builds the context of `repo`, which was measured on `tree` with the sections of [`SECTIONS`]; `graph` is its code graph.
///
/// # Errors
/// The budget is too small for anything true.
pub fn build(
    tree: &dyn SourceTree,
    repo: &RepoFacts,
    graph: &CodeGraph,
    options: &ContextOptions,
) -> Result<Context, ContextError> {
    let material = material::Material::collect(tree, repo, graph, options);
    fill::fill(&material, tree, repo, options)
}

#[cfg(test)]
mod tests;
