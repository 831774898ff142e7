use crate::fixture::Repo;
use facts::model::RepoPath;
use facts::source::{BlamedCommit, GitContext};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

fn context(path: &Path) -> GitContext {
    GitContext::discover(path).expect("discovery works").expect("it is a repository")
}

/// `commit name email time` of each line by `git blame --line-porcelain`.
fn blame_by_git(repo: &Repo, arguments: &[&str]) -> Vec<String> {
    let mut command = vec!["blame", "--line-porcelain"];
    command.extend(arguments);
    let output = String::from_utf8(repo.git(command)).expect("UTF-8");
    let mut lines = Vec::new();
    let mut fields: BTreeMap<&str, &str> = BTreeMap::new();
    let mut commit = "";
    for line in output.lines() {
        match line.split_once(' ') {
            _ if line.starts_with('\t') => {
                let field = |name| fields.get(name).copied().unwrap_or_default();
                let email = field("author-mail").trim_matches(['<', '>']).to_owned();
                lines.push(format!("{commit} {} {email} {}", field("author"), field("author-time")));
            }
            Some((id, _)) if id.len() == 40 => commit = id,
            Some((name, value)) => drop(fields.insert(name, value)),
            None => {}
        }
    }
    lines
}

fn show(line: &BlamedCommit) -> String {
    format!("{} {} {} {}", line.commit, line.name, line.email, line.time)
}

/// A file with twelve commits of three authors, one of whom .mailmap renames, and a rename of the file.
fn edited() -> Repo {
    let repo = Repo::new();
    let mut lines: Vec<String> = (0..30).map(|n| format!("line {n} of the original text")).collect();
    let authors =
        ["Ada Lovelace <ada@example.org>", "G. Hopper <grace@old.example>", "Linus <linus@example.net>"];
    repo.write(".mailmap", "Grace Hopper <grace@navy.example> <grace@old.example>\n");
    repo.write("old/name.txt", lines.join("\n") + "\n").commit("start");
    for n in 0_usize..10 {
        lines[n * 7 % 30] = format!("line rewritten in commit {n}");
        if n % 3 == 0 {
            lines.insert(n * 11 % 30, format!("inserted by {n}"));
        }
        if n % 4 == 1 {
            lines.remove(n * 5 % 30);
        }
        repo.write("old/name.txt", lines.join("\n") + "\n");
        repo.commit_as(authors[n % 3], &format!("edit {n}"));
    }
    fs::create_dir(repo.join("new")).expect("a folder can be made");
    repo.git(["mv", "old/name.txt", "new/name.txt"]);
    repo.commit("rename");
    repo
}

#[test]
fn blame_agrees_with_git() {
    let repo = edited();
    let context = context(repo.path());
    for (revision, path) in [("HEAD", "new/name.txt"), ("HEAD~1", "old/name.txt"), ("HEAD~5", "old/name.txt")]
    {
        let ours = context.blame(&path.into(), revision).expect("it can be blamed");
        let ours: Vec<String> = ours.iter().map(|line| show(line)).collect();
        assert!(ours.iter().any(|line| line.contains("Grace Hopper grace@navy.example")));
        assert_eq!(ours, blame_by_git(&repo, &[revision, "--", path]), "{revision}");
    }
}

#[test]
fn uncommitted_lines_have_no_commit() {
    let repo = edited();
    let text = fs::read_to_string(repo.join("new/name.txt")).expect("it is there");
    let mut lines: Vec<&str> = text.lines().collect();
    lines.insert(3, "not committed");
    lines[10] = "changed";
    lines.remove(20);
    repo.write("new/name.txt", lines.join("\r\n") + "\r\n");
    let ours = context(repo.path()).blame_work_tree(&"new/name.txt".into()).expect("it can be blamed");
    // Git blames the bytes; with Unix line ends it sees the same changes.
    repo.write("new/name.txt", lines.join("\n") + "\n");
    let theirs = blame_by_git(&repo, &["--", "new/name.txt"]);
    let theirs: Vec<Option<String>> =
        theirs.into_iter().map(|line| (!line.starts_with("0000000")).then_some(line)).collect();
    let ours: Vec<Option<String>> = ours.iter().map(|line| line.as_ref().map(|line| show(line))).collect();
    assert_eq!(ours, theirs);
    assert_eq!(ours.iter().filter(|line| line.is_none()).count(), 2);
    repo.write("fresh.txt", "a\nb\nc");
    let fresh = context(repo.path()).blame_work_tree(&"fresh.txt".into()).expect("an untracked file");
    assert_eq!(fresh, [None, None, None]);
}

