//! Rust: `main`, FFI, and what a library crate makes public.

use super::marks::{rust_allows, rust_registers};
use crate::dead_code::places::{folder, join, stem};
use crate::dead_code::world::{Def, World, is_type};
use facts::hash::{HashMap, HashSet};
use facts::language::Language;
use facts::model::{Definition, DefinitionKind, Visibility};
use trueno_graph::code::NodeId;

/// About where the facts cut the text of an import.
const LONGEST_TEXT: usize = 295;

/// `main` of a target, and what is kept or found by an attribute.
pub(super) fn is_entry(world: &World<'_>, def: &Def<'_>) -> bool {
    let definition = def.definition;
    let top = def.parent.is_none();
    let callable = matches!(definition.kind, DefinitionKind::Function | DefinitionKind::Method);
    let found = is_found_by_attribute(definition, callable);
    let ffi =
        callable && definition.visibility == Visibility::Public && definition.signature.contains("extern \"");
    // `#[serde(with = "module")]`.
    let by_serde = definition.kind == DefinitionKind::Function
        && matches!(definition.name.as_str(), "serialize" | "deserialize");
    (top && callable && definition.name == "main")
        || (callable && def.owner.is_none() && is_of_others(world, definition))
        || by_generated(world, def)
        || by_serde
        || (definition.kind == DefinitionKind::Macro && world.marks.exports_macro(&definition.name))
        || found
        || ffi
        || allowed_above(world, def)
        || world.marks.is_kept(world.file_of(def).path, definition.span.start_byte)
}

/// True for what an attribute keeps, gives to the linker, or hands to a macro.
fn is_found_by_attribute(definition: &Definition, callable: bool) -> bool {
    let has_derive = definition.attributes.iter().any(|text| text.starts_with("derive"));
    definition.attributes.iter().any(|text| {
        let by_linker =
            ["no_mangle", "export_name", "used", "link_section", "global_allocator", "macro_export"];
        rust_allows(text)
            || by_linker.iter().any(|name| text.contains(name))
            || (callable && rust_registers(text))
            // `#[extension(id = "a")]` writes code that uses the type; helpers of `derive` stand alone.
            || (is_type(definition.kind) && rust_registers(text) && text.contains('(') && !has_derive)
    })
}

/// True for what implements a trait of others for a type of others: `impl Add<Span> for i64`.
fn is_of_others(world: &World<'_>, definition: &Definition) -> bool {
    let is_trait =
        |node: &NodeId| world.def(*node).is_some_and(|def| def.definition.kind == DefinitionKind::Interface);
    !definition.bases.is_empty()
        && !definition.bases.iter().any(|base| world.named(base).iter().any(is_trait))
}

/// True for what other files can see in a crate that includes what its build script writes.
fn by_generated(world: &World<'_>, def: &Def<'_>) -> bool {
    let package = world.file_of(def).package;
    def.definition.visibility != Visibility::Private
        && package.is_some_and(|package| world.marks.includes_generated(package))
}

/// True where an enclosing module says that dead code is allowed in it.
fn allowed_above(world: &World<'_>, def: &Def<'_>) -> bool {
    if world.marks.allows_dead_code(world.file_of(def).path) {
        return true;
    }
    let mut above = [def.parent, def.owner].into_iter().flatten().next();
    while let Some(outer) = above.and_then(|node| world.def(node)) {
        if outer.definition.attributes.iter().any(|text| rust_allows(text)) {
            return true;
        }
        above = outer.parent;
    }
    false
}

fn by_path<'a>(world: &World<'a>) -> HashMap<&'a str, u32> {
    (0..).zip(&world.files).map(|(index, file)| (file.path, index)).collect()
}

/// The packages that have a library, and the file at which it begins.
pub(in crate::dead_code) fn libraries<'a>(world: &World<'a>) -> Vec<(&'a str, u32)> {
    let by_path = by_path(world);
    let library = |package: &'a str| {
        let manifest = super::packages::text_of(world, &join(package, "Cargo.toml")).unwrap_or_default();
        let named = super::targets::library(&manifest).into_iter();
        let mut paths = named.chain(["src/lib.rs", "lib.rs"]).map(|path| join(package, path));
        paths.find_map(|path| by_path.get(path.as_str()).copied())
    };
    let packages = world.packages(Language::Rust).into_iter();
    packages.filter_map(|package| Some((package, library(package)?))).collect()
}

