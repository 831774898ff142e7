#![expect(clippy::disallowed_types, reason = "a test makes a socket")]

use crate::fixture::{Repo, contents, error, listing, names_of, os, paths_of, set_modified, skipped_of};
use facts::source::{ExcludeRules, SkipReason, SourceTree, Which, WorkTree};
use std::fs;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::time::{Duration, SystemTime};

const ALL: [&str; 5] = ["ls-files", "-z", "-co", "--exclude-standard", "--deduplicate"];

/// A repository with every kind of ignore rule, names that are not text, and files that are tracked though ignored.
fn thorny() -> Repo {
    let repo = Repo::new();
    repo.write(".gitignore", "*.log\n/target/\n!keep.log\nbuild/\n\\#odd\n")
        .write("a.rs", "a")
        .write("a/b.rs", "ab")
        .write("a.b/c.rs", "abc")
        .write("a-b/c.rs", "a-b")
        .write("target/tracked.rs", "tracked though ignored")
        .write("deep/er/.gitignore", "*.tmp\n!important.tmp\nnested/\n")
        .write("deep/er/important.tmp", "i")
        .write(os(b"not-utf8-\xff.rs"), "x")
        .write("line\nbreak.rs", "y")
        .write("tab\there \"quoted\".rs", "z");
    repo.git(["add", "-f", "."]);
    repo.commit("everything");
    repo.write("target/untracked.rs", "ignored")
        .write("target/debug/build/out.rs", "ignored")
        .write("x.log", "ignored")
        .write("keep.log", "kept")
        .write("#odd", "ignored")
        .write("deep/er/x.tmp", "ignored")
        .write("deep/er/nested/y.rs", "ignored")
        .write("deep/nested/y.rs", "kept")
        .write("deep/er/build/y.rs", "ignored")
        .write("secret/plans.rs", "ignored by .git/info/exclude")
        .write("new/file.rs", "kept")
        .write(os(b"new/\xfe\xfd.rs"), "kept");
    repo.write(".git/info/exclude", "secret\n");
    repo
}

#[test]
fn lists_what_git_ls_files_lists() {
    let repo = thorny();
    let expected = repo.paths(ALL);
    assert!(
        expected.contains(&b"target/tracked.rs".to_vec()) && expected.contains(&b"new/\xfe\xfd.rs".to_vec())
    );
    assert_eq!(paths_of(&repo.listing(&Which::WorkTree)), expected);
}

#[test]
fn every_file_carries_its_stat_data_and_reads_as_it_lies() {
    let repo = thorny();
    let tree = WorkTree::open(repo.path(), &ExcludeRules::none()).expect("a work tree");
    for entry in tree.listing().expect("a listing").entries {
        let bytes = fs::read(repo.join(os(entry.path.as_bytes()))).expect("it is there");
        assert_eq!(entry.stat.expect("stat data").size, bytes.len() as u64);
        assert_eq!(tree.read(&entry).expect("it can be read"), bytes);
    }
}

#[test]
fn the_index_vouches_for_untouched_files_only() {
    let repo = Repo::new();
    repo.write("same.rs", "same").write("edited.rs", "before").write("touched.rs", "t").commit("three");
    fs::write(repo.join("edited.rs"), "after!").expect("writable");
    fs::write(repo.join("touched.rs"), "t").expect("writable");
    repo.write("untracked.rs", "u");
    let vouched: Vec<(String, Option<String>)> = repo
        .listing(&Which::WorkTree)
        .entries
        .into_iter()
        .map(|entry| (entry.path.to_string(), entry.blob.map(|blob| blob.to_string())))
        .collect();
    let same = repo.text(["rev-parse", ":same.rs"]);
    let expected =
        [("edited.rs", None), ("same.rs", Some(same)), ("touched.rs", None), ("untracked.rs", None)];
    assert_eq!(vouched, expected.map(|(path, blob)| (path.to_owned(), blob)));
}

