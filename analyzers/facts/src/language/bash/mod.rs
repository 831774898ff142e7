//! Bash.

use super::grammar::Grammar;
use super::registry::{LanguageSpec, Syntax};

pub(super) const SPEC: LanguageSpec = LanguageSpec {
    name: "Bash",
    id: "bash",
    extensions: &["sh", "bash", "bats", "ksh", "zsh", "ebuild"],
    file_names: &[".bashrc", ".bash_profile", ".bash_aliases", ".profile", ".zshrc", "PKGBUILD", "APKBUILD"],
    interpreters: &["sh", "bash", "dash", "ksh", "zsh", "ash", "bats"],
    syntax: Syntax::Tree(&GRAMMAR),
};

static GRAMMAR: Grammar = Grammar {
    language: || tree_sitter_bash::LANGUAGE.into(),
    ..Grammar::EMPTY
};
