//! Dependencies between the files and folders of a tree: what an import means in the language it is written in, and what
//! manifests declare.
//!
//! An import leads somewhere inside the tree or it does not (a library). Which is which follows from the files that are
//! there, never from guesses about names; what cannot be told counts as outside.

mod c;
mod go;
mod java;
mod manifests;
mod python;
mod relative;
mod rust;
mod tree_index;

pub(crate) use manifests::{Declared, Manifests, is_manifest};
pub(crate) use tree_index::TreeIndex;

use facts::model::Import;

/// Everything needed to follow an import.
pub(crate) struct Resolver<'a> {
    /// The files and folders that are there.
    pub index: TreeIndex<'a>,
    /// The packages that manifests define.
    pub manifests: Manifests,
}

impl Resolver<'_> {
    /// The files or folders that an import in `file` leads to; empty when it leads out of the tree. None when imports of
    /// this language cannot be followed.
    pub fn targets(&self, language: &str, file: &str, import: &Import) -> Option<Vec<String>> {
        Some(match language {
            "rust" => rust::targets(self, file, &import.text),
            "python" => python::targets(&self.index, file, import),
            "javascript" | "typescript" | "tsx" | "jsx" => relative::module(self, file, &import.target),
            "go" => go::targets(self, import),
            "java" | "kotlin" | "scala" | "groovy" => java::targets(&self.index, file, &import.target),
            "c" | "cpp" | "objc" | "objective-c" | "objectivec" | "cuda" => {
                c::targets(&self.index, file, import)
            }
            // Ruby's plain `require` searches the load path, not the folder of the file.
            "ruby" if !import.text.contains("require_relative") => Vec::new(),
            "bash" | "ruby" | "php" | "lua" | "dart" | "zig" | "solidity" => {
                relative::file(&self.index, file, &import.target).into_iter().collect()
            }
            _ => return None,
        })
    }
}

/// Joins a relative path to a folder, resolving `.` and `..`; none when it leaves the tree.
pub(crate) fn join(folder: &str, relative: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in relative.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

/// The folder of a path; empty at the root.
pub(crate) fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// `folder/name`, or `name` at the root.
pub(crate) fn child(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

#[cfg(test)]
mod tests;
