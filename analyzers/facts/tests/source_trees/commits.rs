//! The history against `git log`, on commits that do what is easily got wrong.

use crate::fixture::{Repo, git_in};
use facts::cache::{Cache, CacheDirs};
use facts::history::{History, HistoryOptions, Since};
use facts::source::GitContext;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

fn history(path: &Path, options: &HistoryOptions<'_>) -> History {
    let git = GitContext::discover(path).expect("discovery works").expect("it is a repository");
    git.history(options, None).expect("the history can be read")
}

/// `added removed [old] path` of each change of each commit that is not a merge, as `git log` has them.
fn numstat_by_git(repo: &Repo) -> Vec<(String, Vec<String>)> {
    let log = repo.git(["log", "--no-merges", "--numstat", "-M", "-z", "--format=%x01%H"]);
    let log = String::from_utf8_lossy(&log).into_owned();
    let mut commits = Vec::new();
    for commit in log.split('\x01').skip(1) {
        let mut tokens = commit.split('\0');
        let id = tokens.next().unwrap_or_default().to_owned();
        let mut changes = Vec::new();
        while let Some(token) = tokens.next() {
            let token = token.trim_start_matches('\n');
            match token.splitn(3, '\t').collect::<Vec<_>>()[..] {
                [added, removed, ""] => {
                    let (old, new) = (tokens.next().unwrap_or_default(), tokens.next().unwrap_or_default());
                    changes.push(format!("{new}: {added} {removed} was {old}"));
                }
                [added, removed, path] => changes.push(format!("{path}: {added} {removed}")),
                _ => {}
            }
        }
        changes.sort();
        commits.push((id, changes));
    }
    commits
}

fn numstat(history: &History) -> Vec<(String, Vec<String>)> {
    let commits = history.commits.iter().filter(|commit| commit.parents < 2);
    let of = |commit: &facts::history::Commit| {
        let mut changes: Vec<String> = commit
            .changes
            .iter()
            .map(|change| {
                let path = String::from_utf8_lossy(history.path(change.path).as_bytes()).into_owned();
                let counts = match change.binary {
                    true => "- -".to_owned(),
                    false => format!("{} {}", change.added, change.removed),
                };
                match change.old_path {
                    Some(old) => {
                        format!(
                            "{path}: {counts} was {}",
                            String::from_utf8_lossy(history.path(old).as_bytes())
                        )
                    }
                    None => format!("{path}: {counts}"),
                }
            })
            .collect();
        changes.sort();
        (commit.id.to_string(), changes)
    };
    commits.map(of).collect()
}

fn lines(name: &str, count: usize) -> String {
    (0..count).map(|n| format!("{name} line {n} of a text that is long enough\n")).collect()
}

/// Every kind of change, several to a commit.
fn eventful() -> Repo {
    let repo = Repo::new();
    repo.write("a/one.txt", lines("one", 40))
        .write("a/two.txt", lines("two", 40))
        .write("b/one.txt", lines("one", 40));
    repo.write("empty", "").write("blob.bin", [0_u8, 1, 2, 3]).write("dos.txt", "x\r\ny\r\n".repeat(20));
    symlink("a/one.txt", repo.join("link")).expect("a link can be made");
    repo.commit("begin");
    repo.write("a/one.txt", lines("one", 39) + "no newline at the end").write("dos.txt", "x\ny\n".repeat(20));
    repo.write("a/two.txt", lines("zero", 3) + &lines("two", 40)).commit("edit");
    fs::create_dir_all(repo.join("c/d")).expect("a folder can be made");
    repo.git(["mv", "a/two.txt", "c/d/two.txt"]);
    repo.git(["mv", "b/one.txt", "c/uno.txt"]);
    repo.git(["mv", "blob.bin", "moved.bin"]);
    repo.git(["mv", "empty", "c/nothing"]);
    repo.write("c/d/two.txt", lines("two", 31) + &lines("more", 6)).commit("move with and without edits");
    repo.git(["mv", "c/uno.txt", "a/uno.txt"]);
    repo.write("a/due.txt", lines("one", 25) + &lines("due", 30))
        .write("moved.bin", [0_u8, 9])
        .commit("similar");
    repo.git(["update-index", "--chmod=+x", "a/one.txt"]);
    repo.git(["commit", "-q", "-m", "mode only"]);
    fs::remove_file(repo.join("link")).expect("it is there");
    repo.write("link", "now a file\n").commit("a link becomes a file");
    fs::remove_file(repo.join("link")).expect("it is there");
    repo.write("link/inside", "now a folder\n").commit("a file becomes a folder");
    for n in 0..12 {
        repo.write(format!("copies/{n}/same.txt"), "the same text in each\n")
            .write(format!("copies/{n}.txt"), lines("x", n));
    }
    repo.commit("many alike");
    repo.git(["mv", "copies", "moved"]);
    for n in 0..12 {
        repo.write(format!("moved/{n}.txt"), lines("x", n + n % 5))
            .write(format!("moved/{n}/other.txt"), lines("y", n));
    }
    repo.commit("a folder moves");
    repo.git(["rm", "-q", "-r", "moved/1", "moved/2", "moved/3.txt"]);
    repo.write("new/same.txt", "the same text in each\n").write("new/3.txt", lines("x", 5)).commit("some go");
    repo
}

