use crate::fixture::Repo;
use facts::model::RepoPath;
use facts::source::{Additions, Base, ExcludeRules, GitContext, Which, open};
use std::fs;
use std::ops::RangeInclusive;
use std::path::Path;

fn context(path: &Path) -> GitContext {
    GitContext::discover(path).expect("it can be opened").expect("it is a repository")
}

fn additions(repo: &Repo, base: &str, which: &Which) -> Additions {
    let git = context(repo.path());
    let base = git.base(&base.parse::<Base>().expect("a base"), "HEAD").expect("it is known");
    let tree = open(repo.path(), which, &ExcludeRules::none()).expect("it is there");
    git.additions(base, tree.as_ref()).expect("it can be compared")
}

/// Path, path at the base, new lines of each changed file.
fn told(additions: &Additions) -> Vec<(String, Option<String>, Vec<RangeInclusive<u32>>)> {
    let files = additions.files.iter();
    files
        .map(|(path, file)| {
            (path.to_string(), file.origin.as_ref().map(ToString::to_string), file.lines.clone())
        })
        .collect()
}

const POEM: &str = "the first line of a poem\n\nthe second line of a poem\nthe third line of a poem\n";

/// The lines that `git diff -U0 -M` adds, as its hunk headers say.
fn git_adds(repo: &Repo, arguments: &[&str]) -> Vec<RangeInclusive<u32>> {
    let diff = repo.text([&["diff", "-U0", "-M"], arguments].concat());
    let headers =
        diff.lines().filter_map(|line| line.strip_prefix("@@ ")?.split(['+', ' ']).nth(2).map(str::to_owned));
    let ranges = headers.filter_map(|after| {
        let (first, count) = after.split_once(',').unwrap_or((&after, "1"));
        let (first, count): (u32, u32) = (first.parse().ok()?, count.parse().ok()?);
        (count > 0).then(|| first..=first + count - 1)
    });
    ranges.collect()
}

#[test]
fn new_lines_are_those_that_git_diff_adds() {
    let repo = Repo::new();
    repo.write("a.txt", "one\ntwo\nthree\nfour\nfive\n").write("same.txt", "same\n").commit("base");
    repo.write("a.txt", "zero\none\ntwo\n3\nfour\nfive\nsix\nseven\n").commit("change");
    let ours = additions(&repo, "HEAD~1", &Which::WorkTree);
    let expected = git_adds(&repo, &["HEAD~1", "--", "a.txt"]);
    assert_eq!(expected, [1..=1, 4..=4, 7..=8], "what Git says");
    assert_eq!(told(&ours), [("a.txt".to_owned(), Some("a.txt".to_owned()), expected)]);
    assert_eq!(ours.line_count(), 4);
    let path = RepoPath::from("a.txt");
    let of = |range| ours.new_lines(&path, range);
    assert_eq!([of(1..=8), of(2..=3), of(4..=4), of(5..=7), of(8..=99)], [4, 0, 1, 1, 1]);
    assert_eq!(ours.new_lines(&RepoPath::from("same.txt"), 1..=9), 0);
}

#[test]
fn the_index_the_work_tree_and_a_revision_are_each_compared_as_they_are() {
    let repo = Repo::new();
    repo.write("a.txt", "one\n").commit("base");
    repo.write("a.txt", "one\ncommitted\n").commit("change");
    repo.write("a.txt", "one\ncommitted\nstaged\n");
    repo.git(["add", "a.txt"]);
    repo.write("a.txt", "one\ncommitted\nstaged\nlying about\n");
    let lines = |which| additions(&repo, "HEAD~1", &which).files[&RepoPath::from("a.txt")].lines.clone();
    assert_eq!(lines(Which::Revision("HEAD".to_owned())), [2..=2]);
    assert_eq!(lines(Which::Index), [2..=3]);
    assert_eq!(lines(Which::WorkTree), [2..=4]);
    assert!(additions(&repo, "HEAD", &Which::Revision("HEAD".to_owned())).files.is_empty());
}

