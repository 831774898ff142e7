//! Zig.

use super::grammar::Grammar;
use super::registry::{LanguageSpec, Syntax};

pub(super) const SPEC: LanguageSpec = LanguageSpec {
    name: "Zig",
    id: "zig",
    extensions: &["zig", "zon"],
    file_names: &[],
    interpreters: &[],
    syntax: Syntax::Tree(&GRAMMAR),
};

static GRAMMAR: Grammar = Grammar {
    language: || tree_sitter_zig::LANGUAGE.into(),
    ..Grammar::EMPTY
};
