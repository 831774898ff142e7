//! The files in `.git/batuta` may have come with the repository: the program never follows them outside, never trusts
//! them, and never fails because of them.
#![cfg(unix)]

use crate::mutate::{mutate, python};
use crate::program::{Run, command, finish, run};
use crate::repository::{CLEAN, Tree, branching};
use serde_json::Value;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Every one of them uses a store.
const USES: [&[&str]; 4] = [
    &["pmat", "analyze", "complexity", "--format", "json"],
    &["pmat", "query", "sum", "--format", "json"],
    &["pmat", "analyze", "churn", "--days", "0", "--format", "json"],
    &["pmat", "tdg", "--format", "json"],
];

/// The output of the commands without a store.
fn right(tree: &Tree) -> Vec<String> {
    USES.iter()
        .map(|words| run(tree.path(), &[words, &["--no-cache"][..]].concat()).exits(0).stdout)
        .collect()
}

/// Runs all commands twice; the answers must be the same as without a store.
#[track_caller]
fn answers_stay(tree: &Tree, right: &[String], what: &str) {
    for _ in 0..2 {
        for (words, right) in USES.iter().zip(right) {
            assert_eq!(run(tree.path(), words).exits(0).stdout, *right, "{words:?} with {what}");
        }
    }
    run(tree.path(), &["cache", "info"]).exits(0);
}

fn repository() -> Tree {
    Tree::repository(&[
        ("a.rs", &branching("sum", 5)),
        ("b.py", "def add(a):\n    return a\n"),
        ("c.rs", CLEAN),
    ])
}

/// All files below a folder with their bytes; links are not followed.
fn content(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("an entry").path();
        match path.symlink_metadata().expect("it is there") {
            kind if kind.is_dir() => found.extend(content(&path)),
            kind if kind.is_file() => found.push((path.clone(), fs::read(&path).expect("it can be read"))),
            _ => found.push((path, Vec::new())),
        }
    }
    found.sort();
    found
}

fn fifo(path: &Path) {
    let made = Command::new("mkfifo").arg(path).status().expect("mkfifo runs");
    assert!(made.success());
}

/// The folder of the search index.
fn index_of(tree: &Tree) -> PathBuf {
    let entries = fs::read_dir(tree.join(".git/batuta")).expect("there are stores");
    let mut folders = entries.map(|entry| entry.expect("an entry").path());
    folders.find(|path| path.to_string_lossy().contains("/search-")).expect("there is an index")
}

#[test]
fn a_linked_store_folder_is_not_followed() {
    let tree = repository();
    let right = right(&tree);
    let victim =
        Tree::folder(&[("precious", "precious"), ("cache.sqlite", "no database"), ("mutants/lock", "mine")]);
    let before = content(victim.path());
    symlink(victim.path(), tree.join(".git/batuta")).expect("a link");
    answers_stay(&tree, &right, "a link");
    let info = run(tree.path(), &["cache", "info", "--format", "json"]).exits(0).json();
    assert!(info["passed_over"][0].as_str().is_some_and(|why| why.contains("it is a link")), "{info}");
    run(tree.path(), &["cache", "prune"]).exits(0);
    run(tree.path(), &["cache", "clear"]).exits(0);
    assert_eq!(content(victim.path()), before);
    assert!(tree.join(".git/batuta").is_symlink());
}

#[test]
fn links_pipes_and_folders_in_the_place_of_the_caches_files_are_neither_written_through_nor_waited_for() {
    let tree = repository();
    let right = right(&tree);
    let victim = Tree::folder(&[("precious", "precious\n")]);
    let precious = victim.join("precious");
    for name in ["cache.sqlite", "cache.sqlite-wal", "cache.sqlite-shm", "cache.sqlite-journal"] {
        let path = tree.join(".git/batuta").join(name);
        for kind in ["link", "dangling link", "pipe"] {
            run(tree.path(), USES[0]).exits(0);
            let _ = fs::remove_file(&path);
            match kind {
                "link" => symlink(&precious, &path).expect("a link"),
                "pipe" => fifo(&path),
                _ => symlink(victim.join("new"), &path).expect("a link"),
            }
            answers_stay(&tree, &right, &format!("a {kind} as {name}"));
            assert_eq!(fs::read_to_string(&precious).expect("it is there"), "precious\n", "{kind} {name}");
            assert!(!victim.join("new").exists(), "{kind} {name}");
        }
    }
}

