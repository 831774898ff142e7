//! What a commit or a push touches, and where hooks are. Git itself is the oracle.

use crate::fixture::Repo;
use facts::source::{CommitId, GitContext};
use std::fs;

fn context(repo: &Repo) -> GitContext {
    GitContext::discover(repo.path()).expect("the repository opens").expect("it is one")
}

fn commit(repo: &Repo, revision: &str) -> CommitId {
    context(repo).commit(revision).expect("it exists")
}

/// The paths that git prints, each ended by a zero byte, sorted.
fn paths(repo: &Repo, words: &[&str]) -> Vec<String> {
    let paths = repo.paths(words).into_iter().map(|path| String::from_utf8(path).expect("ASCII paths"));
    paths.collect()
}

fn remove(repo: &Repo, path: &str) {
    let path = repo.join(path);
    let removed = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
    removed.expect("it was there");
}

#[track_caller]
fn assert_index_is_as_git_says(repo: &Repo) {
    let own: Vec<String> = context(repo)
        .touched_by_index()
        .expect("the index can be read")
        .iter()
        .map(ToString::to_string)
        .collect();
    let git = paths(
        repo,
        &["diff", "--cached", "--name-only", "--no-renames", "--ita-invisible-in-index", "-z", "HEAD"],
    );
    assert_eq!(own, git);
}

/// A step that changes what is staged.
type Step<'a> = &'a dyn Fn(&Repo);

#[test]
fn the_index_against_head_is_as_git_says_whatever_was_staged() {
    let repo = Repo::new();
    for path in ["a.txt", "b/c.txt", "b/d/e.txt", "b-x", "b.y", "f/g/h/i.txt", "link"] {
        repo.write(path, path);
    }
    repo.commit("Begin");
    let steps: [Step<'_>; 12] = [
        &|_| {},
        &|repo| {
            repo.write("b/d/e.txt", "changed");
        },
        &|repo| {
            repo.write("b/d/new.txt", "new");
        },
        &|repo| {
            repo.write("new/deep/down.txt", "new");
        },
        &|repo| remove(repo, "f"),
        &|repo| {
            remove(repo, "b");
            repo.write("b", "a file where a folder was");
        },
        &|repo| {
            remove(repo, "a.txt");
            repo.write("a.txt/inside", "a folder where a file was");
        },
        &|repo| {
            repo.git(["update-index", "--chmod=+x", "b-x"]);
        },
        &|repo| {
            remove(repo, "link");
            #[cfg(unix)]
            std::os::unix::fs::symlink("b.y", repo.join("link")).expect("a link can be made");
        },
        &|repo| {
            repo.write("b.y", "changed");
        },
        &|repo| {
            repo.git(["rm", "-r", "-f", "--quiet", "--cached", "."]);
        },
        &|repo| {
            repo.git(["read-tree", "HEAD"]);
        },
    ];
    for (number, step) in steps.iter().enumerate() {
        step(&repo);
        // Twice: with the trees that the index knows of, and without.
        if number < 7 {
            repo.git(["add", "--all"]);
        }
        assert_index_is_as_git_says(&repo);
        if number == 8 {
            repo.git(["write-tree"]);
            assert_index_is_as_git_says(&repo);
            repo.write("announced.txt", "");
            repo.git(["add", "--intent-to-add", "announced.txt"]);
            assert_index_is_as_git_says(&repo);
        }
    }
    repo.git(["add", "--all"]);
    repo.commit("All of it");
    assert_index_is_as_git_says(&repo);
}

#[test]
fn a_sparse_index_is_compared_without_its_folders_being_there() {
    let repo = Repo::new();
    for path in ["in/a.txt", "out/b.txt", "out/deep/c.txt", "top.txt"] {
        repo.write(path, path);
    }
    repo.commit("Begin");
    repo.git(["sparse-checkout", "set", "--cone", "--sparse-index", "in"]);
    assert_index_is_as_git_says(&repo);
    repo.write("in/a.txt", "changed");
    repo.git(["add", "in"]);
    assert_index_is_as_git_says(&repo);
}

#[test]
fn two_commits_are_compared_as_git_does_it() {
    let repo = Repo::new();
    for path in ["a", "b/c", "b/d/e", "f/g"] {
        repo.write(path, path);
    }
    repo.commit("Begin");
    repo.write("b/d/e", "changed");
    remove(&repo, "f");
    repo.write("f", "a file");
    repo.write("new/file", "new");
    repo.commit("Change");
    let touched = |bases: &[CommitId], tip: &str| -> Vec<String> {
        let found = context(&repo).touched_between(bases, commit(&repo, tip)).expect("both can be read");
        found.iter().map(ToString::to_string).collect()
    };
    for (from, to) in [("HEAD~1", "HEAD"), ("HEAD", "HEAD~1"), ("HEAD", "HEAD")] {
        let git = paths(&repo, &["diff", "--name-only", "--no-renames", "-z", from, to]);
        assert_eq!(touched(&[commit(&repo, from)], to), git);
    }
    assert_eq!(touched(&[], "HEAD"), paths(&repo, &["ls-tree", "-r", "-z", "--name-only", "HEAD"]));
    // Of several bases, what none of them has.
    assert_eq!(touched(&[commit(&repo, "HEAD~1"), commit(&repo, "HEAD")], "HEAD"), [""; 0]);
}

