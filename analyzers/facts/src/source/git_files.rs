//! Checks Git's own files before the library opens them.
//!
//! The library opens every file in a Git folder without checks: it waits for pipes, reads devices, and loads files of
//! any size into memory. A Git folder is untrusted (unpacked, shared), so each of its files must first be checked to be
//! a regular file of a sensible size. Links are followed, as in Git. Somebody who can change the folder while it is
//! read owns it, and has simpler ways to do harm.

use super::SourceError;
use super::bounds::has_many_ways;
use super::confined::{Unread, is_null_device, read_regular};
use super::looked_through::{Look, is_known_for_sound};
use crate::hash::HashSet;
use gix::bstr::ByteSlice;
use std::ffi::OsStr;
use std::fs::Metadata;
use std::path::{Path, PathBuf};

/// Files that hold one line: HEAD, `commondir`, a loose reference.
const LINE: u64 = 64 << 10;
/// A configuration file, an exclude or attributes file, a list of alternates or of shallow commits.
const LIST: u64 = 16 << 20;
/// The index (70 bytes and the path for each file), packed references, and lists named like references: FETCH_HEAD with
/// a line for each reference of the last fetch, SQUASH_MSG with the messages of all squashed commits.
pub(super) const LARGE: u64 = 1 << 30;
/// The most bytes of all files of one configuration, each counted as often as it is read. The library takes many times
/// as much memory.
const CONFIGURATION: u64 = 2 << 20;
/// The most files that one configuration may include, each counted as often as it is read.
const MOST_INCLUDES: usize = 1000;
/// Extensions that a repository of any format version may have (gitrepository-layout(5), git-config(1)).
const EXTENSIONS: &[&str] = &["noop", "preciousobjects", "partialclone", "worktreeconfig"];
/// Extensions that only format version 1 has.
const EXTENSIONS_OF_VERSION_1: &[&str] = &[
    "noop-v1",
    "objectformat",
    "compatobjectformat",
    "refstorage",
    "relativeworktrees",
    "submodulepathconfig",
];
/// The most loose references and other files of one Git folder.
const MOST_FILES: usize = 5_000_000;
/// The most object databases that one may borrow from, directly or not.
const MOST_ALTERNATES: usize = 1000;

/// Checks the files that show whether `folder` is a repository, bare or with a work tree. True if it is.
///
/// # Errors
/// One of them is not a regular file, or too large.
pub(super) fn is_repository(folder: &Path) -> Result<bool, SourceError> {
    if is_git_folder(&folder.join(".git"))? {
        return Ok(true);
    }
    // Any folder may have a file HEAD; it is only read if the folder looks like Git's own. A linked work tree has its
    // own folder beside the shared one.
    let has = |name: &str| folder.join(name).is_dir();
    match (has("objects") && has("refs")) || folder.join("commondir").is_file() {
        true => is_git_folder(folder),
        false => Ok(false),
    }
}

/// The same for a `.git`, which is a folder or a file that names one.
///
/// # Errors
/// As [`is_repository`].
pub(super) fn is_git_folder(candidate: &Path) -> Result<bool, SourceError> {
    let Ok(kind) = candidate.metadata() else { return Ok(false) };
    let folder = match kind.is_file() {
        true => match gix::discover::path::from_gitdir_file(candidate) {
            Ok(named) => named,
            Err(_) => return Ok(false),
        },
        false => candidate.to_owned(),
    };
    for name in ["HEAD", "commondir", "gitdir"] {
        check(&folder.join(name), LINE)?;
    }
    Ok(gix::discover::is_git(candidate).is_ok())
}

/// The real Git folders of a work tree, if it is one: its own and the shared one.
pub(super) fn folders_of(root: &Path) -> Vec<PathBuf> {
    let link = root.join(".git");
    if check(&link, LINE).is_err() {
        return Vec::new();
    }
    let private = match link.is_file() {
        true => gix::discover::path::from_gitdir_file(&link).unwrap_or(link),
        false => link,
    };
    let named = match check(&private.join("commondir"), LINE) {
        Ok(()) => gix::discover::path::from_plain_file(&private.join("commondir")).and_then(Result::ok),
        Err(_) => None,
    };
    let common = named.map_or_else(|| private.clone(), |named| private.join(named));
    [private, common].iter().filter_map(|folder| folder.canonicalize().ok()).collect()
}

