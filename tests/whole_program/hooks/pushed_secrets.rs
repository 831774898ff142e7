//! Secrets are searched in everything that a push contains.

use super::GOOD;
use super::pushes::Pair;
use crate::repository::git;

/// Made up, and written in two pieces so that no scanner takes this file for a leak.
const KEY: &str = concat!("AKIA", "Q3EGRIPZX7TNVBHW");

fn is_refused(pair: &Pair, words: &[&str]) -> String {
    let (passed, told) = pair.push(words);
    assert!(!passed && told.contains("[secrets]"), "{words:?}: {told}");
    assert!(!told.contains(KEY), "the value is never shown: {told}");
    told
}

#[test]
fn a_secret_that_was_taken_out_again_is_found_in_the_commit_that_has_it() {
    let pair = Pair::new("pre-receive");
    pair.commit("deploy.env", &format!("MODE=x\nKEY={KEY}\n"));
    let commit = pair.clone.git(&["rev-parse", "--short=7", "HEAD"]);
    pair.commit("deploy.env", "MODE=x\n");
    let told = is_refused(&pair, &["main"]);
    assert!(
        told.contains("deploy.env:2:5: error") && told.contains(&format!("in commit {commit}")),
        "{told}"
    );
    // Also on a side of a merge that adds nothing else.
    pair.clone.git(&["checkout", "--quiet", "-b", "merged", "main~2"]);
    pair.commit("src/more.rs", &GOOD.replace("good", "more"));
    pair.clone.git(&["merge", "--quiet", "--strategy=ours", "--no-edit", "main"]);
    is_refused(&pair, &["merged"]);
}

#[test]
fn nothing_in_the_pushed_tree_hides_a_secret() {
    let pair = Pair::new("pre-receive");
    let text = format!("KEY={KEY}\n");
    let start = |branch: &str| drop(pair.clone.git(&["checkout", "--quiet", "-b", branch, "main"]));
    start("generated");
    pair.clone.write(".gitattributes", "*.env linguist-generated\n*.rs linguist-vendored\n");
    pair.commit("deploy.env", &text);
    is_refused(&pair, &["generated"]);
    start("excluded");
    pair.clone.write("batuta.toml", "[exclude]\npaths = [\"**\"]\n[rules.secrets]\nlevel = \"off\"\n");
    pair.commit("deploy.env", &text);
    is_refused(&pair, &["excluded"]);
    start("accepted");
    pair.clone.write("batuta.toml", "[gate]\nbaseline = \"mine.json\"\n");
    pair.commit("deploy.env", &text);
    is_refused(&pair, &["accepted"]);
    start("binary");
    pair.commit("store.bin", &format!("\0\0\0{text}"));
    is_refused(&pair, &["binary"]);
    start("unknown");
    pair.commit("notes.of-no-kind", &text);
    is_refused(&pair, &["unknown"]);
    start("wide");
    let wide: Vec<u8> = [0xFEFF].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    std::fs::write(pair.clone.join("wide.txt"), wide).expect("it can be written");
    pair.commit("src/wide.rs", &GOOD.replace("good", "wide"));
    is_refused(&pair, &["wide"]);
}

#[test]
fn messages_and_objects_that_are_no_commits_are_searched() {
    let pair = Pair::new("pre-receive");
    pair.clone.git(&["checkout", "--quiet", "-b", "message"]);
    pair.clone.write("src/more.rs", GOOD.replace("good", "more"));
    pair.clone.commit(&format!("Rotate\n\nThe old key was {KEY}"));
    let told = is_refused(&pair, &["message"]);
    assert!(told.contains("message of commit "), "{told}");
    pair.clone.git(&["checkout", "--quiet", "main"]);
    pair.clone.git(&["tag", "--annotate", "--message", &format!("with {KEY}"), "told"]);
    is_refused(&pair, &["told"]);
    pair.clone.write("loose.txt", format!("{KEY}\n"));
    let blob = pair.clone.git(&["hash-object", "-w", "loose.txt"]);
    pair.clone.git(&["tag", "blob", &blob]);
    is_refused(&pair, &["refs/tags/blob"]);
    pair.clone.git(&["add", "loose.txt"]);
    let tree = pair.clone.git(&["write-tree"]);
    pair.clone.git(&["tag", "tree", &tree]);
    is_refused(&pair, &["refs/tags/tree"]);
}