/// Marks what the library crates of the tree make public.
pub(super) fn exported(world: &World<'_>, all: &mut HashSet<NodeId>) {
    let by_path = by_path(world);
    for (package, root) in libraries(world) {
        let path = world.files[root as usize].path;
        let mut library =
            Library { world, package, root: path, by_path: &by_path, exported: HashSet::default() };
        library.run(root);
        all.extend(library.exported);
    }
    bridged(world, all);
    embedded(world, all);
    super::targets::of_manifests(world, all);
}

/// Marks what stands in scripts that Rust takes in as text (`include_str!("builder.py")`): whoever is given the text may use it.
fn embedded(world: &World<'_>, all: &mut HashSet<NodeId>) {
    for file in &world.files {
        let name = file.path.rsplit('/').next().unwrap_or(file.path);
        if file.language != Language::Rust && world.marks.includes_text(name) {
            let nodes = file.node + 1..;
            all.extend(nodes.zip(&file.symbols.definitions).map(|(node, _)| node));
        }
    }
}

/// Marks what stands in a module that an attribute hands to a macro, and what it declares there (`#[cxx::bridge] mod ffi { extern
/// "Rust" { fn go(); } }`): others call it.
fn bridged(world: &World<'_>, all: &mut HashSet<NodeId>) {
    let is_bridge = |def: &Def<'_>| {
        let definition = def.definition;
        let is_rust = world.file_of(def).language == Language::Rust;
        let hands_over = definition.attributes.iter().any(|text| rust_registers(text));
        is_rust && definition.kind == DefinitionKind::Module && hands_over
    };
    let bridges: HashSet<NodeId> =
        world.definitions().filter(|(_, def)| is_bridge(def)).map(|(node, _)| node).collect();
    if bridges.is_empty() {
        return;
    }
    let parent = |node: &NodeId| world.def(*node).and_then(|def| def.parent);
    let inside: Vec<(NodeId, u32, &str)> = world
        .definitions()
        .filter(|(node, _)| std::iter::successors(parent(node), parent).any(|node| bridges.contains(&node)))
        .map(|(node, def)| (node, def.file, def.definition.name.as_str()))
        .collect();
    for (node, file, name) in inside {
        let of_file = |other: &&NodeId| world.def(**other).is_some_and(|def| def.file == file);
        all.insert(node);
        all.extend(world.named(name).iter().filter(of_file));
    }
}

/// One library crate.
struct Library<'w, 'a> {
    world: &'w World<'a>,
    package: &'w str,
    /// The path of its root.
    root: &'w str,
    by_path: &'w HashMap<&'w str, u32>,
    exported: HashSet<NodeId>,
}

