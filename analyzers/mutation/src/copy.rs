//! The copies of the analysed tree that mutants are built and tested in. The tree itself is never written to.

use crate::failure::MutationError;
use facts::model::RepoPath;
use facts::source::{ExcludeRules, Listing, SkipReason, SourceTree, WorkTree};
use std::collections::BTreeSet;
use std::fs::{self, File, FileTimes};
use std::io;
use std::path::{Path, PathBuf};
use xxhash_rust::xxh3::{Xxh3, xxh3_64};

/// A cache of compiled files: marked by this file (Cache Directory Tagging Specification).
const CACHE_TAG: &str = "CACHEDIR.TAG";
/// Dependencies that lie in the tree: linked to, not copied.
const NODE_MODULES: &str = "node_modules";

/// What of a tree is copied: what Git tracks and what it does not ignore; with `ignored` also the rest, apart from Git's
/// own folder, installed packages and caches of compiled files.
#[derive(Debug)]
pub struct Contents {
    root: PathBuf,
    /// Relative to the root, sorted.
    items: Vec<(PathBuf, Kind)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    File,
    Link,
    /// `node_modules`: a folder of links to its packages.
    Packages,
}

impl Contents {
    /// Lists what is to be copied of the tree at `root`.
    ///
    /// # Errors
    /// The tree cannot be listed.
    pub fn of(root: &Path, ignored: bool) -> Result<Contents, MutationError> {
        let failed =
            |why: &dyn std::fmt::Display| MutationError::failed("cannot list the files to copy", why, HELP);
        let mut items = BTreeSet::new();
        if ignored {
            everything(root, Path::new(""), &mut items).map_err(|error| failed(&error))?;
        } else {
            let tree = WorkTree::open(root, &ExcludeRules::none()).map_err(|error| failed(&error))?;
            let listing = tree.listing().map_err(|error| failed(&error))?;
            listed(root, &listing, &mut items).map_err(|error| failed(&error))?;
        }
        let lock = Path::new("Cargo.lock");
        if root.join(lock).is_file() {
            // Ignored by many libraries; without it dependencies would be chosen anew.
            items.insert((lock.to_owned(), Kind::File));
        }
        Ok(Contents { root: root.to_owned(), items: items.into_iter().collect() })
    }

    /// A hash over every path and its bytes.
    ///
    /// # Errors
    /// A file cannot be read.
    pub fn fingerprint(&self) -> Result<u128, MutationError> {
        let mut hasher = Xxh3::new();
        for (path, kind) in &self.items {
            let full = self.root.join(path);
            let bytes = match kind {
                Kind::File => fs::read(&full),
                Kind::Link => fs::read_link(&full).map(|target| target.into_os_string().into_encoded_bytes()),
                Kind::Packages => package_names(&full).map(|names| names.join("\n").into_bytes()),
            };
            let bytes = bytes.map_err(|error| unreadable(&full, &error))?;
            hasher.update(&xxh3_64(path.as_os_str().as_encoded_bytes()).to_le_bytes());
            hasher.update(&[*kind as u8]);
            hasher.update(&(bytes.len() as u64).to_le_bytes());
            hasher.update(&bytes);
        }
        Ok(hasher.digest128())
    }

    /// Copies everything into `target`, times included.
    ///
    /// # Errors
    /// A file cannot be read or written, or the user interrupted.
    pub fn copy_to(&self, target: &Path, cancelled: &dyn Fn() -> bool) -> Result<(), MutationError> {
        let mut folder = PathBuf::new();
        for (path, kind) in &self.items {
            if cancelled() {
                return Err(MutationError::Interrupted);
            }
            let (from, to) = (self.root.join(path), target.join(path));
            let parent = to.parent().unwrap_or(target);
            if parent != folder {
                fs::create_dir_all(parent).map_err(|error| unwritable(parent, &error))?;
                folder = parent.to_owned();
            }
            let done = match kind {
                Kind::File => copy_file(&from, &to),
                Kind::Link => copy_link(&self.root, target, path),
                Kind::Packages => link_packages(&from, &to),
            };
            done.map_err(|error| unwritable(&to, &error))?;
        }
        Ok(())
    }
}

const HELP: &str = "TMPDIR names the folder that trees are copied to; it needs room for one copy per job";

fn unreadable(path: &Path, error: &io::Error) -> MutationError {
    MutationError::failed(format!("{} cannot be read", path.display()), error, HELP)
}

fn unwritable(path: &Path, error: &io::Error) -> MutationError {
    MutationError::failed(format!("{} cannot be written", path.display()), error, HELP)
}

