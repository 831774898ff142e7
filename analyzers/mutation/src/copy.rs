//! The copies of the analysed tree in which mutants are built and tested. Neither the tree itself nor anything outside
//! the copy is written to: files are created first and links last, so that no file is written through a link.

use crate::failure::MutationError;
use facts::model::RepoPath;
use facts::source::confined::{Unread, create_inside, forbidden_part, join_inside, open_inside, read_inside};
use facts::source::{ExcludeRules, Listing, SkipReason, SourceTree, WorkTree};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, FileTimes};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use xxhash_rust::xxh3::{Xxh3, xxh3_64};

/// Marks a cache of compiled files (Cache Directory Tagging Specification).
const CACHE_TAG: &str = "CACHEDIR.TAG";
/// Dependencies in the tree: linked to, not copied.
const NODE_MODULES: &str = "node_modules";
/// Larger lists of installed packages are not read.
const LARGEST_LIST: u64 = 64 << 20;

/// The files to copy: those that Git tracks or does not ignore; with `ignored` also the rest, apart from Git's own
/// folder, installed packages and caches of compiled files.
#[derive(Debug)]
pub struct Contents {
    root: PathBuf,
    items: Items,
}

/// Sorted by path.
type Items = BTreeMap<RepoPath, Kind>;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    File,
    Link,
    /// `node_modules`: a folder of links to its packages.
    Packages,
}

impl Contents {
    /// Lists the files to copy of the tree at `root`.
    ///
    /// # Errors
    /// The tree cannot be listed.
    pub fn of(root: &Path, ignored: bool) -> Result<Contents, MutationError> {
        let failed =
            |why: &dyn std::fmt::Display| MutationError::failed("cannot list the files to copy", why, HELP);
        let mut items = Items::new();
        if ignored {
            everything(root, RepoPath::from(""), &mut items).map_err(|error| failed(&error))?;
        } else {
            let tree = WorkTree::open(root, &ExcludeRules::none()).map_err(|error| failed(&error))?;
            let listing = tree.listing().map_err(|error| failed(&error))?;
            listed(root, &listing, &mut items).map_err(|error| failed(&error))?;
        }
        let lock = RepoPath::from("Cargo.lock");
        if open_inside(root, &lock).is_ok() {
            // Many libraries ignore it, but without it Cargo would choose the dependencies again.
            items.entry(lock).or_insert(Kind::File);
        }
        without_names_below_files(&mut items);
        Ok(Contents { root: root.to_owned(), items })
    }

    /// The analysed tree.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// A hash over every path and its bytes.
    ///
    /// # Errors
    /// A file cannot be read.
    pub fn fingerprint(&self) -> Result<u128, MutationError> {
        let mut hasher = Xxh3::new();
        for (path, kind) in &self.items {
            let full = self.root.join(system_path(path));
            hasher.update(&xxh3_64(path.as_bytes()).to_le_bytes());
            hasher.update(&[*kind as u8]);
            let hashed = match kind {
                Kind::File => open_inside(&self.root, path)
                    .map_err(of_unread)
                    .and_then(|file| hash_file(file, &mut hasher)),
                Kind::Link => fs::read_link(&full)
                    .map(|target| hash_bytes(target.into_os_string().as_encoded_bytes(), &mut hasher)),
                Kind::Packages => package_names(&self.root, path)
                    .map(|names| hash_bytes(names.join("\n").as_bytes(), &mut hasher)),
            };
            hashed.map_err(|error| unreadable(&full, &error))?;
        }
        Ok(hasher.digest128())
    }

    /// Copies everything into `target`, a folder of our own, including the times.
    ///
    /// # Errors
    /// A file cannot be read or written, or the user interrupted.
    pub fn copy_to(&self, target: &Path, cancelled: &dyn Fn() -> bool) -> Result<(), MutationError> {
        fs::create_dir_all(target).map_err(|error| unwritable(target, &error))?;
        let files = self.items.iter().filter(|(_, kind)| **kind == Kind::File);
        let links = self.items.iter().filter(|(_, kind)| **kind != Kind::File);
        for (path, kind) in files.chain(links) {
            if cancelled() {
                return Err(MutationError::Interrupted);
            }
            let to =
                join_inside(target, path).map_err(|error| unwritable(target, &io::Error::other(error)))?;
            let from = self.root.join(system_path(path));
            let done = match kind {
                Kind::File => copy_entry(&self.root, target, path),
                Kind::Link => copy_link(&self.root, target, path),
                Kind::Packages => link_packages(&from, &to),
            };
            done.map_err(|error| unwritable(&to, &error))?;
        }
        Ok(())
    }
}

/// Files below a link or a file do not belong to this tree: the index may list them after a folder was replaced by a
/// link.
fn without_names_below_files(items: &mut Items) {
    let mut ends: Vec<RepoPath> = Vec::new();
    let mut below = Vec::new();
    for (path, kind) in items.iter() {
        while ends.last().is_some_and(|end| !path.as_bytes().starts_with(end.as_bytes())) {
            ends.pop();
        }
        if ends.iter().any(|end| path != end && path.is_under(end.as_bytes())) {
            below.push(path.clone());
        } else if *kind != Kind::Packages {
            ends.push(path.clone());
        }
    }
    for path in below {
        items.remove(&path);
    }
}

