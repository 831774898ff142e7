//! What a file says about types: what it declares, and what its bodies say about the values in them. Only for Rust so
//! far.
//!
//! It is everything that the inference of receivers needs from a file, so that no file is parsed for it again. Each
//! name and type is stored once and referred to by its number; bodies are a sequence of bytes ([`Code`]).

use super::Code;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// A name by its place in [`Types::names`].
pub type NameId = u32;

/// A type by its place in [`Types::written`].
pub type TypeId = u32;

/// The type of which nothing is known: the first of [`Types::written`].
pub const UNKNOWN_TYPE: TypeId = 0;

/// Parts of which a type that is kept consists at most, and levels of which it has as many at most. Types that people write
/// have a handful; what is made of others (`let b = (a, a)`, line for line) would double in size with each step.
pub const MAX_TYPE_PARTS: usize = 48;

/// What a file says about types.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Types {
    /// The names that all else points to.
    pub names: NameTable,
    /// The types that all else points to; a type is behind its parts. The first is [`WrittenType::Unknown`].
    pub written: Vec<WrittenType>,
    /// What the file declares.
    pub declarations: Declarations,
    /// What is in its bodies.
    pub bodies: Code,
}

/// Names in one text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "StoredNames", into = "StoredNames")]
pub struct NameTable {
    text: String,
    ends: Vec<u32>,
}

/// The same as it is stored: lengths take less room than places.
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
    /// Adds a name; its number.
    pub fn push(&mut self, name: &str) -> NameId {
        self.text.push_str(name);
        self.ends.push(self.text.len() as u32);
        self.ends.len() as u32 - 1
    }

    /// The name of that number; `""` if there is none.
    pub fn get(&self, name: NameId) -> &str {
        let before = (name as usize).checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied());
        let range = before.zip(self.ends.get(name as usize).copied());
        range.and_then(|(start, end)| self.text.get(start as usize..end as usize)).unwrap_or_default()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// True without a name.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// All of them in the order of their numbers.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.ends.len() as u32).map(|name| self.get(name))
    }
}

/// A type as it is written, without references, pointers and smart pointers: a call goes through them.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum WrittenType {
    /// Nothing is known.
    Unknown,
    /// The last name of its path with its arguments; of a path, the last two (`fmt::Result`), which tell a library's type from
    /// the tree's. Every iterator is `Iterator<Item>`.
    Named(NameId, Box<[TypeId]>),
    /// Slice or array.
    List(TypeId),
    /// Tuple.
    Tuple(Box<[TypeId]>),
    /// A type parameter of the `impl` around or of the type that declares it.
    Parameter(NameId),
    /// `dyn`, `impl` or a type parameter: these traits are all that is known about it.
    Bounded(Box<[NameId]>),
    /// A primitive, by its name where that matters: no type of the tree gives it methods, but through traits.
    Plain(NameId),
}

/// What a file declares, at whatever depth; each list in the order of the file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declarations {
    /// Types, and what types dereference to.
    pub types: Vec<TypeDeclaration>,
    /// Other names for types: `type A<T> = …`, `use a::B as C`.
    pub aliases: Vec<Alias>,
    /// What functions give.
    pub functions: Vec<FunctionResult>,
    /// Constants and statics with their types.
    pub constants: Vec<(NameId, TypeId)>,
    /// Traits.
    pub traits: Vec<NameId>,
    /// Traits with those that they demand.
    pub demands: Vec<(NameId, Vec<NameId>)>,
    /// What implements traits: the type's name (none: whatever fits) and the trait's.
    pub implementations: Vec<(Option<NameId>, NameId)>,
    /// Types with functions of their own, which only the crate that declares a type may give it.
    pub with_own: Vec<NameId>,
    /// Modules.
    pub modules: Vec<NameId>,
    /// Words in macros that write `impl` blocks: a trait among them may be implemented for anything.
    pub in_macros: Vec<NameId>,
    /// Macros that put a name they are given behind `.` or `::`.
    pub splicing: Vec<NameId>,
    /// Macros that other crates see.
    pub exported_macros: Vec<NameId>,
    /// Modules that the arguments of macros declare: `cfg_if! { … mod unix; }`.
    pub modules_in_macros: Vec<NameId>,
    /// Names of the files that are taken in as text.
    pub included_texts: Vec<NameId>,
    /// The bytes of `impl` blocks that an attribute hands to a macro, or in which it allows dead code.
    pub kept_impls: Vec<Range<u32>>,
    /// An inner attribute allows dead code.
    pub allows_dead_code: bool,
    /// It includes what a build script writes.
    pub includes_generated: bool,
}

/// A declaration of a type, or of what a type dereferences to.
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
    /// Fields and places of a struct.
    pub contents: Contents,
    /// Variants of an enum.
    pub variants: Vec<(NameId, Contents)>,
    /// A macro says what it dereferences to.
    pub has_unknown_target: bool,
}

/// What a struct or variant holds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contents {
    /// By name.
    pub fields: Vec<(NameId, TypeId)>,
    /// By place.
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

/// What a function gives, in terms of the type parameters of the `impl` around.
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
