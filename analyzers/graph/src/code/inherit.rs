//! Who extends or implements whom.

use super::bindings::Bindings;
use super::confidence::{EXACT, LIKELY};
use super::index::{Index, is_type};
use super::names::NONE;
use super::resolve::{FileResolver, Found};
use super::{Edge, EdgeKind, NodeId};
use facts::hash::HashMap;
use rayon::prelude::*;

/// For each type the types of the tree that it extends or implements, sorted.
pub(super) fn bases(index: &Index<'_>, bindings: &Bindings<'_, '_>) -> HashMap<NodeId, Vec<NodeId>> {
    let files = (0..index.files.len() as u32).into_par_iter();
    let pairs: Vec<Vec<(NodeId, NodeId)>> = files.map(|file| of_file(index, bindings, file)).collect();
    let mut all: HashMap<NodeId, Vec<NodeId>> = HashMap::default();
    for (of, base) in pairs.into_iter().flatten() {
        all.entry(of).or_default().push(base);
    }
    for bases in all.values_mut() {
        bases.sort_unstable();
        bases.dedup();
    }
    all
}

/// Pairs of a type and one that it extends; those of Rust's `impl Trait for Type` stand at the members.
fn of_file(index: &Index<'_>, bindings: &Bindings<'_, '_>, file: u32) -> Vec<(NodeId, NodeId)> {
    let mut pairs = Vec::new();
    let Some(mut resolver) = FileResolver::new(index, bindings, file) else {
        return pairs;
    };
    let scope = &index.files[file as usize];
    for (number, definition) in scope.definitions().iter().enumerate() {
        let node = scope.node + 1 + number as u32;
        let of = if is_type(definition.kind) { node } else { index.container[node as usize] };
        if of == NONE {
            continue;
        }
        for base in &definition.bases {
            let Some(name) = index.names.get(base) else { continue };
            if let Found::Definitions(found) = resolver.bare(definition.parent, name, false) {
                let types = found
                    .iter()
                    .map(|(base, _)| *base)
                    .filter(|base| *base != of && index.definition(*base).is_some_and(|d| is_type(d.kind)));
                pairs.extend(types.map(|base| (of, base)));
            }
        }
    }
    pairs
}

/// The edges of [`bases`].
pub(super) fn edges(index: &Index<'_>) -> Vec<Edge> {
    let mut edges: Vec<Edge> = Vec::new();
    for (of, bases) in index.bases() {
        let confidence = if bases.len() > 1 && same_name(index, bases) { LIKELY } else { EXACT };
        edges.extend(bases.iter().map(|base| Edge {
            from: of,
            to: *base,
            kind: EdgeKind::Inherit,
            count: 1,
            confidence,
        }));
    }
    edges
}

/// True where several bases are candidates for one name.
fn same_name(index: &Index<'_>, bases: &[NodeId]) -> bool {
    let mut names: Vec<u32> = bases.iter().map(|base| index.name_of[*base as usize]).collect();
    names.sort_unstable();
    names.windows(2).any(|pair| pair[0] == pair[1])
}
