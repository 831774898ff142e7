//! Churn and hotspots of repositories made for the tests; git itself confirms every count.

use crate::program::run;
use crate::repository::{Tree, branching, git};
use serde_json::Value;
use std::collections::BTreeMap;
use std::process::Command;

/// Commits everything under a given name, this many days after 2024-03-01.
fn commit_as(tree: &Tree, name: &str, email: &str, days: u32, message: &str) {
    tree.git(&["add", "--all"]);
    let date = format!("{} +0000", 1_709_294_400 + i64::from(days) * 86_400);
    let mut command = Command::new("git");
    command.args(["commit", "--quiet", "--allow-empty", "--message", message]).current_dir(tree.path());
    command.env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", "/dev/null");
    for role in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{role}_NAME"), name);
        command.env(format!("GIT_{role}_EMAIL"), email);
        command.env(format!("GIT_{role}_DATE"), &date);
    }
    assert!(command.status().expect("git runs").success());
}

/// A file that three people change over two years, renamed twice, a bot, a merge, a removed file and a binary one.
fn busy() -> Tree {
    let tree = Tree::unborn(&[("first.rs", ""), ("plain.rs", "/// One.\npub fn one() {}\n")]);
    tree.write("first.rs", branching("busy", 6));
    tree.write("data.bin", [0_u8, 1, 2]);
    tree.write(".mailmap", "Grace Hopper <grace@navy.example> <grace@old.example>\n");
    commit_as(&tree, "Ada L", "ada@lovelace.example", 0, "Begin");
    tree.write("first.rs", branching("busy", 8));
    commit_as(&tree, "G. H.", "grace@old.example", 400, "More");
    tree.git(&["mv", "first.rs", "second.rs"]);
    commit_as(&tree, "Ada L", "ada@lovelace.example", 401, "Rename");
    tree.write("second.rs", branching("busy", 9));
    tree.write("data.bin", [0_u8, 3]);
    commit_as(&tree, "Grace Hopper", "grace@navy.example", 402, "Grow");
    tree.git(&["mv", "second.rs", "third.rs"]);
    tree.write("third.rs", branching("busy", 10));
    commit_as(&tree, "Ada L", "ada@lovelace.example", 403, "Rename and grow");
    tree.git(&["checkout", "--quiet", "-b", "side"]);
    tree.write("side.rs", "/// Side.\npub fn side() {}\n");
    commit_as(&tree, "Ada L", "ada@lovelace.example", 404, "Side");
    tree.git(&["checkout", "--quiet", "main"]);
    tree.write("lock.rs", "/// Lock.\npub fn lock() {}\n");
    let bot = "49699333+dependabot[bot]@users.noreply.github.com";
    commit_as(&tree, "dependabot[bot]", bot, 405, "Bump");
    tree.git(&["merge", "--quiet", "--no-commit", "--no-ff", "side"]);
    commit_as(&tree, "Ada L", "ada@lovelace.example", 405, "Merge side");
    std::fs::remove_file(tree.join("side.rs")).expect("it is there");
    commit_as(&tree, "Ada L", "ada@lovelace.example", 406, "Drop side");
    tree
}

/// The totals over the commits of a path, from `git log --follow --numstat`: commits, lines added, lines removed.
fn counts_by_git(tree: &Tree, path: &str) -> (usize, u64, u64) {
    let log = tree.git(&["log", "--follow", "--no-merges", "--numstat", "--format=", "--", path]);
    let rows: Vec<Vec<&str>> =
        log.lines().filter(|line| !line.is_empty()).map(|line| line.split('\t').collect()).collect();
    let sum = |column: usize| rows.iter().map(|row| row[column].parse::<u64>().unwrap_or(0)).sum();
    (rows.len(), sum(0), sum(1))
}

fn files(report: &Value) -> BTreeMap<String, Value> {
    let files = report["files"].as_array().expect("files");
    files.iter().map(|file| (file["path"].as_str().expect("a path").to_owned(), file.clone())).collect()
}

