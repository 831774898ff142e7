//! Groups files into modules by folder, so that a graph is small enough to read.

use super::Page;
use crate::svg::module_graph::Use;
use facts::model::RepoPath;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use trueno_graph::report::GraphReport;

/// Most modules in one drawing.
pub const MOST: usize = 24;
/// Most levels of folders opened below the shown one.
const DEEPEST: usize = 8;

/// Lowest confidence of a drawn edge: uses that the language's rules resolve, directly or through a wildcard, a package
/// or a base type (docs/graph.md). Guesses from the name of a receiver would show cycles that do not exist.
pub const LEAST_CONFIDENCE: f32 = 0.9;

/// Folders or files, and the uses among them.
pub struct Modules {
    /// Sorted by path. A file directly in the shown folder is a module of its own.
    pub paths: Vec<RepoPath>,
    /// True if the module is a file.
    pub is_file: Vec<bool>,
    /// Number of files per module.
    pub files: Vec<usize>,
    /// Uses between modules. Uses inside one module are left out.
    pub uses: Vec<Use>,
    /// Number of modules left out because there were too many: those with the fewest files.
    pub left_out: usize,
}

/// The modules below a folder, at the deepest level that does not give too many of them.
pub fn modules(page: &Page<'_>, report: &GraphReport, folder: &[u8]) -> Modules {
    let facts = &page.snapshot.facts;
    let code = facts.files.iter().filter(|file| file.data.facts.has_functions());
    let here: Vec<&RepoPath> = code.map(|file| file.path()).filter(|path| path.is_under(folder)).collect();
    let named = |depth: usize| -> BTreeMap<&[u8], usize> {
        let mut groups: BTreeMap<&[u8], usize> = BTreeMap::new();
        for path in &here {
            *groups.entry(module_of(path, folder, depth)).or_default() += 1;
        }
        groups
    };
    let mut depth = 1;
    while depth < DEEPEST
        && (2..=MOST).contains(&named(depth + 1).len())
        && named(depth + 1).len() > named(depth).len()
    {
        depth += 1;
    }
    let mut groups: Vec<(&[u8], usize)> = named(depth).into_iter().collect();
    groups.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    let left_out = groups.len().saturating_sub(MOST);
    groups.truncate(MOST);
    groups.sort_unstable();
    let place: HashMap<&[u8], usize> =
        groups.iter().enumerate().map(|(nth, (path, _))| (*path, nth)).collect();
    let of_name: HashMap<String, usize> = here
        .iter()
        .filter_map(|path| Some((path.to_string(), *place.get(module_of(path, folder, depth))?)))
        .collect();
    let files: BTreeSet<&[u8]> = here.iter().map(|path| path.as_bytes()).collect();
    Modules {
        is_file: groups.iter().map(|(path, _)| files.contains(path)).collect(),
        paths: groups.iter().map(|(path, _)| RepoPath::new(path.to_vec())).collect(),
        files: groups.iter().map(|(_, files)| *files).collect(),
        uses: uses(report, &of_name),
        left_out,
    }
}

fn uses(report: &GraphReport, module: &HashMap<String, usize>) -> Vec<Use> {
    let drawing = &report.drawing;
    let of_node: Vec<Option<usize>> =
        drawing.nodes.iter().map(|node| module.get(&node.name).copied()).collect();
    let mut counts: BTreeMap<(usize, usize), u32> = BTreeMap::new();
    for edge in drawing.edges.iter().filter(|edge| edge.confidence >= LEAST_CONFIDENCE) {
        let end = |node: u32| of_node.get(node as usize).copied().flatten();
        if let (Some(from), Some(to)) = (end(edge.source), end(edge.target))
            && from != to
        {
            let count = counts.entry((from, to)).or_default();
            *count = count.saturating_add(edge.count);
        }
    }
    counts.into_iter().map(|((from, to), count)| Use { from, to, count }).collect()
}

/// The module of a file: its first `depth` folders below `folder`, or the file itself if it is not that deep.
fn module_of<'p>(path: &'p RepoPath, folder: &[u8], depth: usize) -> &'p [u8] {
    let bytes = path.as_bytes();
    let skip = if folder.is_empty() { 0 } else { folder.len() + 1 };
    let rest = bytes.get(skip..).unwrap_or_default();
    let slashes: Vec<usize> =
        rest.iter().enumerate().filter(|(_, b)| **b == b'/').map(|(at, _)| at).collect();
    match slashes.len() {
        0 => bytes,
        all => &bytes[..skip + slashes[depth.min(all) - 1]],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_belongs_to_its_upper_folders() {
        let path = RepoPath::from("crates/core/src/a.rs");
        let of = |folder: &str, depth| module_of(&path, folder.as_bytes(), depth).to_vec();
        assert_eq!(of("", 1), b"crates");
        assert_eq!(of("", 2), b"crates/core");
        assert_eq!(of("", 9), b"crates/core/src");
        assert_eq!(of("crates", 1), b"crates/core");
        assert_eq!(of("crates/core/src", 1), b"crates/core/src/a.rs");
    }
}
