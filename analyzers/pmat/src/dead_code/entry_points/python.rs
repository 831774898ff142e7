//! Python: public names of packages, decorators that register, names that the language or a framework calls.

use super::marks::python_registers;
use super::packages::text_of;
use super::python_objects;
use crate::dead_code::places::{Place, stem};
use crate::dead_code::uses::in_function;
use crate::dead_code::world::{Def, FileView, World, is_type};
use facts::hash::HashSet;
use facts::language::Language;
use facts::model::{Definition, DefinitionKind, Import};
use trueno_graph::code::{EdgeKind, NodeId};

/// Names that unittest calls.
const UNITTEST: &[&str] = &[
    "setUp",
    "tearDown",
    "setUpClass",
    "tearDownClass",
    "setUpModule",
    "tearDownModule",
    "asyncSetUp",
    "asyncTearDown",
    "setup_method",
    "teardown_method",
    "setup_class",
    "teardown_class",
    "setup_module",
    "teardown_module",
    "runTest",
];

/// `__name__`s, `_name_`s, by which displays, enumerations and the like ask a class, and what unittest calls.
pub(super) fn implied(definition: &Definition) -> bool {
    let name = definition.name.as_str();
    is_dunder(name) || is_sunder(name) || UNITTEST.contains(&name) || PROTOCOLS.contains(&name)
}

/// What asyncio calls on protocols, the import system on finders and loaders, RestrictedPython on printers, and gdb on pretty-printers,
/// whatever their class is.
const PROTOCOLS: &[&str] = &[
    "connection_made",
    "connection_lost",
    "data_received",
    "eof_received",
    "datagram_received",
    "error_received",
    "pause_writing",
    "resume_writing",
    "find_spec",
    "find_module",
    "create_module",
    "exec_module",
    "load_module",
    "_call_print",
    "display_hint",
    "children",
    "num_children",
];

/// `_repr_html_`, `_missing_`: a name of a protocol.
fn is_sunder(name: &str) -> bool {
    name.len() > 2 && name.starts_with('_') && name.ends_with('_')
}

fn is_dunder(name: &str) -> bool {
    name.starts_with("__") && name.ends_with("__")
}

/// Decorated so that somebody else calls it, called by pytest, or called by the import system.
pub(super) fn is_entry(world: &World<'_>, def: &Def<'_>) -> bool {
    let definition = def.definition;
    let name = definition.name.as_str();
    let top = def.parent.is_none();
    let file = world.file_of(def);
    let hook = top
        && (is_dunder(name)
            || is_sunder(name)
            || name.starts_with("pytest_")
            || UNITTEST.contains(&name)
            || is_django(file.path, name));
    let test_class = def.test && is_type(definition.kind) && name.starts_with("Test");
    hook || test_class || definition.attributes.iter().any(|text| python_registers(text))
}

/// What Django reads from the modules of an application.
fn is_django(path: &str, name: &str) -> bool {
    match stem(path) {
        "settings" => name.chars().all(|c| c.is_uppercase() || c == '_' || c.is_ascii_digit()),
        "urls" | "wsgi" | "asgi" => {
            matches!(name, "urlpatterns" | "application" | "handler404" | "handler500")
        }
        "admin" | "models" | "apps" | "migrations" => name.starts_with(char::is_uppercase),
        _ => false,
    }
}

/// Public names of the modules of packages: whoever installs the package can import them; and what a package's `__init__.py`
/// passes on of modules that are not public.
pub(super) fn exported(world: &World<'_>, all: &mut HashSet<NodeId>) {
    passed_on(world, all);
    mixed_in(world, all);
    played_with(world, all);
    python_objects::exported(world, all);
    let imported: HashSet<u32> = world.graph.imports.iter().map(|import| import.to).collect();
    for (node, def) in world.definitions() {
        let file = world.file_of(def);
        // Settings: a module that no code imports is loaded by its path, and read by names.
        let setting = def.definition.kind == DefinitionKind::Constant && def.parent.is_none();
        if file.language == Language::Python
            && setting
            && !imported.contains(&def.file)
            && is_public(world, def)
        {
            all.insert(node);
        }
        let of_package =
            file.language == Language::Python && file.package.is_some() && file.place == Place::Product;
        if of_package && is_public_path(file.path) && is_public(world, def) && !in_function(world, def) {
            all.insert(node);
        }
    }
}

/// True where a statement gives a module a public name: `from . import _m as m`.
fn renames(statement: &str, module: &str) -> bool {
    let mut words =
        statement.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty());
    let mut last = "";
    while let Some(word) = words.next() {
        if word == "as" && last == module {
            return words.next().is_some_and(|name| !name.starts_with('_'));
        }
        last = word;
    }
    false
}

