//! `batuta history` and `batuta blame-metric` on repositories made for the tests. Every figure is checked against the
//! ordinary command on that very commit; every line is checked against Git.

use crate::program::{command, run, workspace};
use crate::repository::{CLEAN, Tree, branching, git};
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

const DAY: i64 = 86_400;
/// 2024-01-01, a Monday, at noon (UTC).
const MONDAY: i64 = 1_704_110_400;

/// Commits everything under a given name and time.
fn commit_at(tree: &Tree, author: &str, time: i64, message: &str) {
    tree.git(&["add", "--all"]);
    git_at(tree.path(), author, time, &["commit", "--quiet", "--allow-empty", "--message", message]);
}

fn git_at(folder: &Path, author: &str, time: i64, words: &[&str]) {
    let mut command = Command::new("git");
    command.args(words).current_dir(folder);
    command.env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", "/dev/null");
    for role in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{role}_NAME"), author);
        command.env(format!("GIT_{role}_EMAIL"), format!("{}@example.org", author.to_lowercase()));
        command.env(format!("GIT_{role}_DATE"), format!("@{time} +0000"));
    }
    assert!(command.status().expect("git runs").success(), "git {words:?}");
}

fn history(folder: &Path, words: &[&str]) -> Value {
    let all: Vec<&str> = ["history", "--format", "json"].into_iter().chain(words.iter().copied()).collect();
    run(folder, &all).exits(0).json()
}

fn points(report: &Value) -> &[Value] {
    report["points"].as_array().expect("points")
}

fn texts(report: &Value, field: &str) -> Vec<String> {
    points(report).iter().map(|point| point[field].as_str().expect("a text").to_owned()).collect()
}

fn figure(point: &Value, metric: &str) -> Value {
    point["figures"][metric].clone()
}

/// Pseudo-random numbers, the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

/// A history of random edits, moves, removals and copies, of changes to the excluded paths, of merges, in several
/// languages.
fn random_history(seed: u64, commits: i64) -> Tree {
    let tree = Tree::unborn(&[("README.md", "# Words\n"), ("src/lib.rs", CLEAN)]);
    commit_at(&tree, "Ada", MONDAY, "Begin");
    let mut numbers = Numbers(seed);
    for number in 1..commits {
        for _ in 0..=numbers.below(2) {
            edit(&tree, &mut numbers);
        }
        let author = ["Ada", "Bob", "Cyd"][numbers.below(3) as usize];
        commit_at(&tree, author, MONDAY + number * DAY, &format!("Change {number}"));
        if numbers.below(4) == 0 {
            let branch = format!("side{number}");
            tree.git(&["checkout", "--quiet", "-b", &branch, "HEAD~1"]);
            tree.write(
                format!("side/{number}.py"),
                format!("def f{number}(a):\n    # FIXME: later\n    return a\n"),
            );
            commit_at(&tree, "Dot", MONDAY + number * DAY, &format!("Side {number}"));
            tree.git(&["checkout", "--quiet", "main"]);
            git_at(
                tree.path(),
                "Ada",
                MONDAY + number * DAY,
                &["merge", "--quiet", "--no-ff", "-m", "Merge", &branch],
            );
        }
    }
    tree
}

fn edit(tree: &Tree, numbers: &mut Numbers) {
    let (one, two) = (numbers.below(5), numbers.below(5));
    let body = branching(&format!("f{}", numbers.below(9)), 1 + numbers.below(30) as usize);
    match numbers.below(9) {
        0..=2 => tree.write(format!("src/m{one}.rs"), format!("{body}// TODO: {two}\n")),
        3 => tree.write(
            format!("lib/n{one}/m.py"),
            format!("import os\n\ndef g{two}(x):\n    return x or {one}\n"),
        ),
        4 => {
            let _ = fs::remove_file(tree.join(format!("src/m{one}.rs")));
        }
        5 => {
            let _ = fs::rename(tree.join(format!("src/m{one}.rs")), tree.join(format!("src/moved{two}.rs")));
        }
        6 => {
            let _ = fs::copy(tree.join(format!("src/m{one}.rs")), tree.join(format!("src/copy{two}.rs")));
        }
        7 => tree.write(
            "batuta.toml",
            format!(
                "[exclude]\npaths = [\"src/m{one}.rs\"]\n[rules.cyclomatic-complexity]\nmax = {}\n",
                5 + two
            ),
        ),
        _ => tree.write(
            ".gitattributes",
            format!("src/m{one}.rs linguist-vendored\nlib/n{two}/* linguist-generated\n"),
        ),
    }
}