#[test]
fn new_commits_begin_where_git_says_the_boundary_is() {
    let repo = Repo::new();
    repo.write("a", "1");
    repo.commit("One");
    repo.git(["branch", "topic"]);
    repo.write("a", "2");
    repo.commit("Two");
    repo.git(["checkout", "--quiet", "topic"]);
    repo.write("b", "1");
    repo.commit("Topic");
    repo.git(["merge", "--quiet", "--no-edit", "main"]);
    repo.write("b", "2");
    repo.commit("After the merge");
    let known = context(&repo).commits_of_references("refs/heads/main").expect("references can be read");
    assert_eq!(known, [commit(&repo, "main")]);
    let bases = context(&repo).known_bases(commit(&repo, "topic"), &known).expect("the history can be read");
    let listed = repo.text(["rev-list", "--boundary", "topic", "^main"]);
    let mut boundary: Vec<&str> = listed.lines().filter_map(|line| line.strip_prefix('-')).collect();
    boundary.sort_unstable();
    let bases: Vec<String> = bases.iter().map(ToString::to_string).collect();
    assert_eq!(bases, boundary);
    let known_bases =
        |tip: &str| context(&repo).known_bases(commit(&repo, tip), &known).expect("the history can be read");
    assert_eq!(known_bases("main"), known);
    assert_eq!(known_bases("main~1"), [commit(&repo, "main~1")]);
    let unknown = context(&repo).known_bases(commit(&repo, "topic"), &[]).expect("the history can be read");
    assert!(unknown.is_empty());
    assert_eq!(context(&repo).pushed_commit(&"1".repeat(40)), None);
    assert_eq!(context(&repo).pushed_commit("nonsense"), None);
}

#[test]
fn a_setting_is_what_git_says() {
    let repo = Repo::new();
    repo.git(["config", "core.commentChar", ";"]);
    assert_eq!(context(&repo).setting("core.commentChar").as_deref(), Some(";"));
    assert_eq!(context(&repo).setting("batuta.unknown"), None);
}

#[test]
fn accepted_bases_are_the_nearest_and_no_history_behind_them_is_read() {
    let repo = Repo::new();
    for text in ["1", "2", "3", "4"] {
        repo.write("a", text);
        repo.commit(text);
    }
    let [first, second, third, tip] = ["main~3", "main~2", "main~1", "main"].map(|name| commit(&repo, name));
    let bases = |accepted: &[CommitId], bounds: &[CommitId]| {
        let are = |asked: &[CommitId]| asked.iter().map(|one| accepted.contains(one)).collect();
        context(&repo).accepted_bases(tip, &are, bounds)
    };
    assert_eq!(bases(&[first, third], &[]).expect("the history can be read"), [third]);
    assert_eq!(bases(&[first], &[]).expect("the history can be read"), [first]);
    assert_eq!(bases(&[], &[]).expect("the history can be read"), []);
    assert_eq!(bases(&[first], &[second]).expect("the history can be read"), [second]);
    assert_eq!(bases(&[], &[tip]).expect("the history can be read"), [third]);
    // A server may have a long history: only what is before the accepted commits counts.
    let id = first.to_string();
    remove(&repo, &format!(".git/objects/{}/{}", &id[..2], &id[2..]));
    assert_eq!(bases(&[third], &[]).expect("its parent is accepted"), [third]);
    assert_eq!(bases(&[second], &[]).expect("it is accepted"), [second]);
    assert!(bases(&[], &[]).is_err());
}

#[test]
fn of_however_many_accepted_commits_only_the_nearest_are_bases() {
    let repo = Repo::new();
    repo.write("a", "1");
    repo.commit("One");
    for sides in [1, 2, 15, 16, 17, 40] {
        let one = repo.text(["rev-parse", "main"]);
        let after = |parents: &[String], message: &str| {
            let tree = "main^{tree}".to_owned();
            let mut words = ["commit-tree", "-m", message].map(str::to_owned).to_vec();
            parents.iter().for_each(|parent| words.extend(["-p".to_owned(), parent.clone()]));
            words.push(tree);
            repo.text(words)
        };
        let heads: Vec<String> =
            (0..sides).map(|side| after(std::slice::from_ref(&one), &format!("{side}"))).collect();
        // What they all follow is a parent, too.
        let parents = [std::slice::from_ref(&one), &heads[..]].concat();
        let tip = commit(&repo, &after(&parents, "All"));
        let all = |asked: &[CommitId]| vec![true; asked.len()];
        let bases = context(&repo).accepted_bases(tip, &all, &[]).expect("the history can be read");
        let mut expected: Vec<CommitId> = heads.iter().map(|head| commit(&repo, head)).collect();
        expected.sort_unstable();
        assert_eq!(bases, expected, "{sides}");
    }
}
