//! TypeScript with JSX.

use super::grammar::Grammar;
use super::registry::{LanguageSpec, Syntax};
use super::typescript;

pub(super) const SPEC: LanguageSpec = LanguageSpec {
    name: "TSX",
    id: "tsx",
    extensions: &["tsx"],
    file_names: &[],
    interpreters: &[],
    syntax: Syntax::Tree(&GRAMMAR),
};

static GRAMMAR: Grammar =
    Grammar { language: || tree_sitter_typescript::LANGUAGE_TSX.into(), ..typescript::SHARED };
