//! OCaml.

use super::grammar::Grammar;
use super::registry::{LanguageSpec, Syntax};

pub(super) const SPEC: LanguageSpec = LanguageSpec {
    name: "OCaml",
    id: "ocaml",
    extensions: &["ml"],
    file_names: &[],
    interpreters: &["ocaml"],
    syntax: Syntax::Tree(&GRAMMAR),
};

static GRAMMAR: Grammar = Grammar {
    language: || tree_sitter_ocaml::LANGUAGE_OCAML.into(),
    ..Grammar::EMPTY
};
