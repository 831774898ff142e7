//! What a language model should see of a repository, under a hard token budget.

pub mod rank;
pub mod tokenizer;

pub use rank::{Seeds, rank_files};
pub use tokenizer::Tokenizer;

/// The sections of the facts that ranking and rendering read.
pub const SECTIONS: facts::Sections = facts::Sections { comments: true, symbols: true, tokens: false };
