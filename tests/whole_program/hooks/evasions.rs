//! Nothing gets past a server by being impossible to judge, or by being hidden from the judge.

use super::pushes::Pair;
use super::{BAD, GOOD};
use crate::repository::git;
use std::fmt::Write;

/// Made up, and written in two pieces so that no scanner takes this file for a leak.
const KEY: &str = concat!("AKIA", "Q3EGRIPZX7TNVBHW");

/// Pushes, and returns the refusal's message, which must contain `reason`.
#[track_caller]
fn refused(pair: &Pair, words: &[&str], reason: &str) -> String {
    let (passed, told) = pair.push(words);
    assert!(!passed && told.contains(reason), "{words:?} is to be refused with {reason:?}: {told}");
    told
}

#[track_caller]
fn taken(pair: &Pair, words: &[&str]) -> String {
    let (passed, told) = pair.push(words);
    assert!(passed, "{words:?}: {told}");
    told
}

/// A tree object with exactly these entries (mode, name, object), as no Git would write it.
fn raw_tree(pair: &Pair, entries: &[(&str, &str, &str)]) -> String {
    let mut bytes = Vec::new();
    for (mode, name, id) in entries {
        bytes.extend_from_slice(format!("{mode} {name}\0").as_bytes());
        let digit = |at: usize| u8::from_str_radix(&id[at..at + 2], 16).expect("hexadecimal");
        bytes.extend((0..id.len()).step_by(2).map(digit));
    }
    pair.clone.write(".git/raw-tree", bytes);
    pair.clone.git(&["hash-object", "-t", "tree", "-w", "--literally", ".git/raw-tree"])
}

fn blob(pair: &Pair, text: &str) -> String {
    pair.clone.write(".git/raw-blob", text);
    pair.clone.git(&["hash-object", "-w", ".git/raw-blob"])
}

/// A commit of a tree with these parents; the branch `evil` points to it.
fn evil(pair: &Pair, tree: &str, parents: &[&str]) -> String {
    let mut words = vec!["commit-tree", "-m", "Change it", tree];
    parents.iter().for_each(|parent| words.extend(["-p", parent]));
    let commit = pair.clone.git(&words);
    pair.clone.git(&["update-ref", "refs/heads/evil", &commit]);
    commit
}

#[test]
fn two_entries_of_one_name_hide_nothing() {
    let pair = Pair::new("pre-receive");
    let (bad, good) = (blob(&pair, BAD), blob(&pair, GOOD));
    let key = blob(&pair, &format!("KEY={KEY}\n"));
    let folder = |file: &str, id: &str| raw_tree(&pair, &[("100644", file, id)]);
    let (bad_folder, good_folder) = (folder("bad.rs", &bad), folder("lib.rs", &good));
    let key_folder = folder("k.env", &key);
    for (first, second) in
        [(&bad_folder, &good_folder), (&good_folder, &bad_folder), (&key_folder, &good_folder)]
    {
        let tree = raw_tree(&pair, &[("40000", "src", first), ("40000", "src", second)]);
        evil(&pair, &tree, &["main"]);
        let told = refused(&pair, &["evil"], "src in commit ");
        assert!(
            told.contains("two entries of the tree have this name") && told.contains("git fsck"),
            "{told}"
        );
    }
    // Below the root, and for a file next to a folder.
    let inner = raw_tree(&pair, &[("100644", "lib.rs", &bad), ("100644", "lib.rs", &good)]);
    evil(&pair, &raw_tree(&pair, &[("40000", "src", &inner)]), &["main"]);
    refused(&pair, &["evil"], "src/lib.rs in commit ");
    let tree = raw_tree(&pair, &[("100644", "src", &bad), ("40000", "src", &good_folder)]);
    evil(&pair, &tree, &["main"]);
    refused(&pair, &["evil"], "two entries of the tree");
    // Even if it is removed again it is still in the history, and might be an unseen secret.
    let tree = raw_tree(&pair, &[("40000", "src", &key_folder), ("40000", "src", &good_folder)]);
    let between = evil(&pair, &tree, &["main"]);
    evil(&pair, &pair.clone.git(&["rev-parse", "main^{tree}"]), &[&between]);
    refused(&pair, &["evil"], "two entries of the tree");
    // A reference to a tree without a commit.
    refused(&pair, &[&format!("{tree}:refs/tags/tree")], "two entries of the tree");
}

#[test]
fn names_and_orders_that_git_forbids_in_trees_are_refused() {
    let pair = Pair::new("pre-receive");
    let (bad, good) = (blob(&pair, BAD), blob(&pair, GOOD));
    let source = pair.clone.git(&["rev-parse", "main:src"]);
    for (entries, reason) in [
        (vec![("40000", "src", source.as_str()), ("100644", "src/bad.rs", &bad)], "a slash in a name"),
        (vec![("100644", "..", &bad), ("40000", "src", &source)], "the name `..`"),
        (vec![("100644", "z.rs", &good), ("100644", "a.rs", &good)], "not sorted"),
        (vec![("40000", "src", &source), ("100644", "src.rs", &good)], "not sorted"),
    ] {
        evil(&pair, &raw_tree(&pair, &entries), &["main"]);
        let told = refused(&pair, &["evil"], reason);
        assert!(told.contains("in commit ") && told.contains("git fsck"), "{told}");
    }
}