#[test]
fn renamed_files_and_moved_lines_are_not_new() {
    let repo = Repo::new();
    let body = "fn moved_function(argument: u32) -> u32 {\n    argument.wrapping_mul(31)\n}\n";
    let rest = "fn stays_where_it_is() {\n    println!(\"here\");\n}\n";
    repo.write("old/name.rs", format!("{POEM}{POEM}")).write("a.rs", format!("{rest}{body}"));
    repo.write("b.rs", "fn other_function() {}\n").commit("base");
    repo.git(["mv", "old/name.rs", "new.rs"]);
    repo.write("new.rs", format!("{POEM}{POEM}one more\n"));
    repo.write("a.rs", rest);
    let indented: String = body.lines().map(|line| format!("    {line}\n")).collect();
    repo.write("b.rs", format!("fn other_function() {{}}\n\nmod inner {{\n{indented}}}\n"));
    repo.commit("move");
    let ours = additions(&repo, "HEAD~1", &Which::WorkTree);
    assert_eq!(
        told(&ours),
        [
            ("a.rs".to_owned(), Some("a.rs".to_owned()), vec![]),
            // The module around the function is new, the blank line is not a line.
            ("b.rs".to_owned(), Some("b.rs".to_owned()), vec![3..=3, 7..=7]),
            ("new.rs".to_owned(), Some("old/name.rs".to_owned()), vec![9..=9]),
        ]
    );
    assert_eq!(ours.origin(&RepoPath::from("new.rs")), Some(&RepoPath::from("old/name.rs")));
    assert_eq!(ours.origin(&RepoPath::from("untouched.rs")), Some(&RepoPath::from("untouched.rs")));
}

#[test]
fn of_two_copies_of_moved_lines_one_is_new_and_short_blocks_never_move() {
    let repo = Repo::new();
    repo.write("from.rs", POEM).write("to.rs", "x\n").write("short.rs", "let a = 1;\n").commit("base");
    fs::remove_file(repo.join("from.rs")).expect("it is there");
    fs::remove_file(repo.join("short.rs")).expect("it is there");
    repo.write("to.rs", format!("x\n{POEM}y\n{POEM}let a = 1;\n")).commit("twice");
    let ours = additions(&repo, "HEAD~1", &Which::WorkTree);
    assert_eq!(ours.files[&RepoPath::from("to.rs")].lines, [6..=7, 9..=11]);
}

#[test]
fn line_ends_and_binary_content_make_no_new_lines() {
    let repo = Repo::new();
    repo.write("crlf.txt", "one\ntwo\n").write("data.bin", b"\0one\n").commit("base");
    repo.write("crlf.txt", "one\r\ntwo\r\nthree\r\n").write("data.bin", b"\0one\ntwo\n");
    let ours = additions(&repo, "HEAD", &Which::WorkTree);
    assert_eq!(ours.files[&RepoPath::from("crlf.txt")].lines, [3..=3]);
    assert_eq!(ours.files[&RepoPath::from("data.bin")].lines, []);
}

#[test]
fn without_a_commit_everything_is_new() {
    let repo = Repo::new();
    repo.write("a.txt", "one\n\ntwo\n");
    repo.git(["add", "a.txt"]);
    let ours = additions(&repo, "default", &Which::Index);
    assert_eq!(told(&ours), [("a.txt".to_owned(), None, vec![1..=1, 3..=3])]);
    assert_eq!(ours.origin(&RepoPath::from("a.txt")), None);
    assert_eq!(ours.origin(&RepoPath::from("b.txt")), None);
}

#[test]
fn a_base_is_where_the_branch_left_or_the_last_commit_of_a_day() {
    let repo = Repo::new();
    let first = repo.write("a.txt", "1").commit("first");
    let left = repo.wait(86_400).write("a.txt", "2").commit("second");
    repo.git(["checkout", "-q", "-b", "topic"]);
    let own = repo.write("b.txt", "1").commit("topic work");
    repo.git(["checkout", "-q", "main"]);
    repo.write("c.txt", "1").commit("main went on");
    repo.git(["checkout", "-q", "topic"]);
    repo.git(["tag", "-a", "-m", "tag", "tagged"]);
    let base = |text: &str, tip: &str| {
        let found = context(repo.path()).base(&text.parse().expect("a base"), tip);
        found.map(|base| base.map(|base| base.to_string())).map_err(|error| error.to_string())
    };
    assert_eq!(base("default", "HEAD"), Ok(Some(left.clone())));
    assert_eq!(base("main", "HEAD"), Ok(Some(left.clone())));
    assert_eq!(base("tagged", "HEAD"), Ok(Some(own)));
    assert_eq!(base("HEAD~2", "HEAD"), Ok(Some(first.clone())));
    assert_eq!(base("main", "HEAD~2"), Ok(Some(first.clone())));
    // The commits are of 2023-11-14 and 2023-11-15.
    assert_eq!(base("2023-11-14", "HEAD"), Ok(Some(first)));
    assert_eq!(base("2023-11-13", "HEAD"), Ok(None));
    assert!(base("nowhere", "HEAD").expect_err("no such branch").contains("nowhere is not a known revision"));

    // What the remote calls its branch counts before a local branch that lags behind.
    let clone = Repo::plain_folder();
    clone.git(["clone", "-q", repo.path().to_str().expect("an ASCII path"), "clone"]);
    let inside = context(&clone.join("clone"));
    let head = inside.head().expect("HEAD can be read").expect("a commit");
    assert_eq!(inside.base(&Base::DefaultBranch, "HEAD").expect("it is known"), Some(head));
}
