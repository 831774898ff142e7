//! No reference of a server may point at a commit that was not judged and accepted, however its objects arrived.

use super::pushes::Pair;
use super::{BAD, GOOD};
use crate::repository::git;

/// A server whose branch `main` has in its history a bad commit with the tag `bad` (only in the clone) and its repair.
fn with_bad_history() -> Pair {
    let pair = Pair::new("pre-receive");
    pair.commit("src/bad.rs", BAD);
    pair.clone.git(&["tag", "bad"]);
    pair.commit("src/bad.rs", &GOOD.replace("good", "repaired"));
    let (passed, told) = pair.push(&["main"]);
    assert!(passed, "the tip is good: {told}");
    pair
}

fn is_refused(pair: &Pair, words: &[&str]) {
    let (passed, told) = pair.push(words);
    assert!(!passed && told.contains("[nesting-depth]"), "{words:?}: {told}");
}

#[test]
fn a_bad_commit_that_came_along_gets_no_reference_of_its_own() {
    let pair = with_bad_history();
    is_refused(&pair, &["bad:refs/heads/evil"]);
    is_refused(&pair, &["bad:refs/tags/evil"]);
    is_refused(&pair, &["bad:refs/notes/evil"]);
    is_refused(&pair, &["bad:refs/pull/1/head"]);
    is_refused(&pair, &["--force", "bad:refs/heads/main"]);
    is_refused(&pair, &["main:refs/heads/fine", "bad:refs/heads/evil"]);
    assert_eq!(pair.tip("fine"), "", "all or none");
    pair.clone.git(&["tag", "--annotate", "--message", "x", "outer", "bad"]);
    is_refused(&pair, &["outer"]);
    pair.clone.git(&["tag", "--annotate", "--message", "x", "outermost", "outer"]);
    is_refused(&pair, &["outermost"]);
}

#[test]
fn what_follows_a_bad_commit_that_came_along_is_not_compared_with_it() {
    let pair = with_bad_history();
    pair.clone.git(&["checkout", "--quiet", "-b", "evil", "bad"]);
    pair.commit("src/more.rs", &GOOD.replace("good", "more"));
    is_refused(&pair, &["evil"]);
    // A merge that restores the bad side.
    pair.clone.git(&["checkout", "--quiet", "-b", "merged", "main"]);
    pair.clone.git(&["merge", "--quiet", "--strategy=ours", "--no-edit", "evil"]);
    pair.clone.git(&["checkout", "--quiet", "evil", "--", "src/bad.rs"]);
    pair.clone.git(&["commit", "--quiet", "--amend", "--no-edit"]);
    is_refused(&pair, &["merged"]);
}

#[test]
fn without_the_cache_everything_is_judged_again() {
    let pair = with_bad_history();
    let _ = std::fs::remove_dir_all(pair.server().join("batuta"));
    is_refused(&pair, &["bad:refs/heads/evil"]);
    let (passed, told) = pair.push(&["main:refs/heads/second"]);
    assert!(passed, "{told}");
    pair.clone.git(&["checkout", "--quiet", "-b", "topic"]);
    pair.commit("src/topic.rs", &GOOD.replace("good", "topic"));
    let (passed, told) = pair.push(&["topic"]);
    assert!(passed && told.contains("1 touched file (topic, revision "), "{told}");
}

#[test]
fn the_hook_update_refuses_a_second_reference_too() {
    let pair = Pair::new("update");
    pair.commit("src/bad.rs", BAD);
    pair.clone.git(&["tag", "bad"]);
    pair.commit("src/bad.rs", &GOOD.replace("good", "repaired"));
    let (passed, told) = pair.push(&["main"]);
    assert!(passed, "{told}");
    is_refused(&pair, &["bad:refs/heads/evil"]);
}

