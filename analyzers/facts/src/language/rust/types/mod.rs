//! What a file says of types, read from its syntax tree.
//!
//! ```text
//! tree ─┬─ declarations ─▶ fields, results of functions, who implements what
//!       └─ bodies, blocks, expressions, patterns ─▶ code: what a use stands behind, and what a variable holds
//! ```
//!
//! What a name means is not asked here: that takes all files.

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

/// What a call or a field goes through as if it were not there.
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

/// Reads what a file says of types. In bodies that are beyond what is followed, nothing is known of any use.
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