#[test]
fn links_and_pipes_in_the_folder_of_the_index_are_not_followed() {
    let tree = repository();
    let right = right(&tree);
    let victim = Tree::folder(&[("precious", "precious\n")]);
    for name in ["meta.json", ".managed.json", ".tantivy-writer.lock", ".tantivy-meta.lock", "stray"] {
        run(tree.path(), USES[1]).exits(0);
        let path = index_of(&tree).join(name);
        for pipe in [false, true] {
            let _ = fs::remove_file(&path);
            if pipe {
                fifo(&path)
            } else {
                symlink(victim.join("precious"), &path).expect("a link")
            }
            tree.write("c.rs", format!("{CLEAN}// {name} {pipe}\n"));
            assert_eq!(run(tree.path(), USES[1]).exits(0).stdout, right[1], "{name} {pipe}");
            assert_eq!(fs::read_to_string(victim.join("precious")).expect("it is there"), "precious\n");
        }
    }
    let index = index_of(&tree);
    fs::remove_dir_all(&index).expect("it is there");
    symlink(victim.path(), &index).expect("a link");
    assert_eq!(run(tree.path(), USES[1]).exits(0).stdout, right[1]);
    assert_eq!(content(victim.path()).len(), 1);
}

#[test]
fn the_list_of_an_index_removes_nothing_elsewhere() {
    let outer = Tree::folder(&[("victim", "precious\n")]);
    let victim = outer.join("victim");
    for name in
        ["../../../../victim", victim.to_str().expect("UTF-8"), "..\\..\\victim", "x/../../../../../victim"]
    {
        let tree = Tree::repository(&[("a.py", "def add(a):\n    return a\n")]);
        // Next to the repository, the target of the relative names.
        let beside = tree.path().parent().expect("a temporary folder").join("victim");
        let query = ["-q", "pmat", "query", "add", "."];
        run(tree.path(), &query).exits(0);
        let list = index_of(&tree).join(".managed.json");
        let mut names: Vec<Value> = serde_json::from_slice(&fs::read(&list).expect("a list")).expect("JSON");
        names.push(name.into());
        fs::write(&list, serde_json::to_vec(&names).expect("JSON")).expect("it can be written");
        let planted = !beside.exists() && fs::write(&beside, "precious\n").is_ok();
        for round in 0..3 {
            tree.write(
                "a.py",
                format!("def add(a):\n    return a\n\ndef more{round}():\n    return {round}\n"),
            );
            run(tree.path(), &query).exits(0);
        }
        assert!(victim.is_file(), "{name}");
        if planted {
            assert!(beside.is_file(), "{name}");
            fs::remove_file(beside).expect("it is there");
        }
        let list = fs::read_to_string(list).expect("there is a list again");
        assert!(!list.contains("victim"), "{list}");
    }
}

#[test]
fn a_garbled_index_changes_no_answer() {
    let tree = repository();
    let right = right(&tree);
    run(tree.path(), USES[1]).exits(0);
    let count = content(&index_of(&tree)).len();
    assert!(count > 5);
    for number in 0..count {
        for how in 0..3 {
            let files = content(&index_of(&tree));
            let Some((path, bytes)) = files.get(number) else { continue };
            let damaged = match how {
                0 => bytes[..bytes.len() / 2].to_vec(),
                1 => bytes.iter().map(|byte| byte ^ 0xff).collect(),
                _ => [&bytes[..], &[0xff; 64]].concat(),
            };
            fs::write(path, damaged).expect("it can be written");
            assert_eq!(run(tree.path(), USES[1]).exits(0).stdout, right[1], "{} {how}", path.display());
        }
    }
}

/// A repository of another user: root gives one away, others can only look at those of root.
#[test]
fn a_foreign_repository_is_measured_but_its_stores_are_not_touched_unless_git_is_told_to_trust_it() {
    let tree = repository();
    let right = right(&tree);
    let is_root = fs::metadata("/proc/self").expect("this process").uid() == 0;
    if is_root {
        give(tree.path(), 4242);
        answers_stay(&tree, &right, "another owner");
        assert!(!tree.join(".git/batuta").exists(), "{:?}", content(&tree.join(".git")));
        let info = run(tree.path(), &["cache", "info", "--format", "json"]).exits(0).json();
        assert!(info["passed_over"][0].as_str().is_some_and(|why| why.contains("somebody else")), "{info}");
    }
    let trusting = |words: &[&str], variables: &[(&str, &str)]| -> Run {
        let mut command = command(tree.path(), words);
        command.envs(variables.iter().copied());
        finish(command).exits(0)
    };
    let global = Tree::folder(&[("gitconfig", "[safe]\n\tdirectory = *\n")]);
    let global = global.join("gitconfig");
    // The same rule as in Git: root under sudo trusts the files of the user who called it.
    for (number, variables) in
        [vec![("SUDO_UID", "4242")], vec![("GIT_CONFIG_GLOBAL", global.to_str().expect("UTF-8"))]]
            .into_iter()
            .enumerate()
    {
        assert_eq!(trusting(USES[0], &variables).stdout, right[0]);
        let made = tree.join(".git/batuta/cache.sqlite");
        assert!(made.is_file(), "{variables:?}");
        // Files that root creates for a user belong to that user.
        let owner = if is_root { 4242 } else { fs::metadata(tree.path()).expect("it is there").uid() };
        assert_eq!(fs::metadata(&made).expect("it is there").uid(), owner, "{number}");
        fs::remove_dir_all(tree.join(".git/batuta")).expect("it was made");
    }
}

