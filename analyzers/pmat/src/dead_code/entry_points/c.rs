//! C, C++, Objective-C: `main`, what headers declare, attributes, virtual functions.

use super::marks::c_keeps;
use crate::dead_code::places::Place;
use crate::dead_code::uses::is_header;
use crate::dead_code::world::{Def, World, family};
use facts::language::Language;
use facts::model::{DefinitionKind, Visibility};
use rustc_hash::FxHashSet;
use trueno_graph::code::NodeId;

/// Called by the system, kept by an attribute, or open to who uses the class.
pub(super) fn is_entry(def: &Def<'_>) -> bool {
    let definition = def.definition;
    let by_system = matches!(
        definition.name.as_str(),
        "main"
            | "wmain"
            | "WinMain"
            | "wWinMain"
            | "DllMain"
            | "_start"
            | "LLVMFuzzerTestOneInput"
            | "JNI_OnLoad"
    ) || definition.name.starts_with("Java_");
    let member = def.owner.is_some() && definition.visibility != Visibility::Private;
    let objective = definition.kind == DefinitionKind::Method && definition.signature.starts_with(['-', '+']);
    by_system || member || objective || definition.attributes.iter().any(|text| c_keeps(text))
}

/// Constructors, destructors, operators, virtual functions.
pub(super) fn implied(world: &World<'_>, def: &Def<'_>) -> bool {
    let definition = def.definition;
    let name = definition.name.as_str();
    let own = def.owner.and_then(|owner| world.def(owner)).is_some_and(|owner| owner.definition.name == name);
    let says =
        |word: &str| definition.signature.split(|c: char| !c.is_alphanumeric()).any(|part| part == word);
    own || name.starts_with('~') || name.starts_with("operator") || says("virtual") || says("override")
}

/// What the headers of a library declare; of a program, in which `main` stands, nothing.
pub(super) fn exported(world: &World<'_>, all: &mut FxHashSet<NodeId>) {
    let of_family = |def: &Def<'_>| family(world.file_of(def).language) == Language::C;
    let program = world.definitions().any(|(_, def)| {
        of_family(def) && def.definition.name == "main" && world.file_of(def).place == Place::Product
    });
    if program {
        return;
    }
    let mut declared: FxHashSet<&str> = FxHashSet::default();
    for (node, def) in
        world.definitions().filter(|(_, def)| of_family(def) && is_header(world.file_of(def).path))
    {
        declared.insert(&def.definition.name);
        all.insert(node);
    }
    for (node, def) in world.definitions().filter(|(_, def)| of_family(def)) {
        if def.definition.visibility != Visibility::Private && declared.contains(def.definition.name.as_str())
        {
            all.insert(node);
        }
    }
}