/// Checks every file that is read of a repository. `private` is the folder of the current work tree, `common` the one
/// shared by all work trees.
///
/// # Errors
/// A file is not a regular file, or too large, or there are too many.
pub(super) fn check_repository(private: &Path, common: &Path) -> Result<(), SourceError> {
    for folder in [private, common] {
        for (name, limit) in [
            ("HEAD", LINE),
            ("commondir", LINE),
            ("gitdir", LINE),
            ("config", LIST),
            ("config.worktree", LIST),
            ("shallow", LIST),
            ("info/exclude", LIST),
            ("info/attributes", LIST),
            ("info/grafts", LIST),
            ("index", LARGE),
            ("packed-refs", LARGE),
        ] {
            check(&folder.join(name), limit)?;
        }
        check_top_level(folder)?;
        check_below(&folder.join("refs"), LINE)?;
        if private == common {
            break;
        }
    }
    check_below(&common.join("worktrees"), LARGE)?;
    check_includes(&[common.join("config"), private.join("config.worktree")])?;
    databases(&common.join("objects")).map(drop)
}

/// Checks that the work tree and the Git folder name each other: a `.git` or a `core.worktree` could otherwise point to
/// any repository or folder of the user. `start` is the folder where the repository was found; `is_named` is true if a
/// configuration names the work tree.
///
/// # Errors
/// One of them does not name the other.
pub(super) fn check_ties(
    start: &Path,
    private: &Path,
    work_tree: Option<&Path>,
    is_named: bool,
) -> Result<(), SourceError> {
    let Some(work_tree) = work_tree else { return Ok(()) };
    let is_same = |one: &Path, other: &Path| matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other);
    let link = start.join(".git");
    let leads_elsewhere = link.is_file() || link.is_symlink();
    let is_linked_back = || {
        let back = gix::discover::path::from_plain_file(&private.join("gitdir")).and_then(Result::ok);
        back.is_some_and(|back| is_same(&private.join(back), &link))
    };
    if leads_elsewhere && !is_named && !is_linked_back() {
        return Err(SourceError::elsewhere(format!(
            "{} names the repository {}, which does not name {} as a work tree; if it is one, say so there: \
             `git worktree repair`, or `git config core.worktree`",
            link.display(),
            private.display(),
            start.display()
        )));
    }
    let of_work_tree = work_tree.join(".git");
    let named = match of_work_tree.is_file() {
        true => gix::discover::path::from_gitdir_file(&of_work_tree).ok(),
        false => Some(of_work_tree),
    };
    if is_named && !named.is_some_and(|named| is_same(&named, private)) {
        return Err(SourceError::elsewhere(format!(
            "the configuration of {} names {} as its work tree (core.worktree), where no .git names it back",
            private.display(),
            work_tree.display()
        )));
    }
    Ok(())
}

/// Checks that a Git folder which names a shared one (`commondir`) is among that one's work trees: an untrusted one
/// could otherwise point to any repository of the user, whose content would then be shown and changed.
///
/// # Errors
/// It is elsewhere.
pub(super) fn check_shared(private: &Path, common: &Path) -> Result<(), SourceError> {
    let real = |path: &Path| path.canonicalize().ok();
    let is_own = real(private).is_some_and(|own| {
        Some(&own) == real(common).as_ref() || own.parent() == real(&common.join("worktrees")).as_deref()
    });
    match is_own {
        true => Ok(()),
        false => Err(SourceError::elsewhere(format!(
            "{} names the repository {} (commondir), which has no such work tree in its folder worktrees; if it is one, \
             `git worktree repair` there mends it",
            private.display(),
            common.display()
        ))),
    }
}

/// Checks that the repository is of a format that is read. As in Git, only the file `config` says so.
///
/// # Errors
/// It has another format version, an extension that Git does not know, or objects or references of another kind.
pub(super) fn check_format(common: &Path) -> Result<(), SourceError> {
    let Ok(text) = read_regular(&common.join("config"), LIST) else { return Ok(()) };
    let Ok(config) = gix::config::File::try_from(text.as_bstr()) else { return Ok(()) };
    match unread_format(&config) {
        None => Ok(()),
        Some(why) => Err(SourceError::new(format!(
            "the Git repository at {} cannot be opened: {why}",
            common.display()
        ))),
    }
}