#[test]
fn a_file_younger_than_the_index_is_not_vouched_for() {
    let repo = Repo::new();
    repo.git(["config", "core.trustctime", "false"]);
    let soon = SystemTime::now() + Duration::from_secs(3600);
    repo.write("a.rs", "one");
    set_modified(&repo.join("a.rs"), soon);
    repo.commit("a");
    repo.write("a.rs", "two");
    set_modified(&repo.join("a.rs"), soon);
    assert_eq!(repo.listing(&Which::WorkTree).entries[0].blob, None);
}

#[test]
fn deleted_files_are_not_listed() {
    let repo = Repo::new();
    repo.write("a.rs", "a").write("b.rs", "b").commit("two");
    fs::remove_file(repo.join("a.rs")).expect("removable");
    assert_eq!(names_of(&repo.listing(&Which::WorkTree)), ["b.rs"]);
}

#[test]
fn a_subfolder_is_listed_with_paths_from_the_root() {
    let repo = thorny();
    let mut arguments = ALL.to_vec();
    arguments.extend(["--", "deep/er"]);
    let listed = listing(&repo.join("deep/er"), &Which::WorkTree);
    assert_eq!(paths_of(&listed), repo.paths(arguments));
    let tree = WorkTree::open(&repo.join("deep/er"), &ExcludeRules::none()).expect("a work tree");
    assert_eq!(tree.describe(), "work tree (deep/er)");
}

#[test]
fn an_ignored_folder_or_file_is_analysed_when_it_is_named() {
    let repo = thorny();
    assert_eq!(
        names_of(&listing(&repo.join("target/debug"), &Which::WorkTree)),
        ["target/debug/build/out.rs"]
    );
    assert_eq!(names_of(&listing(&repo.join("x.log"), &Which::WorkTree)), ["x.log"]);
    assert_eq!(names_of(&listing(&repo.join("a/b.rs"), &Which::WorkTree)), ["a/b.rs"]);
}

#[test]
#[expect(clippy::disallowed_methods, reason = "tests make named pipes")]
fn links_pipes_sockets_and_other_repositories_are_reported_and_never_followed() {
    let repo = Repo::new();
    let library = Repo::new();
    library.write("lib.rs", "lib").commit("lib");
    repo.write("a.rs", "a").write(".gitignore", "ignored-*\n");
    let url = format!("file://{}", library.path().display());
    repo.git(["submodule", "--quiet", "add", &url, "vendor/lib"]);
    symlink(".", repo.join("loop")).expect("links can be made");
    symlink("/nowhere", repo.join("dangling")).expect("links can be made");
    symlink("a.rs", repo.join("ignored-link")).expect("links can be made");
    repo.commit("links");
    symlink("..", repo.join("vendor/up")).expect("links can be made");
    let _socket = UnixListener::bind(repo.join("socket")).expect("sockets can be made");
    let made =
        std::process::Command::new("mkfifo").arg(repo.join("pipe")).status().expect("mkfifo is installed");
    assert!(made.success());
    repo.git(["init", "-q", "other"]);
    repo.write("other/inner.rs", "inner").write("fake/.git/note", "no repository").write("fake/b.rs", "b");

    let listed = repo.listing(&Which::WorkTree);
    assert_eq!(names_of(&listed), [".gitignore", ".gitmodules", "a.rs", "fake/b.rs"]);
    let expected = [
        ("dangling", SkipReason::SymbolicLink),
        ("loop", SkipReason::SymbolicLink),
        ("other", SkipReason::Submodule),
        ("pipe", SkipReason::Special),
        ("socket", SkipReason::Special),
        ("vendor/lib", SkipReason::Submodule),
        ("vendor/up", SkipReason::SymbolicLink),
    ];
    assert_eq!(skipped_of(&listed), expected.map(|(path, reason)| (path.to_owned(), reason)));
}

