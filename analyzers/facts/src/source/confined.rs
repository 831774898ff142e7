//! Reads and names files so that a repository cannot reach files outside itself.
//!
//! A repository may name files (in its configuration, in its trees, in reports). These names are untrusted: only
//! [`join_inside`] joins them to a folder, and only [`read_inside`] reads them. Files that the operator names are read
//! by [`read_regular`]: links are followed, but pipes and devices are not waited for, and there is a size limit.

use crate::model::RepoPath;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

/// Why a file was not read. The text never holds a byte of the file.
#[derive(Debug, thiserror::Error)]
pub enum Unread {
    /// The name, or a link in its path, leads out of the folder.
    #[error("it is outside of the repository")]
    Outside,
    /// The name, or a folder in its path, is a link.
    #[error("a link is on the way to it")]
    Link,
    /// A link in the path leads into a Git folder.
    #[error("it is in a folder of Git, where no file of a project belongs")]
    InGitFolder,
    /// A folder.
    #[error("it is a folder")]
    Folder,
    /// A pipe, device or socket.
    #[error("it is no regular file")]
    NotRegular,
    /// More bytes than the limit.
    #[error("it is larger than the limit of {limit} bytes")]
    TooLarge {
        /// The limit in bytes.
        limit: u64,
    },
    /// Nothing is there.
    #[error("there is no such file")]
    Missing,
    /// The system refused.
    #[error("{0}")]
    Failed(io::Error),
}

impl From<io::Error> for Unread {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Unread::Missing,
            io::ErrorKind::IsADirectory => Unread::Folder,
            _ => Unread::Failed(error),
        }
    }
}

/// A path of a tree that cannot exist in a folder, and why. Names that Git forbids in trees (`git fsck`: hasDot,
/// hasDotdot, hasDotgit, fullPathname, emptyName) are never joined to a folder.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}: Git forbids such a name in a tree")]
pub struct ForbiddenName {
    /// What is wrong with it.
    pub what: &'static str,
}

/// What is wrong with one part of a path, i.e. with the name of a tree entry; `None` if it is valid.
pub fn forbidden_part(name: &[u8]) -> Option<ForbiddenName> {
    let what = match name {
        b"" => "an empty name",
        b"." => "the name `.`",
        b".." => "the name `..`",
        _ if name.contains(&b'/') => "a slash in a name",
        _ if name.contains(&0) => "a NUL in a name",
        _ if is_git_folder(name) => "the name `.git`",
        _ if cfg!(windows) && name.iter().any(|byte| matches!(byte, b'\\' | b':')) => {
            "a separator of Windows in a name"
        }
        _ => return None,
    };
    Some(ForbiddenName { what })
}

