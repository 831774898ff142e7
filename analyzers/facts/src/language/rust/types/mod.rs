//! A file's type information, read from its syntax tree.
//!
//! ```text
//! tree ─┬─ declarations ─▶ fields, results of functions, who implements what
//!       └─ bodies, blocks, expressions, patterns ─▶ code: what a use stands behind, and what a variable holds
//! ```
//!
//! The meaning of names is not resolved here: that takes all files.

mod blocks;
mod bodies;
mod declarations;
mod expressions;
mod output;
mod patterns;
mod syntax;
mod written;

use self::bodies::Writer;
use self::output::Output;
use self::written::Scope;
use crate::language::{NodeRef, ParseFragment};
use crate::model::{Code, Definition, Types};

pub use self::output::bare;

/// Types that calls and field accesses go through as if they were not there.
const TRANSPARENT: &[&str] = &[
    "Box",
    "Rc",
    "Arc",
    "Cow",
    "Ref",
    "RefMut",
    "MutexGuard",
    "RwLockReadGuard",
    "RwLockWriteGuard",
    "Pin",
    "ManuallyDrop",
    "Reverse",
    "Wrapping",
];

/// True for the name of a smart pointer.
pub fn is_transparent(name: &str) -> bool {
    TRANSPARENT.contains(&name)
}

/// Reads a file's type information. If its bodies exceed the limits, no body is kept.
pub(super) fn types(
    root: NodeRef<'_>,
    source: &str,
    definitions: &[Definition],
    fragments: &mut ParseFragment<'_>,
) -> Types {
    let mut output = Output::new();
    let declarations = declarations::declarations(&mut output, root, source);
    let mut writer = Writer {
        output: &mut output,
        source,
        fragments,
        definitions,
        in_macro: false,
        from: None,
        scope: Scope::default(),
        variables: Vec::new(),
        depth: 0,
        level: 0,
        lost: false,
    };
    writer.items(root);
    let lost = writer.lost;
    let code = if lost { Vec::new() } else { output.code };
    Types { names: output.names, written: output.written, declarations, bodies: Code(code.into()) }
}