#[test]
fn folders_too_deep_to_be_judged_are_refused() {
    let pair = Pair::new("pre-receive");
    pair.commit(&format!("{}bad.rs", "d/".repeat(520)), BAD);
    let told = refused(&pair, &["main"], "or 512 folders");
    assert!(told.contains("shorten the path"), "{told}");
}

#[test]
fn a_revert_hides_no_secret_of_the_history() {
    let pair = Pair::new("pre-receive");
    pair.commit("k.env", &format!("KEY={KEY}\n"));
    pair.commit("o", "o\n");
    pair.clone.git(&["revert", "--no-edit", "HEAD"]);
    pair.clone.git(&["rm", "--quiet", "k.env"]);
    pair.clone.commit("Take it out");
    let told = refused(&pair, &["main"], "[secrets]");
    assert!(told.contains("k.env:1:5: error"), "{told}");
    // The same below a folder that contains itself.
    let pair = Pair::new("pre-receive");
    pair.commit("etc/deep/k.env", &format!("KEY={KEY}\n"));
    pair.commit("etc/deep/o", "o\n");
    pair.clone.git(&["rm", "--quiet", "etc/deep/o"]);
    pair.commit("other", "other\n");
    pair.clone.git(&["rm", "--quiet", "-r", "etc"]);
    pair.clone.commit("Take it out");
    refused(&pair, &["main"], "etc/deep/k.env:1:5: error");
}

#[test]
fn a_merge_of_many_commits_brings_back_nothing_that_was_mended() {
    let pair = Pair::new("pre-receive");
    crate::program::run(&pair.server(), &["pmat", "hooks", "uninstall"]).exits(0);
    pair.commit("src/bad.rs", BAD);
    pair.clone.git(&["branch", "legacy"]);
    taken(&pair, &["main", "legacy"]);
    crate::program::run(&pair.server(), &["pmat", "hooks", "install"]).exits(0);
    pair.commit("src/bad.rs", &GOOD.replace("good", "repaired"));
    taken(&pair, &["main"]);
    for sides in [1, 17] {
        let names: Vec<String> = (0..sides).map(|side| format!("side{sides}-{side}")).collect();
        for name in &names {
            pair.clone.git(&["checkout", "--quiet", "-b", name, "main"]);
            pair.commit(&format!("{name}.txt"), name);
        }
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        taken(&pair, &names);
        let parents = [&["main", "legacy"], &names[..]].concat();
        evil(&pair, &pair.clone.git(&["rev-parse", "legacy^{tree}"]), &parents);
        refused(&pair, &["evil"], "src/bad.rs:2:1: error");
    }
}

#[test]
fn what_is_allowed_hides_no_secret_behind_it() {
    let pair = Pair::new("pre-receive");
    let allowed = format!("// batuta: allow(secrets, \"revoked\")\nconst KEY: &str = \"{KEY}\";\n");
    pair.commit("k.env", &format!("KEY={KEY}\n"));
    pair.clone.git(&["rm", "--quiet", "k.env"]);
    for number in 0..201 {
        pair.clone.write(format!("src/n{number}.rs"), format!("//! Number {number}.\n\n{allowed}"));
    }
    pair.clone.commit("Allow many");
    let told = refused(&pair, &["main"], "[secrets]");
    assert!(told.contains("k.env:1:5: error") && !told.contains("src/n"), "{told}");
}

#[test]
fn a_file_with_more_credentials_than_are_listed_is_refused() {
    let pair = Pair::new("pre-receive");
    let mut text = String::from("//! Keys.\n\n");
    for number in 0..1_000 {
        let _ = writeln!(text, "// batuta: allow(secrets, \"revoked\")\nconst K{number}: &str = \"{KEY}\";");
    }
    let _ = writeln!(text, "const LAST: &str = \"{KEY}\";");
    pair.commit("src/keys.rs", &text);
    pair.commit("src/keys.rs", "//! None.\n");
    let told = refused(&pair, &["main"], "src/keys.rs has 1000 places that look like credentials");
    assert!(told.contains("rules.secrets.exclude"), "{told}");
}