/// The path in a tree of a file that a configuration names: `.` parts are removed, `..` is resolved lexically, and an
/// absolute path is taken relative to `root`. `None` for the root itself and anything outside it.
pub fn named_inside(root: &Path, named: &Path) -> Option<RepoPath> {
    let relative = match named.is_absolute() {
        true => named.strip_prefix(root).ok()?,
        false => named,
    };
    let mut parts: Vec<&[u8]> = Vec::new();
    for part in relative.components() {
        match part {
            Component::Normal(name) => parts.push(name.as_encoded_bytes()),
            Component::CurDir => {}
            Component::ParentDir => {
                parts.pop()?;
            }
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    let inside = parts.iter().all(|part| forbidden_part(part).is_none());
    (inside && !parts.is_empty()).then(|| RepoPath::new(parts.join(&b'/')))
}

/// The path of a tree's file below a folder of the file system. Lexically it cannot leave the folder, but links are not
/// checked: read with [`read_inside`], or write only into a folder of your own without links.
///
/// # Errors
/// A part of the path is one that Git forbids.
pub fn join_inside(folder: &Path, path: &RepoPath) -> Result<PathBuf, ForbiddenName> {
    let mut joined = folder.to_owned();
    for part in path.as_bytes().split(|byte| *byte == b'/') {
        if let Some(forbidden) = forbidden_part(part) {
            return Err(forbidden);
        }
        joined.push(super::git::path_from_bytes(part));
    }
    Ok(joined)
}

/// `.git` in any form that some file system accepts: in any case, as on HFS+ (which ignores some invisible characters),
/// as on NTFS (short name, trailing dots and spaces, streams).
fn is_git_folder(name: &[u8]) -> bool {
    // Most names are told apart without a copy.
    if name.is_ascii() && !matches!(name.first(), Some(b'.' | b'g' | b'G')) {
        return false;
    }
    let visible: String = String::from_utf8_lossy(name).chars().filter(|c| !is_ignored_by_hfs(*c)).collect();
    let stem = visible.split(':').next().unwrap_or_default().trim_end_matches(['.', ' ']);
    stem.eq_ignore_ascii_case(".git") || stem.eq_ignore_ascii_case("git~1")
}

fn is_ignored_by_hfs(c: char) -> bool {
    matches!(c, '\u{200C}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{206A}'..='\u{206F}' | '\u{FEFF}')
}

/// The bytes of a regular file of at most `limit` bytes below `root`. `path` is untrusted: `..`, absolute paths, Git's
/// own folder, and links that lead out of `root` or into a Git folder are refused; other links inside are followed.
///
/// # Errors
/// Why it was not read.
pub fn read_inside(root: &Path, path: &RepoPath, limit: u64) -> Result<Vec<u8>, Unread> {
    let full = join_inside(root, path).map_err(|_| Unread::Outside)?;
    read_opened(open_through_links(root, &full)?, limit)
}

/// The same for a listed file, whose path had no links: no link is followed, in case it was replaced by one.
///
/// # Errors
/// Why it was not read.
pub fn read_listed(root: &Path, path: &RepoPath, limit: u64) -> Result<Vec<u8>, Unread> {
    let full = join_inside(root, path).map_err(|_| Unread::Outside)?;
    let file = open_beneath(root, &full, Links::Refused)?;
    read_opened(file, limit)
}

/// Opens a regular file below `root` for reading by the rules of [`read_inside`]; for files that are copied without
/// looking at their content.
///
/// # Errors
/// Why it was not opened.
pub fn open_inside(root: &Path, path: &RepoPath) -> Result<File, Unread> {
    let full = join_inside(root, path).map_err(|_| Unread::Outside)?;
    let file = open_through_links(root, &full)?;
    if file.metadata()?.is_file() { Ok(file) } else { Err(Unread::NotRegular) }
}

/// Creates a file of a copied tree in a folder of our own, and the folders above it. The file must not exist yet:
/// existing files are not overwritten, and links are not followed.
///
/// # Errors
/// The path has a part that Git forbids, the file is there already, or it cannot be written.
pub fn create_inside(folder: &Path, path: &RepoPath) -> io::Result<File> {
    let full = join_inside(folder, path).map_err(io::Error::other)?;
    if let Some(parent) = full.parent() {
        std::fs::create_dir_all(parent)?;
    }
    File::options().write(true).create_new(true).open(full)
}

/// The place below `root` where a file of the repository is to be written. No link leads out of `root`, or into a Git
/// folder of any name. Folders in the path need not exist yet. The place itself holds a regular file or nothing: a link
/// there is not written through.
///
/// # Errors
/// Why the file must not be written.
pub fn place_to_write(root: &Path, path: &RepoPath) -> Result<PathBuf, Unread> {
    let full = join_inside(root, path).map_err(|_| Unread::Outside)?;
    match full.symlink_metadata() {
        Ok(found) if found.is_symlink() => return Err(Unread::Link),
        Ok(found) if found.is_dir() => return Err(Unread::Folder),
        Ok(found) if !found.is_file() => return Err(Unread::NotRegular),
        _ => {}
    }
    let is_there = |part: &&Path| part.symlink_metadata().is_ok();
    let folder = full.ancestors().skip(1).find(is_there).ok_or(Unread::Missing)?;
    // A dangling link would be followed once its target exists.
    let real = folder.canonicalize().map_err(|_| Unread::Link)?;
    let root = root.canonicalize()?;
    if !real.starts_with(&root) {
        return Err(Unread::Outside);
    }
    // A bare repository has no project files next to Git's own.
    if is_in_git_folder(&root, &real) || (root.join("HEAD").is_file() && looks_like_git_folder(&root)) {
        return Err(Unread::InGitFolder);
    }
    if real.is_dir() { Ok(full) } else { Err(Unread::Missing) }
}

/// The bytes of a regular file of at most `limit` bytes that the operator named, or that is in Git's own folder.
///
/// # Errors
/// Why it was not read.
pub fn read_regular(path: &Path, limit: u64) -> Result<Vec<u8>, Unread> {
    read_opened(open_without_waiting(path)?, limit)
}

fn read_opened(file: File, limit: u64) -> Result<Vec<u8>, Unread> {
    let metadata = file.metadata()?;
    if metadata.is_dir() {
        return Err(Unread::Folder);
    }
    if !metadata.is_file() {
        return Err(Unread::NotRegular);
    }
    if metadata.len() > limit {
        return Err(Unread::TooLarge { limit });
    }
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or(0));
    // A file may grow while it is read, and some files in /proc report the size 0.
    file.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        return Err(Unread::TooLarge { limit });
    }
    Ok(bytes)
}

