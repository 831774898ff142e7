//! How names find their definitions, language by language: one table for each.

mod bash;
mod c;
mod generic;
mod go;
mod java;
mod javascript;
mod python;
mod rust;

use facts::language::Language;

/// The visibility rules of one language.
pub(super) struct Rules {
    /// Qualifiers that mean the enclosing type's own members: `self`, `this`.
    pub own: &'static [&'static str],
    /// Qualifiers that mean the members of what the enclosing type extends: `super`.
    pub parent: &'static [&'static str],
    /// True where a bare name may be a member of an enclosing type.
    pub bare_members: bool,
    /// Which files share their top-level names without an import.
    pub unit: Unit,
    /// True where a name may come from anywhere in the tree: what is loaded together is not said in the files.
    pub anywhere: bool,
    /// True where a member may be named without calling it (properties, bound methods).
    pub member_values: bool,
    /// True where a function that no type owns may still be a member of an object (JavaScript).
    pub loose_members: bool,
    /// True where types are written with a capital: one that the tree does not define is a library's.
    pub capital_types: bool,
    /// Names of constructors inside their type; the empty name stands for the type's own.
    pub constructors: &'static [&'static str],
    /// How parameters are written.
    pub parameters: Parameters,
    /// Types that lend the members of what they hold: smart pointers, optionals.
    pub wrappers: &'static [&'static str],
    /// Names outside the tree that need no import and stand for libraries as qualifiers (`std`).
    pub libraries: &'static [&'static str],
    /// Members that standard types have: on a receiver of unknown type most likely theirs.
    pub common: &'static [&'static str],
}

/// Files that share their top-level names without an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    /// None do.
    File,
    /// Those of one folder (Go).
    Folder,
    /// Those of one package, whatever source root it lies under (Java).
    Package,
    /// Those of one crate own types together (Rust): the unit of `impl` blocks, not of bare names.
    Crate,
    /// What the linker joins (C): every definition that is not private to its file.
    Linkage,
}

/// How parameters are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Parameters {
    /// `name: Type`
    NameColonType,
    /// `Type name`
    TypeName,
    /// `name Type`, the receiver before the function's name.
    NameType,
    /// None are declared.
    None,
}

impl Rules {
    /// Rules of a language of which nothing is known but its grammar.
    const GENERIC: Rules = Rules {
        own: &["self", "this"],
        parent: &["super", "base", "parent"],
        bare_members: true,
        unit: Unit::Folder,
        anywhere: true,
        member_values: false,
        loose_members: false,
        capital_types: true,
        constructors: &[],
        parameters: Parameters::NameColonType,
        wrappers: &[],
        libraries: &[],
        common: generic::COMMON,
    };
}

/// The rules of a language; none without a grammar.
pub(super) fn of(language: Language) -> Option<&'static Rules> {
    language.grammar()?;
    Some(match language {
        Language::Rust => &rust::RULES,
        Language::Python => &python::RULES,
        Language::JavaScript | Language::TypeScript | Language::Tsx => &javascript::RULES,
        Language::C | Language::ObjectiveC => &c::C,
        Language::Cpp => &c::CPP,
        Language::Go => &go::RULES,
        Language::Java => &java::JAVA,
        Language::Kotlin | Language::Scala => &java::KOTLIN,
        Language::Bash => &bash::RULES,
        language => generic::of(language),
    })
}
