//! Which layer a file or folder is in.

use crate::config::LayerEntry;
use facts::hash::HashSet;
use std::collections::BTreeMap;
use trueno_graph::code::imports::{TreeIndex, folder};

/// A folder or module of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// Counted from the top.
    pub layer: usize,
    /// The path that the entry matched.
    pub folder: String,
}

/// An order of layers: that of the repository, or that of the modules of one folder.
pub(super) struct Order<'a> {
    /// The folder; empty for the repository.
    pub within: &'a str,
    layers: &'a [Vec<LayerEntry>],
    index: &'a TreeIndex<'a>,
    /// Places by file or folder.
    places: BTreeMap<String, Option<Place>>,
}

impl<'a> Order<'a> {
    pub fn new(within: &'a str, layers: &'a [Vec<LayerEntry>], index: &'a TreeIndex<'a>) -> Self {
        Order { within, layers, index, places: BTreeMap::new() }
    }

    /// The place of a file or folder: that of the deepest enclosing folder that an entry names, itself included.
    pub fn place(&mut self, path: &str) -> Option<Place> {
        self.inside(path)?;
        if let Some(known) = self.places.get(path) {
            return known.clone();
        }
        let place = match self.own_place(path) {
            Some(place) => Some(place),
            None if path.is_empty() => None,
            None => self.place(folder(path)),
        };
        self.places.insert(path.to_owned(), place.clone());
        place
    }

    /// The place of a path that an entry names. A file may be named without its extension, as a module: together with
    /// the folder of that name it is one module.
    fn own_place(&self, path: &str) -> Option<Place> {
        let module = module_of(path).filter(|_| self.index.has_file(path));
        let names = match module {
            Some(module) if !self.within.is_empty() || self.index.has_folder(module) => [module, path],
            Some(module) => [path, module],
            None => [path, path],
        };
        names.into_iter().find_map(|name| {
            let layer = self.layer_of(name)?;
            Some(Place { layer, folder: name.to_owned() })
        })
    }

    /// The layer of the entry that names a path: a literal entry takes precedence over one with a wildcard.
    fn layer_of(&self, path: &str) -> Option<usize> {
        let inside = self.inside(path)?;
        let find = |fits: &dyn Fn(&LayerEntry) -> bool| {
            self.layers.iter().position(|entries| entries.iter().any(fits))
        };
        find(&|entry| entry.text == inside).or_else(|| find(&|entry| entry.matcher.is_match(inside)))
    }

    /// A path as the entries name it; none outside the folder.
    fn inside<'p>(&self, path: &'p str) -> Option<&'p str> {
        match self.within {
            "" if path.is_empty() => Some("."),
            "" => Some(path),
            within => path.strip_prefix(within)?.strip_prefix('/').filter(|rest| !rest.is_empty()),
        }
    }

    /// Entries that name no existing folder or module, in order.
    pub fn unused(&self) -> Vec<&'a LayerEntry> {
        let folders: Vec<&str> = self.index.folders().filter_map(|path| self.inside(path)).collect();
        let files: HashSet<&str> = self.index.files().filter_map(|path| self.inside(path)).collect();
        let modules: HashSet<&str> = files.iter().filter_map(|path| module_of(path)).collect();
        let is_used = |entry: &LayerEntry| {
            let text = entry.text.as_str();
            let matches = |path: &str| entry.matcher.is_match(path);
            (text == "." && self.within.is_empty())
                || files.contains(text)
                || modules.contains(text)
                || folders.iter().any(|path| *path == text || matches(path))
                || (!self.within.is_empty() && modules.iter().any(|path| matches(path)))
        };
        self.layers.iter().flatten().filter(|entry| !is_used(entry)).collect()
    }

    /// The module directly below the folder that a file belongs to; none outside the folder, and for its root file (a
    /// crate's root).
    pub fn module<'p>(&self, file: &'p str) -> Option<&'p str> {
        module_in(self.inside(file)?)
    }
}

/// The module that a file in a folder belongs to; none for the root file of the folder.
pub(super) fn module_in(inside: &str) -> Option<&str> {
    match inside.split_once('/') {
        Some((module, _)) => Some(module),
        None => module_of(inside).filter(|module| !ROOTS.contains(module)),
    }
}

/// Names of root files, which represent their folder, without extension.
const ROOTS: [&str; 5] = ["lib", "main", "mod", "__init__", "index"];

/// A file's path without its extension; none if it has none.
fn module_of(path: &str) -> Option<&str> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let (stem, ending) = name.rsplit_once('.')?;
    (!stem.is_empty()).then(|| &path[..path.len() - ending.len() - 1])
}

/// True for a path that is `name`, is in the folder of that name, or is the file of the module of that name.
pub(super) fn is_of(path: &str, name: &str) -> bool {
    let Some(rest) = path.strip_prefix(name) else { return false };
    rest.is_empty() || rest.starts_with('/') || (rest.starts_with('.') && !rest.contains('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_is_its_file_and_its_folder() {
        assert_eq!(module_of("a/b.rs"), Some("a/b"));
        assert_eq!(module_of("a.b/c"), None);
        assert_eq!(module_of("a/.env"), None);
        for path in ["a/b", "a/b.rs", "a/b/c.rs"] {
            assert!(is_of(path, "a/b"), "{path}");
        }
        for path in ["a/bc.rs", "a/b.d/e.rs", "a"] {
            assert!(!is_of(path, "a/b"), "{path}");
        }
    }
}
