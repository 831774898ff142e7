//! A folder of the tree, with its content. Files outside the tree are not read, whatever its links say, and pipes and
//! devices are not waited for.

use super::ProjectOptions;
use facts::model::RepoPath;
use facts::source::confined::read_inside;
use std::fs;
use std::path::{Path, PathBuf};

/// Manifests larger than this are not read: real ones stay far below.
const LARGEST: u64 = 4 << 20;

/// A folder of the tree.
pub struct Place<'a> {
    pub root: &'a Path,
    /// Relative to the root; empty for it.
    pub folder: String,
    pub options: &'a ProjectOptions,
}

impl Place<'_> {
    /// Another folder of the same tree.
    pub fn at(&self, folder: &str) -> Place<'_> {
        Place { root: self.root, folder: folder.to_owned(), options: self.options }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.root.join(&self.folder).join(name)
    }

    /// True for a regular file of the tree, also through a link.
    pub fn has(&self, name: &str) -> bool {
        self.path(name).is_file() && self.is_inside(name)
    }

    pub fn has_folder(&self, name: &str) -> bool {
        self.path(name).is_dir() && self.is_inside(name)
    }

    /// The text of a manifest.
    pub fn text(&self, name: &str) -> Option<String> {
        let path = if self.folder.is_empty() { name.to_owned() } else { format!("{}/{name}", self.folder) };
        let bytes = read_inside(self.root, &RepoPath::from(path.as_str()), LARGEST).ok()?;
        String::from_utf8(bytes).ok()
    }

    /// The names in a folder next to this one, or in this one for the empty name.
    pub fn names(&self, folder: &str) -> Vec<String> {
        if !self.has_folder(folder) {
            return Vec::new();
        }
        let entries = fs::read_dir(self.path(folder)).into_iter().flatten().flatten();
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
    }

    fn is_inside(&self, name: &str) -> bool {
        let real = |path: &Path| path.canonicalize();
        match (real(&self.path(name)), real(self.root)) {
            (Ok(path), Ok(root)) => path.starts_with(root),
            _ => false,
        }
    }

    /// The nearest folder, from this one up to the root, for which `is` is true.
    pub fn nearest(&self, mut is: impl FnMut(&Place<'_>) -> bool) -> Option<String> {
        let mut folder = self.folder.as_str();
        loop {
            if is(&self.at(folder)) {
                return Some(folder.to_owned());
            }
            if folder.is_empty() {
                return None;
            }
            folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
        }
    }

    /// The same for the outermost of these folders.
    pub fn outermost(&self, mut is: impl FnMut(&Place<'_>) -> bool) -> Option<String> {
        let mut found = None;
        self.nearest(|place| {
            if is(place) {
                found = Some(place.folder.clone());
            }
            false
        });
        found
    }
}