/// What about the format is not read. Git ignores extensions if there is no version, and unknown ones in version 0.
fn unread_format(config: &gix::config::File) -> Option<String> {
    let version = config.integer("core.repositoryFormatVersion").ok().flatten()?;
    if version > 1 {
        return Some(format!("it has format version {version}, and only 0 and 1 are known"));
    }
    let objects = config.string("extensions.objectFormat").unwrap_or_else(|| "sha1".into());
    let references = config.string("extensions.refStorage").unwrap_or_else(|| "files".into());
    if objects.eq_ignore_ascii_case(b"sha256") {
        return Some("it names objects by SHA-256, which is not read yet".to_owned());
    }
    if references.eq_ignore_ascii_case(b"reftable") {
        return Some("it keeps references in the reftable format, which is not read yet".to_owned());
    }
    for section in config.sections_by_name("extensions").into_iter().flatten() {
        let is_nested = section.header().subsection_name().is_some();
        for name in section.body().value_names() {
            let name = name.to_ascii_lowercase();
            let is_of_version_1 = !is_nested && EXTENSIONS_OF_VERSION_1.contains(&name.as_str());
            let is_known = is_of_version_1 || (!is_nested && EXTENSIONS.contains(&name.as_str()));
            if version == 0 && is_of_version_1 {
                return Some("it has format version 0, and an extension that only version 1 has".to_owned());
            }
            if version == 1 && !is_known {
                return Some(
                    "its configuration names an extension (extensions.…) that is not known".to_owned(),
                );
            }
        }
    }
    let is_usual = objects.eq_ignore_ascii_case(b"sha1") && references.eq_ignore_ascii_case(b"files");
    (!is_usual).then(|| "it keeps objects or references in a format that is not known".to_owned())
}

/// Checks the files that a revision with an `@{` reads.
///
/// # Errors
/// As [`check_repository`].
pub(super) fn check_reflogs(private: &Path, common: &Path) -> Result<(), SourceError> {
    check_below(&private.join("logs"), LARGE)?;
    match private == common {
        true => Ok(()),
        false => check_below(&common.join("logs"), LARGE),
    }
}

/// Other references that HEAD may name (`ORIG_HEAD`), and the shared part of a split index.
fn check_top_level(folder: &Path) -> Result<(), SourceError> {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let name = name.as_encoded_bytes();
        let is_reference = name.iter().all(|byte| byte.is_ascii_uppercase() || *byte == b'_');
        if is_reference || name.starts_with(b"sharedindex.") {
            check(&entry.path(), LARGE)?;
        }
    }
    Ok(())
}

/// Checks the files of an object database, and of those that it borrows from, by their real folders.
pub(super) fn databases(objects: &Path) -> Result<HashSet<PathBuf>, SourceError> {
    let mut waiting = vec![objects.to_owned()];
    let mut seen = HashSet::default();
    while let Some(folder) = waiting.pop() {
        if !seen.insert(folder.canonicalize().unwrap_or_else(|_| folder.clone())) {
            continue;
        }
        if seen.len() > MOST_ALTERNATES {
            return Err(SourceError::new(format!(
                "{} borrows from more than {MOST_ALTERNATES} object databases",
                objects.display()
            )));
        }
        check_below(&folder, u64::MAX)?;
        let alternates = folder.join("info/alternates");
        check(&alternates, LIST)?;
        let Ok(text) = read_regular(&alternates, LIST) else { continue };
        // The same order as in the library, from the first database on.
        let named = gix::odb::alternate::parse(&text).unwrap_or_default();
        waiting.extend(named.into_iter().map(|path| objects.join(path)));
    }
    Ok(seen)
}

/// Checks every file below a folder, unless the folder was checked before and has not changed. Folders that links lead
/// to are searched once.
fn check_below(folder: &Path, limit: u64) -> Result<(), SourceError> {
    if is_known_for_sound(folder, limit) {
        return Ok(());
    }
    let mut look = Look::new();
    check_each_below(folder, limit, &mut look)?;
    look.was_sound(folder, limit);
    Ok(())
}

fn check_each_below(folder: &Path, limit: u64, look: &mut Look) -> Result<(), SourceError> {
    let mut waiting = vec![folder.to_owned()];
    let mut linked: HashSet<PathBuf> = HashSet::default();
    let mut files = 0;
    while let Some(folder) = waiting.pop() {
        look.at_folder(&folder);
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            files += 1;
            if files > MOST_FILES {
                return Err(SourceError::new(format!(
                    "{} holds more than {MOST_FILES} files",
                    folder.display()
                )));
            }
            let Ok(kind) = entry.file_type() else { continue };
            if kind.is_dir() {
                waiting.push(entry.path());
            } else if kind.is_file() && limit == u64::MAX {
                continue;
            } else if kind.is_symlink() && entry.path().is_dir() {
                let Ok(real) = entry.path().canonicalize() else { continue };
                if linked.insert(real.clone()) {
                    waiting.push(real);
                }
            } else {
                check(&entry.path(), limit)?;
            }
        }
    }
    Ok(())
}

