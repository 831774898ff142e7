//! R.

use super::grammar::Grammar;
use super::registry::{LanguageSpec, Syntax};

pub(super) const SPEC: LanguageSpec = LanguageSpec {
    name: "R",
    id: "r",
    extensions: &["r"],
    file_names: &[".Rprofile"],
    interpreters: &["Rscript"],
    syntax: Syntax::Tree(&GRAMMAR),
};

static GRAMMAR: Grammar = Grammar {
    language: || tree_sitter_r::LANGUAGE.into(),
    ..Grammar::EMPTY
};
