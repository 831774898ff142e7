//! Trees and Git folders that strangers made, or that change while they are read.

use super::fixture::Repo;
use facts::history::HistoryOptions;
use facts::source::{ExcludeRules, GitContext, SkipReason, SourceTree, Which, WorkTree};
use std::fs;
use std::os::unix::fs::symlink;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

#[expect(clippy::disallowed_methods, reason = "tests make named pipes and give files away")]
fn pipe(path: &std::path::Path) {
    assert!(Command::new("mkfifo").arg(path).status().expect("mkfifo runs").success());
}

/// Between listing and reading anything may change: nothing is followed, waited for, or read without an end.
#[test]
fn what_a_listed_file_became_is_not_followed() {
    let outside = Repo::plain_folder();
    outside.write("secret.rs", "secret").write("folder/a.rs", "secret");
    let repo = Repo::new();
    repo.write("link.rs", "own").write("folder/a.rs", "own").write("huge.rs", "own").write("pipe.rs", "own");
    let tree = WorkTree::open(repo.path(), &ExcludeRules::none()).expect("a work tree");
    let entries = tree.listing().expect("a listing").entries;
    assert_eq!(entries.len(), 4);
    for name in ["link.rs", "huge.rs", "pipe.rs"] {
        fs::remove_file(repo.join(name)).expect("it is there");
    }
    fs::remove_dir_all(repo.join("folder")).expect("it is there");
    symlink(outside.join("secret.rs"), repo.join("link.rs")).expect("a link");
    symlink(outside.join("folder"), repo.join("folder")).expect("a link");
    pipe(&repo.join("pipe.rs"));
    fs::File::create(repo.join("huge.rs")).and_then(|file| file.set_len(5 << 30)).expect("a hole");
    for entry in &entries {
        let error = tree.read(entry).expect_err("it is another file now").to_string();
        assert!(error.contains("no longer a file") || error.contains("larger than"), "{error}");
    }
}

#[test]
fn every_listing_can_be_stopped() {
    let repo = Repo::new();
    repo.write("a.rs", "a").commit("a");
    for which in [Which::WorkTree, Which::Index, Which::Revision("HEAD".to_owned())] {
        let tree = facts::source::open(repo.path(), &which, &ExcludeRules::none()).expect("it opens");
        assert_eq!(tree.listing_unless(&|| true).expect_err("told to stop").to_string(), "interrupted");
        assert_eq!(tree.listing_unless(&|| false).expect("it is listed").entries.len(), 1);
    }
    let folder = Repo::plain_folder();
    folder.write("a.rs", "a");
    let tree = facts::source::open(folder.path(), &Which::WorkTree, &ExcludeRules::none()).expect("it opens");
    assert_eq!(tree.listing_unless(&|| true).expect_err("told to stop").to_string(), "interrupted");
}

/// One commit of many files is many questions.
#[test]
fn mining_can_be_stopped_within_a_commit() {
    let repo = Repo::new();
    for index in 0..2000 {
        repo.write(format!("f{index}.rs"), format!("{index}"));
    }
    repo.commit("all");
    let git = GitContext::discover(repo.path()).expect("readable").expect("a repository");
    let asked = AtomicUsize::new(0);
    let stop = || asked.fetch_add(1, Ordering::Relaxed) >= 5;
    let options = HistoryOptions { cancelled: Some(&stop), ..HistoryOptions::default() };
    assert_eq!(git.history(&options, None).expect_err("told to stop").to_string(), "interrupted");
}

#[test]
fn a_folder_named_like_git_s_own_is_left_out_with_the_reason() {
    let repo = Repo::new();
    repo.write("a.rs", "a").write(".GIT/b.rs", "b").write("git~1/c.rs", "c").write(".github/d.rs", "d");
    let listed = repo.listing(&Which::WorkTree);
    assert_eq!(super::fixture::names_of(&listed), [".github/d.rs", "a.rs"]);
    let forbidden = |reason: &SkipReason| matches!(reason, SkipReason::ForbiddenName("the name `.git`"));
    assert_eq!(listed.skipped.iter().filter(|skipped| forbidden(&skipped.reason)).count(), 2);
}