#[test]
#[expect(clippy::disallowed_methods, reason = "tests make named pipes")]
fn a_file_that_became_a_pipe_is_an_error_and_not_a_hang() {
    let repo = Repo::new();
    repo.write("a.rs", "a");
    let tree = WorkTree::open(repo.path(), &ExcludeRules::none()).expect("a work tree");
    let entry = tree.listing().expect("a listing").entries.remove(0);
    fs::remove_file(repo.join("a.rs")).expect("removable");
    assert!(tree.read(&entry).expect_err("it is gone").to_string().contains("a.rs cannot be read"));
    std::process::Command::new("mkfifo").arg(repo.join("a.rs")).status().expect("mkfifo is installed");
    assert!(tree.read(&entry).expect_err("it is a pipe").to_string().contains("no longer a file"));
}

#[test]
fn excluded_folders_are_listed_once() {
    let repo = Repo::new();
    repo.write("src/a.rs", "a").write("gen/x/b.rs", "b").write("gen/c.rs", "c").write("src/d.pb.rs", "d");
    repo.commit("all");
    let rules = ExcludeRules::new(["/gen", "*.pb.rs"]).expect("valid patterns");
    for which in [Which::WorkTree, Which::Index, Which::Revision("HEAD".to_owned())] {
        let listed =
            facts::source::open(repo.path(), &which, &rules).expect("opens").listing().expect("lists");
        assert_eq!(names_of(&listed), ["src/a.rs"], "{which:?}");
        let expected = ["gen", "src/d.pb.rs"].map(|path| (path.to_owned(), SkipReason::Excluded));
        assert_eq!(skipped_of(&listed), expected, "{which:?}");
        let inside = facts::source::open(&repo.join("gen/x"), &which, &rules).expect("opens").listing();
        assert_eq!(
            skipped_of(&inside.expect("lists")),
            [("gen".to_owned(), SkipReason::Excluded)],
            "{which:?}"
        );
    }
}

#[test]
fn before_the_first_commit_the_work_tree_can_be_read() {
    let repo = Repo::new();
    assert!(repo.listing(&Which::WorkTree).entries.is_empty());
    repo.write("a.rs", "a");
    assert_eq!(names_of(&repo.listing(&Which::WorkTree)), ["a.rs"]);
}

#[test]
fn a_linked_work_tree_has_files_of_its_own() {
    let repo = Repo::new();
    repo.write("a.rs", "a").write(".gitignore", "*.log\n").commit("a");
    let elsewhere = Repo::plain_folder();
    let linked = elsewhere.join("linked");
    repo.git([Path::new("worktree"), Path::new("add"), Path::new("-q"), &linked]);
    repo.write(".git/info/exclude", "excluded.rs\n").write("only-main.rs", "m");
    elsewhere.write("linked/b.rs", "b").write("linked/x.log", "x").write("linked/excluded.rs", "e");
    assert_eq!(names_of(&listing(&linked, &Which::WorkTree)), [".gitignore", "a.rs", "b.rs"]);
}

#[test]
fn outside_git_every_file_counts_but_what_a_gitignore_there_names() {
    let folder = Repo::plain_folder();
    folder.write("a.rs", "a").write("b/.gitignore", "*.o\n").write("b/c.o", "c").write("b/d.rs", "d");
    assert_eq!(names_of(&folder.listing(&Which::WorkTree)), ["a.rs", "b/.gitignore", "b/d.rs"]);
    assert_eq!(names_of(&listing(&folder.join("b/d.rs"), &Which::WorkTree)), ["d.rs"]);
    assert_eq!(contents(&folder.join("a.rs"), &Which::WorkTree), [("a.rs".to_owned(), b"a".to_vec())]);
    let said = error(folder.path(), &Which::Index);
    assert!(said.contains("is not inside a Git repository; the index can only be read in one"), "{said}");
}

#[test]
fn what_cannot_be_opened_says_why() {
    let folder = Repo::plain_folder();
    let said = error(&folder.join("no/such"), &Which::WorkTree);
    assert!(said.contains("no/such") && said.contains("No such file"), "{said}");
    folder.git(["init", "-q", "--bare", "bare.git"]);
    let said = error(&folder.join("bare.git"), &Which::WorkTree);
    assert!(said.contains("bare repository") && said.contains("HEAD"), "{said}");
    folder.git(["init", "-q", "--object-format=sha256", "new"]);
    let said = error(&folder.join("new"), &Which::WorkTree);
    assert!(said.contains("cannot be opened"), "{said}");
}

