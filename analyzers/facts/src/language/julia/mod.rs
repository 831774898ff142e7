//! Julia.

use super::grammar::Grammar;
use super::registry::{LanguageSpec, Syntax};

pub(super) const SPEC: LanguageSpec = LanguageSpec {
    name: "Julia",
    id: "julia",
    extensions: &["jl"],
    file_names: &[],
    interpreters: &["julia"],
    syntax: Syntax::Tree(&GRAMMAR),
};

static GRAMMAR: Grammar = Grammar {
    language: || tree_sitter_julia::LANGUAGE.into(),
    ..Grammar::EMPTY
};