#[test]
fn figures_of_every_commit_are_those_of_the_ordinary_commands_for_that_commit() {
    for seed in [3, 11] {
        let tree = random_history(seed, 9);
        let report = history(tree.path(), &["--every", "commit", "--metrics", "all"]);
        let line = tree.git(&["rev-list", "--first-parent", "--reverse", "HEAD"]);
        assert_eq!(texts(&report, "commit"), line.lines().collect::<Vec<_>>());
        for point in points(&report) {
            judge(&tree, point);
        }
    }
}

/// Compares a point with the results of the ordinary commands.
fn judge(tree: &Tree, point: &Value) {
    let commit = point["commit"].as_str().expect("an id");
    let ask = |words: &[&str]| {
        let all: Vec<&str> =
            words.iter().copied().chain(["--revision", commit, "--format", "json"]).collect();
        run(tree.path(), &all).exits(0).json()
    };
    let overview = ask(&["analyze"]);
    let complexity = ask(&["pmat", "analyze", "complexity"]);
    let debt = ask(&["pmat", "analyze", "satd"]);
    let tdg = ask(&["pmat", "tdg"]);
    let clones = ask(&[
        "pmat",
        "analyze",
        "duplicates",
        "--min-tokens",
        "100",
        "--min-lines",
        "10",
        "--detection-type",
        "exact,renamed",
    ]);
    let total = &complexity["total"];
    let mut over: Vec<String> = complexity["violations"]
        .as_array()
        .expect("violations")
        .iter()
        .map(|found| format!("{}:{}:{}", found["path"], found["line"], found["function"]))
        .collect();
    over.sort();
    over.dedup();
    let expected = [
        ("files", overview["total"]["files"].clone()),
        ("source-lines", overview["total"]["lines"]["source"].clone()),
        ("comment-lines", overview["total"]["lines"]["comment"].clone()),
        ("blank-lines", overview["total"]["lines"]["blank"].clone()),
        ("functions", total["functions"].clone()),
        ("cyclomatic", total["cyclomatic"]["sum"].clone()),
        ("cyclomatic-mean", total["cyclomatic"]["mean"].clone()),
        ("cyclomatic-p90", total["cyclomatic"]["p90"].clone()),
        ("cyclomatic-max", total["cyclomatic"]["max"].clone()),
        ("cognitive", total["cognitive"]["sum"].clone()),
        ("cognitive-mean", total["cognitive"]["mean"].clone()),
        ("cognitive-p90", total["cognitive"]["p90"].clone()),
        ("cognitive-max", total["cognitive"]["max"].clone()),
        ("over-limits", Value::from(over.len())),
        ("debt", debt["total"].clone()),
        ("duplicated", clones["total"]["duplicated_percent"].clone()),
        ("tdg", tdg["total"]["score"].clone()),
    ];
    for (metric, expected) in expected {
        let own = figure(point, metric);
        assert_eq!(own.as_f64(), expected.as_f64(), "{metric} at {commit}: {own} is not {expected}");
    }
    assert_eq!(point["grade"], tdg["total"]["grade"]);
    for (own, theirs) in point["languages"]
        .as_array()
        .expect("languages")
        .iter()
        .zip(overview["languages"].as_array().expect("languages"))
    {
        assert_eq!((&own["language"], &own["files"]), (&theirs["language"], &theirs["files"]));
        assert_eq!(own["source_lines"], theirs["lines"]["source"]);
    }
}

#[test]
fn the_share_of_documented_items_is_the_one_the_gate_judges_by() {
    let half = "/// Said.\npub fn said() {}\n\npub fn unsaid() {}\n\nfn hidden() {}\n";
    let tree = Tree::repository(&[("src/lib.rs", half)]);
    let report = history(tree.path(), &["--every", "commit"]);
    assert_eq!(figure(&points(&report)[0], "documented"), 50.0);
    let gate = ["pmat", "quality-gate", "--checks", "doc-coverage", "--format", "json"];
    tree.write("batuta.toml", "[rules.doc-coverage]\nlevel = \"error\"\nmin = 51\n");
    assert!(run(tree.path(), &gate).exits(1).stdout.contains("50.0 % of 51 %"));
}

