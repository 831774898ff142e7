//! Solidity.

use super::grammar::Grammar;
use super::registry::{LanguageSpec, Syntax};

pub(super) const SPEC: LanguageSpec = LanguageSpec {
    name: "Solidity",
    id: "solidity",
    extensions: &["sol"],
    file_names: &[],
    interpreters: &[],
    syntax: Syntax::Tree(&GRAMMAR),
};

static GRAMMAR: Grammar = Grammar {
    language: || tree_sitter_solidity::LANGUAGE.into(),
    ..Grammar::EMPTY
};
