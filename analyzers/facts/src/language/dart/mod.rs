//! Dart.

use super::grammar::Grammar;
use super::registry::{LanguageSpec, Syntax};

pub(super) const SPEC: LanguageSpec = LanguageSpec {
    name: "Dart",
    id: "dart",
    extensions: &["dart"],
    file_names: &[],
    interpreters: &["dart"],
    syntax: Syntax::Tree(&GRAMMAR),
};

static GRAMMAR: Grammar = Grammar {
    language: || tree_sitter_dart::LANGUAGE.into(),
    ..Grammar::EMPTY
};