#[test]
fn the_same_history_gives_the_same_bytes_with_and_without_cache_on_any_number_of_threads() {
    let tree = random_history(5, 12);
    let words = ["history", "--every", "commit", "--metrics", "all", "--format", "json"];
    let with = |more: &[&str]| run(tree.path(), &[&words[..], more].concat()).exits(0).stdout;
    let alone = with(&["--no-cache", "--threads", "1"]);
    assert_eq!(with(&["--no-cache", "--threads", "4"]), alone);
    assert_eq!(with(&[]), alone, "cold");
    assert_eq!(with(&[]), alone, "warm");
}

#[test]
fn what_was_measured_once_needs_no_file_again_and_what_is_not_there_is_said() {
    let tree = Tree::unborn(&[("a.rs", "fn a() {}\n")]);
    commit_at(&tree, "Ada", MONDAY, "One");
    tree.write("a.rs", "fn a() { if x() { y() } }\n");
    commit_at(&tree, "Ada", MONDAY + DAY, "Two");
    let words = ["--every", "commit", "--metrics", "all"];
    let before = history(tree.path(), &words);
    let blob = tree.git(&["rev-parse", "HEAD~1:a.rs"]);
    let object = tree.join(format!(".git/objects/{}/{}", &blob[..2], &blob[2..]));
    fs::remove_file(object).expect("a new repository has loose objects");
    assert_eq!(history(tree.path(), &words), before);

    let without = history(tree.path(), &["--every", "commit", "--metrics", "all", "--no-cache"]);
    let figures = points(&without)[0]["figures"].as_object().expect("figures");
    for (metric, value) in figures {
        let why = value["why"].as_str().unwrap_or_else(|| panic!("{metric} was invented: {value}"));
        assert!(why.contains("a.rs cannot be read"), "{why}");
    }
    assert_eq!(points(&without)[1], points(&before)[1]);
}

#[test]
fn a_new_commit_is_the_only_one_that_is_measured_and_a_rewritten_one_leaves_no_trace() {
    let tree = random_history(7, 5);
    let words = ["--every", "commit"];
    history(tree.path(), &words);
    tree.write("src/new.rs", branching("new", 12));
    commit_at(&tree, "Ada", MONDAY + 90 * DAY, "New");
    history(tree.path(), &words);
    tree.write("src/new.rs", branching("new", 3));
    tree.git(&["add", "--all"]);
    git_at(
        tree.path(),
        "Ada",
        MONDAY + 91 * DAY,
        &["commit", "--quiet", "--amend", "--message", "Rewritten"],
    );
    tree.git(&["reflog", "expire", "--expire=now", "--all"]);
    tree.git(&["gc", "--quiet", "--prune=now"]);
    let kept = history(tree.path(), &words);
    assert_eq!(kept, history(tree.path(), &["--every", "commit", "--no-cache"]));
    assert_eq!(texts(&kept, "summary").last().map(String::as_str), Some("Rewritten"));
}

#[test]
fn clocks_that_go_back_change_neither_the_order_nor_the_weeks_of_the_others() {
    let tree = Tree::unborn(&[]);
    let week = 7 * DAY;
    let times = [MONDAY, MONDAY + week, 0, MONDAY + 400 * week, MONDAY + 2 * week, MONDAY + 2 * week + DAY];
    for (number, time) in times.into_iter().enumerate() {
        tree.write("a.rs", format!("fn f{number}() {{}}\n").repeat(number + 1));
        commit_at(&tree, "Ada", time, &format!("Commit {number}"));
    }
    let all = history(tree.path(), &["--every", "commit"]);
    assert_eq!(texts(&all, "summary"), (0..6).map(|number| format!("Commit {number}")).collect::<Vec<_>>());
    assert_eq!(all["clocks_off"], 2);
    let times: Vec<i64> = points(&all).iter().map(|point| point["time"].as_i64().expect("a time")).collect();
    assert_eq!(
        times,
        [0, 1, 1, 1, 2, 2]
            .map(|weeks| MONDAY + weeks * week)
            .iter()
            .enumerate()
            .map(|(index, time)| time + if index == 5 { DAY } else { 0 })
            .collect::<Vec<_>>()
    );
    assert_eq!(points(&all)[2]["commit_time"], 0);
    let weekly = history(tree.path(), &["--every", "week"]);
    assert_eq!(texts(&weekly, "summary"), ["Commit 0", "Commit 3", "Commit 5"]);
    let human = run(tree.path(), &["history"]).exits(0).stdout;
    assert!(human.contains("2 commits have clocks that contradict"), "{human}");
}

