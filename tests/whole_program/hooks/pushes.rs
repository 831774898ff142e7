//! The hooks `pre-push`, `pre-receive` and `update`.

use super::{BAD, GOOD, attempt, hooked, printed, run_with_input};
use crate::program::run;
use crate::repository::{Tree, git};
use std::path::PathBuf;

/// A server with hooks, and a clone of it with one good commit pushed.
pub struct Pair {
    place: Tree,
    /// The clone.
    pub clone: Tree,
}

impl Pair {
    /// With the named hook.
    pub fn new(hooks: &str) -> Pair {
        let place = Tree::folder(&[]);
        git(place.path(), &["init", "--quiet", "--bare", "--initial-branch=main", "server.git"]);
        let clone = Tree::repository(&[("src/lib.rs", GOOD)]);
        let pair = Pair { place, clone };
        pair.clone.git(&["remote", "add", "origin", pair.server().to_str().expect("UTF-8")]);
        pair.clone.git(&["push", "--quiet", "origin", "main"]);
        run(&pair.server(), &["pmat", "hooks", "install", "--hook", hooks]).exits(0);
        pair
    }

    /// The server's folder.
    pub fn server(&self) -> PathBuf {
        self.place.join("server.git")
    }

    /// Commits a file; no hook judges it here.
    pub fn commit(&self, path: &str, text: &str) {
        self.clone.write(path, text);
        self.clone.commit(&format!("Write {path}"));
    }

    /// The server's output for a push.
    pub fn push(&self, words: &[&str]) -> (bool, String) {
        let run = attempt(self.clone.path(), &[&["push", "origin"], words].concat());
        (run.code == Some(0), printed(&run))
    }

    /// The target of a reference on the server.
    pub fn tip(&self, reference: &str) -> String {
        attempt(&self.server(), &["rev-parse", "--verify", "--quiet", reference]).stdout
    }
}

/// HEAD may name a branch that is never pushed: then no pusher chooses the rules.
#[test]
fn rules_are_not_the_pushers_while_head_names_no_branch() {
    let pair = Pair::new("pre-receive");
    let off = "[rules.nesting-depth]\nlevel = \"off\"\n";
    git(&pair.server(), &["symbolic-ref", "HEAD", "refs/heads/trunk"]);
    pair.clone.git(&["checkout", "--quiet", "-b", "side"]);
    pair.clone.write("batuta.toml", off);
    pair.commit("src/bad.rs", BAD);
    let (passed, told) = pair.push(&["side"]);
    assert!(!passed && told.contains("[nesting-depth]"), "main's rules judge: {told}");
    git(&pair.server(), &["branch", "--move", "main", "other"]);
    let (passed, told) = pair.push(&["side"]);
    assert!(!passed && told.contains("symbolic-ref"), "nobody's rules judge: {told}");
    let (passed, told) = pair.push(&["side:trunk"]);
    assert!(passed, "the branch that HEAD names is made by its own rules: {told}");
}

#[test]
fn a_bare_server_refuses_a_push_by_the_objects_in_quarantine() {
    let pair = Pair::new("pre-receive");
    pair.commit("src/more.rs", &GOOD.replace("good", "more"));
    let (passed, told) = pair.push(&["main"]);
    assert!(passed && told.contains("passed, no findings in 1 touched file (main, revision "), "{told}");
    let before = pair.tip("main");
    pair.commit("src/bad.rs", BAD);
    let (passed, told) = pair.push(&["main"]);
    assert!(
        !passed && told.contains("remote: src/bad.rs:2:1: error: ") && told.contains("[nesting-depth]"),
        "{told}"
    );
    assert!(
        told.contains("help: ") && !told.contains("--no-verify"),
        "a server cannot be told to look away:\n{told}"
    );
    assert_eq!(pair.tip("main"), before, "nothing was taken");
    let bad = pair.clone.git(&["rev-parse", "HEAD"]);
    assert_ne!(attempt(&pair.server(), &["cat-file", "-e", &bad]).code, Some(0), "the objects are gone");
    // Another commit repaired it, so the tip is good.
    pair.commit("src/bad.rs", &GOOD.replace("good", "repaired"));
    let (passed, told) = pair.push(&["main"]);
    assert!(passed, "{told}");
    assert!(!pair.server().join("src").exists(), "nothing was checked out");
    let leftover = std::fs::read_dir(pair.server().join("objects")).expect("it is there");
    let names: Vec<_> = leftover.map(|entry| entry.expect("listed").file_name()).collect();
    assert!(!pair.server().join("objects/info/alternates").exists(), "{names:?}");
}