/// True for the null device, or a link to it: linking a file to it is the usual way to switch it off.
pub fn is_null_device(path: &Path) -> bool {
    path.canonicalize().is_ok_and(|real| real == Path::new("/dev/null"))
}

/// Opens for reading; a pipe without a writer is not waited for.
#[cfg(unix)]
fn open_without_waiting(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    let flags = nix::fcntl::OFlag::O_NONBLOCK | nix::fcntl::OFlag::O_NOCTTY;
    File::options().read(true).custom_flags(flags.bits()).open(path)
}

#[cfg(not(unix))]
fn open_without_waiting(path: &Path) -> io::Result<File> {
    File::open(path)
}

/// Opens a path below `root`, following links, but not in a Git folder.
fn open_through_links(root: &Path, full: &Path) -> Result<File, Unread> {
    match open_beneath(root, full, Links::Refused) {
        // Without links in the path, its text alone decides.
        Err(Unread::Link) => {}
        opened => return opened,
    }
    let file = open_beneath(root, full, Links::Inside)?;
    let real = place_of(&file).map_or_else(|| full.canonicalize(), Ok)?;
    match is_in_git_folder(&root.canonicalize()?, &real) {
        true => Err(Unread::InGitFolder),
        false => Ok(file),
    }
}

/// The path of an opened file according to the system.
#[cfg(target_os = "linux")]
fn place_of(file: &File) -> Option<PathBuf> {
    use std::os::fd::AsRawFd;
    std::fs::read_link(format!("/proc/self/fd/{}", file.as_raw_fd())).ok()
}

#[cfg(not(target_os = "linux"))]
fn place_of(_: &File) -> Option<PathBuf> {
    None
}

/// True if a folder in the path from `root` to `path` belongs to Git: `.git`, the folder that a `.git` file of the root
/// names, the one that it shares, and anything that looks like a repository, including bare ones and the folders of
/// work trees. Both are paths without links.
fn is_in_git_folder(root: &Path, path: &Path) -> bool {
    let Ok(inner) = path.strip_prefix(root) else { return false };
    if inner.components().any(|part| is_git_folder(part.as_os_str().as_encoded_bytes())) {
        return true;
    }
    let own = super::git_files::folders_of(root);
    let below = path.ancestors().take_while(|folder| *folder != root);
    own.iter().any(|own| own != root && path.starts_with(own)) || below.into_iter().any(looks_like_git_folder)
}

/// True for a repository's folder, and for that of a linked work tree.
fn looks_like_git_folder(folder: &Path) -> bool {
    let (has_file, has_folder) =
        (|name: &str| folder.join(name).is_file(), |name: &str| folder.join(name).is_dir());
    let is_shared = has_folder("objects") && has_folder("refs") && (has_file("HEAD") || has_file("config"));
    is_shared || (has_file("HEAD") && has_file("commondir"))
}

/// Which links are followed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Links {
    Inside,
    Refused,
}

/// How often opening a file is retried while other files are renamed.
#[cfg(target_os = "linux")]
const TRIES: usize = 8;

