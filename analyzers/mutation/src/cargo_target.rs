//! Fills a copy's build folder with files that Cargo has already compiled.
//!
//! The compiled crates of a registry do not depend on the path of the workspace, so only the workspace's own packages
//! are rebuilt. Libraries are hard-linked if the file system supports it: rustc replaces these files instead of writing
//! into them. All other files, which Cargo and build scripts do write into, are copied.

use crate::project::BuiltWorkspace;
use facts::hash::HashSet;
use std::ffi::OsStr;
use std::fs::{self, File, FileTimes};
use std::io;
use std::path::Path;

/// Copies the compiled dependencies of the development profile from one build folder into a new one. A missing or empty
/// folder is not an error: everything is then compiled again. The folder may be shared with other workspaces: packages
/// that this one's Cargo.lock does not name are not copied.
pub fn seed(
    from: &Path,
    to: &Path,
    workspace: &BuiltWorkspace,
    cancelled: &dyn Fn() -> bool,
) -> io::Result<()> {
    let own: HashSet<String> = workspace.own_names().into_iter().collect();
    let locked = workspace.lock().map(|text| locked_packages(&text));
    let needed = |package: &str| locked.as_ref().is_none_or(|locked| locked.contains(package));
    let (from, to) = (from.join("debug"), to.join("debug"));
    for folder in ["deps", ".fingerprint", "build"] {
        if !is_folder(&from.join(folder)) {
            continue;
        }
        let entries = fs::read_dir(from.join(folder))?;
        fs::create_dir_all(to.join(folder))?;
        for entry in entries {
            if cancelled() {
                return Ok(());
            }
            let (path, name) = {
                let entry = entry?;
                (entry.path(), entry.file_name())
            };
            let Some(of) = compiled_from(&name) else { continue };
            let is_own = own.contains(of) || of.strip_prefix("lib").is_some_and(|of| own.contains(of));
            // Libraries are named after their crate, whose name may differ from the package's; linking them is cheap.
            // Programs among them are not needed.
            let wanted = if folder == "deps" { path.extension().is_some() } else { needed(of) };
            if wanted && !is_own {
                bring(&path, &to.join(folder).join(&name))?;
            }
        }
    }
    Ok(())
}

/// The packages that a Cargo.lock names.
fn locked_packages(text: &str) -> HashSet<String> {
    let name = |line: &str| Some(line.strip_prefix("name = \"")?.strip_suffix('"')?.to_owned());
    text.lines().filter_map(name).collect()
}

/// The package or crate name in the name of a compiled file or folder: `libfacts-0123abcd.rlib`, `facts-0123abcd`.
fn compiled_from(name: &OsStr) -> Option<&str> {
    let name = name.to_str()?;
    let stem = name.split_once('.').map_or(name, |(stem, _)| stem);
    Some(stem.rsplit_once('-')?.0)
}

/// Links do not count as folders here: they may lead anywhere.
fn is_folder(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|metadata| metadata.is_dir())
}

/// Copies a file, or a folder with its content. Links, pipes and other special files are not copied.
fn bring(from: &Path, to: &Path) -> io::Result<()> {
    let mut waiting = vec![(from.to_owned(), to.to_owned())];
    while let Some((from, to)) = waiting.pop() {
        let kind = match fs::symlink_metadata(&from) {
            // Files that a concurrent build removes just now are not needed.
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            kind => kind?,
        };
        if kind.is_dir() {
            fs::create_dir_all(&to)?;
            for entry in fs::read_dir(&from)? {
                let entry = entry?;
                waiting.push((entry.path(), to.join(entry.file_name())));
            }
        } else if kind.is_file() {
            match bring_file(&from, &to) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                done => done?,
            }
        }
    }
    Ok(())
}

fn bring_file(from: &Path, to: &Path) -> io::Result<()> {
    let is_library =
        matches!(from.extension().and_then(OsStr::to_str), Some("rlib" | "rmeta" | "so" | "dylib"));
    if is_library && fs::hard_link(from, to).is_ok() {
        return Ok(());
    }
    // `std::fs::copy` shares the blocks if the file system can.
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

#[cfg(test)]
mod tests {
    use super::*;
    use programs::{Asked, Consent};
    use std::process::Command;

    fn touch(root: &Path, path: &str) {
        let path = root.join(path);
        fs::create_dir_all(path.parent().expect("a file has a folder")).expect("a folder");
        fs::write(path, "x").expect("a file");
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "a test has Cargo build")]
    fn dependencies_are_brought_and_nothing_else() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let root = folder.path();
        let cargo = |words: &[&str]| {
            let status = Command::new("cargo").args(words).current_dir(root).status().expect("cargo runs");
            assert!(status.success());
        };
        cargo(&["init", "--quiet", "--lib", "--vcs", "none", "--name", "own-package"]);
        fs::write(
            root.join("Cargo.lock"),
            "[[package]]\nname = \"own-package\"\n\n[[package]]\nname = \"md-5\"\n",
        )
        .expect("a file");
        for path in [
            "deps/libmd5-0a1b.rlib",
            "deps/md5-0a1b.d",
            "deps/libown_package-0a1b.rmeta",
            "deps/own_package-0a1b",
            "deps/program-0a1b",
            ".fingerprint/md-5-0a1b/lib-md5",
            ".fingerprint/own-package-0a1b/lib-own_package",
            ".fingerprint/serde-0a1b/lib-serde",
            "build/md-5-0a1b/out/a.o",
            "build/serde-0a1b/out/a.o",
        ] {
            touch(&root.join("target/debug"), path);
        }
        #[cfg(unix)]
        std::os::unix::fs::symlink("/etc", root.join("target/debug/build/md-5-0a1b/etc-0a1b"))
            .expect("a link");
        let consent = Consent::to(Asked::Mutate);
        let workspace = BuiltWorkspace::of(root, "", &consent, &|| false).expect("a package");
        seed(&root.join("target"), &root.join("new"), &workspace, &|| false).expect("files can be copied");
        let mut found = Vec::new();
        list(&root.join("new/debug"), "", &mut found);
        found.sort();
        let expected = [
            ".fingerprint/md-5-0a1b/lib-md5",
            "build/md-5-0a1b/out/a.o",
            "deps/libmd5-0a1b.rlib",
            "deps/md5-0a1b.d",
        ];
        assert_eq!(found, expected);
    }

    fn list(root: &Path, below: &str, found: &mut Vec<String>) {
        for entry in fs::read_dir(root.join(below)).expect("a folder") {
            let entry = entry.expect("an entry");
            let name = entry.file_name().into_string().expect("a plain name");
            let path = if below.is_empty() { name } else { format!("{below}/{name}") };
            if entry.path().is_dir() { list(root, &path, found) } else { found.push(path) }
        }
    }
}