#[test]
fn churn_through_renames_equals_git_log_follow() {
    let tree = busy();
    let report =
        run(tree.path(), &["pmat", "analyze", "churn", "--days", "0", "--format", "json"]).exits(0).json();
    let files = files(&report);
    for path in ["third.rs", "plain.rs", "side.rs", "lock.rs", "data.bin", ".mailmap"] {
        let own = &files[path];
        let ours = ["commits", "added", "removed"].map(|field| own[field].as_u64().expect("a number"));
        let (commits, added, removed) = counts_by_git(&tree, path);
        assert_eq!(ours, [commits as u64, added, removed], "{path}");
    }
    assert_eq!(files.len(), 6, "no file stands under an earlier name: {:?}", files.keys());
    assert_eq!(files["data.bin"]["binary_changes"], 2);
    assert_eq!(report["commits"].as_u64(), tree.git(&["rev-list", "--count", "HEAD"]).parse().ok());
    assert_eq!(report["merges"], 1);
}

#[test]
fn authors_are_those_of_git_shortlog_with_the_mailmap() {
    let tree = busy();
    let report =
        run(tree.path(), &["pmat", "analyze", "churn", "--days", "0", "--format", "json"]).exits(0).json();
    let ours: BTreeMap<String, u64> = report["authors"]
        .as_array()
        .expect("authors")
        .iter()
        .map(|author| {
            (
                author["name"].as_str().expect("a name").to_owned(),
                author["commits"].as_u64().expect("a number"),
            )
        })
        .collect();
    let shortlog = tree.git(&["shortlog", "--summary", "HEAD"]);
    let theirs: BTreeMap<String, u64> = shortlog
        .lines()
        .filter_map(|line| line.trim().split_once('\t'))
        .map(|(count, name)| (name.to_owned(), count.parse().expect("a number")))
        .collect();
    assert_eq!(ours, theirs);
}

#[test]
fn the_window_counts_back_from_the_newest_commit() {
    let tree = busy();
    let report =
        run(tree.path(), &["pmat", "analyze", "churn", "--days", "3", "--format", "json"]).exits(0).json();
    let since = 1_709_294_400 + 403 * 86_400;
    let count = tree.git(&["rev-list", "--count", &format!("--since={since}"), "HEAD"]);
    assert_eq!(report["commits"].as_u64(), count.parse().ok());
    let older = run(tree.path(), &["pmat", "analyze", "churn", "--revision", "HEAD~4", "--format", "json"])
        .exits(0)
        .json();
    assert_eq!(older["head"].as_str(), Some(tree.git(&["rev-parse", "HEAD~4"]).as_str()));
}

#[test]
fn bots_can_be_left_out() {
    let tree = busy();
    let words = ["pmat", "analyze", "churn", "--days", "0", "--format", "json", "--exclude-bots"];
    let report = run(tree.path(), &words).exits(0).json();
    assert_eq!(report["bot_commits_left_out"], 1);
    assert!(!files(&report).contains_key("lock.rs"));
    let words = [&words[..], &["--bot", "navy.example"]].concat();
    assert_eq!(run(tree.path(), &words).exits(0).json()["bot_commits_left_out"], 3);
}

#[test]
fn a_first_parent_history_counts_merges_as_what_they_brought() {
    let tree = busy();
    let words = ["pmat", "analyze", "churn", "--days", "0", "--format", "json", "--first-parent"];
    let report = run(tree.path(), &words).exits(0).json();
    assert_eq!(
        report["commits"].as_u64(),
        tree.git(&["rev-list", "--count", "--first-parent", "HEAD"]).parse().ok()
    );
    // Added by the merge, then dropped.
    assert_eq!(files(&report)["side.rs"]["commits"], 2);
}

#[test]
fn hotspots_follow_renames_and_rank_by_change_and_complexity() {
    let tree = busy();
    let report = run(tree.path(), &["pmat", "hotspots", "--format", "json"]).exits(0).json();
    let first = &report["files"][0];
    assert_eq!((first["path"].as_str(), first["rank"].as_u64()), (Some("third.rs"), Some(1)));
    // One of five commits is older than a year; 9 branches of cognitive complexity 1 each.
    assert_eq!((first["revisions"].as_u64(), first["all_revisions"].as_u64()), (Some(4), Some(5)));
    assert_eq!(first["complexity"], 9);
    let score = 100.0 * (4.0 / 14.0) * (9.0 / 109.0);
    assert!((first["score"].as_f64().expect("a number") - score).abs() < 1e-9);
    assert_eq!(first["main_author"]["name"], "Ada L");
    let again = run(tree.path(), &["pmat", "analyze", "hotspots", "--format", "json"]).exits(0);
    assert_eq!(again.json(), report);
    let human = run(tree.path(), &["pmat", "hotspots"]).exits(0).stdout;
    assert!(human.contains("third.rs") && human.contains("truck factor"), "{human}");
}

