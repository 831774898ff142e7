//! Swift.

use super::grammar::Grammar;
use super::registry::{LanguageSpec, Syntax};

pub(super) const SPEC: LanguageSpec = LanguageSpec {
    name: "Swift",
    id: "swift",
    extensions: &["swift"],
    file_names: &[],
    interpreters: &["swift"],
    syntax: Syntax::Tree(&GRAMMAR),
};

static GRAMMAR: Grammar = Grammar {
    language: || tree_sitter_swift::LANGUAGE.into(),
    ..Grammar::EMPTY
};