/// Opens a path that stays below `root` even when links are followed. On Linux the kernel enforces this while it
/// resolves the path; elsewhere the path is resolved first.
#[cfg(target_os = "linux")]
fn open_beneath(root: &Path, full: &Path, links: Links) -> Result<File, Unread> {
    use nix::errno::Errno;
    use nix::fcntl::{OFlag, OpenHow, ResolveFlag, openat2};
    let folder = File::open(root)?;
    let relative = full.strip_prefix(root).map_err(|_| Unread::Outside)?;
    let flags = OFlag::O_RDONLY | OFlag::O_NONBLOCK | OFlag::O_NOCTTY | OFlag::O_CLOEXEC;
    let rule = match links {
        Links::Inside => ResolveFlag::RESOLVE_NO_MAGICLINKS,
        Links::Refused => ResolveFlag::RESOLVE_NO_SYMLINKS,
    };
    let how = OpenHow::new().flags(flags).resolve(ResolveFlag::RESOLVE_BENEATH | rule);
    let mut opened = openat2(&folder, relative, how);
    // A file anywhere on the machine was renamed meanwhile, and a link in the path has a `..`.
    for _ in 0..TRIES {
        if !matches!(opened, Err(Errno::EAGAIN)) {
            break;
        }
        opened = openat2(&folder, relative, how);
    }
    match opened {
        Ok(opened) => Ok(File::from(opened)),
        Err(Errno::EXDEV) => Err(Unread::Outside),
        Err(Errno::ELOOP) => Err(Unread::Link),
        // A socket, or a device without its driver.
        Err(Errno::ENXIO | Errno::ENODEV) => Err(Unread::NotRegular),
        // Without links there is no `..`, so renames do not interfere.
        Err(Errno::EAGAIN) if links == Links::Inside => {
            let (real, root_itself) = resolved(root, full)?;
            open_beneath(&root_itself, &real, Links::Refused)
        }
        Err(Errno::ENOSYS | Errno::EPERM | Errno::EINVAL | Errno::EAGAIN) => open_resolved(root, full, links),
        Err(error) => Err(io::Error::from(error).into()),
    }
}

#[cfg(not(target_os = "linux"))]
fn open_beneath(root: &Path, full: &Path, links: Links) -> Result<File, Unread> {
    open_resolved(root, full, links)
}

/// The resolved paths of the file and of `root`, if the first is below the second.
fn resolved(root: &Path, full: &Path) -> Result<(PathBuf, PathBuf), Unread> {
    let (real, root_itself) = (full.canonicalize()?, root.canonicalize()?);
    match real.starts_with(&root_itself) {
        true => Ok((real, root_itself)),
        false => Err(Unread::Outside),
    }
}