#[test]
fn blame_without_the_history_says_so() {
    let repo = edited();
    let clone = Repo::plain_folder();
    let url = format!("file://{}", repo.path().display());
    clone.git(["clone", "-q", "--depth", "2", &url, "shallow"]);
    let context = context(&clone.join("shallow"));
    assert!(context.is_shallow());
    let said = context.blame(&"new/name.txt".into(), "HEAD").expect_err("history is missing").to_string();
    assert!(said.contains("shallow") && said.contains("git fetch --unshallow"), "{said}");
    let said = context.blame(&"no/such.txt".into(), "HEAD").expect_err("no such file").to_string();
    assert!(said.contains("no/such.txt cannot be blamed at HEAD"), "{said}");
}

#[test]
fn changed_since_is_what_git_diff_names() {
    let repo = Repo::new();
    repo.write("same.rs", "s").write("edited.rs", "e").write("gone.rs", "g").write("reverted.rs", "r");
    repo.write("crlf.rs", "a\r\nb\r\n").commit("base");
    repo.git(["checkout", "-q", "-b", "topic"]);
    repo.write("committed.rs", "c").write("reverted.rs", "changed").commit("topic work");
    repo.git(["checkout", "-q", "main"]);
    repo.write("on-main.rs", "m").commit("main went on");
    repo.git(["checkout", "-q", "topic"]);
    repo.write("edited.rs", "E")
        .write("reverted.rs", "r")
        .write("staged.rs", "st")
        .write("untracked.rs", "u");
    repo.git(["add", "staged.rs"]);
    fs::remove_file(repo.join("gone.rs")).expect("removable");
    fs::write(repo.join("same.rs"), "s").expect("writable");

    let mut expected = repo.paths(["diff", "-z", "--name-only", "--merge-base", "main"]);
    expected.extend(repo.paths(["ls-files", "-z", "-o", "--exclude-standard"]));
    expected.sort();
    let ours = context(repo.path()).changed_since("main").expect("main is known");
    let ours: Vec<Vec<u8>> = ours.iter().map(|path| path.as_bytes().to_vec()).collect();
    assert_eq!(ours, expected);
    let said = context(repo.path()).changed_since("nowhere").expect_err("no such branch").to_string();
    assert!(said.contains("nowhere is not a known revision"), "{said}");
}

#[test]
fn changed_since_in_a_bare_repository_ends_at_head() {
    let repo = Repo::new();
    repo.write("a.rs", "a").write("b.rs", "b").commit("base");
    repo.write("a.rs", "A").write("c.rs", "c");
    fs::remove_file(repo.join("b.rs")).expect("removable");
    repo.commit("change");
    let bare = Repo::plain_folder();
    bare.git(["clone", "-q", "--bare", repo.path().to_str().expect("an ASCII path"), "bare.git"]);
    let changed = context(&bare.join("bare.git")).changed_since("HEAD~1").expect("it is known");
    assert_eq!(changed, ["a.rs", "b.rs", "c.rs"].map(RepoPath::from));
}

#[test]
fn a_repository_knows_its_folders_commits_and_default_branch() {
    let repo = Repo::new();
    let unborn = context(repo.path());
    assert_eq!(unborn.head().expect("HEAD can be read"), None);
    assert_eq!(unborn.default_branch().as_deref(), Some("main"));
    repo.write("a/b.rs", "b").commit("Subject\n\nBody: äöü");
    let inside = context(&repo.join("a"));
    let root = repo.path().canonicalize().expect("it is there");
    assert_eq!(inside.work_dir().map(|path| path.canonicalize().expect("it is there")), Some(root.clone()));
    assert_eq!(inside.common_dir().canonicalize().expect("it is there"), root.join(".git"));
    let head = inside.head().expect("HEAD can be read").expect("a commit");
    assert_eq!(head.to_string(), repo.text(["rev-parse", "HEAD"]));
    assert_eq!(inside.commit_message("HEAD").expect("a commit"), "Subject\n\nBody: äöü\n");
    assert_eq!(inside.commit_time("HEAD").expect("a commit"), 1_700_000_060);

    let elsewhere = Repo::plain_folder();
    let linked = elsewhere.join("linked");
    repo.git([Path::new("worktree"), Path::new("add"), Path::new("-q"), &linked]);
    let linked = context(&linked);
    assert_eq!(linked.common_dir().canonicalize().expect("it is there"), root.join(".git"));
    assert_ne!(linked.git_dir().canonicalize().expect("it is there"), root.join(".git"));

    repo.git(["checkout", "-q", "-b", "trunk"]);
    let clone = Repo::plain_folder();
    clone.git(["clone", "-q", repo.path().to_str().expect("an ASCII path"), "clone"]);
    assert_eq!(context(&clone.join("clone")).default_branch().as_deref(), Some("trunk"));
    assert!(GitContext::discover(elsewhere.path()).expect("discovery works").is_none());
}