#[test]
fn what_was_judged_and_passed_is_not_judged_again() {
    let pair = Pair::new("pre-receive");
    pair.clone.git(&["checkout", "--quiet", "-b", "topic"]);
    pair.commit("src/topic.rs", &GOOD.replace("good", "topic"));
    assert!(pair.push(&["topic"]).0);
    assert!(pair.push(&["--delete", "topic"]).0);
    let (passed, told) = pair.push(&["topic"]);
    assert!(passed && told.contains("topic not judged, it was judged and passed before"), "{told}");
    // It was not judged under the other configuration.
    let file = pair.server().join("operator.toml");
    std::fs::write(&file, "[gate]\nfail-on = \"warning\"\n").expect("it can be written");
    git(&pair.server(), &["config", "batuta.configuration", file.to_str().expect("UTF-8")]);
    assert!(pair.push(&["--delete", "topic"]).0);
    let (_, told) = pair.push(&["topic"]);
    assert!(told.contains("1 touched file (topic, revision "), "{told}");
}

#[test]
fn the_history_from_before_the_hook_is_what_new_commits_are_compared_with() {
    let pair = Pair::new("pre-receive");
    crate::program::run(&pair.server(), &["pmat", "hooks", "uninstall"]).exits(0);
    pair.commit("src/bad.rs", BAD);
    pair.clone.git(&["tag", "legacy"]);
    pair.commit("src/more.rs", &GOOD.replace("good", "more"));
    assert!(pair.push(&["main"]).0, "no hook");
    crate::program::run(&pair.server(), &["pmat", "hooks", "install"]).exits(0);
    pair.clone.git(&["checkout", "--quiet", "-b", "topic", "legacy"]);
    pair.commit("src/topic.rs", &GOOD.replace("good", "topic"));
    let (passed, told) = pair.push(&["topic"]);
    assert!(passed && told.contains("1 touched file (topic, revision "), "{told}");
    // The old commit itself was never judged.
    is_refused(&pair, &["legacy:refs/heads/old"]);
}

#[test]
fn a_replacement_changes_nothing_of_what_is_judged() {
    let pair = Pair::new("pre-receive");
    pair.commit("src/bad.rs", BAD);
    let bad = pair.clone.git(&["rev-parse", "HEAD"]);
    pair.clone.git(&["branch", "evil"]);
    pair.clone.git(&["reset", "--quiet", "--hard", "HEAD~1"]);
    pair.commit("src/fine.rs", &GOOD.replace("good", "fine"));
    let (passed, told) = pair.push(&[&format!("main:refs/replace/{bad}")]);
    assert!(passed, "{told}");
    is_refused(&pair, &["evil"]);
}

#[test]
fn a_pusher_does_not_choose_by_what_a_push_is_judged() {
    let pair = Pair::new("pre-receive");
    for text in [
        "[rules.nesting-depth]\nlevel = \"off\"\n",
        "[hooks]\npre-receive = \"off\"\n",
        "[exclude]\npaths = [\"**\"]\n",
    ] {
        pair.clone.git(&["checkout", "--quiet", "-B", "evil", "main"]);
        pair.clone.write("batuta.toml", text);
        pair.commit("src/bad.rs", BAD);
        is_refused(&pair, &["evil"]);
        is_refused(&pair, &["evil:main"]);
    }
    // It counts once the default branch has it.
    pair.clone.git(&["checkout", "--quiet", "main"]);
    pair.commit("batuta.toml", "[rules.nesting-depth]\nlevel = \"off\"\n");
    assert!(pair.push(&["main"]).0);
    let (passed, told) = pair.push(&["evil"]);
    assert!(passed, "{told}");
    // The operator's file overrides every branch.
    let file = pair.server().join("operator.toml");
    std::fs::write(&file, "").expect("it can be written");
    git(&pair.server(), &["config", "batuta.configuration", file.to_str().expect("UTF-8")]);
    pair.clone.git(&["checkout", "--quiet", "-b", "worse", "main"]);
    pair.commit("src/worse.rs", BAD);
    is_refused(&pair, &["worse"]);
    git(&pair.server(), &["config", "batuta.configuration", "somewhere"]);
    let (passed, told) = pair.push(&["worse"]);
    assert!(!passed && told.contains("batuta.configuration is \"somewhere\""), "{told}");
}