impl<'a> Library<'_, 'a> {
    fn run(&mut self, root: u32) {
        let mut seen = HashSet::default();
        let mut files = vec![root];
        while let Some(file) = files.pop() {
            if seen.insert(file) {
                self.file(file, &mut files);
            }
        }
        self.reachable_through_types();
    }

    /// Marks the public items of a public module's file; adds the files of its public modules.
    fn file(&mut self, file: u32, files: &mut Vec<u32>) {
        let view = &self.world.files[file as usize];
        for (index, definition) in view.symbols.definitions.iter().enumerate() {
            let node = view.node + 1 + index as u32;
            let parent = definition.parent.map(|parent| view.node + 1 + parent);
            // Members of `impl` blocks are as public as their types, which are looked at later.
            let member = parent.is_none() && self.world.def(node).is_some_and(|def| def.owner.is_some());
            let visible = !member && parent.is_none_or(|parent| self.exported.contains(&parent));
            if visible
                && (definition.visibility == Visibility::Public || definition.kind == DefinitionKind::Macro)
            {
                self.exported.insert(node);
                if definition.kind == DefinitionKind::Module {
                    files.extend(self.file_of_module(view.path, &definition.name));
                }
            }
        }
        for import in view.symbols.imports.iter().filter(|import| import.text.starts_with("pub use")) {
            self.passed_on(&import.text, files);
            // A text that was cut short says less than the names that the file's imports mention.
            if import.text.chars().count() >= LONGEST_TEXT {
                let symbols = view.symbols;
                let mentioned =
                    symbols.references.iter().filter(|usage| usage.from.is_none() && usage.mentions > 0);
                let names: Vec<&str> =
                    mentioned.map(|usage| symbols.names[usage.name as usize].as_str()).collect();
                self.passed_on(&names.join(" "), files);
            }
        }
    }

    fn file_of_module(&self, declared_in: &str, name: &str) -> Option<u32> {
        let base = match stem(declared_in) {
            _ if declared_in == self.root => folder(declared_in).to_owned(),
            "lib" | "main" | "mod" => folder(declared_in).to_owned(),
            stem => join(folder(declared_in), stem),
        };
        let candidates = [join(&base, &format!("{name}.rs")), join(&base, &format!("{name}/mod.rs"))];
        candidates.iter().find_map(|path| self.by_path.get(path.as_str()).copied())
    }

    /// `pub use`: whatever public item of the crate has one of its names, and every item of the modules it opens.
    fn passed_on(&mut self, text: &str, files: &mut Vec<u32>) {
        let words: Vec<(usize, &str)> = words(text).collect();
        for (at, word) in words {
            let after = &text[at + word.len()..];
            let path_goes_on = after.starts_with("::") && !after.starts_with("::*");
            if path_goes_on {
                continue;
            }
            for node in self.world.named(word) {
                let Some(def) = self.world.def(*node).filter(|def| self.is_own(def)) else { continue };
                if def.definition.visibility == Visibility::Public && self.exported.insert(*node) {
                    continue;
                }
                if def.definition.kind == DefinitionKind::Module {
                    files.extend(self.file_of_module(self.world.file_of(def).path, word));
                    let public = self.world.members(*node).iter().filter(|member| {
                        self.world
                            .def(**member)
                            .is_some_and(|m| m.definition.visibility == Visibility::Public)
                    });
                    self.exported.extend(public);
                }
            }
        }
    }

    fn is_own(&self, def: &Def<'a>) -> bool {
        let file = self.world.file_of(def);
        file.language == Language::Rust && file.package == Some(self.package)
    }

    /// Types that the signatures of public items name are public with their methods, whether or not their module is.
    fn reachable_through_types(&mut self) {
        let mut pending: Vec<NodeId> = self.exported.iter().copied().collect();
        pending.sort_unstable();
        while let Some(node) = pending.pop() {
            let Some(def) = self.world.def(node).copied() else { continue };
            let mut found: Vec<NodeId> = Vec::new();
            if is_type(def.definition.kind) {
                let members = self.world.members(node).iter().copied();
                let interface = def.definition.kind == DefinitionKind::Interface;
                found.extend(members.filter(|member| {
                    let public = |m: &Def<'_>| interface || m.definition.visibility == Visibility::Public;
                    self.world.def(*member).is_some_and(public)
                }));
                let file = self.world.file_of(&def);
                for usage in self.world.references(node) {
                    self.public_types(&file.symbols.names[usage.name as usize], &mut found);
                }
            }
            for (_, word) in words(&def.definition.signature) {
                self.public_types(word, &mut found);
            }
            pending.extend(found.into_iter().filter(|node| self.exported.insert(*node)));
        }
    }

    fn public_types(&self, name: &str, found: &mut Vec<NodeId>) {
        found.extend(self.world.named(name).iter().filter(|node| {
            self.world.def(**node).is_some_and(|def| {
                is_type(def.definition.kind)
                    && def.definition.visibility == Visibility::Public
                    && self.is_own(def)
            })
        }));
    }
}

/// The words of a text with where they start.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut rest = 0;
    std::iter::from_fn(move || {
        let start = rest + text[rest..].find(|c: char| c.is_alphanumeric() || c == '_')?;
        let length =
            text[start..].find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len() - start);
        rest = start + length;
        Some((start, &text[start..rest]))
    })
}
