use crate::fixture::{
    Repo, contents, error, git_may_fail, listing, names_of, paths_of, revision, skipped_of, split_nul,
};
use facts::source::{ExcludeRules, Listing, RevisionTree, SkipReason, SourceTree, Which};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

/// `mode blob` by path, as `git ls-tree -r` or `git ls-files -s` prints them, regular files only.
fn blobs_by_git(output: &[u8]) -> Vec<(Vec<u8>, String)> {
    let mut files: Vec<(Vec<u8>, String)> = split_nul(output)
        .into_iter()
        .filter(|line| line.starts_with(b"100"))
        .map(|line| {
            let tab = line.iter().position(|byte| *byte == b'\t').expect("a tab before the path");
            let words = String::from_utf8(line[..tab].to_vec()).expect("ASCII before the path");
            let id = words.split(' ').find(|word| word.len() == 40).expect("an id").to_owned();
            (line[tab + 1..].to_vec(), id)
        })
        .collect();
    files.sort();
    files
}

fn blobs(listing: &Listing) -> Vec<(Vec<u8>, String)> {
    let entry = |entry: &facts::source::Entry| {
        (entry.path.as_bytes().to_vec(), entry.blob.expect("objects have ids").to_string())
    };
    listing.entries.iter().map(entry).collect()
}

fn two_commits() -> Repo {
    let repo = Repo::new();
    repo.write("a.rs", "one")
        .write("a/b.rs", "deep")
        .write("a.b", "dot")
        .write(crate::fixture::os(b"\xff\n.rs"), "odd");
    symlink("a.rs", repo.join("link")).expect("links can be made");
    repo.commit("first");
    repo.git(["tag", "-a", "v1", "-m", "one"]);
    repo.write("a.rs", "two").write("c.rs", "new");
    repo.commit("second");
    repo
}

#[test]
fn revisions_list_what_git_ls_tree_lists_with_the_same_ids() {
    let repo = two_commits();
    let short = repo.text(["rev-parse", "--short", "HEAD~1"]);
    for name in ["HEAD", "HEAD~1", "v1", "main", "main@{1}", short.as_str(), "HEAD^{tree}", ":/first"] {
        let listed = listing(repo.path(), &revision(name));
        assert_eq!(blobs(&listed), blobs_by_git(&repo.git(["ls-tree", "-r", "-z", name])), "{name}");
        assert_eq!(skipped_of(&listed), [("link".to_owned(), SkipReason::SymbolicLink)]);
    }
}

#[test]
fn a_revision_reads_its_own_bytes_and_knows_their_size_before() {
    let repo = two_commits();
    let tree = RevisionTree::open(repo.path(), "v1", &ExcludeRules::none()).expect("a tag");
    let entry =
        tree.listing().expect("a listing").entries.into_iter().find(|entry| entry.path == "a.rs".into());
    let entry = entry.expect("a.rs is there");
    assert_eq!(tree.size(&entry).expect("a size"), Some(3));
    assert_eq!(tree.read(&entry).expect("bytes"), b"one");
    assert_eq!(tree.describe(), format!("revision {}", &repo.text(["rev-parse", "HEAD~1"])[..7]));
}

#[test]
fn a_revision_can_be_read_by_many_threads() {
    let repo = Repo::new();
    for n in 0..200 {
        repo.write(format!("d{}/f{n}.rs", n % 7), format!("content {n}\n").repeat(n));
    }
    repo.commit("many");
    repo.git(["gc", "-q"]);
    let tree = RevisionTree::open(repo.path(), "HEAD", &ExcludeRules::none()).expect("HEAD");
    let entries = tree.listing().expect("a listing").entries;
    assert_eq!(entries.len(), 200);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for entry in &entries {
                    let path = repo.join(entry.path.to_string());
                    assert_eq!(tree.read(entry).expect("bytes"), fs::read(path).expect("the same file"));
                }
            });
        }
    });
}

#[test]
fn the_index_is_what_is_staged_whatever_lies_around() {
    let repo = two_commits();
    repo.write("a.rs", "staged").write("staged.rs", "s");
    repo.git(["add", "a.rs", "staged.rs"]);
    repo.write("a.rs", "not staged").write("untracked.rs", "u").write("later.rs", "l");
    repo.git(["add", "-N", "later.rs"]);
    fs::remove_file(repo.join("c.rs")).expect("removable");
    let listed = repo.listing(&Which::Index);
    let mut expected = blobs_by_git(&repo.git(["ls-files", "-s", "-z"]));
    expected.retain(|(path, _)| path != b"later.rs");
    assert_eq!(blobs(&listed), expected);
    assert_eq!(skipped_of(&listed), [("link".to_owned(), SkipReason::SymbolicLink)]);
    let read = contents(repo.path(), &Which::Index);
    assert_eq!(read.iter().find(|(path, _)| path == "a.rs").expect("a.rs is staged").1, b"staged");
}

#[test]
fn unmerged_files_are_left_out_of_the_index_once() {
    let repo = Repo::new();
    repo.write("a.rs", "base\n").write("b.rs", "b").commit("base");
    repo.git(["checkout", "-q", "-b", "other"]);
    repo.write("a.rs", "theirs\n").commit("theirs");
    repo.git(["checkout", "-q", "main"]);
    repo.write("a.rs", "ours\n").commit("ours");
    git_may_fail(repo.path(), ["merge", "-q", "other"]);
    let listed = repo.listing(&Which::Index);
    assert_eq!(names_of(&listed), ["b.rs"]);
    assert_eq!(skipped_of(&listed), [("a.rs".to_owned(), SkipReason::Unmerged)]);
    assert_eq!(names_of(&repo.listing(&Which::WorkTree)), ["a.rs", "b.rs"]);
}