#[test]
fn no_encoding_hides_a_secret() {
    let pair = Pair::new("pre-receive");
    let text = format!("// a key\nkey = \"{KEY}\"\n");
    let units = || text.encode_utf16();
    let encodings: [(&str, Vec<u8>); 5] = [
        ("utf-16le", units().flat_map(u16::to_le_bytes).collect()),
        ("utf-16be", units().flat_map(u16::to_be_bytes).collect()),
        ("utf-32le", units().flat_map(|unit| u32::from(unit).to_le_bytes()).collect()),
        ("odd", [b'x'].into_iter().chain(units().flat_map(u16::to_le_bytes)).collect()),
        ("behind", text.replace(KEY, "").bytes().chain(units().flat_map(u16::to_le_bytes)).collect()),
    ];
    for (name, bytes) in encodings {
        pair.clone.git(&["checkout", "--quiet", "-b", name, "main"]);
        std::fs::write(pair.clone.join("wide.txt"), bytes).expect("it can be written");
        pair.clone.commit("Write it");
        is_refused(&pair, &[name]);
    }
}

#[test]
fn the_head_of_a_commit_is_searched() {
    let pair = Pair::new("pre-receive");
    let author = format!("{KEY} <a@example.org>");
    pair.clone.git(&["commit", "--quiet", "--allow-empty", "--author", &author, "--message", "Rotate"]);
    let told = is_refused(&pair, &["main"]);
    assert!(told.contains("head of commit "), "{told}");
}

#[test]
fn comments_and_test_files_count_as_in_a_tree() {
    let pair = Pair::new("pre-receive");
    pair.commit("tests/keys.rs", &format!("/// A key.\npub const KEY: &str = \"{KEY}\";\n"));
    let allowed = format!("// batuta: allow(secrets, \"revoked\")\npub const KEY: &str = \"{KEY}\";\n");
    pair.commit("src/allowed.rs", &format!("//! Keys.\n\n{allowed}"));
    let (passed, told) = pair.push(&["main"]);
    assert!(passed, "{told}");
}

#[test]
fn a_push_over_a_limit_is_refused_with_the_limit() {
    let pair = Pair::new("pre-receive");
    pair.commit("large.bin", &"0123456789".repeat(1_000));
    pair.commit("src/more.rs", &GOOD.replace("good", "more"));
    for (key, value, told) in [
        ("batuta.push-commits", "1", "more than 1 commits"),
        ("batuta.push-objects", "2", "more than 2 files and folders"),
        ("batuta.push-bytes", "100", "more than 100 bytes"),
        ("batuta.push-file", "9999", "large.bin has 10000 bytes, over the limit of 9999"),
        ("batuta.push-file", "many", "batuta.push-file is \"many\""),
    ] {
        git(&pair.server(), &["config", key, value]);
        let (passed, printed) = pair.push(&["main"]);
        assert!(!passed && printed.contains(told), "{key}: {printed}");
        git(&pair.server(), &["config", "--unset", key]);
    }
    assert!(pair.push(&["main"]).0);
}

#[test]
fn a_file_that_was_renamed_is_searched_by_each_of_its_names() {
    let pair = Pair::new("pre-receive");
    // Without quotes it is an expression in code, but a value in settings.
    let text = concat!("DB_PASSWORD=", "kX9vQ2mLr8TzW4pNs6\n");
    pair.commit("deploy.env", text);
    pair.clone.git(&["mv", "deploy.env", "deploy.py"]);
    pair.clone.commit("Rename it");
    let told = is_refused(&pair, &["main"]);
    assert!(told.contains("deploy.env"), "{told}");
}