#[test]
fn changes_and_counts_of_every_commit_are_those_of_git_log() {
    let repo = eventful();
    assert_eq!(numstat(&history(repo.path(), &HistoryOptions::default())), numstat_by_git(&repo));
}

/// Numbers that look like chance, the same ones each time (the multiplier is Knuth's).
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }
}

/// Lines of a few words each; few enough that files have some in common.
fn prose(chance: &mut Chance, count: usize) -> Vec<String> {
    (0..count).map(|_| format!("text {} of many {}\n", chance.below(40), chance.below(3))).collect()
}

/// This many files move and lose about half of their lines that every limit of the search for renames is met from both sides.
#[test]
fn renames_of_files_that_are_half_alike_are_those_of_git_log() {
    for seed in 0..6 {
        let mut chance = Chance(seed);
        let repo = Repo::new();
        let mut files: Vec<(String, Vec<String>)> = Vec::new();
        for n in 0..16 {
            let folder = ["src", "lib", "doc/deep"][chance.below(3)];
            let name = ["main", "mod", "test", "lib", "x"][chance.below(5)];
            let count = 4 + chance.below(24);
            files.push((format!("{folder}/{n}/{name}"), prose(&mut chance, count)));
        }
        for (path, lines) in &files {
            repo.write(path, lines.concat());
        }
        repo.commit("begin");
        for round in 0..3 {
            for (path, lines) in &mut files {
                fs::remove_file(repo.join(&*path)).expect("it was written");
                let kept = 35 + chance.below(55);
                lines.retain(|_| chance.below(100) < kept);
                let more = chance.below(8);
                lines.extend(prose(&mut chance, more));
                let name = path.rsplit('/').next().unwrap_or_default().to_owned();
                let renamed = if chance.below(2) == 0 { name } else { format!("{name}{}", chance.below(9)) };
                *path = format!("moved{round}/{}/{renamed}", chance.below(99_999));
            }
            let equal = files[chance.below(16)].1.clone();
            files[chance.below(16)].1 = equal;
            for (path, lines) in &files {
                repo.write(path, lines.concat());
            }
            repo.commit("move everything");
        }
        assert_eq!(
            numstat(&history(repo.path(), &HistoryOptions::default())),
            numstat_by_git(&repo),
            "seed {seed}"
        );
    }
}

#[test]
fn a_submodule_is_a_line_that_changes() {
    let inner = Repo::new();
    inner.write("a", "a\n").commit("inner");
    let repo = Repo::new();
    repo.write("b", "b\n").commit("begin");
    repo.git(["submodule", "--quiet", "add", &inner.path().display().to_string(), "sub"]);
    repo.commit("add the submodule");
    inner.write("a", "b\n").commit("inner again");
    git_in(&repo.join("sub"), ["pull", "-q"], 1_700_000_000);
    repo.commit("move the submodule on");
    assert_eq!(numstat(&history(repo.path(), &HistoryOptions::default())), numstat_by_git(&repo));
}

#[test]
fn a_chain_of_renames_is_one_file_and_its_old_names_are_free() {
    let repo = Repo::new();
    repo.write("a", lines("a", 10)).commit("create a");
    repo.git(["mv", "a", "b"]);
    repo.commit("a to b");
    repo.write("a", "another file\n").commit("another a");
    repo.git(["mv", "b", "c"]);
    repo.commit("b to c");
    let history = history(repo.path(), &HistoryOptions::default());
    let files = history.files_by_path();
    let commits_of = |path: &str| {
        let file = files[&facts::model::RepoPath::from(path)];
        let touching =
            history.commits.iter().filter(|commit| commit.changes.iter().any(|change| change.file == file));
        touching.map(|commit| commit.summary.clone()).collect::<Vec<_>>()
    };
    let by_git = repo.text(["log", "--follow", "--format=%s", "--", "c"]);
    assert_eq!(commits_of("c"), by_git.lines().collect::<Vec<_>>());
    // `git log --follow -- a` goes on to the earlier file with that name, which is now `c`.
    assert_eq!(commits_of("a"), ["another a"]);
    assert_eq!(history.files.len(), 2);
}

