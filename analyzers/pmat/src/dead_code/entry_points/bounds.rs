//! Rust: traits that stand as bounds in the heads of `impl` blocks, which no definition holds: `impl<T: Value> Argument<T>`.

use super::packages::text_of;
use crate::dead_code::places::Place;
use crate::dead_code::world::World;
use facts::hash::HashSet;
use facts::language::Language;
use facts::model::DefinitionKind;
use trueno_graph::code::NodeId;

/// Marks these traits.
pub(super) fn of_impl_blocks(world: &World<'_>, all: &mut HashSet<NodeId>) {
    let is_trait = |node: &NodeId| {
        world.def(*node).is_some_and(|def| {
            def.definition.kind == DefinitionKind::Interface && world.file_of(def).language == Language::Rust
        })
    };
    let product = world.files.iter().filter(|file| file.place == Place::Product);
    for file in product.filter(|file| file.language == Language::Rust) {
        let names = file.symbols.names.iter().filter(|name| world.named(name).iter().any(&is_trait));
        let names: Vec<&String> = names.collect();
        if names.is_empty() {
            continue;
        }
        let Some(text) = text_of(world, file.path) else { continue };
        let bounds = names.into_iter().filter(|name| is_bound(&text, name));
        all.extend(bounds.flat_map(|name| world.named(name)).filter(|node| is_trait(node)));
    }
}

/// True where the name stands behind a colon or plus in the head of an `impl` block.
fn is_bound(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(at, _)| {
        let inside = |c: char| c.is_alphanumeric() || c == '_';
        let before = text[..at].trim_end_matches(|c: char| inside(c) || c == ':');
        // `T: crate::args::Value`: the path goes with the name.
        let path = &text[before.len()..at];
        let before = before.trim_end();
        let colon = path.strip_prefix(':').is_some_and(|rest| !rest.starts_with(':'));
        let whole = !path.ends_with(inside) && !text[at + name.len()..].starts_with(inside);
        let bound = colon || before.ends_with('+') || (before.ends_with(':') && !before.ends_with("::"));
        whole && bound && in_head(before)
    })
}

/// True where the text ends in the head of an `impl` block.
fn in_head(before: &str) -> bool {
    let start = before.rfind(['{', '}', ';']).map_or(0, |at| at + 1);
    let mut words = before[start..].split(|c: char| !c.is_alphanumeric() && c != '_');
    let open = words.any(|word| word == "impl");
    open && !words.any(|word| word == "fn")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_of_impl_blocks_are_told_from_what_they_implement() {
        for text in [
            "impl<T: Value> Argument<T> {",
            "struct A;\nimpl<T> Argument<T>\nwhere\n    T: Clone + crate::args::Value,\n{",
            "impl<T: crate::Value> A<T> {",
        ] {
            assert!(is_bound(text, "Value"), "{text}");
        }
        for text in [
            "impl<T: Clone> Value for T {",
            "fn f<T: Value>() {",
            "impl A { fn f<T: Value>() {",
            "impl<T: Valued> A {",
        ] {
            assert!(!is_bound(text, "Value"), "{text}");
        }
    }
}
