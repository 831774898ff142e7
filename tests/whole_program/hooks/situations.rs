//! The hook `pre-commit` in unfinished operations and in unusual repositories.

use super::{BAD, GOOD, attempt, commit, hooked, printed};
use crate::program::run;
use crate::repository::{Tree, git};

/// A repository with the hook, whose branches `main` and `topic` changed the same line; `topic` also added bad code.
fn forked() -> Tree {
    let tree = hooked("pre-commit");
    tree.git(&["checkout", "--quiet", "-b", "topic"]);
    tree.write("src/lib.rs", GOOD.replace("x * 2", "2 * x"));
    tree.write("src/theirs.rs", BAD);
    tree.git(&["add", "src"]);
    tree.git(&["commit", "--quiet", "--no-verify", "--message", "Topic"]);
    tree.git(&["checkout", "--quiet", "main"]);
    tree.write("src/lib.rs", GOOD.replace("x * 2", "x + x"));
    tree.git(&["commit", "--quiet", "--all", "--message", "Main"]);
    tree
}

#[test]
fn the_first_commit_of_a_repository_is_judged() {
    let tree = Tree::unborn(&[("src/lib.rs", GOOD), ("src/bad.rs", BAD)]);
    run(tree.path(), &["pmat", "hooks", "install"]).exits(0);
    tree.git(&["add", "src/lib.rs"]);
    assert_eq!(commit(&tree, &[]).code, Some(0));
    tree.git(&["update-ref", "-d", "HEAD"]);
    tree.git(&["add", "src/bad.rs"]);
    assert!(printed(&commit(&tree, &[])).contains("src/bad.rs:2:1: error"));
    tree.git(&["rm", "--quiet", "--cached", "-r", "."]);
    let told = commit(&tree, &["--allow-empty"]);
    assert_eq!(told.code, Some(0), "nothing at all is staged: {told:?}");
}

#[test]
fn a_merge_is_judged_by_what_it_adds_itself() {
    let tree = forked();
    assert_eq!(attempt(tree.path(), &["merge", "topic"]).code, Some(1), "a conflict");
    let told = printed(&run(tree.path(), &["pmat", "hooks", "run", "pre-commit"]));
    assert!(told.contains("not measured: src/lib.rs: unmerged in the index"), "{told}");
    tree.write("src/lib.rs", GOOD.replace("x * 2", "x << 1"));
    tree.git(&["add", "src/lib.rs"]);
    let told = commit(&tree, &[]);
    assert_eq!(told.code, Some(0), "src/theirs.rs is as the other branch has it: {told:?}");
    assert!(printed(&told).contains("1 touched file"), "{told:?}");

    let tree = forked();
    assert_eq!(attempt(tree.path(), &["merge", "topic"]).code, Some(1), "a conflict");
    tree.write("src/lib.rs", BAD);
    tree.git(&["add", "src/lib.rs"]);
    assert!(printed(&commit(&tree, &[])).contains("src/lib.rs:2:1: error"), "resolved badly");
}

#[test]
fn a_cherry_pick_and_a_rebase_go_on_and_stop_at_bad_code() {
    let tree = forked();
    assert_eq!(attempt(tree.path(), &["cherry-pick", "topic"]).code, Some(1), "a conflict");
    tree.write("src/lib.rs", GOOD);
    tree.git(&["add", "src/lib.rs"]);
    let told = commit(&tree, &[]);
    assert!(told.code == Some(1) && printed(&told).contains("src/theirs.rs:2:1: error"), "{told:?}");
    tree.write("src/theirs.rs", GOOD.replace("good", "theirs"));
    tree.git(&["add", "src"]);
    assert_eq!(commit(&tree, &[]).code, Some(0));

    let tree = forked();
    tree.git(&["checkout", "--quiet", "topic"]);
    assert_eq!(attempt(tree.path(), &["rebase", "main"]).code, Some(1), "a conflict");
    tree.write("src/lib.rs", BAD);
    tree.write("src/theirs.rs", GOOD.replace("good", "theirs"));
    tree.git(&["add", "src"]);
    let told = commit(&tree, &[]);
    assert!(told.code == Some(1) && printed(&told).contains("src/lib.rs:2:1: error"), "{told:?}");
    tree.write("src/lib.rs", GOOD);
    tree.git(&["add", "src"]);
    assert_eq!(commit(&tree, &[]).code, Some(0));
    assert_eq!(attempt(tree.path(), &["rebase", "--continue"]).code, Some(0));
    assert_eq!(tree.git(&["status", "--porcelain"]), "");
}