/// Commits on 2024-01-01 (two), 2024-01-03, 2024-01-07 (Sunday), 2024-01-08 (Monday), 2024-02-29, with tags.
fn calendar() -> Tree {
    let tree = Tree::unborn(&[("a.rs", "fn a() {}\n")]);
    for (name, days, hours) in
        [("a", 0, 0), ("b", 0, 3), ("c", 2, 0), ("d", 6, 11), ("e", 7, -12), ("f", 59, 0)]
    {
        commit_at(&tree, "Ada", MONDAY + days * DAY + hours * 3_600, name);
    }
    tree.git(&["tag", "light", "HEAD~4"]);
    tree.git(&["tag", "-a", "-m", "annotated", "v1", "HEAD~2"]);
    tree.git(&["tag", "also", "HEAD~2"]);
    tree.git(&["tag", "folder", "HEAD^{tree}"]);
    tree.git(&["checkout", "--quiet", "-b", "side", "HEAD~1"]);
    commit_at(&tree, "Ada", MONDAY + 60 * DAY, "elsewhere");
    tree.git(&["tag", "unreachable"]);
    tree.git(&["checkout", "--quiet", "main"]);
    tree
}

#[test]
fn each_period_has_its_last_commit_and_tags_are_found_whatever_their_kind() {
    let tree = calendar();
    let chosen = |words: &[&str]| texts(&history(tree.path(), words), "summary").concat();
    assert_eq!(chosen(&["--every", "commit"]), "abcdef");
    assert_eq!(chosen(&["--every", "day"]), "bcdef");
    assert_eq!(chosen(&["--every", "week"]), "def");
    assert_eq!(chosen(&["--every", "month"]), "ef");
    assert_eq!(chosen(&[]), "def", "weeks unless said otherwise");
    let tags = history(tree.path(), &["--every", "tag"]);
    assert_eq!(texts(&tags, "summary"), ["b", "d"]);
    assert_eq!(points(&tags)[1]["tags"], serde_json::json!(["also", "v1"]));
}

#[test]
fn a_range_begins_at_a_day_or_where_the_history_left_a_revision() {
    let tree = calendar();
    let chosen = |words: &[&str]| {
        texts(&history(tree.path(), &[&["--every", "commit"], words].concat()), "summary").concat()
    };
    assert_eq!(chosen(&["--since", "2024-01-03"]), "cdef");
    assert_eq!(chosen(&["--since", "2024-01-09"]), "f");
    assert_eq!(chosen(&["--since", "v1"]), "def");
    assert_eq!(chosen(&["--since", "side"]), "ef", "the line left it at e");
    assert_eq!(chosen(&["--until", "v1"]), "abcd");
    assert_eq!(chosen(&["--since", "light", "--until", "HEAD~1", "--max", "2"]), "de");
    assert_eq!(chosen(&["--since", "2030-01-01"]), "");
    run(tree.path(), &["history", "--since", "2030-01-01"]).exits(0);
    run(tree.path(), &["history", "--since", "2024-02-30"]).fails_with("no day of the calendar");
    run(tree.path(), &["history", "--since", "nowhere"]).fails_with("nowhere is not a known revision");
    run(tree.path(), &["history", "--until", "nowhere"]).fails_with("nowhere is not a known revision");
    run(tree.path(), &["history", "--metrics", "nonsense"]).fails_with("nonsense");
}

#[test]
fn a_folder_has_a_history_of_its_own() {
    let tree = Tree::unborn(&[("src/a.rs", "fn a() {}\n"), ("b.rs", "fn b() {}\n")]);
    commit_at(&tree, "Ada", MONDAY, "Begin");
    tree.write("src/c.rs", "fn c() {}\n");
    commit_at(&tree, "Ada", MONDAY + DAY, "More");
    let of = |words: &[&str]| {
        let report = history(tree.path(), &[&["--every", "commit"], words].concat());
        points(&report).iter().map(|point| figure(point, "files").as_f64()).collect::<Vec<_>>()
    };
    assert_eq!(of(&[]), [Some(2.0), Some(3.0)]);
    assert_eq!(of(&["src"]), [Some(1.0), Some(2.0)]);
    assert_eq!(of(&["--path", "b.rs"]), [Some(1.0), Some(1.0)]);
    assert_eq!(of(&[]), [Some(2.0), Some(3.0)], "kept apart from those of the folder");
}

