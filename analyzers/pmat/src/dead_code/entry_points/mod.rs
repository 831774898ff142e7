//! Where execution starts, and what others may use: the roots of reachability.

mod bounds;
mod c;
mod directives;
mod go;
mod java;
mod loading;
mod marks;
mod other;
mod packages;
mod patterns;
mod python;
mod python_objects;
mod ruby;
mod rust;
mod script;
mod targets;

pub(super) use self::c::is_for_header;
pub(super) use self::packages::Packages;
pub(super) use self::rust::libraries as rust_libraries;
pub(super) use self::script::{is_configuration, is_plain_script};
use super::places::Place;
use super::world::{Def, World, is_type};
use facts::hash::HashSet;
use facts::language::Language;
use facts::model::{DefinitionKind, Visibility};
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
    let mut exported = HashSet::default();
    rust::exported(world, &mut exported);
    python::exported(world, &mut exported);
    script::exported(world, &world.scripts, &mut exported);
    go::exported(world, &mut exported);
    java::properties(world, &mut exported);
    ruby::exported(world, &mut exported);
    c::exported(world, &mut exported);
    directives::named(world, &mut exported);
    bounds::of_impl_blocks(world, &mut exported);
    loading::values(world, &mut exported);
    add_members(world, &mut exported);
    // Of a class it says which members.
    script::declared(world, &mut exported);
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

/// Who has a type has what it inherits: of the bases of exported types every member that is open to users is exported, too.
fn add_members(world: &World<'_>, exported: &mut HashSet<NodeId>) {
    let types = |node: &NodeId| world.def(*node).is_some_and(|def| is_type(def.definition.kind));
    let mut pending: Vec<NodeId> = exported.iter().copied().filter(types).collect();
    let mut seen: HashSet<NodeId> = pending.iter().copied().collect();
    while let Some(node) = pending.pop() {
        let Some(def) = world.def(node) else { continue };
        if world.file_of(def).language == Language::Rust {
            continue;
        }
        let open = |member: &&NodeId| world.def(**member).is_some_and(|member| is_open(world, member));
        exported.extend(world.members(node).iter().filter(open));
        pending.extend(world.bases(node).iter().copied().filter(|base| seen.insert(*base)));
    }
}

/// True for a member that the language lets every user of its type name.
fn is_open(world: &World<'_>, def: &Def<'_>) -> bool {
    let underscored = world.file_of(def).language == Language::Python && def.definition.name.starts_with('_');
    def.definition.visibility != Visibility::Private && !underscored
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
        Language::C | Language::Cpp | Language::ObjectiveC => c::is_entry(file, def),
        _ => other::is_entry(world, def),
    };
    hook.then_some(Entry::Program)
}

/// True when a member is used as soon as its type is: the language or a base outside of the tree calls it.
pub(super) fn implied(world: &World<'_>, def: &Def<'_>) -> bool {
    let file = world.file_of(def);
    let definition = def.definition;
    let outside = || def.owner.is_some_and(|owner| world.has_outside_base(owner, 8));
    // Whoever installs a package gets objects of it, of whatever class, and may call what they have.
    let given_away = || def.owner.is_some() && is_open(world, def) && world.is_library(def.file);
    let private = definition.visibility == Visibility::Private;
    match file.language {
        // Of a base outside nobody knows here which of its own methods it calls, with or without an underscore.
        Language::Python => {
            let mangled = definition.name.starts_with("__");
            python::implied(definition) || given_away() || (!mangled && outside())
        }
        Language::JavaScript | Language::TypeScript | Language::Tsx => {
            // What a type demands of its values has no body.
            let demanded = definition.function.is_none() && definition.kind == DefinitionKind::Method;
            demanded || script::implied(definition) || given_away() || (!private && outside())
        }
        Language::Go => go::implied(world, definition),
        Language::Java => java::implied(world, def) || (!private && outside()),
        Language::C | Language::Cpp | Language::ObjectiveC => c::implied(world, def),
        _ => other::implied(world, def),
    }
}
