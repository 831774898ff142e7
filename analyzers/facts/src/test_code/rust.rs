//! Which Rust files are test code: what Cargo builds for tests only, and modules that are declared for tests only. In
//! Rust a file's name says nothing.

use super::folders::TestFolders;
use crate::file::FileRecord;
use crate::hash::HashSet;
use crate::language::Language;
use crate::model::RepoPath;

/// The packages of a tree, and the modules that are declared for tests only.
pub(super) struct Packages {
    /// Folders with a `Cargo.toml`.
    folders: HashSet<Vec<u8>>,
    /// Files of test modules, and the folders of their submodules, written with a trailing slash.
    modules: HashSet<Vec<u8>>,
}

impl Packages {
    pub fn of(files: &[FileRecord]) -> Packages {
        let mut packages = Packages { folders: HashSet::default(), modules: HashSet::default() };
        for file in files {
            if file.path().file_name() == b"Cargo.toml" {
                packages.folders.insert(file.path().parent().to_vec());
            }
            if file.data.facts.language == Language::Rust {
                let modules = file.data.facts.tests.modules.iter();
                packages.modules.extend(modules.flat_map(|module| module_files(file.path(), module)));
            }
        }
        packages
    }

    /// True for a file of a test module, for a file in the `tests` folder of its package, and for a file in a test
    /// folder around its package. Inside the package only folders up to `src` count.
    pub fn is_test_file(&self, path: &RepoPath, folders: &TestFolders) -> bool {
        let bytes = path.as_bytes();
        let ends = || bytes.iter().enumerate().filter(|(_, byte)| **byte == b'/').map(|(at, _)| at);
        if self.modules.contains(bytes) || ends().any(|end| self.modules.contains(&bytes[..=end])) {
            return true;
        }
        let package = ends().rev().map(|end| &bytes[..end]).find(|folder| self.folders.contains(*folder));
        let package = match package {
            Some(folder) => folder.len() + 1,
            None => 0,
        };
        let inside = &bytes[package..];
        let src = inside
            .windows(4)
            .enumerate()
            .find(|(at, window)| *window == b"src/" && (*at == 0 || inside[at - 1] == b'/'));
        let upto = match src {
            Some((at, _)) => package + at,
            None => path.parent().len(),
        };
        inside.starts_with(b"tests/") || folders.hold(bytes, upto)
    }
}

/// Where a module that a file declares looks for its source, and the folder of its submodules (with a trailing slash).
/// A module name that ends in `.rs` is a path next to the file.
fn module_files(path: &RepoPath, module: &str) -> Vec<Vec<u8>> {
    let under = |folder: &[u8], rest: &str| {
        let mut bytes = folder.to_vec();
        if !bytes.is_empty() {
            bytes.push(b'/');
        }
        bytes.extend_from_slice(rest.as_bytes());
        bytes
    };
    if module.ends_with(".rs") {
        return beside(path.parent(), module).into_iter().collect();
    }
    let mut folder = path.parent().to_vec();
    let stem = super::names::stem(path);
    if !matches!(stem, b"lib" | b"main" | b"mod") {
        folder = under(&folder, &String::from_utf8_lossy(stem));
    }
    let name = module.replace("r#", "");
    ["{}.rs", "{}/mod.rs", "{}/"].iter().map(|shape| under(&folder, &shape.replace("{}", &name))).collect()
}

/// A path as `#[path = "./unit/a.rs"]` writes it, relative to a folder; none if it leaves the tree.
fn beside(folder: &[u8], path: &str) -> Option<Vec<u8>> {
    let mut parts: Vec<&[u8]> = folder.split(|byte| *byte == b'/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part.as_bytes()),
        }
    }
    Some(parts.join(&b'/'))
}
