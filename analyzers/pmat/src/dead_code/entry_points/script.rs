//! JavaScript and TypeScript: what the entry files of packages export; decorators; what the language calls; declarations that
//! merge into others.

use super::packages::{Packages, text_of};
use crate::dead_code::places::{Place, folder, stem};
use crate::dead_code::world::{Def, FileView, World, family, is_type};
use aho_corasick::AhoCorasick;
use facts::hash::HashSet;
use facts::language::Language;
use facts::model::{Definition, DefinitionKind, Visibility};
use trueno_graph::code::NodeId;

/// What the language calls by itself.
pub(super) fn implied(definition: &Definition) -> bool {
    matches!(
        definition.name.as_str(),
        "constructor"
            | "toString"
            | "toJSON"
            | "valueOf"
            | "then"
            | "next"
            | "return"
            | "throw"
            | "inspect"
            | "connectedCallback"
            | "disconnectedCallback"
            | "attributeChangedCallback"
            | "adoptedCallback"
    ) || is_hook_of_angular(&definition.name)
        || definition.name.starts_with('[')
        || !definition.attributes.is_empty()
        || definition.signature.contains("override ")
}

/// What Angular calls on components, directives and services whether or not they say so by a base
/// (<https://angular.dev/guide/components/lifecycle>).
fn is_hook_of_angular(name: &str) -> bool {
    matches!(
        name,
        "ngOnChanges"
            | "ngOnInit"
            | "ngDoCheck"
            | "ngAfterContentInit"
            | "ngAfterContentChecked"
            | "ngAfterViewInit"
            | "ngAfterViewChecked"
            | "ngOnDestroy"
    )
}

/// A decorator registers; a value goes wherever the expression goes that it stands in.
pub(super) fn is_entry(def: &Def<'_>) -> bool {
    let definition = def.definition;
    let value =
        definition.visibility == Visibility::Restricted && !definition.signature.contains("protected ");
    // A method of a class without a name.
    let nameless = definition.kind == DefinitionKind::Method && def.owner.is_none();
    // What JSX is written for, unless a compiler's option says otherwise.
    let of_jsx = definition.kind == DefinitionKind::Constant && definition.name == "React";
    !definition.attributes.is_empty() || value || nameless || of_jsx
}

/// Marks what the entry files export, what is loaded when it is asked for, and what merges with declarations of others. Without
/// a `package.json` every file is an entry.
pub(super) fn exported(world: &World<'_>, packages: &Packages<'_>, all: &mut HashSet<NodeId>) {
    let imported: HashSet<u32> = world.graph.imports.iter().map(|import| import.to).collect();
    let mut lazy = loaded_on_demand(world);
    lazy.extend(named_by_path(world, &imported));
    lazy.extend(super::patterns::loaded(world));
    proxied(world, all);
    for (node, def) in world.definitions() {
        let file = world.file_of(def);
        if family(file.language) != Language::JavaScript {
            continue;
        }
        let entry = file.package.is_none_or(|package| packages.is_open(package))
            || file.place != Place::Product
            || packages.is_entry(def.file)
            || lazy.contains(&def.file)
            // A page, a route, a worker: what no file of an application imports is loaded by its path.
            || (!imported.contains(&def.file) && !world.is_library(def.file));
        let owner = def.owner.or(def.parent).is_some_and(|owner| all.contains(&owner));
        let top = def.parent.is_none();
        if (definition_is_public(def.definition) && (owner || (top && entry))) || merges(world, def) {
            all.insert(node);
        }
    }
}

/// Marks the members of the classes of files that put a `Proxy` before their objects, and of what these import: who holds the
/// proxy reads members by value, often code that is not in the tree.
fn proxied(world: &World<'_>, all: &mut HashSet<NodeId>) {
    let makes = |file: &FileView<'_>| {
        family(file.language) == Language::JavaScript
            && file.place == Place::Product
            && file.uses_bare("Proxy")
            && !file.symbols.definitions.iter().any(|definition| definition.name == "Proxy")
    };
    let makers: HashSet<u32> =
        (0u32..).zip(&world.files).filter(|(_, file)| makes(file)).map(|(number, _)| number).collect();
    let imports = world.graph.imports.iter().filter(|import| makers.contains(&import.from));
    let open: HashSet<u32> = imports.map(|import| import.to).chain(makers.iter().copied()).collect();
    for (node, def) in world.definitions().filter(|(_, def)| open.contains(&def.file)) {
        if def.owner.is_some() && def.definition.visibility != Visibility::Private {
            all.insert(node);
        }
    }
}

/// Marks what a declaration file of the tree (`.d.ts`) declares of other files: it is written for users of theirs.
pub(super) fn declared(world: &World<'_>, all: &mut HashSet<NodeId>) {
    let owner = |def: &Def<'_>| {
        let owner = def.owner.or(def.parent).and_then(|owner| world.def(owner));
        owner.map_or("", |owner| owner.definition.name.as_str()).to_owned()
    };
    let is_declaration = |def: &Def<'_>| {
        let path = world.file_of(def).path;
        path.ends_with(".d.ts") && !path.split('/').any(|folder| folder == "node_modules")
    };
    let key = |def: &Def<'_>| (owner(def), def.definition.name.clone());
    let names: HashSet<(String, String)> =
        world.definitions().filter(|(_, def)| is_declaration(def)).map(|(_, def)| key(def)).collect();
    if names.is_empty() {
        return;
    }
    let is_open = |def: &Def<'_>| {
        family(world.file_of(def).language) == Language::JavaScript && definition_is_public(def.definition)
    };
    let same = world.definitions().filter(|(_, def)| is_open(def) && names.contains(&key(def)));
    all.extend(same.map(|(node, _)| node));
}

