//! Java: public and protected members, annotations, overrides, what serialization calls.

use super::marks::annotation_registers;
use crate::dead_code::world::{Def, World};
use facts::hash::HashSet;
use facts::language::Language;
use facts::model::{DefinitionKind, Visibility};
use trueno_graph::code::NodeId;

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

/// Marks accessors that Kotlin uses as properties: `folder = x` calls `setFolder`.
pub(super) fn properties(world: &World<'_>, all: &mut HashSet<NodeId>) {
    let kotlin = world.files.iter().filter(|file| file.language == Language::Kotlin);
    let names: HashSet<&str> =
        kotlin.flat_map(|file| file.symbols.names.iter()).map(String::as_str).collect();
    let is_property = |def: &Def<'_>| {
        let name = def.definition.name.as_str();
        let rest = ["get", "set", "is"].iter().find_map(|start| name.strip_prefix(start));
        let property = rest.filter(|rest| rest.starts_with(char::is_uppercase)).map(|rest| {
            let first = rest.chars().next().map_or(0, char::len_utf8);
            format!("{}{}", rest[..first].to_lowercase(), &rest[first..])
        });
        world.file_of(def).language == Language::Java
            && property.is_some_and(|property| names.contains(property.as_str()))
    };
    all.extend(world.definitions().filter(|(_, def)| is_property(def)).map(|(node, _)| node));
}