/// Gives a folder and everything in it to a user.
fn give(path: &Path, user: u32) {
    std::os::unix::fs::lchown(path, Some(user), Some(user)).expect("root may");
    if path.is_dir() && !path.is_symlink() {
        for entry in fs::read_dir(path).expect("it is there") {
            give(&entry.expect("an entry").path(), user);
        }
    }
}

#[test]
fn a_folder_of_stores_that_others_may_write_to_is_closed() {
    let tree = repository();
    run(tree.path(), USES[0]).exits(0);
    let folder = tree.join(".git/batuta");
    let mode = || fs::metadata(&folder).expect("it is there").mode() & 0o777;
    assert_eq!(mode(), 0o700);
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o777)).expect("it is ours");
    run(tree.path(), USES[0]).exits(0);
    assert_eq!(mode() & 0o022, 0);
    if fs::metadata("/proc/self").expect("this process").uid() == 0 {
        let right = right(&tree);
        chown(&folder, Some(4242), None).expect("root may");
        let before = content(&folder);
        answers_stay(&tree, &right, "a folder of another user");
        assert_eq!(content(&folder), before);
    }
}

#[test]
fn entries_of_another_secret_are_none_and_stay() {
    let tree = repository();
    let right = right(&tree);
    let with = |key: &str, words: &[&str]| {
        let mut command = command(tree.path(), words);
        command.env("BATUTA_CACHE_KEY", key);
        finish(command).exits(0)
    };
    let entries = |key: &str| with(key, &["cache", "info", "--format", "json"]).json()["entries"].as_u64();
    let (one, two) = ("1".repeat(40), "2".repeat(40));
    for (words, right) in USES.iter().zip(&right) {
        assert_eq!(with(&one, words).stdout, *right);
    }
    assert_eq!(entries(&one), Some(3));
    for (words, right) in USES.iter().zip(&right) {
        assert_eq!(with(&two, words).stdout, *right);
        assert_eq!(with(&one, words).stdout, *right);
    }
    assert_eq!(entries(&two), Some(6), "each has its own");
    let file = tree.join("key");
    fs::write(&file, format!("{one}\n")).expect("a file");
    let mut command = command(tree.path(), &["analyze"]);
    command.env("BATUTA_CACHE_KEY_FILE", &file);
    finish(command).exits(0);
    assert_eq!(entries(&one), Some(6), "the file says the same secret");
}

#[test]
fn without_a_secret_nothing_is_remembered_and_the_report_is_the_same() {
    let tree = repository();
    let right = right(&tree);
    let bare = |variables: &[(&str, &str)], words: &[&str]| {
        let mut command = command(tree.path(), words);
        command.env_remove("HOME").env_remove("XDG_CONFIG_HOME").env_remove("XDG_CACHE_HOME");
        command.envs(variables.iter().copied());
        finish(command).exits(0)
    };
    let none = tree.join("none");
    let none = none.to_str().expect("UTF-8");
    for variables in [vec![], vec![("BATUTA_CACHE_KEY", "short")], vec![("BATUTA_CACHE_KEY_FILE", none)]] {
        for (words, right) in USES.iter().zip(&right) {
            assert_eq!(bare(&variables, words).stdout, *right);
        }
        let said = bare(&variables, USES[0]).stderr;
        assert!(said.contains("nothing can be remembered") && said.contains("BATUTA_CACHE_KEY"), "{said}");
        assert!(!tree.join(".git/batuta").exists(), "{variables:?}");
    }
    let key = "k".repeat(32);
    assert_eq!(bare(&[("BATUTA_CACHE_KEY", &key)], USES[0]).stderr, "");
    assert!(tree.join(".git/batuta/cache.sqlite").is_file());
}

#[test]
fn the_secret_is_made_in_the_configuration_folder_for_the_user_alone() {
    let (tree, home) = (repository(), Tree::folder(&[]));
    let with = |name: &str, folder: PathBuf| {
        let mut command = command(tree.path(), USES[0]);
        command.env_remove("XDG_CONFIG_HOME").env(name, folder);
        finish(command).exits(0)
    };
    for (name, folder, expected) in [
        ("HOME", home.path().to_owned(), ".config/batuta/cache.key"),
        ("XDG_CONFIG_HOME", home.join("xdg"), "xdg/batuta/cache.key"),
    ] {
        assert_eq!(with(name, folder).stderr, "");
        let mode = fs::metadata(home.join(expected)).expect("it was made").mode() & 0o777;
        assert_eq!(mode, 0o600, "{expected}");
    }
    fs::set_permissions(home.join("xdg/batuta/cache.key"), fs::Permissions::from_mode(0o644)).expect("ours");
    let said = with("XDG_CONFIG_HOME", home.join("xdg")).stderr;
    assert!(said.contains("others may read it"), "{said}");
}