fn of_unread(unread: Unread) -> io::Error {
    match unread {
        Unread::Failed(error) => error,
        other => io::Error::other(other),
    }
}

fn hash_bytes(bytes: &[u8], hasher: &mut Xxh3) {
    hasher.update(&(bytes.len() as u64).to_le_bytes());
    hasher.update(bytes);
}

/// The same for a file of any size.
fn hash_file(mut file: File, hasher: &mut Xxh3) -> io::Result<()> {
    hasher.update(&file.metadata()?.len().to_le_bytes());
    let mut buffer = vec![0; 64 << 10];
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(read) => hasher.update(&buffer[..read]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

const HELP: &str = "TMPDIR names the folder that trees are copied to; it needs room for one copy per job";

fn unreadable(path: &Path, error: &io::Error) -> MutationError {
    MutationError::failed(format!("{} cannot be read", path.display()), error, HELP)
}

fn unwritable(path: &Path, error: &io::Error) -> MutationError {
    MutationError::failed(format!("{} cannot be written", path.display()), error, HELP)
}

/// The listed files of the source tree, and those it leaves out for reasons that do not matter to a build.
fn listed(root: &Path, listing: &Listing, items: &mut Items) -> io::Result<()> {
    let is_sound = |path: &RepoPath| join_inside(root, path).is_ok();
    let entries = listing.entries.iter().map(|entry| &entry.path).filter(|path| is_sound(path));
    items.extend(entries.map(|path| (path.clone(), Kind::File)));
    for skipped in listing.skipped.iter().filter(|skipped| is_sound(&skipped.path)) {
        let path = &skipped.path;
        let kind = root.join(system_path(path)).symlink_metadata();
        match (&skipped.reason, kind) {
            (SkipReason::SymbolicLink, _) => {
                items.insert(path.clone(), Kind::Link);
            }
            (SkipReason::Special | SkipReason::Unreadable(_), _) => {}
            (_, Ok(kind)) if kind.is_dir() => everything(root, path.clone(), items)?,
            (_, Ok(kind)) if kind.is_file() => {
                items.insert(path.clone(), Kind::File);
            }
            _ => {}
        }
    }
    let manifests = items.keys().filter(|path| path.file_name() == b"package.json");
    let folders: BTreeSet<RepoPath> =
        manifests.map(|path| below(path.parent(), NODE_MODULES.as_bytes())).collect();
    let is_folder = |path: &RepoPath| {
        root.join(system_path(path)).symlink_metadata().is_ok_and(|metadata| metadata.is_dir())
    };
    let is_ours = |folder: &RepoPath| !items.keys().any(|path| path.is_under(folder.as_bytes()));
    let packages: Vec<RepoPath> =
        folders.into_iter().filter(|folder| is_folder(folder) && is_ours(folder)).collect();
    items.extend(packages.into_iter().map(|folder| (folder, Kind::Packages)));
    Ok(())
}

fn below(folder: &[u8], name: &[u8]) -> RepoPath {
    RepoPath::new(if folder.is_empty() { name.to_vec() } else { [folder, b"/", name].concat() })
}

/// Everything below a folder, apart from Git's own folder, installed packages and caches.
fn everything(root: &Path, folder: RepoPath, items: &mut Items) -> io::Result<()> {
    let mut waiting = vec![folder];
    while let Some(folder) = waiting.pop() {
        for entry in fs::read_dir(root.join(system_path(&folder)))? {
            let entry = entry?;
            let (name, kind) = (entry.file_name(), entry.file_type()?);
            let path = below(folder.as_bytes(), name.as_encoded_bytes());
            if forbidden_part(name.as_encoded_bytes()).is_some() {
                continue;
            }
            if kind.is_symlink() {
                items.insert(path, Kind::Link);
            } else if kind.is_file() {
                items.insert(path, Kind::File);
            } else if kind.is_dir() && name == NODE_MODULES {
                items.insert(path, Kind::Packages);
            } else if kind.is_dir() && !entry.path().join(CACHE_TAG).is_file() {
                waiting.push(path);
            }
        }
    }
    Ok(())
}

/// Copies a file of the tree, with the original's time and mode. The blocks are shared if the file system can.
fn copy_entry(root: &Path, target: &Path, path: &RepoPath) -> io::Result<()> {
    let mut from = open_inside(root, path).map_err(of_unread)?;
    let metadata = from.metadata()?;
    let mut to = create_inside(target, path)?;
    io::copy(&mut from, &mut to)?;
    to.set_permissions(metadata.permissions())?;
    to.set_times(FileTimes::new().set_modified(metadata.modified()?))
}

/// A link inside the tree points inside the copy; a link that leads out points to the same place.
fn copy_link(root: &Path, target: &Path, path: &RepoPath) -> io::Result<()> {
    let path = &system_path(path);
    let leads_to = fs::read_link(root.join(path))?;
    let absolute = root.join(path.parent().unwrap_or(Path::new(""))).join(&leads_to);
    let inside = normalised(&absolute).strip_prefix(normalised(root)).map(Path::to_owned);
    let leads_to = match inside {
        Ok(inside) if leads_to.is_absolute() => target.join(inside),
        Ok(_) => leads_to,
        Err(_) => absolute,
    };
    let at = target.join(path);
    if let Some(folder) = at.parent() {
        fs::create_dir_all(folder)?;
    }
    link(&leads_to, &at)
}

/// The path without `.` and `..`, resolved lexically.
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

/// Creates a folder of links to the packages: what tools write next to them (`node_modules/.cache`) stays in the copy,
/// and links to packages of the tree itself (workspaces) point to those of the copy.
fn link_packages(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let name = entry.file_name();
        let is_hidden = name.as_encoded_bytes().starts_with(b".");
        if is_hidden && name != ".bin" && name != ".package-lock.json" && name != ".pnpm" {
            continue;
        }
        // A scope: packages of one owner. A link to a scope keeps its target, and is a link in the copy.
        if name.as_encoded_bytes().starts_with(b"@") && entry.file_type()?.is_dir() {
            let scope = to.join(&name);
            fs::create_dir_all(&scope)?;
            for entry in fs::read_dir(entry.path())? {
                let entry = entry?;
                link_package(&entry.path(), &scope.join(entry.file_name()))?;
            }
        } else {
            link_package(&entry.path(), &to.join(&name))?;
        }
    }
    Ok(())
}

fn link_package(from: &Path, to: &Path) -> io::Result<()> {
    match fs::read_link(from) {
        Ok(leads_to) if leads_to.is_relative() => link(&leads_to, to),
        _ => link(from, to),
    }
}

fn package_names(root: &Path, folder: &RepoPath) -> io::Result<Vec<String>> {
    let lock = below(folder.as_bytes(), b".package-lock.json");
    if let Ok(text) = read_inside(root, &lock, LARGEST_LIST) {
        return Ok(vec![String::from_utf8_lossy(&text).into_owned()]);
    }
    let mut names = Vec::new();
    for entry in fs::read_dir(root.join(system_path(folder)))? {
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
    // Links need a privilege on Windows, so their targets are copied.
    let full = at.parent().unwrap_or(at).join(leads_to);
    if full.is_dir() { Ok(()) } else { fs::copy(&full, at).map(drop) }
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

    /// Git's index still lists `a/b` as a file, but `a` is now a link to somebody else's folder.
    #[test]
    fn no_file_is_written_through_a_link() {
        let tree = tempfile::tempdir().expect("a temporary folder");
        let outside = tempfile::tempdir().expect("a temporary folder");
        write(outside.path(), "b", "theirs");
        link(outside.path(), &tree.path().join("a")).expect("a link");
        let mut items = Items::new();
        items.insert(RepoPath::from("a"), Kind::Link);
        items.insert(RepoPath::from("a-b"), Kind::Link);
        items.insert(RepoPath::from("a/b"), Kind::File);
        without_names_below_files(&mut items);
        let left: Vec<String> = items.keys().map(ToString::to_string).collect();
        assert_eq!(left, ["a", "a-b"]);
        // It is not read either: the copy would contain it.
        let contents = Contents {
            root: tree.path().to_owned(),
            items: Items::from([(RepoPath::from("a/b"), Kind::File)]),
        };
        let target = tempfile::tempdir().expect("a temporary folder");
        assert!(contents.copy_to(target.path(), &|| false).is_err() && contents.fingerprint().is_err());
        assert_eq!(fs::read(outside.path().join("b")).expect("it is there"), b"theirs");
    }

    #[test]
    fn pipes_stay_behind_and_hold_nobody_up() {
        let tree = tempfile::tempdir().expect("a temporary folder");
        let root = tree.path();
        write(root, ".gitignore", "node_modules\n");
        write(root, "package.json", "{}");
        write(root, "node_modules/a/index.js", "1");
        for name in ["pipe", "Cargo.lock", "node_modules/.package-lock.json"] {
            nix::unistd::mkfifo(&root.join(name), nix::sys::stat::Mode::S_IRWXU).expect("a pipe");
        }
        for ignored in [false, true] {
            let contents = Contents::of(root, ignored).expect("the tree can be listed");
            contents.fingerprint().expect("what is listed can be read");
            assert!(!copied(root, ignored).path().join("pipe").exists());
        }
    }

    #[test]
    fn a_file_keeps_its_time_and_its_mode() {
        use std::os::unix::fs::PermissionsExt;
        let tree = tempfile::tempdir().expect("a temporary folder");
        write(tree.path(), "gradlew", "#!/bin/sh\n");
        let original = tree.path().join("gradlew");
        fs::set_permissions(&original, fs::Permissions::from_mode(0o555)).expect("modes can be set");
        let copy = copied(tree.path(), false);
        let (was, is) = (fs::metadata(&original), fs::metadata(copy.path().join("gradlew")));
        let (was, is) = (was.expect("it is there"), is.expect("it was copied"));
        assert_eq!(is.permissions().mode() & 0o777, 0o555);
        assert_eq!(is.modified().expect("times are kept"), was.modified().expect("times are kept"));
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