#[test]
fn every_format_shows_the_same_figures() {
    let tree = random_history(2, 4);
    let json = history(tree.path(), &["--every", "commit", "--metrics", "all"]);
    let words = ["history", "--every", "commit", "--metrics", "all", "--format"];
    let other = |format: &str| run(tree.path(), &[&words[..], &[format]].concat()).exits(0).stdout;
    let csv = other("csv");
    let mut lines = csv.split_terminator("\r\n");
    let heads: Vec<&str> = lines.next().expect("a head").split(',').collect();
    let rows: Vec<Vec<&str>> = lines.map(|line| line.split(',').collect()).collect();
    assert_eq!(rows.len(), points(&json).len());
    for (row, point) in rows.iter().zip(points(&json)) {
        assert_eq!(row.len(), heads.len());
        for (head, cell) in heads.iter().zip(row).skip(8) {
            assert_eq!(cell.parse::<f64>().ok(), figure(point, head).as_f64(), "{head}");
        }
    }
    let last = points(&json).last().expect("points");
    let score = format!("{:.2}", figure(last, "tdg").as_f64().expect("a score"));
    for text in [other("human"), other("markdown")] {
        assert!(text.contains(&score) && text.contains("Technical debt gradient"), "{text}");
    }
    assert!(other("markdown").contains("| ---: |"));
}

#[test]
fn figures_that_nobody_asked_for_say_so() {
    let tree = Tree::repository(&[("a.rs", CLEAN)]);
    let report = history(tree.path(), &["--every", "commit"]);
    let tdg = figure(&points(&report)[0], "tdg");
    assert_eq!((&tdg["value"], &tdg["why"]), (&Value::Null, &Value::from("not asked for")));
    assert_eq!(points(&report)[0]["grade"], Value::Null);
    let human = run(tree.path(), &["history"]).exits(0).stdout;
    assert!(human.contains("not asked for: duplicated, tdg"), "{human}");
}

#[test]
fn a_commit_without_files_and_one_with_a_wrong_configuration_have_no_figures_but_a_reason() {
    let tree = Tree::unborn(&[]);
    commit_at(&tree, "Ada", MONDAY, "Nothing");
    tree.write("a.rs", CLEAN);
    tree.write("batuta.toml", "[exclude]\npathz = []\n");
    commit_at(&tree, "Ada", MONDAY + DAY, "Wrong");
    tree.write("batuta.toml", "");
    commit_at(&tree, "Ada", MONDAY + 2 * DAY, "Right");
    for _ in 0..2 {
        let report = history(tree.path(), &["--every", "commit", "--metrics", "all"]);
        let why =
            |index: usize, metric| figure(&points(&report)[index], metric)["why"].as_str().map(str::to_owned);
        assert_eq!(why(0, "files").as_deref(), Some("no file was measured"));
        assert_eq!(why(0, "tdg").as_deref(), Some("no file was measured"));
        let wrong = why(1, "source-lines").expect("no figure");
        assert!(
            wrong.contains("batuta.toml of this commit cannot be used") && wrong.contains("pathz"),
            "{wrong}"
        );
        assert_eq!(figure(&points(&report)[2], "functions"), 1.0);
    }
    tree.write("named.toml", "");
    let named = history(tree.path(), &["--every", "commit", "--config", "named.toml"]);
    assert_eq!(
        figure(&points(&named)[1], "functions"),
        1.0,
        "the named configuration counts for all commits"
    );
}

#[test]
fn a_shallow_clone_shows_what_it_has_and_says_that_there_was_more() {
    let tree = random_history(9, 4);
    let place = tempfile::tempdir().expect("a temporary folder can be made");
    let url = format!("file://{}", tree.path().display());
    git(place.path(), &["clone", "--quiet", "--depth", "2", &url, "cut"]);
    let cut = place.path().join("cut");
    let report = history(&cut, &["--every", "commit"]);
    assert_eq!(report["shallow"], true);
    let whole = history(tree.path(), &["--every", "commit"]);
    assert_eq!(whole["shallow"], false);
    let (own, all) = (points(&report), points(&whole));
    assert_eq!(own, &all[all.len() - own.len()..]);
    assert!(own.len() < all.len());
    assert!(run(&cut, &["history"]).exits(0).stdout.contains("the clone is shallow"));
    let blame = run(&cut, &["blame-metric", "files", "--format", "json"]).exits(0).json();
    assert!(blame["not_compared"][0]["why"].as_str().expect("a reason").contains("shallow"), "{blame}");
}

