//! Modules of one folder that use each other in a circle.

use super::places::{is_of, module_in};
use crate::config::{AllowedEdge, LayerEntry};
use crate::rule::Draft;
use facts::hash::HashSet;
use facts::model::{RepoPath, Span};
use std::collections::{BTreeMap, BTreeSet};
use trueno_graph::algorithms::cycles::cycles;
use trueno_graph::code::imports::{TreeIndex, folder};
use trueno_graph::csr::Csr;

/// The modules of the folders of `layers.acyclic`, and which use which.
pub(super) struct Circles<'a> {
    folders: &'a [LayerEntry],
    allow: &'a [AllowedEdge],
    /// For each folder with files, the enclosing folder that an entry names.
    around: BTreeMap<String, Option<String>>,
    /// Uses by named folder.
    uses: BTreeMap<String, Uses>,
}

/// Which modules of a folder use which: pairs of the user and the used module.
#[derive(Default)]
struct Uses {
    /// The first import for each pair, in the order in which files are visited.
    open: BTreeMap<(String, String), (RepoPath, u32)>,
    /// The pairs that `layers.allow` names, with the indices of its entries.
    allowed: BTreeMap<(String, String), BTreeSet<usize>>,
}

/// A file as one of the modules of a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Module {
    folder: String,
    name: String,
}

impl<'a> Circles<'a> {
    pub fn new(folders: &'a [LayerEntry], allow: &'a [AllowedEdge]) -> Self {
        Circles { folders, allow, around: BTreeMap::new(), uses: BTreeMap::new() }
    }

    /// The module that a file belongs to; none outside the folders, and for the root file of a folder.
    pub fn module(&mut self, path: &str) -> Option<Module> {
        if self.folders.is_empty() {
            return None;
        }
        let around = self.folder_around(folder(path))?;
        let inside = path.strip_prefix(&around)?.strip_prefix('/')?;
        let name = module_in(inside)?.to_owned();
        Some(Module { folder: around, name })
    }

    fn folder_around(&mut self, path: &str) -> Option<String> {
        if let Some(known) = self.around.get(path) {
            return known.clone();
        }
        let names = |entry: &LayerEntry| entry.text == path || entry.matcher.is_match(path);
        let found = match path {
            "" => None,
            _ if self.folders.iter().any(names) => Some(path.to_owned()),
            _ => self.folder_around(folder(path)),
        };
        self.around.insert(path.to_owned(), found.clone());
        found
    }

    /// Records that a file of a module imports another file.
    pub fn note(&mut self, from: &Module, from_path: &RepoPath, to_path: &str, line: u32) {
        let Some(to) = self.module(to_path).filter(|to| to.folder == from.folder && to.name != from.name)
        else {
            return;
        };
        let path = from_path.to_string();
        let allows = |allowed: &AllowedEdge| is_of(&path, &allowed.from) && is_of(to_path, &allowed.to);
        let uses = self.uses.entry(to.folder).or_default();
        let edge = (from.name.clone(), to.name);
        match self.allow.iter().position(allows) {
            Some(index) => drop(uses.allowed.entry(edge).or_default().insert(index)),
            None => drop(uses.open.entry(edge).or_insert_with(|| (from_path.clone(), line))),
        }
    }

    /// One finding for each group of modules in circles, and the indices of the exceptions that prevented more circles.
    pub fn findings(self) -> (Vec<Draft>, HashSet<usize>) {
        let mut used = HashSet::default();
        let mut findings = Vec::new();
        for (folder, uses) in &self.uses {
            let all = uses.open.keys().chain(uses.allowed.keys());
            for group in Rings::of(all).groups {
                let is_in = |(from, to): &(String, String)| group.contains(from) && group.contains(to);
                let needed = uses.allowed.iter().filter(|(edge, _)| is_in(edge));
                used.extend(needed.flat_map(|(_, places)| places).copied());
            }
            let rings = Rings::of(uses.open.keys());
            let found = rings.shortest.iter().zip(&rings.groups);
            findings.extend(found.filter_map(|(ring, group)| finding(folder, uses, ring, group.len())));
        }
        (findings, used)
    }

    /// Entries that name no existing folder, in order.
    pub fn unused(&self, index: &TreeIndex<'_>) -> Vec<&'a LayerEntry> {
        let is_used = |entry: &&LayerEntry| {
            index.folders().any(|path| entry.text == path || entry.matcher.is_match(path))
        };
        self.folders.iter().filter(|entry| !is_used(entry)).collect()
    }
}

/// The circles among modules.
struct Rings<'u> {
    /// Groups of modules that all reach each other.
    groups: Vec<BTreeSet<&'u String>>,
    /// A shortest circle of each group.
    shortest: Vec<Vec<&'u String>>,
}

impl<'u> Rings<'u> {
    fn of(edges: impl Iterator<Item = &'u (String, String)> + Clone) -> Rings<'u> {
        let names: BTreeSet<&String> = edges.clone().flat_map(|(from, to)| [from, to]).collect();
        let names: Vec<&String> = names.into_iter().collect();
        let number = |name: &String| names.binary_search(&name).unwrap_or_default() as u32;
        let edges: BTreeSet<(u32, u32)> = edges.map(|(from, to)| (number(from), number(to))).collect();
        let graph = Csr::new(names.len(), edges.into_iter().map(|(from, to)| (from, to, 1.0)));
        let (mut groups, mut shortest) = (Vec::new(), Vec::new());
        for cycle in cycles(&graph) {
            groups.push(cycle.members.iter().map(|at| names[*at as usize]).collect());
            shortest.push(cycle.shortest.iter().map(|at| names[*at as usize]).collect());
        }
        Rings { groups, shortest }
    }
}

fn finding(folder: &str, uses: &Uses, ring: &[&String], members: usize) -> Option<Draft> {
    let (first, second) = (ring.first()?, ring.get(1)?);
    let (path, line) = uses.open.get(&((*first).clone(), (*second).clone()))?;
    let more = match members.saturating_sub(ring.len()) {
        0 => String::new(),
        1 => " (1 more hangs together with them)".to_owned(),
        others => format!(" ({others} more hang together with them)"),
    };
    let shown: Vec<&str> = ring.iter().map(|name| name.as_str()).collect();
    Some(Draft {
        span: Some(Span::of_line(*line)),
        help: "move what both need into a module of its own, or add an edge with its reason to layers.allow"
            .to_owned(),
        context: format!("{folder} {}", shown.join(" ")),
        ..Draft::new(
            path,
            format!(
                "the modules of `{folder}` use each other in a cycle: {} -> {first}{more}",
                shown.join(" -> ")
            ),
        )
    })
}
