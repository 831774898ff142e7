//! Git's own files, and the files that its configuration names.

use super::{SECRET, assert_shows_nothing, limited, link, pipe, sparse, survives};
use crate::program::run;
use crate::repository::{CLEAN, Tree};
use std::fs;
use std::path::Path;

fn repository() -> Tree {
    let tree = Tree::repository(&[("a.rs", CLEAN), ("sub/b.rs", CLEAN)]);
    tree.write("new.rs", CLEAN);
    tree
}

#[test]
fn what_git_s_configuration_names_is_not_waited_for() {
    for key in ["core.excludesFile", "core.attributesFile", "mailmap.file", "include.path"] {
        let tree = repository();
        tree.git(&["config", key, &tree.join("elsewhere").display().to_string()]);
        survives(&tree);
        pipe(&tree.join("elsewhere"));
        survives(&tree);
        fs::remove_file(tree.join("elsewhere")).expect("it is there");
        link("/dev/zero", &tree.join("elsewhere"));
        survives(&tree);
        fs::remove_file(tree.join("elsewhere")).expect("it is there");
        sparse(&tree.join("elsewhere"));
        survives(&tree);
    }
}

#[test]
fn files_of_git_that_never_end_are_an_error() {
    for name in [
        "HEAD",
        "config",
        "index",
        "packed-refs",
        "shallow",
        "commondir",
        "info/exclude",
        "info/attributes",
        "objects/info/alternates",
        "refs/heads/main",
        "refs/tags/pipe",
    ] {
        let tree = repository();
        let path = tree.join(".git").join(name);
        let replace = |make: &dyn Fn(&Path)| {
            let _ = fs::remove_file(&path);
            fs::create_dir_all(path.parent().expect("it lies in .git")).expect("it can be made");
            make(&path);
        };
        replace(&|path| pipe(path));
        survives(&tree);
        replace(&|path| link("/dev/zero", path));
        survives(&tree);
    }
}

#[test]
fn an_object_that_is_a_pipe_is_an_error() {
    let tree = repository();
    let id = tree.git(&["rev-parse", "HEAD:a.rs"]);
    let path = tree.join(".git/objects").join(&id[..2]).join(&id[2..]);
    fs::remove_file(&path).expect("it is loose");
    pipe(&path);
    limited(tree.path(), 4_000_000, &["analyze", "--revision", "HEAD"]).fails_with("no regular file");
}

/// Nine files; each includes the next one a hundred times.
#[test]
fn configuration_files_that_include_without_end_are_an_error() {
    let tree = repository();
    for level in 0..9 {
        let next = tree.join(format!(".git/c{}", level + 1)).display().to_string();
        tree.write(format!(".git/c{level}"), format!("[include]\npath = {next}\n").repeat(100));
    }
    tree.write(".git/c9", "");
    tree.git(&["config", "include.path", &tree.join(".git/c0").display().to_string()]);
    run(tree.path(), &["analyze"]).fails_with("includes more than");
}

/// On the way up, every folder that looks like a repository is examined.
#[test]
fn a_nested_git_folder_with_a_pipe_for_its_head_is_passed_by() {
    let tree = repository();
    fs::create_dir_all(tree.join("sub/inner/.git/objects")).expect("it can be made");
    fs::create_dir_all(tree.join("sub/inner/.git/refs")).expect("it can be made");
    pipe(&tree.join("sub/inner/.git/HEAD"));
    survives(&tree);
    limited(&tree.join("sub/inner"), 4_000_000, &["analyze"]).fails_with("no regular file");
}

#[test]
fn an_error_about_a_configuration_quotes_nothing_of_the_file() {
    let tree = repository();
    tree.write("secret", format!("{SECRET}\n=\u{fffd}"));
    fs::remove_file(tree.join(".git/config")).expect("it is there");
    link("../secret", &tree.join(".git/config"));
    assert_shows_nothing(&run(tree.path(), &["analyze"]));
    fs::write(tree.join("secret"), b"SECRET \xff\xfe").expect("it can be written");
    assert_shows_nothing(&run(tree.path(), &["analyze"]));
}

/// Any file of a Git folder may be a link to any other file.
#[test]
fn no_command_shows_a_word_of_a_file_that_a_git_folder_links_to() {
    let files = ["HEAD", "packed-refs", "index", "shallow", "refs/heads/main", "refs/tags/v1", "logs/HEAD"];
    for name in files {
        let tree = repository();
        tree.write(".git/secret", format!("{SECRET}\nref: {SECRET}\n"));
        let file = tree.join(".git").join(name);
        let _ = fs::remove_file(&file);
        fs::create_dir_all(file.parent().expect("it lies in .git")).expect("it can be made");
        link(tree.join(".git/secret"), &file);
        survives(&tree);
    }
}

/// If a link leads to another repository's tree, that is not the tree of the judged repository.
#[test]
fn a_baseline_behind_a_link_to_another_repository_is_not_read() {
    let other = Tree::repository(&[("below/accepted.json", SECRET)]);
    let tree =
        Tree::repository(&[("a.rs", CLEAN), ("batuta.toml", "[gate]\nbaseline = \"below/accepted.json\"\n")]);
    link(other.join("below"), &tree.join("below"));
    for which in [&["--staged"][..], &["--revision", "HEAD"]] {
        let run = run(tree.path(), &[&["pmat", "quality-gate"], which].concat());
        let run = run.fails_with("there is no baseline below/accepted.json");
        assert_shows_nothing(&run);
    }
}