#[test]
fn a_change_under_the_old_name_on_a_side_branch_belongs_to_the_renamed_file() {
    let repo = Repo::new();
    repo.write("old", lines("a", 20)).commit("create");
    repo.git(["branch", "side"]);
    repo.git(["mv", "old", "new"]);
    repo.commit("rename");
    repo.git(["checkout", "-q", "side"]);
    repo.write("old", lines("a", 21)).commit("edit under the old name");
    repo.git(["checkout", "-q", "main"]);
    repo.git(["merge", "-q", "--no-edit", "side"]);
    let history = history(repo.path(), &HistoryOptions::default());
    assert_eq!(history.files.len(), 1);
    assert_eq!(history.file_path(facts::history::FileId(0)).to_string(), "new");
    assert_eq!(history.commits.iter().filter(|commit| !commit.changes.is_empty()).count(), 3);
}

#[test]
fn ranges_and_paths_select_what_git_log_selects() {
    let repo = eventful();
    let ids =
        |history: &History| history.commits.iter().map(|commit| commit.id.to_string()).collect::<Vec<_>>();
    let by_git = |arguments: &[&str]| {
        let log = repo.text([&["log", "--format=%H"], arguments].concat());
        log.lines().map(str::to_owned).collect::<Vec<_>>()
    };
    let since = HistoryOptions { since: Since::Revision("HEAD~4"), ..HistoryOptions::default() };
    assert_eq!(ids(&history(repo.path(), &since)), by_git(&["HEAD~4..HEAD"]));
    let few = HistoryOptions { max_commits: Some(3), ..HistoryOptions::default() };
    let newest = history(repo.path(), &few);
    assert_eq!((ids(&newest), newest.truncated), (by_git(&["-n3"]), true));
    let paths = ["moved".into(), "dos.txt".into()];
    let here = HistoryOptions { paths: &paths, ..HistoryOptions::default() };
    assert_eq!(ids(&history(repo.path(), &here)), by_git(&["--", "moved", "dos.txt"]));
}

#[test]
fn days_count_back_from_the_newest_commit() {
    const DAY: u64 = 24 * 60 * 60;
    let repo = Repo::new();
    for (n, days) in [0, 30, 1, 1, 0].into_iter().enumerate() {
        repo.wait(days * DAY).write("a", lines("a", n)).commit(&format!("commit {n}"));
    }
    let all = history(repo.path(), &HistoryOptions::default());
    let ages: Vec<u32> = all.commits.iter().map(|commit| all.days_before_head(commit.commit_time)).collect();
    assert_eq!(ages, [0, 0, 1, 2, 32]);
    assert_eq!(all.days_before_head(all.time + 1), 0);
    for days in [0_u32, 1, 2, 3, 32, 33] {
        let options = HistoryOptions { since: Since::Days(days), ..HistoryOptions::default() };
        let since = format!("--since={}", all.time - i64::from(days) * DAY as i64);
        let by_git = repo.text(["log", "--format=%s", &since]);
        let ours = history(repo.path(), &options);
        let ours: Vec<&str> = ours.commits.iter().map(|commit| commit.summary.as_str()).collect();
        assert_eq!(ours, by_git.lines().collect::<Vec<_>>(), "{days}");
    }
}

#[test]
fn stored_commits_make_the_same_history_and_only_new_ones_are_mined() {
    let repo = eventful();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let dirs = CacheDirs::within(folder.path());
    let read = || {
        let cache = Cache::open_in(&dirs, None, repo.path());
        let git = GitContext::discover(repo.path()).expect("discovery works").expect("it is a repository");
        git.history(&HistoryOptions::default(), Some(&cache)).expect("the history can be read")
    };
    let cold = read();
    let warm = read();
    assert_eq!(
        (cold.from_cache, warm.from_cache, warm.cache_trouble.as_deref()),
        (0, warm.commits.len(), None)
    );
    assert_eq!(History { from_cache: 0, ..warm }, cold);
    repo.write("fresh", "1\n").commit("one more");
    let grown = read();
    assert_eq!((grown.commits.len(), grown.from_cache), (cold.commits.len() + 1, cold.commits.len()));
    assert_eq!(numstat(&grown), numstat_by_git(&repo));
}