fn definition_is_public(definition: &Definition) -> bool {
    definition.visibility != Visibility::Private
        || (is_type(definition.kind) && definition.signature.contains("declare "))
}

/// True for what stands in `declare global` or `declare module "name"`, and for an interface of a file that is no module: it adds
/// to what others declare.
fn merges(world: &World<'_>, def: &Def<'_>) -> bool {
    if def.definition.kind == DefinitionKind::Interface && world.file_of(def).is_plain_script {
        return true;
    }
    let outer = |def: &Def<'_>| def.parent.and_then(|parent| world.def(parent)).copied();
    let mut around = std::iter::successors(outer(def), |def| outer(def));
    around.any(|def| {
        let definition = def.definition;
        definition.kind == DefinitionKind::Module
            && (definition.name == "global" || definition.signature.contains(['"', '\'', '`']))
    })
}

/// Files that `import(…)` loads, whose exports come as properties of a value, and those whose name space goes elsewhere as a
/// value: `import * as all from "./all"; const known = { ...all };`.
fn loaded_on_demand(world: &World<'_>) -> HashSet<u32> {
    let is_value = |from: u32, text: &str| {
        let Some((_, name)) = text.split_once("* as ") else { return false };
        let name =
            name.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$')).next().unwrap_or(name);
        let Some(code) = text_of(world, world.files[from as usize].path) else { return false };
        let mut places = code.match_indices(name);
        places.any(|(at, _)| {
            let (before, after) = (&code[..at], code[at + name.len()..].trim_start());
            let inside = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$');
            let whole = !before.ends_with(inside) && !code[at + name.len()..].starts_with(inside);
            whole && !before.ends_with("as ") && !after.starts_with(['.', '"', '\''])
        })
    };
    let is_call = |from: u32, line: u32| {
        let imports = &world.files[from as usize].symbols.imports;
        let mut here = imports.iter().filter(|import| import.line == line);
        here.any(|import| import.text.starts_with("import(") || is_value(from, &import.text))
    };
    let imports = world.graph.imports.iter().filter(|import| is_call(import.from, import.line));
    imports.map(|import| import.to).collect()
}

/// Files that none imports and whose path stands in a string of a script: `load("../generators/init.js")`.
fn named_by_path(world: &World<'_>, imported: &HashSet<u32>) -> HashSet<u32> {
    let scripts =
        || (0u32..).zip(&world.files).filter(|(_, file)| family(file.language) == Language::JavaScript);
    let alone = scripts().filter(|(number, file)| {
        file.place == Place::Product && !imported.contains(number) && world.is_library(*number)
    });
    let (alone, names): (Vec<u32>, Vec<String>) = alone
        .map(|(number, file)| {
            let name = match stem(file.path) {
                "index" => stem(folder(file.path)),
                name => name,
            };
            (number, format!("/{name}"))
        })
        .filter(|(_, name)| name.len() > 1)
        .unzip();
    let Ok(finder) = AhoCorasick::new(&names) else { return HashSet::default() };
    let named = |text: String| {
        let ends = |at: usize| {
            let rest = text[at..].trim_start_matches("/index");
            let ending = rest.find(|c: char| c != '.' && !c.is_ascii_lowercase()).unwrap_or(rest.len());
            rest[ending..].starts_with(['"', '\'', '`']) && (ending == 0 || rest.starts_with('.'))
        };
        let found = finder.find_overlapping_iter(&text).filter(|found| ends(found.end()));
        found.map(|found| alone[found.pattern().as_usize()]).collect::<Vec<u32>>()
    };
    if names.is_empty() {
        return HashSet::default();
    }
    scripts().filter_map(|(_, file)| text_of(world, file.path)).flat_map(named).collect()
}

/// True for a file that is no module: what it declares at its top is known to every file of its page or program.
pub(in crate::dead_code) fn is_plain_script(file: &FileView<'_>) -> bool {
    // A `require` in a function is also what bundlers resolve in a script that a page loads.
    let is_module = file.symbols.imports.iter().any(|import| !import.deferred)
        || file.symbols.definitions.iter().any(|d| d.parent.is_none() && d.visibility == Visibility::Public)
        || ["exports", "define"].iter().any(|word| file.uses_bare(word))
        // Some hosts know a `module` of another kind.
        || (file.uses_bare("module") && file.uses("exports"))
        || file.path.ends_with(".mjs")
        || file.path.ends_with(".mts");
    family(file.language) == Language::JavaScript && !is_module
}

/// True for a file that is read by a tool under its usual name.
pub(in crate::dead_code) fn is_configuration(path: &str) -> bool {
    let file = path.rsplit('/').next().unwrap_or(path);
    folder(path).split('/').any(|part| part.starts_with('.'))
        || file.starts_with('.')
        || file.contains(".config.")
        || file.contains("config.")
        || file.ends_with(".d.ts")
        || matches!(file, "Gruntfile.js" | "gulpfile.js" | "Jakefile" | "webpack.js" | "karma.conf.js")
}
