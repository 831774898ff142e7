//! Finds programs: on the search path, and never in the analysed tree.

use crate::program::Program;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// Finds the file of a program on the search path of this process. Files in the analysed `tree` are never used, and
/// neither are empty or relative entries of the path, which would mean the current folder.
#[expect(clippy::disallowed_methods, reason = "environment: the search path of programs")]
pub fn find(program: &Program, tree: &Path) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    program.names().iter().find_map(|name| find_in(&path, name, tree))
}

fn find_in(path: &OsStr, name: &str, tree: &Path) -> Option<PathBuf> {
    let tree = tree.canonicalize().ok()?;
    let file = format!("{}{}", name, if name.contains('.') { "" } else { std::env::consts::EXE_SUFFIX });
    let is_elsewhere = |path: &Path| path.canonicalize().is_ok_and(|real| !real.starts_with(&tree));
    std::env::split_paths(path)
        .filter(|folder| folder.is_absolute() && is_elsewhere(folder))
        // Links are not resolved: rustup's programs decide by their name what to do.
        .map(|folder| folder.join(&file))
        .find(|file| is_program(file) && is_elsewhere(file))
}

#[cfg(unix)]
fn is_program(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    file.metadata().is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_program(file: &Path) -> bool {
    file.is_file()
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::{PermissionsExt, symlink};

    fn program(folder: &Path, name: &str) -> PathBuf {
        fs::create_dir_all(folder).expect("a folder");
        let file = folder.join(name);
        fs::write(&file, "#!/bin/sh\n").expect("a file");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).expect("modes can be set");
        file
    }

    #[test]
    fn a_program_of_the_analysed_tree_is_never_taken_for_a_tool() {
        let outer = tempfile::tempdir().expect("a temporary folder");
        let tree = outer.path().join("tree");
        program(&tree.join("bin"), "make");
        let right = program(&outer.path().join("tools"), "make");
        // Links from outside into the tree, to a folder and to a file.
        symlink(tree.join("bin"), outer.path().join("linked")).expect("a link");
        fs::create_dir(outer.path().join("links")).expect("a folder");
        symlink(tree.join("bin/make"), outer.path().join("links/make")).expect("a link");
        let folders = [tree.join("bin"), outer.path().join("linked"), outer.path().join("links")];
        let path = std::env::join_paths(&folders).expect("plain names");
        assert_eq!(find_in(&path, "make", &tree), None);
        let path =
            std::env::join_paths(folders.iter().chain([&outer.path().join("tools")])).expect("plain names");
        assert_eq!(find_in(&path, "make", &tree), Some(right));
    }

    #[test]
    fn empty_and_relative_entries_of_the_search_path_mean_nothing() {
        let tree = tempfile::tempdir().expect("a temporary folder");
        // The tests of a crate run in its folder.
        for path in ["", ":", ".", "src:", "./src"] {
            assert_eq!(find_in(OsStr::new(path), "lib.rs", tree.path()), None, "{path}");
        }
    }

    #[test]
    fn what_cannot_be_run_is_no_program_and_a_link_keeps_its_name() {
        let outer = tempfile::tempdir().expect("a temporary folder");
        let (tree, tools) = (outer.path().join("tree"), outer.path().join("tools"));
        fs::create_dir_all(tools.join("go")).expect("a folder");
        fs::create_dir_all(&tree).expect("a folder");
        fs::write(tools.join("bats"), "text").expect("a file");
        program(&tools, "rustup");
        symlink("rustup", tools.join("cargo")).expect("a link");
        let found = |name| find_in(tools.as_os_str(), name, &tree);
        assert_eq!((found("go"), found("bats")), (None, None));
        assert_eq!(found("cargo"), Some(tools.join("cargo")));
    }
}
