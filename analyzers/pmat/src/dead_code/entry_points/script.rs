//! JavaScript and TypeScript: what the entry files of packages export; decorators; what the language calls.

use crate::dead_code::places::{Place, folder, join};
use crate::dead_code::world::{Def, World, family, is_type};
use facts::language::Language;
use facts::model::{Definition, Visibility};
use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::Value;
use trueno_graph::code::NodeId;

/// Endings tried for a path that has none.
const ENDINGS: &[&str] = &[
    "",
    ".js",
    ".ts",
    ".tsx",
    ".jsx",
    ".mjs",
    ".cjs",
    ".mts",
    ".cts",
    ".d.ts",
    "/index.js",
    "/index.ts",
    "/index.tsx",
];

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
    ) || definition.name.starts_with('[')
        || !definition.attributes.is_empty()
        || definition.signature.contains("override ")
}

/// A decorator registers; a value goes wherever the expression goes that it stands in.
pub(super) fn is_entry(def: &Def<'_>) -> bool {
    let definition = def.definition;
    let value =
        definition.visibility == Visibility::Restricted && !definition.signature.contains("protected ");
    !definition.attributes.is_empty() || value
}

/// Marks what the entry files export. Without a `package.json` every file is one.
pub(super) fn exported(world: &World<'_>, all: &mut FxHashSet<NodeId>) {
    let entries = entry_files(world);
    for (node, def) in world.definitions() {
        let file = world.file_of(def);
        if family(file.language) != Language::JavaScript {
            continue;
        }
        let entry = file.package.is_none() || file.place != Place::Product || entries.contains(&def.file);
        let owner = def.owner.or(def.parent).is_some_and(|owner| all.contains(&owner));
        let top = def.parent.is_none();
        if definition_is_public(def.definition) && (owner || (top && entry)) {
            all.insert(node);
        }
    }
}

fn definition_is_public(definition: &Definition) -> bool {
    definition.visibility != Visibility::Private
        || (is_type(definition.kind) && definition.signature.contains("declare "))
}

/// The files that packages name as their entries, and those that they do nothing but pass on.
pub(in crate::dead_code) fn entry_files(world: &World<'_>) -> FxHashSet<u32> {
    let by_path: FxHashMap<&str, u32> =
        (0..).zip(&world.files).map(|(index, file)| (file.path, index)).collect();
    let mut pending: Vec<u32> = Vec::new();
    for package in world.packages(Language::JavaScript) {
        let manifest = join(package, "package.json");
        let entry = world.listing.entries.iter().find(|entry| entry.path.as_bytes() == manifest.as_bytes());
        let bytes = entry.and_then(|entry| world.tree.read(entry).ok()).unwrap_or_default();
        let value: Value = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        let mut named = Vec::new();
        for key in ["main", "module", "exports", "bin", "types", "typings", "browser", "svelte", "source"] {
            strings(&value[key], &mut named);
        }
        let found = named.iter().filter_map(|name| resolve(package, name, &by_path)).collect::<Vec<_>>();
        let missing = found.len() < named.len() || named.is_empty();
        pending.extend(found);
        // What is built is no part of the tree; its sources are, by convention, here.
        let usual = ["index", "src/index", "lib/index", "src/main", "main"];
        let usual = usual.iter().filter_map(|name| resolve(package, name, &by_path));
        pending.extend(usual.take(if missing { usize::MAX } else { 0 }));
    }
    with_passed_on(world, pending)
}

fn with_passed_on(world: &World<'_>, mut pending: Vec<u32>) -> FxHashSet<u32> {
    let mut entries = FxHashSet::default();
    while let Some(file) = pending.pop() {
        if !entries.insert(file) {
            continue;
        }
        let symbols = world.files[file as usize].symbols;
        let only_passes_on = symbols.definitions.is_empty();
        let lines: Vec<u32> = symbols
            .imports
            .iter()
            .filter(|import| only_passes_on || import.text.starts_with("export"))
            .map(|import| import.line)
            .collect();
        let passed = world.graph.imports.iter().filter(|i| i.from == file && lines.contains(&i.line));
        pending.extend(passed.map(|import| import.to));
    }
    entries
}

fn resolve(package: &str, name: &str, by_path: &FxHashMap<&str, u32>) -> Option<u32> {
    let path = join(package, name.trim_start_matches("./"));
    let path = path.trim_end_matches('/');
    ENDINGS.iter().find_map(|ending| by_path.get(format!("{path}{ending}").as_str()).copied())
}

fn strings(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text.clone()),
        Value::Array(values) => values.iter().for_each(|value| strings(value, found)),
        Value::Object(values) => values.values().for_each(|value| strings(value, found)),
        _ => {}
    }
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