#[test]
fn submodules_are_left_out_of_index_and_revision() {
    let repo = Repo::new();
    let library = Repo::new();
    library.write("lib.rs", "lib").commit("lib");
    let url = format!("file://{}", library.path().display());
    repo.git(["submodule", "--quiet", "add", &url, "lib"]);
    repo.commit("submodule");
    for which in [Which::Index, revision("HEAD")] {
        let listed = repo.listing(&which);
        assert_eq!(names_of(&listed), [".gitmodules"]);
        assert_eq!(skipped_of(&listed), [("lib".to_owned(), SkipReason::Submodule)]);
    }
    assert_eq!(names_of(&listing(&repo.join("lib"), &Which::WorkTree)), ["lib.rs"]);
}

#[test]
fn a_subfolder_restricts_index_and_revision_even_when_it_is_gone() {
    let repo = two_commits();
    fs::remove_dir_all(repo.join("a")).expect("removable");
    for which in [Which::Index, revision("HEAD")] {
        assert_eq!(names_of(&listing(&repo.join("a"), &which)), ["a/b.rs"]);
        assert_eq!(names_of(&listing(&repo.join("a/b.rs"), &which)), ["a/b.rs"]);
    }
}

#[test]
fn a_linked_work_tree_has_an_index_of_its_own() {
    let repo = two_commits();
    let elsewhere = Repo::plain_folder();
    let linked = elsewhere.join("linked");
    repo.git([Path::new("worktree"), Path::new("add"), Path::new("-q"), &linked]);
    elsewhere.write("linked/staged.rs", "s");
    crate::fixture::git_in(&linked, ["add", "staged.rs"], 0);
    assert!(names_of(&listing(&linked, &Which::Index)).contains(&"staged.rs".to_owned()));
    assert!(!names_of(&repo.listing(&Which::Index)).contains(&"staged.rs".to_owned()));
}

#[test]
fn a_sparse_index_is_read_whole() {
    let repo = Repo::new();
    repo.write("in/a.rs", "a").write("out/b/c.rs", "c").write("out/d.rs", "d").commit("all");
    let expected = blobs_by_git(&repo.git(["ls-tree", "-r", "-z", "HEAD"]));
    repo.git(["sparse-checkout", "set", "--cone", "--sparse-index", "in"]);
    assert_eq!(blobs(&repo.listing(&Which::Index)), expected);
    assert_eq!(names_of(&repo.listing(&Which::WorkTree)), ["in/a.rs"]);
}

#[test]
fn bare_repositories_are_read_at_a_revision() {
    let repo = two_commits();
    let bare = Repo::plain_folder();
    let source = repo.path().to_str().expect("an ASCII path");
    bare.git(["clone", "-q", "--bare", source, "bare.git"]);
    let listed = listing(&bare.join("bare.git"), &revision("HEAD~1"));
    assert_eq!(blobs(&listed), blobs_by_git(&repo.git(["ls-tree", "-r", "-z", "HEAD~1"])));
}

#[test]
fn shallow_clones_are_read_where_they_have_commits_and_say_so_where_not() {
    let repo = two_commits();
    let clone = Repo::plain_folder();
    let url = format!("file://{}", repo.path().display());
    clone.git(["clone", "-q", "--depth", "1", &url, "shallow"]);
    let listed = listing(&clone.join("shallow"), &revision("HEAD"));
    assert_eq!(paths_of(&listed), paths_of(&repo.listing(&revision("HEAD"))));
    let said = error(&clone.join("shallow"), &revision("HEAD~1"));
    assert!(said.contains("HEAD~1") && said.contains("git fetch --unshallow"), "{said}");
}

#[test]
fn unknown_revisions_and_unborn_branches_are_clear_errors() {
    let repo = Repo::new();
    let said = error(repo.path(), &revision("HEAD"));
    assert!(said.contains("no commit yet"), "{said}");
    assert!(repo.listing(&Which::Index).entries.is_empty());
    repo.write("a.rs", "a").commit("a");
    let said = error(repo.path(), &revision("no-such-branch"));
    assert!(said.contains("no-such-branch is not a known revision in"), "{said}");
    let said = error(repo.path(), &revision("HEAD:a.rs"));
    assert!(said.contains("HEAD:a.rs has no tree in"), "{said}");
    let outside = Repo::plain_folder();
    let said = error(outside.path(), &revision("HEAD"));
    assert!(said.contains("is not inside a Git repository"), "{said}");
}

#[test]
fn a_missing_blob_is_an_error_that_names_the_file() {
    let repo = Repo::new();
    repo.write("a.rs", "a").commit("a");
    let id = repo.text(["rev-parse", "HEAD:a.rs"]);
    fs::remove_file(repo.join(format!(".git/objects/{}/{}", &id[..2], &id[2..]))).expect("a loose object");
    let tree = RevisionTree::open(repo.path(), "HEAD", &ExcludeRules::none()).expect("HEAD");
    let entry = tree.listing().expect("the tree is there").entries.remove(0);
    let said = tree.read(&entry).expect_err("the blob is gone").to_string();
    assert!(
        said.contains("a.rs cannot be read from the object database") && said.contains("git fsck"),
        "{said}"
    );
}
