//! What a file says about types: what it declares, and what its bodies say about the types of values. Only for Rust so
//! far.
//!
//! It holds everything that receiver inference needs from a file, so that no file has to be parsed for it again. Each
//! name and type is stored once and referred to by its number; bodies are a sequence of bytes ([`Code`]).

use super::Code;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// A name: its index in [`Types::names`].
pub type NameId = u32;

/// A type: its index in [`Types::written`].
pub type TypeId = u32;

/// The unknown type: the first of [`Types::written`].
pub const UNKNOWN_TYPE: TypeId = 0;

/// The most parts, and the most levels, that a stored type may have. Types that people write have a handful; without a
/// limit, a type built from others (`let b = (a, a)`, line after line) would double in size with each step.
pub const MAX_TYPE_PARTS: usize = 48;

/// What a file says about types.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Types {
    /// The names that everything else refers to.
    pub names: NameTable,
    /// The types that everything else refers to; a type comes after its parts. The first is [`WrittenType::Unknown`].
    pub written: Vec<WrittenType>,
    /// What the file declares.
    pub declarations: Declarations,
    /// The code of its bodies.
    pub bodies: Code,
}

/// Names in one text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "StoredNames", into = "StoredNames")]
pub struct NameTable {
    text: String,
    ends: Vec<u32>,
}

/// The stored form of [`NameTable`]: lengths take less room than positions.
#[derive(Serialize, Deserialize)]
struct StoredNames {
    text: String,
    lengths: Vec<u32>,
}

impl From<StoredNames> for NameTable {
    fn from(stored: StoredNames) -> Self {
        let ends = stored.lengths.iter().scan(0_u32, |end, length| {
            *end = end.saturating_add(*length);
            Some(*end)
        });
        NameTable { ends: ends.collect(), text: stored.text }
    }
}

impl From<NameTable> for StoredNames {
    fn from(names: NameTable) -> Self {
        let starts = std::iter::once(0).chain(names.ends.iter().copied());
        let lengths = names.ends.iter().zip(starts).map(|(end, start)| end - start).collect();
        StoredNames { text: names.text, lengths }
    }
}

impl NameTable {
    /// Adds a name and returns its number.
    pub fn push(&mut self, name: &str) -> NameId {
        self.text.push_str(name);
        self.ends.push(self.text.len() as u32);
        self.ends.len() as u32 - 1
    }

    /// The name with that number; `""` if there is none.
    pub fn get(&self, name: NameId) -> &str {
        let before = (name as usize).checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied());
        let range = before.zip(self.ends.get(name as usize).copied());
        range.and_then(|(start, end)| self.text.get(start as usize..end as usize)).unwrap_or_default()
    }

    /// How many names there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// True if there are no names.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// All names in the order of their numbers.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.ends.len() as u32).map(|name| self.get(name))
    }
}

/// A type as it is written, without references, pointers and smart pointers: calls go through them.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum WrittenType {
    /// Nothing is known.
    Unknown,
    /// The last name of its path with its arguments; for a longer path, the last two names (`fmt::Result`), which
    /// distinguish a library's type from the tree's. Every iterator is `Iterator<Item>`.
    Named(NameId, Box<[TypeId]>),
    /// Slice or array.
    List(TypeId),
    /// Tuple.
    Tuple(Box<[TypeId]>),
    /// A type parameter of the surrounding `impl` or of the type that declares it.
    Parameter(NameId),
    /// `dyn`, `impl` or a type parameter: only these traits are known.
    Bounded(Box<[NameId]>),
    /// A primitive, by its name where the name matters: the tree can give it methods only through traits.
    Plain(NameId),
}

/// What a file declares, at whatever depth; each list in the order of the file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declarations {
    /// Types, and the targets that types dereference to.
    pub types: Vec<TypeDeclaration>,
    /// Other names for types: `type A<T> = …`, `use a::B as C`.
    pub aliases: Vec<Alias>,
    /// Result types of functions.
    pub functions: Vec<FunctionResult>,
    /// Constants and statics with their types.
    pub constants: Vec<(NameId, TypeId)>,
    /// Traits.
    pub traits: Vec<NameId>,
    /// Traits with their supertraits.
    pub demands: Vec<(NameId, Vec<NameId>)>,
    /// Trait implementations: the type's name (none for a blanket implementation) and the trait's name.
    pub implementations: Vec<(Option<NameId>, NameId)>,
    /// Types with inherent functions, which only the crate that declares the type may add.
    pub with_own: Vec<NameId>,
    /// Modules.
    pub modules: Vec<NameId>,
    /// Words in macros that write `impl` blocks: if a trait is among them, anything may implement it.
    pub in_macros: Vec<NameId>,
    /// Macros that put one of their arguments behind `.` or `::` as a name.
    pub splicing: Vec<NameId>,
    /// Macros exported to other crates.
    pub exported_macros: Vec<NameId>,
    /// Modules that the arguments of macros declare: `cfg_if! { … mod unix; }`.
    pub modules_in_macros: Vec<NameId>,
    /// Names of files that are included as text.
    pub included_texts: Vec<NameId>,
    /// The byte ranges of `impl` blocks that have an attribute that hands them to a macro or allows dead code.
    pub kept_impls: Vec<Range<u32>>,
    /// An inner attribute allows dead code.
    pub allows_dead_code: bool,
    /// It includes files that a build script writes.
    pub includes_generated: bool,
}

/// A declaration of a type, or of the target that a type dereferences to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum TypeDeclaration {
    /// `struct`, `enum`, `union`.
    Type(DeclaredType),
    /// `impl Deref for` that type.
    Target(NameId, TypeId),
}

/// A struct, enum or union.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeclaredType {
    /// Its name.
    pub name: NameId,
    /// Its type parameters.
    pub parameters: Vec<NameId>,
    /// Fields of a struct, named and positional.
    pub contents: Contents,
    /// Variants of an enum.
    pub variants: Vec<(NameId, Contents)>,
    /// A macro defines its `Deref` target.
    pub has_unknown_target: bool,
}

/// What a struct or variant holds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contents {
    /// Named fields.
    pub fields: Vec<(NameId, TypeId)>,
    /// Positional fields.
    pub places: Vec<TypeId>,
}

/// Another name for a type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alias {
    /// The name.
    pub name: NameId,
    /// Its type parameters.
    pub parameters: Vec<NameId>,
    /// What it stands for.
    pub of: TypeId,
}

/// The result of a function, in terms of the type parameters of the surrounding `impl`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FunctionResult {
    /// `Self`; unknown for a free function.
    pub own: TypeId,
    /// Its name.
    pub name: NameId,
    /// Its result.
    pub result: TypeId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back_as_they_were_stored() {
        let mut names = NameTable::default();
        for (number, name) in (0..).zip(["", "a", "größe", "", "std::rc::Rc"]) {
            assert_eq!(names.push(name), number);
        }
        let stored = postcard::to_allocvec(&names).expect("plain data");
        let back: NameTable = postcard::from_bytes(&stored).expect("what was stored");
        assert_eq!(back, names);
        assert_eq!(back.iter().collect::<Vec<_>>(), ["", "a", "größe", "", "std::rc::Rc"]);
        assert_eq!((back.len(), back.get(5), back.get(u32::MAX)), (5, "", ""));
        let damaged: NameTable = StoredNames { text: "abc".to_owned(), lengths: vec![2, u32::MAX, 7] }.into();
        assert_eq!([0, 1, 2].map(|name| damaged.get(name)), ["ab", "", ""]);
    }
}
