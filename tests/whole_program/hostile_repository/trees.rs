//! Trees that Git would refuse to check out, and trees that expand to more than they contain.

use super::{assert_shows_nothing, commit_tree, limited, object, survives, tree_object};
use crate::program::run;
use crate::repository::{CLEAN, Tree};
use std::io::Write;
use std::process::{Command, Stdio};

const COMPLEXITY: &[&str] =
    &["pmat", "analyze", "complexity", "--revision", "HEAD", "--top-functions", "0", "--format", "json"];

/// A repository whose HEAD has entries with these names next to a valid one.
fn with_names(names: &[&[u8]]) -> Tree {
    let tree = Tree::unborn(&[]);
    let code = object(&tree, "blob", CLEAN.as_bytes());
    let below = tree_object(&tree, &[("100644", b"inner.rs", &code)]);
    let mut entries: Vec<(&str, &[u8], &str)> = vec![("100644", b"a.rs", &code)];
    for name in names {
        entries.push(("100644", name, &code));
        entries.push(("40000", name, &below));
    }
    let top = tree_object(&tree, &entries);
    commit_tree(&tree, &top);
    tree
}

#[test]
fn entries_with_names_that_git_forbids_are_left_out_with_the_reason() {
    let names: &[&[u8]] = &[
        b".",
        b"..",
        b".git",
        b".GIT",
        b".git ",
        b"GIT~1",
        b"../up.rs",
        b"/etc/x.rs",
        b"",
        ".g\u{200c}it".as_bytes(),
    ];
    let tree = with_names(names);
    let report = run(tree.path(), COMPLEXITY).exits(0).json();
    let measured: Vec<&str> =
        report["functions"].as_array().expect("a list").iter().filter_map(|f| f["path"].as_str()).collect();
    assert_eq!(measured, ["a.rs"]);
    let text = report.to_string();
    assert!(!text.contains("../") && !text.contains("\"/"), "no path leads out: {text}");
    let left_out = report["not_measured"].as_array().expect("a list");
    let why =
        |entry: &serde_json::Value| entry["why"].as_str().is_some_and(|why| why.contains("Git forbids"));
    assert_eq!(left_out.iter().filter(|entry| why(entry)).count(), names.len(), "{left_out:#?}");
    survives(&tree);
    let gate = run(tree.path(), &["pmat", "quality-gate", "--revision", "HEAD"]).exits(1);
    assert!(gate.stdout.contains("Git forbids such a name"), "{}", gate.stdout);
}

/// The same names in the index: Git reads its entries without checking them.
#[test]
fn entries_of_the_index_with_such_names_are_left_out() {
    let tree = Tree::repository(&[("00/secret.rs", CLEAN), ("0git/b.rs", CLEAN), ("a.rs", CLEAN)]);
    // The order stays that of Git: an index in another order is refused as a whole.
    let index = tree.join(".git/index");
    let mut bytes = std::fs::read(&index).expect("it is there");
    for (name, other) in [(&b"00/secret.rs"[..], &b"../secret.rs"[..]), (b"0git/b.rs", b".git/b.rs")] {
        let at = bytes.windows(name.len()).position(|window| window == name).expect("it stands there");
        bytes[at..at + other.len()].copy_from_slice(other);
    }
    std::fs::write(&index, bytes).expect("it can be written");
    let words = ["pmat", "analyze", "complexity", "--staged", "--top-functions", "0", "--format", "json"];
    let report = run(tree.path(), &words).exits(0).json();
    assert_eq!(report["functions"].as_array().map(Vec::len), Some(1), "{report}");
    survives(&tree);
}

/// Changes in these trees are reported without the bad entries: history, new code.
#[test]
fn histories_know_no_such_names() {
    let tree = with_names(&[b"..", b"../../SECRET.rs", b".git"]);
    for words in [&["pmat", "analyze", "hotspots", "--format", "json"][..], &["history", "--format", "json"]]
    {
        let run = run(tree.path(), words);
        assert!(matches!(run.code, Some(0..=2)), "{run:?}");
        assert_shows_nothing(&run);
        assert!(!run.stdout.contains("../"), "{}", run.stdout);
    }
}

/// Ten trees of ten entries each, nested: 10^10 files in a dozen objects.
fn bomb() -> Tree {
    let tree = Tree::unborn(&[]);
    let code = object(&tree, "blob", b"fn x() {}\n");
    let names: Vec<String> = (0..10).map(|index| format!("d{index}")).collect();
    let files: Vec<String> = (0..10).map(|index| format!("f{index}.rs")).collect();
    let leaves: Vec<(&str, &[u8], &str)> =
        files.iter().map(|name| ("100644", name.as_bytes(), code.as_str())).collect();
    let mut top = tree_object(&tree, &leaves);
    for _ in 0..9 {
        let entries: Vec<(&str, &[u8], &str)> =
            names.iter().map(|name| ("40000", name.as_bytes(), top.as_str())).collect();
        top = tree_object(&tree, &entries);
    }
    commit_tree(&tree, &top);
    tree
}

#[test]
fn a_tree_that_stands_for_10_to_the_10_files_is_refused() {
    let tree = bomb();
    limited(tree.path(), 4_000_000, &["analyze", "--revision", "HEAD"]).fails_with("too many files");
    limited(tree.path(), 4_000_000, &["pmat", "quality-gate", "--revision", "HEAD"])
        .fails_with("too many files");
    let run = limited(tree.path(), 4_000_000, &["pmat", "analyze", "hotspots"]);
    assert_eq!(run.code, Some(2), "{run:?}");
    let run = limited(tree.path(), 4_000_000, &["pmat", "quality-gate", "--base", "HEAD"]);
    assert_eq!(run.code, Some(2), "{run:?}");
}

#[test]
fn a_part_of_such_a_tree_can_be_analysed() {
    let tree = bomb();
    let part = tree.join("d0/d0/d0/d0/d0/d0/d0");
    std::fs::create_dir_all(&part).expect("it can be made");
    run(&part, &["analyze", "--revision", "HEAD", "."]).exits(0);
}

#[test]
fn a_tree_of_ten_thousand_levels_is_listed_as_far_as_paths_go() {
    let tree = Tree::unborn(&[]);
    let path = format!("{}deep.rs", "d/".repeat(10_000));
    let stream = format!(
        "blob\nmark :1\ndata {}\n{CLEAN}\ncommit refs/heads/main\n\
         committer Ada Tester <ada@example.org> 1700000000 +0000\ndata 2\nm\n\n\
         M 100644 :1 {path}\nM 100644 :1 top.rs\n\n",
        CLEAN.len()
    );
    let mut import = Command::new("git");
    import.args(["fast-import", "--quiet"]).current_dir(tree.path()).stdin(Stdio::piped());
    let mut child = import.spawn().expect("git runs");
    child.stdin.take().expect("it is piped").write_all(stream.as_bytes()).expect("git reads");
    assert!(child.wait().expect("git ends").success());
    let report = run(tree.path(), COMPLEXITY).exits(0).json();
    assert!(report["functions"].as_array().is_some_and(|list| !list.is_empty()), "{report}");
    assert!(report["not_measured"].to_string().contains("512 folders"), "{}", report["not_measured"]);
    survives(&tree);
}
