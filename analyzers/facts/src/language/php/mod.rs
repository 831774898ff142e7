//! PHP.

use super::grammar::Grammar;
use super::registry::{LanguageSpec, Syntax};

pub(super) const SPEC: LanguageSpec = LanguageSpec {
    name: "PHP",
    id: "php",
    extensions: &["php", "phtml", "php5", "php7", "php8"],
    file_names: &[],
    interpreters: &["php"],
    syntax: Syntax::Tree(&GRAMMAR),
};

static GRAMMAR: Grammar = Grammar {
    language: || tree_sitter_php::LANGUAGE_PHP.into(),
    ..Grammar::EMPTY
};
