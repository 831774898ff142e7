//! Files that nothing loads.

use super::entry_points::is_configuration;
use super::judge::{Judgement, is_judged, mentions_of};
use super::places::{Place, folder, stem};
use super::world::family;
use super::{Confidence, DeadCodeOptions, DeadFile};
use facts::hash::HashSet;
use facts::language::Language;
use facts::model::DefinitionKind;

/// Finds them: Rust's files that no `mod` declares; modules of Python and JavaScript that nothing imports, that run nothing,
/// and all of whose definitions are dead. Never more than likely: a command line can name any file.
pub(super) fn find(judgement: &Judgement<'_, '_>, options: &DeadCodeOptions) -> Vec<DeadFile> {
    let world = judgement.world;
    if options.min_confidence == Confidence::Certain {
        return Vec::new();
    }
    let imported: HashSet<u32> = world
        .graph
        .imports
        .iter()
        .filter(|import| import.from != import.to)
        .map(|import| import.to)
        .collect();
    let mut found = Vec::new();
    for (index, file) in (0u32..).zip(&world.files) {
        if file.place != Place::Product || imported.contains(&index) || file.path.is_empty() {
            continue;
        }
        let why = match family(file.language) {
            Language::Rust if is_undeclared(judgement, file.path) => "no `mod` declares it",
            Language::Python | Language::JavaScript => {
                let special = stem(file.path).starts_with("__")
                    || world.scripts.is_entry(index)
                    || file.package.is_some_and(|package| world.scripts.is_open(package))
                    || is_configuration(file.path)
                    || file.symbols.references.iter().any(|usage| usage.from.is_none() && usage.calls > 0);
                if special || !all_dead(judgement, index) {
                    continue;
                }
                "nothing imports it, it runs nothing, and all it defines is dead"
            }
            _ => continue,
        };
        let lines = file.record.data.facts.lines.physical;
        found.push(DeadFile { path: file.record.path().clone(), lines, why });
    }
    not_mentioned(judgement, found)
}

/// Leaves out files whose names stand in scripts, manifests and the like.
fn not_mentioned(judgement: &Judgement<'_, '_>, found: Vec<DeadFile>) -> Vec<DeadFile> {
    let name = |file: &DeadFile| stem(&file.path.to_string()).to_owned();
    let mut names: Vec<String> = found.iter().map(name).collect();
    names.sort();
    names.dedup();
    let texts: Vec<&str> = names.iter().map(String::as_str).collect();
    let mentioned = mentions_of(judgement.world, &texts);
    found.into_iter().filter(|file| !mentioned.get(&name(file)).copied().unwrap_or(false)).collect()
}

fn all_dead(judgement: &Judgement<'_, '_>, file: u32) -> bool {
    let world = judgement.world;
    let view = &world.files[file as usize];
    let mut nodes = (0..view.symbols.definitions.len() as u32).map(|index| view.node + 1 + index);
    let judged = |node: &u32| world.def(*node).is_some_and(|def| is_judged(world, def));
    !view.symbols.definitions.is_empty() && nodes.all(|node| judged(&node) && judgement.is_dead(node))
}

/// A file of a crate that is no target's root and has no module of its name anywhere in the crate.
fn is_undeclared(judgement: &Judgement<'_, '_>, path: &str) -> bool {
    let world = judgement.world;
    let in_targets = ["src/bin/", "benches/", "examples/", "tests/"].iter().any(|part| path.contains(part));
    let root = matches!(stem(path), "main" | "lib" | "build");
    if in_targets || root || !path.contains("src/") {
        return false;
    }
    let name = if stem(path) == "mod" { folder(path).rsplit('/').next().unwrap_or("") } else { stem(path) };
    let declared = world.named(name).iter().filter_map(|node| world.def(*node)).any(|def| {
        def.definition.kind == DefinitionKind::Module && world.file_of(def).language == Language::Rust
    });
    let by_path = world.definitions().any(|(_, def)| {
        let names_it = |text: &String| text.starts_with("path") && text.contains(stem(path));
        def.definition.kind == DefinitionKind::Module && def.definition.attributes.iter().any(names_it)
    });
    !declared && !by_path && !world.marks.is_declared_in_macro(name)
}
