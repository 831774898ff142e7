//! Languages: how each is recognised, and how its syntax maps to the measured facts.
//!
//! A language with a grammar has a folder here: its [`Grammar`] table and its hand-checked cases. A language without
//! one has a line in [`lexical`]: its comment and string delimiters.

mod bash;
mod c;
mod cpp;
mod csharp;
mod dart;
mod detect;
mod elixir;
pub mod gaps;
mod go;
mod grammar;
mod haskell;
mod header;
mod java;
mod javascript;
mod julia;
mod kotlin;
pub mod lexical;
mod lua;
mod objective_c;
mod ocaml;
pub(crate) mod parameters;
mod php;
mod python;
mod r;
mod registry;
mod rough;
mod ruby;
mod rust;
mod scala;
pub mod sections;
mod solidity;
mod swift;
mod test_rule;
mod traits;
mod tsx;
mod typescript;
mod zig;

pub(crate) use detect::is_translation;
pub use detect::{Detection, HEAD_BYTES, detect};
pub use grammar::{DocRule, FunctionRule, Grammar, Kinds, NodeRef, ParseFragment, Site, VisibilityRule};
pub use registry::{Language, LanguageSpec, Syntax};
pub use rust::{is_test_attribute, is_test_condition};

/// What is known about Rust in addition to its grammar.
pub mod of_rust {
    pub use super::rust::{allows_dead_code, bare, is_transparent, registers};
}
pub use test_rule::{TestBlock, TestRule};
pub use traits::Family;
