//! Ruby.

use super::grammar::Grammar;
use super::registry::{LanguageSpec, Syntax};

pub(super) const SPEC: LanguageSpec = LanguageSpec {
    name: "Ruby",
    id: "ruby",
    extensions: &["rb", "rake", "gemspec", "ru"],
    file_names: &["Rakefile", "Gemfile", "Guardfile", "Vagrantfile", "Podfile", "Fastfile"],
    interpreters: &["ruby", "jruby"],
    syntax: Syntax::Tree(&GRAMMAR),
};

static GRAMMAR: Grammar = Grammar {
    language: || tree_sitter_ruby::LANGUAGE.into(),
    ..Grammar::EMPTY
};
