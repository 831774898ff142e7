//! The hook `commit-msg`.

use super::{GOOD, attempt, printed};
use crate::program::run;
use crate::repository::Tree;

fn tree() -> Tree {
    let tree = Tree::repository(&[
        ("src/lib.rs", GOOD),
        ("batuta.toml", "[hooks]\ncommit-msg = \"conventional\"\n"),
    ]);
    run(tree.path(), &["pmat", "hooks", "install", "--hook", "commit-msg"]).exits(0);
    tree
}

#[test]
fn a_message_is_judged_when_the_configuration_says_so() {
    let tree = tree();
    let commit = |message: &str| attempt(tree.path(), &["commit", "--allow-empty", "--message", message]);
    let refused = commit("Added stuff\nwithout an empty line");
    let told = printed(&refused);
    assert_eq!(refused.code, Some(1), "{told}");
    for part in [
        ".git/COMMIT_EDITMSG:1:6: a colon belongs after \"Added\", not ' '",
        "    | Added stuff",
        ".git/COMMIT_EDITMSG:2:1: the body begins right below the header",
        "git commit --edit --file=.git/COMMIT_EDITMSG",
        "git commit --no-verify",
    ] {
        assert!(told.contains(part), "{part:?} is not in:\n{told}");
    }
    for message in
        ["feat(core)!: add x", "fixup! feat: add x", "Revert \"feat: add x\"\n\nThis reverts commit 1."]
    {
        assert_eq!(commit(message).code, Some(0), "{message}");
    }
    tree.write("batuta.toml", "");
    tree.git(&["add", "batuta.toml"]);
    assert_eq!(commit("Added stuff").code, Some(0), "off by default");
    let off =
        "it lets everything pass: commit-msg is \"off\"; write commit-msg = \"conventional\" under [hooks]";
    let install = printed(&run(tree.path(), &["pmat", "hooks", "install", "--all"]).exits(0));
    assert!(install.contains(off) && install.matches("lets everything pass").count() == 1, "{install}");
    let status = printed(&run(tree.path(), &["pmat", "hooks", "status"]).exits(0));
    assert!(status.matches("lets everything pass").count() == 1, "{status}");
}

#[test]
fn gits_own_remarks_do_not_count_whatever_character_they_begin_with() {
    let tree = tree();
    for (mark, scissors) in [("#", "# "), (";", "; "), ("auto", "# ")] {
        tree.git(&["config", "core.commentChar", mark]);
        let text = format!(
            "fix: x\n{0}what git writes\n{0}------------------------ >8 ------------------------\ndiff\n",
            scissors
        );
        tree.write(".git/MESSAGE", text);
        run(tree.path(), &["pmat", "hooks", "run", "commit-msg", ".git/MESSAGE"]).exits(0);
    }
    tree.write(".git/MESSAGE", "fix x\n");
    let answer =
        run(tree.path(), &["pmat", "hooks", "run", "commit-msg", ".git/MESSAGE", "--format", "json"]);
    let answer = answer.exits(1).json();
    assert_eq!(
        (answer["verdict"].as_str(), answer["breaches"][0]["column"].as_u64()),
        (Some("fail"), Some(4))
    );
    run(tree.path(), &["pmat", "hooks", "run", "commit-msg", "no-such-file"])
        .fails_with("cannot read the commit message");
    run(tree.path(), &["pmat", "hooks", "run", "commit-msg"]).fails_with("are missing");
}

#[test]
fn a_merge_gets_its_message_from_git() {
    let tree = tree();
    tree.git(&["checkout", "--quiet", "-b", "topic"]);
    tree.git(&["commit", "--quiet", "--allow-empty", "--message", "feat: on topic"]);
    tree.git(&["checkout", "--quiet", "main"]);
    tree.git(&["commit", "--quiet", "--allow-empty", "--message", "feat: on main"]);
    assert_eq!(attempt(tree.path(), &["merge", "--no-edit", "topic"]).code, Some(0));
}