#[test]
fn without_a_history_there_are_no_points() {
    let unborn = Tree::unborn(&[("a.rs", CLEAN)]);
    for words in [&["history"][..], &["blame-metric", "files"]] {
        run(unborn.path(), words).fails_with("no commit yet");
        run(Tree::folder(&[("a.rs", CLEAN)]).path(), words).fails_with("not inside a Git repository");
    }
}

#[test]
fn a_bare_repository_has_the_history_of_its_head() {
    let tree = random_history(4, 4);
    let place = tempfile::tempdir().expect("a temporary folder can be made");
    git(place.path(), &["clone", "--quiet", "--bare", &tree.path().to_string_lossy(), "bare.git"]);
    let bare = history(&place.path().join("bare.git"), &["--every", "commit"]);
    assert_eq!(bare, history(tree.path(), &["--every", "commit"]));
}

#[cfg(unix)]
#[test]
fn a_run_that_is_killed_leaves_right_figures_and_the_next_one_goes_on() {
    use std::os::unix::process::ExitStatusExt;

    let tree = random_history(13, 25);
    let words = ["history", "--every", "commit", "--metrics", "all", "--format", "json"];
    let expected = run(tree.path(), &[&words[..], &["--no-cache"]].concat()).exits(0).stdout;
    let mut killed = 0;
    for moment in 0..12 {
        let mut child = command(tree.path(), &words)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        std::thread::sleep(Duration::from_millis(moment * 11));
        let _ = child.kill();
        let status = child.wait().expect("a child can be waited for");
        killed += usize::from(status.signal() == Some(9));
    }
    assert!(killed > 0, "every run was quicker than its end");
    assert_eq!(run(tree.path(), &words).exits(0).stdout, expected);
}

fn blame(tree: &Tree, words: &[&str]) -> Value {
    let all: Vec<&str> =
        ["blame-metric", "--format", "json"].into_iter().chain(words.iter().copied()).collect();
    run(tree.path(), &all).exits(0).json()
}

#[test]
fn lines_are_blamed_on_commits_as_git_counts_them() {
    let tree = Tree::unborn(&[]);
    let mut numbers = Numbers(21);
    for number in 0..8 {
        let lines = "fn f() {}\n".repeat(1 + numbers.below(20) as usize);
        tree.write(format!("{}.rs", numbers.below(3)), lines);
        commit_at(
            &tree,
            ["Ada", "Bob"][number as usize % 2],
            MONDAY + number * DAY,
            &format!("Commit {number}"),
        );
    }
    let report = blame(&tree, &["source-lines"]);
    let mut total = 0;
    for change in report["commits"].as_array().expect("commits") {
        let commit = change["commit"].as_str().expect("an id");
        let counts = tree.git(&["show", "--numstat", "--format=", commit]);
        let by_git: i64 = counts
            .lines()
            .map(|line| {
                let mut fields = line.split('\t').map(|field| field.parse::<i64>().unwrap_or(0));
                fields.next().unwrap_or(0) - fields.next().unwrap_or(0)
            })
            .sum();
        assert_eq!(change["change"].as_f64(), Some(by_git as f64), "{commit}");
        total += by_git;
    }
    assert_eq!(report["value"].as_f64(), Some(total as f64), "the changes add up to what there is");
    assert_eq!(
        report["raised"].as_f64().zip(report["lowered"].as_f64()).map(|(a, b)| a + b),
        Some(total as f64)
    );
    let changes: Vec<f64> = report["commits"]
        .as_array()
        .expect("commits")
        .iter()
        .filter_map(|change| change["change"].as_f64())
        .collect();
    assert!(changes.is_sorted_by(|a, b| a.abs() >= b.abs()), "{changes:?}");
    let of_authors: f64 = report["authors"]
        .as_array()
        .expect("authors")
        .iter()
        .filter_map(|author| author["net"].as_f64())
        .sum();
    assert_eq!(of_authors, total as f64);
}