#[test]
fn the_report_is_the_same_without_a_cache_and_after_a_damaged_one() {
    let tree = busy();
    let words = ["pmat", "analyze", "hotspots", "--days", "0", "--format", "json"];
    let without = run(tree.path(), &[&words[..], &["--no-cache", "--threads", "1"]].concat()).exits(0).stdout;
    let cold = run(tree.path(), &words).exits(0).stdout;
    let warm = run(tree.path(), &words).exits(0).stdout;
    assert_eq!((&without, &without), (&cold, &warm));
    let cache = tree.join(".git/batuta/cache.sqlite");
    let mut bytes = std::fs::read(&cache).expect("the cache is there");
    for byte in bytes.iter_mut().skip(5000).step_by(97) {
        *byte ^= 0x55;
    }
    std::fs::write(&cache, bytes).expect("the cache can be written");
    assert_eq!(run(tree.path(), &words).exits(0).stdout, without);
}

#[test]
fn new_commits_are_added_to_what_the_cache_knows() {
    let tree = busy();
    let words = ["pmat", "analyze", "churn", "--days", "0", "--format", "json"];
    run(tree.path(), &words).exits(0);
    tree.write("plain.rs", "/// Two.\npub fn two() {}\n");
    commit_as(&tree, "Ada L", "ada@lovelace.example", 407, "Two");
    let grown = run(tree.path(), &words).exits(0).stdout;
    assert_eq!(grown, run(tree.path(), &[&words[..], &["--no-cache"]].concat()).exits(0).stdout);
}

#[test]
fn without_a_history_there_is_no_figure() {
    let folder = Tree::folder(&[("a.rs", "fn a() {}\n")]);
    let unborn = Tree::unborn(&[("a.rs", "fn a() {}\n")]);
    for command in ["churn", "hotspots"] {
        run(folder.path(), &["pmat", "analyze", command]).fails_with("no Git repository");
        run(unborn.path(), &["pmat", "analyze", command]).fails_with("no commit yet");
    }
}

#[test]
fn a_shallow_clone_says_what_it_does_not_know() {
    let tree = busy();
    let place = tempfile::tempdir().expect("a temporary folder");
    let url = format!("file://{}", tree.path().display());
    for (depth, name) in [("1", "one"), ("5", "five")] {
        git(place.path(), &["clone", "--quiet", "--depth", depth, &url, name]);
    }
    let one = place.path().join("one");
    run(&one, &["pmat", "hotspots"]).fails_with("git fetch --unshallow");
    run(&one, &["pmat", "analyze", "churn", "--days", "0"]).fails_with("git fetch --unshallow");
    let five = place.path().join("five");
    let report = run(&five, &["pmat", "hotspots", "--format", "json"]).exits(0).json();
    assert!(
        report["window"].as_str().expect("words").contains("since the clone's depth"),
        "{}",
        report["window"]
    );
    assert!(report["knowledge"]["truck_factor"]["value"].is_null());
    let added = run(&five, &["pmat", "analyze", "churn", "--days", "0", "--format", "json"]).exits(0).json();
    assert!(!files(&added).contains_key("data.bin"), "the commits at the cut did not create every file");
}

#[test]
fn a_bare_repository_has_a_history_too() {
    let tree = busy();
    let place = tempfile::tempdir().expect("a temporary folder");
    git(place.path(), &["clone", "--quiet", "--bare", &tree.path().display().to_string(), "bare.git"]);
    let words = ["pmat", "analyze", "hotspots", "--format", "json"];
    let bare = run(&place.path().join("bare.git"), &words).exits(0).json();
    assert_eq!(bare["files"], run(tree.path(), &words).exits(0).json()["files"]);
}