/// Resolves the links in the path, and opens the target if it is below `root`.
fn open_resolved(root: &Path, full: &Path, links: Links) -> Result<File, Unread> {
    let (real, root_itself) = resolved(root, full)?;
    let unlinked = full.strip_prefix(root).map(|relative| root_itself.join(relative));
    if links == Links::Refused && unlinked.ok().as_ref() != Some(&real) {
        return Err(Unread::Link);
    }
    Ok(open_without_waiting(&real)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_git_forbids_are_joined_to_no_folder() {
        let refused = [
            "..",
            ".",
            "",
            "a//b",
            "/etc/passwd",
            "a/../b",
            ".git/config",
            "a/.GIT/x",
            ".git ",
            ".git.",
            "git~1",
            ".g\u{200c}it",
            ".git::$INDEX_ALLOCATION",
            "a/",
        ];
        for name in refused {
            assert!(join_inside(Path::new("/r"), &RepoPath::from(name)).is_err(), "{name}");
        }
        assert!(join_inside(Path::new("/r"), &RepoPath::new(b"a\0b".to_vec())).is_err());
        for name in ["a", "a/b", ".gitignore", ".github/x", "..a", "git", "a.git", "...", " "] {
            assert_eq!(
                join_inside(Path::new("/r"), &RepoPath::from(name)),
                Ok(Path::new("/r").join(name)),
                "{name}"
            );
        }
    }

    #[test]
    fn what_a_configuration_names_lies_inside_or_nowhere() {
        let inside = |name: &str| named_inside(Path::new("/r"), Path::new(name));
        for (name, path) in
            [("a/b", "a/b"), ("./a//b", "a/b"), ("/r/a", "a"), ("a/../b", "b"), ("..a", "..a")]
        {
            assert_eq!(inside(name), Some(RepoPath::from(path)), "{name}");
        }
        for name in
            ["", ".", "..", "../a", "a/../../b", "/etc/passwd", "/r", "/rest/a", ".git/config", "a/.GIT"]
        {
            assert_eq!(inside(name), None, "{name}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_inside_and_never_out() {
        use std::os::unix::fs::symlink;
        let outer = tempfile::tempdir().expect("a temporary folder");
        let root = outer.path().join("root");
        std::fs::create_dir_all(root.join("sub")).expect("a folder");
        std::fs::write(outer.path().join("secret"), "secret").expect("a file");
        std::fs::write(root.join("own"), "own").expect("a file");
        symlink("../own", root.join("sub/inside")).expect("a link");
        symlink("../secret", root.join("out")).expect("a link");
        symlink(outer.path().join("secret"), root.join("absolute")).expect("a link");
        symlink("..", root.join("up")).expect("a link");
        symlink("/dev/zero", root.join("zero")).expect("a link");
        let read = |name: &str| read_inside(&root, &RepoPath::from(name), 1 << 20);
        assert_eq!(read("sub/inside").expect("it lies inside"), b"own");
        for name in ["out", "absolute", "up/secret", "zero", "../secret"] {
            assert!(matches!(read(name), Err(Unread::Outside)), "{name}");
            let resolved = open_resolved(&root, &root.join(name), Links::Inside);
            assert!(matches!(resolved, Err(Unread::Outside)), "{name}");
        }
        assert_eq!(read_listed(&root, &RepoPath::from("own"), 9).expect("no link leads there"), b"own");
        symlink("sub", root.join("other")).expect("a link");
        std::fs::write(root.join("sub/file"), "file").expect("a file");
        for name in ["sub/inside", "other/file"] {
            assert!(matches!(read_listed(&root, &RepoPath::from(name), 9), Err(Unread::Link)), "{name}");
            let resolved = open_resolved(&root, &root.join(name), Links::Refused);
            assert!(matches!(resolved, Err(Unread::Link)), "{name}");
        }
        assert!(matches!(read("sub"), Err(Unread::Folder)));
        assert!(matches!(read("none"), Err(Unread::Missing)));
    }

    /// Linux returns EAGAIN for a link with `..` while anything on the machine is renamed.
    #[cfg(unix)]
    #[test]
    fn renaming_elsewhere_does_not_keep_a_file_from_being_read() {
        use std::sync::atomic::{AtomicBool, Ordering};
        let outer = tempfile::tempdir().expect("a temporary folder");
        let root = outer.path().join("root");
        std::fs::create_dir_all(root.join("a/b/c")).expect("a folder");
        std::fs::write(root.join("own"), "own").expect("a file");
        std::os::unix::fs::symlink("../../../a/b/../../own", root.join("a/b/c/link")).expect("a link");
        let (one, other, is_done) =
            (outer.path().join("one"), outer.path().join("other"), AtomicBool::new(false));
        std::fs::create_dir(&one).expect("a folder");
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !is_done.load(Ordering::Relaxed) {
                    std::fs::rename(&one, &other).expect("it can be renamed");
                    std::fs::rename(&other, &one).expect("it can be renamed back");
                }
            });
            let read =
                |_| read_inside(&root, &RepoPath::from("a/b/c/link"), 9).map_err(|why| why.to_string());
            let wrong: Vec<String> = (0..20_000).filter_map(|turn| read(turn).err()).collect();
            is_done.store(true, Ordering::Relaxed);
            assert_eq!(wrong, Vec::<String>::new());
        });
    }

    #[cfg(unix)]
    #[test]
    fn nothing_is_written_through_a_link_that_leads_out_or_in_the_place_of_what_is_no_file() {
        use std::os::unix::fs::symlink;
        let outer = tempfile::tempdir().expect("a temporary folder");
        let root = outer.path().join("root");
        std::fs::create_dir_all(root.join("sub")).expect("a folder");
        std::fs::write(root.join("file"), "own").expect("a file");
        nix::unistd::mkfifo(&root.join("pipe"), nix::sys::stat::Mode::S_IRWXU).expect("a pipe");
        for (target, link) in [("sub", "inside"), ("..", "up"), ("../none", "nothing"), ("file", "linked")] {
            symlink(target, root.join(link)).expect("a link");
        }
        let place = |name: &str| place_to_write(&root, &RepoPath::from(name));
        for name in ["file", "new", "sub/new", "new/newer/newest", "inside/new"] {
            assert_eq!(place(name).expect(name), root.join(name));
        }
        for name in ["up/new", "up/new/newer", "../new", ".git/config"] {
            assert!(matches!(place(name), Err(Unread::Outside)), "{name}");
        }
        for name in ["linked", "nothing", "nothing/new", "nothing/new/newer"] {
            assert!(matches!(place(name), Err(Unread::Link)), "{name}");
        }
        assert!(matches!(place("sub"), Err(Unread::Folder)));
        assert!(matches!(place("pipe"), Err(Unread::NotRegular)));
        assert!(matches!(place("file/new"), Err(Unread::Missing)));
    }

    /// A configuration's `gate.baseline = "gg/hooks/post-checkout"` with a link from `gg` to `.git`.
    #[cfg(unix)]
    #[test]
    fn no_link_leads_into_a_folder_of_git() {
        use std::os::unix::fs::symlink;
        let outer = tempfile::tempdir().expect("a temporary folder");
        let root = outer.path().join("root");
        let folders =
            [".git/hooks", "bare/objects", "bare/refs", "bare/hooks", "linked", "apart/hooks", "plain"];
        folders.iter().for_each(|folder| std::fs::create_dir_all(root.join(folder)).expect("a folder"));
        for file in
            [".git/config", "bare/HEAD", "linked/HEAD", "linked/commondir", "apart/config", "plain/file"]
        {
            std::fs::write(root.join(file), "x").expect("a file");
        }
        for (target, link) in [(".git", "gg"), ("bare", "b"), ("linked", "l"), ("apart", "a"), ("plain", "p")]
        {
            symlink(target, root.join(link)).expect("a link");
        }
        symlink(".git/config", root.join("config")).expect("a link");
        let write = |name: &str| place_to_write(&root, &RepoPath::from(name));
        let read = |name: &str| read_inside(&root, &RepoPath::from(name), 9);
        let refused =
            ["gg/new", "gg/hooks/new", "gg/new/newer", "b/hooks/new", "bare/hooks/new", "b/new", "l/new"];
        for name in refused {
            assert!(matches!(write(name), Err(Unread::InGitFolder)), "{name}");
        }
        for name in ["gg/config", "config", "b/HEAD", "l/commondir"] {
            assert!(matches!(read(name), Err(Unread::InGitFolder)), "{name}");
            assert!(open_inside(&root, &RepoPath::from(name)).is_err(), "{name}");
        }
        assert_eq!(read("p/file").expect("a link inside"), b"x");
        assert_eq!(write("p/new").expect("a link inside"), root.join("p/new"));
        assert_eq!(write("apart/hooks/new").expect("a folder like any"), root.join("apart/hooks/new"));
        std::fs::remove_dir_all(root.join(".git")).expect("it is there");
        std::fs::write(root.join(".git"), "gitdir: apart\n").expect("a file");
        for name in ["apart/hooks/new", "a/hooks/new"] {
            assert!(matches!(write(name), Err(Unread::InGitFolder)), "{name}: the root's own folder of Git");
        }
        assert!(matches!(read("a/config"), Err(Unread::InGitFolder)));
        let bare = root.join("bare");
        assert!(matches!(place_to_write(&bare, &RepoPath::from("hooks/new")), Err(Unread::InGitFolder)));
    }

    #[cfg(unix)]
    #[test]
    fn a_copy_s_files_are_made_inside_and_never_twice() {
        use std::io::Write;
        let outer = tempfile::tempdir().expect("a temporary folder");
        let copy = outer.path().join("copy");
        std::fs::create_dir(&copy).expect("a folder");
        let mut file = create_inside(&copy, &RepoPath::from("a/b.rs")).expect("the folder is ours");
        file.write_all(b"x").expect("it can be written");
        assert_eq!(std::fs::read(copy.join("a/b.rs")).expect("it is there"), b"x");
        std::os::unix::fs::symlink("../target", copy.join("link")).expect("a link");
        for refused in ["a/b.rs", "../b.rs", "/b.rs", ".git/config", "link"] {
            assert!(create_inside(&copy, &RepoPath::from(refused)).is_err(), "{refused}");
        }
        assert!(!outer.path().join("target").exists() && !outer.path().join("b.rs").exists());
    }

    #[cfg(unix)]
    #[test]
    fn pipes_devices_and_what_is_too_large_are_refused_at_once() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let pipe = folder.path().join("pipe");
        nix::unistd::mkfifo(&pipe, nix::sys::stat::Mode::S_IRWXU).expect("a pipe");
        assert!(matches!(read_regular(&pipe, 10), Err(Unread::NotRegular)));
        assert!(matches!(read_inside(folder.path(), &RepoPath::from("pipe"), 10), Err(Unread::NotRegular)));
        assert!(matches!(read_regular(Path::new("/dev/zero"), 10), Err(Unread::NotRegular)));
        let file = folder.path().join("file");
        std::fs::write(&file, "0123456789").expect("a file");
        assert_eq!(read_regular(&file, 10).expect("ten bytes fit"), b"0123456789");
        assert!(matches!(read_regular(&file, 9), Err(Unread::TooLarge { limit: 9 })));
    }
}
