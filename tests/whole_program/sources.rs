//! Work tree, index, revisions; repositories in every state.

use crate::program::run;
use crate::repository::{CLEAN, Tree, branching, git};
use std::fs;

const NAMES: &[&str] = &["pmat", "analyze", "complexity", "--top-functions", "0", "--format", "json"];

/// The names of all functions found, in any order.
fn functions(tree: &std::path::Path, words: &[&str]) -> Vec<String> {
    let report = run(tree, &[NAMES, words].concat()).exits(0).json();
    let mut names: Vec<String> = report["functions"]
        .as_array()
        .expect("the report lists functions")
        .iter()
        .map(|function| function["name"].as_str().expect("a function has a name").to_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn a_folder_outside_git_is_analysed_as_it_lies() {
    let tree = Tree::folder(&[("a.rs", "fn one() {}\n"), ("deep/b.py", "def two():\n    pass\n")]);
    assert_eq!(functions(tree.path(), &[]), ["one", "two"]);
    assert_eq!(functions(tree.path(), &["deep"]), ["two"]);
    run(tree.path(), &["analyze", "--revision", "HEAD"]).fails_with("HEAD");
    run(tree.path(), &["analyze", "--staged"]).fails_with("error");
}

#[test]
fn the_three_sources_of_a_repository_are_told_apart() {
    let tree = Tree::repository(&[("a.rs", "fn committed() {}\n")]);
    tree.write("a.rs", "fn staged() {}\n");
    tree.git(&["add", "a.rs"]);
    tree.write("a.rs", "fn lying_around() {}\n");
    tree.write("untracked.rs", "fn untracked() {}\n");
    assert_eq!(functions(tree.path(), &[]), ["lying_around", "untracked"]);
    assert_eq!(functions(tree.path(), &["--staged"]), ["staged"]);
    assert_eq!(functions(tree.path(), &["--revision", "HEAD"]), ["committed"]);
}

#[test]
fn the_gate_judges_what_is_staged_not_what_lies_around() {
    let tree = Tree::repository(&[("src/lib.rs", CLEAN)]);
    tree.write("src/lib.rs", branching("tangled", 60));
    run(tree.path(), &["pmat", "quality-gate"]).exits(1);
    run(tree.path(), &["pmat", "quality-gate", "--staged"]).exits(0);
    tree.git(&["add", "--all"]);
    run(tree.path(), &["pmat", "quality-gate", "--staged"]).exits(1);
    run(tree.path(), &["pmat", "quality-gate", "--revision", "HEAD"]).exits(0);
}

#[test]
fn git_ignore_is_honoured() {
    let tree = Tree::repository(&[(".gitignore", "made/\n"), ("a.rs", "fn kept() {}\n")]);
    tree.write("made/b.rs", "fn ignored() {}\n");
    assert_eq!(functions(tree.path(), &[]), ["kept"]);
}

#[test]
fn an_old_revision_is_read_without_a_checkout() {
    let tree = Tree::repository(&[("a.rs", "fn old() {}\n")]);
    tree.git(&["tag", "v1"]);
    tree.write("a.rs", "fn new() {}\n");
    tree.commit("Change");
    assert_eq!(functions(tree.path(), &["--revision", "v1"]), ["old"]);
    assert_eq!(functions(tree.path(), &["--revision", "HEAD~1"]), ["old"]);
    assert_eq!(functions(tree.path(), &["--revision", "HEAD"]), ["new"]);
    assert_eq!(tree.git(&["status", "--porcelain"]), "");
}

#[test]
fn a_bare_repository_is_read_from_its_objects() {
    let tree = Tree::repository(&[("a.rs", "fn kept() {}\n")]);
    let bare = Tree::folder(&[]);
    git(bare.path(), &["clone", "--quiet", "--bare", &tree.path().display().to_string(), "bare.git"]);
    let path = bare.join("bare.git");
    assert_eq!(functions(&path, &["--revision", "main"]), ["kept"]);
    assert_eq!(functions(&path, &[]), ["kept"]);
}

#[test]
fn an_unborn_repository_has_a_work_tree_and_an_index_but_no_revision() {
    let tree = Tree::unborn(&[("a.rs", "fn early() {}\n")]);
    assert_eq!(functions(tree.path(), &[]), ["early"]);
    tree.git(&["add", "--all"]);
    assert_eq!(functions(tree.path(), &["--staged"]), ["early"]);
    run(tree.path(), &["analyze", "--revision", "HEAD"]).fails_with("HEAD");
}

#[test]
fn a_shallow_clone_has_what_it_has() {
    let tree = Tree::repository(&[("a.rs", "fn old() {}\n")]);
    tree.write("a.rs", "fn new() {}\n");
    tree.commit("Change");
    let clone = Tree::folder(&[]);
    let url = format!("file://{}", tree.path().display());
    git(clone.path(), &["clone", "--quiet", "--depth=1", &url, "shallow"]);
    let path = clone.join("shallow");
    assert_eq!(functions(&path, &[]), ["new"]);
    assert_eq!(functions(&path, &["--revision", "HEAD"]), ["new"]);
    run(&path, &["analyze", "--revision", "HEAD~1"]).fails_with("HEAD~1");
    run(&path, &["pmat", "analyze", "satd", "--blame"]).exits(0);
}

#[test]
fn a_submodule_is_another_repository() {
    let inner = Tree::repository(&[("inner.rs", "fn inner() {}\n")]);
    let tree = Tree::repository(&[("a.rs", "fn outer() {}\n")]);
    tree.git(&["submodule", "--quiet", "add", &inner.path().display().to_string(), "sub"]);
    tree.commit("Add the submodule");
    assert_eq!(functions(tree.path(), &[]), ["outer"]);
    assert_eq!(functions(tree.path(), &["--revision", "HEAD"]), ["outer"]);
    assert_eq!(functions(tree.path(), &["--staged"]), ["outer"]);
}

#[test]
fn a_subfolder_is_analysed_alone_in_every_source() {
    let tree = Tree::repository(&[("a.rs", "fn top() {}\n"), ("sub/b.rs", "fn below() {}\n")]);
    for source in [&[][..], &["--staged"], &["--revision", "HEAD"]] {
        assert_eq!(functions(tree.path(), &[&["sub"][..], source].concat()), ["below"], "{source:?}");
        assert_eq!(functions(&tree.join("sub"), source), ["below"], "{source:?}");
    }
}

#[test]
fn the_analysed_tree_is_never_written_to() {
    let tree = Tree::repository(&[("src/lib.rs", CLEAN)]);
    let folder = Tree::folder(&[("src/lib.rs", CLEAN)]);
    for path in [tree.path(), folder.path()] {
        for call in crate::every_command::readers() {
            // Some need a repository, a manifest or a history; only the files that they write matter here.
            run(path, &call.all());
        }
        let mut names: Vec<_> = fs::read_dir(path)
            .expect("it is a folder")
            .map(|entry| entry.expect("it can be read").file_name())
            .collect();
        names.retain(|name| name != ".git");
        assert_eq!(names, ["src"]);
    }
    assert_eq!(tree.git(&["status", "--porcelain", "--ignored"]), "");
}

#[test]
fn the_configuration_is_the_one_of_the_analysed_tree() {
    let tree = Tree::repository(&[("src/lib.rs", &branching("tangled", 30))]);
    tree.write("batuta.toml", "[rules]\ncyclomatic-complexity.max = 30\ncognitive-complexity.max = 30\n");
    run(tree.path(), &["pmat", "quality-gate"]).exits(0);
    run(tree.path(), &["pmat", "quality-gate", "--staged"]).exits(1);
    run(tree.path(), &["pmat", "quality-gate", "--revision", "HEAD"]).exits(1);
    run(tree.path(), &["pmat", "quality-gate", "--revision", "HEAD", "--config", "batuta.toml"]).exits(0);
    tree.git(&["add", "--all"]);
    run(tree.path(), &["pmat", "quality-gate", "--staged"]).exits(0);
    tree.commit("Configure");
    run(&tree.join("src"), &["pmat", "quality-gate", "--revision", "HEAD"]).exits(0);
}

#[test]
fn context_can_be_pointed_at_files_and_changes() {
    let tree = Tree::repository(&[("a.rs", "pub fn alpha() {}\n"), ("b.rs", "pub fn beta() {}\n")]);
    tree.git(&["tag", "v1"]);
    tree.write("b.rs", "pub fn beta() {\n    gamma();\n}\n");
    let first = |words: &[&str]| {
        let report =
            run(tree.path(), &[&["pmat", "context", "--format", "json"][..], words].concat()).exits(0).json();
        report["map"][0]["path"].as_str().expect("the map names files").to_owned()
    };
    assert_eq!(first(&["--since", "v1"]), "b.rs");
    assert_eq!(first(&["--files", "b.rs"]), "b.rs");
    assert_eq!(first(&["--files", "./a.rs"]), "a.rs");
    run(tree.path(), &["pmat", "context", "--since", "nope"]).fails_with("nope");
    run(tree.path(), &["pmat", "context", "--max-tokens", "1"]).fails_with("--max-tokens");
}
