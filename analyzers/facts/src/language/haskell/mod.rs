//! Haskell.

use super::grammar::Grammar;
use super::registry::{LanguageSpec, Syntax};

pub(super) const SPEC: LanguageSpec = LanguageSpec {
    name: "Haskell",
    id: "haskell",
    extensions: &["hs"],
    file_names: &[],
    interpreters: &["runhaskell", "runghc"],
    syntax: Syntax::Tree(&GRAMMAR),
};

static GRAMMAR: Grammar = Grammar {
    language: || tree_sitter_haskell::LANGUAGE.into(),
    ..Grammar::EMPTY
};