#[test]
fn a_git_folder_with_a_pipe_where_a_file_is_read_is_an_error() {
    for name in
        ["HEAD", "config", "index", "packed-refs", "shallow", "info/exclude", "refs/heads/x", "ORIG_HEAD"]
    {
        let repo = Repo::new();
        repo.write("a.rs", "a").commit("a");
        let path = repo.join(".git").join(name);
        let _ = fs::remove_file(&path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("it can be made");
        pipe(&path);
        let error = GitContext::discover(repo.path()).map(|_| ()).expect_err(name).to_string();
        assert!(error.contains("no regular file") && error.contains(name), "{error}");
    }
    let repo = Repo::new();
    repo.write("a.rs", "a").commit("a");
    pipe(&repo.join(".git/logs/refs/heads/pipe"));
    let git = GitContext::discover(repo.path()).expect("no log is read yet").expect("a repository");
    assert!(git.commit("pipe@{1}").expect_err("a pipe").to_string().contains("no regular file"));
}

/// Links within Git's folder are as old as Git: several tools share parts of repositories by them.
#[test]
fn a_git_folder_with_linked_parts_is_as_good_as_any() {
    let repo = Repo::new();
    repo.write("a.rs", "a").commit("a");
    let shared = Repo::plain_folder();
    for name in ["config", "objects", "refs", "HEAD"] {
        fs::rename(repo.join(".git").join(name), shared.join(name)).expect("it can be moved");
        symlink(shared.join(name), repo.join(".git").join(name)).expect("a link");
    }
    let git = GitContext::discover(repo.path()).expect("readable").expect("a repository");
    assert!(git.head().expect("HEAD can be read").is_some());
    assert!(git.belongs_to_user());
}

/// Git's rule: the owner of the folders, unless the user's own configuration says that they are safe.
#[test]
#[expect(clippy::disallowed_methods, reason = "tests make named pipes and give files away")]
fn a_repository_of_somebody_else_does_not_belong_to_the_user() {
    let repo = Repo::new();
    repo.write("a.rs", "a").commit("a");
    let given = Command::new("chown").args(["-R", "65534"]).arg(repo.path()).output().expect("chown runs");
    if !given.status.success() {
        // Only the superuser gives files away.
        return;
    }
    let git = GitContext::discover(repo.path()).expect("readable").expect("a repository");
    assert!(!git.belongs_to_user());
    fs::write(repo.join(".git/config"), "[core]\nbare = false\n[safe]\ndirectory = *\n").expect("written");
    let git = GitContext::discover(repo.path()).expect("readable").expect("a repository");
    assert!(!git.belongs_to_user(), "its own configuration does not count");
}

/// The names of the files in the work tree that are listed.
fn listed(repo: &Repo) -> Vec<String> {
    super::fixture::names_of(&repo.listing(&Which::WorkTree)).iter().map(ToString::to_string).collect()
}

fn hole(path: &std::path::Path, bytes: u64) {
    fs::File::create(path).and_then(|file| file.set_len(bytes)).expect("a hole can be made");
}

/// To name or to link the empty device is the usual way to say that there are no rules.
#[test]
fn rules_and_settings_that_are_switched_off_by_the_empty_device_end_nothing() {
    let repo = Repo::new();
    repo.write("a.rs", "a").write("b.o", "b").write(".gitignore", "*.o\n");
    repo.git(["config", "core.excludesFile", "/dev/null"]);
    repo.git(["config", "include.path", "/dev/null"]);
    fs::create_dir_all(repo.join(".git/info")).expect("it can be made");
    let exclude = repo.join(".git/info/exclude");
    let _ = fs::remove_file(&exclude);
    symlink("/dev/null", &exclude).expect("a link");
    assert_eq!(listed(&repo), [".gitignore", "a.rs"]);
    fs::remove_file(&exclude).expect("it is there");
    symlink("/dev/zero", &exclude).expect("a link");
    assert!(WorkTree::open(repo.path(), &ExcludeRules::none()).is_err(), "that one has no end");
}

/// Git lists the same: `git ls-files --others --exclude-standard`, except for the odd pattern.
#[test]
fn one_odd_pattern_and_many_comments_end_no_listing() {
    let repo = Repo::new();
    let odd = "**/a/".repeat(9);
    repo.write("a.rs", "a").write("vendor/b.rs", "b").write("vendor/c.o", "c");
    repo.write("vendor/.gitignore", format!("{odd}\n*.o\n{}", "# a comment\n\n".repeat(20_000)));
    repo.write("vendor/.gitattributes", format!("{odd}x -text\n{}", "# text\n".repeat(20_001)));
    let rules = format!("{}\n", "*.x\n".repeat(9_000));
    for folder in ["one", "two", "three"] {
        repo.write(format!("{folder}/.gitignore"), &rules).write(format!("{folder}/d.rs"), "d");
        repo.write(format!("{folder}/e.x"), "e");
    }
    let mut git: Vec<String> = repo
        .paths(["ls-files", "-z", "--others", "--exclude-standard"])
        .iter()
        .map(|path| String::from_utf8_lossy(path).into_owned())
        .collect();
    git.sort();
    assert_eq!(listed(&repo), git);
    repo.write("three/below/.gitignore", format!("{rules}{rules}"));
    let tree = WorkTree::open(repo.path(), &ExcludeRules::none()).expect("it opens");
    let error = tree.listing().expect_err("too many for one folder").to_string();
    assert!(error.contains("more than 20000 patterns") && error.contains("three/below"), "{error}");
}

/// A fetch of many references leaves a line for each.
#[test]
fn a_long_list_of_what_was_fetched_ends_nothing() {
    let repo = Repo::new();
    repo.write("a.rs", "a").commit("a");
    hole(&repo.join(".git/FETCH_HEAD"), 17 << 20);
    assert!(GitContext::discover(repo.path()).expect("readable").is_some());
}

/// Any folder may hold a file with that name; Git looks for more before it reads it.
#[test]
fn a_file_called_head_in_a_folder_above_makes_no_repository() {
    let outer = Repo::plain_folder();
    outer.write("project/src/a.rs", "a").write("HEAD", "x".repeat(70_000));
    pipe(&outer.join("project/HEAD"));
    assert!(GitContext::discover(&outer.join("project/src")).expect("readable").is_none());
    assert!(WorkTree::open(&outer.join("project/src"), &ExcludeRules::none()).is_ok());
    outer.git(["init", "-q"]);
    let found = GitContext::discover(&outer.join("project/src")).expect("readable").expect("a repository");
    assert_eq!(found.work_dir().and_then(|root| root.canonicalize().ok()), outer.path().canonicalize().ok());
}

#[test]
fn bare_repositories_and_the_folders_of_linked_work_trees_are_found_from_below() {
    let repo = Repo::new();
    repo.write("a.rs", "a").commit("a");
    let elsewhere = Repo::plain_folder();
    repo.git(["worktree", "add", "-q", &elsewhere.join("linked").display().to_string()]);
    repo.git(["clone", "-q", "--bare", ".", &elsewhere.join("bare.git").display().to_string()]);
    let below =
        [elsewhere.join("linked"), repo.join(".git/worktrees/linked"), elsewhere.join("bare.git/refs/heads")];
    for path in below.iter().chain([&repo.join(".git/refs")]) {
        let git = GitContext::discover(path).expect("readable").expect("a repository");
        assert!(git.head().expect("HEAD can be read").is_some(), "{}", path.display());
    }
}
