//! C#.

use super::grammar::Grammar;
use super::registry::{LanguageSpec, Syntax};

pub(super) const SPEC: LanguageSpec = LanguageSpec {
    name: "C#",
    id: "csharp",
    extensions: &["cs", "csx"],
    file_names: &[],
    interpreters: &["dotnet-script"],
    syntax: Syntax::Tree(&GRAMMAR),
};

static GRAMMAR: Grammar = Grammar {
    language: || tree_sitter_c_sharp::LANGUAGE.into(),
    ..Grammar::EMPTY
};
