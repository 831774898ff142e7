//! Objective-C.

use super::grammar::Grammar;
use super::registry::{LanguageSpec, Syntax};

pub(super) const SPEC: LanguageSpec = LanguageSpec {
    name: "Objective-C",
    id: "objective-c",
    extensions: &["mm"],
    file_names: &[],
    interpreters: &[],
    syntax: Syntax::Tree(&GRAMMAR),
};

static GRAMMAR: Grammar = Grammar {
    language: || tree_sitter_objc::LANGUAGE.into(),
    ..Grammar::EMPTY
};