/// What the source tree lists, and what it leaves out for reasons that do not matter to a build.
fn listed(root: &Path, listing: &Listing, items: &mut BTreeSet<(PathBuf, Kind)>) -> io::Result<()> {
    items.extend(listing.entries.iter().map(|entry| (system_path(&entry.path), Kind::File)));
    for skipped in &listing.skipped {
        let path = system_path(&skipped.path);
        match skipped.reason {
            SkipReason::SymbolicLink => {
                items.insert((path, Kind::Link));
            }
            SkipReason::Special | SkipReason::Unreadable(_) => {}
            _ if root.join(&path).is_dir() => everything(root, &path, items)?,
            _ if root.join(&path).is_file() => {
                items.insert((path, Kind::File));
            }
            _ => {}
        }
    }
    let folders: BTreeSet<PathBuf> = items
        .iter()
        .filter(|(path, _)| path.file_name().is_some_and(|name| name == "package.json"))
        .filter_map(|(path, _)| path.parent().map(|folder| folder.join(NODE_MODULES)))
        .collect();
    let has_packages = |folder: &PathBuf| root.join(folder).is_dir();
    let is_ours = |folder: &PathBuf| !items.iter().any(|(path, _)| path.starts_with(folder));
    let packages: Vec<PathBuf> =
        folders.into_iter().filter(|folder| has_packages(folder) && is_ours(folder)).collect();
    items.extend(packages.into_iter().map(|folder| (folder, Kind::Packages)));
    Ok(())
}

/// Everything below a folder, apart from Git's own, installed packages and caches.
fn everything(root: &Path, folder: &Path, items: &mut BTreeSet<(PathBuf, Kind)>) -> io::Result<()> {
    for entry in fs::read_dir(root.join(folder))? {
        let entry = entry?;
        let (path, kind) = (folder.join(entry.file_name()), entry.file_type()?);
        if kind.is_symlink() {
            items.insert((path, Kind::Link));
        } else if kind.is_file() {
            items.insert((path, Kind::File));
        } else if kind.is_dir() && entry.file_name() == NODE_MODULES {
            items.insert((path, Kind::Packages));
        } else if kind.is_dir() && entry.file_name() != ".git" && !entry.path().join(CACHE_TAG).is_file() {
            everything(root, &path, items)?;
        }
    }
    Ok(())
}

/// A copy with the original's time. `std::fs::copy` shares the blocks where the file system can.
pub(crate) fn copy_file(from: &Path, to: &Path) -> io::Result<()> {
    fs::copy(from, to)?;
    let modified = fs::metadata(from)?.modified()?;
    let file = match File::options().write(true).open(to) {
        Ok(file) => file,
        // A read-only file keeps the time of the copy.
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => return Ok(()),
        Err(error) => return Err(error),
    };
    file.set_times(FileTimes::new().set_modified(modified))
}

/// A link inside the tree stays one inside the copy; one that leads out leads to the same place.
fn copy_link(root: &Path, target: &Path, path: &Path) -> io::Result<()> {
    let leads_to = fs::read_link(root.join(path))?;
    let absolute = root.join(path.parent().unwrap_or(Path::new(""))).join(&leads_to);
    let inside = normalised(&absolute).strip_prefix(normalised(root)).map(Path::to_owned);
    let leads_to = match inside {
        Ok(inside) if leads_to.is_absolute() => target.join(inside),
        Ok(_) => leads_to,
        Err(_) => absolute,
    };
    link(&leads_to, &target.join(path))
}

/// The path without `.` and `..`, by its words alone.
fn normalised(path: &Path) -> PathBuf {
    use std::path::Component;
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                plain.pop();
            }
            part => plain.push(part),
        }
    }
    plain
}

/// A folder of links to the packages: what tools write beside them (`node_modules/.cache`) stays in the copy, and links
/// to packages of the tree itself (workspaces) lead to those of the copy.
fn link_packages(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (name, path) = (entry.file_name(), entry.path());
        let is_hidden = name.as_encoded_bytes().starts_with(b".");
        if is_hidden && name != ".bin" && name != ".package-lock.json" && name != ".pnpm" {
            continue;
        }
        if name.as_encoded_bytes().starts_with(b"@") && path.is_dir() {
            link_packages(&path, &to.join(&name))?;
            continue;
        }
        match fs::read_link(&path) {
            Ok(leads_to) if leads_to.is_relative() => link(&leads_to, &to.join(&name))?,
            _ => link(&path, &to.join(&name))?,
        }
    }
    Ok(())
}