#[test]
fn a_forged_report_of_mutants_is_not_believed() {
    let tree = python();
    tree.write("batuta.toml", "[rules.mutation]\nlevel = \"error\"\nmin = 1\n");
    tree.commit("Ask for mutants");
    mutate(tree.path(), &[]).exits(0);
    let gate = || run(tree.path(), &["pmat", "quality-gate", "--format", "json"]);
    let not_measured = |run: &Run| run.stdout.contains("run it again") || run.stderr.contains("run it again");
    assert!(!not_measured(&gate()));
    let report = tree.join(".git/batuta/mutants/report.json");
    let mut forged: Value = serde_json::from_slice(&fs::read(&report).expect("a report")).expect("JSON");
    forged["score"] = 100.0.into();
    fs::write(&report, forged.to_string()).expect("it can be written");
    let run = gate();
    assert!(not_measured(&run), "{}\n{}", run.stdout, run.stderr);
}

#[test]
fn a_planted_journal_of_mutants_removes_nothing_and_answers_nothing() {
    let tree = python();
    let victim = Tree::folder(&[("batuta-mutants-backup/precious", "precious\n")]);
    let folder = victim.join("batuta-mutants-backup");
    tree.write(
        ".git/batuta/mutants/journal.jsonl",
        format!(
            "{{\"run\":{{\"key\":\"k\"}}}}\n{{\"tree\":{{\"folder\":{:?}}}}}\n{{\"tree\":{{\"name\":{:?}}}}}\n",
            folder.display().to_string(),
            folder.display().to_string()
        ),
    );
    let precious = victim.join("precious");
    fs::write(&precious, "precious\n").expect("a file");
    for name in ["lock", "report.json", "report.json.new", "mutation.json.new"] {
        symlink(&precious, tree.join(".git/batuta/mutants").join(name)).expect("a link");
    }
    symlink(victim.path(), tree.join(".git/batuta/mutants/mutants.out")).expect("a link");
    let before = content(victim.path());
    mutate(tree.path(), &[]).exits(0);
    assert_eq!(content(victim.path()), before);
}

#[test]
fn the_cache_stays_under_its_limit() {
    let tree = Tree::repository(&[]);
    let limited = |words: &[&str], limit: &str| {
        let mut command = command(tree.path(), words);
        command.env("BATUTA_CACHE_MAX_SIZE", limit);
        finish(command).exits(0)
    };
    let words = ["pmat", "analyze", "complexity", "--format", "json"];
    let size = || -> u64 {
        let files = ["cache.sqlite", "cache.sqlite-wal"].map(|name| tree.join(".git/batuta").join(name));
        files.iter().filter_map(|path| fs::metadata(path).ok()).map(|file| file.len()).sum()
    };
    let mut largest = 0;
    for revision in 0..14 {
        for file in 0..12 {
            let functions: String =
                (0..160).map(|n| branching(&format!("f{revision}_{file}_{n}"), 3 + n % 9)).collect();
            tree.write(format!("m{file}.rs"), functions);
        }
        let shown = limited(&words, "2M").stdout;
        limited(&["pmat", "tdg"], "2M");
        assert_eq!(shown, limited(&[&words[..], &["--no-cache"]].concat(), "2M").stdout, "{revision}");
        largest = largest.max(size());
        assert!(size() <= 2 << 20, "{} bytes after revision {revision}", size());
    }
    assert!(largest > 1 << 20, "the limit was never near: {largest}");
    let info = limited(&["cache", "info", "--format", "json"], "2M").json();
    assert_eq!(info["max_bytes"], 2 << 20, "{info}");
    assert!(info["entries"].as_u64().is_some_and(|entries| (12..14 * 12).contains(&entries)), "{info}");
    run(tree.path(), &["cache", "prune", "--max-size", "1M"]).exits(0);
    assert!(size() <= 1 << 20, "{}", size());
    let said = limited(&words, "enormous").stderr;
    assert!(said.contains("BATUTA_CACHE_MAX_SIZE") && said.contains("1G counts"), "{said}");
    run(tree.path(), &["cache", "prune", "--max-size", "enormous"]).exits(2);
    let info = limited(&["cache", "info", "--format", "json"], "none").json();
    assert_eq!(info["max_bytes"], Value::Null);
}
