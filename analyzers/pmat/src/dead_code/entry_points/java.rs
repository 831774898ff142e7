//! Java: public and protected members, annotations, overrides, what serialization calls.

use super::marks::annotation_registers;
use crate::dead_code::world::{Def, World};
use facts::model::{DefinitionKind, Visibility};

/// Public or protected, annotated for a framework, or called by the virtual machine.
pub(super) fn is_entry(def: &Def<'_>) -> bool {
    let definition = def.definition;
    let public = definition.visibility == Visibility::Public || definition.signature.contains("protected ");
    // What stands in a class without a name goes wherever the object goes.
    let of_nameless = definition.kind == DefinitionKind::Function;
    public
        || of_nameless
        || definition.attributes.iter().any(|text| annotation_registers(text))
        || is_called_by_name(&definition.name)
}

/// What the virtual machine finds by its name.
pub(super) fn is_called_by_name(name: &str) -> bool {
    matches!(
        name,
        "main"
            | "premain"
            | "agentmain"
            | "readObject"
            | "writeObject"
            | "readResolve"
            | "writeReplace"
            | "readObjectNoData"
            | "serialVersionUID"
            | "serialPersistentFields"
            | "finalize"
    )
}

/// Constructors and overrides.
pub(super) fn implied(world: &World<'_>, def: &Def<'_>) -> bool {
    let definition = def.definition;
    let constructor = def
        .owner
        .and_then(|owner| world.def(owner))
        .is_some_and(|owner| owner.definition.name == definition.name);
    let overrides = definition.attributes.iter().any(|text| text == "Override");
    constructor
        || overrides
        || matches!(definition.name.as_str(), "toString" | "equals" | "hashCode" | "compareTo")
}