/// A missing file is fine, and so is a folder: it cannot be read as a file.
fn check(path: &Path, limit: u64) -> Result<(), SourceError> {
    let wrong = |why: Unread| {
        SourceError::new(format!(
            "Git's file {} is not read: {why}; remove it, or fix what it links to",
            path.display()
        ))
    };
    match path.metadata() {
        Ok(found) if found.is_file() && found.len() > limit => Err(wrong(Unread::TooLarge { limit })),
        Ok(found) if found.is_file() || found.is_dir() || is_socket(&found) => Ok(()),
        Ok(_) if is_null_device(path) => Ok(()),
        Ok(_) => Err(wrong(Unread::NotRegular)),
        Err(_) => Ok(()),
    }
}

/// A socket cannot be opened at all, and Git's own monitor of files listens on one.
#[cfg(unix)]
fn is_socket(found: &Metadata) -> bool {
    std::os::unix::fs::FileTypeExt::is_socket(&found.file_type())
}

#[cfg(not(unix))]
fn is_socket(_: &Metadata) -> bool {
    false
}

/// Checks the files that configuration files include, whatever the condition, and returns them.
///
/// # Errors
/// As [`check_repository`]; or a condition is a pattern that may match in too many ways.
pub(super) fn check_includes(files: &[PathBuf]) -> Result<Vec<PathBuf>, SourceError> {
    let mut waiting: Vec<(PathBuf, usize)> = files.iter().map(|file| (file.clone(), 0)).collect();
    let mut all = Vec::new();
    let mut left = CONFIGURATION;
    while let Some((file, depth)) = waiting.pop() {
        // The library stops with an error there.
        if depth > 10 {
            continue;
        }
        let Ok(text) = read_regular(&file, LIST) else { continue };
        left = left.checked_sub(text.len() as u64).ok_or_else(|| {
            SourceError::new(format!(
                "the Git configuration {} has more than {CONFIGURATION} bytes, with the files that it includes, each as often \
                 as it does",
                files[0].display()
            ))
        })?;
        for named in included(&text, &file)? {
            if all.len() >= MOST_INCLUDES {
                return Err(SourceError::new(format!(
                    "the Git configuration {} includes more than {MOST_INCLUDES} files",
                    files[0].display()
                )));
            }
            check(&named, LIST)?;
            all.push(named.clone());
            waiting.push((named, depth + 1));
        }
    }
    Ok(all)
}