#[test]
fn code_that_no_rule_can_read_is_refused() {
    let pair = Pair::new("pre-receive");
    let start = |branch: &str| drop(pair.clone.git(&["checkout", "--quiet", "-b", branch, "main"]));
    let padding = format!("// {}\n", "x".repeat(8_000_000));
    let wide: Vec<u8> = [0xFEFF].into_iter().chain(BAD.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    for (branch, bytes, reason) in [
        ("nul", format!("// \0\n{BAD}").into_bytes(), "binary by a NUL"),
        ("large", format!("{BAD}{padding}").into_bytes(), "limits.max-file-size"),
        ("wide", wide, "UTF-16 text"),
        (
            "foreign",
            format!("{}{BAD}", ")} %% ]] ((( @@ \n".repeat(400)).into_bytes(),
            "grammar does not fit most",
        ),
    ] {
        start(branch);
        pair.clone.write("src/bad.rs", bytes);
        pair.clone.commit("Write it");
        let told = refused(&pair, &[branch], reason);
        assert!(told.contains("src/bad.rs: ") && told.contains("rules.parse-failure.exclude"), "{told}");
    }
    // A program that begins like a Git LFS pointer is not a pointer.
    start("pointer");
    let ifs = "if a; then ".repeat(7) + "x" + &"; fi".repeat(7);
    let oid = "4d".repeat(32);
    pair.clone.write(
        "src/run.sh",
        format!("version https://git-lfs.github.com/spec/v1\noid sha256:{oid}\nf() {{\n{ifs}\n}}\n"),
    );
    pair.clone.commit("Write it");
    refused(&pair, &["pointer"], "src/run.sh:");
    // Paths that the server's configuration excludes pass, and so do files that no one takes for source text.
    pair.clone.git(&["checkout", "--quiet", "main"]);
    pair.commit("batuta.toml", "[rules.parse-failure]\nexclude = [\"src/bad.rs\"]\n");
    std::fs::write(pair.clone.join("picture.png"), b"\x89PNG\0\0").expect("it can be written");
    pair.clone.commit("Draw");
    taken(&pair, &["main"]);
    pair.clone.git(&["checkout", "--quiet", "large"]);
    pair.commit("src/more.rs", &GOOD.replace("good", "more"));
    let told = taken(&pair, &["large"]);
    assert!(told.contains("not measured: src/bad.rs"), "{told}");
}

#[test]
fn what_stands_where_it_is_left_out_hides_nothing_elsewhere() {
    let pair = Pair::new("pre-receive");
    pair.commit("batuta.toml", "[rules.secrets]\nexclude = [\"fixtures/**\"]\n");
    taken(&pair, &["main"]);
    let text = format!("KEY={KEY}\n");
    let large = "0123456789".repeat(1_000);
    git(&pair.server(), &["config", "batuta.push-file", "9999"]);
    for (path, text, told) in [
        ("k.env", &text, "k.env:1:5: error"),
        ("deep/er/k.env", &text, "deep/er/k.env:1:5: error"),
        ("large.bin", &large, "large.bin has 10000 bytes"),
    ] {
        for place in ["fixtures", "a", "z"] {
            pair.clone.git(&["checkout", "--quiet", "-B", "topic", "main"]);
            pair.clone.write(format!("fixtures/{path}"), text);
            if place != "fixtures" {
                pair.clone.write(format!("{place}/{path}"), text);
            }
            pair.clone.commit("Write both");
            pair.clone.git(&["rm", "--quiet", "-r", "fixtures", "--ignore-unmatch", place]);
            pair.clone.commit("Take them out");
            match place {
                "fixtures" => drop(taken(&pair, &["--force", "topic"])),
                _ => drop(refused(&pair, &["--force", "topic"], &format!("{place}/{told}"))),
            }
        }
    }
}

#[test]
fn the_branch_that_a_push_makes_decides_for_no_other() {
    let pair = Pair::new("pre-receive");
    git(&pair.server(), &["symbolic-ref", "HEAD", "refs/heads/master"]);
    let off = "[hooks]\npre-receive = \"off\"\n";
    pair.clone.git(&["checkout", "--quiet", "-b", "evil"]);
    pair.clone.write("batuta.toml", off);
    pair.commit("src/bad.rs", BAD);
    refused(&pair, &["evil:main", "evil:master"], "src/bad.rs:2:1: error");
    pair.clone.git(&["branch", "good", "main"]);
    pair.clone.git(&["checkout", "--quiet", "good"]);
    pair.clone.write("batuta.toml", off);
    pair.commit("src/fine.rs", &GOOD.replace("good", "fine"));
    refused(&pair, &["good:master", "evil:side"], "src/bad.rs:2:1: error");
    // If no branch sets the standard, only that branch can be created.
    git(&pair.server(), &["branch", "--move", "main", "other"]);
    refused(&pair, &["good:master", "evil:side"], "symbolic-ref");
    let told = taken(&pair, &["good:master"]);
    assert!(told.contains("master not judged"), "{told}");
    // It was not judged, so its content is no standard, and in an empty repository the new branch judges everything.
    let empty = Pair::new("pre-receive");
    git(&empty.server(), &["update-ref", "-d", "refs/heads/main"]);
    empty.clone.git(&["checkout", "--quiet", "-b", "evil"]);
    empty.clone.write("batuta.toml", off);
    empty.commit("src/bad.rs", BAD);
    refused(&empty, &["main", "evil:side"], "src/bad.rs:2:1: error");
}