fn package_names(folder: &Path) -> io::Result<Vec<String>> {
    let lock = folder.join(".package-lock.json");
    if let Ok(text) = fs::read_to_string(lock) {
        return Ok(vec![text]);
    }
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

#[cfg(unix)]
fn link(leads_to: &Path, at: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(leads_to, at)
}

#[cfg(not(unix))]
fn link(leads_to: &Path, at: &Path) -> io::Result<()> {
    // Links need a privilege on Windows: what they lead to is copied.
    let full = at.parent().unwrap_or(at).join(leads_to);
    if full.is_dir() { Ok(()) } else { copy_file(&full, at) }
}

/// A path of the tree as one of the file system.
pub(crate) fn system_path(path: &RepoPath) -> PathBuf {
    #[cfg(unix)]
    let name = {
        use std::os::unix::ffi::OsStrExt;
        std::ffi::OsStr::from_bytes(path.as_bytes()).to_owned()
    };
    #[cfg(not(unix))]
    let name = std::ffi::OsString::from(String::from_utf8_lossy(path.as_bytes()).into_owned());
    PathBuf::from(name)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn write(root: &Path, path: &str, text: &str) {
        let path = root.join(path);
        fs::create_dir_all(path.parent().expect("a file has a folder")).expect("the folder can be made");
        fs::write(path, text).expect("the file can be written");
    }

    fn copied(root: &Path, ignored: bool) -> tempfile::TempDir {
        let target = tempfile::tempdir().expect("a temporary folder");
        let contents = Contents::of(root, ignored).expect("the tree can be listed");
        contents.copy_to(target.path(), &|| false).expect("the tree can be copied");
        target
    }

    #[test]
    fn ignored_files_stay_behind_unless_asked_for_and_caches_always() {
        let tree = tempfile::tempdir().expect("a temporary folder");
        let root = tree.path();
        write(root, ".gitignore", "out/\ntarget/\nCargo.lock\n");
        write(root, "src/a.rs", "a");
        write(root, "out/generated.rs", "g");
        write(root, "target/CACHEDIR.TAG", "");
        write(root, "target/debug/x", "x");
        write(root, "Cargo.lock", "locked");
        let copy = copied(root, false);
        let there = |path: &str| copy.path().join(path).exists();
        assert!(there("src/a.rs") && there("Cargo.lock") && !there("out") && !there("target"));
        let copy = copied(root, true);
        assert!(copy.path().join("out/generated.rs").exists() && !copy.path().join("target").exists());
    }

    #[test]
    fn links_inside_the_tree_lead_into_the_copy_and_others_out() {
        let tree = tempfile::tempdir().expect("a temporary folder");
        let outside = tempfile::tempdir().expect("a temporary folder");
        let root = tree.path();
        write(root, "data/a.txt", "a");
        write(outside.path(), "b.txt", "b");
        link(Path::new("data/a.txt"), &root.join("near")).expect("a link");
        link(&root.join("data/a.txt"), &root.join("near-absolute")).expect("a link");
        link(&outside.path().join("b.txt"), &root.join("far")).expect("a link");
        let copy = copied(root, false);
        let target = |name: &str| fs::canonicalize(copy.path().join(name)).expect("the link leads somewhere");
        let own = fs::canonicalize(copy.path().join("data/a.txt")).expect("the file was copied");
        assert_eq!(target("near"), own);
        assert_eq!(target("near-absolute"), own);
        assert_eq!(target("far"), fs::canonicalize(outside.path().join("b.txt")).expect("it is there"));
    }

    #[test]
    fn installed_packages_are_linked_and_what_is_written_beside_them_stays_in_the_copy() {
        let tree = tempfile::tempdir().expect("a temporary folder");
        let root = tree.path();
        write(root, ".gitignore", "node_modules\n");
        write(root, "package.json", "{}");
        write(root, "packages/own/package.json", "{}");
        write(root, "node_modules/left-pad/index.js", "1");
        write(root, "node_modules/@scope/x/index.js", "2");
        write(root, "node_modules/.cache/old", "3");
        link(Path::new("../packages/own"), &root.join("node_modules/own")).expect("a link");
        let copy = copied(root, false);
        let modules = copy.path().join("node_modules");
        assert!(modules.join("left-pad/index.js").is_file() && modules.join("@scope/x/index.js").is_file());
        assert!(!modules.join(".cache").exists() && !modules.is_symlink());
        let own = fs::canonicalize(modules.join("own")).expect("the link leads somewhere");
        assert!(own.starts_with(fs::canonicalize(copy.path()).expect("the copy is there")));
        fs::write(modules.join(".cache"), "new").expect("the copy can be written");
        assert!(root.join("node_modules/.cache/old").is_file());
    }

    #[test]
    fn the_fingerprint_follows_bytes_and_names_not_times() {
        let tree = tempfile::tempdir().expect("a temporary folder");
        write(tree.path(), "a", "1");
        let print = || {
            Contents::of(tree.path(), false).expect("listed").fingerprint().expect("the files can be read")
        };
        let first = print();
        write(tree.path(), "a", "1");
        assert_eq!(print(), first);
        write(tree.path(), "a", "2");
        assert_ne!(print(), first);
        write(tree.path(), "a", "1");
        write(tree.path(), "b", "");
        assert_ne!(print(), first);
    }
}
