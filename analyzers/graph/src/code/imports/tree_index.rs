//! The files and folders of a tree, by path and by last part.

use super::{child, folder};
use facts::hash::{HashMap, HashSet};

/// The files and folders of a tree.
#[derive(Default)]
pub struct TreeIndex<'a> {
    files: HashSet<&'a str>,
    folders: HashSet<&'a str>,
    /// Folders with the endings of the files that stand right in them.
    endings: HashSet<(&'a str, &'a str)>,
    /// Files and folders by their last part, sorted.
    by_name: HashMap<&'a str, Vec<&'a str>>,
    package: Option<String>,
}

impl<'a> TreeIndex<'a> {
    /// Indexes the paths of all files.
    pub fn new(paths: impl IntoIterator<Item = &'a str>) -> Self {
        let mut index = TreeIndex::default();
        for path in paths {
            if !index.files.insert(path) {
                continue;
            }
            let mut above = folder(path);
            if let Some(ending) = path.rfind('.').filter(|dot| *dot > above.len()) {
                index.endings.insert((above, &path[ending..]));
            }
            while !above.is_empty() && index.folders.insert(above) {
                above = folder(above);
            }
        }
        for path in index.files.iter().chain(&index.folders) {
            let name = path.rsplit('/').next().unwrap_or(path);
            index.by_name.entry(name).or_default().push(path);
        }
        index.by_name.values_mut().for_each(|paths| paths.sort_unstable());
        index
    }

    /// True for a file.
    pub fn has_file(&self, path: &str) -> bool {
        self.files.contains(path)
    }

    /// True for a folder, the root included.
    pub fn has_folder(&self, path: &str) -> bool {
        path.is_empty() || self.folders.contains(path)
    }

    /// The name of the Python package that the tree itself is.
    pub fn package(&self) -> Option<&str> {
        self.package.as_deref()
    }

    /// Takes note of [`TreeIndex::package`].
    pub(super) fn set_package(&mut self, package: Option<String>) {
        self.package = package;
    }

    /// True when a file with this ending (`.java`) stands right in a folder.
    pub fn holds(&self, folder: &str, ending: &str) -> bool {
        self.endings.contains(&(folder, ending))
    }

    /// False for the tree of a subfolder: of what lies outside it nothing is known.
    pub fn is_whole(&self) -> bool {
        self.files.iter().any(|path| !path.contains('/'))
    }

    /// Every file, in no order.
    pub fn files(&self) -> impl Iterator<Item = &'a str> {
        self.files.iter().copied()
    }

    /// Every folder besides the root, in no order.
    pub fn folders(&self) -> impl Iterator<Item = &'a str> {
        self.folders.iter().copied()
    }

    /// True for a file or folder.
    pub fn has(&self, path: &str) -> bool {
        self.has_file(path) || self.has_folder(path)
    }

    /// The files and folders whose path ends with these whole parts, sorted.
    pub fn ending_with(&self, suffix: &str) -> impl Iterator<Item = &'a str> {
        let name = suffix.rsplit('/').next().unwrap_or(suffix);
        let ends = move |path: &str| {
            path.strip_suffix(suffix).is_some_and(|before| before.is_empty() || before.ends_with('/'))
        };
        let suffix_paths: Vec<&'a str> =
            self.by_name.get(name).into_iter().flatten().copied().filter(|path| ends(path)).collect();
        suffix_paths.into_iter()
    }

    /// Of several candidates the one that shares most leading parts with `file`, ties by name.
    pub fn nearest(file: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
        let shared = |path: &str| path.split('/').zip(file.split('/')).take_while(|(a, b)| a == b).count();
        candidates.max_by(|a, b| shared(a).cmp(&shared(b)).then(b.cmp(a)))
    }

    /// `folder/name` if it is a file.
    pub fn file_in(&self, folder: &str, name: &str) -> Option<String> {
        Some(child(folder, name)).filter(|path| self.has_file(path))
    }
}