/// What the `__init__.py` of a public package imports, itself or by `*`.
fn passed_on(world: &World<'_>, all: &mut HashSet<NodeId>) {
    let passes = |node: NodeId| {
        let (file, definition) = world.place_of(node);
        let file = &world.files[file as usize];
        definition.is_none()
            && file.language == Language::Python
            && stem(file.path) == "__init__"
            && is_public_path(file.path)
    };
    let imported = world.graph.edges.iter().filter(|edge| edge.kind == EdgeKind::Import && passes(edge.from));
    all.extend(imported.map(|edge| edge.to).filter(|node| world.def(*node).is_some()));
    for import in &world.graph.imports {
        let from = &world.files[import.from as usize];
        let to = &world.files[import.to as usize];
        let takes_all = |of: &Import| {
            of.line == import.line && (of.text.ends_with('*') || renames(&of.text, stem(to.path)))
        };
        if passes(from.node) && from.symbols.imports.iter().any(takes_all) {
            let names = (to.node + 1..).zip(&to.symbols.definitions);
            let open = names
                .filter(|(_, definition)| definition.parent.is_none() && !definition.name.starts_with('_'));
            all.extend(open.map(|(node, _)| node));
        }
    }
}

/// Marks the members of classes that are mixed with a class outside of the tree (`class Mail(Base, smtplib.SMTP)`): that one may
/// call them, as it calls those of the class itself.
fn mixed_in(world: &World<'_>, all: &mut HashSet<NodeId>) {
    let of_python = |def: &Def<'_>| world.file_of(def).language == Language::Python;
    let mixes = |node: NodeId, def: &Def<'_>| {
        is_type(def.definition.kind)
            && of_python(def)
            && def.definition.bases.len() > 1
            && world.has_outside_base(node, 0)
    };
    let classes = world.definitions().filter(|(node, def)| mixes(*node, def));
    let mut pending: Vec<NodeId> = classes.flat_map(|(node, _)| world.bases(node)).copied().collect();
    let mut seen: HashSet<NodeId> = pending.iter().copied().collect();
    while let Some(base) = pending.pop() {
        let mangled = |name: &str| name.starts_with("__");
        let called = world.members(base).iter().filter(|member| {
            world.def(**member).is_some_and(|member| !mangled(&member.definition.name) && of_python(member))
        });
        all.extend(called.copied());
        pending.extend(world.bases(base).iter().copied().filter(|base| seen.insert(*base)));
    }
}

/// Marks the public names of what a script for a console imports (`python -i`, `code.interact`, IPython): who sits before it calls
/// what there is.
fn played_with(world: &World<'_>, all: &mut HashSet<NodeId>) {
    const CONSOLES: [&str; 4] = ["InteractiveConsole", "start_ipython", "interact", "embed"];
    let is_console = |file: &FileView<'_>| {
        let says = |text: &str| text.contains("python -i ") || text.contains("python3 -i ");
        let starts = || CONSOLES.iter().any(|name| file.uses(name));
        file.language == Language::Python
            && file.place != Place::Test
            && (starts() || text_of(world, file.path).is_some_and(|text| says(&text)))
    };
    let consoles: HashSet<u32> =
        (0u32..).zip(&world.files).filter(|(_, file)| is_console(file)).map(|(number, _)| number).collect();
    let imports = world.graph.imports.iter().filter(|import| consoles.contains(&import.from));
    let open: HashSet<u32> = imports.map(|import| import.to).collect();
    let is_open = |def: &Def<'_>| open.contains(&def.file) && is_public(world, def);
    all.extend(world.definitions().filter(|(_, def)| is_open(def)).map(|(node, _)| node));
}

/// A module that no part of whose path is private; `setup.py` is no module.
fn is_public_path(path: &str) -> bool {
    let parts = path.trim_end_matches(".py").trim_end_matches(".pyi");
    !parts.split('/').any(|part| part.starts_with('_') && !is_dunder(part)) && stem(path) != "setup"
}

pub(super) fn is_public(world: &World<'_>, def: &Def<'_>) -> bool {
    let is_private = |def: &Def<'_>| def.definition.name.starts_with('_') && !is_dunder(&def.definition.name);
    let outer = |def: &&Def<'_>| def.parent.and_then(|parent| world.def(parent));
    let mut chain = std::iter::successors(Some(def), outer);
    chain.all(|def| def.definition.kind != DefinitionKind::Module && !is_private(def))
}