#[test]
fn a_detached_head_is_like_a_branch() {
    let tree = hooked("pre-commit");
    tree.git(&["checkout", "--quiet", "--detach"]);
    tree.write("src/lib.rs", BAD);
    assert!(printed(&commit(&tree, &["--all"])).contains("src/lib.rs:2:1: error"));
    tree.write("src/lib.rs", GOOD.replace("x * 2", "x + x"));
    assert_eq!(commit(&tree, &["--all"]).code, Some(0));
}

#[test]
fn a_linked_work_tree_has_the_hook_and_its_own_index() {
    let tree = hooked("pre-commit");
    let place = tempfile::tempdir().expect("a temporary folder can be made");
    let linked = place.path().join("linked");
    tree.git(&["worktree", "add", "--quiet", "-b", "topic", linked.to_str().expect("UTF-8")]);
    tree.write("src/lib.rs", BAD);
    tree.git(&["add", "src"]);
    let commit_there = || attempt(&linked, &["commit", "--all", "--message", "x"]);
    std::fs::write(linked.join("src/lib.rs"), GOOD.replace("x * 2", "x + x")).expect("it can be written");
    assert_eq!(commit_there().code, Some(0), "the index of the other work tree is not looked at");
    std::fs::write(linked.join("src/lib.rs"), BAD).expect("it can be written");
    assert!(printed(&commit_there()).contains("src/lib.rs:2:1: error"));
    for words in [&["pmat", "hooks", "status"][..], &["pmat", "hooks", "install"]] {
        let told = printed(&run(&linked, words));
        assert!(told.contains(".git/hooks") && !told.contains(".."), "{told}");
    }
}

#[test]
fn a_submodule_has_hooks_of_its_own_and_its_host_does_not_look_inside() {
    let inner = Tree::repository(&[("src/lib.rs", GOOD)]);
    let host = hooked("pre-commit");
    host.git(&["submodule", "--quiet", "add", inner.path().to_str().expect("UTF-8"), "inner"]);
    assert_eq!(commit(&host, &[]).code, Some(0));
    let sub = host.join("inner");
    std::fs::write(sub.join("src/lib.rs"), BAD).expect("it can be written");
    let commit_there =
        |words: &[&str]| attempt(&sub, &[&["commit", "--all", "--message", "x"], words].concat());
    run(&sub, &["pmat", "hooks", "install"]).exits(0);
    assert!(printed(&commit_there(&[])).contains("src/lib.rs:2:1: error"));
    assert_eq!(commit_there(&["--no-verify"]).code, Some(0));
    assert_eq!(commit(&host, &["--all"]).code, Some(0), "the host records a commit, no code");
}

#[test]
fn a_git_folder_named_on_the_command_line_is_the_one_that_is_judged() {
    let home = Tree::folder(&[(".profile.py", "x = 1\n"), ("bad.rs", BAD)]);
    git(home.path(), &["init", "--quiet", "--bare", "dotfiles"]);
    let dotfiles = ["--git-dir=dotfiles", "--work-tree=."];
    let in_home = |words: &[&str]| attempt(home.path(), &[&dotfiles[..], words].concat());
    run(&home.join("dotfiles"), &["pmat", "hooks", "install", "--hook", "pre-commit"]).exits(0);
    in_home(&["add", ".profile.py"]).exits(0);
    in_home(&["commit", "--message", "x"]).exits(0);
    in_home(&["add", "bad.rs"]).exits(0);
    let told = in_home(&["commit", "--message", "x"]);
    assert!(printed(&told).contains("bad.rs:2:1: error"), "{told:?}");
}