#[test]
fn every_kind_of_push_to_a_server_is_understood() {
    let pair = Pair::new("pre-receive");
    let push = |words: &[&str]| pair.push(words);
    // A new branch counts from the commit where it leaves the server's history.
    pair.clone.git(&["checkout", "--quiet", "-b", "topic"]);
    pair.commit("src/topic.rs", &GOOD.replace("good", "topic"));
    let (passed, told) = push(&["topic"]);
    assert!(passed && told.contains("1 touched file (topic, revision "), "{told}");
    // The same commit under another name adds nothing.
    let (passed, told) = push(&["topic:refs/heads/again"]);
    assert!(passed && told.contains("again not judged, its commits are there already"), "{told}");
    // Several references at once: all or none.
    pair.clone.git(&["tag", "v1"]);
    pair.commit("src/bad.rs", BAD);
    pair.clone.git(&["branch", "worse"]);
    let (passed, told) = push(&["v1", "topic", "worse"]);
    assert!(
        !passed && told.contains("(topic, worse, revision ") && told.contains("tags/v1 not judged"),
        "{told}"
    );
    assert_eq!(pair.tip("worse"), "");
    // An annotated tag is judged by its commit; a tag of a tree is not a commit.
    pair.clone.git(&["tag", "--annotate", "--message", "x", "v2"]);
    let (passed, told) = push(&["v2"]);
    assert!(
        !passed && told.contains("src/bad.rs:2:1: error") && told.contains("(tags/v2, revision "),
        "{told}"
    );
    pair.clone.git(&["tag", "tree", "HEAD~1^{tree}"]);
    let (passed, told) = push(&["refs/tags/tree"]);
    assert!(passed && told.contains("tags/tree not judged, it is no commit"), "{told}");
    // A forced push of a different history.
    pair.clone.git(&["reset", "--quiet", "--hard", "main"]);
    pair.commit("src/other.rs", &GOOD.replace("good", "other"));
    let (passed, told) = push(&["--force", "topic"]);
    assert!(passed && told.contains("1 touched file (topic, revision "), "{told}");
    // Deletion is always allowed.
    let (passed, told) = push(&["--delete", "topic"]);
    assert!(passed && told.contains("topic not judged, it is deleted"), "{told}");
}

#[test]
fn the_configuration_of_the_pushed_commit_counts_where_the_operator_says_so() {
    let pair = Pair::new("pre-receive");
    git(&pair.server(), &["config", "batuta.configuration", "pushed"]);
    pair.commit("batuta.toml", "[rules.nesting-depth]\nlevel = \"off\"\n");
    pair.commit("src/bad.rs", BAD);
    let (passed, told) = pair.push(&["main"]);
    assert!(passed, "{told}");
    pair.commit("batuta.toml", "[hooks]\npre-receive = \"all\"\n");
    let (passed, told) = pair.push(&["main"]);
    assert!(!passed && told.contains("src/bad.rs:2:1: error"), "{told}");
    pair.commit("batuta.toml", "[hooks]\npre-receive = \"of\"\n");
    let (passed, told) = pair.push(&["main"]);
    assert!(!passed && told.contains("did you mean \"off\"?"), "{told}");
    pair.commit("batuta.toml", "[hooks]\npre-receive = \"off\"\n");
    let (passed, told) = pair.push(&["main"]);
    assert!(passed && told.contains("main not judged, hooks.pre-receive is \"off\""), "{told}");
}

#[test]
fn the_hook_update_judges_each_reference_by_itself() {
    let pair = Pair::new("update");
    pair.clone.git(&["checkout", "--quiet", "-b", "topic"]);
    pair.commit("src/topic.rs", &GOOD.replace("good", "topic"));
    pair.clone.git(&["checkout", "--quiet", "main"]);
    pair.commit("src/bad.rs", BAD);
    let (passed, told) = pair.push(&["main", "topic"]);
    assert!(!passed && told.contains("src/bad.rs:2:1: error"), "{told}");
    assert_eq!(pair.tip("topic").trim_end(), pair.clone.git(&["rev-parse", "topic"]), "this one was taken");
    assert_ne!(pair.tip("main").trim_end(), pair.clone.git(&["rev-parse", "main"]), "that one was not");
}

#[test]
fn the_hook_of_the_user_and_ours_both_hear_what_is_pushed() {
    let pair = Pair::new("pre-receive");
    run(&pair.server(), &["pmat", "hooks", "uninstall"]).exits(0);
    let own = pair.server().join("hooks/pre-receive");
    std::fs::write(&own, "#!/bin/sh\nwhile read old new ref; do echo heard $ref; done\n")
        .expect("it can be written");
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(&own, mode).expect("it is ours");
    run(&pair.server(), &["pmat", "hooks", "install"]).exits(0);
    pair.commit("src/bad.rs", BAD);
    let (passed, told) = pair.push(&["main", "main:topic"]);
    assert!(
        !passed && told.contains("heard refs/heads/main") && told.contains("heard refs/heads/topic"),
        "{told}"
    );
    assert!(told.contains("(main, topic, revision "), "{told}");
}

