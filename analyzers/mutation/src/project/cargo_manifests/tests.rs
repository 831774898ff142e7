use super::*;
use serde_json::Value as Json;
use std::fs;
use std::process::Command;

fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().expect("a file has a folder")).expect("a folder");
    fs::write(path, text).expect("a file");
}

/// A package with a library, and more lines for its manifest.
fn package(root: &Path, folder: &str, name: &str, more: &str) {
    let head = format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2021\"\n");
    let at = |file: &str| if folder.is_empty() { file.to_owned() } else { format!("{folder}/{file}") };
    write(root, &at("Cargo.toml"), &(head + more));
    write(root, &at("src/lib.rs"), "");
}

/// The packages that Cargo itself finds, as folder and name.
#[expect(clippy::disallowed_methods, reason = "a test asks Cargo itself")]
fn by_cargo(root: &Path, folder: &str) -> Vec<(String, String)> {
    let mut cargo = Command::new("cargo");
    cargo.args(["metadata", "--format-version=1", "--no-deps", "--offline"]).current_dir(root.join(folder));
    let output = cargo.output().expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Json = serde_json::from_slice(&output.stdout).expect("JSON");
    let root = root.canonicalize().expect("it is there");
    let mut found: Vec<(String, String)> = metadata["packages"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|package| {
            let manifest = Path::new(package["manifest_path"].as_str().expect("a path"));
            let folder =
                manifest.parent().expect("a manifest has a folder").canonicalize().expect("it is there");
            let folder = folder.strip_prefix(&root).expect("it lies inside").to_string_lossy().into_owned();
            (folder, package["name"].as_str().expect("a name").to_owned())
        })
        .collect();
    found.sort();
    found
}

fn by_manifests(root: &Path, folder: &str) -> Vec<(String, String)> {
    let workspace = Workspace::of(root, folder).expect("the manifests can be read");
    let named = |(folder, member): (String, Member)| Some((folder, member.name?));
    workspace.members.into_iter().filter_map(named).collect()
}

#[track_caller]
fn agree(root: &Path, folders: &[&str]) {
    for folder in folders {
        let expected = by_cargo(root, folder);
        assert!(!expected.is_empty());
        assert_eq!(by_manifests(root, folder), expected, "asked in {folder:?}");
    }
}

/// Many patterns, each of which may match many folders.
#[test]
fn patterns_that_mean_too_many_folders_together_are_refused() {
    let tree = tempfile::tempdir().expect("a folder");
    for number in 0..100 {
        fs::create_dir(tree.path().join(format!("c{number}"))).expect("a folder");
    }
    let patterns: Vec<String> = (0..300).map(|number| format!("c*/p{number}")).collect();
    write(tree.path(), "Cargo.toml", &format!("[workspace]\nmembers = {patterns:?}\n"));
    let error = Workspace::of(tree.path(), "").expect_err("30,000 folders");
    assert!(format!("{error:?}").contains("more than"), "{error:?}");
}

#[test]
fn members_are_those_that_cargo_finds() {
    let tree = tempfile::tempdir().expect("a temporary folder");
    let root = tree.path();
    let top = "[workspace]\nresolver = \"2\"\nmembers = [\"crates/*\", \"tools/./x[tq]ask\", \"deep/**/leaf\"]\n\
               exclude = [\"crates/left-out\", \"fuzz\"]\n\
               [workspace.dependencies]\ninherited = { path = \"inner/inherited\" }\n";
    package(root, "", "top", top);
    package(
        root,
        "crates/a",
        "a",
        "[dependencies]\nb = { path = \"../b\" }\nfar = { path = \"../../inner/far\" }\n",
    );
    package(root, "crates/b", "b", "[dev-dependencies]\ninherited = { workspace = true }\n");
    package(root, "crates/left-out", "left-out", "");
    package(
        root,
        "inner/far",
        "far",
        "[target.'cfg(unix)'.build-dependencies]\nfarther.path = \"../farther\"\n",
    );
    package(root, "inner/farther", "farther", "");
    package(root, "inner/inherited", "inherited", "");
    package(root, "inner/unused", "unused", "");
    package(root, "tools/xtask", "xtask", "");
    package(root, "tools/xbask", "xbask", "");
    package(root, "deep/leaf", "leaf", "");
    package(root, "deep/er/still/leaf", "other-leaf", "");
    package(root, "fuzz", "fuzz", "[workspace]\n[dependencies]\na = { path = \"../crates/a\" }\n");
    agree(root, &["", "crates/a", "inner/farther", "fuzz", "crates/left-out"]);
}

#[test]
fn what_is_excluded_can_be_named_again_and_a_manifest_can_name_its_workspace() {
    let tree = tempfile::tempdir().expect("a temporary folder");
    let root = tree.path();
    write(
        root,
        "main/Cargo.toml",
        "[workspace]\nresolver = \"2\"\nmembers = [\"old/kept\", \"../side\"]\nexclude = [\"old\"]\n",
    );
    package(root, "main/old/kept", "kept", "");
    package(root, "main/old/gone", "gone", "");
    package(root, "side", "side", "workspace = \"../main\"\n");
    agree(root, &["main", "main/old/kept", "main/old/gone", "side"]);
}

#[test]
fn a_package_without_a_workspace_stands_alone() {
    let tree = tempfile::tempdir().expect("a temporary folder");
    let root = tree.path();
    package(root, "", "alone", "[dependencies]\ninner = { path = \"inner\" }\n");
    package(root, "inner", "inner", "");
    agree(root, &["", "inner"]);
}

#[cfg(unix)]
#[test]
fn no_manifest_outside_of_the_tree_is_read_and_none_that_never_ends() {
    use std::os::unix::fs::symlink;
    let outer = tempfile::tempdir().expect("a temporary folder");
    package(outer.path(), "outside", "outside", "");
    let root = outer.path().join("tree");
    let members = "[workspace]\nmembers = [\"*\", \"../outside\", \"/\", \"linked/*\"]\n\
                   [dependencies]\noutside = { path = \"../outside\" }\n";
    package(&root, "", "own", members);
    symlink(outer.path(), root.join("linked")).expect("a link");
    assert_eq!(by_manifests(&root, ""), [(String::new(), "own".to_owned())]);
    fs::create_dir(root.join("pipe")).expect("a folder");
    nix::unistd::mkfifo(&root.join("pipe/Cargo.toml"), nix::sys::stat::Mode::S_IRWXU).expect("a pipe");
    let error = Workspace::of(&root, "").expect_err("a pipe is no manifest").to_string();
    assert!(error.contains("pipe/Cargo.toml") && error.contains("no regular file"), "{error}");
}

#[test]
fn a_manifest_that_is_no_toml_is_named_with_the_line_and_none_of_its_text() {
    let tree = tempfile::tempdir().expect("a temporary folder");
    write(tree.path(), "Cargo.toml", "[package]\nsecret-word = = 1\n");
    let error = Workspace::of(tree.path(), "").expect_err("no TOML").to_string();
    assert!(error.contains("Cargo.toml: line 2 is no TOML") && !error.contains("secret"), "{error}");
}