#[test]
fn the_gate_rule_finds_what_changes_often_and_is_complex() {
    let tree = busy();
    tree.write("batuta.toml", "[rules.hotspots]\nlevel = \"error\"\nmin-revisions = 4\nmax-cognitive = 8\n");
    let words = ["pmat", "quality-gate", "--checks", "hotspots", "--format", "json"];
    let report = run(tree.path(), &words).exits(1).json();
    assert_eq!(report["findings"][0]["path"], "third.rs");
    tree.write("batuta.toml", "[rules.hotspots]\nlevel = \"error\"\nmin-revisions = 5\nmax-cognitive = 8\n");
    run(tree.path(), &words).exits(0);
    let folder =
        Tree::folder(&[("a.rs", "fn a() {}\n"), ("batuta.toml", "[rules.hotspots]\nlevel = \"error\"\n")]);
    run(folder.path(), &words).exits(2);
}

/// The report shows the same name as `git log`, whatever encoding the commit was written in.
#[test]
fn names_of_commits_are_read_by_the_encoding_that_the_commit_names() {
    let tree = Tree::unborn(&[("a.py", "x = 1\n")]);
    tree.write(".mailmap", "J\u{f6}rg M\u{fc}ller <joerg@new.example> <j@old.example>\n");
    tree.git(&["add", "--all"]);
    for (encoding, email, name) in [
        ("ISO-8859-1", "j@example.org", &b"J\xf6rg M\xfcller"[..]),
        ("ISO-8859-1", "j@old.example", b"J\xf6rg"),
        ("EUC-JP", "a@example.jp", b"\xa4\xa2 \xa4\xa4"),
        ("KOI8-R", "b@example.ru", b"\xe1\xce\xce\xc1"),
    ] {
        let mut commit = b"tree ".to_vec();
        commit.extend(tree.git(&["write-tree"]).trim().as_bytes());
        if let Ok(parent) = std::fs::read_to_string(tree.join(".git/refs/heads/main")) {
            commit.extend(format!("\nparent {}", parent.trim()).as_bytes());
        }
        for role in ["author", "committer"] {
            commit.extend(format!("\n{role} ").as_bytes());
            commit.extend(name);
            commit.extend(format!(" <{email}> 1700000000 +0000").as_bytes());
        }
        commit.extend(format!("\nencoding {encoding}\n\nText\n").as_bytes());
        std::fs::write(tree.join(".git/raw"), &commit).expect("it can be written");
        let id = tree.git(&["hash-object", "-t", "commit", "-w", ".git/raw"]);
        tree.git(&["update-ref", "refs/heads/main", id.trim()]);
        tree.write("a.py", format!("x = {}\n", commit.len()));
        tree.git(&["add", "--all"]);
    }
    let json = ["pmat", "analyze", "churn", "--days", "0", "--format", "json", "."];
    let report = run(tree.path(), &json).exits(0).stdout;
    let by_git = tree.git(&["log", "--use-mailmap", "--format=%aN"]);
    assert_eq!(by_git.lines().count(), 4);
    for name in by_git.lines() {
        assert!(report.contains(name), "{name}: {report}");
    }
}

/// An id stands for the object stored under it, even with an empty cache: replacements and grafts do not count.
#[test]
fn replaced_commits_and_grafts_change_nothing_with_or_without_a_cache() {
    let tree = Tree::repository(&[("a.py", "x = 1\n")]);
    tree.write("a.py", "x = 2\n");
    tree.commit("Two");
    tree.write("a.py", "x = 3\n");
    tree.commit("Three");
    let commits = |more: &[&str]| {
        let words = [more, &["pmat", "analyze", "churn", "--days", "0", "--format", "json", "."]].concat();
        run(tree.path(), &words).exits(0).json()["commits"].clone()
    };
    tree.git(&["replace", "--graft", "HEAD"]);
    assert_eq!((commits(&["--no-cache"]), commits(&[]), commits(&[])), (3.into(), 3.into(), 3.into()));
    tree.git(&["replace", "--delete", "HEAD"]);
    std::fs::create_dir_all(tree.join(".git/info")).expect("a folder");
    std::fs::write(tree.join(".git/info/grafts"), tree.git(&["rev-parse", "HEAD"])).expect("a file");
    assert_eq!((commits(&["--no-cache"]), commits(&[])), (3.into(), 3.into()));
}
