//! The other languages: everything that is not private, and what carries an attribute.

use super::marks::annotation_registers;
use crate::dead_code::world::{Def, World};
use facts::language::Language;
use facts::model::{DefinitionKind, Visibility};

/// Not private; of Bash, where nothing is, a function of a file that runs nothing: it is there to be sourced.
pub(super) fn is_entry(world: &World<'_>, def: &Def<'_>) -> bool {
    let definition = def.definition;
    let file = world.file_of(def);
    if file.language == Language::Bash {
        let runs = file.symbols.references.iter().any(|usage| usage.from.is_none() && usage.calls > 0);
        return definition.kind != DefinitionKind::Function || !runs;
    }
    definition.visibility != Visibility::Private
        || definition.name == "main"
        || definition.attributes.iter().any(|text| annotation_registers(text))
}

/// Overrides, constructors and names that the language calls.
pub(super) fn implied(world: &World<'_>, def: &Def<'_>) -> bool {
    let definition = def.definition;
    let name = definition.name.as_str();
    let own = def.owner.and_then(|owner| world.def(owner)).is_some_and(|owner| owner.definition.name == name);
    let known = matches!(
        name,
        "init" | "deinit" | "initialize" | "constructor" | "new" | "apply" | "unapply" | "get" | "set"
    );
    own || known || name.starts_with("__") || definition.signature.contains("override")
}
