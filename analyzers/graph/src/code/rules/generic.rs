//! Languages without rules of their own here: enclosing scopes, members, the folder, then the only definition in the tree.

use super::{Parameters, Rules, Unit};
use facts::language::Language;

macro_rules! tables {
    ($($language:ident { $($field:ident: $value:expr),* $(,)? })*) => {
        /// The rules of a language without a file of its own.
        pub(super) fn of(language: Language) -> &'static Rules {
            match language {
                $(Language::$language => {
                    static RULES: Rules = Rules { $($field: $value,)* ..Rules::GENERIC };
                    &RULES
                })*
                _ => {
                    static RULES: Rules = Rules::GENERIC;
                    &RULES
                }
            }
        }
    };
}

tables! {
    CSharp { parameters: Parameters::TypeName, constructors: &[""], member_values: true }
    Dart { parameters: Parameters::TypeName, constructors: &[""], member_values: true }
    Elixir { bare_members: true, parameters: Parameters::None, own: &["__MODULE__"] }
    Haskell { parameters: Parameters::None, capital_types: false }
    Julia { bare_members: false }
    Lua { bare_members: false, capital_types: false, loose_members: true }
    OCaml { parameters: Parameters::None, capital_types: false }
    Php { own: &["this", "$this", "self", "static"], parent: &["parent"], parameters: Parameters::TypeName,
          constructors: &["__construct"], bare_members: false }
    R { bare_members: false, capital_types: false, unit: Unit::File }
    Ruby { constructors: &["initialize"], member_values: true }
    Solidity { parameters: Parameters::TypeName, own: &["this"] }
    Swift { constructors: &["init"], member_values: true }
    Zig { bare_members: true }
}

/// Members that standard types of most languages have.
pub(super) const COMMON: &[&str] = &[
    "add", "append", "apply", "call", "clear", "close", "contains", "copy", "count", "delete", "each",
    "empty", "filter", "find", "first", "format", "get", "insert", "join", "keys", "last", "length", "map",
    "max", "min", "name", "new", "next", "open", "pop", "push", "put", "read", "remove", "replace",
    "reverse", "run", "set", "size", "sort", "split", "start", "stop", "to_s", "toString", "trim", "type",
    "update", "value", "values", "write",
];
