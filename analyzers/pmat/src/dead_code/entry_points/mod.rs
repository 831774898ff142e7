//! Where execution starts, and what others may use: the roots of reachability.

mod c;
mod go;
mod java;
mod marks;
mod other;
mod python;
mod rust;
mod script;

pub(in crate::dead_code) use self::marks::rust_allows;
pub(super) use self::script::{entry_files as script_entry_files, is_configuration};
use super::places::Place;
use super::world::{Def, World};
use facts::language::Language;
use facts::model::DefinitionKind;
use rustc_hash::FxHashSet;
use trueno_graph::code::NodeId;

/// The roots of a tree, each list sorted.
#[derive(Debug, Default)]
pub(super) struct Roots {
    /// Main functions, top-level code, exports, hooks, and what is kept on purpose.
    pub program: Vec<NodeId>,
    /// Tests and the top-level code of their files.
    pub tests: Vec<NodeId>,
}

/// What makes a definition a root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Entry {
    Program,
    Test,
}

/// Finds the roots.
pub(super) fn roots(world: &World<'_>) -> Roots {
    let mut exported = FxHashSet::default();
    rust::exported(world, &mut exported);
    python::exported(world, &mut exported);
    script::exported(world, &mut exported);
    go::exported(world, &mut exported);
    c::exported(world, &mut exported);
    let mut roots = Roots::default();
    for file in &world.files {
        match file.place {
            Place::Test => roots.tests.push(file.node),
            Place::Product | Place::Aside => roots.program.push(file.node),
        }
    }
    for (node, def) in world.definitions() {
        let entry =
            if exported.contains(&node) && !def.test { Some(Entry::Program) } else { entry(world, def) };
        match entry {
            Some(Entry::Program) if !def.test => roots.program.push(node),
            Some(_) => roots.tests.push(node),
            None => {}
        }
    }
    roots.program.sort_unstable();
    roots.tests.sort_unstable();
    roots
}

/// Whether a definition is a root by what stands at itself.
fn entry(world: &World<'_>, def: &Def<'_>) -> Option<Entry> {
    let definition = def.definition;
    if definition.kind == DefinitionKind::Module {
        return Some(if def.test { Entry::Test } else { Entry::Program });
    }
    let file = world.file_of(def);
    let function = definition.function.and_then(|i| file.record.data.facts.functions.get(i as usize));
    let bench =
        || file.language == Language::Rust && definition.attributes.iter().any(|text| text == "bench");
    if function.is_some_and(|function| file.record.is_test_definition(function)) || bench() {
        return Some(Entry::Test);
    }
    let hook = match file.language {
        Language::Rust => rust::is_entry(world, def),
        Language::Python => python::is_entry(world, def),
        Language::JavaScript | Language::TypeScript | Language::Tsx => script::is_entry(def),
        Language::Go => go::is_entry(def),
        Language::Java => java::is_entry(def),
        Language::C | Language::Cpp | Language::ObjectiveC => c::is_entry(def),
        _ => other::is_entry(world, def),
    };
    hook.then_some(Entry::Program)
}

/// True when a member is used as soon as its type is: the language or a base outside of the tree calls it.
pub(super) fn implied(world: &World<'_>, node: NodeId, def: &Def<'_>) -> bool {
    let file = world.file_of(def);
    let definition = def.definition;
    let outside =
        || def.owner.and_then(|owner| world.def(owner)).is_some_and(|owner| world.has_outside_base(owner, 8));
    // A method that calls the one of its name in the base (`super().f()`) overrides it.
    let overrides = || {
        world.references(node).iter().any(|usage| {
            let qualifier = usage.qualifier.map(|index| file.symbols.names[index as usize].as_str());
            file.symbols.names[usage.name as usize] == definition.name
                && matches!(qualifier, Some("" | "super"))
        })
    };
    match file.language {
        Language::Python => {
            python::implied(definition) || (outside() && (!definition.name.starts_with('_') || overrides()))
        }
        Language::JavaScript | Language::TypeScript | Language::Tsx => {
            script::implied(definition) || (!definition.name.starts_with('#') && outside())
        }
        Language::Go => go::implied(world, definition),
        Language::Java => java::implied(world, def) || outside(),
        Language::C | Language::Cpp | Language::ObjectiveC => c::implied(world, def),
        _ => other::implied(world, def),
    }
}