#[test]
fn the_listing_is_the_same_for_any_number_of_threads() {
    let repo = thorny();
    let with = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        pool.install(|| format!("{:?}", repo.listing(&Which::WorkTree)))
    };
    assert_eq!(with(1), with(4));
}

#[test]
fn work_trees_inside_other_repositories_are_told_apart() {
    let repo = Repo::new();
    repo.write("a.rs", "a").commit("a");
    repo.git(["worktree", "add", "-q", "inner"]);
    let listed = repo.listing(&Which::WorkTree);
    assert_eq!(names_of(&listed), ["a.rs"]);
    assert_eq!(skipped_of(&listed), [("inner".to_owned(), SkipReason::Submodule)]);
    let said = error(&repo.join(".git/objects"), &Which::WorkTree);
    assert!(said.contains("is in the Git folder"), "{said}");

    let folder = Repo::plain_folder();
    let source = repo.path().to_str().expect("an ASCII path");
    folder.git(["clone", "-q", "--bare", source, "bare.git"]);
    folder.git(["-C", "bare.git", "worktree", "add", "-q", "checkout", "main"]);
    folder.write("bare.git/checkout/b/c.rs", "c");
    assert_eq!(names_of(&listing(&folder.join("bare.git/checkout"), &Which::WorkTree)), ["a.rs", "b/c.rs"]);
    assert_eq!(names_of(&listing(&folder.join("bare.git/checkout/b"), &Which::WorkTree)), ["b/c.rs"]);
}

#[test]
fn what_a_sparse_checkout_leaves_out_is_listed() {
    for sparse_index in ["false", "true"] {
        let repo = Repo::new();
        repo.write("a/m.rs", "a").write("b/n.rs", "b").write("b/c/o.rs", "c").write("top.rs", "t");
        repo.commit("everything");
        repo.git(["config", "index.sparse", sparse_index]);
        repo.git(["sparse-checkout", "set", "--cone", "a"]);
        repo.git(["sparse-checkout", "reapply"]);
        let listing = repo.listing(&Which::WorkTree);
        assert_eq!(names_of(&listing), ["a/m.rs", "top.rs"]);
        let left_out = skipped_of(&listing);
        assert!(
            !left_out.is_empty()
                && left_out
                    .iter()
                    .all(|(path, reason)| { *reason == SkipReason::NotCheckedOut && path.starts_with('b') }),
            "{left_out:?}"
        );
        fs::create_dir_all(repo.join("b")).expect("a folder");
        fs::write(repo.join("b/n.rs"), "here all the same").expect("a file");
        let listing = repo.listing(&Which::WorkTree);
        assert!(names_of(&listing).contains(&"b/n.rs".to_owned()), "{:?}", names_of(&listing));
        assert!(!skipped_of(&listing).iter().any(|(path, _)| path == "b/n.rs"));
    }
}

#[test]
fn a_folder_covers_what_is_in_it_and_nothing_beside_it() {
    let repo = Repo::new();
    repo.write("lib/a.rs", "a").write("library.rs", "b").commit("both");
    for which in [Which::WorkTree, Which::Index, Which::Revision("HEAD".to_owned())] {
        let open = |path: &Path| {
            facts::source::open(path, &which, &ExcludeRules::default()).expect("a tree of the repository")
        };
        let covers = |tree: &dyn SourceTree, path: &str| tree.covers(&path.into());
        let (whole, folder) = (open(repo.path()), open(&repo.join("lib")));
        assert!(covers(whole.as_ref(), "lib/gone.rs") && covers(whole.as_ref(), "library.rs"), "{which:?}");
        assert!(covers(folder.as_ref(), "lib/gone.rs"), "{which:?}");
        assert!(!covers(folder.as_ref(), "library.rs") && !covers(folder.as_ref(), "a.rs"), "{which:?}");
    }
}
