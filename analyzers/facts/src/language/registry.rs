use super::Grammar;
use super::lexical::{self, LexicalRules};
use serde::{Deserialize, Serialize};

/// One language: its names, how it is recognised, and how it is read.
pub struct LanguageSpec {
    /// Its usual name, e.g. `C#`.
    pub name: &'static str,
    /// The name in lower-case ASCII, for options and JSON, e.g. `csharp`.
    pub id: &'static str,
    /// File name endings after the last dot, lower case.
    pub extensions: &'static [&'static str],
    /// Whole file names.
    pub file_names: &'static [&'static str],
    /// Interpreters in a `#!` line.
    pub interpreters: &'static [&'static str],
    /// How its text is read.
    pub syntax: Syntax,
}

/// How a language's text is read.
pub enum Syntax {
    /// With a grammar: everything is measured.
    Tree(&'static Grammar),
    /// By comment and string delimiters: lines and comments are measured.
    Lexical(&'static LexicalRules),
}

macro_rules! languages {
    ($($variant:ident => $spec:expr),* $(,)?) => {
        /// A language that batuta knows.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "lowercase")]
        #[allow(missing_docs)]
        pub enum Language { $($variant),* }

        impl Language {
            /// Every language.
            pub const ALL: &'static [Language] = &[$(Language::$variant),*];

            /// Its definition.
            pub fn spec(self) -> &'static LanguageSpec {
                match self { $(Language::$variant => &$spec),* }
            }
        }
    };
}

languages! {
    Rust => super::rust::SPEC,
    Python => super::python::SPEC,
    C => super::c::SPEC,
    Bash => super::bash::SPEC,
    Cpp => super::cpp::SPEC,
    CSharp => super::csharp::SPEC,
    Dart => super::dart::SPEC,
    Elixir => super::elixir::SPEC,
    Go => super::go::SPEC,
    Haskell => super::haskell::SPEC,
    Java => super::java::SPEC,
    JavaScript => super::javascript::SPEC,
    Julia => super::julia::SPEC,
    Kotlin => super::kotlin::SPEC,
    Lua => super::lua::SPEC,
    ObjectiveC => super::objective_c::SPEC,
    OCaml => super::ocaml::SPEC,
    Php => super::php::SPEC,
    R => super::r::SPEC,
    Ruby => super::ruby::SPEC,
    Scala => super::scala::SPEC,
    Solidity => super::solidity::SPEC,
    Swift => super::swift::SPEC,
    TypeScript => super::typescript::SPEC,
    Tsx => super::tsx::SPEC,
    Zig => super::zig::SPEC,
    Html => lexical::HTML,
    Xml => lexical::XML,
    Vue => lexical::VUE,
    Svelte => lexical::SVELTE,
    Astro => lexical::ASTRO,
    Markdown => lexical::MARKDOWN,
    ReStructuredText => lexical::RST,
    Text => lexical::TEXT,
    Css => lexical::CSS,
    Scss => lexical::SCSS,
    Json => lexical::JSON,
    Yaml => lexical::YAML,
    Toml => lexical::TOML,
    Ini => lexical::INI,
    Properties => lexical::PROPERTIES,
    Sql => lexical::SQL,
    Protobuf => lexical::PROTOBUF,
    GraphQl => lexical::GRAPHQL,
    Hcl => lexical::HCL,
    Nix => lexical::NIX,
    Makefile => lexical::MAKEFILE,
    CMake => lexical::CMAKE,
    GoMod => lexical::GO_MOD,
    Dockerfile => lexical::DOCKERFILE,
    Batch => lexical::BATCH,
    PowerShell => lexical::POWERSHELL,
}

impl Language {
    /// Its usual name.
    pub fn name(self) -> &'static str {
        self.spec().name
    }

    /// The language with that id or name, as users write it in options.
    pub fn from_name(name: &str) -> Option<Language> {
        Language::ALL
            .iter()
            .copied()
            .find(|l| l.spec().id.eq_ignore_ascii_case(name) || l.name().eq_ignore_ascii_case(name))
    }

    /// True if `<script>` and `<style>` in its files hold other languages.
    pub fn has_sections(self) -> bool {
        matches!(self.spec().syntax, Syntax::Lexical(rules) if rules.sections)
    }

    /// True if files of the language have type information.
    pub fn has_types(self) -> bool {
        self.grammar().is_some_and(|grammar| grammar.types.is_some())
    }

    /// The grammar table, for languages that have one.
    pub fn grammar(self) -> Option<&'static Grammar> {
        match self.spec().syntax {
            Syntax::Tree(grammar) => Some(grammar),
            Syntax::Lexical(_) => None,
        }
    }
}