/// The mailmap for displayed names comes from the repository itself, or from its user's settings.
#[test]
fn a_mailmap_file_outside_counts_for_the_user_alone() {
    let tree = repository();
    let outside = tempfile::tempdir().expect("a temporary folder");
    let file = outside.path().join("secrets");
    fs::write(&file, format!("{SECRET} <x@example.org> <ada@example.org>\n")).expect("it can be written");
    tree.git(&["config", "mailmap.file", &file.display().to_string()]);
    let hotspots = ["pmat", "analyze", "hotspots", "--format", "json"];
    assert_shows_nothing(&run(tree.path(), &hotspots));
    tree.write("own", "Own Name <own@example.org> <ada@example.org>\n");
    tree.git(&["config", "mailmap.file", &tree.join("own").display().to_string()]);
    let shown = run(tree.path(), &hotspots).exits(0).stdout;
    assert!(shown.contains("Own Name"), "{shown}");
}

/// A megabyte of an object file that unpacks to more than a gigabyte.
#[test]
fn an_object_that_fills_the_memory_is_not_read() {
    let tree = repository();
    sparse(&tree.join("zeros"));
    let zeros = fs::File::options().write(true).open(tree.join("zeros")).expect("it is there");
    zeros.set_len((1 << 30) + 4096).expect("it can be cut");
    let id = tree.git(&["hash-object", "-w", "--no-filters", "zeros"]);
    fs::remove_file(tree.join("zeros")).expect("it is there");
    let attributes = id.as_str();
    let top = super::tree_object(
        &tree,
        &[
            ("100644", b".gitattributes", attributes),
            ("100644", b".mailmap", attributes),
            ("100644", b"a.rs", attributes),
            ("100644", b"batuta.toml", attributes),
        ],
    );
    super::commit_tree(&tree, &top);
    for words in [&["analyze", "--revision", "HEAD"][..], &["pmat", "quality-gate", "--revision", "HEAD"]] {
        limited(tree.path(), 1_500_000, words).exits(2);
    }
    survives(&tree);
}

/// A folder's `.git` may name any repository of the user, and a repository's configuration any folder.
#[cfg(unix)]
#[test]
fn a_repository_of_somebody_elses_folder_is_not_taken_for_the_folders_own() {
    let elsewhere = Tree::repository(&[("secret.rs", "fn only_there() {}\n")]);
    let git_folder = elsewhere.join(".git");
    let refused = |folder: &Path| {
        for words in [&["analyze"][..], &["history"], &["pmat", "hooks", "install"], &["cache", "info"]] {
            let run = run(folder, words);
            assert_ne!(run.code, Some(0), "{words:?}: {}", run.stdout);
            assert!(
                !run.stdout.contains("only_there") && !run.stdout.contains("secret.rs"),
                "{}",
                run.stdout
            );
        }
        assert!(!git_folder.join("batuta").exists() && !git_folder.join("hooks/pre-commit").exists());
    };
    let by_file = Tree::folder(&[("a.rs", CLEAN)]);
    by_file.write(".git", format!("gitdir: {}\n", git_folder.display()));
    refused(by_file.path());
    let by_link = Tree::folder(&[("a.rs", CLEAN)]);
    std::os::unix::fs::symlink(&git_folder, by_link.join(".git")).expect("a link can be made");
    refused(by_link.path());
    let by_shared_folder = Tree::repository(&[("a.rs", CLEAN)]);
    by_shared_folder.write(".git/commondir", git_folder.display().to_string());
    refused(by_shared_folder.path());
    let around = Tree::folder(&[("batuta.toml", "")]);
    let inner = around.join("inner");
    fs::create_dir(&inner).expect("a folder");
    crate::repository::git(&inner, &["init", "--quiet"]);
    crate::repository::git(&inner, &["config", "core.worktree", around.path().to_str().expect("UTF-8")]);
    let run = run(&inner, &["pmat", "quality-gate", "--baseline", "write"]);
    assert!(run.code != Some(0) && run.stderr.contains("core.worktree"), "{}", run.stderr);
    assert!(!around.join("batuta-baseline.json").exists());
}

/// Linked work trees and submodules lead elsewhere, too: both sides name each other.
#[test]
fn linked_work_trees_and_submodules_are_their_own() {
    let tree = Tree::repository(&[("a.rs", CLEAN)]);
    let place = Tree::folder(&[]);
    let linked = place.join("linked");
    tree.git(&["worktree", "add", "--quiet", linked.to_str().expect("UTF-8"), "HEAD"]);
    run(&linked, &["analyze"]).exits(0);
    let inner = Tree::repository(&[("b.rs", CLEAN)]);
    let from = inner.path().to_str().expect("UTF-8");
    tree.git(&["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", from, "inner"]);
    run(&tree.join("inner"), &["analyze"]).exits(0);
}