#[test]
fn who_made_it_worse_and_who_better_is_named_through_merges() {
    let tree = Tree::unborn(&[("a.rs", &branching("a", 3))]);
    commit_at(&tree, "Ada", MONDAY, "Begin");
    tree.git(&["checkout", "--quiet", "-b", "side"]);
    tree.write("b.rs", branching("b", 30));
    commit_at(&tree, "Bob", MONDAY + DAY, "Worse");
    tree.git(&["checkout", "--quiet", "main"]);
    tree.write("a.rs", branching("a", 1));
    commit_at(&tree, "Cyd", MONDAY + 2 * DAY, "Better");
    git_at(
        tree.path(),
        "Ada",
        MONDAY + 3 * DAY,
        &["merge", "--quiet", "--no-ff", "-m", "Merge side", "side"],
    );
    let report = blame(&tree, &["cyclomatic", "--since", "HEAD~2"]);
    let changes: Vec<(String, f64)> = report["commits"]
        .as_array()
        .expect("commits")
        .iter()
        .map(|change| {
            (
                change["author"].as_str().expect("a name").to_owned(),
                change["change"].as_f64().expect("a number"),
            )
        })
        .collect();
    assert_eq!(changes, [("Bob".to_owned(), 30.0), ("Cyd".to_owned(), -2.0)]);
    assert_eq!((&report["merges"], &report["compared"]), (&Value::from(1), &Value::from(2)));
    let along = blame(&tree, &["cyclomatic", "--since", "HEAD~2", "--first-parent"]);
    assert_eq!(along["commits"][0]["author"], "Ada", "who merged");
    assert_eq!(along["commits"][0]["summary"], "Merge side");
    assert_eq!(along["commits"][0]["change"], 30.0);
    let here = blame(&tree, &["cyclomatic", "--path", "a.rs"]);
    assert_eq!(here["value"], 1.0);
    assert_eq!(here["commits"].as_array().map(Vec::len), Some(2));
    let human = run(tree.path(), &["blame-metric", "cyclomatic", "--top", "1"]).exits(0).stdout;
    assert!(
        human.contains("Worse") && !human.contains("Better") && human.contains("1 merge passed over"),
        "{human}"
    );
}

#[test]
fn a_mean_has_no_change_at_the_first_commit_and_a_sum_begins_with_nothing() {
    let tree = Tree::repository(&[("a.rs", &branching("a", 4))]);
    let mean = blame(&tree, &["cyclomatic-mean"]);
    assert_eq!((&mean["compared"], &mean["value"]), (&Value::from(0), &Value::from(4.0)));
    assert!(mean["not_compared"][0]["why"].as_str().expect("a reason").contains("first commit"));
    let sum = blame(&tree, &["cyclomatic"]);
    assert_eq!(
        (&sum["commits"][0]["before"], &sum["commits"][0]["after"]),
        (&Value::Null, &Value::from(4.0))
    );
}

#[test]
fn names_and_messages_of_strangers_do_not_reach_the_terminal_as_they_are() {
    let tree = Tree::unborn(&[("a.rs", CLEAN)]);
    commit_at(&tree, "E\u{1b}[31mve", MONDAY, "Subject \u{1b}]0;owned\u{7}, with \"quotes\"");
    for words in [&["history", "--every", "commit"][..], &["blame-metric", "files"]] {
        let text = run(tree.path(), words).exits(0).stdout;
        assert!(!text.contains('\u{1b}') && text.contains("\\x1B"), "{text}");
    }
    let csv = run(tree.path(), &["history", "--every", "commit", "--format", "csv"]).exits(0).stdout;
    assert!(csv.contains("\"\"quotes\"\"\""), "{csv}");
}

#[test]
fn the_document_names_every_metric() {
    let tree = Tree::repository(&[("a.rs", CLEAN)]);
    let report = history(tree.path(), &["--metrics", "all"]);
    let text = fs::read_to_string(workspace().join("docs/history.md")).expect("the document is there");
    let metrics = report["metrics"].as_array().expect("metrics");
    assert!(metrics.len() > 15);
    for metric in metrics {
        let id = metric["id"].as_str().expect("a name");
        assert!(text.contains(&format!("`{id}`")), "{id} is not in docs/history.md");
    }
}