#[test]
fn a_push_is_judged_where_it_begins() {
    let pair = Pair::new("pre-receive");
    run(&pair.server(), &["pmat", "hooks", "uninstall"]).exits(0);
    run(pair.clone.path(), &["pmat", "hooks", "install", "--hook", "pre-push"]).exits(0);
    pair.clone.git(&["fetch", "--quiet", "origin"]);
    pair.commit("src/bad.rs", BAD);
    pair.commit("src/fine.rs", &GOOD.replace("good", "fine"));
    // Files that only lie around are not pushed.
    pair.clone.write("src/bad.rs", GOOD);
    let (passed, told) = pair.push(&["main"]);
    assert!(
        !passed && told.contains("src/bad.rs:2:1: error") && told.contains("git push --no-verify"),
        "{told}"
    );
    assert!(told.contains("in 2 touched files (main, revision "), "{told}");
    let (passed, told) = pair.push(&["main~2:refs/heads/old"]);
    assert!(passed && told.contains("old not judged, its commits are there already"), "{told}");
    let (passed, told) = pair.push(&["--no-verify", "main"]);
    assert!(passed, "{told}");
    pair.clone.git(&["checkout", "--quiet", "--", "."]);
    pair.commit("src/later.rs", &GOOD.replace("good", "later"));
    pair.clone.git(&["branch", "topic"]);
    let (passed, told) = pair.push(&["topic"]);
    assert!(passed && told.contains("1 touched file (topic, revision "), "a new branch: {told}");
    let (passed, told) = pair.push(&["--delete", "topic"]);
    assert!(passed, "{told}");
    let (passed, told) = pair.push(&["--tags"]);
    assert!(passed, "nothing to push: {told}");
}

#[test]
fn a_remote_that_is_not_known_yet_gets_everything_judged() {
    let tree = hooked("pre-push");
    tree.write("src/bad.rs", BAD);
    tree.commit("Bad");
    let place = Tree::folder(&[]);
    git(place.path(), &["init", "--quiet", "--bare", "server.git"]);
    let server = place.join("server.git");
    let told = printed(&attempt(tree.path(), &["push", server.to_str().expect("UTF-8"), "main"]));
    assert!(told.contains("2 touched files (main, revision "), "{told}");
    assert!(told.contains("all that is pushed counts as new: `git remote add NAME ADDRESS`"), "{told}");
    tree.git(&["remote", "add", "named", server.to_str().expect("UTF-8")]);
    let told = printed(&attempt(tree.path(), &["push", "named", "main"]));
    assert!(
        told.contains("all that is pushed counts as new: where named has a history, `git fetch named`"),
        "{told}"
    );
    std::os::unix::fs::symlink(&server, tree.join(".git/beside.git")).expect("a link can be made");
    let told = printed(&attempt(tree.path(), &["push", "./.git/../.git/beside.git", "main"]));
    assert!(told.contains("2 touched files (main, revision "), "an address with dots in it: {told}");
}

/// The pre-commit framework reads standard input and passes it on in the environment; see its `hook_impl.py`.
#[test]
fn what_the_pre_commit_framework_says_is_understood() {
    let tree = Tree::repository(&[("src/lib.rs", GOOD)]);
    tree.write("src/bad.rs", BAD);
    tree.commit("Bad");
    let run = |variables: &[(&str, &str)]| {
        let mut hook = crate::program::command(tree.path(), &["pmat", "hooks", "run", "pre-push"]);
        hook.envs(variables.iter().copied()).env("PRE_COMMIT_REMOTE_BRANCH", "refs/heads/main");
        crate::program::finish(hook)
    };
    let (from, to) = (tree.git(&["rev-parse", "HEAD~1"]), tree.git(&["rev-parse", "HEAD"]));
    let told = run(&[("PRE_COMMIT_FROM_REF", &from), ("PRE_COMMIT_TO_REF", &to)]).exits(1).stdout;
    assert!(told.contains("in 1 touched file (main, revision "), "{told}");
    let told = run(&[("PRE_COMMIT_LOCAL_BRANCH", "refs/heads/main")]).exits(1).stdout;
    assert!(told.contains("in 2 touched files (main, revision "), "{told}");
}

#[test]
fn hostile_words_and_lines_are_errors() {
    let tree = hooked("pre-push");
    let zero = "0".repeat(40);
    let cases = [
        ("pre-receive", "nonsense\n", "line 1 of standard input is not"),
        ("pre-push", "a b\n", "line 1 of standard input is not"),
        ("pre-receive", "\u{1b}[31m\n", "line 1 of standard input is not"),
    ];
    for (hook, input, told) in cases {
        run_with_input(tree.path(), &["pmat", "hooks", "run", hook], input).fails_with(told);
    }
    run(tree.path(), &["pmat", "hooks", "run", "update", "refs/heads/x"]).fails_with("are missing");
    let missing = format!("{zero} {} refs/heads/x\n", "1".repeat(40));
    run_with_input(tree.path(), &["pmat", "hooks", "run", "pre-receive"], &missing)
        .fails_with("cannot judge x");
}
