//! Elixir.

use super::grammar::Grammar;
use super::registry::{LanguageSpec, Syntax};

pub(super) const SPEC: LanguageSpec = LanguageSpec {
    name: "Elixir",
    id: "elixir",
    extensions: &["ex", "exs"],
    file_names: &[],
    interpreters: &["elixir"],
    syntax: Syntax::Tree(&GRAMMAR),
};

static GRAMMAR: Grammar = Grammar {
    language: || tree_sitter_elixir::LANGUAGE.into(),
    ..Grammar::EMPTY
};