/// The files that a configuration file includes. They are resolved as in the library, byte for byte; otherwise the
/// checked file would differ from the one that is read.
#[expect(clippy::disallowed_methods, reason = "environment: Git's paths may begin with the home folder")]
fn included(text: &[u8], file: &Path) -> Result<Vec<PathBuf>, SourceError> {
    let mentions = text.windows(7).any(|word| word.eq_ignore_ascii_case(b"include"));
    let config = mentions.then(|| gix::config::File::try_from(text.as_bstr()).ok()).flatten();
    let Some(config) = config else { return Ok(Vec::new()) };
    let home = std::env::var_os("HOME").map(PathBuf::from);
    let program = std::env::current_exe().ok();
    let context = || gix::config::path::interpolate::Context {
        git_install_dir: program.as_deref().and_then(Path::parent),
        home_dir: home.as_deref(),
        home_for_user: Some(gix::config::path::interpolate::home_for_user),
    };
    let mut files = Vec::new();
    for section in config.sections() {
        let header = section.header();
        let name = header.name();
        if !name.eq_ignore_ascii_case(b"include") && !name.eq_ignore_ascii_case(b"includeIf") {
            continue;
        }
        if header.subsection_name().is_some_and(|condition| has_many_ways(condition)) {
            return Err(SourceError::new(format!(
                "a condition of an include in the Git configuration {} may match in too many ways",
                file.display()
            )));
        }
        for value in section.body().values("path") {
            // A path that cannot be resolved is not included either.
            let Ok(path) = gix::config::Path::from(value).interpolate(context()) else { continue };
            files.push(file.parent().unwrap_or(Path::new("")).join(path));
        }
    }
    files.retain(|path| path.file_name() != Some(OsStr::new("")));
    Ok(files)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::ffi::OsStrExt;

    fn included_by(text: &[u8]) -> Result<Vec<PathBuf>, String> {
        included(text, Path::new("/repository/.git/config")).map_err(|error| error.to_string())
    }

    /// Another spelling must not lead the library to an unchecked file.
    #[test]
    fn includes_are_found_where_the_library_finds_them() {
        let in_git = |name: &[u8]| Path::new("/repository/.git").join(OsStr::from_bytes(name));
        for (path, file) in [
            (&b"more"[..], in_git(b"more")),
            (b"/etc/more", PathBuf::from("/etc/more")),
            (b":(optional)/etc/more", PathBuf::from("/etc/more")),
            (b"\xff.conf", in_git(b"\xff.conf")),
            (b"\"a b\\\"c\"", in_git(b"a b\"c")),
            (
                b"~root/more",
                gix::config::path::interpolate::home_for_user("root")
                    .expect("every system has one")
                    .join("more"),
            ),
        ] {
            for section in ["[include]", "[INCLUDE]", "[includeIf \"gitdir:x\"]"] {
                let text = [section.as_bytes(), b"\npath = ", path, b"\n"].concat();
                assert_eq!(included_by(&text), Ok(vec![file.clone()]), "{}", String::from_utf8_lossy(&text));
            }
        }
        let installed = included_by(b"[include]\npath = %(prefix)/../more\n").expect("it is a file");
        assert!(installed[0].is_absolute() && installed[0].ends_with("../more"), "{installed:?}");
    }

    /// The configurations that `git init` writes, and those that Git itself refuses.
    #[test]
    fn a_format_that_is_not_read_is_named() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        assert!(check_format(folder.path()).is_ok(), "no configuration");
        for (version, extensions, why) in [
            ("", "", None),
            ("repositoryformatversion = 0", "", None),
            ("repositoryFormatVersion = 1", "", None),
            ("repositoryformatversion = 1", "objectFormat = sha1\n\trefStorage = files", None),
            ("repositoryformatversion = 1", "worktreeConfig = true\n\tpartialClone = origin", None),
            ("repositoryformatversion = 1", "preciousObjects\n\trelativeWorktrees = true", None),
            ("repositoryformatversion = 0", "evil = true\n\tnoop = 1", None),
            ("", "evil = true\n\tobjectformat = sha256", None),
            ("repositoryformatversion = 1", "objectformat = sha256", Some("names objects by SHA-256")),
            ("repositoryformatversion = 1", "refstorage = reftable", Some("in the reftable format")),
            ("repositoryformatversion = 99", "", Some("it has format version 99")),
            (
                "repositoryformatversion = 1",
                "evil = true",
                Some("an extension (extensions.…) that is not known"),
            ),
            ("repositoryformatversion = 1", "evil", Some("that is not known")),
            ("repositoryformatversion = 0", "objectformat = sha1", Some("that only version 1 has")),
            ("repositoryformatversion = 1", "objectformat = SECRET", Some("in a format that is not known")),
            ("repositoryformatversion = 1", "refstorage = SECRET", Some("in a format that is not known")),
        ] {
            let text = format!("[core]\n\tbare = false\n\t{version}\n[extensions]\n\t{extensions}\n");
            std::fs::write(folder.path().join("config"), &text).expect("it can be written");
            let found = check_format(folder.path()).err().map(|error| error.to_string());
            match (&found, why) {
                (None, None) => {}
                (Some(found), Some(why)) => {
                    assert!(found.contains(why) && !found.contains("SECRET"), "{text}: {found}");
                }
                _ => panic!("{text}: {found:?}"),
            }
        }
    }

    #[test]
    fn a_condition_that_may_match_in_too_many_ways_is_refused() {
        let text = |stars: &str| format!("[includeIf \"onbranch:{stars}\"]\npath = more\n");
        assert!(included_by(text(&"**/a/".repeat(3)).as_bytes()).is_ok());
        let refused = included_by(text(&"**/a/".repeat(4)).as_bytes());
        assert!(refused.is_err_and(|why| why.contains("too many ways")));
    }

    #[test]
    fn a_configuration_may_be_so_large_with_all_that_it_includes() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (config, large) = (folder.path().join("config"), folder.path().join("large"));
        std::fs::write(&large, "#\n".repeat(1 << 19)).expect("it can be written");
        let times = |times: usize| std::fs::write(&config, "[include]\npath = large\n".repeat(times));
        times(1).expect("it can be written");
        assert!(check_includes(std::slice::from_ref(&config)).is_ok());
        times(2).expect("it can be written");
        let refused = check_includes(&[config]).expect_err("2 MiB and more").to_string();
        assert!(refused.contains("has more than 2097152 bytes"), "{refused}");
    }
}
