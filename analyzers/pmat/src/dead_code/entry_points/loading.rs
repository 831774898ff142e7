//! What runs as soon as a file is loaded: what the values of its constants are computed by, whether or not the constants are used.

use crate::dead_code::world::{Def, World, family};
use facts::hash::HashSet;
use facts::language::Language;
use facts::model::DefinitionKind;
use trueno_graph::code::{EdgeKind, NodeId};

/// Marks what a call in the value of a constant at the top of a file is given or calls: `const stop = watch(() => refresh())`. A
/// constant that its own value uses is used, too.
pub(super) fn values(world: &World<'_>, all: &mut HashSet<NodeId>) {
    for (node, def) in world.definitions().filter(|(_, def)| is_computed(world, def)) {
        let references = world.references(node);
        if !references.iter().any(|usage| usage.calls > 0) {
            continue;
        }
        let file = world.file_of(def);
        for usage in references.iter().filter(|usage| usage.calls + usage.uses > 0) {
            let name = file.symbols.names[usage.name as usize].as_str();
            let here = |node: &&NodeId| {
                world.def(**node).is_some_and(|target| target.file == def.file && target.parent.is_none())
            };
            all.extend(world.named(name).iter().filter(here));
        }
    }
    let edges = &world.graph.edges;
    let computed = |node: NodeId| {
        let calls = || world.references(node).iter().any(|usage| usage.calls > 0);
        world.def(node).is_some_and(|def| is_computed(world, def)) && calls()
    };
    let meant = edges.iter().filter(|edge| edge.kind != EdgeKind::Import && edge.from != edge.to);
    all.extend(
        meant.filter(|edge| computed(edge.from)).map(|edge| edge.to).filter(|to| world.def(*to).is_some()),
    );
}

/// True for a constant at the top of a file of a language that computes it when the file is loaded.
fn is_computed(world: &World<'_>, def: &Def<'_>) -> bool {
    let language = family(world.file_of(def).language);
    let at_load = matches!(
        language,
        Language::JavaScript
            | Language::Python
            | Language::Ruby
            | Language::Php
            | Language::Go
            | Language::Lua
    );
    at_load && def.definition.kind == DefinitionKind::Constant && def.parent.is_none() && !def.test
}
