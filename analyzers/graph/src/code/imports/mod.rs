//! Where imports lead: what an import means in the language it is written in.
//!
//! An import leads somewhere inside the tree or it does not (a library). Which is which follows from the files and
//! manifests that are there, never from guesses about names; what cannot be told counts as outside.

mod c;
mod go;
mod java;
mod javascript;
mod manifests;
mod patterns;
mod python;
mod relative;
mod rust;
mod script_config;
mod tree_index;

pub use manifests::{Declared, Manifests, is_manifest};
pub use tree_index::TreeIndex;

use facts::RepoFacts;
use facts::language::{Family, Language};
use facts::model::Import;
pub(crate) use javascript::{DEFAULT, imported_values, is_erased};

/// Everything needed to follow an import.
pub struct Resolver<'a> {
    /// The files and folders that are there.
    pub index: TreeIndex<'a>,
    /// The packages that manifests define.
    pub manifests: Manifests,
}

/// One name that an import brings in, and where it leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lead {
    /// The file or folder; none outside the tree.
    pub target: Option<String>,
    /// The names that lead on from there: what of the path names no file.
    pub rest: Vec<String>,
    /// What it is called here.
    pub binds: Binds,
    /// False where the name is bound without being what the statement is about: `a` of Python's `import a.b`.
    pub loads: bool,
}

/// What an import makes known in the importing file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Binds {
    /// This name.
    Name(String),
    /// Every name of what it leads to.
    All,
    /// Some names of what it leads to; which ones, the import itself does not say (`const { a } = require("./b")`).
    Some,
    /// No name.
    Nothing,
}

impl Lead {
    fn new(target: Option<String>, rest: Vec<String>, binds: Binds) -> Self {
        Lead { target, rest, binds, loads: true }
    }
}

impl<'a> Resolver<'a> {
    /// A resolver of the files at `paths`, with what their manifests say, and what the imports of `facts` say of the tree.
    pub fn new(paths: impl IntoIterator<Item = &'a str>, manifests: Manifests, facts: &RepoFacts) -> Self {
        let mut index = TreeIndex::new(paths);
        let python = facts.files.iter().filter(|file| file.data.facts.language == Language::Python);
        let imports = python.flat_map(|file| {
            let path = std::str::from_utf8(file.path().as_bytes()).unwrap_or_default();
            let imports = file.data.symbols.iter().flat_map(|symbols| &symbols.imports);
            imports.map(move |import| (path, import))
        });
        let package = python::own_package(&index, imports);
        index.set_package(package);
        Resolver { index, manifests }
    }

    /// What an import in `file`, within these modules of the file, brings in; empty when nothing is known of it. None when
    /// imports of this language cannot be followed.
    pub fn leads(
        &self,
        language: Language,
        file: &str,
        within: &[&str],
        import: &Import,
    ) -> Option<Vec<Lead>> {
        Some(match language {
            Language::Rust => rust::leads(self, file, within, &import.text),
            Language::Python => python::leads(&self.index, file, import),
            Language::Go => go::leads(self, import),
            // Ruby's plain `require` searches the load path, not the folder of the file.
            Language::Ruby if !import.text.contains("require_relative") => Vec::new(),
            Language::Bash
            | Language::Ruby
            | Language::Php
            | Language::Lua
            | Language::Dart
            | Language::Zig
            | Language::Solidity => {
                let found = relative::file(&self.index, file, &import.target);
                found.map(|target| Lead::new(Some(target), Vec::new(), Binds::All)).into_iter().collect()
            }
            _ => match language.family() {
                // Documents are read for the scripts in them.
                Family::Script => javascript::leads(self, file, import),
                Family::Jvm => java::leads(&self.index, file, &import.text),
                Family::C => c::leads(&self.index, file, import),
                Family::Own(_) => return None,
            },
        })
    }

    /// The files or folders that an import in `file` leads to, sorted; empty when it leads out of the tree. None when imports
    /// of this language cannot be followed.
    pub fn targets(&self, language: Language, file: &str, import: &Import) -> Option<Vec<String>> {
        let leads = self.leads(language, file, &[], import)?;
        let mut targets: Vec<String> =
            leads.into_iter().filter(|lead| lead.loads).filter_map(|lead| lead.target).collect();
        targets.sort_unstable();
        targets.dedup();
        Some(targets)
    }
}

/// Joins a relative path to a folder, resolving `.` and `..`; none when it leaves the tree.
pub fn join(folder: &str, relative: &str) -> Option<String> {
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
pub fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// `folder/name`, or `name` at the root.
pub fn child(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

#[cfg(test)]
mod tests;
