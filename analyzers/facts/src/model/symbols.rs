use super::Span;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a file defines, uses and imports.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Symbols {
    /// Definitions in order of their start.
    pub definitions: Vec<Definition>,
    /// The names that [`Reference::name`] points into.
    pub names: Vec<String>,
    /// Uses of names, one entry for each enclosing definition, name and
    /// qualifier, sorted by these.
    pub references: Vec<Reference>,
    /// Imports in order of their start.
    pub imports: Vec<Import>,
}

/// A named thing the file defines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Definition {
    /// The bare name.
    pub name: String,
    /// The name with its enclosing types and modules.
    pub qualified_name: String,
    /// What it is.
    pub kind: DefinitionKind,
    /// The whole definition.
    pub span: Span,
    /// Line of the name.
    pub name_line: u32,
    /// Index of the enclosing definition.
    pub parent: Option<u32>,
    /// Index into the file's functions, for a function with a body.
    pub function: Option<u32>,
    /// Who can use it.
    pub visibility: Visibility,
    /// First sentence of the documentation attached to it; `Some("")` when the documentation has no words.
    pub doc: Option<String>,
    /// The definition up to its body, white space collapsed, at most 300 characters.
    pub signature: String,
    /// Attributes, decorators and annotations attached to it, without their brackets and signs, white space collapsed, at
    /// most 80 characters each: `test`, `allow(dead_code)`, `app.route("/")`, `Override`.
    pub attributes: Vec<String>,
    /// Bare names of what a type extends or implements; for members of Rust's `impl Trait for Type`, Haskell's
    /// instances and Swift's extensions: the trait, class or protocol.
    pub bases: Vec<String>,
}

/// What a [`Definition`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DefinitionKind {
    /// Function or procedure, with or without a body.
    Function,
    /// Function that belongs to a type.
    Method,
    /// Class.
    Class,
    /// Struct, record, object type.
    Struct,
    /// Enumeration or tagged union.
    Enum,
    /// Trait, interface, protocol, type class.
    Interface,
    /// Type alias or other named type.
    Type,
    /// Module, namespace, package.
    Module,
    /// Constant, static or module-level variable.
    Constant,
    /// Macro.
    Macro,
}

/// Who can use a definition, as far as the file itself says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Visibility {
    /// Everybody.
    Public,
    /// Some: the package, the crate, subclasses.
    Restricted,
    /// The enclosing file, type or function only.
    Private,
}

/// Uses of one name with one qualifier inside one definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Reference {
    /// Index of the innermost enclosing definition; `None` at the top of the file.
    pub from: Option<u32>,
    /// Index into [`Symbols::names`].
    pub name: u32,
    /// What qualifies the name: index into [`Symbols::names`] of the last name of the qualifying expression (`a` of
    /// `a.f`, `b` of `a::b::f`, `self` of `self.f`), or of the empty name if that expression does not end in a name
    /// (`g().f`). `None` for a bare name.
    pub qualifier: Option<u32>,
    /// How often it is called.
    pub calls: u32,
    /// How often it is used otherwise.
    pub uses: u32,
    /// How often it is named without being used: in an import, in the head of Rust's `impl Trait for Type`.
    pub mentions: u32,
}

/// An import, include, use or require.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Import {
    /// The statement's text, white space collapsed, at most 300 characters.
    pub text: String,
    /// What is imported, as the language writes it (`std::fs`, `./util`, `<stdio.h>` without brackets or quotes).
    pub target: String,
    /// Line of the statement.
    pub line: u32,
    /// True if loading the file does not run it: it is in a function, or in a branch that only the program itself
    /// (`if __name__ == "__main__":`) or a type checker takes.
    pub deferred: bool,
}
